// The kernels of every level that this processor has, against their formula, on maps that end where their memory ends: built with
// the address and undefined-behaviour sanitizers, a read or write outside a map stops the program. Also what an emulator runs to
// check the kernels of another processor. Prints one line a level; exits 1 at the first difference.
#include "msrn_kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long long state = 1;
static unsigned next(unsigned below) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return (unsigned)(state >> 33) % below;
}

typedef struct {
    float *memory, *origin;
    ptrdiff_t row, *block;
    int blocks, height, width, border;
} Map;

static Map map(int channels, int height, int width, int border, int pixels) {
    Map m = {.blocks = (channels + 15) / 16, .height = height, .width = width, .border = border};
    const ptrdiff_t columns = (width + 2 * border) | 1;
    m.row = columns * 16 * m.blocks;
    const size_t count = (size_t)m.row * (height + 2 * border);
    if (posix_memalign((void **)&m.memory, 64, count * sizeof(float))) exit(2);
    memset(m.memory, 0, count * sizeof(float));
    m.origin = m.memory + border * m.row + border * 16;
    m.block = malloc(sizeof(ptrdiff_t) * m.blocks);
    for (int b = 0; b < m.blocks; b++) m.block[b] = b * columns * 16;
    for (int c = 0; pixels && c < channels; c++) {
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                m.origin[y * m.row + m.block[c / 16] + x * 16 + c % 16] = (float)((int)next(33) - 16) / 16;
            }
        }
    }
    return m;
}

static float at(const Map *m, int c, int y, int x) {
    if (y < -m->border || x < -m->border || y >= m->height + m->border || x >= m->width + m->border) return 0;
    return m->origin[y * m->row + m->block[c / 16] + x * 16 + c % 16];
}

static void release(Map *m) {
    free(m->memory);
    free(m->block);
}

static float *aligned(size_t count) {
    float *p;
    if (posix_memalign((void **)&p, 64, count * sizeof(float))) exit(2);
    memset(p, 0, count * sizeof(float));
    return p;
}

static void fail(const char *what, const msrn_kernel_table *t, float got, float want) {
    fprintf(stderr, "%s: %s gives %g where the formula gives %g\n", t->name, what, got, want);
    exit(1);
}

// One random convolution; sums of sixteenths are exact, so that every order of addition gives the same bits.
static void conv(const msrn_kernel_table *t) {
    const int kernel = 1 + 2 * (int)next(3), r = kernel > 1 && next(4) == 0 ? 2 : 1;
    const int inputs = 1 + (int)next(40), outputs = 16 * (1 + (int)next(5));
    const int height = 1 + (int)next(5), width = 1 + (int)next(40), cell = r * r;
    const int in_blocks = (inputs + 15) / 16, out_blocks = (outputs + 15) / 16 * cell, area = kernel * kernel;
    Map x = map(inputs, height, width, kernel / 2, 1), y = map(outputs, height * r, width * r, 0, 0);
    Map a = map(outputs, height, width, 0, 1);
    float *weights = aligned((size_t)out_blocks * in_blocks * area * 256), *bias = aligned((size_t)out_blocks * 16);

    int32_t groups[64], count = 0, left = out_blocks;
    const int32_t *offered = kernel == 1 ? t->pointwise_groups : t->spatial_groups;
    for (int i = 0; i < 4 && offered[i]; i++) {
        for (; left >= offered[i]; left -= offered[i]) groups[count++] = offered[i];
    }
    int block = 0;
    size_t base = 0;
    for (int g = 0; g < count; g++) {
        const size_t size = (size_t)in_blocks * area * 16 * 16 * groups[g];
        for (size_t i = 0; i < size; i++) weights[base + i] = (float)((int)next(9) - 4) / 4;
        for (int i = 0; i < groups[g] * 16; i++) bias[block * 16 + i] = (float)((int)next(9) - 4);
        base += size;
        block += groups[g];
    }
    ptrdiff_t blocks[320];
    for (int dy = 0, n = 0; dy < r; dy++) {
        for (int dx = 0; dx < r; dx++) {
            for (int b = 0; b < y.blocks; b++) blocks[n++] = dy * y.row + dx * 16 + y.block[b];
        }
    }
    const int adds = r == 1 && next(2);
    msrn_conv c = {
        .x = x.origin, .x_row = x.row, .x_block = x.block, .weights = weights, .bias = bias,
        .y = y.origin, .y_row = r * y.row, .y_pixel = r * 16,
        .y_block = blocks, .addend = adds ? a.origin : NULL, .addend_row = a.row, .addend_block = a.block,
        .groups = groups, .group_count = count, .in_blocks = in_blocks,
        .kernel = kernel, .relu = (int)next(2), .height = height, .width = width,
    };
    const int cut = (int)next((unsigned)width);
    if (cut) t->conv(&c, 0, height, 0, cut);
    t->conv(&c, 0, height, cut, width);

    for (int o = 0; o < out_blocks * 16; o++) {
        int g = 0, first = 0;
        size_t start = 0;
        while (o / 16 >= first + groups[g]) {
            start += (size_t)in_blocks * area * 256 * groups[g];
            first += groups[g++];
        }
        for (int py = 0; py < height; py++) {
            for (int px = 0; px < width; px++) {
                float sum = bias[o];
                for (int i = 0; i < in_blocks * 16; i++) {
                    for (int k = 0; k < area; k++) {
                        const size_t tap = ((size_t)(i / 16) * area + k) * 16 + i % 16;
                        sum += weights[start + tap * groups[g] * 16 + o - first * 16]
                             * at(&x, i, py + k / kernel - kernel / 2, px + k % kernel - kernel / 2);
                    }
                }
                if (adds) sum += at(&a, o, py, px);
                if (c.relu && sum < 0) sum = 0;
                const int sub = o / 16 / y.blocks, channel = o % (y.blocks * 16);
                const float got = at(&y, channel, py * r + sub / r, px * r + sub % r);
                if (got != sum) fail("convolution", t, got, sum);
            }
        }
    }
    release(&x), release(&y), release(&a);
    free(weights), free(bias);
}

// One random Winograd convolution of a form, cut at a tile, against the formula within the form's rounding.
static void winograd(const msrn_kernel_table *t, const msrn_winograd *f) {
    const int kernel = f->kernel, area = kernel * kernel;
    const int inputs = 1 + (int)next(40), outputs = 16 * (1 + (int)next(5));
    const int height = 1 + (int)next(15), width = 1 + (int)next(60);
    const int in_blocks = (inputs + 15) / 16, out_blocks = outputs / 16;
    Map x = map(inputs, height, width, kernel / 2, 1), y = map(outputs, height, width, 0, 0), a = map(outputs, height, width, 0, 1);
    float *filters = aligned((size_t)outputs * in_blocks * 16 * area), *bias = aligned((size_t)outputs);
    float *weights = aligned((size_t)f->positions * in_blocks * 16 * outputs);
    int32_t groups[64], count = 0, left = out_blocks, largest = 0;
    for (int i = 0; i < 4 && t->winograd_groups[i]; i++) {
        for (; left >= t->winograd_groups[i]; left -= t->winograd_groups[i]) groups[count++] = t->winograd_groups[i];
        if (count && !largest) largest = groups[0];
    }
    size_t base = 0, to = 0;
    for (int g = 0; g < count; g++) {
        const size_t each = (size_t)in_blocks * 16 * groups[g] * 16;
        for (size_t i = 0; i < each * area; i++) filters[base + i] = (float)((int)next(9) - 4) / 4;
        f->prepare(filters + base, in_blocks * 16, groups[g] * 16, weights + to);
        base += each * area, to += each * f->positions;
    }
    for (int i = 0; i < outputs; i++) bias[i] = (float)((int)next(9) - 4);
    const int tiles = 1 + (int)next(13), adds = (int)next(2);
    float *scratch = aligned((size_t)tiles * (in_blocks + largest) * f->lines * 16);
    msrn_conv c = {
        .x = x.origin, .x_row = x.row, .x_block = x.block, .weights = weights, .bias = bias, .y = y.origin, .y_row = y.row,
        .y_pixel = 16, .y_block = y.block, .addend = adds ? a.origin : NULL, .addend_row = a.row, .addend_block = a.block,
        .groups = groups, .group_count = count, .in_blocks = in_blocks, .kernel = kernel, .relu = (int)next(2),
        .height = height, .width = width,
    };
    const int cut = (int)next((unsigned)width) / f->tile * f->tile;
    if (cut) f->conv(&c, scratch, tiles, 0, height, 0, cut);
    f->conv(&c, scratch, tiles, 0, height, cut, width);
    size_t start = 0;
    for (int o = 0, g = 0, first = 0; o < outputs; o++) {
        if (o / 16 >= first + groups[g]) start += (size_t)in_blocks * 16 * groups[g] * 16 * area, first += groups[g++];
        for (int py = 0; py < height; py++) {
            for (int px = 0; px < width; px++) {
                double sum = bias[o];
                for (int i = 0; i < in_blocks * 16; i++) {
                    for (int k = 0; k < area; k++) {
                        sum += filters[start + ((size_t)i * area + k) * groups[g] * 16 + o - first * 16]
                             * at(&x, i, py + k / kernel - kernel / 2, px + k % kernel - kernel / 2);
                    }
                }
                if (adds) sum += at(&a, o, py, px);
                if (c.relu && sum < 0) sum = 0;
                const float got = at(&y, o, py, px);
                if (!(fabs(got - sum) < 5e-3)) fail("Winograd convolution", t, got, (float)sum);
            }
        }
    }
    release(&x), release(&y), release(&a);
    free(filters), free(weights), free(bias), free(scratch);
}

// Planes in, an elementwise step with everything, planes out.
static void planes(const msrn_kernel_table *t) {
    const int channels = 1 + (int)next(40), height = 1 + (int)next(4), width = 1 + (int)next(20);
    const size_t count = (size_t)channels * height * width;
    float *in = aligned(count), *out = aligned(count);
    float scale[64], shift[64];
    int32_t slot[64];
    for (size_t i = 0; i < count; i++) in[i] = (float)((int)next(33) - 16) / 16;
    for (int c = 0; c < channels; c++) scale[c] = 2, shift[c] = (float)c, slot[c] = c;
    Map a = map(channels, height, width, 1, 0), b = map(channels, height, width, 2, 0);
    msrn_planes p = {
        .planes = in, .plane = (ptrdiff_t)height * width, .plane_row = width, .map = a.origin, .map_row = a.row,
        .block = a.block, .slot = slot, .scale = scale, .shift = shift, .channels = channels, .blocks = a.blocks, .shuffle = 1,
    };
    t->load(&p, 0, height, 0, width);
    msrn_elementwise e = {
        .x = a.origin, .x_row = a.row, .x_block = a.block, .addend = a.origin, .addend_row = a.row,
        .addend_block = a.block, .y = b.origin, .y_row = b.row, .y_block = b.block, .blocks = a.blocks, .relu = 1,
    };
    t->elementwise(&e, 0, height, 0, width);
    p.planes = out, p.map = b.origin, p.map_row = b.row, p.block = b.block;
    t->store(&p, 0, height, 0, width);
    for (size_t i = 0; i < count; i++) {
        const float value = 2 * (in[i] * 2 + (float)(i / ((size_t)height * width)));
        const float want = value > 0 ? value : 0;
        if (out[i] != want) fail("load, elementwise or store", t, out[i], want);
    }
    release(&a), release(&b);
    free(in), free(out);
}

int main(void) {
    for (msrn_level level = MSRN_GENERIC; level <= MSRN_AVX512; level++) {
        const msrn_kernel_table *t = msrn_kernels(level);
        if (!t) continue;
        for (int i = 0; i < 100; i++) conv(t);
        for (int i = 0; i < 100; i++) planes(t);
        for (int i = 0; i < 25 * MSRN_WINOGRAD_FORMS; i++) winograd(t, &t->winograd[i % MSRN_WINOGRAD_FORMS]);
        if (!(t->peak(1000) > 0)) return 1;
        printf("%s: 100 convolutions, 100 in Winograd's forms, 100 loads, steps and stores\n", t->name);
    }
    return 0;
}
