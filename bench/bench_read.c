/* SPDX-License-Identifier: MIT */
/*
 * Reads: windows, quantiles and budgets with 64 shards configured and every
 * ring full. The second table has 64 shards written as well, which is what
 * reading costs on a machine that has so many CPUs and uses them.
 */
#include "bench.h"
#include "fixture.h"

#define DEPENDENCIES SLI_EXPLAIN_DEPENDENCIES

static void
run_signals(void *arg, uint64_t calls)
{
	const struct reader *reader = arg;
	const struct fixture *fixture = reader->fixture;
	struct sli_signals signals;

	while (calls-- > 0) {
		bench_check(sli_signals(fixture->indicators[0], fixture->now_ns,
		    reader->window_ns, &signals));
		bench_sink(signals.p99_ns);
	}
}

static void
run_explain(void *arg, uint64_t calls)
{
	const struct reader *reader = arg;
	const struct fixture *fixture = reader->fixture;
	struct sli_explanation explanation;

	while (calls-- > 0) {
		bench_check(sli_explain(fixture->slos[0], fixture->now_ns,
		    &explanation));
		bench_require(explanation.burning &&
			explanation.dependency_count == DEPENDENCIES &&
			explanation.annotation_count > 0 &&
			explanation.exemplar_count > 0,
		    "sli_explain() has not found what there is");
	}
}

/* 10 s in which half of the events fail. */
static void
burn(struct fixture *fixture)
{
	uint64_t end_ns = fixture->now_ns + SLI_SECONDS(10);

	while (fixture->now_ns < end_ns) {
		fixture->now_ns += SLI_MILLIS(10);
		fixture->recorded++;
		sli_record_exemplar(fixture->indicators[0], fixture->now_ns,
		    fixture->recorded % 2 == 0 ? SLI_GOOD : SLI_BAD,
		    bench_latency(fixture->recorded), "4bf92f3577b34da6");
	}
	bench_check(sli_advance(fixture->reg, fixture->now_ns));
}

/* An SLO that burns, with as much to be said of it as fits. */
static struct fixture *
open_burning(uint32_t writers)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct fixture *fixture;
	struct sli_error err;
	uint32_t i;

	cfg.max_indicators = 1 + DEPENDENCIES;
	fixture = fixture_open_64_shards(&cfg, writers);
	for (i = 1; i <= DEPENDENCIES; i++)
		bench_check_err(sli_depends(fixture->indicators[0],
				    fixture->indicators[i], &err),
		    &err);
	for (i = 0; i < SLI_ANNOTATION_MAX; i++)
		bench_check_err(sli_annotate(fixture->reg, fixture->now_ns,
				    "deploy", "checkout 1.4.2", &err),
		    &err);
	burn(fixture);
	return fixture;
}

static void
measure(const char *title, uint32_t writers, int limited, unsigned rounds)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct fixture *fixture, *burning = open_burning(writers);
	struct fixture *kinds[] = { fixture_open_month(&cfg, writers),
		fixture_open_slices(&cfg, writers),
		fixture_open_exclusions(&cfg, writers) };
	struct reader calendar = { .fixture = kinds[0] };
	struct reader slices = { .fixture = kinds[1] };
	struct reader exclusions = { .fixture = kinds[2] };
	struct reader explained = { .fixture = burning };
	struct reader ten_seconds = { .window_ns = SLI_SECONDS(10) };
	struct reader hour = { .window_ns = SLI_HOURS(1) };
	struct reader month = { .window_ns = SLI_DAYS(30) };
	uint64_t cell = 0;
	struct bench_case cases[] = {
		{ .what = "one lock add",
		    .run = bench_run_lock_add,
		    .arg = &cell,
		    .calls = 16384 },
		{ .what = "sli_window_counts, 10 s",
		    .run = reader_run_counts,
		    .arg = &ten_seconds,
		    .ns_max = 1000 },
		{ .what = "sli_window_counts, 1 h",
		    .run = reader_run_counts,
		    .arg = &hour,
		    .ns_max = 1000 },
		{ .what = "sli_window_counts, 30 d",
		    .run = reader_run_counts,
		    .arg = &month,
		    .ns_max = 1000 },
		{ .what = "sli_window_quantile, p99 of 10 s",
		    .run = reader_run_p99,
		    .arg = &ten_seconds,
		    .ns_max = 25000 },
		{ .what = "sli_window_quantile, p99 of 1 h",
		    .run = reader_run_p99,
		    .arg = &hour,
		    .ns_max = 25000 },
		{ .what = "sli_slo_burn_rate, 1 h",
		    .run = reader_run_burn_rate,
		    .arg = &hour },
		{ .what = "sli_slo_budget, 30 d",
		    .run = reader_run_budget,
		    .arg = &month,
		    .ns_max = 2000 },
		{ .what = "sli_slo_budget, a month in Europe/Berlin",
		    .run = reader_run_budget,
		    .arg = &calendar },
		{ .what = "sli_slo_budget, 30 d of slices of 1 min",
		    .run = reader_run_budget,
		    .arg = &slices },
		{ .what = "sli_slo_budget, 30 d, 20 exclusions",
		    .run = reader_run_budget,
		    .arg = &exclusions },
		{ .what = "sli_signals, 10 s",
		    .run = run_signals,
		    .arg = &ten_seconds },
		{ .what = "sli_signals, 1 h",
		    .run = run_signals,
		    .arg = &hour },
		{ .what = "sli_explain, 8 dependencies, 256 annotations",
		    .run = run_explain,
		    .arg = &explained },
	};
	size_t i;

	fixture = fixture_open_64_shards(&cfg, writers);
	/* Inside a slot of every ring. */
	fixture->now_ns += SLI_MILLIS(300);
	for (i = 0; i < BENCH_LENGTH(kinds); i++)
		kinds[i]->now_ns += SLI_MILLIS(300);
	ten_seconds.fixture = hour.fixture = month.fixture = fixture;

	for (i = 1; i < BENCH_LENGTH(cases); i++)
		cases[i].calls = 32;
	fixture_run_table(title, cases, BENCH_LENGTH(cases), limited, rounds);
	fixture_close(fixture);
	fixture_close(burning);
	for (i = 0; i < BENCH_LENGTH(kinds); i++)
		fixture_close(kinds[i]);
}

int
main(int argc, char **argv)
{
	fixture_measure_64_shards(measure, bench_start(argc, argv));
	return 0;
}
