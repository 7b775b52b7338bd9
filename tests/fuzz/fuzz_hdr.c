/* SPDX-License-Identifier: MIT */
/*
 * Hostile histograms and logs of HdrHistogram, for libFuzzer: the input is a
 * log, or (if it is no text) an encoding. Beside crashes, hangs and what the
 * sanitizers see, it is a failure if
 *   - a call that failed says nothing, or gives something out;
 *   - a histogram takes more memory than was allowed;
 *   - its figures contradict its buckets;
 *   - what was decoded is not the same after it was encoded and decoded.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sli/export_hlog.h>

#define BYTES_MAX (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int is_so, const char *what)
{
	if (is_so)
		return;
	fprintf(stderr, "fuzz_hdr: %s\n", what);
	abort();
}

static void
check_figures(const struct sli_hdr *h)
{
	uint64_t sum = 0, min, max, median, above = 0;
	struct sli_bucket b;
	uint32_t cursor = 0;

	while (sli_hdr_next(h, &cursor, &b)) {
		must(b.lower >= above && b.upper > b.lower, "a bucket");
		must(b.count > 0 && b.count <= INT64_MAX, "a count");
		above = b.upper;
		sum = b.count > UINT64_MAX - sum ? UINT64_MAX : sum + b.count;
	}
	must(sum == sli_hdr_count(h), "the sum of counts");
	if (sum == 0)
		return;
	must(sli_hdr_min(h, &min) == SLI_OK && sli_hdr_max(h, &max) == SLI_OK &&
		sli_hdr_quantile(h, 0.5, &median) == SLI_OK,
	    "quantiles");
	must(min <= median && median <= max && max == above - 1,
	    "the order of quantiles");
}

static void
check_same(const struct sli_hdr *a, const struct sli_hdr *b)
{
	uint32_t of_a = 0, of_b = 0;
	struct sli_bucket x, y;

	while (sli_hdr_next(a, &of_a, &x))
		must(sli_hdr_next(b, &of_b, &y) && x.lower == y.lower &&
			x.upper == y.upper && x.count == y.count,
		    "a bucket that is encoded and decoded");
	must(!sli_hdr_next(b, &of_b, &y), "one bucket more");
}

static void
check_encoding(const struct sli_hdr *h, enum sli_hdr_encoding encoding)
{
	size_t size = sli_hdr_size(h, encoding), length;
	char *bytes = malloc(size);
	struct sli_hdr *again = NULL;

	must(sli_hdr_encode(h, encoding, bytes, size, &length, NULL) == SLI_OK,
	    "an encoding");
	must(sli_hdr_decode(bytes, length, 0, &again, NULL) == SLI_OK,
	    "decoding our own");
	check_same(h, again);
	sli_hdr_destroy(again);
	free(bytes);
}

static void
check_decoding(const void *bytes, size_t length)
{
	struct sli_error err = { SLI_OK, "" };
	struct sli_hdr *h = NULL;
	struct sli_hdr_shape shape;
	unsigned int e;
	int status = sli_hdr_decode(bytes, length, BYTES_MAX, &h, &err);

	must((status == SLI_OK) == (h != NULL), "what is given out");
	must(status == SLI_OK || (err.status == status && *err.message != '\0'),
	    "a refusal without a word");
	if (h == NULL)
		return;
	must(sli_hdr_shape(h, &shape) == SLI_OK &&
		(uint64_t)(shape.bucket_count + 1) * shape.sub_bucket_count *
			4 <=
		    BYTES_MAX,
	    "its memory");
	check_figures(h);
	for (e = 0; e <= SLI_HDR_PLAIN; e++)
		check_encoding(h, (enum sli_hdr_encoding)e);
	sli_hdr_destroy(h);
}

static void
check_line(struct sli_hlog_reader *reader, const char *line, size_t length)
{
	struct sli_error err = { SLI_OK, "" };
	struct sli_hlog_interval i;
	int status = sli_hlog_read(reader, line, length, &i, &err);

	must(status <= 1, "a status");
	must(status >= 0 || (err.status == status && *err.message != '\0'),
	    "a line refused without a word");
	if (status != 1)
		return;
	must(i.tag_length == 0 ||
		(i.tag > line && i.tag + i.tag_length < line + length),
	    "a tag");
	must(i.histogram > line && i.histogram_length > 0 &&
		i.histogram + i.histogram_length <= line + length,
	    "a histogram");
	check_decoding(i.histogram, i.histogram_length);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sli_hlog_reader reader = { 0 };
	const char *line = (const char *)data, *end = line + size, *newline;

	if (size > 0 && *data == 0x1c) {
		check_decoding(data, size);
		return 0;
	}
	while (line < end) {
		newline = memchr(line, '\n', (size_t)(end - line));
		if (newline == NULL)
			newline = end;
		check_line(&reader, line, (size_t)(newline - line));
		line = newline + (newline < end);
	}
	return 0;
}
