/* Writing JPEG: JFIF, then EXIF, XMP and the ICC profile in its numbered parts. */
#include <stddef.h>
#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>
#include <stdlib.h>
#include <string.h>

#include "fence.h"

typedef struct jpeg_encoder {
    msrn_fence fence;
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_destination_mgr destination;
    bool created;
    const msrn_info *info;
    const uint8_t *pixels;
    const msrn_metadata *metadata;
    const msrn_jpeg_options *options;
    uint8_t buffer[1 << 14];
    msrn_bytes out;
    size_t capacity;
} jpeg_encoder;

MSRN_NORETURN static void on_error(j_common_ptr common) {
    jpeg_encoder *e = common->client_data;
    char message[JMSG_LENGTH_MAX];
    common->err->format_message(common, message);
    bool memory = common->err->msg_code == JERR_OUT_OF_MEMORY;
    msrn_fail(&e->fence, memory ? MSRN_NO_MEMORY : MSRN_UNENCODABLE, "%s at row %u", message, e->jpeg.next_scanline);
}

static void on_message(j_common_ptr common, int level) {
    (void)common;
    (void)level;
}

static void keep(jpeg_encoder *e, size_t count) {
    if (!msrn_bytes_append(&e->out, &e->capacity, e->buffer, count)) {
        msrn_fail(&e->fence, MSRN_NO_MEMORY, "out of memory after %zu bytes, row %u", e->out.size,
            e->jpeg.next_scanline);
    }
    e->destination.next_output_byte = e->buffer;
    e->destination.free_in_buffer = sizeof e->buffer;
}

static void on_start(j_compress_ptr jpeg) { keep(jpeg->client_data, 0); }

static boolean on_full(j_compress_ptr jpeg) {
    jpeg_encoder *e = jpeg->client_data;
    keep(e, sizeof e->buffer);
    return TRUE;
}

static void on_end(j_compress_ptr jpeg) {
    jpeg_encoder *e = jpeg->client_data;
    keep(e, sizeof e->buffer - e->destination.free_in_buffer);
}

static void write_segment(
    jpeg_encoder *e, int marker, const char *tag, size_t tag_size, const uint8_t *data, size_t size) {
    jpeg_write_m_header(&e->jpeg, marker, (unsigned)(tag_size + size));
    for (size_t i = 0; i < tag_size; i++) jpeg_write_m_byte(&e->jpeg, (uint8_t)tag[i]);
    for (size_t i = 0; i < size; i++) jpeg_write_m_byte(&e->jpeg, data[i]);
}

static void write_metadata(jpeg_encoder *e) {
    static const char exif_tag[] = "Exif\0";
    static const char xmp_tag[] = "http://ns.adobe.com/xap/1.0/";
    enum { PART = 65519 };
    const msrn_metadata *m = e->metadata;
    if (m->exif.size > 0 && m->exif.size <= MSRN_JPEG_MAX_EXIF) {
        write_segment(e, JPEG_APP0 + 1, exif_tag, sizeof exif_tag, m->exif.data, m->exif.size);
    }
    if (m->xmp.size > 0 && m->xmp.size <= MSRN_JPEG_MAX_XMP) {
        write_segment(e, JPEG_APP0 + 1, xmp_tag, sizeof xmp_tag, m->xmp.data, m->xmp.size);
    }
    if (m->icc.size > MSRN_JPEG_MAX_ICC || !msrn_icc_fits(m->icc.data, m->icc.size, e->info->colors)) return;
    size_t parts = (m->icc.size + PART - 1) / PART;
    for (size_t i = 0; i < parts; i++) {
        char tag[14] = "ICC_PROFILE";
        tag[12] = (char)(i + 1);
        tag[13] = (char)parts;
        size_t rest = m->icc.size - i * PART;
        write_segment(e, JPEG_APP0 + 2, tag, sizeof tag, m->icc.data + i * PART, rest < PART ? rest : PART);
    }
}

/* JFIF counts in 16 bits, per inch here, for that is what people read; a ratio is halved until it fits. */
static void set_density(jpeg_encoder *e) {
    const msrn_metadata *m = e->metadata;
    uint64_t x = m->density_x, y = m->density_y;
    if (m->density_unit == MSRN_DENSITY_NONE || x == 0 || y == 0) return;
    if (m->density_unit == MSRN_DENSITY_METRE) {
        x = (x * 254 + 5000) / 10000;
        y = (y * 254 + 5000) / 10000;
    }
    bool ratio = m->density_unit == MSRN_DENSITY_ASPECT;
    while (ratio && (x > 65535 || y > 65535)) {
        x = (x + 1) / 2;
        y = (y + 1) / 2;
    }
    if (x == 0 || y == 0 || x > 65535 || y > 65535) return;
    e->jpeg.density_unit = ratio ? 0 : 1;
    e->jpeg.X_density = (UINT16)x;
    e->jpeg.Y_density = (UINT16)y;
}

static void write(void *state) {
    jpeg_encoder *e = state;
    const msrn_info *info = e->info;
    struct jpeg_compress_struct *jpeg = &e->jpeg;
    size_t bytes = 0;
    if (info->alpha) msrn_fail(&e->fence, MSRN_UNENCODABLE, "JPEG has no alpha");
    if (info->width > MSRN_JPEG_MAX_SIDE || info->height > MSRN_JPEG_MAX_SIDE) {
        msrn_fail(&e->fence, MSRN_UNENCODABLE, "%ux%u pixels; a JPEG has at most %d a side", info->width, info->height,
            MSRN_JPEG_MAX_SIDE);
    }
    if (!msrn_sample_bytes(info, &bytes) || (info->depth != 8 && info->depth != 16)
        || (info->colors != 1 && info->colors != 3)) {
        msrn_fail(&e->fence, MSRN_UNENCODABLE, "%ux%u pixels of %d bits cannot be stored", info->width, info->height,
            info->depth);
    }
    jpeg->err = jpeg_std_error(&e->errors);
    e->errors.error_exit = on_error;
    e->errors.emit_message = on_message;
    jpeg->client_data = e;
    e->created = true;
    jpeg_create_compress(jpeg);
    e->destination.init_destination = on_start;
    e->destination.empty_output_buffer = on_full;
    e->destination.term_destination = on_end;
    jpeg->dest = &e->destination;
    jpeg->image_width = info->width;
    jpeg->image_height = info->height;
    jpeg->input_components = info->colors;
    jpeg->in_color_space = info->colors == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(jpeg);
    int quality = e->options->quality;
    jpeg_set_quality(jpeg, quality < 1 ? 1 : quality > 100 ? 100 : quality, TRUE);
    if (info->colors == 3) {
        jpeg->comp_info[0].h_samp_factor = e->options->chroma_x == 2 ? 2 : 1;
        jpeg->comp_info[0].v_samp_factor = e->options->chroma_y == 2 ? 2 : 1;
    }
    jpeg->dct_method = JDCT_ISLOW;
    jpeg->optimize_coding = TRUE;
    set_density(e);
    if (e->options->progressive) jpeg_simple_progression(jpeg);
    jpeg_start_compress(jpeg, TRUE);
    write_metadata(e);

    size_t samples = (size_t)info->width * (size_t)info->colors;
    JSAMPARRAY narrow = NULL;
    if (info->depth == 16) narrow = jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, (JDIMENSION)samples, 1);
    while (jpeg->next_scanline < jpeg->image_height) {
        size_t row = jpeg->next_scanline;
        if (narrow != NULL) {
            const uint16_t *wide = (const uint16_t *)(const void *)e->pixels + samples * row;
            for (size_t i = 0; i < samples; i++) narrow[0][i] = (JSAMPLE)((wide[i] * 255u + 32767u) / 65535u);
            jpeg_write_scanlines(jpeg, narrow, 1);
        } else {
            /* libjpeg's interface has no const, but it does not write here. */
            JSAMPROW source = (JSAMPROW)(uintptr_t)(e->pixels + samples * row);
            jpeg_write_scanlines(jpeg, &source, 1);
        }
    }
    jpeg_finish_compress(jpeg);
}

msrn_status msrn_jpeg_encode(
    const msrn_info *info, const void *pixels, const msrn_metadata *metadata, const msrn_jpeg_options *options,
    msrn_bytes *out, msrn_text *text) {
    out->data = NULL;
    out->size = 0;
    msrn_text_clear(text);
    jpeg_encoder e;
    memset(&e, 0, sizeof e);
    e.fence.text = text;
    e.info = info;
    e.pixels = pixels;
    e.metadata = metadata;
    e.options = options;
    msrn_status status = msrn_guard(&e.fence, write, &e);
    if (e.created) jpeg_destroy_compress(&e.jpeg);
    if (status == MSRN_OK) {
        *out = e.out;
    } else {
        msrn_bytes_free(&e.out);
    }
    return status;
}
