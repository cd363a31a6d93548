#include "fence.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

msrn_status msrn_guard(msrn_fence *fence, void (*body)(void *state), void *state) {
    if (setjmp(fence->jump) != 0) return fence->status;
    body(state);
    return MSRN_OK;
}

/* Texts of the libraries may quote bytes of the file; a sentence stays one printable line. */
static void make_printable(char *text) {
    for (; *text != 0; text++) {
        if (*text < 32 || *text > 126) *text = '?';
    }
}

void msrn_fail(msrn_fence *fence, msrn_status status, const char *format, ...) {
    if (format != NULL) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(fence->text->error, sizeof fence->text->error, format, arguments);
        va_end(arguments);
    }
    make_printable(fence->text->error);
    fence->status = status;
    longjmp(fence->jump, 1);
}

void msrn_note(msrn_text *text, const char *format, ...) {
    char line[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    make_printable(line);
    if (strstr(text->notes, line) != NULL) return;
    size_t used = strlen(text->notes), length = strlen(line);
    if (length + 2 > sizeof text->notes - used) return;
    if (used > 0) text->notes[used++] = '\n';
    memcpy(text->notes + used, line, length + 1);
}

void msrn_text_clear(msrn_text *text) { memset(text, 0, sizeof *text); }

void msrn_metadata_clear(msrn_metadata *metadata) {
    memset(metadata, 0, sizeof *metadata);
    metadata->srgb_intent = -1;
}

void msrn_bytes_free(msrn_bytes *bytes) {
    free(bytes->data);
    bytes->data = NULL;
    bytes->size = 0;
}

void msrn_metadata_free(msrn_metadata *metadata) {
    msrn_bytes_free(&metadata->icc);
    msrn_bytes_free(&metadata->exif);
    msrn_bytes_free(&metadata->xmp);
    msrn_metadata_clear(metadata);
}

bool msrn_bytes_copy(msrn_bytes *to, const uint8_t *data, size_t size) {
    if (size == 0) return true;
    to->data = malloc(size);
    if (to->data == NULL) return false;
    memcpy(to->data, data, size);
    to->size = size;
    return true;
}

bool msrn_bytes_append(msrn_bytes *to, size_t *capacity, const uint8_t *data, size_t size) {
    if (size > SIZE_MAX - to->size) return false;
    size_t needed = to->size + size;
    if (needed > *capacity) {
        size_t room = *capacity < 65536 ? 65536 : *capacity;
        while (room < needed) {
            if (room > SIZE_MAX / 2) {
                room = needed;
            } else {
                room *= 2;
            }
        }
        uint8_t *grown = realloc(to->data, room);
        if (grown == NULL) return false;
        to->data = grown;
        *capacity = room;
    }
    if (size > 0) memcpy(to->data + to->size, data, size);
    to->size = needed;
    return true;
}

bool msrn_sample_bytes(const msrn_info *info, size_t *bytes) {
    size_t pixel = (size_t)(info->colors + (info->alpha ? 1 : 0)) * (size_t)(info->depth / 8);
    if (info->width == 0 || info->height == 0 || pixel == 0) return false;
    if (info->width > SIZE_MAX / pixel) return false;
    size_t row = info->width * pixel;
    if (info->height > SIZE_MAX / row) return false;
    *bytes = row * info->height;
    return true;
}

bool msrn_within_limits(const msrn_info *info, const msrn_limits *limits, msrn_text *text) {
    uint64_t pixels = (uint64_t)info->width * info->height;
    size_t bytes = 0;
    /* Swift counts in Int: what a signed word cannot hold is too much whatever the limits say. */
    bool countable = msrn_sample_bytes(info, &bytes) && bytes <= SIZE_MAX / 2;
    if (info->width > limits->side || info->height > limits->side) {
        snprintf(text->error, sizeof text->error, "%llu pixels a side", (unsigned long long)limits->side);
    } else if (pixels > limits->pixels) {
        snprintf(text->error, sizeof text->error, "%llu pixels", (unsigned long long)limits->pixels);
    } else if (!countable || bytes > limits->bytes) {
        snprintf(text->error, sizeof text->error, "%llu bytes decoded", (unsigned long long)limits->bytes);
    } else {
        return true;
    }
    return false;
}

bool msrn_icc_fits(const uint8_t *data, size_t size, int colors) {
    return size >= 132 && memcmp(data + 16, colors == 1 ? "GRAY" : "RGB ", 4) == 0;
}
