// The kernels of the matrix tiles against their formula in double precision, on maps that end where their memory ends and results among
// canaries. Every mode runs in the portable emulation; the compiled instructions themselves run on a processor that has them, or else
// one by one through a trap. Exits 1 at the first difference; says loudly what could not be run.
#include "tiles.h"

#include "emulated_tiles.h"
#include "tile_trap.h"

// One random convolution and what belongs to it.
typedef struct problem {
    msrn_tile_conv c;         // without its outputs
    msrn_tile_mode mode;
    int three, inputs, outputs, height, width, shuffle, maps; // maps: 16-channel blocks of the output maps
    int y0, y1, x0, x1, cut;  // what is computed, in two parts
    int exact;                // operands so coarse that every sum is exact, and every order of addition gives the same bits
    int wide, narrow, adds, in_place;
    map x, low, addend;
    float *weights, *bias;
    uint16_t *packed;
    int32_t *input_slot, *output_slot;
    ptrdiff_t x_block[4];
} problem;

typedef struct result {
    map y, z, low;
    float largest;
} result;

static int32_t *permutation(int count) {
    int32_t *p = malloc(sizeof(int32_t) * count);
    for (int i = 0; i < count; i++) p[i] = i;
    for (int i = count - 1; i > 0; i--) {
        const int j = next(i + 1), other = p[i];
        p[i] = p[j], p[j] = other;
    }
    return p;
}

// With three products: a high part of 4 and a low part of 1/1024, or zero. Else few bits.
static float operand(const problem *p, int steps, float size) {
    if (!p->exact) return gauss() * size;
    if (p->three) return (float)(next(3) - 1) * (4 + (float)(next(3) - 1) / 1024);
    return (float)(next(2 * steps + 1) - steps) / 16;
}

static problem random_problem(msrn_tile_mode mode) {
    static const int kernels[8] = {1, 1, 3, 3, 3, 5, 5, 7};
    const int kernel = kernels[next(8)], kind = 1 + next(3), in_blocks = 1 + next(kernel > 3 ? 2 : 3);
    problem p = {.mode = mode, .three = mode == MSRN_TILE_FP16X3, .inputs = in_blocks * 32 - next(20), .height = 1 + next(9),
                 .width = 1 + next(40), .shuffle = next(4) ? 1 : 2, .maps = 1 + next(3), .exact = next(2), .wide = kind & 1,
                 .narrow = kind >> 1};
    const int out_blocks = p.maps * p.shuffle * p.shuffle;
    p.outputs = out_blocks * 16 - next(10);
    p.y0 = next(p.height), p.y1 = p.y0 + 1 + next(p.height - p.y0);
    p.x0 = next(p.width), p.x1 = p.x0 + 1 + next(p.width - p.x0), p.cut = p.x0 + next(p.x1 - p.x0);
    p.adds = p.shuffle == 1 && next(2), p.in_place = p.adds && p.wide && next(2);

    p.input_slot = permutation(in_blocks * 32), p.output_slot = permutation(out_blocks * 16);
    p.x = make(in_blocks * 32, p.height, p.width, kernel / 2, 2, 0);
    p.low = make(in_blocks * 32, p.height, p.width, kernel / 2, 2, 0);
    p.addend = make(p.maps * 16, p.height, p.width, 0, 4, 0);
    for (int y = 0; y < p.height; y++) {
        for (int x = 0; x < p.width; x++) {
            for (int i = 0; i < p.inputs; i++) {
                const float v = operand(&p, 16, 1);
                const uint16_t high = rounded(mode, v);
                *(uint16_t *)at(&p.x, p.input_slot[i], y, x) = high;
                *(uint16_t *)at(&p.low, p.input_slot[i], y, x) = rounded(mode, v - value(mode, high));
            }
            for (int i = 0; i < p.maps * 16; i++) *(float *)at(&p.addend, i, y, x) = (float)(next(65) - 32) / 4;
        }
    }
    const size_t count = (size_t)p.outputs * p.inputs * kernel * kernel;
    const float scale = p.three ? MSRN_TILE_X3_SCALE : 1;
    float largest = 0;
    p.weights = aligned(count * sizeof(float));
    for (size_t i = 0; i < count; i++) {
        p.weights[i] = operand(&p, 4, 0.0625f);
        if (fabsf(p.weights[i]) * scale > largest) largest = fabsf(p.weights[i]) * scale;
    }
    p.bias = aligned(out_blocks * 16 * sizeof(float));
    for (int i = 0; i < out_blocks * 16; i++) p.bias[i] = (float)(next(9) - 4);
    p.packed = aligned(msrn_tile_weights(mode, kernel, in_blocks, out_blocks) * sizeof(uint16_t));
    const msrn_tile_pack pack = {
        .weights = p.weights, .input_slot = p.input_slot, .output_slot = p.output_slot, .packed = p.packed, .scale = scale,
        .inputs = p.inputs, .outputs = p.outputs, .in_blocks = in_blocks, .out_blocks = out_blocks, .kernel = kernel, .mode = mode,
    };
    const float packed = msrn_tile_pack_weights(&pack);
    if (packed != largest) fail("largest weight", "packing", "weights", packed, largest);
    for (int b = 0; b < in_blocks; b++) p.x_block[b] = p.x.block[2 * b];
    p.c = (msrn_tile_conv){
        .x = (uint16_t *)p.x.origin, .x_low = p.three ? (uint16_t *)p.low.origin : NULL, .x_row = p.x.row, .weights = p.packed,
        .bias = p.bias, .addend_row = p.addend.row, .scale = 1 / scale, .in_blocks = in_blocks, .out_blocks = out_blocks,
        .kernel = kernel, .relu = next(2),
    };
    return p;
}

static void forget(problem *p) {
    drop(&p->x), drop(&p->low), drop(&p->addend);
    free(p->weights), free(p->packed), free(p->bias), free(p->input_slot), free(p->output_slot);
}

// Canaries everywhere; where y is its own addend, the addend.
static uint32_t before(const problem *p, int channel, int y, int x) {
    return p->in_place ? *(uint32_t *)at(&p->addend, channel, y, x) : 0xa5a5a5a5;
}

static result run(const problem *p, const msrn_tile_table *t, int cut) {
    const int r = p->shuffle, height = p->height * r, width = p->width * r;
    const int whole = (p->maps + 1) / 2 * 32; // the last block of a 16-bit map may be half another's
    result o = {.y = make(p->maps * 16, height, width, 0, 4, 0xa5), .z = make(whole, height, width, 0, 2, 0xa5),
                .low = make(whole, height, width, 0, 2, 0xa5)};
    for (int i = 0; i < height * width * p->maps * 16; i++) {
        const int channel = i % (p->maps * 16), pixel = i / (p->maps * 16);
        *(uint32_t *)at(&o.y, channel, pixel / width, pixel % width) = before(p, channel, pixel / width, pixel % width);
    }
    ptrdiff_t y_block[12], z_block[12];
    for (int n = 0; n < p->c.out_blocks; n++) {
        const int cell = n / p->maps, b = n % p->maps;
        y_block[n] = cell / r * o.y.row + cell % r * 16 + o.y.block[b];
        z_block[n] = cell / r * o.z.row + cell % r * 32 + o.z.block[b];
    }
    msrn_tile_conv c = p->c;
    c.x_block = p->x_block;
    c.y_row = r * o.y.row, c.y_pixel = r * 16, c.y_block = y_block, c.z_row = r * o.z.row, c.z_pixel = r * 32, c.z_block = z_block;
    if (p->wide) c.y = (float *)o.y.origin;
    if (p->narrow) c.z = (uint16_t *)o.z.origin;
    if (p->narrow && p->three) c.z_low = (uint16_t *)o.low.origin;
    if (p->adds) c.addend = p->in_place ? c.y : (float *)p->addend.origin, c.addend_block = p->addend.block;
    if (p->in_place) c.addend_row = c.y_row, c.addend_block = o.y.block;
    const float left = t->conv(&c, p->y0, p->y1, p->x0, cut), right = t->conv(&c, p->y0, p->y1, cut, p->x1);
    o.largest = left > right ? left : right;
    return o;
}

// The formula at one place: the sum of the products that the mode takes, of the operands as they were before rounding, of magnitudes.
typedef struct sums {
    double taken, all, size;
} sums;

static sums formula(const problem *p, int o, int y, int x) {
    sums s = {0};
    const int kernel = p->c.kernel, half = kernel / 2;
    const float *w = p->weights + (size_t)o * p->inputs * kernel * kernel;
    for (int i = 0; i < p->inputs; i++) {
        for (int k = 0; k < kernel * kernel; k++, w++) {
            const int sy = y + k / kernel - half, sx = x + k % kernel - half;
            if (sy < 0 || sx < 0 || sy >= p->height || sx >= p->width) continue;
            const float scaled = *w / p->c.scale, w_high = value(p->mode, rounded(p->mode, scaled));
            const double high = value(p->mode, *(uint16_t *)at(&p->x, p->input_slot[i], sy, sx));
            const double low = p->three ? value(p->mode, *(uint16_t *)at(&p->low, p->input_slot[i], sy, sx)) : 0;
            const double w_low = p->three ? value(p->mode, rounded(p->mode, scaled - w_high)) : 0;
            s.taken += (high * w_high + low * w_high + high * w_low) * p->c.scale;
            s.all += (high + low) * *w;
            s.size += fabs(high * w_high) * p->c.scale;
        }
    }
    return s;
}

static void check(const problem *p, const result *r, const char *name, const char *how) {
    const msrn_tile_mode mode = p->mode;
    double top = 0;
    for (int i = 0; i < r->z.width * r->z.height * 16; i++) {
        const int c = r->z.blocks * 16 - 16 + i % 16, y = i / 16 / r->z.width, x = i / 16 % r->z.width;
        const uint16_t z = *(uint16_t *)at(&r->z, c, y, x), low = *(uint16_t *)at(&r->low, c, y, x);
        if (p->maps % 2 && (z != 0xa5a5 || low != 0xa5a5)) fail("a canary of another's channels", how, name, z, 0xa5a5);
    }
    for (int i = 0; i < p->c.out_blocks * 16 * p->height * p->width; i++) {
        const int o = i / (p->height * p->width), py = i / p->width % p->height, px = i % p->width; // in order of weights
        const int slot = p->output_slot[o], cell = slot / 16 / p->maps, channel = slot % (p->maps * 16);
        const int qy = py * p->shuffle + cell / p->shuffle, qx = px * p->shuffle + cell % p->shuffle;
        const float y = *(float *)at(&r->y, channel, qy, qx);
        const uint16_t z = *(uint16_t *)at(&r->z, channel, qy, qx), low = *(uint16_t *)at(&r->low, channel, qy, qx);
        const int written = py >= p->y0 && py < p->y1 && px >= p->x0 && px < p->x1;
        if (!(written && p->wide) && msrn_bits(y) != before(p, channel, qy, qx)) fail("a canary", how, name, y, 0);
        if (!(written && p->narrow) && z != 0xa5a5) fail("a 16-bit canary", how, name, z, 0xa5a5);
        if (!(written && p->narrow && p->three) && low != 0xa5a5) fail("a low canary", how, name, low, 0xa5a5);
        if (!written) continue;

        sums s = {0};
        if (o < p->outputs) s = formula(p, o, py, px);
        if (p->three && fabs(s.taken - s.all) > 0x1p-20 * s.size) fail("three products", how, name, s.taken, s.all);
        const double rest = p->bias[slot] + (p->adds ? *(float *)at(&p->addend, channel, py, px) : 0);
        const double slack = p->exact ? 0 : 32 * 0x1p-24 * (s.size + fabs(rest)); // of fp32 sums
        const double want = p->c.relu && s.taken + rest < 0 ? 0 : s.taken + rest;
        if (p->wide && !(fabs(y - want) <= slack)) fail("a sum", how, name, y, want);
        if (fabs(want) > top) top = fabs(want);
        if (!p->narrow) continue;
        const float high = value(mode, z), known = p->wide ? y : (float)want; // what has been rounded
        const float rest_low = p->three ? value(mode, low) : 0;
        if (p->wide || p->exact) {
            if (high != value(mode, rounded(mode, known))) fail("a rounded sum", how, name, high, known);
            if (p->three && rest_low != value(mode, rounded(mode, known - high))) fail("a low part", how, name, rest_low, known - high);
        } else {
            const double last = p->three ? 0x1p-22 : mode == MSRN_TILE_BF16 ? 0x1p-8 : 0x1p-11;
            const double off = fabs((double)high + rest_low - want);
            if (!(off <= 2 * slack + last * fabs(want) + 0x1p-24)) fail("a rounded sum", how, name, high, want);
        }
    }
    if (!p->narrow) top = 0;
    if (!(fabs(r->largest - top) <= (p->exact ? 0 : 1e-4 * (1 + top)))) fail("the largest magnitude", how, name, r->largest, top);
}

// The number of values that differ in bits.
static long differences(const map *a, const map *b) {
    long count = 0;
    for (int i = 0; i < a->blocks * 16 * a->height * a->width; i++) {
        const int c = i % (a->blocks * 16), pixel = i / (a->blocks * 16), y = pixel / a->width, x = pixel % a->width;
        count += memcmp(at(a, c, y, x), at(b, c, y, x), a->element) != 0;
    }
    return count;
}

// Runs a problem whole and in two parts, and in the emulation: returns how many values are not the emulation's.
static long conv(const msrn_tile_table *t, const char *how) {
    problem p = random_problem(t->mode);
    result r[3] = {run(&p, t, p.cut), run(&p, t, p.x0), run(&p, emulated_tiles(t->mode), p.x0)};
    check(&p, &r[0], t->name, how);
    long different[3] = {0};
    for (int i = 1; i < 3; i++) {
        different[i] = differences(&r[0].y, &r[i].y) + differences(&r[0].z, &r[i].z) + differences(&r[0].low, &r[i].low);
    }
    if (different[1]) fail("the number of values that depend on the cut", how, t->name, (double)different[1], 0);
    for (int i = 0; i < 3; i++) drop(&r[i].y), drop(&r[i].z), drop(&r[i].low);
    forget(&p);
    return different[2];
}

// Subnormal factors: fp16's count, bf16's are zero.
static void subnormals(const msrn_tile_table *t, const char *how) {
    const int bf16 = t->mode == MSRN_TILE_BF16;
    uint16_t *x = aligned(64), *low = aligned(64), *packed = aligned(2048);
    float *bias = aligned(64), *y = aligned(64), weights[16 * 32];
    int32_t slots[32];
    for (int i = 0; i < 32; i++) x[i] = bf16 ? 0x40 : 1, low[i] = 0, slots[i] = i, bias[i / 2] = 0; // 2^-127, 2^-24
    for (int i = 0; i < 16 * 32; i++) weights[i] = 1024;
    const msrn_tile_pack pack = {.weights = weights, .input_slot = slots, .output_slot = slots, .packed = packed, .scale = 1,
                                 .inputs = 32, .outputs = 16, .in_blocks = 1, .out_blocks = 1, .kernel = 1, .mode = t->mode};
    if (msrn_tile_weights(t->mode, 1, 1, 1) > 1024 || msrn_tile_pack_weights(&pack) != 1024) exit(1);
    const ptrdiff_t block[1] = {0};
    const msrn_tile_conv c = {.x = x, .x_low = low, .x_block = block, .weights = packed, .bias = bias, .y = y, .y_block = block,
                              .scale = 1, .in_blocks = 1, .out_blocks = 1, .kernel = 1};
    t->conv(&c, 0, 1, 0, 1);
    const float want = bf16 ? 0 : 32 * 1024 * 0x1p-24f;
    for (int i = 0; i < 16; i++) {
        if (y[i] != want) fail("a sum of subnormal factors", how, t->name, y[i], want);
    }
    free(x), free(low), free(packed), free(bias), free(y);
}

static void all(const msrn_tile_table *t, const char *how, int must_agree) {
    long different = 0;
    for (int i = 0; i < 60; i++) different += conv(t, how);
    for (int i = 0; i < 60; i++) check_conversions(t, how);
    if (must_agree && different) fail("the number of values that are not the emulation's", how, t->name, (double)different, 0);
    subnormals(t, how);
    if (!(t->peak(10) > 0)) exit(1);
    if (emulated_tiles_held() || tile_trap_held()) fail("tiles that are held", how, t->name, 1, 0);
    printf("tiles, %s, %s: 60 convolutions, 60 conversions", t->name, how);
    if (t != emulated_tiles(t->mode)) printf("; %ld values differ from the emulation's in bits", different);
    printf("\n");
}

#if MSRN_HAS_AMX
// Whether this processor has the vector instructions that stand around a mode's tiles: bf16's round by AVX512-BF16.
static int has_vectors(msrn_tile_mode mode) {
    return msrn_kernels(MSRN_AVX512) && (mode != MSRN_TILE_BF16 || __builtin_cpu_supports("avx512bf16"));
}
#endif

int main(void) {
    check_formats();
    for (msrn_tile_mode mode = MSRN_TILE_FP16; mode <= MSRN_TILE_FP16X3; mode++) all(emulated_tiles(mode), "emulated", 1);
#if MSRN_HAS_AMX
    int trapped = 0;
    for (msrn_tile_mode mode = MSRN_TILE_FP16; mode <= MSRN_TILE_FP16X3; mode++) {
        const msrn_tile_table *t = msrn_tiles(mode);
        if (t) {
            all(t, "on this processor", 0);
            continue;
        }
        trapped = 1;
        printf("tiles, %s: NOT RUN ON A PROCESSOR, this one lacks them\n", msrn_amx_tables[mode].name);
    }
    if (!trapped) return 0;
    if (!tile_trap_install()) exit(2);
    for (msrn_tile_mode mode = MSRN_TILE_FP16; mode <= MSRN_TILE_FP16X3; mode++) {
        if (msrn_tiles(mode)) continue;
        if (has_vectors(mode)) {
            all(&msrn_amx_tables[mode], "compiled, instruction by instruction", 1);
        } else {
            printf("tiles, %s: COMPILED KERNELS NOT RUN AT ALL, this processor lacks their vector instructions too\n",
                   msrn_amx_tables[mode].name);
        }
    }
    printf("tiles: %ld instructions carried out\n", tile_trap_count());
#else
    printf("tiles: COMPILED KERNELS NOT RUN, they are for Linux on x86-64\n");
#endif
    return 0;
}
