// AVX2 with FMA: 16 ymm registers hold 16 channels x 6 pixels, two weight vectors and a broadcast.
#include "level.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define VL 8
#define MSRN_FMA(a, b, c) __builtin_elementwise_fma(a, b, c)
#define MSRN_REGISTER(v) "x"(v)
#define LEVEL(stem) MSRN_PASTE(msrn_avx2_, stem)

#define NAME(stem) MSRN_PASTE(stem, _1x6__avx2)
#define GROUP 1
#define PIXELS 6
#include "conv_template.h"
#undef NAME
#undef GROUP
#undef PIXELS

#define MSRN_ROW_OF(n) row_##n##x6__avx2
#define MSRN_POINTWISE_OF(n) pointwise_##n##x6__avx2
#define MSRN_PAIR_OF(n) pair_##n##x6__avx2
#define MSRN_NARROW_ROW narrow_1x6__avx2
#define MSRN_GROUPS MSRN_GROUP(1)
#define MSRN_POINTWISE_GROUPS MSRN_GROUP(1)
#include "level_template.h"

#define NAME(stem) MSRN_PASTE(stem, _1x6__avx2)
#define GROUP 1
#define PIXELS 6
#include "multiply_template.h"
#undef NAME
#undef GROUP
#undef PIXELS

#define MSRN_MULTIPLY(n) multiply_##n##x6__avx2
#define MSRN_ADD(n) add_##n##x6__avx2
#define MSRN_WINOGRAD_GROUPS MSRN_GROUP(1)
#define MSRN_NEAR_GROUPS MSRN_GROUP(1)
#include "winograd_level_template.h"

#pragma clang attribute pop

const msrn_kernel_table msrn_table_avx2 = {
    .level = MSRN_AVX2, .name = "avx2",
    .groups = {1}, .tile_pixels = {0, 6},
    .conv = LEVEL(conv), .pointwise_groups = {1}, .pointwise_tiles = {0, 6}, .pointwise = LEVEL(pointwise),
    .winograd_groups = {1}, .near_groups = {1}, .winograd_tiles = {0, 6}, .winograd = MSRN_WINOGRAD_TABLE,
    .elementwise = LEVEL(elementwise), .pool = LEVEL(pool), .norm = LEVEL(norm),
    .load = LEVEL(load), .store = LEVEL(store),
    .combine = LEVEL(combine),
    .peak = LEVEL(peak),
};
#endif
