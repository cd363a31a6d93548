/* Reading PNG: samples as stored. No gamma, background or sBIT is applied; palettes become RGB, tRNS becomes alpha,
 * grey of 1, 2 and 4 bits becomes 8, 16 bits stay 16.
 *
 * libpng reports oddities as warnings. All become notes, but those about the image data itself ("IDAT: …", a failed
 * Adler-32 for one) are errors, except that too much of it is harmless. A bad CRC of an ancillary chunk drops the chunk
 * with a note; of a critical one it is an error. */
#include "fence.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

typedef struct png_decoder {
    msrn_fence fence;
    png_structp png;
    png_infop png_info;
    const uint8_t *data;
    size_t size;
    size_t offset;
    /* Bytes libpng holds now and may hold at most; each block starts with its size. */
    size_t held;
    size_t budget;
    bool over_budget;
    /* The row being read, once rows are read. */
    bool in_rows;
    uint32_t row;
    /* From the last row on: how much image data has come, and may come. */
    bool in_last_row;
    size_t surplus;
    size_t surplus_limit;
    char last_warning[120];
    const msrn_limits *limits;
    msrn_info *info;
    const msrn_info *expected;
    uint8_t *pixels;
    size_t capacity;
    msrn_metadata *metadata;
} png_decoder;

/* Memory for chunks: a compressed chunk of 16 KiB can grow a thousandfold, and a file may have many. */
enum { BLOCK_HEADER = 16, CHUNK_LIMIT = 16 << 20, MEMORY_LIMIT = 64 << 20 };
/* Image data beyond the picture is harmless, but has to be inflated: a megabyte could be a gigabyte. */
enum { SURPLUS_LIMIT = 64 << 10 };

static png_voidp take(png_structp png, png_alloc_size_t size) {
    png_decoder *d = png_get_mem_ptr(png);
    if (size > SIZE_MAX - BLOCK_HEADER) return NULL;
    if (size > d->budget || d->held > d->budget - size) {
        d->over_budget = true;
        return NULL;
    }
    uint8_t *block = malloc(size + BLOCK_HEADER);
    if (block == NULL) return NULL;
    size_t count = size;
    memcpy(block, &count, sizeof count);
    d->held += count;
    return block + BLOCK_HEADER;
}

static void give_back(png_structp png, png_voidp pointer) {
    if (pointer == NULL) return;
    png_decoder *d = png_get_mem_ptr(png);
    uint8_t *block = (uint8_t *)pointer - BLOCK_HEADER;
    size_t count = 0;
    memcpy(&count, block, sizeof count);
    d->held -= count;
    free(block);
}

MSRN_NORETURN static void on_error(png_structp png, png_const_charp message) {
    png_decoder *d = png_get_error_ptr(png);
    char place[64];
    if (d->in_rows) {
        snprintf(place, sizeof place, "at byte %zu, row %u", d->offset, d->row);
    } else {
        snprintf(place, sizeof place, "at byte %zu", d->offset);
    }
    bool memory = strstr(message, "emory") != NULL;
    if (memory && !d->over_budget) {
        msrn_fail(&d->fence, MSRN_NO_MEMORY, "out of memory %s", place);
    } else if (memory) {
        msrn_fail(&d->fence, MSRN_MALFORMED, "its chunks need more than %d MiB of memory, %s", MEMORY_LIMIT >> 20, place);
    } else if (strcmp(message, "Invalid IHDR data") == 0 && d->last_warning[0] != 0) {
        msrn_fail(&d->fence, MSRN_MALFORMED, "%s %s", d->last_warning, place);
    }
    if (strcmp(message, "IEND: out of place") == 0) message = "the image data (IDAT) are missing: IEND";
    msrn_fail(&d->fence, MSRN_MALFORMED, "%s %s", message, place);
}

static void on_warning(png_structp png, png_const_charp message) {
    png_decoder *d = png_get_error_ptr(png);
    if (strncmp(message, "IDAT", 4) == 0 && strstr(message, "oo much") == NULL && strstr(message, "xtra") == NULL) {
        on_error(png, message);
    }
    snprintf(d->last_warning, sizeof d->last_warning, "%s", message);
    if (d->over_budget && strstr(message, "emory") != NULL) {
        msrn_note(d->fence.text, "Chunks that need more than %d MiB in all are left out.", MEMORY_LIMIT >> 20);
        return;
    }
    msrn_note(d->fence.text, "libpng: %s (at byte %zu).", message, d->offset);
}

static void on_read(png_structp png, png_bytep into, size_t count) {
    png_decoder *d = png_get_io_ptr(png);
    if (count > d->size - d->offset) {
        d->offset = d->size;
        png_error(png, "the data end too early,");
    }
    if (d->in_last_row && png_get_io_chunk_type(png) == 0x49444154) {
        d->surplus += count;
        if (d->surplus > d->surplus_limit) {
            msrn_fail(
                &d->fence, MSRN_MALFORMED, "more than %d KiB of image data beyond the picture, at byte %zu",
                SURPLUS_LIMIT >> 10, d->offset);
        }
    }
    memcpy(into, d->data + d->offset, count);
    d->offset += count;
}

static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void keep_exif(png_decoder *d, const uint8_t *data, size_t size) {
    if (size >= 6 && memcmp(data, "Exif\0\0", 6) == 0) {
        data += 6;
        size -= 6;
    }
    if (size < 8 || (memcmp(data, "II*\0", 4) != 0 && memcmp(data, "MM\0*", 4) != 0)) {
        msrn_note(d->fence.text, "The eXIf chunk is not EXIF and is left out.");
    } else if (d->metadata->exif.data == NULL && !msrn_bytes_copy(&d->metadata->exif, data, size)) {
        msrn_fail(&d->fence, MSRN_NO_MEMORY, "out of memory for %zu bytes of EXIF", size);
    }
}

/* Chunks that are carried as they are, past libpng's own opinion of them, and those that nobody wants. */
static int on_chunk(png_structp png, png_unknown_chunkp chunk) {
    png_decoder *d = png_get_user_chunk_ptr(png);
    char name[5] = {0};
    memcpy(name, chunk->name, 4);
    const uint8_t *data = chunk->data;
    msrn_metadata *metadata = d->metadata;
    if ((chunk->name[0] & 0x20) == 0) {
        char message[64];
        snprintf(message, sizeof message, "unknown critical chunk %s", name);
        png_error(png, message);
    }
    if (metadata == NULL) return 1;
    bool before_pixels = (chunk->location & PNG_AFTER_IDAT) == 0;
    bool odd = false;
    if (strcmp(name, "gAMA") == 0 && before_pixels) {
        odd = chunk->size != 4 || big_endian(data) == 0 || big_endian(data) > 0x7fffffff;
        if (!odd) metadata->gamma = big_endian(data);
    } else if (strcmp(name, "cHRM") == 0 && before_pixels) {
        odd = chunk->size != 32;
        for (int i = 0; !odd && i < 8; i++) metadata->chromaticities[i] = big_endian(data + 4 * i);
        if (!odd) metadata->has_chromaticities = true;
    } else if (strcmp(name, "sRGB") == 0 && before_pixels) {
        odd = chunk->size != 1 || data[0] > 3;
        if (!odd) metadata->srgb_intent = data[0];
    } else if (strcmp(name, "pHYs") == 0 && before_pixels) {
        odd = chunk->size != 9 || data[8] > 1 || big_endian(data) == 0 || big_endian(data + 4) == 0
            || big_endian(data) > 0x7fffffff || big_endian(data + 4) > 0x7fffffff;
        if (!odd) {
            metadata->density_x = big_endian(data);
            metadata->density_y = big_endian(data + 4);
            metadata->density_unit = data[8] == 1 ? MSRN_DENSITY_METRE : MSRN_DENSITY_ASPECT;
        }
    } else if (strcmp(name, "eXIf") == 0) {
        keep_exif(d, data, chunk->size);
    } else if (strcmp(name, "acTL") == 0) {
        msrn_note(d->fence.text, "The picture is animated; only the first frame is read.");
    } else if (strcmp(name, "cICP") == 0) {
        msrn_note(d->fence.text, "The cICP chunk (colour code points) is not carried.");
    }
    if (odd) msrn_note(d->fence.text, "The %s chunk holds no valid value and is left out.", name);
    return 1;
}

static const char ROUTED_CHUNKS[] =
    "gAMA\0cHRM\0sRGB\0pHYs\0eXIf\0cICP\0mDCV\0cLLI\0bKGD\0hIST\0sBIT\0sPLT\0tIME\0tEXt\0zTXt\0oFFs\0pCAL\0sCAL";

static void describe(png_decoder *d, int color_type, int bits, int interlace) {
    png_colorp palette = NULL;
    int colours = 0;
    char form[40];
    switch (color_type) {
        case PNG_COLOR_TYPE_PALETTE:
            png_get_PLTE(d->png, d->png_info, &palette, &colours);
            snprintf(form, sizeof form, "palette of %d colours", colours);
            break;
        case PNG_COLOR_TYPE_GRAY: snprintf(form, sizeof form, "grey"); break;
        case PNG_COLOR_TYPE_GRAY_ALPHA: snprintf(form, sizeof form, "grey and alpha"); break;
        case PNG_COLOR_TYPE_RGB: snprintf(form, sizeof form, "RGB"); break;
        default: snprintf(form, sizeof form, "RGB and alpha"); break;
    }
    bool key = png_get_valid(d->png, d->png_info, PNG_INFO_tRNS) != 0;
    snprintf(
        d->info->kind, sizeof d->info->kind, "%s, %d bit%s%s", form, bits, key ? ", transparency" : "",
        interlace == PNG_INTERLACE_NONE ? "" : ", interlaced");
}

/* Reads all before the pixels and fills `info`. */
static void open_header(png_decoder *d) {
    d->budget = MEMORY_LIMIT;
    d->png = png_create_read_struct_2(
        PNG_LIBPNG_VER_STRING, d, on_error, on_warning, d, take, give_back);
    if (d->png == NULL) msrn_fail(&d->fence, MSRN_NO_MEMORY, "out of memory for libpng");
    d->png_info = png_create_info_struct(d->png);
    if (d->png_info == NULL) msrn_fail(&d->fence, MSRN_NO_MEMORY, "out of memory for libpng");
    png_set_read_fn(d->png, d, on_read);
    png_set_user_limits(d->png, 0x7fffffff, 0x7fffffff);
    png_set_chunk_malloc_max(d->png, CHUNK_LIMIT);
    png_set_read_user_chunk_fn(d->png, d, on_chunk);
    png_set_keep_unknown_chunks(
        d->png, PNG_HANDLE_CHUNK_ALWAYS, (png_const_bytep)ROUTED_CHUNKS, (int)(sizeof ROUTED_CHUNKS / 5));
    png_read_info(d->png, d->png_info);

    png_uint_32 width = 0, height = 0;
    int bits = 0, color_type = 0, interlace = 0;
    png_get_IHDR(d->png, d->png_info, &width, &height, &bits, &color_type, &interlace, NULL, NULL);
    d->info->width = width;
    d->info->height = height;
    d->info->depth = bits == 16 ? 16 : 8;
    d->info->colors = (color_type & PNG_COLOR_MASK_COLOR) != 0 ? 3 : 1;
    d->info->alpha = (color_type & PNG_COLOR_MASK_ALPHA) != 0
        || png_get_valid(d->png, d->png_info, PNG_INFO_tRNS) != 0;
    describe(d, color_type, bits, interlace);
}

static void read_header(void *state) {
    png_decoder *d = state;
    open_header(d);
    if (!msrn_within_limits(d->info, d->limits, d->fence.text)) msrn_fail(&d->fence, MSRN_TOO_LARGE, NULL);
}

static void keep_profile_and_xmp(png_decoder *d) {
    png_charp name = NULL;
    png_bytep profile = NULL;
    png_uint_32 size = 0;
    int compression = 0;
    if (png_get_iCCP(d->png, d->png_info, &name, &compression, &profile, &size) != 0) {
        if (!msrn_icc_fits(profile, size, d->info->colors)) {
            msrn_note(d->fence.text, "The ICC profile is not one for this picture's colours and is left out.");
        } else if (!msrn_bytes_copy(&d->metadata->icc, profile, size)) {
            msrn_fail(&d->fence, MSRN_NO_MEMORY, "out of memory for %u bytes of ICC profile", size);
        }
    }
    png_textp texts = NULL;
    int count = 0;
    png_get_text(d->png, d->png_info, &texts, &count);
    for (int i = 0; i < count; i++) {
        if (texts[i].key == NULL || strcmp(texts[i].key, "XML:com.adobe.xmp") != 0) continue;
        if (d->metadata->xmp.data != NULL) continue;
        size_t length = texts[i].itxt_length > 0 ? texts[i].itxt_length : texts[i].text_length;
        if (!msrn_bytes_copy(&d->metadata->xmp, (const uint8_t *)texts[i].text, length)) {
            msrn_fail(&d->fence, MSRN_NO_MEMORY, "out of memory for %zu bytes of XMP", length);
        }
    }
}

static void read_pixels(void *state) {
    png_decoder *d = state;
    open_header(d);
    size_t bytes = 0;
    const msrn_info *e = d->expected;
    if (d->info->width != e->width || d->info->height != e->height || d->info->colors != e->colors
        || d->info->alpha != e->alpha || d->info->depth != e->depth || !msrn_sample_bytes(d->info, &bytes)
        || bytes != d->capacity) {
        msrn_fail(&d->fence, MSRN_MALFORMED, "the header read differs from the header expected");
    }
    png_set_expand(d->png);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (d->info->depth == 16) png_set_swap(d->png);
#endif
    int passes = png_set_interlace_handling(d->png);
    size_t row_bytes = bytes / d->info->height;
    /* libpng's own row buffers come on top of the chunks: a few rows of at most 8 bytes a pixel. */
    if (row_bytes > (SIZE_MAX - d->budget) / 64) msrn_fail(&d->fence, MSRN_NO_MEMORY, "out of memory for a row");
    d->budget += 64 * row_bytes + (1 << 16);
    png_read_update_info(d->png, d->png_info);
    if (png_get_rowbytes(d->png, d->png_info) != row_bytes) {
        msrn_fail(&d->fence, MSRN_UNSUPPORTED, "libpng gives rows of another size than expected");
    }
    if (passes > 1) memset(d->pixels, 0, bytes);
    d->in_rows = true;
    for (int pass = 0; pass < passes; pass++) {
        for (d->row = 0; d->row < d->info->height; d->row++) {
            /* libpng reads what is beyond the picture together with its last row, which may not be compressible. */
            d->in_last_row = pass == passes - 1 && d->row == d->info->height - 1;
            d->surplus_limit = SURPLUS_LIMIT + row_bytes + row_bytes / 64;
            png_read_row(d->png, d->pixels + row_bytes * d->row, NULL);
        }
    }
    d->in_rows = false;
    png_read_end(d->png, d->png_info);
    keep_profile_and_xmp(d);
}

msrn_status msrn_png_header(
    const uint8_t *data, size_t size, const msrn_limits *limits, msrn_info *info, msrn_text *text) {
    png_decoder d;
    memset(&d, 0, sizeof d);
    memset(info, 0, sizeof *info);
    msrn_text_clear(text);
    d.fence.text = text;
    d.data = data;
    d.size = size;
    d.limits = limits;
    d.info = info;
    msrn_status status = msrn_guard(&d.fence, read_header, &d);
    png_destroy_read_struct(&d.png, &d.png_info, NULL);
    return status;
}

msrn_status msrn_png_decode(
    const uint8_t *data, size_t size, const msrn_info *info, void *pixels, size_t capacity,
    msrn_metadata *metadata, msrn_text *text) {
    png_decoder d;
    msrn_info found;
    memset(&d, 0, sizeof d);
    memset(&found, 0, sizeof found);
    msrn_text_clear(text);
    msrn_metadata_clear(metadata);
    d.fence.text = text;
    d.data = data;
    d.size = size;
    d.info = &found;
    d.expected = info;
    d.pixels = pixels;
    d.capacity = capacity;
    d.metadata = metadata;
    msrn_status status = msrn_guard(&d.fence, read_pixels, &d);
    png_destroy_read_struct(&d.png, &d.png_info, NULL);
    if (status != MSRN_OK) msrn_metadata_free(metadata);
    return status;
}
