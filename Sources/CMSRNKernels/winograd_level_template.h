// All Winograd forms of one instruction set. Defined by the including file: as for winograd_template.h, without TILE, KERNEL and NAME;
// LEVEL(stem).

#define NAME(stem) LEVEL(MSRN_PASTE(f43_, stem))
#define TILE 4
#define KERNEL 3
#include "winograd_template.h"
#undef NAME
#undef TILE
#undef KERNEL

#define NAME(stem) LEVEL(MSRN_PASTE(f63_, stem))
#define TILE 6
#define KERNEL 3
#include "winograd_template.h"
#undef NAME
#undef TILE
#undef KERNEL

#define NAME(stem) LEVEL(MSRN_PASTE(f83_, stem))
#define TILE 8
#define KERNEL 3
#include "winograd_template.h"
#undef NAME
#undef TILE
#undef KERNEL

#define NAME(stem) LEVEL(MSRN_PASTE(f45_, stem))
#define TILE 4
#define KERNEL 5
#include "winograd_template.h"
#undef NAME
#undef TILE
#undef KERNEL

#define NAME(stem) LEVEL(MSRN_PASTE(f65_, stem))
#define TILE 6
#define KERNEL 5
#include "winograd_template.h"
#undef NAME
#undef TILE
#undef KERNEL

#define NAME(stem) LEVEL(MSRN_PASTE(f85_, stem))
#define TILE 8
#define KERNEL 5
#include "winograd_template.h"
#undef NAME
#undef TILE
#undef KERNEL

#define MSRN_FORM(m, r, name)                                                                                          \
    {                                                                                                                  \
        .tile = m, .kernel = r, .positions = LEVEL(name##_positions), .conv = LEVEL(name##_conv), .near = LEVEL(name##_near), \
        .conv_scratch = LEVEL(name##_conv_scratch), .near_scratch = LEVEL(name##_near_scratch), .prepare = LEVEL(name##_prepare) \
    }
#define MSRN_WINOGRAD_TABLE                                                                                            \
    {                                                                                                                  \
        MSRN_FORM(4, 3, f43), MSRN_FORM(6, 3, f63), MSRN_FORM(8, 3, f83), MSRN_FORM(4, 5, f45), MSRN_FORM(6, 5, f65),  \
        MSRN_FORM(8, 5, f85)                                                                                           \
    }
