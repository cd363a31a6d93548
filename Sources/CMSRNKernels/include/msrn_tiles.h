// Convolution on a processor's matrix tiles (Intel AMX): 16-bit factors, fp32 sums. Like the kernels of msrn_kernels.h, these are loops
// over memory that the caller owns. No allocation, no threads, no global state.
//
// Layout of a 16-bit map: rows of 32-channel blocks, [H][C/32][W][32]. One pixel of one block is 64 bytes, aligned. Strides and offsets
// count 16-bit elements. A map that a k x k convolution reads has k/2 readable pixels on every side of it, zero where the picture ends,
// and nothing is read beyond them. Channels past the network's own are padding and must hold zero: they are multiplied too.
//
// Maps of fp32 (results, addends) are those of msrn_kernels.h, [H][C/16][W][16]. A network whose sums stay fp32 keeps its residual path
// there, and only what a convolution reads is rounded.
//
// Every output value is computed by the same sequence of operations whatever the rows and columns that a kernel is called for: results
// do not depend on how a map is cut into blocks.
#ifndef MSRN_TILES_H
#define MSRN_TILES_H

#include <stddef.h>
#include <stdint.h>

#define MSRN_TILE_BLOCK 32 // channels in a block of a 16-bit map

// What the factors are.
typedef enum msrn_tile_mode {
    MSRN_TILE_FP16 = 0,  // rounded to 11 bits; magnitudes up to 65504
    MSRN_TILE_BF16 = 1,  // rounded to 8 bits; every magnitude that fp32 has, subnormal numbers become zero
    MSRN_TILE_FP16X3 = 2 // each a sum of two fp16, high and low: 22 bits, three products (high high, low high, high low)
} msrn_tile_mode;

// With three products weights are multiplied by this power of two when packed: their low parts are then normal fp16 numbers, and
// weights up to 63.9 stay in range. The sum is divided by it again (msrn_tile_conv.scale).
#define MSRN_TILE_X3_SCALE 1024.0f

// A convolution, stride 1, with everything that is fused into its store:
//   v = relu(sum(weights * x) * scale + bias + addend)
// written as fp32 to y, or rounded to z (and what rounding lost to z_low), or both.
typedef struct msrn_tile_conv {
    const uint16_t *x;        // input pixel (0, 0)
    const uint16_t *x_low;    // FP16X3: the low parts, laid out like x; else unused
    ptrdiff_t x_row;          // from one row to the next
    const ptrdiff_t *x_block; // [in_blocks] offset of each block of 32 channels from x
    const uint16_t *weights;  // as msrn_tile_pack writes them
    const float *bias;        // [out_blocks * 16]
    float *y;                 // fp32 output pixel (0, 0), or NULL; counts floats
    ptrdiff_t y_row;          // from one input row's outputs to the next row's
    ptrdiff_t y_pixel;        // likewise for columns: 16, or 16 r where a pixel shuffle spreads the blocks
    const ptrdiff_t *y_block; // [out_blocks] offset of each block of 16 channels from y
    uint16_t *z;              // 16-bit output pixel (0, 0), or NULL
    uint16_t *z_low;          // FP16X3: where the low parts go, laid out like z; else unused
    ptrdiff_t z_row;
    ptrdiff_t z_pixel;        // 32, or 32 r
    const ptrdiff_t *z_block; // [out_blocks] of 16 channels: two share a block of the map, the second 16 elements further
    const float *addend;      // added before ReLU, or NULL; may be y itself
    ptrdiff_t addend_row;     // its pixels lie 16 apart
    const ptrdiff_t *addend_block; // [out_blocks]
    float scale;              // one over the scale that the weights were packed with
    int32_t in_blocks;        // of 32 channels
    int32_t out_blocks;       // of 16 channels
    int32_t kernel;           // odd, 1 to 15
    int32_t relu;             // 0 or 1
} msrn_tile_conv;

// Between an fp32 map and a 16-bit map, in blocks of 16 channels.
typedef struct msrn_tile_copy {
    float *wide;              // pixel (0, 0); read by narrow, written by widen; pixels lie 16 apart
    ptrdiff_t wide_row;
    const ptrdiff_t *wide_block; // [blocks]
    uint16_t *narrow;         // pixel (0, 0); written by narrow, read by widen; pixels lie 32 apart
    uint16_t *narrow_low;     // FP16X3: the low parts, laid out like narrow; else unused
    ptrdiff_t narrow_row;
    const ptrdiff_t *narrow_block; // [blocks] of 16 channels, as msrn_tile_conv.z_block
    int32_t blocks;
} msrn_tile_copy;

// Work on rows [y0, y1) and columns [x0, x1). What rounds to 16 bits returns the largest magnitude that it rounded, NaN if there was one:
// past the mode's `limit` a value became infinite and the result is void. It returns 0 where nothing is rounded.
typedef float (*msrn_tile_conv_fn)(const msrn_tile_conv *, int y0, int y1, int x0, int x1);
typedef float (*msrn_tile_narrow_fn)(const msrn_tile_copy *, int y0, int y1, int x0, int x1);
typedef void (*msrn_tile_widen_fn)(const msrn_tile_copy *, int y0, int y1, int x0, int x1);

typedef struct msrn_tile_table {
    msrn_tile_mode mode;
    const char *name;         // "fp16", "bf16", "fp16x3"
    float limit;              // the largest magnitude that rounds to a finite number
    msrn_tile_conv_fn conv;
    msrn_tile_narrow_fn narrow;
    msrn_tile_widen_fn widen;
    // Runs `iterations` of a register-only loop of the mode's multiply and returns the floating-point operations done (one product of
    // FP16X3 counts as one): timed by the caller, the ceiling that the convolutions are measured against.
    double (*peak)(long iterations);
} msrn_tile_table;

// The kernels of one mode, or NULL where this machine cannot run them: the processor lacks tiles or their type, or the operating system
// does not grant them. On Linux the first call asks the kernel for tiles for the whole process, threads that run already included;
// calls are cheap (microseconds) and any number of them from any thread does no harm.
const msrn_tile_table *msrn_tiles(msrn_tile_mode mode);

// Weights in the order in which the tiles read them:
//   [out_blocks][in_blocks][kernel columns][parts: high (, low)][kernel rows][16 pairs of inputs][16 outputs][2 inputs]
typedef struct msrn_tile_pack {
    const float *weights;     // [outputs][inputs][kernel][kernel]
    const int32_t *input_slot;  // [inputs] the channel of the 16-bit map that each input is, counted over its blocks of 32
    const int32_t *output_slot; // [outputs] likewise over output blocks of 16
    uint16_t *packed;         // msrn_tile_weights() elements, 64-byte aligned; zero for padding channels
    float scale;              // a power of two that multiplies every weight: 1, or MSRN_TILE_X3_SCALE
    int32_t inputs, outputs;
    int32_t in_blocks;        // of 32 channels
    int32_t out_blocks;       // of 16 channels
    int32_t kernel;
    msrn_tile_mode mode;
} msrn_tile_pack;

// The number of 16-bit elements that packed weights take.
size_t msrn_tile_weights(msrn_tile_mode mode, int kernel, int in_blocks, int out_blocks);

// Rounds and packs, on any machine. Returns the largest magnitude after scaling, NaN if there was one: past the mode's limit (65504 for
// the fp16 modes) the weights do not fit.
float msrn_tile_pack_weights(const msrn_tile_pack *);

#endif
