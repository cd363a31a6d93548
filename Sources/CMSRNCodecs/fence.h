/* The one setjmp of the codecs, and what both formats share. Not for use outside this target. */
#ifndef MSRN_FENCE_H
#define MSRN_FENCE_H

#include <setjmp.h>
#include <stdio.h>

#include "msrn_codecs.h"

#if defined(__GNUC__)
#define MSRN_PRINTF(text, first) __attribute__((format(printf, text, first)))
#define MSRN_NORETURN __attribute__((noreturn))
#else
#define MSRN_PRINTF(text, first)
#define MSRN_NORETURN
#endif

/* The first member of every codec's state. */
typedef struct msrn_fence {
    jmp_buf jump;
    msrn_status status;
    msrn_text *text;
} msrn_fence;

/* Runs `body(state)`, which may end in msrn_fail at any depth; the status is MSRN_OK when it returned.
 * The setjmp stands alone in a function without locals, so nothing needs to be volatile: the state lives in the
 * caller's frame and is good after a jump. */
msrn_status msrn_guard(msrn_fence *fence, void (*body)(void *state), void *state);

/* Ends the body: keeps the status and the sentence (unless `format` is NULL: then one is already there). */
MSRN_NORETURN MSRN_PRINTF(3, 4)
void msrn_fail(msrn_fence *fence, msrn_status status, const char *format, ...);

/* Adds one note; a repeated one and those for which there is no room are left out. */
MSRN_PRINTF(2, 3)
void msrn_note(msrn_text *text, const char *format, ...);

/* Zeroes what a caller passed in for results. */
void msrn_text_clear(msrn_text *text);
void msrn_metadata_clear(msrn_metadata *metadata);

/* Copies into `to`, which must be empty; false when malloc fails. */
bool msrn_bytes_copy(msrn_bytes *to, const uint8_t *data, size_t size);

/* Appends to `to`, whose room is `*capacity`; false when malloc fails. */
bool msrn_bytes_append(msrn_bytes *to, size_t *capacity, const uint8_t *data, size_t size);

/* The bytes of the samples that `info` describes; false when they exceed size_t. */
bool msrn_sample_bytes(const msrn_info *info, size_t *bytes);

/* Checks `info` against `limits`; false: `error` names the limit. */
bool msrn_within_limits(const msrn_info *info, const msrn_limits *limits, msrn_text *text);

/* Whether an ICC profile is one for this many colours (1 or 3). */
bool msrn_icc_fits(const uint8_t *data, size_t size, int colors);

#endif
