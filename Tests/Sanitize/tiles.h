// What the checks of the tiles share: random numbers, maps among memory that nobody may touch, the end at the first difference.
#ifndef TILES_H
#define TILES_H

#include "../../Sources/CMSRNKernels/tile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#endif
#endif
#ifndef ASAN_POISON_MEMORY_REGION
#define ASAN_POISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

// A number from 0 to below - 1; each source has a sequence of its own.
static inline int next(int below) {
    static unsigned long long state = 1;
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return (int)((state >> 33) % (unsigned)below);
}

// Nearly normal, of variance 1.
static inline float gauss(void) {
    float sum = 0;
    for (int i = 0; i < 12; i++) sum += (float)next(1 << 20) / (1 << 20);
    return sum - 6;
}

static inline void fail(const char *what, const char *how, const char *mode, double got, double want) {
    fprintf(stderr, "%s, %s: %s gives %.9g where the formula gives %.9g\n", mode, how, what, got, want);
    exit(1);
}

static inline uint16_t rounded(msrn_tile_mode mode, float v) { return mode == MSRN_TILE_BF16 ? msrn_bf16(v) : msrn_fp16(v); }
static inline float value(msrn_tile_mode mode, uint16_t h) { return mode == MSRN_TILE_BF16 ? msrn_from_bf16(h) : msrn_from_fp16(h); }

// A map of either layout, with a border; between its rows lies a pixel that nobody may read or write.
typedef struct map {
    char *memory, *origin;
    size_t size;
    ptrdiff_t row, *block; // in elements; a block for every 16 channels
    int blocks, height, width, border, element;
} map;

static inline map make(int channels, int height, int width, int border, int element, int fill) {
    map m = {.blocks = channels / 16, .height = height, .width = width, .border = border, .element = element};
    const int columns = width + 2 * border + 1, pixel = 64 / element, stored = element == 2 ? (channels + 31) / 32 : m.blocks;
    m.row = (ptrdiff_t)columns * pixel * stored;
    m.size = (size_t)m.row * element * (height + 2 * border);
    if (posix_memalign((void **)&m.memory, 64, m.size)) exit(2);
    memset(m.memory, fill, m.size);
    m.origin = m.memory + (border * m.row + border * pixel) * element;
    m.block = malloc(sizeof(ptrdiff_t) * (m.blocks + 1));
    for (int b = 0; b < m.blocks; b++) {
        m.block[b] = element == 2 ? (ptrdiff_t)(b / 2) * columns * 32 + b % 2 * 16 : (ptrdiff_t)b * columns * 16;
    }
    for (int r = 0; r < height + 2 * border; r++) {
        for (int b = 0; b < stored; b++) {
            ASAN_POISON_MEMORY_REGION(m.memory + r * m.row * element + ((size_t)b * columns + columns - 1) * 64, 64);
        }
    }
    return m;
}

static inline void drop(map *m) {
    free(m->memory);
    free(m->block);
}

static inline void *at(const map *m, int c, int y, int x) {
    return m->origin + (y * m->row + m->block[c / 16] + x * (64 / m->element) + c % 16) * m->element;
}

static inline void *aligned(size_t size) {
    void *p;
    if (posix_memalign(&p, 64, size)) exit(2);
    return p;
}

// The portable 16-bit formats against their definition, and a table's conversions of maps against those.
void check_formats(void);
void check_conversions(const msrn_tile_table *, const char *how);

#endif
