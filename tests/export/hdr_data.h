/* SPDX-License-Identifier: MIT */
#ifndef TESTS_EXPORT_HDR_DATA_H
#define TESTS_EXPORT_HDR_DATA_H

/* The corpora in tests/data/hdr, and what they hold by two peers' count. */

#include <stdio.h>

#include <sli/export_hdr.h>

#define HDR_QUANTILES 14
#define HDR_LINE_MAX (1 << 17)

extern const double hdr_quantile[HDR_QUANTILES];

struct hdr_figures {
	uint64_t count, buckets, lowest_sum, min, max;
	double mean, deviation;
	uint64_t at[HDR_QUANTILES];
};

/* Open a file of tests/data/hdr. */
FILE *hdr_open(const char *name);

/* The next line that is no comment, without its newline; NULL at the end. */
char *hdr_line(FILE *f, char *line);

/* The next word of *text, which is moved behind it. */
char *hdr_word(char **text);
uint64_t hdr_number(char **text);
void hdr_read_figures(char **text, struct hdr_figures *out);

/* Assert that a histogram has these figures. */
void hdr_assert_figures(const struct sli_hdr *h,
    const struct hdr_figures *expected, const char *name);

/* Assert that these have the same buckets and counts. */
void hdr_assert_same(const struct sli_hdr *a, const struct sli_hdr *b);

#endif /* TESTS_EXPORT_HDR_DATA_H */
