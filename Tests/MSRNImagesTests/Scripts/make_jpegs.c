/* Writes small JPEGs of every kind that the decoder must read into the folder given: made by fixtures.py. */
#include <stddef.h>
#include <stdio.h>

#include <jpeglib.h>
#include <stdlib.h>
#include <string.h>

typedef struct variant {
    const char *name;
    int width, height;
    /* 1: grey, 3: RGB given, 4: inks given. */
    int components;
    J_COLOR_SPACE stored;
    /* Sampling of the first and of the other components; black's is the first's. */
    int h, v, chroma_h, chroma_v;
    int quality;
    boolean progressive, arithmetic, separate_scans;
    /* Restart interval in MCU rows, or in MCUs. */
    int restart_rows, restart_blocks;
    /* Leaves out the Adobe and JFIF markers. */
    boolean bare;
} variant;

#define RGB_AS(name, h, v, ch, cv) {name, 61, 43, 3, JCS_YCbCr, h, v, ch, cv, 85}
static const variant VARIANTS[] = {
    RGB_AS("baseline-444", 1, 1, 1, 1),
    RGB_AS("baseline-422", 2, 1, 1, 1),
    RGB_AS("baseline-440", 1, 2, 1, 1),
    RGB_AS("baseline-420", 2, 2, 1, 1),
    RGB_AS("baseline-411", 4, 1, 1, 1),
    RGB_AS("baseline-410", 4, 2, 1, 1),
    RGB_AS("baseline-441", 1, 4, 1, 1),
    RGB_AS("baseline-luma-halved", 1, 1, 2, 2),
    {"baseline-quality-1", 61, 43, 3, JCS_YCbCr, 2, 2, 1, 1, 1},
    {"baseline-quality-100", 61, 43, 3, JCS_YCbCr, 1, 1, 1, 1, 100},
    {"baseline-separate-scans", 61, 43, 3, JCS_YCbCr, 2, 2, 1, 1, 85, .separate_scans = TRUE},
    {"baseline-444-by-2x2", 61, 43, 3, JCS_YCbCr, 2, 2, 2, 2, 85, .separate_scans = TRUE},
    {"baseline-bare", 61, 43, 3, JCS_YCbCr, 2, 1, 1, 1, 85, .bare = TRUE},
    {"progressive-444", 61, 43, 3, JCS_YCbCr, 1, 1, 1, 1, 85, .progressive = TRUE},
    {"progressive-420", 61, 43, 3, JCS_YCbCr, 2, 2, 1, 1, 85, .progressive = TRUE},
    {"progressive-411-restart", 61, 43, 3, JCS_YCbCr, 4, 1, 1, 1, 85, .progressive = TRUE, .restart_rows = 1},
    {"arithmetic-420", 61, 43, 3, JCS_YCbCr, 2, 2, 1, 1, 85, .arithmetic = TRUE},
    {"arithmetic-progressive-444", 61, 43, 3, JCS_YCbCr, 1, 1, 1, 1, 85, .arithmetic = TRUE, .progressive = TRUE},
    {"arithmetic-restart", 61, 43, 3, JCS_YCbCr, 2, 1, 1, 1, 85, .arithmetic = TRUE, .restart_blocks = 3},
    {"restart-rows-420", 61, 43, 3, JCS_YCbCr, 2, 2, 1, 1, 85, .restart_rows = 1},
    {"restart-blocks-444", 61, 43, 3, JCS_YCbCr, 1, 1, 1, 1, 85, .restart_blocks = 1},
    {"rgb-adobe", 61, 43, 3, JCS_RGB, 1, 1, 1, 1, 85},
    {"rgb-by-identifiers", 61, 43, 3, JCS_RGB, 1, 1, 1, 1, 85, .bare = TRUE},
    {"rgb-progressive", 61, 43, 3, JCS_RGB, 1, 1, 1, 1, 85, .progressive = TRUE},
    {"grey", 61, 43, 1, JCS_GRAYSCALE, 1, 1, 1, 1, 85},
    {"grey-by-2x2", 61, 43, 1, JCS_GRAYSCALE, 2, 2, 1, 1, 85},
    {"grey-progressive", 61, 43, 1, JCS_GRAYSCALE, 1, 1, 1, 1, 85, .progressive = TRUE},
    {"grey-arithmetic", 61, 43, 1, JCS_GRAYSCALE, 1, 1, 1, 1, 85, .arithmetic = TRUE},
    {"cmyk-adobe", 61, 43, 4, JCS_CMYK, 1, 1, 1, 1, 90},
    {"cmyk-bare", 61, 43, 4, JCS_CMYK, 1, 1, 1, 1, 90, .bare = TRUE},
    {"cmyk-progressive", 61, 43, 4, JCS_CMYK, 1, 1, 1, 1, 90, .progressive = TRUE},
    {"ycck-adobe", 61, 43, 4, JCS_YCCK, 1, 1, 1, 1, 90},
    {"ycck-420", 61, 43, 4, JCS_YCCK, 2, 2, 1, 1, 90},
    {"ycck-progressive-422-restart", 61, 43, 4, JCS_YCCK, 2, 1, 1, 1, 90, .progressive = TRUE, .restart_rows = 1},
    {"size-1x1", 1, 1, 3, JCS_YCbCr, 2, 2, 1, 1, 85},
    {"size-1x1-grey", 1, 1, 1, JCS_GRAYSCALE, 1, 1, 1, 1, 85},
    {"size-2x131", 2, 131, 3, JCS_YCbCr, 2, 2, 1, 1, 85},
    {"size-131x2-progressive", 131, 2, 3, JCS_YCbCr, 4, 1, 1, 1, 85, .progressive = TRUE},
    {"size-17x1", 17, 1, 3, JCS_YCbCr, 2, 1, 1, 1, 85},
    {"size-16x16", 16, 16, 3, JCS_YCbCr, 2, 2, 1, 1, 85},
};

/* A gradient, a disc and a saturated corner: smooth parts, edges and colours at the end of the range. */
static void draw(const variant *v, int x, int y, JSAMPLE *pixel) {
    int dx = 2 * x - v->width, dy = 2 * y - v->height;
    int inside = dx * dx + dy * dy < v->height * v->height / 2;
    pixel[0] = (JSAMPLE)(255 * x / v->width);
    if (v->components == 1) {
        if (inside) pixel[0] = (JSAMPLE)(255 - pixel[0]);
        return;
    }
    pixel[1] = (JSAMPLE)(255 * y / v->height);
    pixel[2] = (JSAMPLE)(inside ? 230 : (x * 7 + y * 3) & 127);
    if (x < v->width / 4 && y < v->height / 4) pixel[0] = 255, pixel[1] = 0, pixel[2] = 0;
    if (v->components == 4) pixel[3] = (JSAMPLE)(inside ? 90 : 255 - (x + y));
}

static void make(const char *folder, const variant *v) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s.jpg", folder, v->name);
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_stdio_dest(&jpeg, file);
    jpeg.image_width = (JDIMENSION)v->width;
    jpeg.image_height = (JDIMENSION)v->height;
    jpeg.input_components = v->components;
    jpeg.in_color_space = v->components == 1 ? JCS_GRAYSCALE : v->components == 3 ? JCS_RGB : JCS_CMYK;
    jpeg_set_defaults(&jpeg);
    jpeg_set_colorspace(&jpeg, v->stored);
    if (v->bare) jpeg.write_Adobe_marker = jpeg.write_JFIF_header = FALSE;
    jpeg_set_quality(&jpeg, v->quality, v->quality > 1);
    for (int i = 0; i < v->components; i++) {
        boolean first = i == 0 || i == 3;
        jpeg.comp_info[i].h_samp_factor = first ? v->h : v->chroma_h;
        jpeg.comp_info[i].v_samp_factor = first ? v->v : v->chroma_v;
    }
    jpeg.arith_code = v->arithmetic;
    jpeg.restart_in_rows = v->restart_rows;
    jpeg.restart_interval = (unsigned)v->restart_blocks;
    static const jpeg_scan_info separate[3] = {
        {1, {0}, 0, 63, 0, 0}, {1, {1}, 0, 63, 0, 0}, {1, {2}, 0, 63, 0, 0}};
    if (v->separate_scans) {
        jpeg.scan_info = separate;
        jpeg.num_scans = 3;
    }
    if (v->progressive) jpeg_simple_progression(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    JSAMPLE *row = malloc((size_t)v->width * 4);
    if (row == NULL) exit(1);
    for (int y = 0; y < v->height; y++) {
        for (int x = 0; x < v->width; x++) draw(v, x, y, row + x * v->components);
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    free(row);
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    fclose(file);
}

int main(int count, char **arguments) {
    if (count != 2) return 2;
    for (size_t i = 0; i < sizeof VARIANTS / sizeof VARIANTS[0]; i++) make(arguments[1], &VARIANTS[i]);
    return 0;
}
