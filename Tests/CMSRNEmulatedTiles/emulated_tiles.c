// The loops of the matrix tiles over an emulation of their instructions.
#include "emulated_tiles.h"

#include "../../Sources/CMSRNKernels/tile.h"

static _Thread_local tile_state tiles;

static void configure(int pixels) {
    uint8_t c[64] = {1};
    for (int t = 0; t < 8; t++) c[16 + 2 * t] = 64, c[48 + t] = t >= 4 && t < 7 ? 16 : (uint8_t)pixels;
    tile_configure_state(&tiles, c);
}

#define CONVERSIONS(type)                                                                                              \
    static inline void narrow_##type(const void *v, uint16_t *to) {                                                    \
        for (int i = 0; i < MSRN_BLOCK; i++) to[i] = msrn_##type(((const float *)v)[i]);                               \
    }                                                                                                                  \
    static inline void widen_##type(const uint16_t *from, void *v) {                                                   \
        for (int i = 0; i < MSRN_BLOCK; i++) ((float *)v)[i] = msrn_from_##type(from[i]);                              \
    }
CONVERSIONS(fp16)
CONVERSIONS(bf16)

#define TILE_CONFIGURE(pixels) configure(pixels)
#define TILE_ZERO(t) tile_zero_state(&tiles, t)
#define TILE_LOAD(t, from) tile_load_state(&tiles, t, from, 64)
#define TILE_STORE(t, to) tile_store_state(&tiles, t, to, 64)
#define TILE_RELEASE() (tiles.configured = 0)
#define TILE_MULTIPLY(sums, pixels, weights) tile_multiply_state(&tiles, sums, pixels, weights, BF16)

#define NAME(stem) MSRN_PASTE(stem, _fp16__emulated)
#define THREE 0
#define BF16 0
#define NARROW(v, to) narrow_fp16(v, to)
#define WIDEN(from, v) widen_fp16(from, v)
#include "../../Sources/CMSRNKernels/tile_template.h"
#undef NAME
#undef THREE

#define NAME(stem) MSRN_PASTE(stem, _fp16x3__emulated)
#define THREE 1
#include "../../Sources/CMSRNKernels/tile_template.h"
#undef NAME
#undef THREE
#undef BF16
#undef NARROW
#undef WIDEN

#define NAME(stem) MSRN_PASTE(stem, _bf16__emulated)
#define THREE 0
#define BF16 1
#define NARROW(v, to) narrow_bf16(v, to)
#define WIDEN(from, v) widen_bf16(from, v)
#include "../../Sources/CMSRNKernels/tile_template.h"

static const msrn_tile_table tables[3] = {
    [MSRN_TILE_FP16] = MSRN_TILE_TABLE(MSRN_TILE_FP16, fp16, MSRN_FP16_LIMIT, emulated),
    [MSRN_TILE_BF16] = MSRN_TILE_TABLE(MSRN_TILE_BF16, bf16, MSRN_BF16_LIMIT, emulated),
    [MSRN_TILE_FP16X3] = MSRN_TILE_TABLE(MSRN_TILE_FP16X3, fp16x3, MSRN_FP16_LIMIT, emulated),
};

const msrn_tile_table *emulated_tiles(msrn_tile_mode mode) { return &tables[mode]; }

int emulated_tiles_held(void) { return tiles.configured; }
