/* SPDX-License-Identifier: MIT */
/* All calls of a flusher from many threads at once. */
#include <pthread.h>
#include <stdbool.h>

#include "../support/random.h"
#include "../support/scale.h"
#include "probe.h"

#define THREADS 4

static struct sli_flusher *flusher;

struct player {
	pthread_t thread;
	struct random rnd;
	uint64_t rounds;
	uint64_t wrong; /* answers that no order of the calls explains */
};

static bool
is_one_of(int status, int a, int b, int c)
{
	return status == a || status == b || status == c;
}

static void
play_one(struct player *p)
{
	struct sli_flusher_stats stats;
	struct sli_error err;
	int fd;

	switch (random_below(&p->rnd, 6)) {
	case 0:
		p->wrong += !is_one_of(sli_flusher_start(flusher, &err), SLI_OK,
		    SLI_EBUSY, SLI_EBUSY);
		break;
	case 1:
		p->wrong += !is_one_of(
		    sli_flusher_stop(flusher,
			random_percent(&p->rnd, 50) ? UINT64_MAX : 0, &err),
		    SLI_OK, SLI_EBUSY, SLI_EIO);
		break;
	case 2:
		p->wrong += !is_one_of(sli_flusher_fd(flusher, &fd, &err),
		    SLI_OK, SLI_EBUSY, SLI_EBUSY);
		break;
	case 3:
		p->wrong += !is_one_of(sli_flusher_now(flusher, &err), SLI_OK,
		    SLI_EBUSY, SLI_EIO);
		break;
	case 4:
		p->wrong += is_one_of(sli_flusher_run(flusher, &err),
		    SLI_EACCES, SLI_ENOMEM, SLI_ERANGE);
		break;
	default:
		p->wrong += sli_flusher_stats(flusher, 0, &stats) != SLI_OK ||
		    stats.failures_in_a_row > stats.failures;
	}
	sli_count(ind, sli_clock_ns(), SLI_GOOD, 1);
}

static void *
play(void *arg)
{
	struct player *p = arg;
	uint64_t i;

	for (i = 0; i < p->rounds; i++)
		play_one(p);
	return NULL;
}

static _Atomic int within, overlaps;

/* Every fifth fails. */
static int
alone(const struct sli_snapshot *snapshot, void *arg, struct sli_error *err)
{
	struct probe *p = arg;
	int status;

	if (atomic_fetch_add(&within, 1) != 0)
		overlaps++;
	status = probe_sink(snapshot, arg, err);
	within--;
	return p->calls % 5 == 0 ? SLI_EIO : status;
}

/* One flush at a time, whoever makes it, and none lost. */
static void
test_flusher_race_of_all_calls_loses_nothing(void **state)
{
	static struct player players[THREADS];
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	struct probe a = { 0 }, b = { 0 };
	struct sli_sink sinks[] = { sink_of("a", &a), { "b", alone, &b } };
	struct sli_flusher_stats stats;
	struct report r = { 0 };
	uint64_t seed = random_seed(), wrong = 0, i;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	cfg.sinks = sinks;
	cfg.sink_count = 2;
	cfg.interval_ns = SLI_MILLIS(10);
	cfg.error_interval_ns = 1;
	cfg.error = report_error;
	cfg.error_arg = &r;
	assert_int_equal(sli_flusher_create(reg, &cfg, &flusher, NULL), SLI_OK);
	for (i = 0; i < THREADS; i++) {
		players[i].rnd.state = seed + i;
		players[i].rounds = test_scaled(5000);
		players[i].wrong = 0;
		assert_int_equal(
		    pthread_create(&players[i].thread, NULL, play, &players[i]),
		    0);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(players[i].thread, NULL);
		wrong += players[i].wrong;
	}
	assert_int_equal(wrong, 0);
	(void)sli_flusher_stop(flusher, UINT64_MAX, NULL);
	(void)sli_flusher_now(flusher, NULL);
	assert_int_equal(a.taken, THREADS * test_scaled(5000));
	assert_int_equal(overlaps, 0);
	assert_int_equal(sli_flusher_stats(flusher, 1, &stats), SLI_OK);
	assert_int_equal(stats.flushes + stats.failures, b.calls);
	assert_int_equal(stats.failures, b.calls / 5);
	assert_int_equal(r.sum, stats.failures);
	assert_int_equal(sli_flusher_destroy(flusher), SLI_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_flusher_race_of_all_calls_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
