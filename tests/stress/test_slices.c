/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "../support/common.h"
#include "../support/scale.h"

/*
 * Threads that race to end each slice: it is counted once, and none is left
 * out. A slice of three is bad throughout; those of the first threads to record
 * at a boundary may fall on its other side, so which is which is not asked.
 */

#define THREADS 4
#define EVENTS 20
#define ROUNDS 3000

static struct sli_registry *reg;
static struct sli_indicator *ind;
static struct sli_slo *slices, *shares;
static pthread_barrier_t barrier;
static uint64_t rounds;

/* All of a slice, then wait for the others: each slice has events. */
static void *
run(void *arg)
{
	uint64_t round, i, now_ns;

	for (round = 0; round < rounds; round++) {
		now_ns = START + SLI_SECONDS(round);
		pthread_barrier_wait(&barrier);
		for (i = 0; i < EVENTS; i++)
			sli_count(ind, now_ns + SLI_MILLIS(i),
			    round % 3 == 0 ? SLI_BAD : SLI_GOOD, 1);
		if (arg != NULL)
			(void)sli_advance(reg, now_ns + SLI_MILLIS(i));
	}
	return NULL;
}

static struct sli_slo *
add_slo(const char *name, enum sli_method method)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_slo *slo = NULL;

	cfg.name = name;
	cfg.objective = 0.9;
	cfg.method = method;
	cfg.slice_ns = SLI_SECONDS(1);
	cfg.calendar = SLI_DAY;
	assert_int_equal(sli_slo_register(ind, &cfg, &slo, NULL), SLI_OK);
	return slo;
}

static void
test_slices_that_threads_end_at_once_are_counted_once(void **state)
{
	struct sli_registry_config registry = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	pthread_t threads[THREADS];
	struct sli_budget b;
	size_t i;

	(void)state;
	rounds = test_scaled(ROUNDS);
	registry.max_indicators = 3;
	cfg.name = "requests";
	assert_int_equal(sli_registry_create(&registry, &reg, NULL), SLI_OK);
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	slices = add_slo("slices", SLI_TIMESLICES);
	shares = add_slo("shares", SLI_RATIO_TIMESLICES);
	assert_int_equal(pthread_barrier_init(&barrier, NULL, THREADS), 0);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, run, i == 0 ? reg : NULL),
		    0);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	pthread_barrier_destroy(&barrier);
	assert_int_equal(
	    sli_slo_budget(slices, START + SLI_SECONDS(rounds), &b), SLI_OK);
	assert_int_equal(b.total, rounds);
	assert_int_equal(
	    sli_slo_budget(shares, START + SLI_SECONDS(rounds), &b), SLI_OK);
	assert_int_equal(b.total, rounds * 1000000000);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_slices_that_threads_end_at_once_are_counted_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
