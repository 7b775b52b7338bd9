/* SPDX-License-Identifier: MIT */
/*
 * Growth: how costs change from 1 to 1024 indicators, from 1 to 256 shards
 * and from 1 to 16 SLOs on an indicator.
 */
#include "bench.h"
#include "fixture.h"

/* The indicators in an order that no prefetcher guesses: 619 is odd. */
static void
run_record(void *arg, uint64_t calls)
{
	const struct reader *reader = arg;
	struct fixture *fixture = reader->fixture;
	uint64_t event = fixture->recorded, end = event + calls;
	uint64_t mask = fixture->indicator_count - 1;

	for (; event < end; event++)
		sli_record(fixture->indicators[event * 619 & mask],
		    fixture->now_ns, SLI_GOOD, bench_latency(event));
	fixture->recorded = end;
}

static void
to_next_second(struct fixture *fixture)
{
	uint32_t i;

	for (i = 0; i < fixture->indicator_count; i++)
		fixture_record(fixture, fixture->indicators[i]);
	fixture->now_ns += SLI_SECONDS(1);
}

static void
run_advance(void *arg, uint64_t calls)
{
	const struct reader *reader = arg;

	(void)calls;
	bench_check(sli_advance(reader->fixture->reg, reader->fixture->now_ns));
}

/* One second untimed: a size must not pay for the caches of the one before. */
static void
before_advance(void *arg)
{
	const struct reader *reader = arg;

	to_next_second(reader->fixture);
	run_advance(arg, 1);
	to_next_second(reader->fixture);
}

/* What an exporter reads of everything. */
static void
flush(const struct sli_snapshot *snapshot, void *arg)
{
	struct sli_indicator_view indicator;
	struct sli_slo_view slo;
	uint32_t i;

	(void)arg;
	for (i = 0; i < sli_snapshot_indicator_count(snapshot); i++) {
		bench_check(sli_snapshot_indicator(snapshot, i, &indicator));
		bench_sink(indicator.delta.good);
	}
	for (i = 0; i < sli_snapshot_slo_count(snapshot); i++) {
		bench_check(sli_snapshot_slo(snapshot, i, &slo));
		bench_sink(slo.budget.bad);
	}
}

static void
run_flush(void *arg, uint64_t calls)
{
	const struct reader *reader = arg;
	struct fixture *fixture = reader->fixture;

	while (calls-- > 0)
		bench_check(
		    sli_flush(fixture->reg, fixture->now_ns, flush, NULL));
}

enum operation { RECORD, COUNTS, P99, BUDGET, ADVANCE, FLUSH };

static const struct bench_case operations[] = {
	[RECORD] = { .what = "sli_record, indicators in turn",
	    .run = run_record,
	    .calls = 16384 },
	[COUNTS] = { .what = "sli_window_counts, 5 min",
	    .run = reader_run_counts,
	    .calls = 32 },
	[P99] = { .what = "sli_window_quantile, p99 of 5 min",
	    .run = reader_run_p99,
	    .calls = 8 },
	[BUDGET] = { .what = "sli_slo_budget",
	    .run = reader_run_budget,
	    .calls = 32 },
	[ADVANCE] = { .what = "sli_advance by 1 s, all indicators",
	    .run = run_advance,
	    .before = before_advance },
	[FLUSH] = { .what = "sli_flush, all indicators and SLOs",
	    .run = run_flush,
	    .calls = 8 },
};

/* What of the configuration grows. */
enum dimension { INDICATORS, SHARDS, WRITERS, SLOS };

static struct fixture *
fixture_of(enum dimension grows, uint32_t size)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	uint32_t *const field[] = {
		[INDICATORS] = &cfg.max_indicators,
		[SHARDS] = &cfg.shards,
		[WRITERS] = &cfg.writer_shards,
		[SLOS] = &cfg.max_slos,
	};
	struct fixture *fixture;

	*field[grows] = size;
	fixture = fixture_open(&cfg);
	fixture_live(fixture, SLI_MINUTES(6));
	return fixture;
}

#define SIZES_MAX 6
#define OPERATIONS_MAX 5

struct table {
	const char *title;
	enum dimension grows;
	size_t size_count, operation_count;
	uint32_t sizes[SIZES_MAX];
	enum operation operations[OPERATIONS_MAX];
};

static void
measure(const struct table *t, unsigned rounds)
{
	struct reader readers[SIZES_MAX];
	struct bench_case cases[OPERATIONS_MAX * SIZES_MAX];
	size_t count = 0, op, i;

	for (i = 0; i < t->size_count; i++) {
		readers[i].fixture = fixture_of(t->grows, t->sizes[i]);
		readers[i].window_ns = SLI_MINUTES(5);
	}
	for (op = 0; op < t->operation_count; op++)
		for (i = 0; i < t->size_count; i++, count++) {
			cases[count] = operations[t->operations[op]];
			cases[count].arg = &readers[i];
			if (i > 0)
				cases[count].baseline = &cases[count - i];
		}
	bench_run(cases, count, rounds);
	bench_report_growth(t->title, t->sizes, t->size_count, cases,
	    t->operation_count, rounds);
	for (i = 0; i < t->size_count; i++)
		fixture_close(readers[i].fixture);
}

int
main(int argc, char **argv)
{
	static const struct table tables[] = {
		{ "Indicators", INDICATORS, 6, 3, { 1, 4, 16, 64, 256, 1024 },
		    { RECORD, ADVANCE, FLUSH } },
		{ "Shards configured, those of this machine written", SHARDS, 5,
		    5, { 1, 4, 16, 64, 256 },
		    { RECORD, COUNTS, P99, BUDGET, ADVANCE } },
		{ "Writers' shards, all written", WRITERS, 5, 4,
		    { 1, 4, 16, 64, 256 }, { COUNTS, P99, BUDGET, ADVANCE } },
		{ "SLOs on an indicator", SLOS, 5, 4, { 1, 2, 4, 8, 16 },
		    { RECORD, BUDGET, ADVANCE, FLUSH } },
	};
	unsigned rounds = bench_start(argc, argv);
	size_t i;

	for (i = 0; i < BENCH_LENGTH(tables); i++)
		measure(&tables[i], rounds);
	return 0;
}
