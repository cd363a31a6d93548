// What one instruction set does around its tiles: the convolution over a block of rows, and how maps come and go. Defined by the
// including file: LEVEL(stem), VL, MSRN_ROW_OF(group): the `row` function of a group size; MSRN_NARROW_ROW: the
// `narrow` function; MSRN_PAIR_OF(group), where there are any: the `pair` function; MSRN_GROUPS: of these; MSRN_POINTWISE_OF(group),
// MSRN_POINTWISE_GROUPS: the `pointwise` function.

// Some rows are taken at a time for one group of outputs, so that the group's weights are fetched once for all of them while the
// input rows stay near.
static void LEVEL(conv)(const msrn_conv *c, int y0, int y1, int x0, int x1) {
    const int rows = c->rows ? c->rows : 4;
    const msrn_window *at = &c->window;
    const size_t inputs = (size_t)(c->in_blocks - 1) * MSRN_BLOCK + c->in_last;
    const size_t block_weights = inputs * at->kernel_h * at->kernel_w * MSRN_BLOCK;
    for (int top = y0; top < y1; top += rows) {
        const int bottom = top + rows < y1 ? top + rows : y1;
        int block = 0;
        for (int g = 0; g < c->group_count; g++) {
            const int group = c->groups[g];
            const float *w = c->weights + block * block_weights, *bias = c->bias + block * MSRN_BLOCK;
            const ptrdiff_t *xb = c->x_block + (c->group_first ? c->group_first[g] : 0), *yb = c->y_block + block;
            const ptrdiff_t *ab = c->addend ? c->addend_block + block : NULL;
            for (int r = top; r < bottom; r++) {
                const float *x = c->x + (r * at->stride_h - at->pad_h) * c->x_row + (x0 * at->stride_w - at->pad_w) * MSRN_BLOCK;
                float *y = c->y + r * c->y_row + x0 * c->y_pixel;
                const float *a = c->addend ? c->addend + r * c->addend_row + x0 * MSRN_BLOCK : NULL;
#ifdef MSRN_PAIR_OF
                if (x1 - x0 == 7 && at->stride_w <= 2 && !c->each && r + 1 < bottom) {
                    r++;
                    switch (group) {
#define MSRN_GROUP(n)                                                                                                  \
    case n: MSRN_PAIR_OF(n)(c, xb, x, w, bias, y, yb, a, ab); break;
                        MSRN_GROUPS
#undef MSRN_GROUP
                    default: __builtin_trap(); // as below
                    }
                    continue;
                }
#endif
                if (c->each) {
                    MSRN_NARROW_ROW(c, xb, x, w, bias, y, yb, a, ab, x1 - x0);
                    continue;
                }
                switch (group) {
#define MSRN_GROUP(n)                                                                                                  \
    case n: MSRN_ROW_OF(n)(c, xb, x, w, bias, y, yb, a, ab, x1 - x0); break;
                    MSRN_GROUPS
#undef MSRN_GROUP
                default: __builtin_trap(); // the plan offers only sizes of this table
                }
            }
            block += group;
        }
    }
}

enum { LEVEL(l1_floats) = 4096 }; // 16 KB of weights stay in L1 while tiles pass by

// A 1x1 convolution of stride 1, its sums as those of `conv`: some rows for one group of outputs, in parts whose weights stay in L1. What
// one part gives waits in y, so that all is one part where the addend lies there.
static void LEVEL(pointwise)(const msrn_conv *c, int y0, int y1, int x0, int x1) {
    const int rows = c->rows ? c->rows : 4;
    for (int top = y0; top < y1; top += rows) {
        const int bottom = top + rows < y1 ? top + rows : y1;
        const float *w = c->weights;
        for (int g = 0, block = 0; g < c->group_count; g++) {
            const int group = c->groups[g], weights = MSRN_BLOCK * MSRN_BLOCK * group;
            const int together = c->addend == c->y ? c->in_blocks : LEVEL(l1_floats) / weights;
            const float *bias = c->bias + block * MSRN_BLOCK;
            const ptrdiff_t *yb = c->y_block + block, *ab = c->addend ? c->addend_block + block : NULL;
            const ptrdiff_t *xb = c->x_block + (c->group_first ? c->group_first[g] : 0);
            for (int from = 0; from < c->in_blocks; from += together) {
                const int to = c->in_blocks - from < together ? c->in_blocks : from + together;
                for (int r = top; r < bottom; r++) {
                    const float *x = c->x + r * c->x_row + x0 * MSRN_BLOCK;
                    float *y = c->y + r * c->y_row + x0 * c->y_pixel;
                    const float *a = c->addend ? c->addend + r * c->addend_row + x0 * MSRN_BLOCK : NULL;
                    switch (group) {
#define MSRN_GROUP(n)                                                                                                  \
    case n: MSRN_POINTWISE_OF(n)(c, from, to, xb, x, w + from * weights, bias, y, yb, a, ab, x1 - x0); break;
                        MSRN_POINTWISE_GROUPS
#undef MSRN_GROUP
                    default: __builtin_trap(); // the plan offers only sizes of this table
                    }
                }
            }
            w += ((c->in_blocks - 1) * MSRN_BLOCK + c->in_last) * MSRN_BLOCK * group;
            block += group;
        }
    }
}

// One row of a block whose only channels are its first `count`, 1 to 4: pixels are written whole.
static inline __attribute__((always_inline)) void LEVEL(few)(const int count, const float *plane, ptrdiff_t step, const float *scale,
                                                             const float *shift, float *y, int n) {
    typedef float few __attribute__((ext_vector_type(4)));
    typedef float pixel __attribute__((ext_vector_type(MSRN_BLOCK)));
    few scales = (few)0.0f, shifts = (few)0.0f;
    MSRN_UNROLL for (int ch = 0; ch < count; ch++) scales[ch] = scale[ch], shifts[ch] = shift[ch];
    for (int p = 0; p < n; p++) {
        few v = (few)0.0f;
        MSRN_UNROLL for (int ch = 0; ch < count; ch++) v[ch] = plane[ch * step + p];
        v = v * scales + shifts;
        *(pixel *)(y + (ptrdiff_t)p * MSRN_BLOCK) =
            __builtin_shufflevector(v, (few)0.0f, 0, 1, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4);
    }
}

// One row of a block; its channels in order, in any of its places.
static void LEVEL(load_block)(const msrn_planes *m, int first, int count, const float *planes, float *y, int n) {
    const float *scale = m->scale + first, *shift = m->shift + first;
    const int32_t *slot = m->slot + first;
    if (count && count <= 4 && slot[0] % MSRN_BLOCK == 0 && slot[count - 1] == slot[0] + count - 1) {
        switch (count) {
        case 1: LEVEL(few)(1, planes, m->plane, scale, shift, y, n); break;
        case 2: LEVEL(few)(2, planes, m->plane, scale, shift, y, n); break;
        case 3: LEVEL(few)(3, planes, m->plane, scale, shift, y, n); break;
        case 4: LEVEL(few)(4, planes, m->plane, scale, shift, y, n); break;
        }
        return;
    }
    __builtin_memset(y, 0, sizeof(float) * MSRN_BLOCK * n);
    for (int ch = 0; ch < count; ch++) {
        const float *plane = planes + ch * m->plane;
        for (int p = 0; p < n; p++) y[(ptrdiff_t)p * MSRN_BLOCK + slot[ch] % MSRN_BLOCK] = plane[p] * scale[ch] + shift[ch];
    }
}

// Channels lie in the order of the planes.
static void LEVEL(load)(const msrn_planes *m, int y0, int y1, int x0, int x1) {
    for (int r = y0; r < y1; r++) {
        int first = 0;
        for (int b = 0; b < m->blocks; b++) {
            int end = first;
            while (end < m->channels && m->slot[end] / MSRN_BLOCK == b) end++;
            LEVEL(load_block)(m, first, end - first, m->planes + first * m->plane + r * m->plane_row + x0,
                              m->map + r * m->map_row + m->block[b] + (ptrdiff_t)x0 * MSRN_BLOCK, x1 - x0);
            first = end;
        }
    }
}

// The `by` pixels of one row that a pixel becomes: consecutive in memory where their channels are.
static inline __attribute__((always_inline)) void LEVEL(spread)(const int by, float *plane, const float *x, int x0, int x1) {
    for (int p = x0; p < x1; p++) {
        for (int dx = 0; dx < by; dx++) plane[(ptrdiff_t)p * by + dx] = x[(ptrdiff_t)p * MSRN_BLOCK + dx];
    }
}

static void LEVEL(store)(const msrn_planes *m, int y0, int y1, int x0, int x1) {
    const int by = m->shuffle;
    for (int r = y0; r < y1; r++) {
        const float *row = m->map + r * m->map_row;
        for (int i = 0; i < m->channels * by; i++) {
            float *plane = m->planes + i / by * m->plane + (r * by + i % by) * m->plane_row;
            const int32_t *slot = m->slot + i * by;
            const float *x = row + m->block[slot[0] / MSRN_BLOCK] + slot[0] % MSRN_BLOCK;
            int together = slot[0] % MSRN_BLOCK + by <= MSRN_BLOCK;
            for (int dx = 1; dx < by; dx++) together &= slot[dx] == slot[0] + dx;
            if (together && by == 4) LEVEL(spread)(4, plane, x, x0, x1);
            else if (together && by == 3) LEVEL(spread)(3, plane, x, x0, x1);
            else if (together && by == 2) LEVEL(spread)(2, plane, x, x0, x1);
            else {
                for (int dx = 0; dx < by; dx++) {
                    x = row + m->block[slot[dx] / MSRN_BLOCK] + slot[dx] % MSRN_BLOCK;
                    for (int p = x0; p < x1; p++) plane[(ptrdiff_t)p * by + dx] = x[(ptrdiff_t)p * MSRN_BLOCK];
                }
            }
        }
    }
}

// Four outputs share what is read of x.
static void LEVEL(combine)(double *y, ptrdiff_t y_step, int outputs, const double *a, ptrdiff_t a_step, const double *x,
                           ptrdiff_t x_step, int terms, int n) {
    typedef double wide __attribute__((ext_vector_type(8), aligned(8)));
    for (int first = 0; first < outputs; first += 4) {
        const int count = outputs - first < 4 ? outputs - first : 4;
        int i = 0;
        for (; i + 8 <= n; i += 8) {
            wide sum[4];
            for (int o = 0; o < count; o++) sum[o] = *(const wide *)(y + (first + o) * y_step + i);
            for (int t = 0; t < terms; t++) {
                const wide v = *(const wide *)(x + t * x_step + i);
                MSRN_UNROLL for (int o = 0; o < 4; o++) {
                    if (o < count) sum[o] = MSRN_FMA((wide)a[(first + o) * a_step + t], v, sum[o]);
                }
            }
            for (int o = 0; o < count; o++) *(wide *)(y + (first + o) * y_step + i) = sum[o];
        }
        for (; i < n; i++) {
            for (int o = 0; o < count; o++) {
                double *to = y + (first + o) * y_step + i, sum = *to;
                for (int t = 0; t < terms; t++) sum = MSRN_FMA(a[(first + o) * a_step + t], x[t * x_step + i], sum);
                *to = sum;
            }
        }
    }
}

// Twelve independent chains hide the latency of every multiply-add unit built so far.
static double LEVEL(peak)(long iterations) {
    typedef float vec __attribute__((ext_vector_type(VL)));
    vec acc[12], a = (vec)1.0000001f, b = (vec)1e-9f;
    for (int i = 0; i < 12; i++) acc[i] = (vec)(float)i;
    for (long n = 0; n < iterations; n++) {
        MSRN_UNROLL for (int i = 0; i < 12; i++) {
            acc[i] = MSRN_FMA(acc[i], a, b);
            __asm__ volatile("" : "+" MSRN_REGISTER(acc[i])); // each step stands: the loop is not folded
        }
    }
    vec sum = acc[0];
    for (int i = 1; i < 12; i++) sum += acc[i];
    volatile float sink = sum[0];
    (void)sink;
    return 2.0 * VL * 12 * (double)iterations;
}

#include "map_template.h"
