// The products of a Winograd convolution at one position: for each of a few tiles, [inputs] times [inputs][GROUP * 16 outputs].
//
// What is read next is asked for while products are made: of the tiles, which lie far apart, the next block; of the weights, which come from
// L3 and are used once a block, those of the next position, in equal portions while this one's are multiplied, so that reading them never
// comes in bursts.
//
// Defined by the including file: VL, GROUP, PIXELS (tiles computed together), NAME(stem), MSRN_FMA, MSRN_LANES as for conv_template.h.

typedef float NAME(vec) __attribute__((ext_vector_type(VL)));
#define VEC NAME(vec)
#define VECS (MSRN_BLOCK / VL)
#define EACH_VEC MSRN_UNROLL for (int o = 0; o < GROUP * VECS; o++)
#define EACH_TILE MSRN_UNROLL for (int t = 0; t < PIXELS; t++) if (t < tiles)

// x: [tiles][blocks][16] at strides x_tile and x_block; y: [tiles][GROUP][16] at strides y_tile and y_block; `tiles` is a constant in
// every call. `asks` cache lines from `ask` on are asked for with each block.
static inline __attribute__((always_inline)) void NAME(products)(const int tiles, const float *x, ptrdiff_t x_tile, ptrdiff_t x_block,
                                                                 int blocks, const float *w, const float *ask, int asks, float *y, ptrdiff_t y_tile,
                                                                 ptrdiff_t y_block) {
    VEC acc[GROUP * VECS][PIXELS];
    EACH_VEC EACH_TILE acc[o][t] = (VEC)0.0f;
    for (int b = 0; b < blocks; b++, x += x_block) {
        EACH_TILE __builtin_prefetch(x + x_block + t * x_tile, 0, 3);
        for (int i = 0; i < asks; i++, ask += MSRN_BLOCK) __builtin_prefetch(ask, 0, 3);
#ifdef MSRN_LANES
        _Pragma("clang loop unroll(disable)") for (int k = 0; k < MSRN_BLOCK; k += 4, w += 4 * GROUP * MSRN_BLOCK) {
            VEC xv[PIXELS];
            EACH_TILE xv[t] = *(const VEC *)(x + t * x_tile + k);
#define MSRN_LANE(l)                                                                                                   \
    {                                                                                                                  \
        VEC wv[GROUP * VECS];                                                                                          \
        EACH_VEC wv[o] = *(const VEC *)(w + l * GROUP * MSRN_BLOCK + o * VL);                                          \
        EACH_TILE {                                                                                                    \
            VEC v = __builtin_shufflevector(xv[t], xv[t], l, l, l, l);                                                 \
            EACH_VEC acc[o][t] = MSRN_FMA(v, wv[o], acc[o][t]);                                                        \
        }                                                                                                              \
    }
            MSRN_LANE(0) MSRN_LANE(1) MSRN_LANE(2) MSRN_LANE(3)
#undef MSRN_LANE
        }
#else
        _Pragma("clang loop unroll_count(4)") for (int k = 0; k < MSRN_BLOCK; k++, w += GROUP * MSRN_BLOCK) {
            VEC wv[GROUP * VECS];
            EACH_VEC wv[o] = *(const VEC *)(w + o * VL);
            EACH_TILE {
                VEC v = (VEC)x[t * x_tile + k];
                EACH_VEC acc[o][t] = MSRN_FMA(v, wv[o], acc[o][t]);
            }
        }
#endif
    }
    EACH_VEC EACH_TILE *(VEC *)(y + t * y_tile + o / VECS * y_block + o % VECS * VL) = acc[o][t];
}

// The same for any number of tiles, taken PIXELS at a time in pieces of nearly equal size.
static __attribute__((noinline)) void NAME(multiply)(int tiles, const float *x, ptrdiff_t x_tile, ptrdiff_t x_block, int blocks,
                                                     const float *w, float *y, ptrdiff_t y_tile, ptrdiff_t y_block) {
    const int pieces = (tiles + PIXELS - 1) / PIXELS, base = tiles / pieces, wider = tiles % pieces;
    const int asks = (MSRN_BLOCK * GROUP + pieces - 1) / pieces;
    const float *ask = w + (ptrdiff_t)blocks * MSRN_BLOCK * MSRN_BLOCK * GROUP;
    for (int piece = 0; piece < pieces; piece++, ask += asks * blocks * MSRN_BLOCK) {
        const int n = base + (piece < wider);
        switch (n) {
#define MSRN_CASE(n)                                                                                                   \
    case n: NAME(products)(n, x, x_tile, x_block, blocks, w, ask, asks, y, y_tile, y_block); break;
            MSRN_CASE(1) MSRN_CASE(2) MSRN_CASE(3) MSRN_CASE(4)
#if PIXELS > 4
            MSRN_CASE(5)
#endif
#if PIXELS > 5
            MSRN_CASE(6)
#endif
#if PIXELS > 6
            MSRN_CASE(7) MSRN_CASE(8) MSRN_CASE(9) MSRN_CASE(10) MSRN_CASE(11) MSRN_CASE(12)
#endif
#undef MSRN_CASE
        }
        x += n * x_tile;
        y += n * y_tile;
    }
}

#undef EACH_VEC
#undef EACH_TILE
#undef VEC
#undef VECS
