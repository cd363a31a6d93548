// Products of one block whose channels are convolved in runs of EACH, 4 or 8: included by conv_template.h for groups of one block.
//
// Lane l is multiplied by input l / EACH * EACH + k of its pixel, k below EACH: x is spread by a shuffle within the vector that holds it.

#define MSRN_RUN(stem) MSRN_PASTE(NAME(stem), MSRN_PASTE(_runs_of_, EACH))
#define MSRN_FROM(l, k) (l) / EACH * EACH + (k)
#define MSRN_FOUR(l, k) MSRN_FROM(l, k), MSRN_FROM(l + 1, k), MSRN_FROM(l + 2, k), MSRN_FROM(l + 3, k)
#if VL == 16
#define MSRN_SPREAD(k, v) __builtin_shufflevector(v, v, MSRN_FOUR(0, k), MSRN_FOUR(4, k), MSRN_FOUR(8, k), MSRN_FOUR(12, k))
#elif VL == 8
#define MSRN_SPREAD(k, v) __builtin_shufflevector(v, v, MSRN_FOUR(0, k), MSRN_FOUR(4, k))
#else
#define MSRN_SPREAD(k, v) __builtin_shufflevector(v, v, (k) % 4, (k) % 4, (k) % 4, (k) % 4)
#endif
#if EACH == 8
#define MSRN_EACH_INPUT MSRN_RUN_INPUT(0) MSRN_RUN_INPUT(1) MSRN_RUN_INPUT(2) MSRN_RUN_INPUT(3) MSRN_RUN_INPUT(4) MSRN_RUN_INPUT(5) MSRN_RUN_INPUT(6) MSRN_RUN_INPUT(7)
#else
#define MSRN_EACH_INPUT MSRN_RUN_INPUT(0) MSRN_RUN_INPUT(1) MSRN_RUN_INPUT(2) MSRN_RUN_INPUT(3)
#endif

// One tap, pixels `apart` floats from each other.
static inline __attribute__((always_inline)) void MSRN_RUN(tap)(const int pixels, const float *x, const ptrdiff_t apart, const float *w,
                                                                VEC acc[VECS][PIXELS]) {
    EACH_PIXEL EACH_VEC {
        const float *run = x + p * apart + (VL < EACH ? o * VL / EACH * EACH : o * VL);
#define MSRN_RUN_INPUT(k)                                                                                                  \
    {                                                                                                                  \
        VEC v = *(const VEC *)(run + (VL < EACH ? k / VL * VL : 0));                                                   \
        acc[o][p] = MSRN_FMA(MSRN_SPREAD(k, v), *(const VEC *)(w + k * MSRN_BLOCK + o * VL), acc[o][p]);               \
    }
        MSRN_EACH_INPUT
#undef MSRN_RUN_INPUT
    }
}

#if VL == 16 && EACH == 8
#define MSRN_SHARES
// Three taps in a row, one column apart, in the same order of sums: a column that several windows see is spread once. The fence keeps the
// compiler from spreading all columns first, for which there are no registers.
static inline __attribute__((always_inline)) void MSRN_RUN(taps)(const int pixels, const float *x, const float *w, VEC acc[VECS][PIXELS]) {
    MSRN_UNROLL for (int j = 0; j < PIXELS + 2; j++) if (j < pixels + 2) {
        VEC column = *(const VEC *)(x + j * MSRN_BLOCK);
#define MSRN_RUN_INPUT(k)                                                                                                  \
    {                                                                                                                  \
        const VEC v = MSRN_SPREAD(k, column);                                                                          \
        MSRN_UNROLL for (int t = 0; t < 3; t++) if (j >= t && j - t < pixels) {                                        \
            acc[0][j - t] = MSRN_FMA(v, *(const VEC *)(w + (t * EACH + k) * MSRN_BLOCK), acc[0][j - t]);               \
        }                                                                                                              \
    }
        MSRN_EACH_INPUT
#undef MSRN_RUN_INPUT
        __asm__ volatile("" ::: "memory");
    }
}
#endif

// All products of a tile: taps in order, of each its inputs in order.
static inline __attribute__((always_inline)) void MSRN_RUN(products)(const int pixels, const msrn_conv *c, const float *x, const float *w,
                                                                     VEC acc[VECS][PIXELS]) {
    const msrn_window *at = &c->window;
    for (int ky = 0; ky < at->kernel_h; ky++, x += at->dilation_h * c->x_row) {
#ifdef MSRN_SHARES // where spreading takes two shuffles
        if (at->kernel_w == 3 && at->stride_w == 1 && at->dilation_w == 1) {
            MSRN_RUN(taps)(pixels, x, w, acc);
            w += 3 * EACH * MSRN_BLOCK;
            continue;
        }
#endif
        for (int kx = 0; kx < at->kernel_w; kx++, w += EACH * MSRN_BLOCK) {
            MSRN_RUN(tap)(pixels, x + kx * at->dilation_w * MSRN_BLOCK, at->stride_w * MSRN_BLOCK, w, acc);
        }
    }
}

#undef MSRN_RUN
#undef MSRN_SHARES
#undef MSRN_FROM
#undef MSRN_FOUR
#undef MSRN_SPREAD
#undef MSRN_EACH_INPUT
