// One mode of the matrix tiles: direct convolution of 4 output rows x 16 pixels x 16 outputs at a time, and conversions of maps.
//
// Tiles 0-3 hold the sums of the four rows, 4-6 the weights of up to three kernel rows, 7 sixteen pixels of one input row. An input
// row serves every output row that it lies under, with a kernel row each, before the next is loaded: 9 loads for 12 multiplies, where
// pixels loaded again for each kernel row would need 15. Loads are what the multiplier waits for. Sixteen pixels of a map are one tile
// as they lie, 64 bytes further for each kernel column, so that no patch matrix is built.
//
// Defined by the including file: NAME(stem), THREE (0 or 1: high and low parts, three products), TILE_CONFIGURE(pixels), TILE_ZERO(t),
// TILE_LOAD(t, from), TILE_MULTIPLY(sums, pixels, weights), TILE_STORE(t, to) and TILE_RELEASE(), with literal tile numbers; and of
// 16 values NARROW(const vector *, uint16_t *) and WIDEN(const uint16_t *, vector *).

typedef float NAME(vec) __attribute__((ext_vector_type(MSRN_BLOCK)));
typedef uint32_t NAME(bits) __attribute__((ext_vector_type(MSRN_BLOCK)));
#define VEC NAME(vec)
#define BITS NAME(bits)
#define INLINE static inline __attribute__((always_inline))

// Rounds to 16 bits and remembers the largest magnitude: as integers, magnitudes are ordered and NaN is above all.
INLINE void NAME(put)(const VEC *v, uint16_t *to, uint16_t *to_low, BITS *largest) {
    *largest = __builtin_elementwise_max(*largest, (BITS)*v & 0x7fffffffu);
    NARROW(v, to);
#if THREE
    VEC high;
    WIDEN(to, &high);
    high = *v - high;
    NARROW(&high, to_low);
#else
    (void)to_low;
#endif
}

INLINE float NAME(largest)(const BITS *largest) {
    uint32_t bits = 0;
    for (int i = 0; i < MSRN_BLOCK; i++) bits = (*largest)[i] > bits ? (*largest)[i] : bits;
    return msrn_float(bits);
}

#define ROW(i)                                                                                                         \
    if ((i) < rows + taps - 1) TILE_LOAD(7, at + (i) * x_row);
#define TAP(r, k, t)                                                                                                   \
    if ((r) < rows && (k) < taps) TILE_MULTIPLY(r, 7, t);
#define WEIGHTS(from)                                                                                                  \
    TILE_LOAD(4, from);                                                                                                \
    if (taps > 1) TILE_LOAD(5, (from) + MSRN_TILE_WEIGHTS);                                                            \
    if (taps > 2) TILE_LOAD(6, (from) + 2 * MSRN_TILE_WEIGHTS);
// The address is made opaque to the compiler, which would otherwise carry those of six rows through the loops, and spill them.
#define PRODUCTS(pixels)                                                                                               \
    {                                                                                                                  \
        const uint16_t *at = pixels;                                                                                   \
        __asm__ volatile("" : "+r"(at));                                                                               \
        ROW(0) TAP(0, 0, 4)                                                                                            \
        ROW(1) TAP(1, 0, 4) TAP(0, 1, 5)                                                                               \
        ROW(2) TAP(2, 0, 4) TAP(1, 1, 5) TAP(0, 2, 6)                                                                  \
        ROW(3) TAP(3, 0, 4) TAP(2, 1, 5) TAP(1, 2, 6)                                                                  \
        ROW(4) TAP(3, 1, 5) TAP(2, 2, 6)                                                                               \
        ROW(5) TAP(3, 2, 6)                                                                                            \
    }

// One to three rows of one kernel column on one block of inputs; `rows` and `taps` are constants in every call.
INLINE void NAME(taps)(const int rows, const int taps, const uint16_t *x, const uint16_t *x_low, ptrdiff_t x_row,
                       const uint16_t *w, ptrdiff_t w_low) {
    WEIGHTS(w)
    PRODUCTS(x)
#if THREE
    PRODUCTS(x_low)
    WEIGHTS(w + w_low)
    PRODUCTS(x)
#else
    (void)x_low, (void)w_low;
#endif
}

// The sums of one block of outputs on `rows` rows (a constant), [rows][16 pixels][16 outputs].
INLINE void NAME(sums)(const int rows, const msrn_tile_conv *c, ptrdiff_t x, const uint16_t *w, float *sums) {
    TILE_ZERO(0);
    if (rows > 1) TILE_ZERO(1);
    if (rows > 2) TILE_ZERO(2);
    if (rows > 3) TILE_ZERO(3);
    const int kernel = c->kernel;
    const ptrdiff_t x_row = c->x_row, column = (ptrdiff_t)kernel * MSRN_TILE_WEIGHTS;
    for (int i = 0; i < c->in_blocks; i++) {
        ptrdiff_t offset = x + c->x_block[i];
        for (int kx = 0; kx < kernel; kx++, offset += MSRN_TILE_BLOCK) {
            const uint16_t *p = c->x + offset, *p_low = THREE ? c->x_low + offset : NULL, *tile = w;
            int left = kernel;
            MSRN_ROLLED for (; left > 2; left -= 3) {
                NAME(taps)(rows, 3, p, p_low, x_row, tile, column);
                p += 3 * x_row;
                if (THREE) p_low += 3 * x_row;
                tile += 3 * MSRN_TILE_WEIGHTS;
            }
            if (left == 2) NAME(taps)(rows, 2, p, p_low, x_row, tile, column);
            if (left == 1) NAME(taps)(rows, 1, p, p_low, x_row, tile, column);
            w += (1 + THREE) * column;
        }
    }
    TILE_STORE(0, sums);
    if (rows > 1) TILE_STORE(1, sums + 256);
    if (rows > 2) TILE_STORE(2, sums + 512);
    if (rows > 3) TILE_STORE(3, sums + 768);
}

#define SUMS(rows)                                                                                                     \
    static __attribute__((noinline)) void NAME(sums##rows)(const msrn_tile_conv *c, ptrdiff_t x, const uint16_t *w,     \
                                                           float *sums) {                                              \
        NAME(sums)(rows, c, x, w, sums);                                                                               \
    }
SUMS(1) SUMS(2) SUMS(3) SUMS(4)
#undef SUMS

// Scale, bias, addend, ReLU and the stores of one row of one block of outputs. What there is of them is constant in every call: these are
// as many instructions as the processor can hide behind the next multiplies.
INLINE void NAME(finish)(const int adds, const int wide, const int narrow, const msrn_tile_conv *c, const float *sums, int block,
                         int row, int column, int pixels, BITS *largest) {
    const VEC scale = (VEC)c->scale, bias = *(const VEC *)(c->bias + block * MSRN_BLOCK);
    const int relu = c->relu;
    const ptrdiff_t y_pixel = c->y_pixel, z_pixel = c->z_pixel;
    const float *addend = adds ? c->addend + row * c->addend_row + c->addend_block[block] + column * MSRN_BLOCK : NULL;
    float *y = wide ? c->y + row * c->y_row + c->y_block[block] + column * y_pixel : NULL;
    const ptrdiff_t to = narrow ? row * c->z_row + c->z_block[block] + column * z_pixel : 0;
    uint16_t *z = narrow ? c->z + to : NULL, *z_low = narrow && THREE ? c->z_low + to : NULL;
    BITS top = *largest;
    MSRN_ROLLED for (int p = 0; p < pixels; p++) {
        VEC v = __builtin_elementwise_fma(*(const VEC *)(sums + p * MSRN_BLOCK), scale, bias);
        if (adds) v += *(const VEC *)(addend + p * MSRN_BLOCK);
        if (relu) v = __builtin_elementwise_max(v, (VEC)0.0f);
        if (wide) *(VEC *)(y + p * y_pixel) = v;
        if (narrow) NAME(put)(&v, z + p * z_pixel, THREE ? z_low + p * z_pixel : NULL, &top);
    }
    *largest = top;
}

// A column of tiles is done from top to bottom, all outputs of four rows at a time: their input stays in L1 while the weights pass by,
// once for four rows. The last column's tiles have as many rows as pixels are left, so that nothing past the border is read.
static float NAME(conv)(const msrn_tile_conv *c, int y0, int y1, int x0, int x1) {
    const int half = c->kernel / 2;
    const size_t weights = (size_t)c->in_blocks * c->kernel * c->kernel * (1 + THREE) * MSRN_TILE_WEIGHTS;
    float sums[4 * 256] __attribute__((aligned(64)));
    BITS largest = (BITS)0u;
    for (int column = x0; column < x1; column += 16) {
        const int pixels = x1 - column < 16 ? x1 - column : 16;
        if (column == x0 || pixels < 16) TILE_CONFIGURE(pixels);
        for (int top = y0; top < y1; top += 4) {
            const int rows = y1 - top < 4 ? y1 - top : 4;
            const ptrdiff_t x = (top - half) * c->x_row + (column - half) * (ptrdiff_t)MSRN_TILE_BLOCK;
            for (int block = 0; block < c->out_blocks; block++) {
                const uint16_t *w = c->weights + block * weights;
                switch (rows) {
                case 1: NAME(sums1)(c, x, w, sums); break;
                case 2: NAME(sums2)(c, x, w, sums); break;
                case 3: NAME(sums3)(c, x, w, sums); break;
                default: NAME(sums4)(c, x, w, sums); break;
                }
                for (int r = 0; r < rows; r++) {
#define FINISH(adds, wide, narrow)                                                                                      \
    case adds + 2 * wide + 4 * narrow:                                                                                 \
        NAME(finish)(adds, wide, narrow, c, sums + r * 256, block, top + r, column, pixels, &largest);                  \
        break;
                    switch ((c->addend != NULL) + 2 * (c->y != NULL) + 4 * (c->z != NULL)) {
                        FINISH(0, 1, 0) FINISH(1, 1, 0) FINISH(0, 0, 1) FINISH(1, 0, 1) FINISH(0, 1, 1) FINISH(1, 1, 1)
                    }
#undef FINISH
                }
            }
        }
    }
    TILE_RELEASE();
    return NAME(largest)(&largest);
}

#undef ROW
#undef TAP
#undef WEIGHTS
#undef PRODUCTS

static float NAME(narrow)(const msrn_tile_copy *m, int y0, int y1, int x0, int x1) {
    BITS largest = (BITS)0u;
    for (int r = y0; r < y1; r++) {
        for (int b = 0; b < m->blocks; b++) {
            const float *from = m->wide + r * m->wide_row + m->wide_block[b];
            const ptrdiff_t to = r * m->narrow_row + m->narrow_block[b];
            for (ptrdiff_t p = x0; p < x1; p++) {
                const VEC v = *(const VEC *)(from + p * MSRN_BLOCK);
                const ptrdiff_t at = to + p * MSRN_TILE_BLOCK;
                NAME(put)(&v, m->narrow + at, THREE ? m->narrow_low + at : NULL, &largest);
            }
        }
    }
    return NAME(largest)(&largest);
}

static void NAME(widen)(const msrn_tile_copy *m, int y0, int y1, int x0, int x1) {
    for (int r = y0; r < y1; r++) {
        for (int b = 0; b < m->blocks; b++) {
            float *to = m->wide + r * m->wide_row + m->wide_block[b];
            const ptrdiff_t from = r * m->narrow_row + m->narrow_block[b];
            for (ptrdiff_t p = x0; p < x1; p++) {
                VEC v;
                WIDEN(m->narrow + from + p * MSRN_TILE_BLOCK, &v);
#if THREE
                VEC low;
                WIDEN(m->narrow_low + from + p * MSRN_TILE_BLOCK, &low);
                v += low;
#endif
                *(VEC *)(to + p * MSRN_BLOCK) = v;
            }
        }
    }
}

// Four sums, one after the other: the multiplier takes a new tile as soon as it can, whatever depends on what.
static double NAME(peak)(long iterations) {
    uint16_t zeros[MSRN_TILE_WEIGHTS] __attribute__((aligned(64))) = {0};
    TILE_CONFIGURE(16);
    TILE_ZERO(0);
    TILE_ZERO(1);
    TILE_ZERO(2);
    TILE_ZERO(3);
    TILE_LOAD(4, zeros);
    TILE_LOAD(7, zeros);
    for (long n = 0; n < iterations; n++) {
        TILE_MULTIPLY(0, 7, 4);
        TILE_MULTIPLY(1, 7, 4);
        TILE_MULTIPLY(2, 7, 4);
        TILE_MULTIPLY(3, 7, 4);
    }
    TILE_RELEASE();
    return 2.0 * 16 * 16 * 32 * 4 * (double)iterations;
}

#undef VEC
#undef BITS
#undef INLINE
