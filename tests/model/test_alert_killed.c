/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/common.h"
#include "../support/random.h"
#include "../support/scale.h"
#include "../support/shared.h"
#include "../support/victim.h"

#include "base/atomic.h"

/*
 * A process that dies while it opens a slot at which alerts begin, or end, at
 * every instruction that changes the shared memory; and one that is held up
 * there while others go on. Whatever happens, of each burst of errors every
 * alert and the rule for outages have one record, which ends; and consumers are
 * told so once.
 */

#define SLOT SLI_SECONDS(1)
#define CALM 40 /* seconds before the errors */
#define BURST 4
#define AFTER 20
#define WATCHED 3 /* two alerts, and outages */
#define RECORDS_MAX 64

static bool steppable;

struct told {
	uint32_t began[WATCHED], ended[WATCHED];
};

struct scene {
	struct shared shared;
	void *saved; /* the memory as the victim left it */
	struct sli_indicator *ind;
	uint64_t now_ns;  /* the slot that is opened next */
	struct told told; /* to the one consumer */
};

static void
add_slo(struct scene *scene)
{
	struct sli_alert_config alerts[2] = { { .severity = SLI_PAGE } };
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_slo *slo;

	alerts[0].long_ns = alerts[0].short_ns = 2 * SLOT;
	alerts[0].factor = 5;
	alerts[1] = alerts[0];
	alerts[1].after_ns = SLOT;
	cfg.name = "availability";
	cfg.objective = 0.9;
	cfg.period_ns = SLI_MINUTES(2);
	cfg.flags = SLI_SLO_ALERT_BY_RATIO;
	cfg.alerts = alerts;
	cfg.alert_count = 2;
	assert_int_equal(sli_slo_register(scene->ind, &cfg, &slo, NULL),
	    SLI_OK);
}

static void
scene_open(struct scene *scene)
{
	static const struct sli_level history[] = { { SLOT, 64, 0 },
		{ 10 * SLOT, 32, 0 }, { 0, 0, 0 } };
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config ind = SLI_INDICATOR_CONFIG_INIT;

	memset(scene, 0, sizeof(*scene));
	cfg.max_indicators = cfg.max_slos = 1;
	cfg.shards = cfg.atomic_shards = cfg.writer_shards = 1;
	memcpy(cfg.history, history, sizeof(history));
	shared_open(&scene->shared, &cfg);
	scene->saved = malloc(scene->shared.bytes);
	assert_non_null(scene->saved);
	ind.name = "requests";
	ind.lowest_ns = SLI_MICROS(100);
	ind.highest_ns = SLI_MILLIS(10);
	ind.precision_bits = 3;
	assert_int_equal(
	    sli_indicator_register(scene->shared.reg, &ind, &scene->ind, NULL),
	    SLI_OK);
	add_slo(scene);
	scene->now_ns = START;
}

static void
scene_close(struct scene *scene)
{
	shared_close(&scene->shared);
	free(scene->saved);
}

static void
serve(struct scene *scene, uint64_t seconds, enum sli_outcome outcome)
{
	for (; seconds > 0; seconds--, scene->now_ns += SLOT)
		sli_count(scene->ind, scene->now_ns, outcome, 100);
}

/* What the victim does. */
static void
open_slot(void *arg)
{
	struct scene *scene = arg;

	sli_advance(scene->shared.reg, scene->now_ns);
}

/* Those that can be read, oldest first. */
static uint32_t
read_records(const struct scene *scene, struct sli_alert_record *out)
{
	struct sli_alert_record all[RECORDS_MAX];
	uint32_t back, n = 0, i;
	int status;

	for (back = 0; back < RECORDS_MAX; back++) {
		status = sli_alert_read(scene->shared.reg, back, &all[n]);
		if (status == SLI_ENOENT)
			break;
		n += status == SLI_OK;
	}
	for (i = 0; i < n; i++)
		out[i] = all[n - 1 - i];
	return n;
}

static uint32_t
watched_of(const struct sli_alert_record *r)
{
	return r->kind == SLI_ALERT_OUTAGE ? 2 : r->alert_index;
}

/* One record of each, and all over; slots may have been lost on the way. */
static void
check_records(const struct scene *scene, uint64_t bad_from)
{
	struct sli_alert_record r[RECORDS_MAX];
	uint64_t bad_to = bad_from + BURST * SLOT;
	uint32_t n = read_records(scene, r), seen = 0, i;

	assert_int_equal(n, WATCHED);
	for (i = 0; i < n; i++) {
		seen |= 1u << watched_of(&r[i]);
		assert_in_range(r[i].start_ns, bad_from, bad_from + 4 * SLOT);
		assert_in_range(r[i].onset_ns, bad_from - SLOT, r[i].start_ns);
		assert_in_range(r[i].end_ns, bad_to - SLOT, bad_to + 4 * SLOT);
		assert_in_range(r[i].recovered_ns, r[i].onset_ns, r[i].end_ns);
		assert_in_range(r[i].bad, 100 * (BURST - 2), 100 * BURST);
		assert_true(r[i].total >= r[i].bad);
	}
	assert_int_equal(seen, (1u << WATCHED) - 1);
}

static void
listen(const struct sli_snapshot *snapshot, void *arg)
{
	struct told *told = arg;
	struct sli_transition t;
	uint32_t i;

	for (i = 0; sli_snapshot_transition(snapshot, i, &t) == SLI_OK; i++) {
		told->began[watched_of(&t.record)] += t.began != 0;
		told->ended[watched_of(&t.record)] += t.ended != 0;
	}
}

static void
flush(struct scene *scene)
{
	assert_int_equal(
	    sli_flush(scene->shared.reg, scene->now_ns, listen, &scene->told),
	    SLI_OK);
}

static void
check_told(const struct told *told)
{
	uint32_t i;

	for (i = 0; i < WATCHED; i++) {
		assert_int_equal(told->began[i], 1);
		assert_int_equal(told->ended[i], 1);
	}
}

/* Calm, and so much of the burst as comes before the victim's slot. */
static uint64_t
before_victim(struct scene *scene, uint64_t bad_seconds)
{
	uint64_t bad_from;

	serve(scene, CALM, SLI_GOOD);
	flush(scene);
	bad_from = scene->now_ns;
	serve(scene, bad_seconds < BURST ? bad_seconds : BURST, SLI_BAD);
	if (bad_seconds > BURST)
		serve(scene, bad_seconds - BURST, SLI_GOOD);
	return bad_from;
}

static void
after_victim(struct scene *scene, uint64_t bad_from, uint64_t to_ns)
{
	uint64_t bad_to = bad_from + BURST * SLOT;

	while (scene->now_ns < to_ns) {
		serve(scene, 1, scene->now_ns < bad_to ? SLI_BAD : SLI_GOOD);
		flush(scene);
	}
}

static void
check(const struct scene *scene, uint64_t bad_from)
{
	check_records(scene, bad_from);
	check_told(&scene->told);
}

static bool
victim_next_state(struct scene *scene, pid_t victim)
{
	while (victim_step(victim, 1))
		if (memcmp(scene->saved, scene->shared.memory,
			scene->shared.bytes) != 0) {
			memcpy(scene->saved, scene->shared.memory,
			    scene->shared.bytes);
			return true;
		}
	return false;
}

/* The victim opens the slot so many seconds after the errors began. */
static uint64_t
kill_at_every_step(uint64_t seconds)
{
	struct scene scene;
	uint64_t states = 0, bad_from, opens;
	pid_t victim;

	scene_open(&scene);
	bad_from = before_victim(&scene, seconds);
	opens = scene.now_ns;
	memcpy(scene.saved, scene.shared.memory, scene.shared.bytes);
	victim = victim_start(open_slot, &scene);
	while (victim_next_state(&scene, victim)) {
		after_victim(&scene, bad_from, opens + AFTER * SLOT);
		check(&scene, bad_from);
		memset(&scene.told, 0, sizeof(scene.told));
		memcpy(scene.shared.memory, scene.saved, scene.shared.bytes);
		scene.now_ns = opens;
		states++;
	}
	after_victim(&scene, bad_from, opens + AFTER * SLOT);
	check(&scene, bad_from);
	scene_close(&scene);
	return states;
}

static void
test_alert_killed_at_every_step_of_a_burst(void **state)
{
	uint64_t seconds, states = 0;

	(void)state;
	if (!steppable)
		skip();
	for (seconds = 1; seconds <= BURST + 4; seconds++)
		states += kill_at_every_step(seconds);
	print_message("%llu states\n", (unsigned long long)states);
	assert_true(states > 100);
}

/* Stopped at such a step, and going on when others have been there. */
static void
finish_late(struct random *rnd)
{
	struct scene scene;
	uint64_t bad_from, opens, n;
	pid_t victim;

	scene_open(&scene);
	bad_from = before_victim(&scene, 1 + random_below(rnd, BURST + 4));
	opens = scene.now_ns;
	memcpy(scene.saved, scene.shared.memory, scene.shared.bytes);
	victim = victim_start(open_slot, &scene);
	for (n = random_below(rnd, 80); n > 0; n--)
		if (!victim_next_state(&scene, victim))
			break;
	after_victim(&scene, bad_from, opens + random_below(rnd, AFTER) * SLOT);
	if (n == 0)
		victim_finish(victim);
	after_victim(&scene, bad_from, opens + AFTER * SLOT);
	check(&scene, bad_from);
	scene_close(&scene);
}

static void
test_alert_judged_late_has_one_record(void **state)
{
	struct random rnd = { random_seed() };
	uint64_t run;

	(void)state;
	if (!steppable)
		skip();
	print_message("SLI_TEST_SEED=%llu\n", (unsigned long long)rnd.state);
	for (run = 0; run < test_scaled(60); run++)
		finish_late(&rnd);
}

/* Where each of the two processes is: neither gets a slot ahead. */
static uint64_t *turns;

static void
serve_together(struct scene *scene, uint32_t self, uint64_t seconds,
    enum sli_outcome outcome)
{
	for (; seconds > 0; seconds--) {
		store_release(&turns[self], scene->now_ns);
		while (load_acquire(&turns[!self]) < scene->now_ns)
			sched_yield();
		serve(scene, 1, outcome);
	}
}

static void
serve_bursts(struct scene *scene, uint32_t self, uint64_t bursts)
{
	for (; bursts > 0; bursts--) {
		serve_together(scene, self, CALM / 2, SLI_GOOD);
		serve_together(scene, self, BURST, SLI_BAD);
		serve_together(scene, self, CALM / 2, SLI_GOOD);
	}
	store_release(&turns[self], UINT64_MAX);
}

/* In the order of their beginning no two of one alert overlap, and all end. */
static void
check_bursts(const struct scene *scene)
{
	struct sli_alert_record r[RECORDS_MAX];
	uint64_t ended_ns[WATCHED] = { 0 };
	uint32_t n = read_records(scene, r), i, w;

	assert_true(n >= 6 * WATCHED);
	for (i = 0; i < n; i++) {
		w = watched_of(&r[i]);
		assert_true(r[i].start_ns >= ended_ns[w]);
		assert_true(r[i].end_ns > r[i].start_ns);
		ended_ns[w] = r[i].end_ns;
	}
}

static void
test_alert_of_two_judges_has_one_record_at_a_time(void **state)
{
	struct scene scene;
	uint64_t run;
	pid_t other;
	int status;

	(void)state;
	turns = shared_map(2 * sizeof(*turns));
	for (run = 0; run < test_scaled(50); run++) {
		scene_open(&scene);
		turns[0] = turns[1] = 0;
		other = fork();
		assert_int_not_equal(other, -1);
		serve_bursts(&scene, other == 0, 6);
		if (other == 0)
			_exit(0);
		assert_int_equal(waitpid(other, &status, 0), other);
		assert_int_equal(status, 0);
		serve(&scene, AFTER, SLI_GOOD);
		check_bursts(&scene);
		scene_close(&scene);
	}
	shared_unmap(turns, 2 * sizeof(*turns));
}

static int
find_steppable(void **state)
{
	struct scene scene;

	(void)state;
	scene_open(&scene);
	steppable = victim_can_step(open_slot, &scene);
	scene_close(&scene);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alert_killed_at_every_step_of_a_burst),
		cmocka_unit_test(test_alert_judged_late_has_one_record),
		cmocka_unit_test(
		    test_alert_of_two_judges_has_one_record_at_a_time),
	};

	return cmocka_run_group_tests(tests, find_steppable, NULL);
}
