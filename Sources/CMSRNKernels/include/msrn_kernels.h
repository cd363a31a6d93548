// The kernels: loops over memory that the caller owns. No allocation, no threads, no global state.
//
// Layout of a feature map ("NCHW16c by rows"): rows of 16-channel blocks, [H][C/16][W][16] floats. One pixel of one block is 16
// consecutive floats (64 bytes, aligned). Strides and offsets count floats. A map that a k x k convolution reads has k/2 readable
// pixels on every side of it, zero where the picture ends. Channels past the network's own are padding: finite, and
// multiplied by no weight but zero.
//
// Every kernel exists once per instruction set, made from one source (`*_template.h`), and computes each output value by the same
// sequence of operations whatever the rows and columns it is called for: results do not depend on how a map is cut into blocks.
// avx2, avx512 and neon add with fused multiply-add in one order and agree to the bit; generic rounds the product first.
#ifndef MSRN_KERNELS_H
#define MSRN_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "msrn_pause.h"

#define MSRN_BLOCK 16 // channels in a block

// Where a window lies: window (i, j) begins at row i * stride_h - pad_h and column j * stride_w - pad_w of the input.
typedef struct msrn_window {
    int32_t kernel_h, kernel_w;     // rows and columns that are read
    int32_t stride_h, stride_w;     // from one window to the next
    int32_t pad_h, pad_w;           // above and left of the map
    int32_t dilation_h, dilation_w; // from one row or column that is read to the next
} msrn_window;

// A convolution with everything that is fused into its store:
//   y = relu(bias + sum(weights * x) + addend)
typedef struct msrn_conv {
    const float *x;           // input pixel (0, 0); Winograd: the one in the middle of window (0, 0)
    ptrdiff_t x_row;          // from one row to the next
    const ptrdiff_t *x_block; // [in_blocks] offset of each block from x
    const float *weights;     // groups in order, each [in_blocks][kernel_h][kernel_w][16 inputs][group * 16 outputs], of the last block
                              // only in_last inputs; Winograd: each [position][in_blocks][16 inputs][group * 16 outputs], near:
                              // each [in_blocks][16 inputs][kernel_h][kernel_w][group * 16 outputs]
    const float *bias;        // [out_blocks * 16]
    float *y;                 // output pixel (0, 0)
    ptrdiff_t y_row;          // from one row of windows' outputs to the next row's
    ptrdiff_t y_pixel;        // likewise for columns: 16, or 16 r where a pixel shuffle spreads the blocks
    const ptrdiff_t *y_block; // [out_blocks] offset of each block from y
    const float *addend;      // added before ReLU, or NULL; may be y itself
    ptrdiff_t addend_row;     // its pixels lie 16 apart
    const ptrdiff_t *addend_block; // [out_blocks]
    const int32_t *groups;    // [group_count] output blocks computed together: sizes that the table offers, sum = out_blocks
    const int32_t *group_first; // [group_count] the first input block that a group reads, or NULL: all begin with the first
    int32_t group_count;
    int32_t in_blocks;        // that each group reads
    int32_t in_last;          // inputs of the last block, 1 to 16
    int32_t each;             // direct, 0, or 4 or 8: each run of so many channels of a block reads the same run of one input block
                              // alone; groups and in_blocks are 1, in_last is `each`: weight i is that of input i of the run
    msrn_window window;       // Winograd: square, stride 1, as large as the form says
    int32_t relu;             // 0 or 1
    int32_t height, width;    // Winograd: of the result; tiles that reach half a kernel past it and farther see zeros there
    int32_t rows;             // direct: of windows, done for one group of outputs before the next; 0: 4
    int32_t slice, slices;    // Winograd: the part of the block's tiles that is done, of how many; of 0 all
    int32_t pictures;         // Winograd, near: of one size, done together so that they share the transformed weights; 0: 1
    ptrdiff_t apart;          // from the maps of one to those of the next
} msrn_conv;

typedef enum msrn_function { MSRN_IDENTITY = 0, MSRN_RELU = 1, MSRN_LEAKY_RELU = 2, MSRN_SIGMOID = 3 } msrn_function;

// A map x that another one, y, is made of.
typedef struct msrn_maps {
    const float *x;
    ptrdiff_t x_row;
    const ptrdiff_t *x_block; // [blocks]
    float *y;
    ptrdiff_t y_row;
    const ptrdiff_t *y_block; // [blocks]
    int32_t blocks;
} msrn_maps;

// y = function(x * scale + shift + other), or times other, block by block; without what is NULL.
typedef struct msrn_elementwise {
    msrn_maps maps;
    const float *scale, *shift; // [blocks * 16], both or neither
    const float *other;
    ptrdiff_t other_row;
    const ptrdiff_t *other_block; // [blocks]
    int32_t multiplies;       // whether `other` is a factor
    msrn_function function;
    float slope;              // of MSRN_LEAKY_RELU below zero
} msrn_elementwise;

typedef enum msrn_reduction {
    MSRN_MAX = 0,             // the largest value of a window; outside the map there is none
    MSRN_MEAN = 1,            // the mean of what of a window lies on the map
    MSRN_MEAN_PADDED = 2,     // the same with the padding counted as zeros, not what lies beyond it
    MSRN_REGIONS = 3,         // the mean of region (i, j) of rows x columns that cover the map; the window is not used
    MSRN_BILINEAR = 4,        // the map resized to rows x columns, corners aligned; likewise
} msrn_reduction;

// A map made of another one's windows, block by block.
typedef struct msrn_pool {
    msrn_maps maps;
    msrn_reduction reduction;
    msrn_window window;
    int32_t height, width;    // of x
    int32_t rows, columns;    // of y
} msrn_pool;

// y[c] = x[c] / (k + alpha / size * sum of x[j]^2) ^ beta, j from c - size / 2 to c + (size - 1) / 2, channels that there are.
typedef struct msrn_norm {
    msrn_maps maps;
    int32_t channels, size;   // channels fill their blocks in order
    float k, alpha, beta;
} msrn_norm;

// Between NCHW planes and blocks. Channel c of the planes is channel slot[c] of the map, counted over its blocks. A store may shuffle
// pixels: by `shuffle` r, planes are r times as wide and high, and channel (c r + dy) r + dx of the map is pixel (dy, dx) of each r x r.
typedef struct msrn_planes {
    float *planes;            // plane 0, pixel (0, 0); read by load, written by store
    ptrdiff_t plane, plane_row;
    float *map;               // pixel (0, 0); written by load, read by store
    ptrdiff_t map_row;
    const ptrdiff_t *block;   // [blocks]
    const int32_t *slot;      // [channels] ascending; store: [channels * shuffle * shuffle]
    const float *scale;       // [channels] load only: value * scale + shift
    const float *shift;
    int32_t channels, blocks; // of the planes, of the map
    int32_t shuffle;          // store only: 1 is none
} msrn_planes;

// y[o][i] += sum over t of a[o][t] * x[t][i], i below n, in double precision: what filters are combined with.
typedef void (*msrn_combine_fn)(double *y, ptrdiff_t y_step, int outputs, const double *a, ptrdiff_t a_step, const double *x,
                                ptrdiff_t x_step, int terms, int n);

// Work on rows [y0, y1) and columns [x0, x1) of the windows, or of the map that is written.
typedef void (*msrn_conv_fn)(const msrn_conv *, int y0, int y1, int x0, int x1);
typedef void (*msrn_elementwise_fn)(const msrn_elementwise *, int y0, int y1, int x0, int x1);
typedef void (*msrn_pool_fn)(const msrn_pool *, int y0, int y1, int x0, int x1);
typedef void (*msrn_norm_fn)(const msrn_norm *, int y0, int y1, int x0, int x1);
typedef void (*msrn_planes_fn)(const msrn_planes *, int y0, int y1, int x0, int x1);

// A convolution by F(tile x tile, kernel x kernel). y0 and x0 are multiples of `tile`, y1 and x1 too or the map's ends; nothing is
// written past them. `tiles` tiles go through `scratch` at a time, of no consequence for the result.
//
// `near` does so from weights that are not transformed: it transforms those of one block of inputs and one group, a row of positions at a
// time, in fp32, and multiplies the tiles with them while they are in L1. Result as of conv, but for rounding.
typedef void (*msrn_winograd_conv_fn)(const msrn_conv *, float *scratch, int32_t tiles, int y0, int y1, int x0, int x1);

// Floats of scratch memory that a convolution takes whose largest group is `group`.
typedef size_t (*msrn_winograd_scratch_fn)(int32_t in_blocks, int32_t out_blocks, int32_t group, int32_t tiles);

// The weights of one group from filters [inputs][kernel][kernel][outputs], outputs a multiple of 8: [position][inputs][outputs].
typedef void (*msrn_winograd_prepare_fn)(const float *filters, int32_t inputs, int32_t outputs, float *weights);

typedef struct msrn_winograd {
    int32_t tile, kernel;
    int32_t positions;        // (tile + kernel - 1) squared: products for each tile, input and output
    msrn_winograd_conv_fn conv, near;
    msrn_winograd_scratch_fn conv_scratch, near_scratch;
    msrn_winograd_prepare_fn prepare;
} msrn_winograd;

#define MSRN_WINOGRAD_FORMS 6

typedef enum msrn_level { MSRN_GENERIC = 0, MSRN_NEON = 1, MSRN_AVX2 = 2, MSRN_AVX512 = 3 } msrn_level;

typedef struct msrn_kernel_table {
    msrn_level level;
    const char *name;         // "generic", "neon", "avx2", "avx512"
    int32_t groups[4];        // group sizes offered, preferred first, 0 ends
    int32_t tile_pixels[5];   // [group size] pixels of the register tile
    msrn_conv_fn conv;
    int32_t pointwise_groups[4]; // group sizes of `pointwise`, as above
    int32_t pointwise_tiles[5]; // [group size] pixels of its register tile
    msrn_conv_fn pointwise;   // conv of 1x1 windows, stride 1, not padded, `each` 0: the same bits; faster where the map is large
    int32_t winograd_groups[4]; // group sizes of the Winograd kernels, as above
    int32_t near_groups[4];   // of `near`: some of those
    int32_t winograd_tiles[5];  // [group size] tiles of their register tile; `tiles` had better be a multiple
    msrn_winograd winograd[MSRN_WINOGRAD_FORMS];
    msrn_elementwise_fn elementwise;
    msrn_pool_fn pool;
    msrn_norm_fn norm;
    msrn_planes_fn load;
    msrn_planes_fn store;
    msrn_combine_fn combine;
    // Runs `iterations` of a register-only loop of the level's multiply-add and returns the floating-point operations done:
    // timed by the caller, the ceiling that the convolutions are measured against.
    double (*peak)(long iterations);
} msrn_kernel_table;

// The kernels of one level, or NULL where this machine cannot run them.
const msrn_kernel_table *msrn_kernels(msrn_level level);

#endif
