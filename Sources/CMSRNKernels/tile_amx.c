// Intel AMX with AVX-512 around it: two 16-bit types, three modes.
#include "tile.h"

#if MSRN_HAS_AMX
#include <immintrin.h>

#pragma clang attribute push(                                                                                          \
    __attribute__((target("amx-tile,amx-bf16,amx-fp16,avx512f,avx512vl,avx512bw,avx512dq,avx512bf16,avx2,fma,f16c"))),   \
    apply_to = function)

// As LDTILECFG reads it.
typedef struct tile_configuration {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
} __attribute__((aligned(64))) tile_configuration;

// Sums and pixels have a row for each pixel, weights one for each pair of inputs.
static inline __attribute__((always_inline)) void tile_configure(int pixels) {
    tile_configuration t = {.palette = 1};
    for (int i = 0; i < 8; i++) {
        t.row_bytes[i] = 64;
        t.rows[i] = i >= 4 && i < 7 ? 16 : (uint8_t)pixels;
    }
    _tile_loadconfig(&t);
}

#define TILE_CONFIGURE(pixels) tile_configure(pixels)
#define TILE_ZERO(t) _tile_zero(t)
#define TILE_LOAD(t, from) _tile_loadd(t, from, 64)
#define TILE_STORE(t, to) _tile_stored(t, to, 64)
#define TILE_RELEASE() _tile_release()

#define NAME(stem) MSRN_PASTE(stem, _fp16__amx)
#define THREE 0
#define TILE_MULTIPLY(sums, pixels, weights) _tile_dpfp16ps(sums, pixels, weights)
#define NARROW(v, to) _mm256_store_si256((__m256i *)(to), _mm512_cvtps_ph((__m512)*(v), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC))
#define WIDEN(from, v) (*(v) = (NAME(vec))_mm512_cvtph_ps(_mm256_load_si256((const __m256i *)(from))))
#include "tile_template.h"
#undef NAME
#undef THREE

#define NAME(stem) MSRN_PASTE(stem, _fp16x3__amx)
#define THREE 1
#include "tile_template.h"
#undef NAME
#undef THREE
#undef TILE_MULTIPLY
#undef NARROW
#undef WIDEN

#define NAME(stem) MSRN_PASTE(stem, _bf16__amx)
#define THREE 0
#define TILE_MULTIPLY(sums, pixels, weights) _tile_dpbf16ps(sums, pixels, weights)
#define NARROW(v, to) _mm256_store_si256((__m256i *)(to), (__m256i)_mm512_cvtneps_pbh((__m512)*(v)))
#define WIDEN(from, v)                                                                                                 \
    (*(v) = (NAME(vec))_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_load_si256((const __m256i *)(from))), 16))
#include "tile_template.h"
#undef NAME
#undef THREE
#undef TILE_MULTIPLY
#undef NARROW
#undef WIDEN

#pragma clang attribute pop

const msrn_tile_table msrn_amx_tables[3] = {
    [MSRN_TILE_FP16] = MSRN_TILE_TABLE(MSRN_TILE_FP16, fp16, MSRN_FP16_LIMIT, amx),
    [MSRN_TILE_BF16] = MSRN_TILE_TABLE(MSRN_TILE_BF16, bf16, MSRN_BF16_LIMIT, amx),
    [MSRN_TILE_FP16X3] = MSRN_TILE_TABLE(MSRN_TILE_FP16X3, fp16x3, MSRN_FP16_LIMIT, amx),
};
#endif
