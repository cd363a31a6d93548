// Which matrix tiles this machine can run. They count when the processor has them and their type, the operating system saves them
// (XGETBV) and Linux has granted them to this process, and when AVX-512 is there for the work around them.
#if defined(__linux__)
#define _GNU_SOURCE // syscall()
#endif
#include "msrn_kernels.h"
#include "tile.h"

#if MSRN_HAS_AMX
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

static int processor_has(msrn_tile_mode mode) {
    uint32_t a, b, c, d, low, high;
    if (!msrn_kernels(MSRN_AVX512) || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    const uint32_t bf16 = 1u << 22, tile = 1u << 24;
    if (!(d & tile)) return 0;
    const uint32_t subleaves = a;
    if (mode == MSRN_TILE_BF16 && !(d & bf16)) return 0;
    // Leaf 7, subleaf 1: AMX-FP16, and AVX512-BF16, which rounds to bf16.
    const uint32_t avx512_bf16 = 1u << 5, fp16 = 1u << 21, wanted = mode == MSRN_TILE_BF16 ? avx512_bf16 : fp16;
    if (subleaves < 1 || !__get_cpuid_count(7, 1, &a, &b, &c, &d) || !(a & wanted)) return 0;
    // Leaf 0x1D, subleaf 1: palette 1 has 8 tiles of 16 rows of 64 bytes.
    if (!__get_cpuid_count(0x1d, 1, &a, &b, &c, &d)) return 0;
    if (a >> 16 != 1024 || (b & 0xffff) != 64 || b >> 16 < 8 || (c & 0xffff) < 16) return 0;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0)); // there: msrn_kernels() has seen OSXSAVE
    (void)high;
    const uint32_t tile_state = 3u << 17; // configuration and data
    return (low & tile_state) == tile_state;
}

// Asks for the tile data of XSAVE; a process that has them already is told yes.
static int granted(void) {
    const long request = 0x1023, tile_data = 18; // ARCH_REQ_XCOMP_PERM
    return syscall(SYS_arch_prctl, request, tile_data) == 0;
}

const msrn_tile_table *msrn_tiles(msrn_tile_mode mode) {
    if (mode < MSRN_TILE_FP16 || mode > MSRN_TILE_FP16X3) return NULL;
    return processor_has(mode) && granted() ? &msrn_amx_tables[mode] : NULL;
}
#else
const msrn_tile_table *msrn_tiles(msrn_tile_mode mode) {
    (void)mode;
    return NULL;
}
#endif
