// Shared by the tile_*.c files.
#ifndef MSRN_TILE_H
#define MSRN_TILE_H

#include "level.h"
#include "msrn_tiles.h"

#if defined(__x86_64__) && defined(__linux__) // elsewhere no system grants the tiles
#define MSRN_HAS_AMX 1
#else
#define MSRN_HAS_AMX 0
#endif

#define MSRN_TILE_WEIGHTS 512 // 16-bit elements of one tile of weights: 16 pairs of inputs, 16 outputs

#if MSRN_HAS_AMX
// By mode. They run only where msrn_tiles() gives them.
extern const msrn_tile_table msrn_amx_tables[3];
#endif

#endif
