// AVX-512: 32 zmm registers. 32 channels x 14 pixels reads fewest bytes per multiply-add. Winograd products take 64 x 6: their weights come
// from far, each for few tiles, while what is read of the tiles is near; 32 x 12 where they are transformed in L1, which holds no more.
// 1x1 convolutions of large maps keep their weights in L1, and take 64 x 6 because it has fewest loads per multiply-add.
#include "level.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"))), apply_to = function)

#define VL 16
#define MSRN_FMA(a, b, c) __builtin_elementwise_fma(a, b, c)
#define MSRN_REGISTER(v) "v"(v)
#define LEVEL(stem) MSRN_PASTE(msrn_avx512_, stem)

#define MSRN_CONV_AHEAD 2048 // floats: 8 KB, some 900 cycles of products
#define NAME(stem) MSRN_PASTE(stem, _1x14__avx512)
#define GROUP 1
#define PIXELS 14
#include "conv_template.h"
#undef NAME
#undef GROUP
#undef PIXELS

#define NAME(stem) MSRN_PASTE(stem, _2x14__avx512)
#define GROUP 2
#define PIXELS 14
#include "conv_template.h"
#undef NAME
#undef GROUP
#undef PIXELS

#define NAME(stem) MSRN_PASTE(stem, _4x6__avx512)
#define GROUP 4
#define PIXELS 6
#define MSRN_POINTWISE_ALONE
#include "conv_template.h"
#undef MSRN_POINTWISE_ALONE
#undef NAME
#undef GROUP
#undef PIXELS

#define row_1__avx512 row_1x14__avx512
#define row_2__avx512 row_2x14__avx512
#define MSRN_ROW_OF(n) row_##n##__avx512
#define pair_1__avx512 pair_1x14__avx512
#define pair_2__avx512 pair_2x14__avx512
#define MSRN_PAIR_OF(n) pair_##n##__avx512
#define MSRN_NARROW_ROW narrow_1x14__avx512
#define pointwise_1__avx512 pointwise_1x14__avx512
#define pointwise_2__avx512 pointwise_2x14__avx512
#define pointwise_4__avx512 pointwise_4x6__avx512
#define MSRN_POINTWISE_OF(n) pointwise_##n##__avx512
#define MSRN_GROUPS MSRN_GROUP(1) MSRN_GROUP(2)
#define MSRN_POINTWISE_GROUPS MSRN_GROUP(1) MSRN_GROUP(2) MSRN_GROUP(4)
#include "level_template.h"

#define NAME(stem) MSRN_PASTE(stem, _4x6__avx512)
#define GROUP 4
#define PIXELS 6
#include "multiply_template.h"
#undef NAME
#undef GROUP
#undef PIXELS

#define NAME(stem) MSRN_PASTE(stem, _2x12__avx512)
#define GROUP 2
#define PIXELS 12
#include "multiply_template.h"
#undef NAME
#undef GROUP
#undef PIXELS

#define NAME(stem) MSRN_PASTE(stem, _1x12__avx512)
#define GROUP 1
#define PIXELS 12
#include "multiply_template.h"
#undef NAME
#undef GROUP
#undef PIXELS

#define multiply_4__avx512 multiply_4x6__avx512
#define multiply_2__avx512 multiply_2x12__avx512
#define multiply_1__avx512 multiply_1x12__avx512
#define MSRN_MULTIPLY(n) multiply_##n##__avx512
#define add_2__avx512 add_2x12__avx512
#define add_1__avx512 add_1x12__avx512
#define MSRN_ADD(n) add_##n##__avx512
#define MSRN_WINOGRAD_GROUPS MSRN_GROUP(1) MSRN_GROUP(2) MSRN_GROUP(4)
#define MSRN_NEAR_GROUPS MSRN_GROUP(1) MSRN_GROUP(2)
#include "winograd_level_template.h"

#pragma clang attribute pop

const msrn_kernel_table msrn_table_avx512 = {
    .level = MSRN_AVX512, .name = "avx512",
    .groups = {2, 1}, .tile_pixels = {0, 14, 14},
    .conv = LEVEL(conv), .pointwise_groups = {4, 2, 1}, .pointwise_tiles = {0, 14, 14, 0, 6}, .pointwise = LEVEL(pointwise),
    .winograd_groups = {4, 2, 1}, .near_groups = {2, 1}, .winograd_tiles = {0, 12, 12, 0, 6}, .winograd = MSRN_WINOGRAD_TABLE,
    .elementwise = LEVEL(elementwise), .pool = LEVEL(pool), .norm = LEVEL(norm),
    .load = LEVEL(load), .store = LEVEL(store),
    .combine = LEVEL(combine),
    .peak = LEVEL(peak),
};
#endif
