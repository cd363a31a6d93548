// Kernels with a fault planted in the convolution: a test that compares the engine with its reference must notice each of them.
#ifndef FAULTY_KERNELS_H
#define FAULTY_KERNELS_H

#include "msrn_kernels.h"
#include "msrn_tiles.h"

typedef enum faulty_kernel {
    FAULT_NONE,          // the good kernel through the same wrapper
    FAULT_NO_RELU,       // the activation is forgotten
    FAULT_NO_ADDEND,     // the residual is forgotten
    FAULT_LAST_COLUMN,   // the last column of each block is not written
    FAULT_LAST_INPUT,    // the last block of input channels is not read
    FAULT_BIAS,          // biases are taken from the wrong place
    FAULT_ROW,           // the input is read one row too high
    FAULT_KINDS
} faulty_kernel;

// A copy of `good` whose convolution has the fault. One table at a time: the wrapper keeps the good kernel in a variable.
msrn_kernel_table faulty_kernels(const msrn_kernel_table *good, faulty_kernel fault);

// The same for matrix tiles; the table is overwritten by the next call.
const msrn_tile_table *faulty_tiles(const msrn_tile_table *good, faulty_kernel fault);

#endif
