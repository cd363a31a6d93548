// The products of a Winograd convolution at one position: for each of a few tiles, [inputs] times [inputs][GROUP * 16 outputs].
//
// Weights that come from L3 and are used once for these tiles are asked for one position ahead, in equal portions while this one's are
// multiplied, so that reading them never comes in bursts.
//
// Defined by the including file: VL, GROUP, PIXELS (tiles computed together), NAME(stem), MSRN_FMA, MSRN_LANES as for conv_template.h.

typedef float NAME(vec) __attribute__((ext_vector_type(VL)));
#define VEC NAME(vec)
#define VECS (MSRN_BLOCK / VL)
#define EACH_VEC MSRN_UNROLL for (int o = 0; o < GROUP * VECS; o++)
// The tiles of one position, then those of the next.
#define EACH_TILE MSRN_UNROLL for (int t = 0; t < PIXELS; t++) if (t < positions * tiles)
#define EACH_POSITION MSRN_UNROLL for (int p = 0; p < 2; p++) if (p < positions)
#define TILE_OF(t) (t % tiles)
#define AT_TILE(t) (t / tiles * MSRN_BLOCK)
#if PIXELS > 6
#define MSRN_HALF_CASES MSRN_CASE(1) MSRN_CASE(2) MSRN_CASE(3) MSRN_CASE(4) MSRN_CASE(5) MSRN_CASE(6)
#define MSRN_CASES MSRN_HALF_CASES MSRN_CASE(7) MSRN_CASE(8) MSRN_CASE(9) MSRN_CASE(10) MSRN_CASE(11) MSRN_CASE(12)
#elif PIXELS > 4
#define MSRN_HALF_CASES MSRN_CASE(1) MSRN_CASE(2) MSRN_CASE(3)
#define MSRN_CASES MSRN_HALF_CASES MSRN_CASE(4) MSRN_CASE(5) MSRN_CASE(6)
#else
#define MSRN_HALF_CASES MSRN_CASE(1) MSRN_CASE(2)
#define MSRN_CASES MSRN_HALF_CASES MSRN_CASE(3) MSRN_CASE(4)
#endif

// x: [tiles][blocks][16] at strides x_tile and x_block; y: [tiles][GROUP][16] at strides y_tile and y_block, to which is added where
// `more` says so. A position's x and y lie 16 behind those of the one before it, its weights w_position. Where weights are `far`, `asks`
// cache lines from `ask` on are asked for with each block. `positions`, `tiles` and `far` are constants in every call.
static inline __attribute__((always_inline)) void NAME(products)(const int positions, const int tiles, const int far, const float *x,
                                                                 ptrdiff_t x_tile, ptrdiff_t x_block, int blocks, const float *w,
                                                                 ptrdiff_t w_position, const float *ask, int asks, float *y,
                                                                 ptrdiff_t y_tile, ptrdiff_t y_block, int more) {
    VEC acc[GROUP * VECS][PIXELS];
    EACH_VEC EACH_TILE acc[o][t] = (VEC)0.0f;
    for (int b = 0; b < blocks; b++, x += x_block) {
        for (int i = 0; far && i < asks; i++, ask += MSRN_BLOCK) __builtin_prefetch(ask, 0, 3);
#ifdef MSRN_LANES
        _Pragma("clang loop unroll(disable)") for (int k = 0; k < MSRN_BLOCK; k += 4, w += 4 * GROUP * MSRN_BLOCK) {
            VEC xv[PIXELS];
            EACH_TILE xv[t] = *(const VEC *)(x + TILE_OF(t) * x_tile + AT_TILE(t) + k);
#define MSRN_LANE(l)                                                                                                   \
    {                                                                                                                  \
        VEC wv[2][GROUP * VECS];                                                                                       \
        EACH_POSITION EACH_VEC wv[p][o] = *(const VEC *)(w + p * w_position + l * GROUP * MSRN_BLOCK + o * VL);        \
        EACH_TILE {                                                                                                    \
            VEC v = __builtin_shufflevector(xv[t], xv[t], l, l, l, l);                                                 \
            EACH_VEC acc[o][t] = MSRN_FMA(v, wv[t / tiles][o], acc[o][t]);                                             \
        }                                                                                                              \
    }
            MSRN_LANE(0) MSRN_LANE(1) MSRN_LANE(2) MSRN_LANE(3)
#undef MSRN_LANE
        }
#else
        _Pragma("clang loop unroll_count(4)") for (int k = 0; k < MSRN_BLOCK; k++, w += GROUP * MSRN_BLOCK) {
            VEC wv[2][GROUP * VECS];
            EACH_POSITION EACH_VEC wv[p][o] = *(const VEC *)(w + p * w_position + o * VL);
            EACH_TILE {
                VEC v = (VEC)x[TILE_OF(t) * x_tile + AT_TILE(t) + k];
                EACH_VEC acc[o][t] = MSRN_FMA(v, wv[t / tiles][o], acc[o][t]);
            }
        }
#endif
    }
#define AT_Y(o, t) ((VEC *)(y + TILE_OF(t) * y_tile + o / VECS * y_block + AT_TILE(t) + o % VECS * VL))
    if (more) EACH_VEC EACH_TILE acc[o][t] = *AT_Y(o, t) + acc[o][t];
    EACH_VEC EACH_TILE *AT_Y(o, t) = acc[o][t];
#undef AT_Y
}

// The same for any number of tiles, taken PIXELS at a time in pieces of nearly equal size. Sums are of `sum` blocks at most, and then
// added: the rounding error of one sum grows with the root of its length, and in the forms of most points it outweighs all others. Where
// all weights would not stay in L1 while the tiles pass by, those of one sum do.
static inline __attribute__((always_inline)) void NAME(all)(int tiles, const int far, const float *x, ptrdiff_t x_tile, ptrdiff_t x_block,
                                                            int blocks, int sum, const float *w, const float *ask, float *y,
                                                            ptrdiff_t y_tile, ptrdiff_t y_block, int more) {
    const int pieces = (tiles + PIXELS - 1) / PIXELS, base = tiles / pieces, wider = tiles % pieces;
    const int asks = (MSRN_BLOCK * GROUP + pieces - 1) / pieces, together = blocks * GROUP > 16 ? sum : blocks;
    for (int from = 0; from < blocks; from += together) {
        const int to = blocks - from < together ? blocks : from + together;
        const float *x_piece = x;
        float *y_piece = y;
        for (int piece = 0; piece < pieces; piece++) {
            const int n = base + (piece < wider);
            switch (n) {
#define MSRN_CASE(n)                                                                                                   \
    case n:                                                                                                            \
        for (int b = from; b < to; b += sum) {                                                                         \
            const int terms = to - b < sum ? to - b : sum;                                                             \
            NAME(products)(1, n, far, x_piece + b * x_block, x_tile, x_block, terms,                                   \
                           w + (ptrdiff_t)b * MSRN_BLOCK * MSRN_BLOCK * GROUP, 0, ask, asks, y_piece, y_tile, y_block, more || b > 0); \
            ask += asks * terms * MSRN_BLOCK;                                                                          \
        }                                                                                                              \
        break;
                MSRN_CASES
#undef MSRN_CASE
            }
            x_piece += n * x_tile;
            y_piece += n * y_tile;
        }
    }
}

static __attribute__((noinline)) void NAME(multiply)(int tiles, const float *x, ptrdiff_t x_tile, ptrdiff_t x_block, int blocks,
                                                     int sum, const float *w, const float *next, float *y, ptrdiff_t y_tile,
                                                     ptrdiff_t y_block) {
    NAME(all)(tiles, 1, x, x_tile, x_block, blocks, sum, w, next, y, y_tile, y_block, 0);
}

static __attribute__((noinline)) void NAME(one)(int tiles, const float *x, ptrdiff_t x_tile, const float *w, float *y, ptrdiff_t y_tile,
                                                ptrdiff_t y_block, int more) {
    NAME(all)(tiles, 0, x, x_tile, 0, 1, 1, w, w, y, y_tile, y_block, more);
}

#define MSRN_CASE(n)                                                                                                   \
    static __attribute__((noinline)) void NAME(pair_##n)(const float *x, ptrdiff_t x_tile, const float *w, ptrdiff_t w_position, \
                                                         float *y, ptrdiff_t y_tile, ptrdiff_t y_block, int more) {    \
        NAME(products)(2, n, 0, x, x_tile, 0, 1, w, w_position, NULL, 0, y, y_tile, y_block, more);                    \
    }
MSRN_HALF_CASES
#undef MSRN_CASE

// The products of one block of inputs at two positions, whose weights lie w_position apart and near, added to y where `more` says so;
// both at once where the tiles are few, so that additions need not wait for each other.
static inline void NAME(add)(int tiles, const float *x, ptrdiff_t x_tile, const float *w, ptrdiff_t w_position, float *y, ptrdiff_t y_tile,
                             ptrdiff_t y_block, int more) {
    switch (tiles) {
#define MSRN_CASE(n)                                                                                                   \
    case n: NAME(pair_##n)(x, x_tile, w, w_position, y, y_tile, y_block, more); return;
        MSRN_HALF_CASES
#undef MSRN_CASE
    }
    for (int p = 0; p < 2; p++) NAME(one)(tiles, x + p * MSRN_BLOCK, x_tile, w + p * w_position, y + p * MSRN_BLOCK, y_tile, y_block, more);
}

#undef EACH_VEC
#undef EACH_TILE
#undef EACH_POSITION
#undef TILE_OF
#undef AT_TILE
#undef MSRN_HALF_CASES
#undef MSRN_CASES
#undef VEC
#undef VECS
