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

static size_t floats(const Map *m) { return (size_t)m->row * (m->height + 2 * m->border); }

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

static msrn_window same(int kernel) {
    return (msrn_window){
        .kernel_h = kernel, .kernel_w = kernel, .stride_h = 1, .stride_w = 1, .pad_h = kernel / 2, .pad_w = kernel / 2,
        .dilation_h = 1, .dilation_w = 1,
    };
}

// One random convolution; sums of sixteenths are exact, so that every order of addition gives the same bits.
static void conv(const msrn_kernel_table *t) {
    const int plain = (int)next(2), kernel_h = 1 + 2 * (int)next(3), kernel_w = plain ? kernel_h : 1 + (int)next(7);
    const msrn_window w = {
        .kernel_h = kernel_h, .kernel_w = kernel_w, .stride_h = plain ? 1 : 1 + (int)next(2), .stride_w = plain ? 1 : 1 + (int)next(4),
        .pad_h = plain ? kernel_h / 2 : (int)next(3), .pad_w = plain ? kernel_w / 2 : (int)next(3),
        .dilation_h = plain ? 1 : 1 + (int)next(2), .dilation_w = plain ? 1 : 1 + (int)next(2),
    };
    const int span_h = w.dilation_h * (kernel_h - 1) + 1, span_w = w.dilation_w * (kernel_w - 1) + 1;
    const int r = plain && kernel_h > 1 && next(4) == 0 ? 2 : 1, cell = r * r;
    const int each = r == 1 && next(3) == 0 ? 4 << next(2) : 0; // of runs that share a block
    const int pointwise = plain && kernel_h == 1 && !each && next(2); // by the kernel of these alone
    const int inputs = each ? each : 1 + (int)next(pointwise ? 150 : 40), outputs = 16 * (1 + (int)next(5)), further = (int)next(3);
    const int height = 1 + (int)next(5), width = 1 + (int)next(40);
    const int x_height = (height - 1) * w.stride_h + span_h - 2 * w.pad_h, x_width = (width - 1) * w.stride_w + span_w - 2 * w.pad_w;
    if (x_height < 1 || x_width < 1) return;
    const int in_blocks = (inputs + 15) / 16, in_last = inputs - (in_blocks - 1) * 16;
    const int out_blocks = (outputs + 15) / 16 * cell, area = kernel_h * kernel_w;
    Map x = map((each ? 16 : inputs) + 16 * further, x_height, x_width, w.pad_h > w.pad_w ? w.pad_h : w.pad_w, 1);
    Map y = map(outputs, height * r, width * r, 0, 0), a = map(outputs, height, width, 0, 1);
    float *weights = aligned((size_t)out_blocks * inputs * area * 16), *bias = aligned((size_t)out_blocks * 16);

    int32_t groups[64], from[64], count = 0, left = out_blocks;
    const int32_t *offered = pointwise ? t->pointwise_groups : t->groups;
    for (int i = 0; i < 4 && offered[i]; i++) {
        for (; left >= offered[i] && (!each || offered[i] == 1); left -= offered[i]) groups[count++] = offered[i];
    }
    int block = 0;
    size_t base = 0;
    for (int g = 0; g < count; g++) {
        const size_t size = (size_t)inputs * area * 16 * groups[g];
        from[g] = (int32_t)next((unsigned)further + 1);
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
        .groups = groups, .group_first = further ? from : NULL, .group_count = count, .in_blocks = in_blocks, .in_last = in_last, .each = each,
        .window = w, .relu = (int)next(2), .height = x_height, .width = x_width, .rows = (int)next(7),
    };
    const int cut = (int)next((unsigned)width);
    const msrn_conv_fn run = pointwise ? t->pointwise : t->conv;
    if (cut) run(&c, 0, height, 0, cut);
    run(&c, 0, height, cut, width);

    for (int o = 0; o < out_blocks * 16; o++) {
        int g = 0, first = 0;
        size_t start = 0;
        while (o / 16 >= first + groups[g]) {
            start += (size_t)inputs * area * 16 * groups[g];
            first += groups[g++];
        }
        for (int py = 0; py < height; py++) {
            for (int px = 0; px < width; px++) {
                float sum = bias[o];
                for (int i = 0; i < inputs; i++) {
                    for (int k = 0; k < area; k++) {
                        const size_t tap = (size_t)i / 16 * 16 * area + (size_t)k * (i / 16 + 1 < in_blocks ? 16 : in_last) + i % 16;
                        sum += weights[start + tap * groups[g] * 16 + o - first * 16]
                             * at(&x, i + (each ? o % 16 / each * each : 0) + (further ? from[g] * 16 : 0), py * w.stride_h - w.pad_h + k / kernel_w * w.dilation_h,
                                  px * w.stride_w - w.pad_w + k % kernel_w * w.dilation_w);
                    }
                }
                if (adds) sum += at(&a, o, py, px);
                if (c.relu && sum < 0) sum = 0;
                const int sub = o / 16 / y.blocks, channel = o % (y.blocks * 16);
                const float got = at(&y, channel, py * r + sub / r, px * r + sub % r);
                if (got != sum) fail(pointwise ? "pointwise convolution" : "convolution", t, got, sum);
            }
        }
    }
    release(&x), release(&y), release(&a);
    free(weights), free(bias);
}

// One random Winograd convolution of a form, cut at a tile, against the formula within the form's rounding; near, of up to three pictures.
static void winograd(const msrn_kernel_table *t, const msrn_winograd *f, int near) {
    const int kernel = f->kernel, area = kernel * kernel;
    const double bound = f->positions > 100 ? 2e-2 : 5e-3; // what is rounded grows with the points
    const int inputs = 1 + (int)next(40), outputs = 16 * (1 + (int)next(5));
    const int height = 1 + (int)next(15), width = 1 + (int)next(60);
    const int in_blocks = (inputs + 15) / 16, out_blocks = outputs / 16;
    const int pictures = near ? 1 + (int)next(3) : 1;
    Map x[3], y[3], a[3];
    for (int i = 0; i < pictures; i++) {
        x[i] = map(inputs, height, width, kernel / 2, 1), y[i] = map(outputs, height, width, 0, 0);
        a[i] = map(outputs, height, width, 0, 1);
    }
    float *filters = aligned((size_t)outputs * in_blocks * 16 * area), *bias = aligned((size_t)outputs);
    float *weights = near ? filters : aligned((size_t)f->positions * in_blocks * 16 * outputs);
    const int32_t *offered = near ? t->near_groups : t->winograd_groups;
    int32_t groups[64], count = 0, left = out_blocks, largest = 0;
    for (int i = 0; i < 4 && offered[i]; i++) {
        for (; left >= offered[i]; left -= offered[i]) groups[count++] = offered[i];
        if (count && !largest) largest = groups[0];
    }
    size_t base = 0, to = 0;
    for (int g = 0; g < count; g++) {
        const size_t each = (size_t)in_blocks * 16 * groups[g] * 16;
        for (size_t i = 0; i < each * area; i++) filters[base + i] = (float)((int)next(9) - 4) / 4;
        if (!near) f->prepare(filters + base, in_blocks * 16, groups[g] * 16, weights + to);
        base += each * area, to += each * f->positions;
    }
    for (int i = 0; i < outputs; i++) bias[i] = (float)((int)next(9) - 4);
    const int tiles = 1 + (int)next(13), adds = (int)next(2);
    float *scratch = aligned((near ? f->near_scratch : f->conv_scratch)(in_blocks, out_blocks, largest, tiles));
    msrn_conv c = {
        .x = x->origin, .x_row = x->row, .x_block = x->block, .weights = weights, .bias = bias, .y = y->origin, .y_row = y->row,
        .y_pixel = 16, .y_block = y->block, .addend = adds ? a->origin : NULL, .addend_row = a->row, .addend_block = a->block,
        .groups = groups, .group_count = count, .in_blocks = in_blocks, .in_last = 16, .relu = (int)next(2), .window = same(kernel),
        .height = height, .width = width, .slices = (int)next(6), .pictures = near ? pictures : 0, .apart = (ptrdiff_t)(floats(x) + 2 * floats(y)),
    };
    // Several pictures lie in one piece of memory, x, y and a of each before the next one's.
    float *memory = pictures > 1 ? aligned((size_t)(pictures * c.apart)) : NULL;
    for (int i = 0; memory && i < pictures; i++) {
        memcpy(memory + i * c.apart, x[i].memory, floats(x) * sizeof(float));
        memcpy(memory + i * c.apart + floats(x) + floats(y), a[i].memory, floats(a) * sizeof(float));
    }
    if (memory) {
        c.x = memory + (x->origin - x->memory), c.y = memory + floats(x);
        if (adds) c.addend = c.y + floats(y);
    }
    const msrn_winograd_conv_fn run = near ? f->near : f->conv;
    const int cut = (int)next((unsigned)width) / f->tile * f->tile;
    for (; c.slice == 0 || c.slice < c.slices; c.slice++) {
        if (cut) run(&c, scratch, tiles, 0, height, 0, cut);
        run(&c, scratch, tiles, 0, height, cut, width);
    }
    for (int picture = 0; picture < pictures; picture++) {
        if (memory) memcpy(y[picture].memory, memory + picture * c.apart + floats(x), floats(y) * sizeof(float));
        size_t start = 0;
        for (int o = 0, g = 0, first = 0; o < outputs; o++) {
            if (o / 16 >= first + groups[g]) start += (size_t)in_blocks * 16 * groups[g] * 16 * area, first += groups[g++];
            for (int n = 0; n < height * width; n++) {
                const int py = n / width, px = n % width;
                double sum = bias[o];
                for (int i = 0; i < in_blocks * 16; i++) {
                    for (int k = 0; k < area; k++) {
                        sum += filters[start + ((size_t)i * area + k) * groups[g] * 16 + o - first * 16]
                             * at(&x[picture], i, py + k / kernel - kernel / 2, px + k % kernel - kernel / 2);
                    }
                }
                if (adds) sum += at(&a[picture], o, py, px);
                if (c.relu && sum < 0) sum = 0;
                const float got = at(&y[picture], o, py, px);
                if (!(fabs(got - sum) < bound)) fail(near ? "near Winograd convolution" : "Winograd convolution", t, got, (float)sum);
            }
        }
        release(&x[picture]), release(&y[picture]), release(&a[picture]);
    }
    if (!near) free(weights);
    free(filters), free(bias), free(scratch), free(memory);
}

// A value of a pooled or resized map by its definition.
static msrn_maps between(const Map *x, const Map *y) {
    return (msrn_maps){x->origin, x->row, x->block, y->origin, y->row, y->block, x->blocks};
}

static double pooled(const msrn_pool *p, const Map *x, int c, int row, int column) {
    const msrn_window *w = &p->window;
    if (p->reduction == MSRN_BILINEAR) {
        const double down = p->rows > 1 ? (double)row * (p->height - 1) / (p->rows - 1) : 0;
        const double across = p->columns > 1 ? (double)column * (p->width - 1) / (p->columns - 1) : 0;
        double sum = 0;
        for (int i = 0; i < p->height; i++) {
            for (int j = 0; j < p->width; j++) {
                const double near = fmax(0, 1 - fabs(down - i)) * fmax(0, 1 - fabs(across - j));
                sum += near * at(x, c, i, j);
            }
        }
        return sum;
    }
    int top = row * w->stride_h - w->pad_h, left = column * w->stride_w - w->pad_w;
    int bottom = top + w->kernel_h, right = left + w->kernel_w;
    if (p->reduction == MSRN_REGIONS) {
        top = row * p->height / p->rows, bottom = (int)ceil((row + 1.0) * p->height / p->rows);
        left = column * p->width / p->columns, right = (int)ceil((column + 1.0) * p->width / p->columns);
    }
    double sum = 0, most = -INFINITY;
    int inside = 0, padded = 0;
    for (int i = top; i < bottom; i++) {
        for (int j = left; j < right; j++) {
            padded += i < p->height + w->pad_h && j < p->width + w->pad_w;
            if (i < 0 || j < 0 || i >= p->height || j >= p->width) continue;
            inside++;
            sum += at(x, c, i, j), most = fmax(most, at(x, c, i, j));
        }
    }
    return p->reduction == MSRN_MAX ? most : sum / (p->reduction == MSRN_MEAN_PADDED ? padded : inside);
}

static void pool(const msrn_kernel_table *t) {
    const int channels = 1 + (int)next(40), height = 1 + (int)next(9), width = 1 + (int)next(9);
    const int square = (int)next(2), kernel_h = 1 + (int)next(4), kernel_w = square ? kernel_h : 1 + (int)next(4), stride = 1 + (int)next(3);
    msrn_pool p = {
        .reduction = square ? MSRN_MAX : (msrn_reduction)next(5), .height = height, .width = width,
        .window = {.kernel_h = kernel_h, .kernel_w = kernel_w, .stride_h = stride, .stride_w = stride,
                   .pad_h = (int)next((unsigned)kernel_h / 2 + 1), .pad_w = (int)next((unsigned)kernel_w / 2 + 1),
                   .dilation_h = 1, .dilation_w = 1},
    };
    // Every window that begins on the padded map before its end: with a ceiling there are as many.
    p.rows = (height + p.window.pad_h - 1) / stride + 1, p.columns = (width + p.window.pad_w - 1) / stride + 1;
    if (p.reduction >= MSRN_REGIONS) p.rows = 1 + (int)next(12), p.columns = 1 + (int)next(12);
    Map x = map(channels, height, width, 0, 1), y = map(channels, p.rows, p.columns, 1, 0);
    p.maps = between(&x, &y);
    const int cut = (int)next((unsigned)p.columns);
    if (cut) t->pool(&p, 0, p.rows, 0, cut);
    t->pool(&p, 0, p.rows, cut, p.columns);
    for (int c = 0; c < channels; c++) {
        for (int i = 0; i < p.rows; i++) {
            for (int j = 0; j < p.columns; j++) {
                // A window beyond the map holds nothing: the engine never asks for it.
                const int outside = p.reduction < MSRN_REGIONS
                    && (i * stride - p.window.pad_h >= height || j * stride - p.window.pad_w >= width);
                const double want = pooled(&p, &x, c, i, j);
                if (!outside && !(fabs(at(&y, c, i, j) - want) < 1e-5)) fail("pooling", t, at(&y, c, i, j), (float)want);
            }
        }
    }
    release(&x), release(&y);
}

// Every function of every combination of operands; the sigmoid to 1e-6.
static void elementwise(const msrn_kernel_table *t) {
    const int channels = 1 + (int)next(40), height = 1 + (int)next(3), width = 1 + (int)next(9), way = (int)next(3);
    Map x = map(channels, height, width, 0, 1), o = map(channels, height, width, 1, 1), y = map(channels, height, width, 0, 0);
    _Alignas(64) float scale[48], shift[48];
    for (int c = 0; c < 48; c++) scale[c] = (float)next(65) - 32, shift[c] = (float)next(9) - 4;
    msrn_elementwise e = {
        .maps = between(&x, &y), .other = way ? o.origin : NULL, .other_row = o.row, .other_block = o.block, .multiplies = way == 2,
        .function = (msrn_function)next(4), .slope = 0.25f,
    };
    if (next(2)) e.scale = scale, e.shift = shift;
    t->elementwise(&e, 0, height, 0, width);
    for (int c = 0; c < channels; c++) {
        for (int i = 0; i < height; i++) {
            for (int j = 0; j < width; j++) {
                double want = at(&x, c, i, j);
                if (e.scale) want = want * scale[c] + shift[c];
                if (way) want = way == 2 ? want * at(&o, c, i, j) : want + at(&o, c, i, j);
                if (e.function == MSRN_SIGMOID) want = 1 / (1 + exp(-want));
                else if (e.function && want < 0) want *= e.function == MSRN_LEAKY_RELU ? 0.25 : 0;
                const float got = at(&y, c, i, j);
                if (!(fabs(got - want) <= (e.function == MSRN_SIGMOID ? 1e-6 : 0))) fail("elementwise step", t, got, (float)want);
            }
        }
    }
    release(&x), release(&o), release(&y);
}

static void norm(const msrn_kernel_table *t) {
    const int channels = 1 + (int)next(40), height = 1 + (int)next(3), width = 1 + (int)next(5), size = 1 + (int)next(6);
    Map x = map(channels, height, width, 0, 1), y = map(channels, height, width, 1, 0);
    const msrn_norm n = {
        .maps = between(&x, &y), .channels = channels, .size = size, .k = 2, .alpha = 0.5f, .beta = 0.75f,
    };
    t->norm(&n, 0, height, 0, width);
    for (int c = 0; c < channels; c++) {
        for (int i = 0; i < height; i++) {
            for (int j = 0; j < width; j++) {
                double sum = 0;
                for (int k = c - size / 2; k <= c + (size - 1) / 2; k++) {
                    if (k >= 0 && k < channels) sum += (double)at(&x, k, i, j) * at(&x, k, i, j);
                }
                const double want = at(&x, c, i, j) / pow(2 + 0.5 / size * sum, 0.75);
                if (!(fabs(at(&y, c, i, j) - want) < 1e-6)) fail("normalisation", t, at(&y, c, i, j), (float)want);
            }
        }
    }
    release(&x), release(&y);
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
        .maps = between(&a, &b), .other = a.origin, .other_row = a.row, .other_block = a.block, .function = MSRN_RELU,
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
        for (int i = 0; i < 300; i++) conv(t);
        for (int i = 0; i < 100; i++) planes(t);
        for (int i = 0; i < 200; i++) pool(t);
        for (int i = 0; i < 100; i++) elementwise(t), norm(t);
        for (int i = 0; i < 10 * MSRN_WINOGRAD_FORMS; i++) {
            winograd(t, &t->winograd[i % MSRN_WINOGRAD_FORMS], 0), winograd(t, &t->winograd[i % MSRN_WINOGRAD_FORMS], 1);
        }
        if (!(t->peak(1000) > 0)) return 1;
        printf("%s: 300 convolutions, 80 in Winograd's forms, 100 loads, steps and stores, 200 poolings\n", t->name);
    }
    return 0;
}
