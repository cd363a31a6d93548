// Runs the tile instructions of a program on a processor without tiles: each raises SIGILL, is decoded, carried out by the emulation, and
// stepped over. So the very code that an AMX processor will run is tested, registers, addresses and all, where there is AVX-512.
#ifndef TILE_TRAP_H
#define TILE_TRAP_H

// From here on, for the whole process. Returns 0 where it cannot be done (not Linux on x86-64).
int tile_trap_install(void);
// How many tile instructions have been carried out.
long tile_trap_count(void);
// Whether tiles are still configured: after a kernel they must not be.
int tile_trap_held(void);

#endif
