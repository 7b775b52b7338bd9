/* SPDX-License-Identifier: MIT */
/*
 * A scrape of a thousand indicators, in each format, and by prometheus-cpp,
 * which has counted the same events in histograms of the same bounds. Both
 * end in memory, from which a server would send.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sli/export.h>

#include "bench.h"
#include "fixture.h"
#include "peer.h"

#define INDICATORS 1000
#define EVENTS 1000 /* of each */
#define SCRAPE_NS_MAX 20e6
#define PAGE_BYTES (32u << 20)

/* The default ones of libsli, and the thresholds of the fixture. */
static const uint64_t bound_ns[] = { SLI_MILLIS(1), 2500000, SLI_MILLIS(5),
	SLI_MILLIS(10), SLI_MILLIS(25), SLI_MILLIS(50), SLI_MILLIS(100),
	SLI_MILLIS(250), SLI_MILLIS(500), SLI_SECONDS(1), SLI_MILLIS(2500),
	SLI_SECONDS(5), SLI_SECONDS(10) };

/* Calls of malloc() and its like, by whomever: glibc lets a program have its
 * own, if the libraries can see it. */
#define SEEN __attribute__((visibility("default")))
static uint64_t allocations;

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);

SEEN void *
malloc(size_t bytes)
{
	allocations++;
	return __libc_malloc(bytes);
}

SEEN void *
calloc(size_t n, size_t bytes)
{
	allocations++;
	return __libc_calloc(n, bytes);
}

SEEN void *
realloc(void *old, size_t bytes)
{
	allocations++;
	return __libc_realloc(old, bytes);
}

struct scraped {
	struct fixture *fixture;
	struct peer *peer;
	enum sli_text_format format;
	size_t length; /* of the page */
	char *page;
};

static int
append(const void *bytes, size_t length, void *arg)
{
	struct scraped *s = arg;

	if (length > PAGE_BYTES - s->length)
		return -1;
	memcpy(s->page + s->length, bytes, length);
	s->length += length;
	return 0;
}

static void
export_text(const struct sli_snapshot *snapshot, void *arg)
{
	struct sli_text_config cfg = SLI_TEXT_CONFIG_INIT;
	struct scraped *s = arg;
	struct sli_error err;

	cfg.format = s->format;
	bench_check_err(sli_text_export(snapshot, &cfg, append, s, &err), &err);
}

static void
run_text(void *arg, uint64_t calls)
{
	struct scraped *s = arg;

	while (calls-- > 0) {
		s->length = 0;
		bench_check(sli_flush(s->fixture->reg, s->fixture->now_ns,
		    export_text, s));
	}
}

static void
run_peer(void *arg, uint64_t calls)
{
	struct scraped *s = arg;

	while (calls-- > 0)
		s->length = peer_export(s->peer);
}

static void
record(struct fixture *fixture, struct peer *peer)
{
	uint32_t i, k;

	for (i = 0; i < EVENTS; i++)
		for (k = 0; k < INDICATORS; k++) {
			if (peer != NULL)
				peer_record(peer, k,
				    fixture->recorded % 4093 == 0,
				    bench_latency(fixture->recorded));
			fixture_record(fixture, fixture->indicators[k]);
		}
}

static void
print_sizes(const struct bench_case *cases, size_t count)
{
	const struct scraped *s;
	uint64_t before;
	size_t i;

	printf("\n| what | bytes | allocations |\n|---|--:|--:|\n");
	for (i = 0; i < count; i++) {
		s = cases[i].arg;
		before = allocations;
		cases[i].run(cases[i].arg, 1);
		printf("| %s | %zu | %llu |\n", cases[i].what, s->length,
		    (unsigned long long)(allocations - before));
	}
}

int
main(int argc, char **argv)
{
	static struct scraped text, peer;
	struct bench_case cases[] = {
		{ .what = "libsli, OpenMetrics text",
		    .run = run_text,
		    .arg = &text,
		    .ns_max = SCRAPE_NS_MAX },
		{ .what = "prometheus-cpp, text",
		    .run = run_peer,
		    .arg = &peer },
	};
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	size_t count = BENCH_LENGTH(cases) - (peer_open == NULL);
	unsigned rounds = bench_start(argc, argv);
	char *page = malloc(PAGE_BYTES);

	bench_require(page != NULL, "no memory");
	cfg.max_indicators = INDICATORS;
	text.page = page;
	text.fixture = fixture_open(&cfg);
	if (peer_open != NULL)
		peer.peer = peer_open(INDICATORS, bound_ns,
		    BENCH_LENGTH(bound_ns));
	record(text.fixture, peer.peer);
	bench_run(cases, count, rounds);
	bench_report("a scrape of 1,000 indicators", cases, count, rounds);
	print_sizes(cases, count);
	fixture_close(text.fixture);
	return 0;
}
