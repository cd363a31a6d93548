// Winograd with weights that are not transformed, for few tiles: those of one block of inputs and one group of outputs are transformed in
// fp32, a row of positions at a time, and multiplied with while they are in L1; so they come from memory as they are.
//
// For `tiles` tiles at a time: input transform of all blocks, then for each group of outputs all products and the output transform. What
// lies in between is [tile][block][position][16].
//
// Included by winograd_template.h.

// One tile of one block: B^T d B. x: its first input pixel.
static inline __attribute__((always_inline)) void NAME(input_tile)(const float *x, ptrdiff_t x_row, float *v) {
    MSRN_UNROLL for (int h = 0; h < VECS; h++) {
        VEC t[POINTS * POINTS];
        for (int j = 0; j < POINTS; j++) {
            NAME(input_line)((const VEC *)(x + j * MSRN_BLOCK + h * VL), x_row / VL, t + j, POINTS);
        }
        for (int i = 0; i < POINTS; i++) {
            NAME(input_line)(t + i * POINTS, 1, (VEC *)(v + i * POINTS * MSRN_BLOCK + h * VL), VECS);
        }
    }
}

// One tile of one block: A^T m A + bias + addend, ReLU.
static inline __attribute__((always_inline)) void NAME(output_tile)(const float *m, const float *bias, float *y, ptrdiff_t y_row,
                                                                    ptrdiff_t y_pixel, const float *addend, ptrdiff_t addend_row,
                                                                    const int relu) {
    MSRN_UNROLL for (int h = 0; h < VECS; h++) {
        VEC t[TILE * POINTS];
        const VEC b = *(const VEC *)(bias + h * VL);
        for (int j = 0; j < POINTS; j++) {
            NAME(output_line)((const VEC *)(m + j * MSRN_BLOCK + h * VL), POINTS * VECS, t + j, POINTS);
        }
        for (int i = 0; i < TILE; i++) {
            VEC line[TILE];
            NAME(output_line)(t + i * POINTS, 1, line, 1);
            MSRN_UNROLL for (int j = 0; j < TILE; j++) {
                VEC value = line[j] + b;
                if (addend) value += *(const VEC *)(addend + i * addend_row + j * MSRN_BLOCK + h * VL);
                if (relu) value = __builtin_elementwise_max(value, (VEC)0.0f);
                *(VEC *)(y + i * y_row + j * y_pixel + h * VL) = value;
            }
        }
    }
}

// A tile that reaches over the map's zero border: its input is gathered into a copy with more zeros.
static __attribute__((noinline)) void NAME(input_edge)(const float *x, ptrdiff_t x_row, int rows, int columns, float *v) {
    float copy[POSITIONS * MSRN_BLOCK] __attribute__((aligned(64)));
    __builtin_memset(copy, 0, sizeof copy);
    for (int i = 0; i < POINTS && i < rows; i++) {
        const int n = columns < POINTS ? columns : POINTS;
        __builtin_memcpy(copy + i * POINTS * MSRN_BLOCK, x + i * x_row, sizeof(float) * MSRN_BLOCK * n);
    }
    NAME(input_tile)(copy, POINTS * MSRN_BLOCK, v);
}

// A tile that the map's end or the block's cuts off: only rows x columns of it are stored.
static __attribute__((noinline)) void NAME(output_edge)(const float *m, const float *bias, float *y, ptrdiff_t y_row, ptrdiff_t y_pixel,
                                                        const float *addend, ptrdiff_t addend_row, int relu, int rows, int columns) {
    float all[TILE * TILE * MSRN_BLOCK] __attribute__((aligned(64))), add[TILE * TILE * MSRN_BLOCK] __attribute__((aligned(64)));
    if (addend) {
        __builtin_memset(add, 0, sizeof add);
        for (int i = 0; i < rows; i++) {
            __builtin_memcpy(add + i * TILE * MSRN_BLOCK, addend + i * addend_row, sizeof(float) * MSRN_BLOCK * columns);
        }
    }
    NAME(output_tile)(m, bias, all, TILE * MSRN_BLOCK, MSRN_BLOCK, addend ? add : NULL, TILE * MSRN_BLOCK, relu);
    for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
            __builtin_memcpy(y + i * y_row + j * y_pixel, all + (i * TILE + j) * MSRN_BLOCK, sizeof(float) * MSRN_BLOCK);
        }
    }
}

static __attribute__((noinline)) void NAME(input_block)(const msrn_conv *c, int block, int first, int count, int across, int y0, int x0,
                                                        float *v, ptrdiff_t v_tile) {
    const float *x = c->x + c->x_block[block];
    int ty = first / across, tx = first % across;
    for (int t = 0; t < count; t++, v += v_tile) {
        const int row = y0 + ty * TILE - REACH, column = x0 + tx * TILE - REACH;
        const int rows = c->height + REACH - row, columns = c->width + REACH - column;
        const float *from = x + row * c->x_row + column * MSRN_BLOCK;
        if (rows >= POINTS && columns >= POINTS) NAME(input_tile)(from, c->x_row, v);
        else NAME(input_edge)(from, c->x_row, rows, columns, v);
        if (++tx == across) tx = 0, ty++;
    }
}

static __attribute__((noinline)) void NAME(output_block)(const msrn_conv *c, int block, int first, int count, int across, int y0, int y1,
                                                         int x0, int x1, const float *m, ptrdiff_t m_tile) {
    float *y = c->y + c->y_block[block];
    const float *a = c->addend ? c->addend + c->addend_block[block] : NULL, *bias = c->bias + block * MSRN_BLOCK;
    int ty = first / across, tx = first % across;
    for (int t = 0; t < count; t++, m += m_tile) {
        const int row = y0 + ty * TILE, column = x0 + tx * TILE;
        const int rows = y1 - row, columns = x1 - column;
        float *to = y + row * c->y_row + column * c->y_pixel;
        const float *add = a ? a + row * c->addend_row + column * MSRN_BLOCK : NULL;
        if (rows >= TILE && columns >= TILE) {
            // The four ways are compiled apart, so that none asks per pixel what it has to do.
            if (add) {
                if (c->relu) NAME(output_tile)(m, bias, to, c->y_row, c->y_pixel, add, c->addend_row, 1);
                else NAME(output_tile)(m, bias, to, c->y_row, c->y_pixel, add, c->addend_row, 0);
            } else if (c->relu) NAME(output_tile)(m, bias, to, c->y_row, c->y_pixel, NULL, 0, 1);
            else NAME(output_tile)(m, bias, to, c->y_row, c->y_pixel, NULL, 0, 0);
        } else {
            NAME(output_edge)(m, bias, to, c->y_row, c->y_pixel, add, c->addend_row, c->relu, rows < TILE ? rows : TILE,
                              columns < TILE ? columns : TILE);
        }
        if (++tx == across) tx = 0, ty++;
    }
}

// Row `row` of the positions of 16 inputs' filters, [16][KERNEL][KERNEL][outputs]: G g G^T into u, [POINTS][16][outputs], positions `slab`
// apart. A row at a time, so that what is written stays in L1: one that leaves it costs as much as the arithmetic.
static __attribute__((noinline)) void NAME(filter_row)(int row, const float *w, int outputs, float *u, ptrdiff_t slab) {
    switch (row) {
#define MSRN_CASE(n)                                                                                                   \
    case n:                                                                                                            \
        for (int i = 0; i < MSRN_BLOCK; i++, w += KERNEL * KERNEL * outputs, u += outputs) {                           \
            MSRN_ROLLED for (int o = 0; o < outputs; o += VL) {                                                        \
                VEC t[POINTS * KERNEL], line[POINTS];                                                                  \
                MSRN_UNROLL for (int x = 0; x < KERNEL; x++) {                                                         \
                    NAME(filter_line)((const VEC *)(w + x * outputs + o), KERNEL * outputs / VL, t + x, KERNEL);       \
                }                                                                                                      \
                NAME(filter_line)(t + n * KERNEL, 1, line, 1);                                                         \
                MSRN_UNROLL for (int q = 0; q < POINTS; q++) *(VEC *)(u + o + q * slab) = line[q];                     \
            }                                                                                                          \
        }                                                                                                              \
        break;
        MSRN_CASE(0) MSRN_CASE(1) MSRN_CASE(2) MSRN_CASE(3) MSRN_CASE(4) MSRN_CASE(5)
#if POINTS > 6
        MSRN_CASE(6) MSRN_CASE(7)
#endif
#if POINTS > 8
        MSRN_CASE(8) MSRN_CASE(9)
#endif
#if POINTS > 10
        MSRN_CASE(10) MSRN_CASE(11)
#endif
#undef MSRN_CASE
    }
}

// Adds to m the products of one block of inputs with a group's filters, which are transformed for it. Meanwhile the filters that follow
// are asked for.
static inline __attribute__((always_inline)) void NAME(near_block)(int group, int count, const float *v, ptrdiff_t v_tile, const float *w,
                                                                   float *u, float *m, ptrdiff_t m_tile, int more) {
    const ptrdiff_t slab = MSRN_BLOCK * MSRN_BLOCK * group + MSRN_BLOCK; // not a power of two apart
    const float *ahead = w + MSRN_BLOCK * MSRN_BLOCK * KERNEL * KERNEL * group, *end = ahead;
    for (int p = 0; p < POSITIONS; p += 2) {
        const int column = p % POINTS;
        if (column == 0) NAME(filter_row)(p / POINTS, w, group * MSRN_BLOCK, u, slab);
        end += MSRN_BLOCK * MSRN_BLOCK * KERNEL * KERNEL * group * 2 / POSITIONS;
        for (; ahead < end; ahead += MSRN_BLOCK) __builtin_prefetch(ahead, 0, 2);
        switch (group) {
#define MSRN_GROUP(n)                                                                                                  \
    case n:                                                                                                            \
        MSRN_ADD(n)(count, v + p * MSRN_BLOCK, v_tile, u + column * slab, slab, m + p * MSRN_BLOCK, m_tile, LINES * MSRN_BLOCK, more); \
        break;
            MSRN_NEAR_GROUPS
#undef MSRN_GROUP
        default: __builtin_trap(); // the plan offers only sizes of this table
        }
    }
}

static void NAME(near)(const msrn_conv *c, float *scratch, int32_t tiles, int y0, int y1, int x0, int x1) {
    const int across = (x1 - x0 + TILE - 1) / TILE, block_tiles = across * ((y1 - y0 + TILE - 1) / TILE);
    const int slices = c->slices ? c->slices : 1, start = block_tiles * c->slice / slices;
    const int each = block_tiles * (c->slice + 1) / slices - start, all = each * (c->pictures ? c->pictures : 1);
    if (all == 0) return;
    const int pieces = (all + tiles - 1) / tiles, base = all / pieces, wider = all % pieces;
    const ptrdiff_t v_block = LINES * MSRN_BLOCK, v_tile = c->in_blocks * v_block;
    const int largest = msrn_largest_group(c);
    float *const v = scratch, *const m = scratch + tiles * v_tile, *const u = m + tiles * largest * v_block;
    for (int piece = 0, first = 0; piece < pieces; piece++) {
        const int count = base + (piece < wider);
        // Tiles of one picture after those of another: `n` from its tile `at` on.
        for (int done = 0, n; done < count; done += n) {
            const int at = (first + done) % each;
            n = each - at < count - done ? each - at : count - done;
            const msrn_conv one = msrn_picture(c, (first + done) / each);
            for (int b = 0; b < c->in_blocks; b++) {
                NAME(input_block)(&one, b, start + at, n, across, y0, x0, v + done * v_tile + b * v_block, v_tile);
            }
        }
        const float *w = c->weights;
        for (int g = 0, block = 0; g < c->group_count; g++) {
            const int group = c->groups[g];
            const ptrdiff_t m_tile = group * v_block;
            for (int b = 0; b < c->in_blocks; b++, w += MSRN_BLOCK * MSRN_BLOCK * KERNEL * KERNEL * group) {
                NAME(near_block)(group, count, v + b * v_block, v_tile, w, u, m, m_tile, b > 0);
            }
            for (int done = 0, n; done < count; done += n) {
                const int at = (first + done) % each;
                n = each - at < count - done ? each - at : count - done;
                const msrn_conv one = msrn_picture(c, (first + done) / each);
                for (int i = 0; i < group; i++) {
                    NAME(output_block)(&one, block + i, start + at, n, across, y0, y1, x0, x1, m + done * m_tile + i * v_block, m_tile);
                }
            }
            block += group;
        }
        first += count;
    }
}

static size_t NAME(near_scratch)(int32_t in_blocks, int32_t out_blocks, int32_t group, int32_t tiles) {
    (void)out_blocks;
    return (size_t)tiles * (in_blocks + group) * LINES * MSRN_BLOCK + POINTS * (MSRN_BLOCK * MSRN_BLOCK * group + MSRN_BLOCK);
}
