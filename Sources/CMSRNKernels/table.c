#include "msrn_kernels.h"
