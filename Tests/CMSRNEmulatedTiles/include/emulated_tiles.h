// The kernels of msrn_tiles.h on any machine: the same loops, with each tile instruction carried out as Intel documents it.
#ifndef EMULATED_TILES_H
#define EMULATED_TILES_H

#include "msrn_tiles.h"

#include <stddef.h>
#include <stdint.h>

// The kernels of one mode. Results agree to the bit with a processor that does what its manual says, at a thousandth of its speed.
// A wrong use of tiles (not configured, a row that is not 64-byte aligned, a shape that does not fit) prints a line and aborts.
const msrn_tile_table *emulated_tiles(msrn_tile_mode mode);

// Whether this thread's emulated tiles are still configured: after a kernel they must not be.
int emulated_tiles_held(void);

// What one thread's tiles hold. Rows past a tile's own are zero.
typedef struct tile_state {
    int configured;
    int rows[8];              // each of 64 bytes
    uint32_t data[8][16][16];
} tile_state;

// The instructions, on a state. `configuration` is the 64 bytes that LDTILECFG reads; it must ask for 64 bytes a row.
void tile_configure_state(tile_state *, const void *configuration);
void tile_zero_state(tile_state *, int t);
void tile_load_state(tile_state *, int t, const void *from, ptrdiff_t stride);
void tile_store_state(const tile_state *, int t, void *to, ptrdiff_t stride);
// sums += pixels x weights, of fp16 or bf16 pairs.
void tile_multiply_state(tile_state *, int sums, int pixels, int weights, int bf16);

#endif
