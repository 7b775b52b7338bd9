/* SPDX-License-Identifier: MIT */
/*
 * Exclusions that come and go while others record, open slots, settle what is
 * over, and read: a change is seen whole or not at all.
 */
#include "slo/slo.h"

#include <pthread.h>
#include <stdatomic.h>

#include "../support/common.h"
#include "../support/scale.h"

#define CHANGES 3000
#define RECORDERS 2

/* Bad events: one a second in the first range, 100 in the second. */
#define FIRST SLI_SECONDS(10)
#define SECOND SLI_SECONDS(30)
#define LENGTH_NS SLI_SECONDS(10)
#define IN_FIRST 10
#define IN_SECOND 1000
#define ELSEWHERE 7

static struct sli_registry *reg;
static struct sli_indicator *ind;
static struct sli_slo *slo;
static atomic_uint_least64_t clock_us;
static atomic_bool is_over;

static void
set_up(void)
{
	struct sli_registry_config rcfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config icfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config scfg = SLI_SLO_CONFIG_INIT;
	uint64_t s;

	/* Slots of 10 ms for all of it, so that all is exact. */
	rcfg.history[0] = (struct sli_level){ SLI_MILLIS(10), 60000, 0 };
	icfg.name = "requests";
	icfg.slot_ns = SLI_MILLIS(10);
	scfg.name = "availability";
	scfg.objective = 0.9;
	scfg.period_ns = SLI_SECONDS(590);
	assert_int_equal(sli_registry_create(&rcfg, &reg, NULL), SLI_OK);
	assert_int_equal(sli_indicator_register(reg, &icfg, &ind, NULL),
	    SLI_OK);
	assert_int_equal(sli_slo_register(ind, &scfg, &slo, NULL), SLI_OK);
	sli_count(ind, START, SLI_BAD, ELSEWHERE);
	for (s = 0; s < 10; s++)
		sli_count(ind, START + FIRST + SLI_SECONDS(s), SLI_BAD, 1);
	for (s = 0; s < 10; s++)
		sli_count(ind, START + SECOND + SLI_SECONDS(s), SLI_BAD, 100);
	atomic_store(&clock_us, SLI_SECONDS(50) / 1000);
	sli_advance(reg, START + SLI_SECONDS(50));
}

static uint64_t
now(void)
{
	return START + 1000 * atomic_load(&clock_us);
}

/* Up to the ten minutes that the slots reach: then it only repeats. */
static void *
record(void *arg)
{
	uint64_t us;

	(void)arg;
	while (!atomic_load(&is_over)) {
		us = atomic_fetch_add(&clock_us, 1);
		if (us > SLI_SECONDS(500) / 1000)
			atomic_store(&clock_us, us);
		sli_count(ind, START + 1000 * us, SLI_GOOD, 1);
	}
	return NULL;
}

struct findings {
	uint64_t reads, wrong, last_wrong;
};

/* None is excluded, both are, or the first is. */
static bool
is_whole(uint64_t bad)
{
	return bad == ELSEWHERE || bad == ELSEWHERE + IN_SECOND ||
	    bad == ELSEWHERE + IN_FIRST + IN_SECOND;
}

static void *
look(void *arg)
{
	const uint64_t *adjusted = &slo->entry->adjusted;
	struct findings *f = arg;
	struct sli_budget b;
	uint64_t before;
	bool last;

	/* On a busy machine the changes may be over before it first looks. */
	do {
		last = atomic_load(&is_over);
		before = load_acquire(adjusted);
		(void)sli_slo_budget(slo, now(), &b);
		/* It may have given up: one in each try, two in the last. */
		if (load_acquire(adjusted) - before > SLI__ADJUST_TRIES)
			continue;
		f->reads++;
		if (is_whole(b.bad))
			continue;
		f->wrong++;
		f->last_wrong = b.bad;
	} while (!last);
	return NULL;
}

static void
exclude_and_include(void)
{
	uint64_t first = START + FIRST, second = START + SECOND;

	assert_int_equal(
	    sli_slo_exclude(slo, now(), first, second + LENGTH_NS, "x", NULL),
	    SLI_OK);
	assert_int_equal(
	    sli_slo_include(slo, now(), second, second + LENGTH_NS, "x", NULL),
	    SLI_OK);
	assert_int_equal(
	    sli_slo_include(slo, now(), first, first + LENGTH_NS, "x", NULL),
	    SLI_OK);
}

static void
test_adjust_among_threads_is_seen_whole(void **state)
{
	pthread_t recorder[RECORDERS], looker;
	struct findings f = { 0, 0, 0 };
	uint64_t i, n = test_scaled(CHANGES);
	struct sli_adjustment a;
	struct sli_budget b;

	(void)state;
	set_up();
	/* Between the two, so that one call makes two places. */
	assert_int_equal(sli_slo_exclude(slo, now(), START + FIRST + LENGTH_NS,
			     START + SECOND, "x", NULL),
	    SLI_OK);
	assert_int_equal(pthread_create(&looker, NULL, look, &f), 0);
	for (i = 0; i < RECORDERS; i++)
		assert_int_equal(
		    pthread_create(&recorder[i], NULL, record, NULL), 0);
	for (i = 0; i < n; i++)
		exclude_and_include();
	atomic_store(&is_over, true);
	for (i = 0; i < RECORDERS; i++)
		assert_int_equal(pthread_join(recorder[i], NULL), 0);
	assert_int_equal(pthread_join(looker, NULL), 0);
	if (f.wrong > 0)
		fail_msg("%llu of %llu reads are wrong, the last says %llu",
		    (unsigned long long)f.wrong, (unsigned long long)f.reads,
		    (unsigned long long)f.last_wrong);
	assert_true(f.reads > 0);
	assert_int_equal(sli_slo_budget(slo, now(), &b), SLI_OK);
	assert_int_equal(b.bad, ELSEWHERE + IN_FIRST + IN_SECOND);
	assert_int_equal(sli_slo_adjustment(slo, now(), 0, &a), SLI_OK);
	assert_int_equal(a.settled, 1);
	assert_int_equal(sli_slo_adjustment(slo, now(), 1, &a), SLI_ENOENT);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_adjust_among_threads_is_seen_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
