/* SPDX-License-Identifier: MIT */
/*
 * Advancing: what the first event of a slot pays, or a timer that spares it
 * that. One timing is one boundary. A second of other work lies between two
 * boundaries, so each begins with a cold second-level cache.
 */
#include "bench.h"
#include "fixture.h"

/* More than a core's second-level cache, on anything current. */
static volatile unsigned char other_work[8 << 20];

/* How a case steps from one boundary to the next. */
struct stride {
	struct fixture *fixture;
	uint64_t step_ns;
	uint64_t avoid_ns; /* a multiple of this is stepped over; 0: none */
};

/* Events up to just before the next boundary, on which run_advance() stops. */
static void
before_boundary(void *arg)
{
	const struct stride *stride = arg;
	struct fixture *fixture = stride->fixture;
	uint64_t boundary_ns = (fixture->now_ns / stride->step_ns + 1) *
	    stride->step_ns;
	size_t i;

	if (stride->avoid_ns != 0 && boundary_ns % stride->avoid_ns == 0)
		boundary_ns += stride->step_ns;
	fixture->now_ns = boundary_ns - SLI_MILLIS(1);
	for (i = 0; i < 256; i++)
		fixture_record(fixture, fixture->indicators[0]);
	fixture->now_ns = boundary_ns;
	for (i = 0; i < sizeof(other_work); i += 64)
		other_work[i]++;
}

static void
run_advance(void *arg, uint64_t calls)
{
	const struct stride *stride = arg;

	(void)calls;
	bench_check(sli_advance(stride->fixture->reg, stride->fixture->now_ns));
}

/* Days are stepped over: no boundary of its latency rings is met. */
static struct sli_registry_config
without_histograms(void)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;

	cfg.latency[0].slot_ns = SLI_DAYS(1);
	cfg.latency[0].slots = 4;
	return cfg;
}

static void
measure(const char *title, uint32_t writers, int limited, unsigned rounds)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_registry_config plain = without_histograms();
	struct fixture *full = fixture_open_64_shards(&cfg, writers);
	struct fixture *counts = fixture_open_64_shards(&plain, writers);
	struct fixture *kinds[] = { fixture_open_64_shards(&plain, writers),
		fixture_open_slices(&plain, writers),
		fixture_open_month(&plain, writers),
		fixture_open_exclusions(&plain, writers) };
	struct stride minutes[BENCH_LENGTH(kinds)];
	struct stride second = { full, SLI_SECONDS(1), SLI_SECONDS(10) };
	struct stride levels = { counts, SLI_HOURS(2), SLI_DAYS(1) };
	struct stride everything = { full, SLI_HOURS(2), 0 };
	uint64_t cell = 0;
	struct bench_case cases[] = {
		{ .what = "one lock add",
		    .run = bench_run_lock_add,
		    .arg = &cell,
		    .calls = 16384 },
		{ .what = "sli_advance, the 1 s level", .arg = &second },
		{ .what = "sli_advance, all levels",
		    .arg = &levels,
		    .ns_max = 20000 },
		{ .what = "sli_advance, all levels and histograms",
		    .arg = &everything,
		    .ns_max = 200000 },
		{ .what = "sli_advance, the 1 s and 10 s levels",
		    .arg = &minutes[0] },
		{ .what = "the same, a slice of 1 min is over",
		    .arg = &minutes[1] },
		{ .what = "the same, a month in Europe/Berlin",
		    .arg = &minutes[2] },
		{ .what = "the same, 20 exclusions", .arg = &minutes[3] },
	};
	size_t i;

	for (i = 0; i < BENCH_LENGTH(kinds); i++)
		minutes[i] = (struct stride){ kinds[i], SLI_MINUTES(1),
			SLI_MINUTES(5) };
	for (i = 1; i < BENCH_LENGTH(cases); i++) {
		cases[i].before = before_boundary;
		cases[i].run = run_advance;
	}
	fixture_run_table(title, cases, BENCH_LENGTH(cases), limited, rounds);
	fixture_close(full);
	fixture_close(counts);
	for (i = 0; i < BENCH_LENGTH(kinds); i++)
		fixture_close(kinds[i]);
}

int
main(int argc, char **argv)
{
	fixture_measure_64_shards(measure, bench_start(argc, argv));
	return 0;
}
