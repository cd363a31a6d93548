// Fuzzes a codec's shim; FUZZ_JPEG chooses the codec. What decodes is encoded again. A PNG is tried as it is and with the
// checksums of its chunks set right, so that changes reach what is behind them.
#include "msrn_codecs.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static unsigned sum;

static void decode(const uint8_t *data, size_t size) {
    const msrn_limits limits = {.pixels = 1 << 18, .bytes = 1 << 21, .side = 1 << 16};
    msrn_info info;
    msrn_text text;
    msrn_metadata metadata;
#ifdef FUZZ_JPEG
    if (msrn_jpeg_header(data, size, &limits, &info, &text) != MSRN_OK) return;
#else
    if (msrn_png_header(data, size, &limits, &info, &text) != MSRN_OK) return;
#endif
    size_t bytes = (size_t)info.width * info.height * (size_t)(info.colors + info.alpha) * (size_t)(info.depth / 8);
    uint8_t *pixels = malloc(bytes);
#ifdef FUZZ_JPEG
    msrn_status status = msrn_jpeg_decode(data, size, &info, pixels, bytes, &metadata, &text);
#else
    msrn_status status = msrn_png_decode(data, size, &info, pixels, bytes, &metadata, &text);
#endif
    if (status == MSRN_OK) {
        // Reading every sample shows one that was never written.
        for (size_t i = 0; i < bytes; i++) sum += pixels[i];
        msrn_bytes encoded = {0};
#ifdef FUZZ_JPEG
        const msrn_jpeg_options options = {.quality = 90, .chroma_x = 2, .chroma_y = 2};
        if (msrn_jpeg_encode(&info, pixels, &metadata, &options, &encoded, &text) == MSRN_OK) msrn_bytes_free(&encoded);
#else
        size_t count = msrn_png_bands(&info);
        msrn_png_band *bands = calloc(count ? count : 1, sizeof *bands);
        for (size_t i = 0; i < count; i++) msrn_png_band_make(&info, pixels, 1, i, &bands[i]);
        if (msrn_png_encode(&info, bands, &metadata, &encoded, &text) == MSRN_OK) msrn_bytes_free(&encoded);
        free(bands);
#endif
        msrn_metadata_free(&metadata);
    }
    free(pixels);
}

#ifndef FUZZ_JPEG
static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void mend(uint8_t *data, size_t size) {
    for (size_t at = 8; at + 12 <= size;) {
        size_t length = big_endian(data + at);
        if (length > size - at - 12) return;
        uint32_t sum = (uint32_t)crc32(0, data + at + 4, (uInt)length + 4);
        for (int i = 0; i < 4; i++) data[at + 8 + length + (size_t)i] = (uint8_t)(sum >> (24 - 8 * i));
        at += length + 12;
    }
}
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    decode(data, size);
#ifndef FUZZ_JPEG
    uint8_t *copy = malloc(size ? size : 1);
    if (size) memcpy(copy, data, size);
    mend(copy, size);
    decode(copy, size);
    free(copy);
#endif
    return 0;
}
