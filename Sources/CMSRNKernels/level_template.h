// What one instruction set does around its tiles: the convolution over a block of rows, and the kernels without arithmetic to
// speak of. Defined by the including file: LEVEL(stem), VL, MSRN_ROW_OF(group): the `row` function of a group size.

// Rows are taken four at a time for one group of outputs, so that the group's weights are fetched from L2 once per four rows
// while the input rows stay near.
static void LEVEL(conv)(const msrn_conv *c, int y0, int y1, int x0, int x1) {
    const int rows = 4, half = c->kernel / 2;
    const size_t block_weights = (size_t)c->in_blocks * c->kernel * c->kernel * MSRN_BLOCK * MSRN_BLOCK;
    for (int top = y0; top < y1; top += rows) {
        const int bottom = top + rows < y1 ? top + rows : y1;
        int block = 0;
        for (int g = 0; g < c->group_count; g++) {
            const int group = c->groups[g];
            const float *w = c->weights + block * block_weights, *bias = c->bias + block * MSRN_BLOCK;
            const ptrdiff_t *yb = c->y_block + block;
            const ptrdiff_t *ab = c->addend ? c->addend_block + block : NULL;
            for (int r = top; r < bottom; r++) {
                const float *x = c->x + (r - half) * c->x_row + (x0 - half) * MSRN_BLOCK;
                float *y = c->y + r * c->y_row + x0 * c->y_pixel;
                const float *a = c->addend ? c->addend + r * c->addend_row + x0 * MSRN_BLOCK : NULL;
                switch (group) {
#define MSRN_GROUP(n)                                                                                                  \
    case n: MSRN_ROW_OF(n)(c, x, w, bias, y, yb, a, ab, x1 - x0); break;
                    MSRN_GROUPS
#undef MSRN_GROUP
                default: __builtin_trap(); // the plan offers only sizes of this table
                }
            }
            block += group;
        }
    }
}

static void LEVEL(elementwise)(const msrn_elementwise *e, int y0, int y1, int x0, int x1) {
    typedef float vec __attribute__((ext_vector_type(VL)));
    for (int r = y0; r < y1; r++) {
        for (int b = 0; b < e->blocks; b++) {
            const float *x = e->x + r * e->x_row + e->x_block[b];
            const float *a = e->addend ? e->addend + r * e->addend_row + e->addend_block[b] : NULL;
            float *y = e->y + r * e->y_row + e->y_block[b];
            for (ptrdiff_t i = (ptrdiff_t)x0 * MSRN_BLOCK; i < (ptrdiff_t)x1 * MSRN_BLOCK; i += VL) {
                vec v = *(const vec *)(x + i);
                if (a) v += *(const vec *)(a + i);
                if (e->relu) v = __builtin_elementwise_max(v, (vec)0.0f);
                *(vec *)(y + i) = v;
            }
        }
    }
}

static void LEVEL(load)(const msrn_planes *m, int y0, int y1, int x0, int x1) {
    for (int r = y0; r < y1; r++) {
        float *row = m->map + r * m->map_row;
        for (int b = 0; b < m->blocks; b++) {
            __builtin_memset(row + m->block[b] + (ptrdiff_t)x0 * MSRN_BLOCK, 0, sizeof(float) * MSRN_BLOCK * (x1 - x0));
        }
        for (int ch = 0; ch < m->channels; ch++) {
            const float *plane = m->planes + ch * m->plane + r * m->plane_row;
            float *y = row + m->block[m->slot[ch] / MSRN_BLOCK] + m->slot[ch] % MSRN_BLOCK;
            const float scale = m->scale[ch], shift = m->shift[ch];
            for (int p = x0; p < x1; p++) y[(ptrdiff_t)p * MSRN_BLOCK] = plane[p] * scale + shift;
        }
    }
}

static void LEVEL(store)(const msrn_planes *m, int y0, int y1, int x0, int x1) {
    const int by = m->shuffle;
    for (int r = y0; r < y1; r++) {
        const float *row = m->map + r * m->map_row;
        for (int i = 0; i < m->channels * by * by; i++) {
            const int channel = i / (by * by), dy = i / by % by, dx = i % by;
            float *plane = m->planes + channel * m->plane + (r * by + dy) * m->plane_row + dx;
            const float *x = row + m->block[m->slot[i] / MSRN_BLOCK] + m->slot[i] % MSRN_BLOCK;
            for (int p = x0; p < x1; p++) plane[(ptrdiff_t)p * by] = x[(ptrdiff_t)p * MSRN_BLOCK];
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
