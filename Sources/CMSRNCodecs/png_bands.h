/* What the two halves of the PNG encoder share. Not for use outside this target. */
#ifndef MSRN_PNG_BANDS_H
#define MSRN_PNG_BANDS_H

#include "fence.h"

/* Whether PNG holds samples of this form; if so, the bytes of a row. */
bool msrn_png_storable(const msrn_info *info, size_t *row_bytes);

/* Ends the stream with the check sum of all bands; false where one is missing or malloc fails. */
bool msrn_png_bands_check(msrn_png_band *bands, size_t count);

#endif
