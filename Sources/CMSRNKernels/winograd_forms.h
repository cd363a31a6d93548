// Written by Generate/winograd.py: the one-dimensional transforms of each form. Defined by the including file: TILE, KERNEL, NAME(stem),
// VEC, FMA(a, b, c). `from` and `to` count vectors.

#if TILE == 4 && KERNEL == 3
#define POINTS 6

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

#if TILE == 6 && KERNEL == 5
#define POINTS 10

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
