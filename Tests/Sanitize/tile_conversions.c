// 16-bit numbers: their formats, and the conversions of maps.
#include "tiles.h"

// fp32 to 16 bits and back, special values included.
void check_conversions(const msrn_tile_table *t, const char *how) {
    static const float special[] = {0, -0.0f, INFINITY, -INFINITY, NAN, 65504, 65519.996f, 65520, -65536, 1e38f, 3.4e38f, 1e-5f, 6e-8f,
                                    2.9e-8f, -3.1e-8f, 1e-30f, 1e-39f, -1e-45f, 1.00048828125f, 1.0009765625f, 1.00390625f, 1.01171875f};
    const int maps = 1 + next(3), height = 1 + next(3), width = 1 + next(20), x0 = next(width), y0 = next(height), wild = next(2);
    map wide = make(maps * 16, height, width, 1, 4, 0), back = make(maps * 16, height, width, 1, 4, 0xa5);
    map narrow = make(maps * 16, height, width, 2, 2, 0xa5), low = make(maps * 16, height, width, 2, 2, 0xa5);
    uint32_t top = 0;
    for (int i = 0; i < maps * 16 * height * width; i++) {
        const int c = i % (maps * 16), y = i / (maps * 16) / width, x = i / (maps * 16) % width;
        const float v = wild && next(4) == 0 ? special[next(sizeof special / sizeof *special)] : ldexpf(gauss(), next(30) - 20);
        *(float *)at(&wide, c, y, x) = v;
        if (y >= y0 && x >= x0 && (msrn_bits(v) & 0x7fffffff) > top) top = msrn_bits(v) & 0x7fffffff;
    }
    msrn_tile_copy m = {
        .wide = (float *)wide.origin, .wide_row = wide.row, .wide_block = wide.block, .narrow = (uint16_t *)narrow.origin,
        .narrow_low = (uint16_t *)low.origin, .narrow_row = narrow.row, .narrow_block = narrow.block, .blocks = maps,
    };
    const float largest = t->narrow(&m, y0, height, x0, width);
    if (msrn_bits(largest) != top) fail("the largest magnitude", how, t->name, largest, msrn_float(top));
    m.wide = (float *)back.origin, m.wide_row = back.row, m.wide_block = back.block;
    t->widen(&m, y0, height, x0, width);
    for (int i = 0; i < maps * 16 * height * width; i++) {
        const int c = i % (maps * 16), y = i / (maps * 16) / width, x = i / (maps * 16) % width, three = t->mode == MSRN_TILE_FP16X3;
        const int written = y >= y0 && x >= x0;
        const float v = *(float *)at(&wide, c, y, x), got = *(float *)at(&back, c, y, x);
        const uint16_t high = written ? rounded(t->mode, v) : 0xa5a5;
        const uint16_t rest = written && three ? rounded(t->mode, v - value(t->mode, high)) : 0xa5a5;
        const uint16_t z = *(uint16_t *)at(&narrow, c, y, x), z_low = *(uint16_t *)at(&low, c, y, x);
        if (z != high) fail("a rounded value's bits", how, t->name, z, high);
        if (z_low != rest && !(v != v) && !isinf(v)) fail("a low part's bits", how, t->name, z_low, rest);
        const float want = three ? value(t->mode, z) + value(t->mode, z_low) : value(t->mode, z);
        if (!written ? msrn_bits(got) != 0xa5a5a5a5 : got != want && want == want) fail("a widened value", how, t->name, got, want);
    }
    drop(&wide), drop(&back), drop(&narrow), drop(&low);
}

// The portable conversions that everything above trusts, against the definition: every number's value, and that no other is nearer.
void check_formats(void) {
    for (int bf16 = 0; bf16 < 2; bf16++) {
        const msrn_tile_mode mode = bf16 ? MSRN_TILE_BF16 : MSRN_TILE_FP16;
        const int digits = bf16 ? 7 : 10, bias = bf16 ? 127 : 15, infinite = bf16 ? 0x7f80 : 0x7c00;
        for (int h = 0; h < infinite; h++) {
            const int exponent = h >> digits, fraction = h & ((1 << digits) - 1);
            const double v = exponent ? ldexp((1 << digits) + fraction, exponent - bias - digits) : ldexp(fraction, 1 - bias - digits);
            if (value(mode, (uint16_t)h) != v || value(mode, (uint16_t)(h | 0x8000)) != -v) fail("a number", "formats", "half", h, v);
            const double above = ldexp(exponent ? (1 << digits) + fraction + 1 : fraction + 1, (exponent ? exponent : 1) - bias - digits);
            const float middle = (float)((v + above) / 2), up = nextafterf(middle, INFINITY), down = nextafterf(middle, 0);
            if (bf16 && exponent == 0) continue; // bf16 subnormal numbers become zero
            const uint16_t same = rounded(mode, (float)v), negative = rounded(mode, -(float)v);
            if (same != h || negative != (h | 0x8000)) fail("a rounded number", "formats", "half", v, h);
            if (rounded(mode, middle) != h + (h & 1)) fail("a tie", "formats", "half", rounded(mode, middle), h + (h & 1));
            if (rounded(mode, up) != h + 1 || rounded(mode, down) != h) fail("a near tie", "formats", "half", rounded(mode, up), h + 1);
        }
    }
    if (rounded(MSRN_TILE_BF16, 0x1.fcp-127f) != 0) fail("a subnormal bf16", "formats", "half", rounded(MSRN_TILE_BF16, 0x1.fcp-127f), 0);
}
