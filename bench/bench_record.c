/* SPDX-License-Identifier: MIT */
/*
 * The hot path: recording, counting, in-flight and admission, against atomic
 * adds in the same run; and what a second thread costs the first.
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "fixture.h"

#define CALLS 16384

/* 4 M events a second: one timing in 244 has a boundary of 1 s in it. */
#define EVENT_GAP_NS 250

/* A thread that uses a fixture. */
struct user {
	struct fixture *fixture;
	uint64_t now_ns;
	uint64_t gap_ns; /* between two events */
	uint64_t recorded;
};

static struct user
user_open(const struct sli_registry_config *cfg, uint64_t gap_ns)
{
	struct user user = { .fixture = fixture_open(cfg), .gap_ns = gap_ns };

	fixture_live(user.fixture, SLI_MINUTES(5));
	user.now_ns = user.fixture->now_ns;
	return user;
}

static void
user_close(struct user *user)
{
	user->fixture->recorded += user->recorded;
	fixture_close(user->fixture);
}

static void
run_record(void *arg, uint64_t calls)
{
	struct user *user = arg;
	struct sli_indicator *ind = user->fixture->indicators[0];
	uint64_t now_ns = user->now_ns, i;

	for (i = 0; i < calls; i++) {
		now_ns += user->gap_ns;
		sli_record(ind, now_ns, SLI_GOOD,
		    bench_latency_ns[i % BENCH_LATENCIES]);
	}
	user->now_ns = now_ns;
	user->recorded += calls;
}

#define TRACE_ID "4bf92f3577b34da6a3ce929d0e0e4736"

static void
run_exemplar(void *arg, uint64_t calls)
{
	struct user *user = arg;
	struct sli_indicator *ind = user->fixture->indicators[0];
	uint64_t now_ns = user->now_ns, i;

	for (i = 0; i < calls; i++) {
		now_ns += user->gap_ns;
		sli_record_exemplar(ind, now_ns, SLI_GOOD,
		    bench_latency_ns[i % BENCH_LATENCIES], TRACE_ID);
	}
	user->now_ns = now_ns;
	user->recorded += calls;
}

/* Each is slower than all before. */
static void
run_worst_exemplar(void *arg, uint64_t calls)
{
	struct user *user = arg;
	struct sli_indicator *ind = user->fixture->indicators[0];
	uint64_t now_ns = user->now_ns, i;

	for (i = 0; i < calls; i++) {
		now_ns += user->gap_ns;
		sli_record_exemplar(ind, now_ns, SLI_GOOD,
		    SLI_MILLIS(5) + user->recorded + i, TRACE_ID);
	}
	user->now_ns = now_ns;
	user->recorded += calls;
}

static void
run_writer_record(void *arg, uint64_t calls)
{
	struct user *user = arg;
	struct sli_indicator *ind = user->fixture->indicators[0];
	struct sli_writer *writer = user->fixture->writers[0];
	uint64_t now_ns = user->now_ns, i;

	for (i = 0; i < calls; i++) {
		now_ns += user->gap_ns;
		sli_writer_record(writer, ind, now_ns, SLI_GOOD,
		    bench_latency_ns[i % BENCH_LATENCIES]);
	}
	user->now_ns = now_ns;
	user->recorded += calls;
}

static void
run_count(void *arg, uint64_t calls)
{
	struct user *user = arg;
	struct sli_indicator *ind = user->fixture->indicators[0];
	uint64_t now_ns = user->now_ns, i;

	for (i = 0; i < calls; i++) {
		now_ns += user->gap_ns;
		sli_count(ind, now_ns, SLI_GOOD, 1);
	}
	user->now_ns = now_ns;
	user->recorded += calls;
}

static void
run_begin_end(void *arg, uint64_t calls)
{
	struct user *user = arg;
	struct sli_indicator *ind = user->fixture->indicators[0];

	while (calls-- > 0) {
		sli_begin(ind);
		sli_end(ind);
	}
}

static void
run_admit(void *arg, uint64_t calls)
{
	struct user *user = arg;
	struct sli_slo *slo = user->fixture->slos[0];
	uint64_t admitted = 0, i;

	for (i = 0; i < calls; i++)
		admitted += (uint64_t)sli_admit(slo, user->now_ns,
		    SLI_SHEDDABLE, i);
	bench_require(admitted == calls, "a healthy service was shed");
}

static void
run_clock(void *arg, uint64_t calls)
{
	(void)arg;
	while (calls-- > 0)
		bench_sink(sli_clock_ns());
}

/* It returns the address of a constant: a call and nothing else. */
static void
run_empty_call(void *arg, uint64_t calls)
{
	(void)arg;
	while (calls-- > 0)
		bench_sink((uint64_t)(uintptr_t)sli_version());
}

static void
measure_one_thread(unsigned rounds)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_registry_config atomic_cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_registry_config writer_cfg = SLI_REGISTRY_CONFIG_INIT;
	struct user plain, atomic, writer, traced, worst;
	uint64_t cells[2 * BENCH_CELL_STRIDE] = { 0 };
	const char *recorder;
	char recorder_row[64];
	struct bench_case cases[] = {
		{ .what = "one lock add",
		    .run = bench_run_lock_add,
		    .arg = cells },
		{ .what = "two lock adds",
		    .run = bench_run_two_lock_adds,
		    .arg = cells },
		{ .what = "an empty call (sli_version)",
		    .run = run_empty_call,
		    .baseline = &cases[0] },
		{ .what = recorder_row,
		    .run = run_record,
		    .arg = &plain,
		    .baseline = &cases[1],
		    .empty_call = &cases[2],
		    .ratio_max = 0.5 },
		{ .what = "sli_record, SLI_RECORDER_ATOMIC",
		    .run = run_record,
		    .arg = &atomic,
		    .baseline = &cases[1],
		    .empty_call = &cases[2],
		    .ratio_max = 1.3 },
		{ .what = "sli_record_exemplar, not the worst of its 10 s",
		    .run = run_exemplar,
		    .arg = &traced,
		    .baseline = &cases[3] },
		{ .what = "sli_record_exemplar, always the worst",
		    .run = run_worst_exemplar,
		    .arg = &worst,
		    .baseline = &cases[3] },
		{ .what = "sli_writer_record",
		    .run = run_writer_record,
		    .arg = &writer,
		    .baseline = &cases[1],
		    .empty_call = &cases[2] },
		{ .what = "sli_count",
		    .run = run_count,
		    .arg = &plain,
		    .baseline = &cases[0],
		    .empty_call = &cases[2] },
		{ .what = "sli_begin and sli_end",
		    .run = run_begin_end,
		    .arg = &plain,
		    .baseline = &cases[1] },
		{ .what = "sli_admit, nothing to shed",
		    .run = run_admit,
		    .arg = &plain,
		    .baseline = &cases[0],
		    .empty_call = &cases[2],
		    .ratio_max = 0.5 },
		{ .what = "sli_clock_ns",
		    .run = run_clock,
		    .baseline = &cases[0] },
	};
	size_t i;

	plain = user_open(&cfg, EVENT_GAP_NS);
	atomic_cfg.recorder = SLI_RECORDER_ATOMIC;
	atomic = user_open(&atomic_cfg, EVENT_GAP_NS);
	writer_cfg.writer_shards = 1;
	writer = user_open(&writer_cfg, EVENT_GAP_NS);
	traced = user_open(&cfg, EVENT_GAP_NS);
	worst = user_open(&cfg, EVENT_GAP_NS);
	recorder = sli_registry_recorder(plain.fixture->reg);
	snprintf(recorder_row, sizeof(recorder_row), "sli_record, %s",
	    recorder);
	if (strcmp(recorder, "rseq") != 0)
		cases[3].ratio_max = 0; /* the limit is for that path */

	for (i = 0; i < BENCH_LENGTH(cases); i++)
		cases[i].calls = CALLS;
	bench_run(cases, BENCH_LENGTH(cases), rounds);
	bench_report("One thread", cases, BENCH_LENGTH(cases), rounds);
	user_close(&plain);
	user_close(&atomic);
	user_close(&writer);
	user_close(&traced);
	user_close(&worst);
}

/*
 * A second thread that does what the measuring thread does, on the next CPU,
 * for as long as the latter measures.
 */
struct rival {
	void (*run)(void *arg, uint64_t calls);
	void *mine;   /* what the measuring thread works on */
	void *theirs; /* what the rival works on */
	int cpu;
	sem_t turn, under_way, done;
	int halt; /* atomic: the turn is over */
	int quit; /* written before a turn is given */
	pthread_t thread;
};

static void *
rival_main(void *arg)
{
	struct rival *rival = arg;

	bench_pin(rival->cpu);
	for (;;) {
		sem_wait(&rival->turn);
		if (rival->quit)
			return NULL;
		rival->run(rival->theirs, 256);
		sem_post(&rival->under_way);
		while (!__atomic_load_n(&rival->halt, __ATOMIC_RELAXED))
			rival->run(rival->theirs, 256);
		sem_post(&rival->done);
	}
}

static void
rival_start(struct rival *rival)
{
	sem_init(&rival->turn, 0, 0);
	sem_init(&rival->under_way, 0, 0);
	sem_init(&rival->done, 0, 0);
	bench_require(
	    pthread_create(&rival->thread, NULL, rival_main, rival) == 0,
	    "cannot start a thread");
}

static void
rival_end(struct rival *rival)
{
	rival->quit = 1;
	sem_post(&rival->turn);
	pthread_join(rival->thread, NULL);
}

static void
before_rivalry(void *arg)
{
	struct rival *rival = arg;

	__atomic_store_n(&rival->halt, 0, __ATOMIC_RELAXED);
	sem_post(&rival->turn);
	sem_wait(&rival->under_way);
}

static void
after_rivalry(void *arg)
{
	struct rival *rival = arg;

	__atomic_store_n(&rival->halt, 1, __ATOMIC_RELAXED);
	sem_wait(&rival->done);
}

static void
run_rivalry(void *arg, uint64_t calls)
{
	struct rival *rival = arg;

	rival->run(rival->mine, calls);
}

/*
 * The rows with a registry or a cell each say what the machine itself takes
 * for a second busy CPU (shared core, clock, neighbours); what is above that
 * is the price of sharing. All events have the same time, or the thread that
 * is behind would record late ones.
 */
static void
measure_two_threads(int cpu, unsigned rounds)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct user mine = user_open(&cfg, 0), other = user_open(&cfg, 0);
	struct user theirs = { .fixture = mine.fixture, .now_ns = mine.now_ns };
	uint64_t cells[2 * BENCH_CELL_STRIDE] = { 0 };
	uint64_t *other_cell = cells + BENCH_CELL_STRIDE;
	struct rival rivals[] = {
		{ .run = run_record, .mine = &mine, .theirs = &other },
		{ .run = run_record, .mine = &mine, .theirs = &theirs },
		{ .run = bench_run_lock_add,
		    .mine = cells,
		    .theirs = other_cell },
		{ .run = bench_run_lock_add, .mine = cells, .theirs = cells },
	};
	struct bench_case cases[] = {
		{ .what = "sli_record, 1 thread",
		    .run = run_record,
		    .arg = &mine },
		{ .what = "sli_record, 2 threads, a registry each",
		    .arg = &rivals[0],
		    .baseline = &cases[0] },
		{ .what = "sli_record, 2 threads, the same indicator",
		    .arg = &rivals[1],
		    .baseline = &cases[0],
		    .ratio_max = 1.1 },
		{ .what = "one lock add, 1 thread",
		    .run = bench_run_lock_add,
		    .arg = cells },
		{ .what = "one lock add, 2 threads, a cell each",
		    .arg = &rivals[2],
		    .baseline = &cases[3] },
		{ .what = "one lock add, 2 threads, the same cell",
		    .arg = &rivals[3],
		    .baseline = &cases[3] },
	};
	size_t i;

	for (i = 0; i < BENCH_LENGTH(rivals); i++) {
		rivals[i].cpu = cpu;
		rival_start(&rivals[i]);
	}
	for (i = 0; i < BENCH_LENGTH(cases); i++) {
		cases[i].calls = CALLS;
		if (cases[i].run == NULL) {
			cases[i].before = before_rivalry;
			cases[i].run = run_rivalry;
			cases[i].after = after_rivalry;
		}
	}
	bench_run(cases, BENCH_LENGTH(cases), rounds);
	bench_report("Two threads on two CPUs, cost to each", cases,
	    BENCH_LENGTH(cases), rounds);
	for (i = 0; i < BENCH_LENGTH(rivals); i++)
		rival_end(&rivals[i]);
	mine.recorded += theirs.recorded;
	user_close(&mine);
	user_close(&other);
}

int
main(int argc, char **argv)
{
	unsigned rounds = bench_start(argc, argv);
	int second_cpu = bench_cpu(1);

	measure_one_thread(rounds);
	if (second_cpu >= 0)
		measure_two_threads(second_cpu, rounds);
	else
		printf("\nOne CPU only: two threads are not measured.\n");
	return 0;
}
