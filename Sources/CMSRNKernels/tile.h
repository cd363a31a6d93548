// Shared by the tile_*.c files.
#ifndef MSRN_TILE_H
#define MSRN_TILE_H

#include "half.h"
#include "level.h"
#include "msrn_tiles.h"

#if defined(__x86_64__) && defined(__linux__) // elsewhere no system grants the tiles
#define MSRN_HAS_AMX 1
#else
#define MSRN_HAS_AMX 0
#endif

#define MSRN_TILE_WEIGHTS 512 // 16-bit elements of one tile of weights: 16 pairs of inputs, 16 outputs

#define MSRN_FP16_LIMIT 65504.0f
#define MSRN_BF16_LIMIT 0x1.fep127f

// The kernels that the template has made under one name.
#define MSRN_TILE_TABLE(mode_, stem, limit_, level)                                                                   \
    {                                                                                                                  \
        .mode = mode_, .name = #stem, .limit = limit_, .conv = conv_##stem##__##level, .narrow = narrow_##stem##__##level, \
        .widen = widen_##stem##__##level, .peak = peak_##stem##__##level,                                             \
    }

#if MSRN_HAS_AMX
// By mode. They run only where msrn_tiles() gives them.
extern const msrn_tile_table msrn_amx_tables[3];
#endif

#endif
