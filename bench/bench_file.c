/* SPDX-License-Identifier: MIT */
/*
 * Recording in a registry in a file, against the same in private memory: what
 * an event costs, and the tail while the file is written to its disk.
 */
#include <inttypes.h>
#include <stdio.h>

#include "bench.h"
#include "fixture.h"
#include "place.h"

#define CALLS 16384

/* 4 M events a second, as in bench_record. */
#define EVENT_GAP_NS 250

static struct fixture *
open_in(enum place place, const struct sli_registry_config *cfg)
{
	return place == PLACE_MEMORY ?
	    fixture_open(cfg) :
	    fixture_open_file(place_path(place), cfg);
}

static void
run_record(void *arg, uint64_t calls)
{
	struct fixture *fixture = arg;
	struct sli_indicator *ind = fixture->indicators[0];
	uint64_t now_ns = fixture->now_ns, i;

	for (i = 0; i < calls; i++) {
		now_ns += EVENT_GAP_NS;
		sli_record(ind, now_ns, SLI_GOOD,
		    bench_latency_ns[i % BENCH_LATENCIES]);
	}
	fixture->now_ns = now_ns;
	fixture->recorded += calls;
}

static void
measure_recording(enum sli_recorder recorder, unsigned rounds)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct bench_case cases[PLACES] = { { .what = NULL } };
	struct fixture *fixtures[PLACES];
	char title[64];
	size_t count = 0, i;
	enum place place;

	cfg.recorder = recorder;
	for (place = 0; place < PLACES; place++) {
		if (!place_exists(place))
			continue;
		fixtures[count] = open_in(place, &cfg);
		fixture_live(fixtures[count], SLI_MINUTES(5));
		cases[count] = (struct bench_case){
			.what = place_name(place),
			.run = run_record,
			.arg = fixtures[count],
			.calls = CALLS,
		};
		if (count > 0) {
			cases[count].baseline = &cases[0];
			cases[count].ratio_max = 1.1;
		}
		count++;
	}
	snprintf(title, sizeof(title), "sli_record, %s, by where it is",
	    sli_registry_recorder(fixtures[0]->reg));
	bench_run(cases, count, rounds);
	bench_report(title, cases, count, rounds);
	for (i = 0; i < count; i++)
		fixture_close(fixtures[i]);
}

/*
 * Batches of events at the real time, timed one by one. A registry has the
 * thread for a slice of 10 ms, then the next has it: what the machine does
 * meanwhile hits all alike.
 */
#define BATCH 16
#define SLICE_NS SLI_MILLIS(10)

struct tail {
	const char *what;
	struct fixture *fixture;
	struct sli_histogram *batch_ns;
	int synced; /* every 100 ms */
};

static void
play_slice(struct tail *tail)
{
	struct sli_indicator *ind = tail->fixture->indicators[0];
	uint64_t begin_ns = sli_clock_ns(), end_ns, i;
	const uint64_t slice_end_ns = begin_ns + SLICE_NS;

	for (; begin_ns < slice_end_ns; begin_ns = sli_clock_ns()) {
		for (i = 0; i < BATCH; i++)
			sli_record(ind, begin_ns, SLI_GOOD,
			    bench_latency(tail->fixture->recorded + i));
		end_ns = sli_clock_ns();
		tail->fixture->recorded += BATCH;
		sli_histogram_record(tail->batch_ns, end_ns - begin_ns, 1);
	}
}

static void
tail_open(struct tail *tail, enum place place, const char *what,
    const struct sli_registry_config *cfg)
{
	struct sli_error err;

	tail->what = what;
	tail->synced = place != PLACE_MEMORY && cfg->sync == SLI_SYNC_PERIODIC;
	tail->fixture = open_in(place, cfg);
	bench_check_err(
	    sli_histogram_create(1, SLI_SECONDS(60), 10, &tail->batch_ns, &err),
	    &err);
}

static void
tail_close(struct tail *tail)
{
	struct sli_registry_info info;

	bench_check(sli_registry_info(tail->fixture->reg, &info));
	bench_require((info.synced_ns != 0) == tail->synced,
	    "the file was not synced as it should be");
	sli_histogram_destroy(tail->batch_ns);
	fixture_close(tail->fixture);
}

static void
print_tail(const struct tail *tail)
{
	static const double quantiles[] = { 0.5, 0.99, 0.999, 0.9999, 1.0 };
	uint64_t ns;
	size_t i;

	printf("| %s | %.1f |", tail->what,
	    (double)sli_histogram_count(tail->batch_ns) / 1e6);
	for (i = 0; i < BENCH_LENGTH(quantiles); i++) {
		bench_check(
		    sli_histogram_quantile(tail->batch_ns, quantiles[i], &ns));
		printf(" %" PRIu64 " |", ns);
	}
	printf("\n");
}

static void
measure_tail(unsigned rounds)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct tail tails[4];
	size_t count = 0, i;
	unsigned round;

	/* As often as can be: slots of 100 ms, and so written each time. */
	cfg.history[0] = (struct sli_level){ SLI_MILLIS(100), 128, 0 };
	cfg.history[1] = (struct sli_level){ SLI_SECONDS(10), 384, 0 };
	cfg.history[2] = (struct sli_level){ SLI_HOURS(1), 800, 0 };
	tail_open(&tails[count++], PLACE_MEMORY, "memory", &cfg);
	if (place_exists(PLACE_TMPDIR)) {
		cfg.sync = SLI_SYNC_NONE;
		tail_open(&tails[count++], PLACE_TMPDIR, "file, not synced",
		    &cfg);
		cfg.sync = SLI_SYNC_PERIODIC;
		cfg.sync_ns = SLI_MILLIS(100);
		tail_open(&tails[count++], PLACE_TMPDIR,
		    "file, synced each 100 ms", &cfg);
	}
	if (place_exists(PLACE_SHM))
		tail_open(&tails[count++], PLACE_SHM, "file in memory", &cfg);

	for (round = 0; round < rounds; round++)
		for (i = 0; i < count; i++)
			play_slice(&tails[i]);

	printf("\n### ns per %d calls of sli_record, slots of 100 ms, file on "
	       "%s (%u slices of 10 ms)\n\n",
	    BATCH, place_name(PLACE_TMPDIR), rounds);
	printf("| what | million timings | median | p99 | p99.9 | p99.99 |"
	       " worst |\n|---|--:|--:|--:|--:|--:|--:|\n");
	for (i = 0; i < count; i++) {
		print_tail(&tails[i]);
		tail_close(&tails[i]);
	}
}

int
main(int argc, char **argv)
{
	unsigned rounds = bench_start(argc, argv);

	measure_recording(SLI_RECORDER_AUTO, rounds);
	measure_recording(SLI_RECORDER_ATOMIC, rounds);
	measure_tail(rounds);
	return 0;
}
