// Direct convolution of one group of GROUP output blocks, register tile GROUP * 16 channels x up to PIXELS pixels.
//
// Defined by the including file: VL (floats per vector), GROUP, PIXELS, NAME(stem), and TARGET's pragma around it;
// MSRN_FMA(a, b, c); MSRN_LANES where multiplying by a lane of a register beats broadcasting from memory (NEON);
// MSRN_CONV_AHEAD where weights are asked for so many floats before their use; MSRN_POINTWISE_ALONE for `pointwise` and no `row`.
// Combinations in use are listed in level_*.c; others have not been tested.

typedef float NAME(vec) __attribute__((ext_vector_type(VL)));
#define VEC NAME(vec)
#define VECS (MSRN_BLOCK / VL) // vectors in a block

#define EACH_VEC MSRN_UNROLL for (int o = 0; o < GROUP * VECS; o++)
#define EACH_PIXEL MSRN_UNROLL for (int p = 0; p < PIXELS; p++) if (p < pixels)
#if PIXELS == 14
#define MSRN_EACH_WIDTH                                                                                                \
    MSRN_CASE(1) MSRN_CASE(2) MSRN_CASE(3) MSRN_CASE(4) MSRN_CASE(5) MSRN_CASE(6) MSRN_CASE(7) MSRN_CASE(8) MSRN_CASE(9) \
    MSRN_CASE(10) MSRN_CASE(11) MSRN_CASE(12) MSRN_CASE(13) MSRN_CASE(14)
#elif PIXELS == 6
#define MSRN_EACH_WIDTH MSRN_CASE(1) MSRN_CASE(2) MSRN_CASE(3) MSRN_CASE(4) MSRN_CASE(5) MSRN_CASE(6)
#elif PIXELS == 5
#define MSRN_EACH_WIDTH MSRN_CASE(1) MSRN_CASE(2) MSRN_CASE(3) MSRN_CASE(4) MSRN_CASE(5)
#else
#error "a tile of so many pixels has no list of its widths"
#endif

// Products of the first n inputs of a block for one tap.
#ifdef MSRN_LANES
#define MSRN_LANE(l)                                                                                                   \
    {                                                                                                                  \
        VEC wv[GROUP * VECS];                                                                                          \
        EACH_VEC wv[o] = *(const VEC *)(w + (k + l) * GROUP * MSRN_BLOCK + o * VL);                                    \
        EACH_PIXEL {                                                                                                   \
            VEC b = __builtin_shufflevector(xv[p], xv[p], l, l, l, l);                                                 \
            EACH_VEC acc[o][p] = MSRN_FMA(b, wv[o], acc[o][p]);                                                        \
        }                                                                                                              \
    }
#define MSRN_WHOLE_BLOCK                                                                                               \
    _Pragma("clang loop unroll(disable)") for (int k = 0; k < MSRN_BLOCK; k += 4) {                                    \
        VEC xv[PIXELS];                                                                                                \
        EACH_PIXEL xv[p] = *(const VEC *)(MSRN_PIXEL(p) + k);                                                          \
        MSRN_LANE(0) MSRN_LANE(1) MSRN_LANE(2) MSRN_LANE(3)                                                            \
    }
#else
#define MSRN_WHOLE_BLOCK _Pragma("clang loop unroll_count(4)") for (int k = 0; k < MSRN_BLOCK; k++) MSRN_INPUT
#endif
#ifdef MSRN_CONV_AHEAD
#define MSRN_ASK                                                                                                       \
    MSRN_UNROLL for (int o = 0; o < GROUP; o++) if (far) __builtin_prefetch(w + (k * GROUP + o) * MSRN_BLOCK + MSRN_CONV_AHEAD, 0, 3);
#else
#define MSRN_ASK
#endif
// Where pixel p of the tile is read: those from `split` on lie in the next row of windows.
#define MSRN_PIXEL(p) (p < split ? xp + p * pixel : xp + next_x + (p - split) * pixel)
#define MSRN_INPUT                                                                                                     \
    {                                                                                                                  \
        VEC wv[GROUP * VECS];                                                                                          \
        EACH_VEC wv[o] = *(const VEC *)(w + k * GROUP * MSRN_BLOCK + o * VL);                                          \
        MSRN_ASK                                                                                                       \
        EACH_PIXEL {                                                                                                   \
            VEC b = (VEC)MSRN_PIXEL(p)[k];                                                                             \
            EACH_VEC acc[o][p] = MSRN_FMA(b, wv[o], acc[o][p]);                                                        \
        }                                                                                                              \
    }

// A part of the sums of one tile of a 1x1 convolution, those over the blocks `from` to `to` of its inputs, whose weights stay in L1 while
// tiles pass by. What the parts before it gave stands in y, so the order of sums is that of the tiles above.
static inline __attribute__((always_inline)) void NAME(pointwise_tile)(const int pixels, const msrn_conv *c, int from, int to,
                                                                   const ptrdiff_t *x_block, const float *x, const float *w,
                                                                   const float *bias, float *y, const ptrdiff_t *y_block,
                                                                   const float *addend, const ptrdiff_t *addend_block) {
    const int split = pixels, pixel = MSRN_BLOCK, next_x = 0, far = 0;
    (void)far;
    VEC acc[GROUP * VECS][PIXELS];
#define AT(map, block, step) (*(VEC *)((map) + (block)[o / VECS] + p * (step) + o % VECS * VL))
    if (from) {
        EACH_VEC EACH_PIXEL acc[o][p] = AT(y, y_block, c->y_pixel);
    } else {
        EACH_VEC EACH_PIXEL acc[o][p] = *(const VEC *)(bias + o * VL);
    }
    if (to < c->in_blocks) addend = NULL;
    MSRN_UNROLL for (int o = 0; addend && o < GROUP; o++) EACH_PIXEL __builtin_prefetch(addend + addend_block[o] + p * MSRN_BLOCK, 0, 3);
    for (int i = from; i < to; i++) {
        const float *xp = x + x_block[i];
        const int inputs = i + 1 < c->in_blocks ? MSRN_BLOCK : c->in_last;
        if (inputs == MSRN_BLOCK) {
            MSRN_WHOLE_BLOCK
        } else {
            _Pragma("clang loop unroll(disable)") for (int k = 0; k < inputs; k++) MSRN_INPUT
        }
        w += inputs * GROUP * MSRN_BLOCK;
    }
    if (addend) {
        EACH_VEC EACH_PIXEL acc[o][p] += AT((float *)addend, addend_block, MSRN_BLOCK);
    }
    if (c->relu && to == c->in_blocks) {
        EACH_VEC EACH_PIXEL acc[o][p] = __builtin_elementwise_max(acc[o][p], (VEC)0.0f);
    }
    EACH_VEC EACH_PIXEL AT(y, y_block, c->y_pixel) = acc[o][p];
#undef AT
}

// The same of one row, cut into tiles of nearly equal width.
static __attribute__((noinline)) void NAME(pointwise)(const msrn_conv *c, int from, int to, const ptrdiff_t *x_block, const float *x,
                                                   const float *w, const float *bias, float *y, const ptrdiff_t *y_block,
                                                   const float *addend, const ptrdiff_t *addend_block, int width) {
    const int tiles = (width + PIXELS - 1) / PIXELS, base = width / tiles, wider = width % tiles;
    for (int t = 0; t < tiles; t++) {
        const int pixels = base + (t < wider);
        switch (pixels) {
#define MSRN_CASE(n)                                                                                                   \
    case n: NAME(pointwise_tile)(n, c, from, to, x_block, x, w, bias, y, y_block, addend, addend_block); break;
            MSRN_EACH_WIDTH
#undef MSRN_CASE
        }
        x += pixels * MSRN_BLOCK;
        y += pixels * c->y_pixel;
        if (addend) addend += pixels * MSRN_BLOCK;
    }
}

#ifndef MSRN_POINTWISE_ALONE
#if GROUP == 1
#define EACH 4
#include "narrow_template.h"
#undef EACH
#define EACH 8
#include "narrow_template.h"
#undef EACH
#endif

// One tile: `each`, `pixels`, `split` and a `stride` of 1 or 2 are constants in every call, so that the accumulators live in registers
// and pixels are addressed by their distance from the first. Pixels from `split` on are as many in the next row of windows, whose first
// would lie `back` columns before the tile's first; there are none where `each` is not 0.
static inline __attribute__((always_inline)) void NAME(tile)(const int each, const int pixels, const int split, const int back,
                                                             const int stride, const msrn_conv *c, const ptrdiff_t *x_block,
                                                             const float *x, const float *w, const float *bias, float *y,
                                                             const ptrdiff_t *y_block, const float *addend,
                                                             const ptrdiff_t *addend_block) {
    VEC acc[GROUP * VECS][PIXELS];
    EACH_VEC {
        VEC b = *(const VEC *)(bias + o * VL);
        EACH_PIXEL acc[o][p] = b;
    }
    const ptrdiff_t next_y = c->y_row - back * c->y_pixel, next_addend = c->addend_row - back * MSRN_BLOCK;
    // What is added and written is asked for now, so that it is near when the products are done.
    MSRN_UNROLL for (int o = 0; o < GROUP; o++) {
        EACH_PIXEL __builtin_prefetch(y + y_block[o] + (p < split ? p * c->y_pixel : next_y + (p - split) * c->y_pixel), 1, 3);
        if (addend) {
            EACH_PIXEL __builtin_prefetch(addend + addend_block[o] + (p < split ? p * MSRN_BLOCK : next_addend + (p - split) * MSRN_BLOCK), 0, 3);
        }
    }
    const int kernel_h = c->window.kernel_h, kernel_w = c->window.kernel_w, pixel = stride * MSRN_BLOCK;
    const ptrdiff_t down = c->window.dilation_h * c->x_row, right = c->window.dilation_w * MSRN_BLOCK;
    const ptrdiff_t next_x = c->window.stride_h * c->x_row - back * pixel;
    const int far = 1;
    (void)far;
#if GROUP == 1
    if (each == 4) MSRN_PASTE(NAME(products), _runs_of_4)(pixels, c, x + x_block[0], w, acc);
    if (each == 8) MSRN_PASTE(NAME(products), _runs_of_8)(pixels, c, x + x_block[0], w, acc);
#endif
    for (int i = 0; i < c->in_blocks && !each; i++) {
        const float *xb = x + x_block[i];
        const int inputs = i + 1 < c->in_blocks ? MSRN_BLOCK : c->in_last;
        for (int ky = 0; ky < kernel_h; ky++) {
            const float *xp = xb + ky * down;
            for (int kx = 0; kx < kernel_w; kx++, xp += right, w += inputs * GROUP * MSRN_BLOCK) {
                if (inputs == MSRN_BLOCK) {
                    MSRN_WHOLE_BLOCK
                } else {
                    _Pragma("clang loop unroll(disable)") for (int k = 0; k < inputs; k++) MSRN_INPUT
                }
            }
        }
    }
    if (addend) {
        EACH_VEC EACH_PIXEL {
            const ptrdiff_t at = p < split ? p * MSRN_BLOCK : next_addend + (p - split) * MSRN_BLOCK;
            acc[o][p] += *(const VEC *)(addend + addend_block[o / VECS] + at + o % VECS * VL);
        }
    }
    if (c->relu) {
        EACH_VEC EACH_PIXEL acc[o][p] = __builtin_elementwise_max(acc[o][p], (VEC)0.0f);
    }
    const ptrdiff_t y_pixel = c->y_pixel;
    EACH_VEC EACH_PIXEL {
        const ptrdiff_t at = p < split ? p * y_pixel : next_y + (p - split) * y_pixel;
        *(VEC *)(y + y_block[o / VECS] + at + o % VECS * VL) = acc[o][p];
    }
}

// Columns of one row of windows, cut into tiles of nearly equal width. Strides beyond 2 are rare: they share one code for all.
static __attribute__((noinline)) void NAME(row)(const msrn_conv *c, const ptrdiff_t *x_block, const float *x, const float *w,
                                                const float *bias, float *y, const ptrdiff_t *y_block, const float *addend,
                                                const ptrdiff_t *addend_block, int width) {
    const int stride = c->window.stride_w, kind = stride < 3 ? stride - 1 : 2;
    const int tiles = (width + PIXELS - 1) / PIXELS, base = width / tiles, wider = width % tiles;
    for (int t = 0; t < tiles; t++) {
        const int pixels = base + (t < wider);
        switch (pixels + kind * 16) {
#define MSRN_CASE(n)                                                                                                   \
    case n: NAME(tile)(0, n, n, 0, 1, c, x_block, x, w, bias, y, y_block, addend, addend_block); break;                \
    case n + 16: NAME(tile)(0, n, n, 0, 2, c, x_block, x, w, bias, y, y_block, addend, addend_block); break;           \
    case n + 32: NAME(tile)(0, n, n, 0, stride, c, x_block, x, w, bias, y, y_block, addend, addend_block); break;
            MSRN_EACH_WIDTH
#undef MSRN_CASE
        }
        x += pixels * stride * MSRN_BLOCK;
        y += pixels * c->y_pixel;
        if (addend) addend += pixels * MSRN_BLOCK;
    }
}

// The same where channels are convolved in runs that share blocks: whole tiles, then some smaller ones.
#if GROUP == 1
static __attribute__((noinline)) void NAME(narrow)(const msrn_conv *c, const ptrdiff_t *x_block, const float *x, const float *w,
                                                   const float *bias, float *y, const ptrdiff_t *y_block, const float *addend,
                                                   const ptrdiff_t *addend_block, int width) {
    const int stride = c->window.stride_w;
    while (width > 0) {
        const int pixels = width >= PIXELS ? PIXELS : PIXELS > 7 && width >= 7 ? 7 : width >= 4 ? 4 : width >= 2 ? 2 : 1;
        switch (pixels + (c->each == 8) * 16) {
#define MSRN_CASE(n)                                                                                                   \
    case n: NAME(tile)(4, n, n, 0, stride, c, x_block, x, w, bias, y, y_block, addend, addend_block); break;           \
    case n + 16: NAME(tile)(8, n, n, 0, stride, c, x_block, x, w, bias, y, y_block, addend, addend_block); break;
            MSRN_CASE(1) MSRN_CASE(2) MSRN_CASE(4) MSRN_CASE(PIXELS)
#if PIXELS > 7
            MSRN_CASE(7)
#endif
#undef MSRN_CASE
        }
        x += pixels * stride * MSRN_BLOCK;
        y += pixels * c->y_pixel;
        if (addend) addend += pixels * MSRN_BLOCK;
        width -= pixels;
    }
}
#endif

// Two rows of 7 windows, the second below the first, at stride 1 or 2: maps of 7 columns are what the late layers of networks that
// classify have, and 7 fill no tile well.
#if PIXELS >= 14
#define MSRN_PAIR(stride) NAME(tile)(0, 14, 7, 0, stride, c, x_block, x, w, bias, y, y_block, addend, addend_block);
#elif PIXELS == 6
#define MSRN_PAIR(stride)                                                                                              \
    {                                                                                                                  \
        const ptrdiff_t x5 = 5 * stride * MSRN_BLOCK, x3 = 3 * stride * MSRN_BLOCK + c->window.stride_h * c->x_row;    \
        const ptrdiff_t y3 = c->y_row + 3 * c->y_pixel, a3 = c->addend_row + 3 * MSRN_BLOCK;                           \
        NAME(tile)(0, 5, 5, 0, stride, c, x_block, x, w, bias, y, y_block, addend, addend_block);                         \
        NAME(tile)(0, 5, 2, 5, stride, c, x_block, x + x5, w, bias, y + 5 * c->y_pixel, y_block,                          \
                   addend ? addend + 5 * MSRN_BLOCK : NULL, addend_block);                                             \
        NAME(tile)(0, 4, 4, 0, stride, c, x_block, x + x3, w, bias, y + y3, y_block, addend ? addend + a3 : NULL,         \
                   addend_block);                                                                                      \
    }
#endif
#ifdef MSRN_PAIR
static __attribute__((noinline)) void NAME(pair)(const msrn_conv *c, const ptrdiff_t *x_block, const float *x, const float *w,
                                                 const float *bias, float *y, const ptrdiff_t *y_block, const float *addend,
                                                 const ptrdiff_t *addend_block) {
    if (c->window.stride_w == 1) {
        MSRN_PAIR(1)
    } else {
        MSRN_PAIR(2)
    }
}
#undef MSRN_PAIR
#endif

#endif

#undef MSRN_LANE
#undef MSRN_INPUT
#undef MSRN_ASK
#undef MSRN_PIXEL
#undef MSRN_WHOLE_BLOCK
#undef MSRN_EACH_WIDTH
#undef EACH_VEC
#undef EACH_PIXEL
#undef VEC
#undef VECS
