// NEON with FMA, part of every arm64 processor: 32 registers hold 16 channels x 5 pixels, multiplied by lane.
#include "level.h"

#if defined(__aarch64__)

#define VL 4
#define MSRN_FMA(a, b, c) __builtin_elementwise_fma(a, b, c)
#define MSRN_LANES
#define MSRN_REGISTER(v) "w"(v)
#define LEVEL(stem) MSRN_PASTE(msrn_neon_, stem)

#define NAME(stem) MSRN_PASTE(stem, _1x5__neon)
#define GROUP 1
#define PIXELS 5
#include "conv_template.h"
#undef NAME
#undef GROUP
#undef PIXELS

#define MSRN_ROW_OF(n) row_##n##x5__neon
#define MSRN_POINTWISE_OF(n) pointwise_##n##x5__neon
#define MSRN_NARROW_ROW narrow_1x5__neon
#define MSRN_GROUPS MSRN_GROUP(1)
#define MSRN_POINTWISE_GROUPS MSRN_GROUP(1)
#include "level_template.h"

#define NAME(stem) MSRN_PASTE(stem, _1x4__neon)
#define GROUP 1
#define PIXELS 4
#include "multiply_template.h"
#undef NAME
#undef GROUP
#undef PIXELS

#define MSRN_MULTIPLY(n) multiply_##n##x4__neon
#define MSRN_ADD(n) add_##n##x4__neon
#define MSRN_WINOGRAD_GROUPS MSRN_GROUP(1)
#define MSRN_NEAR_GROUPS MSRN_GROUP(1)
#include "winograd_level_template.h"

const msrn_kernel_table msrn_table_neon = {
    .level = MSRN_NEON, .name = "neon",
    .groups = {1}, .tile_pixels = {0, 5},
    .conv = LEVEL(conv), .pointwise_groups = {1}, .pointwise_tiles = {0, 5}, .pointwise = LEVEL(pointwise),
    .winograd_groups = {1}, .near_groups = {1}, .winograd_tiles = {0, 4}, .winograd = MSRN_WINOGRAD_TABLE,
    .elementwise = LEVEL(elementwise), .pool = LEVEL(pool), .norm = LEVEL(norm),
    .load = LEVEL(load), .store = LEVEL(store),
    .combine = LEVEL(combine),
    .peak = LEVEL(peak),
};
#endif
