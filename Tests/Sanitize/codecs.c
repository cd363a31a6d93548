// The codecs under the address and undefined-behaviour sanitizers: every file given is decoded whole, cut short at every byte (large
// files at some), and with bytes changed; what decodes is encoded again in both formats and must come back the same from PNG. A read
// outside a buffer stops the program; a cut file that decodes is a failure. Each allocation of the codecs is also refused once, which
// must end in a picture or in MSRN_NO_MEMORY, with nothing leaked. Prints one line; exits 1 at the first failure.
#include "msrn_codecs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long long state = 1;
static unsigned next(unsigned below) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return (unsigned)(state >> 33) % below;
}

static unsigned long decoded, refused, starved;

// The codecs are compiled with these in place of malloc and realloc; the allocation of this number fails, 0: none.
static size_t allocation, failing;
void *msrn_test_malloc(size_t size) { return ++allocation == failing ? NULL : malloc(size); }
void *msrn_test_realloc(void *old, size_t size) { return ++allocation == failing ? NULL : realloc(old, size); }

static void fail(const char *path, const char *what, size_t number) {
    fprintf(stderr, "%s: %s (%zu)\n", path, what, number);
    exit(1);
}

typedef struct {
    msrn_info info;
    uint8_t *pixels;
    size_t bytes;
    msrn_metadata metadata;
} picture;

static void release(picture *p) {
    free(p->pixels);
    msrn_metadata_free(&p->metadata);
}

// Decodes a copy that ends where its memory ends.
static int decode(const char *path, const uint8_t *data, size_t size, int jpeg, picture *p) {
    const msrn_limits limits = {.pixels = 1 << 18, .bytes = 1 << 21, .side = 1 << 16};
    msrn_text text;
    memset(p, 0, sizeof *p);
    uint8_t *copy = malloc(size ? size : 1);
    if (size) memcpy(copy, data, size);
    msrn_status status = (jpeg ? msrn_jpeg_header : msrn_png_header)(copy, size, &limits, &p->info, &text);
    if (status == MSRN_OK) {
        p->bytes = (size_t)p->info.width * p->info.height * (p->info.colors + p->info.alpha) * (p->info.depth / 8);
        p->pixels = malloc(p->bytes);
        status = (jpeg ? msrn_jpeg_decode : msrn_png_decode)(
            copy, size, &p->info, p->pixels, p->bytes, &p->metadata, &text);
    }
    free(copy);
    if (status == MSRN_OK) {
        // Reading every sample shows one that was never written.
        unsigned sum = 0;
        for (size_t i = 0; i < p->bytes; i++) sum += p->pixels[i];
        decoded += sum < 0xffffffffu;
        return 1;
    }
    if (text.error[0] == 0 || memchr(text.error, 0, sizeof text.error) == NULL) fail(path, "no reason", status);
    if (strchr(text.error, '\n') != NULL) fail(path, "a reason of two lines", status);
    if (failing && status != MSRN_NO_MEMORY) fail(path, text.error, status);
    refused++;
    release(p);
    return 0;
}

static msrn_status png_encode(const picture *p, int level, msrn_bytes *out, msrn_text *text) {
    const size_t count = msrn_png_bands(&p->info);
    if (count == 0) fail("a picture", "has no bands", 0);
    msrn_png_band *bands = calloc(count, sizeof *bands);
    for (size_t i = count; i-- > 0;) msrn_png_band_make(&p->info, p->pixels, level, i, &bands[i]);
    const msrn_status status = msrn_png_encode(&p->info, bands, &p->metadata, out, text);
    free(bands);
    return status;
}

static void encode(const char *path, const picture *p) {
    msrn_bytes out;
    msrn_text text;
    if (png_encode(p, (int)next(10), &out, &text) != MSRN_OK) {
        fail(path, text.error, 0);
    }
    picture again;
    if (!decode(path, out.data, out.size, 0, &again)) fail(path, "our PNG does not decode", 0);
    if (again.bytes != p->bytes || memcmp(again.pixels, p->pixels, p->bytes) != 0) fail(path, "our PNG differs", 0);
    if (again.metadata.exif.size != p->metadata.exif.size) fail(path, "our PNG's EXIF differs", again.metadata.exif.size);
    release(&again);
    msrn_bytes_free(&out);
    const msrn_jpeg_options options = {1 + (int)next(100), 1 + (int)next(2), 1 + (int)next(2), next(2)};
    const msrn_status status = msrn_jpeg_encode(&p->info, p->pixels, &p->metadata, &options, &out, &text);
    if ((status == MSRN_OK) == p->info.alpha) fail(path, "JPEG and alpha", status);
    if (status == MSRN_OK) {
        if (!decode(path, out.data, out.size, 1, &again)) fail(path, "our JPEG does not decode", 0);
        release(&again);
    }
    msrn_bytes_free(&out);
}

// Refuses one allocation after the other until none is left to refuse.
static void starve(const char *path, const uint8_t *data, size_t size, int jpeg, const picture *p) {
    for (failing = 1;; failing++) {
        picture again;
        allocation = 0;
        if (decode(path, data, size, jpeg, &again)) release(&again);
        starved++;
        if (allocation < failing) break;
    }
    for (failing = 1;; failing++) {
        msrn_bytes out;
        msrn_text text;
        const msrn_jpeg_options options = {90, 1, 1, false};
        allocation = 0;
        const msrn_status status = jpeg
            ? msrn_jpeg_encode(&p->info, p->pixels, &p->metadata, &options, &out, &text)
            : png_encode(p, 6, &out, &text);
        if (status != MSRN_OK && status != MSRN_NO_MEMORY) fail(path, text.error, status);
        msrn_bytes_free(&out);
        starved++;
        if (allocation < failing) break;
    }
    failing = 0;
}

static void check(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) fail(path, "cannot be opened", 0);
    fseek(file, 0, SEEK_END);
    const size_t size = (size_t)ftell(file);
    rewind(file);
    uint8_t *data = malloc(size), *changed = malloc(size);
    if (fread(data, 1, size, file) != size) fail(path, "cannot be read", 0);
    fclose(file);
    const int jpeg = size > 1 && data[0] == 0xFF && data[1] == 0xD8;
    picture p;
    if (decode(path, data, size, jpeg, &p)) {
        encode(path, &p);
        if (size < 4096) starve(path, data, size, jpeg, &p);
        release(&p);
    }
    if (decode(path, data, size, !jpeg, &p)) fail(path, "decodes as the other format", 0);
    const size_t step = size < 1500 ? 1 : size / 100;
    for (size_t cut = 0; cut < size; cut += step) {
        if (decode(path, data, cut, jpeg, &p)) fail(path, "decodes cut short", cut);
    }
    const int count = size < 1500 ? 60 : 20;
    for (int i = 0; i < count; i++) {
        memcpy(changed, data, size);
        const unsigned changes = 1 + next(4);
        for (unsigned c = 0; c < changes; c++) changed[next((unsigned)size)] = (uint8_t)next(256);
        if (decode(path, changed, size, jpeg, &p)) {
            encode(path, &p);
            release(&p);
        }
    }
    free(data);
    free(changed);
}

int main(int count, char **paths) {
    for (int i = 1; i < count; i++) check(paths[i]);
    if (count < 2 || decoded == 0 || refused == 0) return 1;
    printf("codecs: %d files, %lu decodings, %lu refusals, %lu without memory\n", count - 1, decoded, refused, starved);
    return 0;
}
