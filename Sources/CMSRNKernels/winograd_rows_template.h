// Winograd with transformed weights, by rows of positions, so that what the products read and write is near:
//
//   rows      B^T d of all columns of the tiles                 [POINTS][block][column][16], neighbouring tiles share KERNEL - 1 columns
//   then, for each row of positions:
//   points    times B, of each tile                             [POINTS][tile][block][16]
//   products  with the weights of one group of outputs          [POINTS][tile][block of the group][16]
//   results   times A, in the row's place                       [POINTS][block][tile][TILE][16]
//   and at the end A^T times these + bias + addend, ReLU.
//
// Points and products of 32 tiles, some hundred KB, stay in L2 while the row's weights pass by. Rows and results, some MB, are written and
// read in order, once each.
//
// Included by winograd_template.h.

// Input pixels (row, column) on, of `count` columns and POINTS rows of one block: B^T d. Beyond the map they are zero.
static __attribute__((noinline)) void NAME(down_in)(const msrn_conv *c, const float *x, int row, int column, int count, float *u,
                                                    ptrdiff_t u_row) {
    const int rows = c->height + REACH - row, columns = c->width + REACH - column, inside = columns < count ? columns : count;
    const VEC *from = (const VEC *)(x + row * c->x_row + column * MSRN_BLOCK);
    VEC *to = (VEC *)u;
    if (rows >= POINTS) {
        MSRN_ROLLED for (int j = 0; j < inside * VECS; j++) NAME(input_line)(from + j, c->x_row / VL, to + j, u_row / VL);
    } else {
        MSRN_ROLLED for (int j = 0; j < inside * VECS; j++) {
            VEC d[POINTS];
            for (int i = 0; i < POINTS; i++) d[i] = i < rows ? from[i * c->x_row / VL + j] : (VEC)0.0f;
            NAME(input_line)(d, 1, to + j, u_row / VL);
        }
    }
    for (int i = 0; inside < count && i < POINTS; i++) {
        __builtin_memset(u + i * u_row + inside * MSRN_BLOCK, 0, sizeof(float) * MSRN_BLOCK * (count - inside));
    }
}

// A row's columns of one tile, all blocks: the points across.
static inline __attribute__((always_inline)) void NAME(across_in)(const float *u, ptrdiff_t u_block, int blocks, float *v,
                                                                  ptrdiff_t v_point) {
    MSRN_ROLLED for (int b = 0; b < blocks; b++, u += u_block, v += MSRN_BLOCK) {
        MSRN_UNROLL for (int h = 0; h < VECS; h++) NAME(input_line)((const VEC *)(u + h * VL), VECS, (VEC *)(v + h * VL), v_point / VL);
    }
}

static __attribute__((noinline)) void NAME(points_of)(const float *u, ptrdiff_t u_block, int blocks, int first, int count, int across,
                                                      float *v, ptrdiff_t v_point) {
    for (int t = 0, tx = first % across; t < count; t++, u += TILE * MSRN_BLOCK, v += blocks * MSRN_BLOCK) {
        NAME(across_in)(u, u_block, blocks, v, v_point);
        if (++tx == across) tx = 0, u += (KERNEL - 1) * MSRN_BLOCK;
    }
}

// A row's products of one block, tile by tile: the results across.
static __attribute__((noinline)) void NAME(across_out)(const float *m, ptrdiff_t m_tile, ptrdiff_t m_point, int count, float *r) {
    MSRN_ROLLED for (int t = 0; t < count; t++, m += m_tile, r += TILE * MSRN_BLOCK) {
        MSRN_UNROLL for (int h = 0; h < VECS; h++) NAME(output_line)((const VEC *)(m + h * VL), m_point / VL, (VEC *)(r + h * VL), VECS);
    }
}

// The first rows x columns pixels of a tile of one block.
static inline __attribute__((always_inline)) void NAME(down_out)(const float *r, ptrdiff_t r_row, const float *bias, float *y, ptrdiff_t y_row,
                                                                 ptrdiff_t y_pixel, const float *addend, ptrdiff_t addend_row,
                                                                 const int relu, const int rows, int columns) {
    MSRN_ROLLED for (int j = 0; j < columns; j++) {
        MSRN_UNROLL for (int h = 0; h < VECS; h++) {
            const VEC b = *(const VEC *)(bias + h * VL);
            VEC line[TILE];
            NAME(output_line)((const VEC *)(r + j * MSRN_BLOCK + h * VL), r_row / VL, line, 1);
            MSRN_UNROLL for (int i = 0; i < TILE; i++) {
                if (i == rows) break;
                VEC value = line[i] + b;
                if (addend) value += *(const VEC *)(addend + i * addend_row + j * MSRN_BLOCK + h * VL);
                if (relu) value = __builtin_elementwise_max(value, (VEC)0.0f);
                *(VEC *)(y + i * y_row + j * y_pixel + h * VL) = value;
            }
        }
    }
}

static __attribute__((noinline)) void NAME(down_out_edge)(const float *r, ptrdiff_t r_row, const float *bias, float *y, ptrdiff_t y_row,
                                                          ptrdiff_t y_pixel, const float *addend, ptrdiff_t addend_row, int relu, int rows,
                                                          int columns) {
    NAME(down_out)(r, r_row, bias, y, y_row, y_pixel, addend, addend_row, relu, rows, columns);
}

// The results of one block, tile by tile: what the map gets.
static __attribute__((noinline)) void NAME(results)(const msrn_conv *c, int block, int first, int count, int across, int y0, int y1,
                                                    int x0, int x1, const float *r, ptrdiff_t r_row) {
    float *y = c->y + c->y_block[block];
    const float *a = c->addend ? c->addend + c->addend_block[block] : NULL, *bias = c->bias + block * MSRN_BLOCK;
    int ty = first / across, tx = first % across;
    for (int t = 0; t < count; t++, r += TILE * MSRN_BLOCK) {
        const int row = y0 + ty * TILE, column = x0 + tx * TILE;
        const int rows = y1 - row, columns = x1 - column < TILE ? x1 - column : TILE;
        float *to = y + row * c->y_row + column * c->y_pixel;
        const float *add = a ? a + row * c->addend_row + column * MSRN_BLOCK : NULL;
        if (rows < TILE) {
            NAME(down_out_edge)(r, r_row, bias, to, c->y_row, c->y_pixel, add, c->addend_row, c->relu, rows, columns);
        } else if (add) {
            // The four ways are compiled apart, so that none asks per pixel what it has to do.
            if (c->relu) NAME(down_out)(r, r_row, bias, to, c->y_row, c->y_pixel, add, c->addend_row, 1, TILE, columns);
            else NAME(down_out)(r, r_row, bias, to, c->y_row, c->y_pixel, add, c->addend_row, 0, TILE, columns);
        } else if (c->relu) {
            NAME(down_out)(r, r_row, bias, to, c->y_row, c->y_pixel, NULL, 0, 1, TILE, columns);
        } else {
            NAME(down_out)(r, r_row, bias, to, c->y_row, c->y_pixel, NULL, 0, 0, TILE, columns);
        }
        if (++tx == across) tx = 0, ty++;
    }
}

static void NAME(conv)(const msrn_conv *c, float *scratch, int32_t tiles, int y0, int y1, int x0, int x1) {
    const int across = (x1 - x0 + TILE - 1) / TILE, block_tiles = across * ((y1 - y0 + TILE - 1) / TILE);
    const int slices = c->slices ? c->slices : 1, start = block_tiles * c->slice / slices;
    const int all = block_tiles * (c->slice + 1) / slices - start;
    if (all == 0) return;
    const int pieces = (all + tiles - 1) / tiles, base = all / pieces, wider = all % pieces;
    const int largest = msrn_largest_group(c);
    int blocks = 0;
    for (int g = 0; g < c->group_count; g++) blocks += c->groups[g];
    // The weights of a position and one block of a group. A group's positions lie side by side, a row of them is used at a time.
    const size_t slab = (size_t)c->in_blocks * MSRN_BLOCK * MSRN_BLOCK;
    for (int piece = 0, first = start, count; piece < pieces; piece++, first += count) {
        count = base + (piece < wider);
        const int lines = (first + count - 1) / across - first / across + 1; // of tiles
        // Distances of positions: odd in cache lines, so that they do not compete for the same lines of a cache.
        const ptrdiff_t u_block = (count * TILE + lines * (KERNEL - 1)) * MSRN_BLOCK, r_block = count * TILE * MSRN_BLOCK;
        const ptrdiff_t u_floats = c->in_blocks * u_block, r_floats = blocks * r_block;
        const ptrdiff_t row_floats = (u_floats > r_floats ? u_floats : r_floats) | MSRN_BLOCK;
        const ptrdiff_t v_point = count * c->in_blocks * MSRN_BLOCK | MSRN_BLOCK, m_point = count * largest * MSRN_BLOCK | MSRN_BLOCK;
        float *const rows = scratch, *const v = rows + POINTS * row_floats, *const m = v + POINTS * v_point;
        for (int b = 0; b < c->in_blocks; b++) {
            float *to = rows + b * u_block;
            for (int t = first, n; t < first + count; t += n) {
                const int tx = t % across, left = first + count - t;
                n = left < across - tx ? left : across - tx;
                const int row = y0 + t / across * TILE - REACH, column = x0 + tx * TILE - REACH, columns = n * TILE + KERNEL - 1;
                NAME(down_in)(c, c->x + c->x_block[b], row, column, columns, to, row_floats);
                to += columns * MSRN_BLOCK;
            }
        }
        for (int i = 0; i < POINTS; i++) {
            float *const row = rows + i * row_floats;
            NAME(points_of)(row, u_block, c->in_blocks, first, count, across, v, v_point);
            const float *w = c->weights;
            for (int g = 0, block = 0; g < c->group_count; g++) {
                const int group = c->groups[g];
                const ptrdiff_t m_tile = group * MSRN_BLOCK;
                const float *at = w + i * POINTS * slab * group;
                w += POSITIONS * slab * group;
                const float *row_end = g + 1 < c->group_count ? w + i * POINTS * slab * c->groups[g + 1]
                                                              : c->weights + (i + 1) % POINTS * POINTS * slab * c->groups[0];
                for (int j = 0; j < POINTS; j++, at += slab * group) {
                    const float *next = j + 1 < POINTS ? at + slab * group : row_end;
                    switch (group) {
#define MSRN_GROUP(n)                                                                                                  \
    case n:                                                                                                            \
        MSRN_MULTIPLY(n)(count, v + j * v_point, c->in_blocks * MSRN_BLOCK, MSRN_BLOCK, c->in_blocks, SUM, at, next, m + j * m_point, m_tile, \
                         MSRN_BLOCK);                                                                                  \
        break;
                        MSRN_WINOGRAD_GROUPS
#undef MSRN_GROUP
                    default: __builtin_trap(); // the plan offers only sizes of this table
                    }
                }
                for (int k = 0; k < group; k++) {
                    NAME(across_out)(m + k * MSRN_BLOCK, m_tile, m_point, count, row + (block + k) * r_block);
                }
                block += group;
            }
        }
        for (int b = 0; b < blocks; b++) NAME(results)(c, b, first, count, across, y0, y1, x0, x1, rows + b * r_block, row_floats);
    }
}

// Of tiles that lie one below the other, which share no columns.
static size_t NAME(conv_scratch)(int32_t in_blocks, int32_t out_blocks, int32_t group, int32_t tiles) {
    const size_t rows = in_blocks * POINTS > out_blocks * TILE ? in_blocks * POINTS : out_blocks * TILE;
    return POINTS * ((rows + in_blocks + group) * tiles + 3) * MSRN_BLOCK;
}
