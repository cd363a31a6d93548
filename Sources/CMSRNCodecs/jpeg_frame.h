/* A JPEG's frame header, read without libjpeg. Not for use outside this target. */
#ifndef MSRN_JPEG_FRAME_H
#define MSRN_JPEG_FRAME_H

#include "msrn_codecs.h"

typedef struct jpeg_frame {
    uint32_t width;
    uint32_t height;
    int components;
    /* Sampling factors, 1...4, of each component. */
    int across[4];
    int down[4];
    bool progressive;
    bool arithmetic;
    /* Whether an Adobe marker came before the frame, and its colour transform. */
    bool adobe;
    int transform;
} jpeg_frame;

/* Walks the markers up to the frame header. MSRN_UNSUPPORTED for the kinds that are not read, each by its name:
 * lossless, hierarchical, JPEG-LS, 12-bit, a height that comes after the data, other than 1, 3 or 4 components. */
msrn_status msrn_jpeg_frame(const uint8_t *data, size_t size, jpeg_frame *frame, msrn_text *text);

/* What `frame` decodes to: 8 bit, grey for one component and RGB otherwise, and its description. */
void msrn_jpeg_info(const jpeg_frame *frame, msrn_info *info);

#endif
