// The level that every processor runs: four-float vectors, product rounded before it is added.
#include "level.h"

#define VL 4
#define MSRN_FMA(a, b, c) ((a) * (b) + (c))
#define LEVEL(stem) MSRN_PASTE(msrn_generic_, stem)
#if defined(__aarch64__)
#define MSRN_REGISTER(v) "w"(v)
#else
#define MSRN_REGISTER(v) "x"(v)
#endif

#define NAME(stem) MSRN_PASTE(stem, _1x6__generic)
#define GROUP 1
#define PIXELS 6
#include "conv_template.h"
#undef NAME
#undef GROUP
#undef PIXELS

#define MSRN_ROW_OF(n) row_##n##x6__generic
#define MSRN_POINTWISE_OF(n) pointwise_##n##x6__generic
#define MSRN_PAIR_OF(n) pair_##n##x6__generic
#define MSRN_NARROW_ROW narrow_1x6__generic
#define MSRN_GROUPS MSRN_GROUP(1)
#define MSRN_POINTWISE_GROUPS MSRN_GROUP(1)
#include "level_template.h"

#define NAME(stem) MSRN_PASTE(stem, _1x6__generic)
#define GROUP 1
#define PIXELS 6
#include "multiply_template.h"
#undef NAME
#undef GROUP
#undef PIXELS

#define MSRN_MULTIPLY(n) multiply_##n##x6__generic
#define MSRN_ADD(n) add_##n##x6__generic
#define MSRN_WINOGRAD_GROUPS MSRN_GROUP(1)
#define MSRN_NEAR_GROUPS MSRN_GROUP(1)
#include "winograd_level_template.h"

const msrn_kernel_table msrn_table_generic = {
    .level = MSRN_GENERIC, .name = "generic",
    .groups = {1}, .tile_pixels = {0, 6},
    .conv = LEVEL(conv), .pointwise_groups = {1}, .pointwise_tiles = {0, 6}, .pointwise = LEVEL(pointwise),
    .winograd_groups = {1}, .near_groups = {1}, .winograd_tiles = {0, 6}, .winograd = MSRN_WINOGRAD_TABLE,
    .elementwise = LEVEL(elementwise), .pool = LEVEL(pool), .norm = LEVEL(norm),
    .load = LEVEL(load), .store = LEVEL(store),
    .combine = LEVEL(combine),
    .peak = LEVEL(peak),
};
