/* PNG and JPEG, whole memory buffers in and whole memory buffers out.
 *
 * libpng and libjpeg report errors by longjmp. Every jump starts and ends below these functions, so that no
 * frame of another language is ever crossed. Each function returns a status; when it is not MSRN_OK,
 * `text->error` holds one sentence with the fact and, where there is one, the byte or row. No function keeps
 * a pointer after it has returned, and none has static state: any thread may call any of them.
 */
#ifndef MSRN_CODECS_H
#define MSRN_CODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum msrn_status {
    MSRN_OK = 0,
    /* The data are broken. */
    MSRN_MALFORMED,
    /* Valid, but a kind that is not read, such as 12-bit JPEG. */
    MSRN_UNSUPPORTED,
    /* More than the limits; `error` names the limit, the info the size. No pixels were touched. */
    MSRN_TOO_LARGE,
    /* The picture cannot be stored in this format. */
    MSRN_UNENCODABLE,
    /* malloc failed. */
    MSRN_NO_MEMORY,
} msrn_status;

/* What a function has to say: NUL-terminated, printable, no line ends but those between the notes. */
typedef struct msrn_text {
    char error[256];
    /* One sentence a line; things that are odd but do not make the picture wrong. */
    char notes[1536];
} msrn_text;

/* The form of the samples: interleaved, rows from the top, no padding; 16 bit in the machine's byte order. */
typedef struct msrn_info {
    uint32_t width;
    uint32_t height;
    /* 1: grey, 3: red, green, blue. */
    int colors;
    /* Whether each pixel ends with an alpha sample. */
    bool alpha;
    /* 8 or 16. */
    int depth;
    /* How the file stores them, for people: "palette of 16 colours, 4 bit, interlaced". Empty when encoding. */
    char kind[80];
} msrn_info;

/* What a decoder may be asked for. All three are inclusive. */
typedef struct msrn_limits {
    uint64_t pixels;
    /* Bytes of the decoded samples. */
    uint64_t bytes;
    /* Width or height. */
    uint64_t side;
} msrn_limits;

/* `size` bytes from malloc; NULL and 0 when there are none. */
typedef struct msrn_bytes {
    uint8_t *data;
    size_t size;
} msrn_bytes;

typedef enum msrn_density {
    MSRN_DENSITY_NONE = 0,
    MSRN_DENSITY_ASPECT,
    MSRN_DENSITY_INCH,
    MSRN_DENSITY_METRE,
} msrn_density;

/* What travels beside the pixels, as the file has it. */
typedef struct msrn_metadata {
    msrn_bytes icc;
    /* From the byte-order mark on. */
    msrn_bytes exif;
    msrn_bytes xmp;
    /* PNG's gAMA; 0: none. */
    uint32_t gamma;
    /* PNG's cHRM in the chunk's order. */
    bool has_chromaticities;
    uint32_t chromaticities[8];
    /* PNG's rendering intent, 0...3; -1: none. */
    int srgb_intent;
    msrn_density density_unit;
    uint32_t density_x;
    uint32_t density_y;
} msrn_metadata;

/* Frees what a decoder put into `metadata` and empties it. */
void msrn_metadata_free(msrn_metadata *metadata);
/* Frees what an encoder returned and empties it. */
void msrn_bytes_free(msrn_bytes *bytes);

/* Reads the header alone. The limits are checked and nothing the size of the picture is allocated. */
msrn_status msrn_png_header(
    const uint8_t *data, size_t size, const msrn_limits *limits, msrn_info *info, msrn_text *text);
msrn_status msrn_jpeg_header(
    const uint8_t *data, size_t size, const msrn_limits *limits, msrn_info *info, msrn_text *text);

/* Decodes into `pixels`, which has room for `capacity` bytes: exactly what `info`, from the header function with the
 * same data, asks for. `metadata` is filled on success and empty otherwise; free it with msrn_metadata_free. */
msrn_status msrn_png_decode(
    const uint8_t *data, size_t size, const msrn_info *info, void *pixels, size_t capacity,
    msrn_metadata *metadata, msrn_text *text);
msrn_status msrn_jpeg_decode(
    const uint8_t *data, size_t size, const msrn_info *info, void *pixels, size_t capacity,
    msrn_metadata *metadata, msrn_text *text);

/* A band of rows of a PNG, filtered and compressed. */
typedef struct msrn_png_band {
    /* Its part of the zlib stream; NULL where malloc failed. */
    msrn_bytes data;
    /* What it was made of: how many bytes, and their Adler-32. */
    size_t size;
    uint32_t check;
} msrn_png_band;

/* How many bands a picture of this form has; 0 where PNG does not hold it. */
size_t msrn_png_bands(const msrn_info *info);

/* Makes one band, zlib level 0...9. Different bands may be made on different threads; the bytes are the same. */
void msrn_png_band_make(const msrn_info *info, const void *pixels, int level, size_t index, msrn_png_band *band);

/* PNG of the form that `info` says from all its bands, which are freed. `out` is filled on success and empty otherwise. */
msrn_status msrn_png_encode(
    const msrn_info *info, msrn_png_band *bands, const msrn_metadata *metadata, msrn_bytes *out, msrn_text *text);

typedef struct msrn_jpeg_options {
    /* 1...100. */
    int quality;
    /* Luma samples per chroma sample: 1x1 (4:4:4), 2x1 (4:2:2), 2x2 (4:2:0). */
    int chroma_x;
    int chroma_y;
    bool progressive;
} msrn_jpeg_options;

/* JPEG, grey or YCbCr, 8 bit (16-bit samples are rounded to 8), optimised Huffman tables. `out` is filled on success
 * and empty otherwise. Alpha is refused, gAMA, cHRM and sRGB have no place and are left out. */
msrn_status msrn_jpeg_encode(
    const msrn_info *info, const void *pixels, const msrn_metadata *metadata, const msrn_jpeg_options *options,
    msrn_bytes *out, msrn_text *text);

/* The largest EXIF block, XMP packet and ICC profile that a JPEG's segments hold. */
#define MSRN_JPEG_MAX_EXIF 65527
#define MSRN_JPEG_MAX_XMP 65504
#define MSRN_JPEG_MAX_ICC (255 * 65519)
/* The largest width and height of a JPEG that libjpeg reads and writes. */
#define MSRN_JPEG_MAX_SIDE 65500

#endif
