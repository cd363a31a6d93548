// Weights for the tiles, on any machine.
#include "tile.h"

static int parts(msrn_tile_mode mode) { return mode == MSRN_TILE_FP16X3 ? 2 : 1; }

size_t msrn_tile_weights(msrn_tile_mode mode, int kernel, int in_blocks, int out_blocks) {
    return (size_t)out_blocks * in_blocks * kernel * parts(mode) * kernel * MSRN_TILE_WEIGHTS;
}

float msrn_tile_pack_weights(const msrn_tile_pack *p) {
    const int kernel = p->kernel;
    const size_t row = MSRN_TILE_WEIGHTS, part = row * kernel, column = part * parts(p->mode), block = column * kernel;
    __builtin_memset(p->packed, 0, sizeof(uint16_t) * msrn_tile_weights(p->mode, kernel, p->in_blocks, p->out_blocks));
    uint32_t largest = 0;
    const float *w = p->weights;
    for (int o = 0; o < p->outputs; o++) {
        for (int i = 0; i < p->inputs; i++) {
            const int out = p->output_slot[o], in = p->input_slot[i], pair = in % MSRN_TILE_BLOCK / 2;
            uint16_t *tile = p->packed + ((size_t)(out / MSRN_BLOCK) * p->in_blocks + in / MSRN_TILE_BLOCK) * block
                           + pair * 32 + out % MSRN_BLOCK * 2 + in % 2;
            for (int ky = 0; ky < kernel; ky++) {
                for (int kx = 0; kx < kernel; kx++) {
                    const float value = *w++ * p->scale;
                    const uint32_t magnitude = msrn_bits(value) & 0x7fffffff; // as integers NaN is the largest
                    if (magnitude > largest) largest = magnitude;
                    uint16_t *to = tile + kx * column + ky * row;
                    *to = p->mode == MSRN_TILE_BF16 ? msrn_bf16(value) : msrn_fp16(value);
                    if (p->mode == MSRN_TILE_FP16X3) to[part] = msrn_fp16(value - msrn_from_fp16(*to));
                }
            }
        }
    }
    return msrn_float(largest);
}
