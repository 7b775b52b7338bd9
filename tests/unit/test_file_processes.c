/* SPDX-License-Identifier: MIT */
#include "files.h"

/*
 * Processes that open one file are one service: what each counts is in the
 * answers that all get. Time is virtual, so that they agree on it.
 */

#define ROUNDS 30

static struct sli_registry *reg;
static struct sli_indicator *ind;
static char *path;

static int
open_scene(void **state)
{
	if (scratch_setup(state) != 0)
		return -1;
	path = scratch_path("shared.sli");
	reg = scratch_open(path);
	ind = scratch_indicator(reg, "requests");
	return ind == NULL;
}

static int
close_scene(void **state)
{
	sli_registry_close(reg);
	return scratch_teardown(state);
}

static struct sli_registry *
open_with(enum sli_recorder recorder)
{
	struct sli_registry_config cfg = scratch_config();
	struct sli_registry *own = NULL;

	cfg.recorder = recorder;
	return sli_registry_open(path, &cfg, &own, NULL) == SLI_OK ? own : NULL;
}

/* Each second: 10 good events of 1 ms, 10 ms or 500 ms; one bad of 2 s. */
struct worker {
	enum { OPENS, OPENS_ATOMIC, INHERITS } kind;
	uint64_t latency_ns;
};

static int
expect_all_together(struct sli_indicator *own, uint64_t now_ns)
{
	struct sli_counts counts;
	uint64_t q;
	int failures = 0;

	failures += peer_expect(sli_total_counts(own, &counts) == SLI_OK);
	failures += peer_expect(counts.good == 3 * 10 * ROUNDS);
	failures += peer_expect(counts.bad == 3 * ROUNDS);
	failures += peer_expect(counts.slow[0] == 10 * ROUNDS);
	failures += peer_expect(counts.slow[1] == 0);
	failures += peer_expect(
	    sli_window_counts(own, now_ns, SLI_SECONDS(5), &counts) == SLI_OK);
	failures += peer_expect(counts.good == 3 * 10 * 5);
	failures += peer_expect(counts.bad == 3 * 5);
	failures += peer_expect(sli_window_quantile(own, now_ns, SLI_MINUTES(1),
				    SLI_GOOD, 0.3, &q) == SLI_OK);
	failures += peer_expect(q >= SLI_MILLIS(1) && q < SLI_MICROS(1020));
	failures += peer_expect(sli_window_quantile(own, now_ns, SLI_MINUTES(1),
				    SLI_GOOD, 0.5, &q) == SLI_OK);
	failures += peer_expect(q >= SLI_MILLIS(10) && q < SLI_MICROS(10200));
	failures += peer_expect(sli_window_quantile(own, now_ns, SLI_MINUTES(1),
				    SLI_GOOD, 0.9, &q) == SLI_OK);
	failures += peer_expect(q >= SLI_MILLIS(500) && q < SLI_MILLIS(510));
	failures += peer_expect(sli_window_quantile(own, now_ns, SLI_MINUTES(1),
				    SLI_BAD, 0.5, &q) == SLI_OK);
	failures += peer_expect(q >= SLI_SECONDS(2) && q < SLI_MILLIS(2040));
	return failures;
}

static int
work(struct peer *peer, void *arg)
{
	const struct worker *worker = arg;
	struct sli_registry *own = worker->kind == INHERITS ?
	    reg :
	    open_with(worker->kind == OPENS ? SLI_RECORDER_AUTO :
					      SLI_RECORDER_ATOMIC);
	struct sli_indicator *requests = scratch_indicator(own, "requests");
	uint64_t now_ns = START;
	int round, i;

	if (requests == NULL)
		return 1;
	for (round = 0; round < ROUNDS; round++, now_ns += SLI_SECONDS(1)) {
		peer_pause(peer);
		for (i = 0; i < 10; i++)
			sli_record(requests, now_ns, SLI_GOOD,
			    worker->latency_ns);
		sli_record(requests, now_ns, SLI_BAD, SLI_SECONDS(2));
	}
	peer_pause(peer);
	return expect_all_together(requests, now_ns);
}

static void
test_processes_count_into_one_history(void **state)
{
	static struct worker workers[] = { { OPENS, SLI_MILLIS(1) },
		{ OPENS_ATOMIC, SLI_MILLIS(10) },
		{ INHERITS, SLI_MILLIS(500) } };
	struct peer peers[LENGTH(workers)];
	size_t i;
	int round;

	(void)state;
	for (i = 0; i < LENGTH(workers); i++)
		peer_start(&peers[i], work, &workers[i]);
	for (round = 0; round <= ROUNDS; round++) {
		for (i = 0; i < LENGTH(workers); i++)
			peer_reach(&peers[i]);
		for (i = 0; i < LENGTH(workers); i++)
			peer_go(&peers[i]);
	}
	for (i = 0; i < LENGTH(workers); i++)
		peer_end(&peers[i]);
	assert_int_equal(expect_all_together(ind, START + SLI_SECONDS(ROUNDS)),
	    0);
}

/* It registers the SLO, and then does nothing but look at it. */
static int
watch(struct peer *peer, void *arg)
{
	const uint64_t *now_ns = arg;
	struct sli_registry *own = scratch_open(path);
	struct sli_slo *slo = scratch_slo(scratch_indicator(own, "requests"),
	    "availability");
	struct sli_verdict verdict;
	struct sli_budget budget;
	int failures, admitted, key;

	if (slo == NULL)
		return 1;
	failures = peer_expect(sli_slo_budget(slo, START, &budget) == SLI_OK &&
	    budget.page == SLI_ALERT_OK);
	peer_pause(peer);
	failures += peer_expect(
	    sli_slo_budget(slo, *now_ns, &budget) == SLI_OK);
	failures += peer_expect(budget.bad == 6000 && budget.total == 6000);
	failures += peer_expect(budget.page == SLI_ALERT_FIRING);
	failures += peer_expect(
	    sli_slo_verdict(slo, *now_ns, &verdict) == SLI_OK);
	failures += peer_expect(verdict.fresh);
	failures += peer_expect(verdict.at_ns == *now_ns);
	for (admitted = 0, key = 1; key <= 1000; key++)
		admitted += sli_admit(slo, *now_ns, SLI_SHEDDABLE,
		    (uint64_t)key);
	failures += peer_expect(admitted > 0 && admitted < 200);
	/* An hour later nobody has come: all that was is out of its window. */
	failures += peer_expect(
	    sli_slo_budget(slo, *now_ns + SLI_HOURS(8), &budget) == SLI_OK);
	failures += peer_expect(budget.page == SLI_ALERT_OK);
	return failures;
}

/* The recorder has never heard of the SLO; its claims judge it. */
static void
test_processes_slo_is_judged_by_whoever_opens_a_slot(void **state)
{
	static const uint64_t now_ns = START + SLI_MINUTES(10);
	struct peer peer;
	uint64_t i;

	(void)state;
	peer_start(&peer, watch, (void *)(uintptr_t)&now_ns);
	peer_reach(&peer);
	for (i = 0; i < 600; i++)
		sli_count(ind, START + SLI_SECONDS(i), SLI_BAD, 10);
	assert_int_equal(sli_advance(reg, now_ns), SLI_OK);
	peer_go(&peer);
	peer_end(&peer);
}

static int
see_reset(struct peer *peer, void *arg)
{
	struct sli_registry *own = scratch_open(path);
	struct sli_slo *slo = NULL;
	struct sli_budget budget;
	int failures;

	(void)arg;
	failures = peer_expect(
	    sli_slo_find(own, "availability", &slo) == SLI_OK);
	failures += peer_expect(sli_slo_budget(slo, START, &budget) == SLI_OK);
	failures += peer_expect(budget.bad == 7 && budget.reset_ns == 0);
	peer_pause(peer);
	failures += peer_expect(sli_slo_budget(slo, START, &budget) == SLI_OK);
	failures += peer_expect(!budget.has_data && budget.reset_ns == START);
	return failures;
}

static void
test_processes_see_a_reset_of_the_budget_at_once(void **state)
{
	struct sli_slo *slo = scratch_slo(ind, "availability");
	struct peer peer;

	(void)state;
	sli_count(ind, START, SLI_BAD, 7);
	peer_start(&peer, see_reset, NULL);
	peer_reach(&peer);
	assert_int_equal(sli_slo_reset_budget(slo, START, "why", NULL), SLI_OK);
	peer_go(&peer);
	peer_end(&peer);
}

static int
find_later(struct peer *peer, void *arg)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_registry *own = scratch_open(path);
	struct sli_indicator *late = NULL;
	struct sli_error err = { 0 };
	int failures;

	(void)arg;
	failures = peer_expect(
	    sli_indicator_find(own, "late", NULL, 0, &late) == SLI_ENOENT);
	peer_pause(peer);
	failures += peer_expect(
	    sli_indicator_find(own, "late", NULL, 0, &late) == SLI_OK);
	sli_count(late, START, SLI_GOOD, 5);
	failures += peer_expect(scratch_indicator(own, "late") == late);
	/* Another idea of it is refused here as it would be there. */
	cfg.name = "late";
	cfg.threshold_count = 1;
	cfg.threshold_ns[0] = SLI_MILLIS(77);
	failures += peer_expect(
	    sli_indicator_register(own, &cfg, &late, &err) == SLI_EEXIST);
	failures += peer_expect(strstr(err.message, "threshold_count") != NULL);
	return failures;
}

static void
test_processes_find_what_another_registers_later(void **state)
{
	struct sli_indicator *late;
	struct peer peer;

	(void)state;
	peer_start(&peer, find_later, NULL);
	peer_reach(&peer);
	late = scratch_indicator(reg, "late");
	peer_go(&peer);
	peer_end(&peer);
	assert_int_equal(total_good(late), 5);
}

static int
begin_three(struct peer *peer, void *arg)
{
	struct sli_registry *own = scratch_open(path);
	struct sli_indicator *requests = scratch_indicator(own, "requests");
	int i;

	(void)arg;
	for (i = 0; i < 3; i++)
		sli_begin(requests);
	peer_pause(peer);
	return 1; /* not reached: it is killed */
}

static void
test_processes_that_die_leave_nothing_in_flight(void **state)
{
	struct peer peers[2];

	(void)state;
	peer_start(&peers[0], begin_three, NULL);
	peer_start(&peers[1], begin_three, NULL);
	peer_reach(&peers[0]);
	peer_reach(&peers[1]);
	sli_begin(ind);
	assert_int_equal(sli_in_flight(ind), 7);
	sli_end(ind);
	peer_kill(&peers[0]);
	peer_kill(&peers[1]);
	sli_registry_close(reg);
	reg = open_file(path);
	ind = scratch_indicator(reg, "requests");
	assert_int_equal(sli_in_flight(ind), 0);
	sli_begin(ind);
	assert_int_equal(sli_in_flight(ind), 1);
	sli_end(ind);
	assert_int_equal(sli_in_flight(ind), 0);
}

static int
hold_writer(struct peer *peer, void *arg)
{
	struct sli_registry *own = scratch_open(path);
	struct sli_indicator *requests = scratch_indicator(own, "requests");
	struct sli_writer *writer = NULL;

	(void)arg;
	if (sli_writer_acquire(own, &writer, NULL) != SLI_OK)
		return 1;
	sli_writer_record(writer, requests, START, SLI_GOOD, SLI_MILLIS(1));
	peer_pause(peer);
	return 0;
}

/* There are two in all. */
static void
test_processes_writer_shard_of_a_dead_one_is_free(void **state)
{
	struct sli_writer *writer = NULL;
	struct peer peers[2];

	(void)state;
	peer_start(&peers[0], hold_writer, NULL);
	peer_reach(&peers[0]);
	peer_start(&peers[1], hold_writer, NULL);
	peer_reach(&peers[1]);
	assert_int_equal(sli_writer_acquire(reg, &writer, NULL), SLI_ENOSPC);
	assert_null(writer);
	peer_kill(&peers[1]);
	assert_int_equal(sli_writer_acquire(reg, &writer, NULL), SLI_OK);
	sli_writer_record(writer, ind, START, SLI_GOOD, SLI_MILLIS(1));
	assert_int_equal(total_good(ind), 3);
	/* And to a process that takes the dead one's place. */
	peer_kill(&peers[0]);
	peer_start(&peers[0], hold_writer, NULL);
	peer_reach(&peers[0]);
	assert_int_equal(total_good(ind), 4);
	peer_go(&peers[0]);
	peer_end(&peers[0]);
	sli_writer_release(writer);
}

#define SCENE(name)                                                            \
	cmocka_unit_test_setup_teardown(name, open_scene, close_scene)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE(test_processes_count_into_one_history),
		SCENE(test_processes_slo_is_judged_by_whoever_opens_a_slot),
		SCENE(test_processes_see_a_reset_of_the_budget_at_once),
		SCENE(test_processes_find_what_another_registers_later),
		SCENE(test_processes_that_die_leave_nothing_in_flight),
		SCENE(test_processes_writer_shard_of_a_dead_one_is_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
