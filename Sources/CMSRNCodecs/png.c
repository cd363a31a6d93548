#include "msrn_codecs.h"
