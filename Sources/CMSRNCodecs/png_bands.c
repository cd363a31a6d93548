/* The pixels of a PNG, filtered and compressed in bands of rows. Each band is a run of deflate blocks that ends on a byte
 * and refers to what lies up to 32 KiB before it, which is filtered again for that purpose; so any thread may make any
 * band, and joined they are the same zlib stream whoever made them. */
#include "png_bands.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { WINDOW = 1 << 15, BAND = 1 << 17 };

bool msrn_png_storable(const msrn_info *info, size_t *row_bytes) {
    size_t bytes = 0;
    if (!msrn_sample_bytes(info, &bytes) || info->width > 0x7fffffff || info->height > 0x7fffffff
        || (info->depth != 8 && info->depth != 16) || (info->colors != 1 && info->colors != 3)) {
        return false;
    }
    *row_bytes = bytes / info->height;
    return true;
}

static uint32_t rows_of_band(size_t row_bytes) {
    size_t rows = BAND / (row_bytes + 1);
    return rows < 1 ? 1 : (uint32_t)rows;
}

size_t msrn_png_bands(const msrn_info *info) {
    size_t row_bytes = 0;
    if (!msrn_png_storable(info, &row_bytes)) return 0;
    uint32_t rows = rows_of_band(row_bytes);
    return (info->height - 1) / rows + 1;
}

/* PNG specification, section 9: what is stored instead of the byte x with a to its left, b above and c above that. */

static void filter_sub(const uint8_t *row, size_t size, size_t pixel, uint8_t *out) {
    memcpy(out, row, pixel);
    for (size_t i = pixel; i < size; i++) out[i] = (uint8_t)(row[i] - row[i - pixel]);
}

static void filter_up(const uint8_t *row, const uint8_t *above, size_t size, uint8_t *out) {
    for (size_t i = 0; i < size; i++) out[i] = (uint8_t)(row[i] - above[i]);
}

static void filter_average(const uint8_t *row, const uint8_t *above, size_t size, size_t pixel, uint8_t *out) {
    for (size_t i = 0; i < pixel; i++) out[i] = (uint8_t)(row[i] - above[i] / 2);
    for (size_t i = pixel; i < size; i++) out[i] = (uint8_t)(row[i] - (row[i - pixel] + above[i]) / 2);
}

static inline int16_t distance(int16_t x, int16_t y) { return (int16_t)(x < y ? y - x : x - y); }

static void filter_paeth(const uint8_t *row, const uint8_t *above, size_t size, size_t pixel, uint8_t *out) {
    for (size_t i = 0; i < pixel; i++) out[i] = (uint8_t)(row[i] - above[i]);
    for (size_t i = pixel; i < size; i++) {
        int16_t a = row[i - pixel], b = above[i], c = above[i - pixel];
        int16_t p = (int16_t)(a + b - c);
        int16_t pa = distance(p, a), pb = distance(p, b), pc = distance(p, c);
        int16_t nearest = pb <= pc ? b : c;
        nearest = pa <= pb && pa <= pc ? a : nearest;
        out[i] = (uint8_t)(row[i] - nearest);
    }
}

/* The sum of the bytes' sizes, taken as signed: the filter for which it is least compresses well as a rule. */
static uint64_t cost(const uint8_t *bytes, size_t size) {
    uint64_t sum = 0;
    while (size > 0) {
        size_t part = size < 65536 ? size : 65536;
        uint32_t partial = 0;
        for (size_t i = 0; i < part; i++) partial += bytes[i] < 128 ? bytes[i] : (uint8_t)(256 - bytes[i]);
        sum += partial;
        bytes += part;
        size -= part;
    }
    return sum;
}

typedef struct rows {
    const uint8_t *pixels;
    size_t size;
    size_t pixel;
    bool swapped;
    bool filtered;
    /* Room for four rows: zeros, the row and the one above as the file has them, a result. */
    uint8_t *room;
} rows;

/* Row y as the file has it: high bytes first. */
static const uint8_t *row_at(const rows *r, uint32_t y, uint8_t *room) {
    const uint8_t *row = r->pixels + r->size * y;
    if (!r->swapped) return row;
    for (size_t i = 0; i < r->size; i += 2) {
        room[i] = row[i + 1];
        room[i + 1] = row[i];
    }
    return room;
}

/* Row y with the filter that suits it: its number, then the bytes. */
static void filter_row(const rows *r, uint32_t y, uint8_t *out) {
    size_t size = r->size;
    const uint8_t *row = row_at(r, y, r->room + size);
    const uint8_t *above = y > 0 ? row_at(r, y - 1, r->room + 2 * size) : r->room;
    out[0] = 0;
    memcpy(out + 1, row, size);
    if (!r->filtered) return;
    uint64_t least = cost(row, size);
    uint8_t *trial = r->room + 3 * size;
    for (uint8_t filter = 1; filter <= 4; filter++) {
        switch (filter) {
        case 1: filter_sub(row, size, r->pixel, trial); break;
        case 2: filter_up(row, above, size, trial); break;
        case 3: filter_average(row, above, size, r->pixel, trial); break;
        default: filter_paeth(row, above, size, r->pixel, trial); break;
        }
        uint64_t sum = cost(trial, size);
        if (sum < least) {
            least = sum;
            out[0] = filter;
            memcpy(out + 1, trial, size);
        }
    }
}

/* Compresses `size` bytes that follow `before` bytes; `out` is filled on success. */
static bool compress_band(
    const uint8_t *data, size_t before, size_t size, int level, bool last, msrn_bytes *out, size_t *capacity) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (deflateInit2(&stream, level, Z_DEFLATED, -15, 8, Z_FILTERED) != Z_OK) return false;
    if (before > 0) deflateSetDictionary(&stream, data - before, (uInt)before);
    uint8_t buffer[1 << 14];
    bool good = true;
    do {
        size_t part = size < 1 << 30 ? size : 1 << 30;
        stream.next_in = (Bytef *)data;
        stream.avail_in = (uInt)part;
        data += part;
        size -= part;
        int flush = size > 0 ? Z_NO_FLUSH : last ? Z_FINISH : Z_SYNC_FLUSH;
        do {
            stream.next_out = buffer;
            stream.avail_out = sizeof buffer;
            deflate(&stream, flush);
            good = good && msrn_bytes_append(out, capacity, buffer, sizeof buffer - stream.avail_out);
        } while (good && stream.avail_out == 0);
    } while (good && size > 0);
    deflateEnd(&stream);
    return good;
}

/* The two bytes a zlib stream begins with: deflate, a window of 32 KiB, how hard it was tried, a multiple of 31. */
static bool append_header(int level, msrn_bytes *out, size_t *capacity) {
    uint8_t header[2] = {0x78, (uint8_t)((level < 2 ? 0 : level < 6 ? 1 : level == 6 ? 2 : 3) << 6)};
    header[1] = (uint8_t)(header[1] + 31 - (header[0] * 256 + header[1]) % 31);
    return msrn_bytes_append(out, capacity, header, 2);
}

void msrn_png_band_make(const msrn_info *info, const void *pixels, int level, size_t index, msrn_png_band *band) {
    memset(band, 0, sizeof *band);
    rows r = {.pixels = pixels};
    if (!msrn_png_storable(info, &r.size)) return;
    r.pixel = r.size / info->width;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    r.swapped = info->depth == 16;
#endif
    level = level < 0 ? 0 : level > 9 ? 9 : level;
    r.filtered = level > 0;

    size_t line = r.size + 1, step = rows_of_band(r.size);
    uint32_t first = (uint32_t)(index * step);
    uint32_t end = info->height - first > step ? (uint32_t)(first + step) : info->height;
    /* As many rows before it as fill the window. */
    size_t ahead = (WINDOW - 1) / line + 1;
    uint32_t start = first > ahead ? (uint32_t)(first - ahead) : 0;
    uint8_t *room = NULL;
    if (line <= SIZE_MAX / (end - start)) room = malloc(line * (end - start));
    if (r.size <= SIZE_MAX / 4) r.room = malloc(4 * r.size);
    if (room != NULL && r.room != NULL) {
        memset(r.room, 0, r.size);
        for (uint32_t y = start; y < end; y++) filter_row(&r, y, room + line * (y - start));
        size_t before = line * (first - start), size = line * (end - first), capacity = 0;
        band->size = size;
        band->check = (uint32_t)adler32_z(1, room + before, size);
        bool good = (index > 0 || append_header(level, &band->data, &capacity))
            && compress_band(
                room + before, before < WINDOW ? before : WINDOW, size, level, end == info->height, &band->data, &capacity);
        if (!good) msrn_bytes_free(&band->data);
    }
    free(r.room);
    free(room);
}

bool msrn_png_bands_check(msrn_png_band *bands, size_t count) {
    uLong check = 1;
    for (size_t i = 0; i < count; i++) {
        if (bands[i].data.data == NULL) return false;
        check = adler32_combine(check, bands[i].check, (z_off_t)bands[i].size);
    }
    uint8_t bytes[4];
    for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(check >> (24 - 8 * i));
    size_t capacity = bands[count - 1].data.size;
    return msrn_bytes_append(&bands[count - 1].data, &capacity, bytes, 4);
}
