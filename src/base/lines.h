/* SPDX-License-Identifier: MIT */
#ifndef SLI_BASE_LINES_H
#define SLI_BASE_LINES_H

/*
 * Lines of text for people, into memory of the caller's. What does not fit is
 * counted, and cut at a line's end. Neither stdio nor a locale is in it.
 */

#include <stddef.h>
#include <stdint.h>

struct sli__lines {
	char *text;
	size_t size;  /* of text, a NUL included */
	size_t bytes; /* of all that was put */
	size_t whole; /* bytes of the whole lines that fit */
};

void sli__lines_begin(struct sli__lines *l, char *text, size_t size);

/* Ends the text; returns the bytes of all of it, without the NUL. */
size_t sli__lines_end(struct sli__lines *l);

/* As it is. */
void sli__put(struct sli__lines *l, const char *s);

/*
 * Up to `max` bytes that anybody may have written: if it is no text (text.h),
 * '?' stands for each byte that is not printable ASCII.
 */
void sli__put_text(struct sli__lines *l, const char *s, size_t max);

void sli__put_count(struct sli__lines *l, uint64_t value);

/* With so many decimals, rounded, in at least `width` places. */
void sli__put_decimal(struct sli__lines *l, double value, uint32_t decimals,
    uint32_t width);

/* A length of time in two units: "3 d 4 h", "14 min", "12.4 s", "320 ms". */
void sli__put_span(struct sli__lines *l, uint64_t ns);

#endif /* SLI_BASE_LINES_H */
