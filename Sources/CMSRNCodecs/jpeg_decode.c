/* Reading JPEG: integer DCT, smooth upsampling, 8 bits.
 *
 * libjpeg makes the best of broken data and says so in warnings. Here those that mean wrong pixels are errors; the rest
 * are notes, because such files are common and their pixels right:
 *   errors  JWRN_HIT_MARKER (data end inside a scan), JWRN_HUFF_BAD_CODE, JWRN_ARITH_BAD_CODE, JWRN_MUST_RESYNC (a
 *           restart marker is missing), JWRN_JPEG_EOF, JWRN_TOO_MUCH_DATA, and every code not named here
 *   notes   JWRN_EXTRANEOUS_DATA (padding before a marker), JWRN_NOT_SEQUENTIAL and JWRN_BOGUS_PROGRESSION (a scan header
 *           with unusual but unambiguous parameters), JWRN_JFIF_MAJOR, JWRN_ADOBE_XFORM
 * The end of the data where more is needed, the end-of-image marker included, is an error and never a grey bottom. */
#include <stddef.h>
#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>
#include <stdlib.h>
#include <string.h>

#include "fence.h"
#include "jpeg_frame.h"

typedef struct jpeg_decoder {
    msrn_fence fence;
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    bool created;
    const uint8_t *data;
    size_t size;
    bool in_rows;
    const msrn_info *expected;
    uint8_t *pixels;
    size_t capacity;
    msrn_metadata *metadata;
} jpeg_decoder;

/* A file of a few kilobytes can ask for thousands of passes over the whole picture; encoders use about ten. */
enum { SCAN_LIMIT = 500 };

static size_t place(const jpeg_decoder *d) { return d->size - d->source.bytes_in_buffer; }

MSRN_NORETURN static void fail_at(jpeg_decoder *d, msrn_status status, const char *fact) {
    if (d->in_rows) {
        msrn_fail(&d->fence, status, "%s at byte %zu, row %u", fact, place(d), d->jpeg.output_scanline);
    }
    msrn_fail(&d->fence, status, "%s at byte %zu", fact, place(d));
}

static msrn_status status_of(int code) {
    switch (code) {
        case JERR_OUT_OF_MEMORY: return MSRN_NO_MEMORY;
        case JERR_ARITH_NOTIMPL:
        case JERR_BAD_PRECISION:
        case JERR_CCIR601_NOTIMPL:
        case JERR_CONVERSION_NOTIMPL:
        case JERR_FRACT_SAMPLE_NOTIMPL:
        case JERR_NOT_COMPILED:
        case JERR_NOTIMPL:
        case JERR_SOF_UNSUPPORTED: return MSRN_UNSUPPORTED;
        default: return MSRN_MALFORMED;
    }
}

MSRN_NORETURN static void on_error(j_common_ptr common) {
    jpeg_decoder *d = common->client_data;
    char message[JMSG_LENGTH_MAX];
    common->err->format_message(common, message);
    fail_at(d, status_of(common->err->msg_code), message);
}

static void on_message(j_common_ptr common, int level) {
    jpeg_decoder *d = common->client_data;
    if (level >= 0) return;
    switch (common->err->msg_code) {
        case JWRN_ADOBE_XFORM:
        case JWRN_BOGUS_PROGRESSION:
        case JWRN_EXTRANEOUS_DATA:
        case JWRN_JFIF_MAJOR:
        case JWRN_NOT_SEQUENTIAL: {
            char message[JMSG_LENGTH_MAX];
            common->err->format_message(common, message);
            msrn_note(d->fence.text, "libjpeg: %s (at byte %zu).", message, place(d));
            return;
        }
        default: on_error(common);
    }
}

static void on_init(j_decompress_ptr jpeg) { (void)jpeg; }

static boolean on_fill(j_decompress_ptr jpeg) {
    jpeg_decoder *d = jpeg->client_data;
    d->source.bytes_in_buffer = 0;
    fail_at(d, MSRN_MALFORMED, "the data end too early,");
    return FALSE;
}

static void on_skip(j_decompress_ptr jpeg, long count) {
    jpeg_decoder *d = jpeg->client_data;
    if (count <= 0) return;
    if ((size_t)count > d->source.bytes_in_buffer) on_fill(jpeg);
    d->source.next_input_byte += count;
    d->source.bytes_in_buffer -= (size_t)count;
}

static void on_progress(j_common_ptr common) {
    jpeg_decoder *d = common->client_data;
    if (d->jpeg.input_scan_number > SCAN_LIMIT) fail_at(d, MSRN_MALFORMED, "more than 500 scans");
}

static bool begins(const struct jpeg_marker_struct *marker, int code, const char *tag, size_t size) {
    return marker->marker == code && marker->data_length >= size && memcmp(marker->data, tag, size) == 0;
}

static void copy(jpeg_decoder *d, msrn_bytes *to, const struct jpeg_marker_struct *marker, size_t skip) {
    if (!msrn_bytes_copy(to, marker->data + skip, marker->data_length - skip)) {
        msrn_fail(&d->fence, MSRN_NO_MEMORY, "out of memory for %u bytes of metadata", marker->data_length);
    }
}

static const char EXIF_TAG[] = "Exif\0";
static const char XMP_TAG[] = "http://ns.adobe.com/xap/1.0/";
static const char XMP_EXTENSION_TAG[] = "http://ns.adobe.com/xmp/extension/";
static const char ICC_TAG[] = "ICC_PROFILE";
enum { ICC_HEAD = 14 };

/* Without its extended part, a packet must not name one: the attribute is overwritten with spaces, which XML ignores. */
static void forget_extension(msrn_bytes *xmp) {
    static const char name[] = "xmpNote:HasExtendedXMP=";
    size_t length = sizeof name - 1;
    for (size_t i = 0; i + length + 1 < xmp->size; i++) {
        if (memcmp(xmp->data + i, name, length) != 0) continue;
        uint8_t quote = xmp->data[i + length];
        if (quote != '"' && quote != '\'') continue;
        const uint8_t *value = xmp->data + i + length + 1;
        const uint8_t *end = memchr(value, quote, xmp->size - i - length - 1);
        if (end == NULL) return;
        memset(xmp->data + i, ' ', (size_t)(end + 1 - (xmp->data + i)));
    }
}

static void keep_exif_and_xmp(jpeg_decoder *d) {
    msrn_metadata *m = d->metadata;
    for (jpeg_saved_marker_ptr marker = d->jpeg.marker_list; marker != NULL; marker = marker->next) {
        /* After "Exif" come two bytes, NUL and a padding that some writers do not zero. */
        if (begins(marker, 0xE1, EXIF_TAG, 5) && marker->data_length > 6) {
            const uint8_t *order = marker->data + 6;
            bool valid = marker->data_length >= 14
                && (memcmp(order, "II*\0", 4) == 0 || memcmp(order, "MM\0*", 4) == 0);
            if (!valid) {
                msrn_note(d->fence.text, "An EXIF block without a byte-order mark is left out.");
            } else if (m->exif.data != NULL) {
                msrn_note(d->fence.text, "A second EXIF block is left out.");
            } else {
                copy(d, &m->exif, marker, 6);
            }
        } else if (begins(marker, 0xE1, XMP_TAG, sizeof XMP_TAG)) {
            if (m->xmp.data == NULL) copy(d, &m->xmp, marker, sizeof XMP_TAG);
        } else if (begins(marker, 0xE1, XMP_EXTENSION_TAG, sizeof XMP_EXTENSION_TAG)) {
            msrn_note(d->fence.text, "The extended part of the XMP packet is left out.");
        }
    }
    forget_extension(&m->xmp);
}

/* The profile comes in up to 255 segments, each numbered from 1 and naming their count, in any order. */
static void keep_profile(jpeg_decoder *d) {
    const struct jpeg_marker_struct *parts[256] = {NULL};
    unsigned count = 0, found = 0;
    bool valid = true;
    for (jpeg_saved_marker_ptr marker = d->jpeg.marker_list; marker != NULL; marker = marker->next) {
        if (!begins(marker, 0xE2, ICC_TAG, sizeof ICC_TAG) || marker->data_length < ICC_HEAD) continue;
        unsigned number = marker->data[12], of = marker->data[13];
        if (found == 0) count = of;
        found++;
        if (number == 0 || number > of || of != count || parts[number] != NULL) {
            valid = false;
        } else {
            parts[number] = marker;
        }
    }
    if (found == 0) return;
    size_t capacity = 0;
    msrn_bytes *icc = &d->metadata->icc;
    for (unsigned i = 1; valid && i <= count; i++) {
        if (parts[i] == NULL) {
            valid = false;
        } else if (!msrn_bytes_append(icc, &capacity, parts[i]->data + ICC_HEAD, parts[i]->data_length - ICC_HEAD)) {
            msrn_fail(&d->fence, MSRN_NO_MEMORY, "out of memory for the ICC profile");
        }
    }
    if (!valid) {
        msrn_note(d->fence.text, "The ICC profile is not whole (%u of %u parts) and is left out.", found, count);
        msrn_bytes_free(icc);
    } else if (!msrn_icc_fits(icc->data, icc->size, d->expected->colors)) {
        msrn_note(d->fence.text, "The ICC profile is not one for this picture's colours and is left out.");
        msrn_bytes_free(icc);
    }
}

static void keep_density(jpeg_decoder *d) {
    msrn_metadata *m = d->metadata;
    uint32_t x = d->jpeg.X_density, y = d->jpeg.Y_density;
    /* 1:1 without a unit is what writers put when they know nothing. */
    if (!d->jpeg.saw_JFIF_marker || x == 0 || y == 0 || (d->jpeg.density_unit == 0 && x == y)) return;
    if (d->jpeg.density_unit > 2) return;
    bool centimetre = d->jpeg.density_unit == 2;
    m->density_x = centimetre ? 100 * x : x;
    m->density_y = centimetre ? 100 * y : y;
    m->density_unit = centimetre ? MSRN_DENSITY_METRE
        : d->jpeg.density_unit == 1 ? MSRN_DENSITY_INCH : MSRN_DENSITY_ASPECT;
}

static unsigned over255(unsigned product) {
    unsigned value = product + 128;
    return ((value >> 8) + value) >> 8;
}

/* Four components are inks stored inverted (255: none), as Adobe writes them and as all readers take them even where
 * Adobe's marker is missing. A colour is what its own ink and black let through. */
static void rgb_from_inks(const uint8_t *inks, uint8_t *rgb, size_t width) {
    for (size_t x = 0; x < width; x++, inks += 4, rgb += 3) {
        unsigned black = inks[3];
        for (int i = 0; i < 3; i++) rgb[i] = (uint8_t)(black - over255((255u - inks[i]) * black));
    }
}

static void read_pixels(void *state) {
    jpeg_decoder *d = state;
    const msrn_info *e = d->expected;
    struct jpeg_decompress_struct *jpeg = &d->jpeg;
    jpeg->err = jpeg_std_error(&d->errors);
    d->errors.error_exit = on_error;
    d->errors.emit_message = on_message;
    jpeg->client_data = d;
    d->created = true;
    jpeg_create_decompress(jpeg);
    d->progress.progress_monitor = on_progress;
    jpeg->progress = &d->progress;
    d->source.next_input_byte = d->data;
    d->source.bytes_in_buffer = d->size;
    d->source.init_source = on_init;
    d->source.fill_input_buffer = on_fill;
    d->source.skip_input_data = on_skip;
    d->source.resync_to_restart = jpeg_resync_to_restart;
    d->source.term_source = on_init;
    jpeg->src = &d->source;
    jpeg_save_markers(jpeg, JPEG_APP0 + 1, 0xFFFF);
    jpeg_save_markers(jpeg, JPEG_APP0 + 2, 0xFFFF);
    jpeg_read_header(jpeg, TRUE);

    size_t bytes = 0;
    int colors = jpeg->num_components == 1 ? 1 : 3;
    bool inks = jpeg->num_components == 4;
    if (jpeg->image_width != e->width || jpeg->image_height != e->height || colors != e->colors || e->alpha
        || e->depth != 8 || !msrn_sample_bytes(e, &bytes) || bytes != d->capacity) {
        fail_at(d, MSRN_MALFORMED, "the header read differs from the header expected");
    }
    jpeg->out_color_space = colors == 1 ? JCS_GRAYSCALE : inks ? JCS_CMYK : JCS_RGB;
    jpeg->dct_method = JDCT_ISLOW;
    jpeg->do_fancy_upsampling = TRUE;
    jpeg_start_decompress(jpeg);
    d->in_rows = true;
    size_t row_bytes = bytes / e->height;
    JSAMPARRAY ink_row = NULL;
    if (inks) ink_row = jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, 4 * jpeg->output_width, 1);
    while (jpeg->output_scanline < jpeg->output_height) {
        uint8_t *row = d->pixels + row_bytes * jpeg->output_scanline;
        if (inks) {
            jpeg_read_scanlines(jpeg, ink_row, 1);
            rgb_from_inks(ink_row[0], row, e->width);
        } else {
            jpeg_read_scanlines(jpeg, &row, 1);
        }
    }
    d->in_rows = false;
    /* Before finishing, which forgets the markers. */
    keep_exif_and_xmp(d);
    keep_density(d);
    if (inks) {
        msrn_note(d->fence.text, "The picture is CMYK and becomes RGB; its CMYK colour profile is not carried.");
    } else {
        keep_profile(d);
    }
    jpeg_finish_decompress(jpeg);
}

msrn_status msrn_jpeg_header(
    const uint8_t *data, size_t size, const msrn_limits *limits, msrn_info *info, msrn_text *text) {
    jpeg_frame frame;
    memset(info, 0, sizeof *info);
    msrn_text_clear(text);
    msrn_status status = msrn_jpeg_frame(data, size, &frame, text);
    if (status != MSRN_OK) return status;
    msrn_jpeg_info(&frame, info);
    return msrn_within_limits(info, limits, text) ? MSRN_OK : MSRN_TOO_LARGE;
}

msrn_status msrn_jpeg_decode(
    const uint8_t *data, size_t size, const msrn_info *info, void *pixels, size_t capacity,
    msrn_metadata *metadata, msrn_text *text) {
    jpeg_decoder d;
    jpeg_frame frame;
    memset(&d, 0, sizeof d);
    msrn_text_clear(text);
    msrn_metadata_clear(metadata);
    d.fence.text = text;
    d.data = data;
    d.size = size;
    d.expected = info;
    d.pixels = pixels;
    d.capacity = capacity;
    d.metadata = metadata;
    msrn_status status = msrn_jpeg_frame(data, size, &frame, text);
    if (status == MSRN_OK) status = msrn_guard(&d.fence, read_pixels, &d);
    if (d.created) jpeg_destroy_decompress(&d.jpeg);
    if (status != MSRN_OK) msrn_metadata_free(metadata);
    return status;
}
