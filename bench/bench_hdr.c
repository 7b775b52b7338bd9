/* SPDX-License-Identifier: MIT */
/*
 * HdrHistogram's encodings of the latencies of a service: lognormal, median
 * 5 ms, as nanoseconds in the range 1 ns to 1 h with three digits, and as
 * libsli keeps them.
 */
#include <stdlib.h>
#include <string.h>

#include <sli/export_hdr.h>

#include "bench.h"

#define CALLS 64
#define NS_MAX 100000 /* what an encode or a decode may take */

struct subject {
	struct sli_hdr *h;
	enum sli_hdr_encoding encoding;
	char *bytes;
	size_t size, length;
};

static void
run_encode(void *arg, uint64_t calls)
{
	struct subject *s = arg;

	while (calls-- > 0)
		bench_check(sli_hdr_encode(s->h, s->encoding, s->bytes, s->size,
		    &s->length, NULL));
}

static void
run_decode(void *arg, uint64_t calls)
{
	struct subject *s = arg;
	struct sli_hdr *h;

	while (calls-- > 0) {
		bench_check(sli_hdr_decode(s->bytes, s->length, 0, &h, NULL));
		bench_sink(sli_hdr_count(h));
		sli_hdr_destroy(h);
	}
}

/* As it is recorded into; or by way of a histogram of libsli's. */
static struct sli_hdr *
fill(int is_own)
{
	struct sli_histogram *own;
	struct sli_hdr *h;
	uint64_t i;

	bench_check(sli_hdr_create(1, SLI_HOURS(1), is_own ? 2 : 3, &h, NULL));
	if (!is_own) {
		for (i = 0; i < BENCH_LATENCIES; i++)
			sli_hdr_record(h, bench_latency(i), 1);
		return h;
	}
	bench_check(sli_histogram_create(1000, SLI_MINUTES(1), 0, &own, NULL));
	for (i = 0; i < BENCH_LATENCIES; i++)
		sli_histogram_record(own, bench_latency(i), 1);
	bench_check(sli_hdr_add_histogram(h, own));
	sli_histogram_destroy(own);
	return h;
}

static void
begin(struct subject *s, struct sli_hdr *h, enum sli_hdr_encoding encoding)
{
	s->h = h;
	s->encoding = encoding;
	s->size = sli_hdr_size(h, encoding);
	s->bytes = malloc(s->size);
	bench_require(s->bytes != NULL, "no memory");
	run_encode(s, 1);
}

int
main(int argc, char **argv)
{
	static struct subject peers, base64, own;
	struct bench_case cases[] = {
		{ .what = "encode, 3 digits, compressed",
		    .run = run_encode,
		    .arg = &peers,
		    .calls = CALLS,
		    .ns_max = NS_MAX },
		{ .what = "decode",
		    .run = run_decode,
		    .arg = &peers,
		    .calls = CALLS,
		    .ns_max = NS_MAX },
		{ .what = "encode, 3 digits, base64",
		    .run = run_encode,
		    .arg = &base64,
		    .calls = CALLS,
		    .ns_max = NS_MAX },
		{ .what = "decode",
		    .run = run_decode,
		    .arg = &base64,
		    .calls = CALLS,
		    .ns_max = NS_MAX },
		{ .what = "encode, a histogram of libsli's, base64",
		    .run = run_encode,
		    .arg = &own,
		    .calls = CALLS,
		    .ns_max = NS_MAX },
		{ .what = "decode",
		    .run = run_decode,
		    .arg = &own,
		    .calls = CALLS,
		    .ns_max = NS_MAX },
	};
	unsigned rounds = bench_start(argc, argv);

	begin(&peers, fill(0), SLI_HDR_COMPRESSED);
	begin(&base64, fill(0), SLI_HDR_BASE64);
	begin(&own, fill(1), SLI_HDR_BASE64);
	bench_run(cases, BENCH_LENGTH(cases), rounds);
	bench_report("HdrHistogram, 4096 latencies", cases, BENCH_LENGTH(cases),
	    rounds);
	return 0;
}
