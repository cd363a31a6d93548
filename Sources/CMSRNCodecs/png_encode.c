/* Writing PNG from its compressed rows. gAMA, cHRM, sRGB, pHYs, eXIf and XMP are written byte for byte as they were read;
 * the ICC profile goes through libpng, which leaves out one that is not for these colours. */
#include "png_bands.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

typedef struct png_encoder {
    msrn_fence fence;
    png_structp png;
    png_infop png_info;
    const msrn_info *info;
    msrn_png_band *bands;
    size_t count;
    const msrn_metadata *metadata;
    msrn_bytes out;
    size_t capacity;
} png_encoder;

MSRN_NORETURN static void on_error(png_structp png, png_const_charp message) {
    png_encoder *e = png_get_error_ptr(png);
    bool memory = strstr(message, "emory") != NULL;
    msrn_fail(&e->fence, memory ? MSRN_NO_MEMORY : MSRN_UNENCODABLE, "%s", message);
}

static void on_warning(png_structp png, png_const_charp message) {
    png_encoder *e = png_get_error_ptr(png);
    msrn_note(e->fence.text, "libpng: %s.", message);
}

static void on_write(png_structp png, png_bytep data, size_t count) {
    png_encoder *e = png_get_io_ptr(png);
    if (!msrn_bytes_append(&e->out, &e->capacity, data, count)) {
        msrn_fail(&e->fence, MSRN_NO_MEMORY, "out of memory after %zu bytes", e->out.size);
    }
}

static void on_flush(png_structp png) { (void)png; }

static void put(uint8_t *to, uint32_t value) {
    to[0] = (uint8_t)(value >> 24);
    to[1] = (uint8_t)(value >> 16);
    to[2] = (uint8_t)(value >> 8);
    to[3] = (uint8_t)value;
}

static void write_chunk(png_encoder *e, const char *name, const uint8_t *data, size_t size) {
    if (size > 0x7fffffff) msrn_fail(&e->fence, MSRN_UNENCODABLE, "%zu bytes are too many for a %s chunk", size, name);
    png_write_chunk(e->png, (png_const_bytep)name, data, size);
}

/* Per inch to per metre, rounded; the result of 2^31 - 1 at most. */
static uint32_t per_metre(uint32_t per_inch) {
    uint64_t value = ((uint64_t)per_inch * 10000 + 127) / 254;
    return value > 0x7fffffff ? 0x7fffffff : (uint32_t)value;
}

static void write_metadata(png_encoder *e) {
    const msrn_metadata *m = e->metadata;
    uint8_t chunk[32];
    if (m->gamma > 0) {
        put(chunk, m->gamma);
        write_chunk(e, "gAMA", chunk, 4);
    }
    if (m->has_chromaticities) {
        for (int i = 0; i < 8; i++) put(chunk + 4 * i, m->chromaticities[i]);
        write_chunk(e, "cHRM", chunk, 32);
    }
    /* A PNG has a profile or an sRGB chunk; the profile says more. */
    bool has_profile = png_get_valid(e->png, e->png_info, PNG_INFO_iCCP) != 0;
    if (m->srgb_intent >= 0 && m->srgb_intent <= 3 && !has_profile) {
        chunk[0] = (uint8_t)m->srgb_intent;
        write_chunk(e, "sRGB", chunk, 1);
    }
    if (m->density_unit != MSRN_DENSITY_NONE) {
        bool inch = m->density_unit == MSRN_DENSITY_INCH;
        put(chunk, inch ? per_metre(m->density_x) : m->density_x);
        put(chunk + 4, inch ? per_metre(m->density_y) : m->density_y);
        chunk[8] = m->density_unit == MSRN_DENSITY_ASPECT ? 0 : 1;
        write_chunk(e, "pHYs", chunk, 9);
    }
    if (m->exif.size > 0) write_chunk(e, "eXIf", m->exif.data, m->exif.size);
    if (m->xmp.size > 0) {
        /* Keyword, NUL, not compressed, method 0, no language, no translated keyword. */
        static const char head[] = "XML:com.adobe.xmp\0\0\0\0";
        if (m->xmp.size > 0x7fffffff - sizeof head) {
            msrn_fail(&e->fence, MSRN_UNENCODABLE, "%zu bytes are too many for an iTXt chunk", m->xmp.size);
        }
        png_write_chunk_start(e->png, (png_const_bytep)"iTXt", (png_uint_32)(sizeof head + m->xmp.size));
        png_write_chunk_data(e->png, (png_const_bytep)head, sizeof head);
        png_write_chunk_data(e->png, m->xmp.data, m->xmp.size);
        png_write_chunk_end(e->png);
    }
}

/* The stream may be cut anywhere, and a chunk holds 2^31 - 1 bytes. The band is freed. */
static void write_band(png_encoder *e, msrn_bytes *band) {
    for (size_t done = 0; done < band->size;) {
        size_t part = band->size - done < 1 << 30 ? band->size - done : 1 << 30;
        write_chunk(e, "IDAT", band->data + done, part);
        done += part;
    }
    msrn_bytes_free(band);
}

static void write(void *state) {
    png_encoder *e = state;
    const msrn_info *info = e->info;
    size_t row_bytes = 0;
    if (!msrn_png_storable(info, &row_bytes)) {
        msrn_fail(&e->fence, MSRN_UNENCODABLE, "%ux%u pixels of %d bits cannot be stored", info->width, info->height,
            info->depth);
    }
    if (!msrn_png_bands_check(e->bands, e->count)) {
        msrn_fail(&e->fence, MSRN_NO_MEMORY, "out of memory for the compressed rows");
    }
    e->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, e, on_error, on_warning);
    if (e->png == NULL) msrn_fail(&e->fence, MSRN_NO_MEMORY, "out of memory for libpng");
    e->png_info = png_create_info_struct(e->png);
    if (e->png_info == NULL) msrn_fail(&e->fence, MSRN_NO_MEMORY, "out of memory for libpng");
    png_set_write_fn(e->png, e, on_write, on_flush);
    png_set_user_limits(e->png, 0x7fffffff, 0x7fffffff);
    png_set_benign_errors(e->png, 1);
    int type = info->colors == 3 ? (info->alpha ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB)
                                 : (info->alpha ? PNG_COLOR_TYPE_GRAY_ALPHA : PNG_COLOR_TYPE_GRAY);
    png_set_IHDR(e->png, e->png_info, info->width, info->height, info->depth, type, PNG_INTERLACE_NONE,
        PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    const msrn_bytes *icc = &e->metadata->icc;
    if (icc->size <= 0x7fffffff && msrn_icc_fits(icc->data, icc->size, info->colors)) {
        png_set_iCCP(e->png, e->png_info, "ICC profile", PNG_COMPRESSION_TYPE_BASE, icc->data, (png_uint_32)icc->size);
    }
    png_write_info(e->png, e->png_info);
    write_metadata(e);
    for (size_t i = 0; i < e->count; i++) write_band(e, &e->bands[i].data);
    png_write_chunk(e->png, (png_const_bytep)"IEND", NULL, 0);
}

msrn_status msrn_png_encode(
    const msrn_info *info, msrn_png_band *bands, const msrn_metadata *metadata, msrn_bytes *out, msrn_text *text) {
    png_encoder e;
    memset(&e, 0, sizeof e);
    msrn_text_clear(text);
    out->data = NULL;
    out->size = 0;
    e.fence.text = text;
    e.info = info;
    e.bands = bands;
    e.count = msrn_png_bands(info);
    e.metadata = metadata;
    msrn_status status = msrn_guard(&e.fence, write, &e);
    png_destroy_write_struct(&e.png, &e.png_info);
    for (size_t i = 0; i < e.count; i++) msrn_bytes_free(&bands[i].data);
    if (status == MSRN_OK) {
        *out = e.out;
    } else {
        msrn_bytes_free(&e.out);
    }
    return status;
}
