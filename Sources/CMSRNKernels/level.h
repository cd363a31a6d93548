// Shared by the level_*.c files.
#ifndef MSRN_LEVEL_H
#define MSRN_LEVEL_H

#include <math.h>

#include "map.h"
#include "msrn_kernels.h"

// Products are fused with additions only where a kernel says so, whatever the compiler's flags.
#pragma STDC FP_CONTRACT OFF

#define MSRN_LARGEST_GROUP 4 // of any kernel, in blocks

#define MSRN_PASTE_(a, b) a##b
#define MSRN_PASTE(a, b) MSRN_PASTE_(a, b)
#define MSRN_UNROLL _Pragma("clang loop unroll(full)")
#define MSRN_ROLLED _Pragma("clang loop unroll(disable)")

// The convolution of one of the pictures that are run together.
static inline msrn_conv msrn_picture(const msrn_conv *c, int picture) {
    msrn_conv one = *c;
    one.x += picture * c->apart;
    one.y += picture * c->apart;
    if (c->addend) one.addend += picture * c->apart;
    return one;
}

// Blocks of a convolution's largest group.
static inline int msrn_largest_group(const msrn_conv *c) {
    int largest = 0;
    for (int g = 0; g < c->group_count; g++) largest = c->groups[g] > largest ? c->groups[g] : largest;
    return largest;
}

extern const msrn_kernel_table msrn_table_generic;
#if defined(__x86_64__)
extern const msrn_kernel_table msrn_table_avx2, msrn_table_avx512;
#elif defined(__aarch64__)
extern const msrn_kernel_table msrn_table_neon;
#endif

#endif
