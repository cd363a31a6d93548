// Which kernels this machine can run. An instruction set counts when the processor has it and the operating system saves its
// registers (XGETBV).
#include "level.h"

#if defined(__x86_64__)
#include <cpuid.h>

static uint64_t saved_state(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

static int x86_has(msrn_level level) {
    uint32_t a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
    const uint32_t fma = 1u << 12, osxsave = 1u << 27, avx = 1u << 28;
    if ((c & (fma | osxsave | avx)) != (fma | osxsave | avx)) return 0;
    const uint64_t state = saved_state(), ymm = 0x6, zmm = 0xe6; // SSE, AVX; opmask and both halves of zmm
    if ((state & ymm) != ymm || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    const uint32_t avx2 = 1u << 5, f = 1u << 16, dq = 1u << 17, bw = 1u << 30, vl = 1u << 31;
    if (!(b & avx2)) return 0;
    if (level == MSRN_AVX2) return 1;
    return (b & (f | dq | bw | vl)) == (f | dq | bw | vl) && (state & zmm) == zmm;
}
#endif

const msrn_kernel_table *msrn_kernels(msrn_level level) {
    switch (level) {
    case MSRN_GENERIC: return &msrn_table_generic;
#if defined(__x86_64__)
    case MSRN_AVX2: return x86_has(level) ? &msrn_table_avx2 : NULL;
#if !defined(__APPLE__) // macOS grants the zmm registers to a thread only after it has faulted on one
    case MSRN_AVX512: return x86_has(level) ? &msrn_table_avx512 : NULL;
#endif
#elif defined(__aarch64__)
    case MSRN_NEON: return &msrn_table_neon;
#endif
    default: return NULL;
    }
}
