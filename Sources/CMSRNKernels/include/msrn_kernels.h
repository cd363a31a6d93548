#ifndef MSRN_KERNELS_H
#define MSRN_KERNELS_H
#endif
