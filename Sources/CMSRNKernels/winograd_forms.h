// Written by Generate/winograd.py: the one-dimensional transforms of each form. Defined by the including file: TILE, KERNEL, NAME(stem),
// VEC, FMA(a, b, c). `from` and `to` count vectors.

#if (TILE == 4 && KERNEL == 3)
static inline __attribute__((always_inline)) void NAME(input_line)(const VEC *d, ptrdiff_t from, VEC *t, ptrdiff_t to) {
    const VEC d0 = d[0 * from], d1 = d[1 * from], d2 = d[2 * from], d3 = d[3 * from], d4 = d[4 * from], d5 = d[5 * from];
    t[0] = FMA(0.7901234567901234f, d0, FMA(-2.2222222222222223f, d2, d4));
    const VEC e0 = FMA(-1.7777777777777777f, d2, d4);
    const VEC o0 = FMA(-1.7777777777777777f, d1, d3);
    t[1 * to] = FMA(0.6666666666666666f, o0, e0);
    t[2 * to] = FMA(-0.6666666666666666f, o0, e0);
    const VEC e1 = FMA(-0.4444444444444444f, d2, d4);
    const VEC o1 = FMA(-0.4444444444444444f, d1, d3);
    t[3 * to] = FMA(1.3333333333333333f, o1, e1);
    t[4 * to] = FMA(-1.3333333333333333f, o1, e1);
    t[5 * to] = FMA(0.7901234567901234f, d1, FMA(-2.2222222222222223f, d3, d5));
}
#endif

#if (TILE == 6 && KERNEL == 3) || (TILE == 4 && KERNEL == 5)
static inline __attribute__((always_inline)) void NAME(input_line)(const VEC *d, ptrdiff_t from, VEC *t, ptrdiff_t to) {
    const VEC d0 = d[0 * from], d1 = d[1 * from], d2 = d[2 * from], d3 = d[3 * from], d4 = d[4 * from], d5 = d[5 * from], d6 = d[6 * from], d7 = d[7 * from];
    t[0] = FMA(-1.0f, d0, FMA(5.25f, d2, FMA(-5.25f, d4, d6)));
    const VEC e0 = (FMA(-4.25f, d4, d6) + d2);
    const VEC o0 = (FMA(-4.25f, d3, d5) + d1);
    t[1 * to] = e0 + o0;
    t[2 * to] = e0 - o0;
    const VEC e1 = FMA(0.25f, d2, FMA(-1.25f, d4, d6));
    const VEC o1 = FMA(0.25f, d1, FMA(-1.25f, d3, d5));
    t[3 * to] = FMA(2.0f, o1, e1);
    t[4 * to] = FMA(-2.0f, o1, e1);
    const VEC e2 = FMA(4.0f, d2, FMA(-5.0f, d4, d6));
    const VEC o2 = FMA(4.0f, d1, FMA(-5.0f, d3, d5));
    t[5 * to] = FMA(0.5f, o2, e2);
    t[6 * to] = FMA(-0.5f, o2, e2);
    t[7 * to] = FMA(-1.0f, d1, FMA(5.25f, d3, FMA(-5.25f, d5, d7)));
}
#endif

#if (TILE == 8 && KERNEL == 3) || (TILE == 6 && KERNEL == 5)
static inline __attribute__((always_inline)) void NAME(input_line)(const VEC *d, ptrdiff_t from, VEC *t, ptrdiff_t to) {
    const VEC d0 = d[0 * from], d1 = d[1 * from], d2 = d[2 * from], d3 = d[3 * from], d4 = d[4 * from], d5 = d[5 * from], d6 = d[6 * from], d7 = d[7 * from], d8 = d[8 * from], d9 = d[9 * from];
    t[0] = FMA(0.9216f, d0, FMA(-7.949824f, d2, FMA(14.9604f, d4, FMA(-8.1225f, d6, d8))));
    const VEC e0 = FMA(-5.76f, d2, FMA(13.6864f, d4, FMA(-7.9625f, d6, d8)));
    const VEC o0 = FMA(-5.76f, d1, FMA(13.6864f, d3, FMA(-7.9625f, d5, d7)));
    t[1 * to] = FMA(0.4f, o0, e0);
    t[2 * to] = FMA(-0.4f, o0, e0);
    const VEC e1 = FMA(-1.44f, d2, FMA(10.1716f, d4, FMA(-7.4825f, d6, d8)));
    const VEC o1 = FMA(-1.44f, d1, FMA(10.1716f, d3, FMA(-7.4825f, d5, d7)));
    t[3 * to] = FMA(0.8f, o1, e1);
    t[4 * to] = FMA(-0.8f, o1, e1);
    const VEC e2 = FMA(-0.589824f, d2, FMA(4.7104f, d4, FMA(-6.56f, d6, d8)));
    const VEC o2 = FMA(-0.589824f, d1, FMA(4.7104f, d3, FMA(-6.56f, d5, d7)));
    t[5 * to] = FMA(1.25f, o2, e2);
    t[6 * to] = FMA(-1.25f, o2, e2);
    const VEC e3 = FMA(-0.16f, d2, FMA(1.3524f, d4, FMA(-2.3625f, d6, d8)));
    const VEC o3 = FMA(-0.16f, d1, FMA(1.3524f, d3, FMA(-2.3625f, d5, d7)));
    t[7 * to] = FMA(2.4f, o3, e3);
    t[8 * to] = FMA(-2.4f, o3, e3);
    t[9 * to] = FMA(0.9216f, d1, FMA(-7.949824f, d3, FMA(14.9604f, d5, FMA(-8.1225f, d7, d9))));
}
#endif

#if (TILE == 8 && KERNEL == 5)
static inline __attribute__((always_inline)) void NAME(input_line)(const VEC *d, ptrdiff_t from, VEC *t, ptrdiff_t to) {
    const VEC d0 = d[0 * from], d1 = d[1 * from], d2 = d[2 * from], d3 = d[3 * from], d4 = d[4 * from], d5 = d[5 * from], d6 = d[6 * from], d7 = d[7 * from], d8 = d[8 * from], d9 = d[9 * from], d10 = d[10 * from], d11 = d[11 * from];
    t[0] = FMA(-1.023951247165533f, d0, FMA(11.238559775762157f, d2, FMA(-32.551155242189466f, d4, FMA(32.99021026234568f, d6, FMA(-11.653663548752835f, d8, d10)))));
    const VEC e0 = FMA(7.2814310909549f, d2, FMA(-28.139581758629376f, d4, FMA(31.37118921642731f, d6, FMA(-11.513038548752835f, d8, d10))));
    const VEC o0 = FMA(7.2814310909549f, d1, FMA(-28.139581758629376f, d3, FMA(31.37118921642731f, d5, FMA(-11.513038548752835f, d7, d9))));
    t[1 * to] = FMA(0.375f, o0, e0);
    t[2 * to] = FMA(-0.375f, o0, e0);
    const VEC e1 = FMA(2.303890306122449f, d2, FMA(-20.10300630668934f, d4, FMA(28.008335104875282f, d6, FMA(-11.20921910430839f, d8, d10))));
    const VEC o1 = FMA(2.303890306122449f, d1, FMA(-20.10300630668934f, d3, FMA(28.008335104875282f, d5, FMA(-11.20921910430839f, d7, d9))));
    t[3 * to] = FMA(0.6666666666666666f, o1, e1);
    t[4 * to] = FMA(-0.6666666666666666f, o1, e1);
    const VEC e2 = FMA(1.023951247165533f, d2, FMA(-10.214608528596624f, d4, FMA(22.336546713592845f, d6, FMA(-10.653663548752835f, d8, d10))));
    const VEC o2 = FMA(1.023951247165533f, d1, FMA(-10.214608528596624f, d3, FMA(22.336546713592845f, d5, FMA(-10.653663548752835f, d7, d9))));
    t[5 * to] = e2 + o2;
    t[6 * to] = e2 - o2;
    const VEC e3 = FMA(0.5017361111111112f, d2, FMA(-5.261043595679013f, d4, FMA(13.372154706790123f, d6, FMA(-9.612847222222221f, d8, d10))));
    const VEC o3 = FMA(0.5017361111111112f, d1, FMA(-5.261043595679013f, d3, FMA(13.372154706790123f, d5, FMA(-9.612847222222221f, d7, d9))));
    t[7 * to] = FMA(1.4285714285714286f, o3, e3);
    t[8 * to] = FMA(-1.4285714285714286f, o3, e3);
    const VEC e4 = FMA(0.12755102040816327f, d2, FMA(-1.3840702947845804f, d4, FMA(3.882405045351474f, d6, FMA(-3.6258857709750565f, d8, d10))));
    const VEC o4 = FMA(0.12755102040816327f, d1, FMA(-1.3840702947845804f, d3, FMA(3.882405045351474f, d5, FMA(-3.6258857709750565f, d7, d9))));
    t[9 * to] = FMA(2.8333333333333335f, o4, e4);
    t[10 * to] = FMA(-2.8333333333333335f, o4, e4);
    t[11 * to] = FMA(-1.023951247165533f, d1, FMA(11.238559775762157f, d3, FMA(-32.551155242189466f, d5, FMA(32.99021026234568f, d7, FMA(-11.653663548752835f, d9, d11)))));
}
#endif

#if TILE == 4 && KERNEL == 3
#define POINTS 6

static inline __attribute__((always_inline)) void NAME(output_line)(const VEC *d, ptrdiff_t from, VEC *t, ptrdiff_t to) {
    const VEC d0 = d[0 * from], d1 = d[1 * from], d2 = d[2 * from], d3 = d[3 * from], d4 = d[4 * from], d5 = d[5 * from];
    const VEC s0 = d1 + d2, q0 = d1 - d2, s1 = d3 + d4, q1 = d3 - d4;
    t[0 * to] = ((s0 + s1) + d0);
    t[1 * to] = FMA(1.3333333333333333f, q1, 0.6666666666666666f * q0);
    t[2 * to] = FMA(1.7777777777777777f, s1, 0.4444444444444444f * s0);
    t[3 * to] = FMA(2.3703703703703702f, q1, FMA(0.2962962962962963f, q0, d5));
}

static const double NAME(filter)[POINTS][KERNEL] = {
    {1.265625, 0.0, 0.0},
    {-0.84375, -0.5625, -0.375},
    {-0.84375, 0.5625, -0.375},
    {0.2109375, 0.28125, 0.375},
    {0.2109375, -0.28125, 0.375},
    {0.0, 0.0, 1.0},
};

static inline __attribute__((always_inline)) void NAME(filter_line)(const VEC *d, ptrdiff_t from, VEC *t, ptrdiff_t to) {
    const VEC d0 = d[0 * from], d1 = d[1 * from], d2 = d[2 * from];
    t[0 * to] = 1.265625f * d0;
    const VEC e0 = FMA(-0.375f, d2, -0.84375f * d0);
    t[1 * to] = FMA(-0.5625f, d1, e0);
    t[2 * to] = FMA(0.5625f, d1, e0);
    const VEC e1 = FMA(0.375f, d2, 0.2109375f * d0);
    t[3 * to] = FMA(0.28125f, d1, e1);
    t[4 * to] = FMA(-0.28125f, d1, e1);
    t[5 * to] = d2;
}
#endif

#if TILE == 6 && KERNEL == 3
#define POINTS 8

static inline __attribute__((always_inline)) void NAME(output_line)(const VEC *d, ptrdiff_t from, VEC *t, ptrdiff_t to) {
    const VEC d0 = d[0 * from], d1 = d[1 * from], d2 = d[2 * from], d3 = d[3 * from], d4 = d[4 * from], d5 = d[5 * from], d6 = d[6 * from], d7 = d[7 * from];
    const VEC s0 = d1 + d2, q0 = d1 - d2, s1 = d3 + d4, q1 = d3 - d4, s2 = d5 + d6, q2 = d5 - d6;
    t[0 * to] = (((s0 + s1) + s2) + d0);
    t[1 * to] = FMA(0.5f, q2, FMA(2.0f, q1, q0));
    t[2 * to] = FMA(0.25f, s2, FMA(4.0f, s1, s0));
    t[3 * to] = FMA(0.125f, q2, FMA(8.0f, q1, q0));
    t[4 * to] = FMA(0.0625f, s2, FMA(16.0f, s1, s0));
    t[5 * to] = FMA(0.03125f, q2, FMA(32.0f, q1, (q0 + d7)));
}

static const double NAME(filter)[POINTS][KERNEL] = {
    {-1.0, 0.0, 0.0},
    {-0.2222222222222222, -0.2222222222222222, -0.2222222222222222},
    {-0.2222222222222222, 0.2222222222222222, -0.2222222222222222},
    {0.011111111111111112, 0.022222222222222223, 0.044444444444444446},
    {0.011111111111111112, -0.022222222222222223, 0.044444444444444446},
    {0.7111111111111111, 0.35555555555555557, 0.17777777777777778},
    {0.7111111111111111, -0.35555555555555557, 0.17777777777777778},
    {0.0, 0.0, 1.0},
};

static inline __attribute__((always_inline)) void NAME(filter_line)(const VEC *d, ptrdiff_t from, VEC *t, ptrdiff_t to) {
    const VEC d0 = d[0 * from], d1 = d[1 * from], d2 = d[2 * from];
    t[0 * to] = -1.0f * d0;
    const VEC e0 = FMA(-0.2222222222222222f, d2, -0.2222222222222222f * d0);
    t[1 * to] = FMA(-0.2222222222222222f, d1, e0);
    t[2 * to] = FMA(0.2222222222222222f, d1, e0);
    const VEC e1 = FMA(0.044444444444444446f, d2, 0.011111111111111112f * d0);
    t[3 * to] = FMA(0.022222222222222223f, d1, e1);
    t[4 * to] = FMA(-0.022222222222222223f, d1, e1);
    const VEC e2 = FMA(0.17777777777777778f, d2, 0.7111111111111111f * d0);
    t[5 * to] = FMA(0.35555555555555557f, d1, e2);
    t[6 * to] = FMA(-0.35555555555555557f, d1, e2);
    t[7 * to] = d2;
}
#endif

#if TILE == 4 && KERNEL == 5
#define POINTS 8

static inline __attribute__((always_inline)) void NAME(output_line)(const VEC *d, ptrdiff_t from, VEC *t, ptrdiff_t to) {
    const VEC d0 = d[0 * from], d1 = d[1 * from], d2 = d[2 * from], d3 = d[3 * from], d4 = d[4 * from], d5 = d[5 * from], d6 = d[6 * from], d7 = d[7 * from];
    const VEC s0 = d1 + d2, q0 = d1 - d2, s1 = d3 + d4, q1 = d3 - d4, s2 = d5 + d6, q2 = d5 - d6;
    t[0 * to] = (((s0 + s1) + s2) + d0);
    t[1 * to] = FMA(0.5f, q2, FMA(2.0f, q1, q0));
    t[2 * to] = FMA(0.25f, s2, FMA(4.0f, s1, s0));
    t[3 * to] = FMA(0.125f, q2, FMA(8.0f, q1, (q0 + d7)));
}

static const double NAME(filter)[POINTS][KERNEL] = {
    {-1.0, 0.0, 0.0, 0.0, 0.0},
    {-0.2222222222222222, -0.2222222222222222, -0.2222222222222222, -0.2222222222222222, -0.2222222222222222},
    {-0.2222222222222222, 0.2222222222222222, -0.2222222222222222, 0.2222222222222222, -0.2222222222222222},
    {0.011111111111111112, 0.022222222222222223, 0.044444444444444446, 0.08888888888888889, 0.17777777777777778},
    {0.011111111111111112, -0.022222222222222223, 0.044444444444444446, -0.08888888888888889, 0.17777777777777778},
    {0.7111111111111111, 0.35555555555555557, 0.17777777777777778, 0.08888888888888889, 0.044444444444444446},
    {0.7111111111111111, -0.35555555555555557, 0.17777777777777778, -0.08888888888888889, 0.044444444444444446},
    {0.0, 0.0, 0.0, 0.0, 1.0},
};

static inline __attribute__((always_inline)) void NAME(filter_line)(const VEC *d, ptrdiff_t from, VEC *t, ptrdiff_t to) {
    const VEC d0 = d[0 * from], d1 = d[1 * from], d2 = d[2 * from], d3 = d[3 * from], d4 = d[4 * from];
    t[0 * to] = -1.0f * d0;
    const VEC e0 = FMA(-0.2222222222222222f, d4, FMA(-0.2222222222222222f, d2, -0.2222222222222222f * d0));
    const VEC o0 = FMA(-0.2222222222222222f, d3, -0.2222222222222222f * d1);
    t[1 * to] = e0 + o0;
    t[2 * to] = e0 - o0;
    const VEC e1 = FMA(0.17777777777777778f, d4, FMA(0.044444444444444446f, d2, 0.011111111111111112f * d0));
    const VEC o1 = FMA(0.08888888888888889f, d3, 0.022222222222222223f * d1);
    t[3 * to] = e1 + o1;
    t[4 * to] = e1 - o1;
    const VEC e2 = FMA(0.044444444444444446f, d4, FMA(0.17777777777777778f, d2, 0.7111111111111111f * d0));
    const VEC o2 = FMA(0.08888888888888889f, d3, 0.35555555555555557f * d1);
    t[5 * to] = e2 + o2;
    t[6 * to] = e2 - o2;
    t[7 * to] = d4;
}
#endif

#if TILE == 8 && KERNEL == 3
#define POINTS 10

static inline __attribute__((always_inline)) void NAME(output_line)(const VEC *d, ptrdiff_t from, VEC *t, ptrdiff_t to) {
    const VEC d0 = d[0 * from], d1 = d[1 * from], d2 = d[2 * from], d3 = d[3 * from], d4 = d[4 * from], d5 = d[5 * from], d6 = d[6 * from], d7 = d[7 * from], d8 = d[8 * from], d9 = d[9 * from];
    const VEC s0 = d1 + d2, q0 = d1 - d2, s1 = d3 + d4, q1 = d3 - d4, s2 = d5 + d6, q2 = d5 - d6, s3 = d7 + d8, q3 = d7 - d8;
    t[0 * to] = ((((s0 + s1) + s2) + s3) + d0);
    t[1 * to] = FMA(2.4f, q3, FMA(1.25f, q2, FMA(0.8f, q1, 0.4f * q0)));
    t[2 * to] = FMA(5.76f, s3, FMA(1.5625f, s2, FMA(0.64f, s1, 0.16f * s0)));
    t[3 * to] = FMA(13.824f, q3, FMA(1.953125f, q2, FMA(0.512f, q1, 0.064f * q0)));
    t[4 * to] = FMA(33.1776f, s3, FMA(2.44140625f, s2, FMA(0.4096f, s1, 0.0256f * s0)));
    t[5 * to] = FMA(79.62624f, q3, FMA(3.0517578125f, q2, FMA(0.32768f, q1, 0.01024f * q0)));
    t[6 * to] = FMA(191.102976f, s3, FMA(3.814697265625f, s2, FMA(0.262144f, s1, 0.004096f * s0)));
    t[7 * to] = FMA(458.6471424f, q3, FMA(4.76837158203125f, q2, FMA(0.2097152f, q1, FMA(0.0016384f, q0, d9))));
}

static const double NAME(filter)[POINTS][KERNEL] = {
    {1.0850694444444444, 0.0, 0.0},
    {-0.8289300568712333, -0.33157202274849334, -0.13262880909939734},
    {-0.8289300568712333, 0.33157202274849334, -0.13262880909939734},
    {0.3445977656391147, 0.27567821251129176, 0.22054257000903343},
    {0.3445977656391147, -0.27567821251129176, 0.22054257000903343},
    {-0.058923702583290216, -0.07365462822911277, -0.09206828528639097},
    {-0.058923702583290216, 0.07365462822911277, -0.09206828528639097},
    {0.0007212715931866095, 0.001731051823647863, 0.004154524376754871},
    {0.0007212715931866095, -0.001731051823647863, 0.004154524376754871},
    {0.0, 0.0, 1.0},
};

static inline __attribute__((always_inline)) void NAME(filter_line)(const VEC *d, ptrdiff_t from, VEC *t, ptrdiff_t to) {
    const VEC d0 = d[0 * from], d1 = d[1 * from], d2 = d[2 * from];
    t[0 * to] = 1.0850694444444444f * d0;
    const VEC e0 = FMA(-0.13262880909939734f, d2, -0.8289300568712333f * d0);
    t[1 * to] = FMA(-0.33157202274849334f, d1, e0);
    t[2 * to] = FMA(0.33157202274849334f, d1, e0);
    const VEC e1 = FMA(0.22054257000903343f, d2, 0.3445977656391147f * d0);
    t[3 * to] = FMA(0.27567821251129176f, d1, e1);
    t[4 * to] = FMA(-0.27567821251129176f, d1, e1);
    const VEC e2 = FMA(-0.09206828528639097f, d2, -0.058923702583290216f * d0);
    t[5 * to] = FMA(-0.07365462822911277f, d1, e2);
    t[6 * to] = FMA(0.07365462822911277f, d1, e2);
    const VEC e3 = FMA(0.004154524376754871f, d2, 0.0007212715931866095f * d0);
    t[7 * to] = FMA(0.001731051823647863f, d1, e3);
    t[8 * to] = FMA(-0.001731051823647863f, d1, e3);
    t[9 * to] = d2;
}
#endif

#if TILE == 6 && KERNEL == 5
#define POINTS 10

static inline __attribute__((always_inline)) void NAME(output_line)(const VEC *d, ptrdiff_t from, VEC *t, ptrdiff_t to) {
    const VEC d0 = d[0 * from], d1 = d[1 * from], d2 = d[2 * from], d3 = d[3 * from], d4 = d[4 * from], d5 = d[5 * from], d6 = d[6 * from], d7 = d[7 * from], d8 = d[8 * from], d9 = d[9 * from];
    const VEC s0 = d1 + d2, q0 = d1 - d2, s1 = d3 + d4, q1 = d3 - d4, s2 = d5 + d6, q2 = d5 - d6, s3 = d7 + d8, q3 = d7 - d8;
    t[0 * to] = ((((s0 + s1) + s2) + s3) + d0);
    t[1 * to] = FMA(2.4f, q3, FMA(1.25f, q2, FMA(0.8f, q1, 0.4f * q0)));
    t[2 * to] = FMA(5.76f, s3, FMA(1.5625f, s2, FMA(0.64f, s1, 0.16f * s0)));
    t[3 * to] = FMA(13.824f, q3, FMA(1.953125f, q2, FMA(0.512f, q1, 0.064f * q0)));
    t[4 * to] = FMA(33.1776f, s3, FMA(2.44140625f, s2, FMA(0.4096f, s1, 0.0256f * s0)));
    t[5 * to] = FMA(79.62624f, q3, FMA(3.0517578125f, q2, FMA(0.32768f, q1, FMA(0.01024f, q0, d9))));
}

static const double NAME(filter)[POINTS][KERNEL] = {
    {1.0850694444444444, 0.0, 0.0, 0.0, 0.0},
    {-0.8289300568712333, -0.33157202274849334, -0.13262880909939734, -0.05305152363975894, -0.021220609455903573},
    {-0.8289300568712333, 0.33157202274849334, -0.13262880909939734, 0.05305152363975894, -0.021220609455903573},
    {0.3445977656391147, 0.27567821251129176, 0.22054257000903343, 0.17643405600722675, 0.1411472448057814},
    {0.3445977656391147, -0.27567821251129176, 0.22054257000903343, -0.17643405600722675, 0.1411472448057814},
    {-0.058923702583290216, -0.07365462822911277, -0.09206828528639097, -0.1150853566079887, -0.1438566957599859},
    {-0.058923702583290216, 0.07365462822911277, -0.09206828528639097, 0.1150853566079887, -0.1438566957599859},
    {0.0007212715931866095, 0.001731051823647863, 0.004154524376754871, 0.00997085850421169, 0.023930060410108058},
    {0.0007212715931866095, -0.001731051823647863, 0.004154524376754871, -0.00997085850421169, 0.023930060410108058},
    {0.0, 0.0, 0.0, 0.0, 1.0},
};

static inline __attribute__((always_inline)) void NAME(filter_line)(const VEC *d, ptrdiff_t from, VEC *t, ptrdiff_t to) {
    const VEC d0 = d[0 * from], d1 = d[1 * from], d2 = d[2 * from], d3 = d[3 * from], d4 = d[4 * from];
    t[0 * to] = 1.0850694444444444f * d0;
    const VEC e0 = FMA(-0.021220609455903573f, d4, FMA(-0.13262880909939734f, d2, -0.8289300568712333f * d0));
    const VEC o0 = FMA(-0.05305152363975894f, d3, -0.33157202274849334f * d1);
    t[1 * to] = e0 + o0;
    t[2 * to] = e0 - o0;
    const VEC e1 = FMA(0.1411472448057814f, d4, FMA(0.22054257000903343f, d2, 0.3445977656391147f * d0));
    const VEC o1 = FMA(0.17643405600722675f, d3, 0.27567821251129176f * d1);
    t[3 * to] = e1 + o1;
    t[4 * to] = e1 - o1;
    const VEC e2 = FMA(-0.1438566957599859f, d4, FMA(-0.09206828528639097f, d2, -0.058923702583290216f * d0));
    const VEC o2 = FMA(-0.1150853566079887f, d3, -0.07365462822911277f * d1);
    t[5 * to] = e2 + o2;
    t[6 * to] = e2 - o2;
    const VEC e3 = FMA(0.023930060410108058f, d4, FMA(0.004154524376754871f, d2, 0.0007212715931866095f * d0));
    const VEC o3 = FMA(0.00997085850421169f, d3, 0.001731051823647863f * d1);
    t[7 * to] = e3 + o3;
    t[8 * to] = e3 - o3;
    t[9 * to] = d4;
}
#endif

#if TILE == 8 && KERNEL == 5
#define POINTS 12

static inline __attribute__((always_inline)) void NAME(output_line)(const VEC *d, ptrdiff_t from, VEC *t, ptrdiff_t to) {
    const VEC d0 = d[0 * from], d1 = d[1 * from], d2 = d[2 * from], d3 = d[3 * from], d4 = d[4 * from], d5 = d[5 * from], d6 = d[6 * from], d7 = d[7 * from], d8 = d[8 * from], d9 = d[9 * from], d10 = d[10 * from], d11 = d[11 * from];
    const VEC s0 = d1 + d2, q0 = d1 - d2, s1 = d3 + d4, q1 = d3 - d4, s2 = d5 + d6, q2 = d5 - d6, s3 = d7 + d8, q3 = d7 - d8, s4 = d9 + d10, q4 = d9 - d10;
    t[0 * to] = (((((s0 + s1) + s2) + s3) + s4) + d0);
    t[1 * to] = FMA(2.8333333333333335f, q4, FMA(1.4285714285714286f, q3, FMA(0.6666666666666666f, q1, FMA(0.375f, q0, q2))));
    t[2 * to] = FMA(8.027777777777779f, s4, FMA(2.0408163265306123f, s3, FMA(0.4444444444444444f, s1, FMA(0.140625f, s0, s2))));
    t[3 * to] = FMA(22.74537037037037f, q4, FMA(2.9154518950437316f, q3, FMA(0.2962962962962963f, q1, FMA(0.052734375f, q0, q2))));
    t[4 * to] = FMA(64.44521604938272f, s4, FMA(4.164931278633903f, s3, FMA(0.19753086419753085f, s1, FMA(0.019775390625f, s0, s2))));
    t[5 * to] = FMA(182.59477880658437f, q4, FMA(5.949901826619861f, q3, FMA(0.13168724279835392f, q1, FMA(0.007415771484375f, q0, q2))));
    t[6 * to] = FMA(517.3518732853223f, s4, FMA(8.499859752314087f, s3, FMA(0.0877914951989026f, s1, FMA(0.002780914306640625f, s0, s2))));
    t[7 * to] = FMA(1465.8303076417467f, q4, FMA(12.142656789020124f, q3, FMA(0.05852766346593507f, q1, FMA(0.0010428428649902344f, q0, (q2 + d11)))));
}

static const double NAME(filter)[POINTS][KERNEL] = {
    {-0.9766089965397924, 0.0, 0.0, 0.0, 0.0},
    {0.9086394810539528, 0.3407398053952323, 0.1277774270232121, 0.04791653513370454, 0.017968700675139202},
    {0.9086394810539528, -0.3407398053952323, 0.1277774270232121, -0.04791653513370454, 0.017968700675139202},
    {-0.5505734265734266, -0.367048951048951, -0.2446993006993007, -0.16313286713286712, -0.10875524475524476},
    {-0.5505734265734266, 0.367048951048951, -0.2446993006993007, 0.16313286713286712, -0.10875524475524476},
    {0.14317516011075648, 0.14317516011075648, 0.14317516011075648, 0.14317516011075648, 0.14317516011075648},
    {0.14317516011075648, -0.14317516011075648, 0.14317516011075648, -0.14317516011075648, 0.14317516011075648},
    {-0.012961466012347241, -0.018516380017638914, -0.02645197145376988, -0.03778853064824268, -0.05398361521177526},
    {-0.012961466012347241, 0.018516380017638914, -0.02645197145376988, 0.03778853064824268, -0.05398361521177526},
    {2.47496909608019e-05, 7.012412438893872e-05, 0.00019868501910199306, 0.000562940887455647, 0.0015949991811243331},
    {2.47496909608019e-05, -7.012412438893872e-05, 0.00019868501910199306, -0.000562940887455647, 0.0015949991811243331},
    {0.0, 0.0, 0.0, 0.0, 1.0},
};

static inline __attribute__((always_inline)) void NAME(filter_line)(const VEC *d, ptrdiff_t from, VEC *t, ptrdiff_t to) {
    const VEC d0 = d[0 * from], d1 = d[1 * from], d2 = d[2 * from], d3 = d[3 * from], d4 = d[4 * from];
    t[0 * to] = -0.9766089965397924f * d0;
    const VEC e0 = FMA(0.017968700675139202f, d4, FMA(0.1277774270232121f, d2, 0.9086394810539528f * d0));
    const VEC o0 = FMA(0.04791653513370454f, d3, 0.3407398053952323f * d1);
    t[1 * to] = e0 + o0;
    t[2 * to] = e0 - o0;
    const VEC e1 = FMA(-0.10875524475524476f, d4, FMA(-0.2446993006993007f, d2, -0.5505734265734266f * d0));
    const VEC o1 = FMA(-0.16313286713286712f, d3, -0.367048951048951f * d1);
    t[3 * to] = e1 + o1;
    t[4 * to] = e1 - o1;
    const VEC e2 = FMA(0.14317516011075648f, d4, FMA(0.14317516011075648f, d2, 0.14317516011075648f * d0));
    const VEC o2 = FMA(0.14317516011075648f, d3, 0.14317516011075648f * d1);
    t[5 * to] = e2 + o2;
    t[6 * to] = e2 - o2;
    const VEC e3 = FMA(-0.05398361521177526f, d4, FMA(-0.02645197145376988f, d2, -0.012961466012347241f * d0));
    const VEC o3 = FMA(-0.03778853064824268f, d3, -0.018516380017638914f * d1);
    t[7 * to] = e3 + o3;
    t[8 * to] = e3 - o3;
    const VEC e4 = FMA(0.0015949991811243331f, d4, FMA(0.00019868501910199306f, d2, 2.47496909608019e-05f * d0));
    const VEC o4 = FMA(0.000562940887455647f, d3, 7.012412438893872e-05f * d1);
    t[9 * to] = e4 + o4;
    t[10 * to] = e4 - o4;
    t[11 * to] = d4;
}
#endif
