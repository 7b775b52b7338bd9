/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../support/common.h"
#include "hdr_data.h"

const double hdr_quantile[HDR_QUANTILES] = { 0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95,
	0.99, 0.995, 0.999, 0.9995, 0.9999, 0.99999, 1 };

FILE *
hdr_open(const char *name)
{
	char path[512];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/hdr/%s", TEST_DATA, name);
	f = fopen(path, "r");
	assert_non_null(f);
	return f;
}

char *
hdr_line(FILE *f, char *line)
{
	while (fgets(line, HDR_LINE_MAX, f) != NULL)
		if (*line != '#') {
			line[strcspn(line, "\n")] = '\0';
			return line;
		}
	return NULL;
}

char *
hdr_word(char **text)
{
	char *word = strsep(text, " ");

	assert_non_null(word);
	return word;
}

uint64_t
hdr_number(char **text)
{
	char *word = hdr_word(text), *end;
	uint64_t value = strtoull(word, &end, 10);

	assert_true(end > word && *end == '\0');
	return value;
}

void
hdr_read_figures(char **text, struct hdr_figures *out)
{
	size_t i;

	out->count = hdr_number(text);
	out->buckets = hdr_number(text);
	out->lowest_sum = hdr_number(text);
	out->min = hdr_number(text);
	out->max = hdr_number(text);
	out->mean = strtod(hdr_word(text), NULL);
	out->deviation = strtod(hdr_word(text), NULL);
	for (i = 0; i < HDR_QUANTILES; i++)
		out->at[i] = hdr_number(text);
}

static void
assert_buckets(const struct sli_hdr *h, const struct hdr_figures *expected)
{
	uint64_t count = 0, buckets = 0, lowest_sum = 0;
	struct sli_bucket b;
	uint32_t cursor = 0;

	while (sli_hdr_next(h, &cursor, &b)) {
		buckets++;
		count += b.count;
		lowest_sum += b.count * b.lower;
	}
	assert_int_equal(count, expected->count);
	assert_int_equal(buckets, expected->buckets);
	assert_int_equal(lowest_sum, expected->lowest_sum);
}

void
hdr_assert_figures(const struct sli_hdr *h, const struct hdr_figures *expected,
    const char *name)
{
	uint64_t value;
	double real;
	size_t i;

	assert_int_equal(sli_hdr_count(h), expected->count);
	assert_buckets(h, expected);
	if (expected->count == 0) {
		assert_int_equal(sli_hdr_quantile(h, 0.5, &value), SLI_ENODATA);
		return;
	}
	assert_int_equal(sli_hdr_min(h, &value), SLI_OK);
	assert_int_equal(value, expected->min);
	assert_int_equal(sli_hdr_max(h, &value), SLI_OK);
	assert_int_equal(value, expected->max);
	assert_int_equal(sli_hdr_mean(h, &real), SLI_OK);
	assert_true(fabs(real - expected->mean) <= 1e-9 * expected->mean);
	assert_int_equal(sli_hdr_variance(h, &real), SLI_OK);
	assert_true(fabs(sqrt(real) - expected->deviation) <=
	    1e-6 * (expected->deviation + expected->mean * 1e-3));
	for (i = 0; i < HDR_QUANTILES; i++) {
		assert_int_equal(sli_hdr_quantile(h, hdr_quantile[i], &value),
		    SLI_OK);
		if (value != expected->at[i])
			fail_msg("%s: %g: %llu, not %llu", name,
			    hdr_quantile[i], (unsigned long long)value,
			    (unsigned long long)expected->at[i]);
	}
}

void
hdr_assert_same(const struct sli_hdr *a, const struct sli_hdr *b)
{
	uint32_t of_a = 0, of_b = 0;
	struct sli_bucket x, y;

	while (sli_hdr_next(a, &of_a, &x)) {
		assert_true(sli_hdr_next(b, &of_b, &y));
		assert_int_equal(x.lower, y.lower);
		assert_int_equal(x.upper, y.upper);
		assert_int_equal(x.count, y.count);
	}
	assert_false(sli_hdr_next(b, &of_b, &y));
	assert_int_equal(sli_hdr_count(a), sli_hdr_count(b));
}
