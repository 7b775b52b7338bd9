/* SPDX-License-Identifier: MIT */
/*
 * Reads: windows, quantiles and budgets with 64 shards configured and every
 * ring full. The second table has 64 shards written as well, which is what
 * reading costs on a machine that has so many CPUs and uses them.
 */
#include "bench.h"
#include "fixture.h"

static void
measure(const char *title, uint32_t writers, int limited, unsigned rounds)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct fixture *fixture;
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
	};
	size_t i;

	fixture = fixture_open_64_shards(&cfg, writers);
	fixture->now_ns += SLI_MILLIS(300); /* inside a slot of every ring */
	ten_seconds.fixture = hour.fixture = month.fixture = fixture;

	for (i = 1; i < BENCH_LENGTH(cases); i++)
		cases[i].calls = 32;
	fixture_run_table(title, cases, BENCH_LENGTH(cases), limited, rounds);
	fixture_close(fixture);
}

int
main(int argc, char **argv)
{
	fixture_measure_64_shards(measure, bench_start(argc, argv));
	return 0;
}
