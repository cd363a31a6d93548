// What the tile instructions do, after Intel's manual (TILELOADD, TDPBF16PS, TDPFP16PS).
#include "emulated_tiles.h"

#include "../../Sources/CMSRNKernels/half.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

static void check(int good, const char *rule) {
    if (good) return;
    fprintf(stderr, "tiles: %s\n", rule);
    abort();
}

static void check_tile(const tile_state *s, int t) {
    check(s->configured, "an instruction before the configuration");
    check(t >= 0 && t < 8 && s->rows[t] > 0, "a tile that is not configured");
}

void tile_configure_state(tile_state *s, const void *configuration) {
    const uint8_t *c = configuration;
    memset(s, 0, sizeof *s);
    check(c[0] == 1 && c[1] == 0, "a palette other than 1, or a start row");
    for (int i = 2; i < 16; i++) check(c[i] == 0, "a reserved byte is not zero");
    for (int t = 0; t < 16; t++) {
        const int bytes = c[16 + 2 * t] | c[17 + 2 * t] << 8, rows = c[48 + t];
        check(t < 8 ? bytes == 64 && rows >= 1 && rows <= 16 : bytes == 0 && rows == 0, "a shape that is not 1-16 rows of 64 bytes");
        if (t < 8) s->rows[t] = rows;
    }
    s->configured = 1;
}

void tile_zero_state(tile_state *s, int t) {
    check_tile(s, t);
    memset(s->data[t], 0, sizeof s->data[t]);
}

void tile_load_state(tile_state *s, int t, const void *from, ptrdiff_t stride) {
    tile_zero_state(s, t);
    for (int r = 0; r < s->rows[t]; r++) {
        const char *row = (const char *)from + r * stride;
        check((uintptr_t)row % 64 == 0, "a row that is not 64-byte aligned");
        memcpy(s->data[t][r], row, 64);
    }
}

void tile_store_state(const tile_state *s, int t, void *to, ptrdiff_t stride) {
    check_tile(s, t);
    for (int r = 0; r < s->rows[t]; r++) memcpy((char *)to + r * stride, s->data[t][r], 64);
}

// Subnormal fp32 is zero, as an operand and as a result.
static float flushed(float value) {
    const uint32_t bits = msrn_bits(value);
    return bits & 0x7f800000 ? value : msrn_float(bits & 0x80000000);
}

// a * b + c, rounded once. A product of two 16-bit numbers in range is exact, and the library's fmaf slow.
static float multiply_add(float a, float b, float c) {
    const float product = a * b, magnitude = fabsf(product);
    const int exact = product == 0 ? a == 0 || b == 0 : magnitude >= 0x1p-100f && magnitude < 0x1p127f;
    return flushed(exact ? product + c : fmaf(a, b, c));
}

// Even and odd inputs are summed apart, each from zero; their sum is added to the tile's.
void tile_multiply_state(tile_state *s, int sums, int pixels, int weights, int bf16) {
    check_tile(s, sums), check_tile(s, pixels), check_tile(s, weights);
    check(sums != pixels && sums != weights && pixels != weights, "a multiply of a tile with itself");
    check(s->rows[weights] == 16 && s->rows[sums] == s->rows[pixels], "a multiply of shapes that do not fit");
    float factors[2][16][32]; // pixels, weights
    for (int i = 0; i < 2; i++) {
        for (int r = 0; r < 16; r++) {
            for (int k = 0; k < 32; k++) {
                const uint16_t half = (uint16_t)(s->data[i ? weights : pixels][r][k / 2] >> k % 2 * 16);
                factors[i][r][k] = bf16 ? flushed(msrn_from_bf16(half)) : msrn_from_fp16(half);
            }
        }
    }
    for (int r = 0; r < s->rows[sums]; r++) {
        float partial[32] = {0}; // even and odd of each column
        for (int k = 0; k < 16; k++) {
            for (int n = 0; n < 32; n++) {
                partial[n] = multiply_add(factors[0][r][2 * k + n % 2], factors[1][k][n], partial[n]);
            }
        }
        for (int n = 0; n < 16; n++) {
            const float pair = flushed(partial[2 * n] + partial[2 * n + 1]), sum = flushed(msrn_float(s->data[sums][r][n]));
            s->data[sums][r][n] = msrn_bits(flushed(sum + pair));
        }
    }
}
