#include "faulty_kernels.h"

static msrn_conv_fn good_conv;
static faulty_kernel planted;

static void conv(const msrn_conv *call, int y0, int y1, int x0, int x1) {
    msrn_conv c = *call;
    switch (planted) {
    case FAULT_NO_RELU: c.relu = 0; break;
    case FAULT_NO_ADDEND: c.addend = NULL; break;
    case FAULT_LAST_COLUMN: x1 -= x1 > x0 + 1; break;
    case FAULT_LAST_INPUT: c.in_blocks -= c.in_blocks > 1 && c.group_count == 1; break;
    case FAULT_BIAS: c.bias = c.weights; break;
    case FAULT_ROW: c.x -= c.window.kernel_h > 1 ? c.x_row : 0; y0 += c.window.kernel_h > 1; break;
    default: break;
    }
    if (y0 < y1) good_conv(&c, y0, y1, x0, x1);
}

static msrn_tile_conv_fn good_tiles;
static faulty_kernel planted_in_tiles;

static float tiles(const msrn_tile_conv *call, int y0, int y1, int x0, int x1) {
    msrn_tile_conv c = *call;
    switch (planted_in_tiles) {
    case FAULT_NO_RELU: c.relu = 0; break;
    case FAULT_NO_ADDEND: c.addend = NULL; break;
    case FAULT_LAST_COLUMN: x1 -= x1 > x0 + 1; break;
    case FAULT_LAST_INPUT: c.in_blocks -= c.in_blocks > 1 && c.out_blocks == 1; break;
    case FAULT_BIAS: c.bias = (const float *)c.weights; break;
    case FAULT_ROW: c.x -= c.kernel > 1 ? c.x_row : 0; y0 += c.kernel > 1; break;
    default: break;
    }
    return y0 < y1 ? good_tiles(&c, y0, y1, x0, x1) : 0;
}

const msrn_tile_table *faulty_tiles(const msrn_tile_table *good, faulty_kernel fault) {
    static msrn_tile_table table;
    table = *good;
    good_tiles = good->conv;
    planted_in_tiles = fault;
    table.conv = tiles;
    return &table;
}

msrn_kernel_table faulty_kernels(const msrn_kernel_table *good, faulty_kernel fault) {
    msrn_kernel_table table = *good;
    good_conv = good->conv;
    planted = fault;
    table.conv = conv;
    return table;
}
