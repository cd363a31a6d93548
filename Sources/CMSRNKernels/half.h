// 16-bit floating-point numbers on any machine, rounded to nearest, ties to even, bit for bit as the processor's conversions do it.
#ifndef MSRN_HALF_H
#define MSRN_HALF_H

#include <stdint.h>

static inline uint32_t msrn_bits(float value) {
    uint32_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float msrn_float(uint32_t bits) {
    float value;
    __builtin_memcpy(&value, &bits, sizeof value);
    return value;
}

// From 65520 on infinite; subnormal results are kept.
static inline uint16_t msrn_fp16(float value) {
    const uint32_t bits = msrn_bits(value), sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) return (uint16_t)(sign | 0x7e00 | (magnitude >> 13 & 0x3ff)); // NaN, quiet
    if (magnitude >= 0x47800000) return (uint16_t)(sign | 0x7c00); // 65536 and more
    if (magnitude < 0x38800000) { // below 2^-14: the last bit of x + 1/2 is fp16's last bit
        return (uint16_t)(sign | (msrn_bits(msrn_float(magnitude) + 0.5f) - 0x3f000000));
    }
    return (uint16_t)(sign | (magnitude + 0xfff + (magnitude >> 13 & 1) - 0x38000000) >> 13);
}

static inline float msrn_from_fp16(uint16_t half) {
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16, magnitude = half & 0x7fff;
    if (magnitude < 0x400) return msrn_float(sign | msrn_bits((float)magnitude * 0x1p-24f));
    return msrn_float(sign | ((magnitude << 13) + (magnitude < 0x7c00 ? 0x38000000 : 0x70000000)));
}

// Subnormal numbers become zero: the tiles would read them as zero.
static inline uint16_t msrn_bf16(float value) {
    const uint32_t bits = msrn_bits(value), magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) return (uint16_t)(bits >> 16 | 0x40); // NaN, quiet
    if (magnitude < 0x00800000) return (uint16_t)(bits >> 16 & 0x8000);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static inline float msrn_from_bf16(uint16_t half) { return msrn_float((uint32_t)half << 16); }

#endif
