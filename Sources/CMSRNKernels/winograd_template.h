// Winograd convolution F(TILE x TILE, KERNEL x KERNEL): the map is cut into output tiles that lie on one grid from pixel (0, 0), so that a
// tile's result does not depend on who computes it.
//
// `conv` takes transformed weights, `near` those of the layer; each by its own template, both by the same transforms of a line.
//
// Defined by the including file: VL, TILE, KERNEL, NAME(stem), MSRN_FMA, MSRN_WINOGRAD_GROUPS, MSRN_MULTIPLY(group): the `multiply`
// function of a group size; MSRN_NEAR_GROUPS, MSRN_ADD(group): the same of `near`, and `add`.

typedef float NAME(vec) __attribute__((ext_vector_type(VL)));
#define VEC NAME(vec)
#define VECS (MSRN_BLOCK / VL)
#define FMA(a, b, c) MSRN_FMA((VEC)(a), b, c)
#include "winograd_forms.h"
#define POSITIONS (POINTS * POINTS)
#define LINES (POSITIONS | 1) // odd, so that tiles do not lie a power of two apart and compete for the same lines of the cache
#define REACH (KERNEL / 2)
// Blocks of inputs in a sum; see multiply_template.h.
#if POINTS > 10
#define SUM 2
#else
#define SUM 4
#endif

enum { NAME(positions) = POSITIONS };

#include "winograd_rows_template.h"
#include "winograd_near_template.h"

// G g G^T for one group, summed in double precision. The positions of one input are gathered first: they lie far apart, most often at a
// distance at which they would push each other out of the cache.
static void NAME(prepare)(const float *filters, int32_t inputs, int32_t outputs, float *weights) {
    typedef double wide __attribute__((ext_vector_type(8)));
    typedef float narrow __attribute__((ext_vector_type(8), aligned(4)));
    const size_t slab = (size_t)inputs * outputs;
    float all[POSITIONS][MSRN_LARGEST_GROUP * MSRN_BLOCK] __attribute__((aligned(64)));
    for (int i = 0; i < inputs; i++) {
        for (int o = 0; o < outputs; o += 8) {
            wide t[POINTS][KERNEL];
            const float *f = filters + (size_t)i * KERNEL * KERNEL * outputs + o;
            for (int kx = 0; kx < KERNEL; kx++) {
                wide tap[KERNEL];
                for (int ky = 0; ky < KERNEL; ky++) {
                    tap[ky] = __builtin_convertvector(*(const narrow *)(f + (ky * KERNEL + kx) * outputs), wide);
                }
                for (int p = 0; p < POINTS; p++) {
                    wide sum = (wide)0.0;
                    for (int ky = 0; ky < KERNEL; ky++) sum += (wide)NAME(filter)[p][ky] * tap[ky];
                    t[p][kx] = sum;
                }
            }
            for (int p = 0; p < POINTS; p++) {
                for (int q = 0; q < POINTS; q++) {
                    wide sum = (wide)0.0;
                    for (int kx = 0; kx < KERNEL; kx++) sum += (wide)NAME(filter)[q][kx] * t[p][kx];
                    *(narrow *)(all[p * POINTS + q] + o) = __builtin_convertvector(sum, narrow);
                }
            }
        }
        for (int p = 0; p < POSITIONS; p++) {
            float *to = weights + p * slab + (size_t)i * outputs;
            for (int o = 0; o < outputs; o += VL) *(VEC *)(to + o) = *(const VEC *)(all[p] + o);
        }
    }
}

#undef VEC
#undef VECS
#undef FMA
#undef POINTS
#undef POSITIONS
#undef LINES
#undef REACH
#undef SUM
