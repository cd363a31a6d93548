#include "jpeg_frame.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fence.h"

static unsigned word(const uint8_t *bytes) { return (unsigned)bytes[0] << 8 | bytes[1]; }

MSRN_PRINTF(3, 4)
static msrn_status refuse(msrn_text *text, msrn_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text->error, sizeof text->error, format, arguments);
    va_end(arguments);
    return status;
}

/* The frames that are not read: lossless, hierarchical, and the other standards that begin like a JPEG. */
static const char *foreign_frame(int marker) {
    switch (marker) {
        case 0xC3: return "lossless JPEG";
        case 0xC5: case 0xC6: return "hierarchical JPEG";
        case 0xC7: return "hierarchical lossless JPEG";
        case 0xCB: return "lossless arithmetic JPEG";
        case 0xCD: case 0xCE: return "hierarchical arithmetic JPEG";
        case 0xCF: return "hierarchical lossless arithmetic JPEG";
        case 0xDE: return "hierarchical JPEG";
        case 0xC8: return "a reserved JPEG extension";
        case 0xF7: return "JPEG-LS";
        default: return NULL;
    }
}

static msrn_status read_frame(
    const uint8_t *segment, size_t length, size_t place, jpeg_frame *frame, msrn_text *text) {
    if (length < 8) return refuse(text, MSRN_MALFORMED, "the frame header is too short at byte %zu", place);
    int precision = segment[2];
    frame->height = word(segment + 3);
    frame->width = word(segment + 5);
    frame->components = segment[7];
    if (precision != 8) {
        return refuse(text, MSRN_UNSUPPORTED, "%d-bit JPEG (frame header at byte %zu); only 8-bit is read", precision,
            place);
    }
    if (length != 8 + 3 * (size_t)frame->components) {
        return refuse(text, MSRN_MALFORMED, "the frame header has the wrong length %zu at byte %zu", length, place);
    }
    if (frame->width == 0) return refuse(text, MSRN_MALFORMED, "the width is 0 at byte %zu", place);
    if (frame->height == 0) {
        return refuse(text, MSRN_UNSUPPORTED, "JPEG whose height comes after the data (DNL), at byte %zu", place);
    }
    if (frame->components != 1 && frame->components != 3 && frame->components != 4) {
        return refuse(text, MSRN_UNSUPPORTED, "JPEG of %d components (frame header at byte %zu); 1, 3 and 4 are read",
            frame->components, place);
    }
    for (int i = 0; i < frame->components; i++) {
        int sampling = segment[8 + 3 * i + 1];
        frame->across[i] = sampling >> 4;
        frame->down[i] = sampling & 15;
        if (frame->across[i] < 1 || frame->across[i] > 4 || frame->down[i] < 1 || frame->down[i] > 4) {
            return refuse(text, MSRN_MALFORMED, "component %d has the sampling %dx%d at byte %zu", i + 1,
                frame->across[i], frame->down[i], place);
        }
    }
    return MSRN_OK;
}

msrn_status msrn_jpeg_frame(const uint8_t *data, size_t size, jpeg_frame *frame, msrn_text *text) {
    memset(frame, 0, sizeof *frame);
    if (size < 2 || data[0] != 0xFF || data[1] != 0xD8) {
        return refuse(text, MSRN_MALFORMED, "no start of image at byte 0");
    }
    size_t at = 2;
    for (;;) {
        while (at < size && data[at] != 0xFF) at++;
        while (at < size && data[at] == 0xFF) at++;
        if (at >= size) return refuse(text, MSRN_MALFORMED, "the data end before the frame header, at byte %zu", size);
        int marker = data[at];
        size_t place = at - 1;
        at++;
        if (marker == 0 || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7)) continue;
        if (marker == 0xD8) return refuse(text, MSRN_MALFORMED, "a second start of image at byte %zu", place);
        if (marker == 0xD9) return refuse(text, MSRN_MALFORMED, "the image ends before its frame, at byte %zu", place);
        if (marker == 0xDA) return refuse(text, MSRN_MALFORMED, "a scan before the frame header at byte %zu", place);
        const char *foreign = foreign_frame(marker);
        if (foreign != NULL) return refuse(text, MSRN_UNSUPPORTED, "%s (frame header at byte %zu)", foreign, place);
        if (size - at < 2) return refuse(text, MSRN_MALFORMED, "the data end too early, at byte %zu", size);
        size_t length = word(data + at);
        if (length < 2) return refuse(text, MSRN_MALFORMED, "segment %02X has the length %zu at byte %zu", marker, length,
            place);
        if (length > size - at) {
            return refuse(text, MSRN_MALFORMED, "segment %02X of byte %zu goes past the end of the data at byte %zu",
                marker, place, size);
        }
        if (marker == 0xEE && length >= 14 && memcmp(data + at + 2, "Adobe", 5) == 0) {
            frame->adobe = true;
            frame->transform = data[at + 13];
        }
        if (marker == 0xC0 || marker == 0xC1 || marker == 0xC2 || marker == 0xC9 || marker == 0xCA) {
            frame->progressive = marker == 0xC2 || marker == 0xCA;
            frame->arithmetic = marker >= 0xC9;
            return read_frame(data + at, length, place, frame, text);
        }
        at += length;
    }
}

void msrn_jpeg_info(const jpeg_frame *frame, msrn_info *info) {
    memset(info, 0, sizeof *info);
    info->width = frame->width;
    info->height = frame->height;
    info->colors = frame->components == 1 ? 1 : 3;
    info->depth = 8;
    char sampling[24] = "";
    if (frame->components >= 3) {
        int h = frame->across[0], v = frame->down[0];
        bool equal = frame->across[1] == frame->across[2] && frame->down[1] == frame->down[2];
        bool whole = equal && h % frame->across[1] == 0 && v % frame->down[1] == 0;
        int x = whole ? h / frame->across[1] : 0, y = whole ? v / frame->down[1] : 0;
        if (y == 1 && (x == 1 || x == 2 || x == 4)) {
            snprintf(sampling, sizeof sampling, ", 4:%d:%d", 4 / x, 4 / x);
        } else if (y == 2 && (x == 1 || x == 2 || x == 4)) {
            snprintf(sampling, sizeof sampling, x == 1 ? ", 4:4:0" : x == 2 ? ", 4:2:0" : ", 4:1:0");
        } else {
            snprintf(sampling, sizeof sampling, ", sampling %dx%d", h, v);
        }
    }
    const char *colour = frame->components == 1 ? "grey"
        : frame->components == 4 ? (frame->adobe && frame->transform == 2 ? "YCCK" : "CMYK")
        : frame->adobe && frame->transform == 0 ? "RGB" : "colour";
    snprintf(info->kind, sizeof info->kind, "%s, %s%s%s", colour, frame->progressive ? "progressive" : "baseline",
        frame->arithmetic ? ", arithmetic" : "", sampling);
}
