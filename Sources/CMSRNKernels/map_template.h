// The kernels of one instruction set that multiply by no weights: one map made of another, or of two. Defined by the including
// file: LEVEL(stem), VL, MSRN_FMA.

typedef float LEVEL(vec) __attribute__((ext_vector_type(VL)));
typedef int LEVEL(lanes) __attribute__((ext_vector_type(VL)));
#define VEC LEVEL(vec)
#define LANES LEVEL(lanes)

// 1 / (1 + e^-x) to 2 units in the last place: e^-x = 2^n e^r with |r| <= ln 2 / 2, e^r by its series.
static inline __attribute__((always_inline)) VEC LEVEL(sigmoid)(VEC x) {
    const VEC bound = (VEC)87.0f, magic = (VEC)12582912.0f; // adding 1.5 * 2^23 rounds to a whole number
    VEC z = __builtin_elementwise_min(__builtin_elementwise_max(-x, -bound), bound);
    const VEC n = MSRN_FMA(z, (VEC)1.44269504f, magic) - magic;
    VEC r = MSRN_FMA(n, (VEC)-0.693359375f, z);
    r = MSRN_FMA(n, (VEC)2.12194440e-4f, r);
    VEC e = MSRN_FMA((VEC)1.98412698e-4f, r, (VEC)1.38888889e-3f);
    e = MSRN_FMA(e, r, (VEC)8.33333333e-3f);
    e = MSRN_FMA(e, r, (VEC)4.16666667e-2f);
    e = MSRN_FMA(e, r, (VEC)1.66666667e-1f);
    e = MSRN_FMA(e, r, (VEC)0.5f);
    e = MSRN_FMA(e, r, (VEC)1.0f);
    e = MSRN_FMA(e, r, (VEC)1.0f);
    const LANES power = (__builtin_convertvector(n, LANES) + 127) << 23;
    return 1.0f / (1.0f + e * (VEC)power);
}

static inline __attribute__((always_inline)) VEC LEVEL(apply)(const msrn_function function, VEC v, float slope) {
    switch (function) {
    case MSRN_RELU: return __builtin_elementwise_max(v, (VEC)0.0f);
    case MSRN_LEAKY_RELU: return __builtin_elementwise_max(v, (VEC)0.0f) + __builtin_elementwise_min(v, (VEC)0.0f) * slope;
    case MSRN_SIGMOID: return LEVEL(sigmoid)(v);
    default: return v;
    }
}

// One row of one block; what is constant in a call is decided outside the loop.
static inline __attribute__((always_inline)) void LEVEL(each)(const msrn_function function, const int other, const msrn_elementwise *e,
                                                              const float *x, const float *scale, const float *shift,
                                                              const float *second, float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i += VL) {
        VEC v = *(const VEC *)(x + i);
        if (scale) v = MSRN_FMA(v, *(const VEC *)(scale + i % MSRN_BLOCK), *(const VEC *)(shift + i % MSRN_BLOCK));
        if (other == 1) v += *(const VEC *)(second + i);
        if (other == 2) v *= *(const VEC *)(second + i);
        *(VEC *)(y + i) = LEVEL(apply)(function, v, e->slope);
    }
}

static void LEVEL(elementwise)(const msrn_elementwise *e, int y0, int y1, int x0, int x1) {
    const ptrdiff_t first = (ptrdiff_t)x0 * MSRN_BLOCK, n = (ptrdiff_t)(x1 - x0) * MSRN_BLOCK;
    const int other = e->other ? 1 + e->multiplies : 0;
    for (int r = y0; r < y1; r++) {
        for (int b = 0; b < e->maps.blocks; b++) {
            const float *x = e->maps.x + r * e->maps.x_row + e->maps.x_block[b] + first;
            const float *o = e->other ? e->other + r * e->other_row + e->other_block[b] + first : NULL;
            const float *scale = e->scale ? e->scale + b * MSRN_BLOCK : NULL, *shift = e->scale ? e->shift + b * MSRN_BLOCK : NULL;
            float *y = e->maps.y + r * e->maps.y_row + e->maps.y_block[b] + first;
            switch (e->function * 3 + other) {
#define MSRN_CASE(f, k)                                                                                                \
    case f * 3 + k: LEVEL(each)(f, k, e, x, scale, shift, o, y, n); break;
#define MSRN_CASES(f) MSRN_CASE(f, 0) MSRN_CASE(f, 1) MSRN_CASE(f, 2)
                MSRN_CASES(MSRN_IDENTITY) MSRN_CASES(MSRN_RELU) MSRN_CASES(MSRN_LEAKY_RELU) MSRN_CASES(MSRN_SIGMOID)
#undef MSRN_CASES
#undef MSRN_CASE
            }
        }
    }
}

// The part of window i that lies on a map of `size`; in `*padded` its length with the padding.
static inline msrn_span LEVEL(span)(int i, int kernel, int stride, int pad, int size, int *padded) {
    const int from = i * stride - pad, end = from + kernel, limit = size + pad;
    *padded = (end < limit ? end : limit) - from;
    return (msrn_span){from > 0 ? from : 0, end < size ? end : size};
}

static void LEVEL(reduce)(const msrn_pool *p, int y0, int y1, int x0, int x1) {
    const msrn_window *w = &p->window;
    for (int r = y0; r < y1; r++) {
        for (int q = x0; q < x1; q++) {
            int down = 1, across = 1;
            msrn_span rows, columns;
            if (p->reduction == MSRN_REGIONS) {
                rows = (msrn_span){r * p->height / p->rows, ((r + 1) * p->height + p->rows - 1) / p->rows};
                columns = (msrn_span){q * p->width / p->columns, ((q + 1) * p->width + p->columns - 1) / p->columns};
            } else {
                rows = LEVEL(span)(r, w->kernel_h, w->stride_h, w->pad_h, p->height, &down);
                columns = LEVEL(span)(q, w->kernel_w, w->stride_w, w->pad_w, p->width, &across);
            }
            const int area = p->reduction == MSRN_MEAN_PADDED ? down * across : (rows.end - rows.from) * (columns.end - columns.from);
            for (int b = 0; b < p->maps.blocks; b++) {
                const float *x = p->maps.x + p->maps.x_block[b];
                float *y = p->maps.y + p->maps.y_block[b] + r * p->maps.y_row + (ptrdiff_t)q * MSRN_BLOCK;
                for (int h = 0; h < MSRN_BLOCK; h += VL) {
                    VEC v = p->reduction == MSRN_MAX ? (VEC)-__builtin_inff() : (VEC)0.0f;
                    for (int i = rows.from; i < rows.end; i++) {
                        const float *line = x + i * p->maps.x_row + h;
                        for (int j = columns.from; j < columns.end; j++) {
                            const VEC u = *(const VEC *)(line + (ptrdiff_t)j * MSRN_BLOCK);
                            if (p->reduction == MSRN_MAX) v = __builtin_elementwise_max(v, u);
                            else v += u;
                        }
                    }
                    *(VEC *)(y + h) = p->reduction == MSRN_MAX ? v : v / (float)area;
                }
            }
        }
    }
}

// One row of maxima of one block, in windows that overlap or touch: rows `line` are those of the window, a row outside the map another
// of them again, which changes no maximum; likewise columns. What neighbouring windows share is read once.
static inline __attribute__((always_inline)) void LEVEL(largest)(const int kernel, const int stride, const msrn_pool *p,
                                                                 const float *const *line, float *y, int x0, int x1) {
    const int last = p->width - 1, pad = p->window.pad_w;
    for (int h = 0; h < MSRN_BLOCK; h += VL) {
        VEC column[3];
        for (int q = x0; q < x1; q++) {
            const int kept = q > x0 ? kernel - stride : 0;
            MSRN_UNROLL for (int j = 0; j < kernel; j++) {
                if (j < kept) {
                    column[j] = column[j + stride];
                    continue;
                }
                const int at = q * stride - pad + j, inside = at < 0 ? 0 : at > last ? last : at;
                const ptrdiff_t from = (ptrdiff_t)inside * MSRN_BLOCK + h;
                VEC v = *(const VEC *)(line[0] + from);
                MSRN_UNROLL for (int i = 1; i < kernel; i++) v = __builtin_elementwise_max(v, *(const VEC *)(line[i] + from));
                column[j] = v;
            }
            VEC v = column[0];
            MSRN_UNROLL for (int j = 1; j < kernel; j++) v = __builtin_elementwise_max(v, column[j]);
            *(VEC *)(y + (ptrdiff_t)q * MSRN_BLOCK + h) = v;
        }
    }
}

// The maxima of square windows of 2 or 3 at stride 1 or 2, which begin before the map ends and end after it begins.
static int LEVEL(maxima)(const msrn_pool *p, int y0, int y1, int x0, int x1) {
    const msrn_window *w = &p->window;
    const int kernel = w->kernel_h, stride = w->stride_w;
    if (p->reduction != MSRN_MAX || kernel != w->kernel_w || kernel < 2 || kernel > 3 || stride > 2) return 0;
    for (int r = y0; r < y1; r++) {
        const int top = r * w->stride_h - w->pad_h, last = p->height - 1;
        for (int b = 0; b < p->maps.blocks; b++) {
            const float *line[3];
            for (int i = 0; i < kernel; i++) {
                const int at = top + i, inside = at < 0 ? 0 : at > last ? last : at;
                line[i] = p->maps.x + p->maps.x_block[b] + inside * p->maps.x_row;
            }
            float *y = p->maps.y + p->maps.y_block[b] + r * p->maps.y_row;
            switch (kernel * 3 + stride) {
#define MSRN_CASE(k, s) case k * 3 + s: LEVEL(largest)(k, s, p, line, y, x0, x1); break;
                MSRN_CASE(2, 1) MSRN_CASE(2, 2) MSRN_CASE(3, 1) MSRN_CASE(3, 2)
#undef MSRN_CASE
            }
        }
    }
    return 1;
}

static void LEVEL(bilinear)(const msrn_pool *p, int y0, int y1, int x0, int x1) {
    for (int r = y0; r < y1; r++) {
        const msrn_weighted down = msrn_between(r, p->rows, p->height);
        for (int q = x0; q < x1; q++) {
            const msrn_weighted across = msrn_between(q, p->columns, p->width);
            for (int b = 0; b < p->maps.blocks; b++) {
                const float *x = p->maps.x + p->maps.x_block[b];
                const float *above = x + down.first * p->maps.x_row, *below = x + down.second * p->maps.x_row;
                float *y = p->maps.y + p->maps.y_block[b] + r * p->maps.y_row + (ptrdiff_t)q * MSRN_BLOCK;
                for (int h = 0; h < MSRN_BLOCK; h += VL) {
                    const ptrdiff_t i = (ptrdiff_t)across.first * MSRN_BLOCK + h, j = (ptrdiff_t)across.second * MSRN_BLOCK + h;
                    const VEC a = *(const VEC *)(above + i), c = *(const VEC *)(below + i);
                    const VEC upper = MSRN_FMA(*(const VEC *)(above + j) - a, (VEC)across.share, a);
                    const VEC lower = MSRN_FMA(*(const VEC *)(below + j) - c, (VEC)across.share, c);
                    *(VEC *)(y + h) = MSRN_FMA(lower - upper, (VEC)down.share, upper);
                }
            }
        }
    }
}

static void LEVEL(pool)(const msrn_pool *p, int y0, int y1, int x0, int x1) {
    if (p->reduction == MSRN_BILINEAR) LEVEL(bilinear)(p, y0, y1, x0, x1);
    else if (!LEVEL(maxima)(p, y0, y1, x0, x1)) LEVEL(reduce)(p, y0, y1, x0, x1);
}

static void LEVEL(norm)(const msrn_norm *n, int y0, int y1, int x0, int x1) {
    for (int r = y0; r < y1; r++) {
        for (int q = x0; q < x1; q++) {
            const float *x = n->maps.x + r * n->maps.x_row + (ptrdiff_t)q * MSRN_BLOCK;
            float *y = n->maps.y + r * n->maps.y_row + (ptrdiff_t)q * MSRN_BLOCK;
            for (int c = 0; c < n->channels; c++) {
                const int from = c - n->size / 2 > 0 ? c - n->size / 2 : 0;
                const int end = c + (n->size - 1) / 2 + 1 < n->channels ? c + (n->size - 1) / 2 + 1 : n->channels;
                float sum = 0;
                for (int j = from; j < end; j++) {
                    const float v = x[n->maps.x_block[j / MSRN_BLOCK] + j % MSRN_BLOCK];
                    sum += v * v;
                }
                y[n->maps.y_block[c / MSRN_BLOCK] + c % MSRN_BLOCK] =
                    x[n->maps.x_block[c / MSRN_BLOCK] + c % MSRN_BLOCK] / powf(n->k + n->alpha / (float)n->size * sum, n->beta);
            }
            for (int c = n->channels; c % MSRN_BLOCK; c++) y[n->maps.y_block[c / MSRN_BLOCK] + c % MSRN_BLOCK] = 0;
        }
    }
}

#undef VEC
#undef LANES
