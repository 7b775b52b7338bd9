/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <stdlib.h>
#include <string.h>

#include "../support/common.h"
#include "../support/shared.h"
#include "../support/victim.h"

/*
 * A process that dies while it opens the slot at which a slice is over, at
 * every instruction that changes the shared memory. If it had claimed the
 * slice, that is counted, or not, or its good share alone. If it had not, the
 * next who opens a slot counts it, as if it had ended there. Nothing else is
 * counted differently.
 */

#define SLOT SLI_SECONDS(1)
#define SLICE_SLOTS 5
#define BEFORE 8 /* slices */
#define AFTER 4
#define EVENTS 100 /* a second */

struct share {
	int64_t good, bad;
};

struct scene {
	struct shared shared;
	void *saved; /* the memory as the victim left it */
	struct sli_indicator *ind;
	struct sli_slo *slo;
	enum sli_method method;
	uint64_t now_ns; /* the slot that is opened next */
};

static bool steppable;

static void
scene_open(struct scene *scene, enum sli_method method)
{
	static const struct sli_level history[] = { { SLOT, 64, 0 },
		{ 10 * SLOT, 32, 0 }, { 0, 0, 0 } };
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config ind = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config slo = SLI_SLO_CONFIG_INIT;

	memset(scene, 0, sizeof(*scene));
	scene->method = method;
	scene->now_ns = START;
	cfg.max_indicators = 2;
	cfg.max_slos = 1;
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
	slo.name = "availability";
	slo.objective = 0.9;
	slo.period_ns = SLI_MINUTES(2);
	slo.method = method;
	slo.slice_ns = SLICE_SLOTS * SLOT;
	slo.flags = SLI_SLO_NO_ALERTS | SLI_SLO_NO_OUTAGES;
	assert_int_equal(sli_slo_register(scene->ind, &slo, &scene->slo, NULL),
	    SLI_OK);
}

static void
scene_close(struct scene *scene)
{
	shared_close(&scene->shared);
	free(scene->saved);
}

/* Every third slice is bad, by a fifth of its events. */
static bool
is_bad(uint64_t slice)
{
	return slice % 3 == 1;
}

static int64_t
unit_of(const struct scene *scene)
{
	return scene->method == SLI_TIMESLICES ? 1 : 1000000000;
}

static struct share
share_of_slice(const struct scene *scene, uint64_t slice)
{
	struct share s = { unit_of(scene), 0 };

	if (is_bad(slice)) {
		s.bad = scene->method == SLI_TIMESLICES ? 1 : s.good / 5;
		s.good -= s.bad;
	}
	return s;
}

static uint64_t
slice_now(const struct scene *scene)
{
	return (scene->now_ns - START) / (SLICE_SLOTS * SLOT);
}

static void
serve_until(struct scene *scene, uint64_t slice)
{
	uint64_t bad;

	for (; slice_now(scene) < slice; scene->now_ns += SLOT) {
		bad = is_bad(slice_now(scene)) ? EVENTS / 5 : 0;
		sli_count(scene->ind, scene->now_ns, SLI_GOOD, EVENTS - bad);
		sli_count(scene->ind, scene->now_ns, SLI_BAD, bad);
	}
}

/* What the victim does. */
static void
open_slot(void *arg)
{
	struct scene *scene = arg;

	sli_advance(scene->shared.reg, scene->now_ns);
}

/* The survivor's slices, and what is then missing of the victim's. */
static struct share
go_on(struct scene *scene, uint64_t victims)
{
	struct share all = { 0, 0 }, s;
	struct sli_budget b;
	uint64_t i;

	serve_until(scene, victims + 1 + AFTER);
	for (i = 0; i <= victims + AFTER; i++) {
		s = share_of_slice(scene, i);
		all.good += s.good;
		all.bad += s.bad;
	}
	assert_int_equal(sli_slo_budget(scene->slo, scene->now_ns, &b), SLI_OK);
	all.good -= (int64_t)b.good;
	all.bad -= (int64_t)b.bad;
	return all;
}

/*
 * Is something of the victim's slice lost? Else its end may have moved by a
 * second of five, and with it as much of the fifth that is bad.
 */
static bool
check(const struct scene *scene, struct share missing, struct share victims)
{
	if (missing.good + missing.bad != 0) {
		assert_true(missing.good == 0 || missing.good == victims.good);
		assert_true(missing.bad == victims.bad);
		return true;
	}
	assert_true(llabs(missing.bad) <= unit_of(scene) / 5 / SLICE_SLOTS);
	return false;
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

/* The slice that the victim counts is the last before the slot it opens. */
static void
kill_at_every_step(enum sli_method method, uint64_t victims)
{
	uint64_t states = 0, lost = 0, opens;
	struct share s, missing;
	struct scene scene;
	pid_t victim;

	scene_open(&scene, method);
	s = share_of_slice(&scene, victims);
	serve_until(&scene, victims + 1);
	opens = scene.now_ns;
	memcpy(scene.saved, scene.shared.memory, scene.shared.bytes);
	victim = victim_start(open_slot, &scene);
	while (victim_next_state(&scene, victim)) {
		missing = go_on(&scene, victims);
		lost += check(&scene, missing, s);
		memcpy(scene.shared.memory, scene.saved, scene.shared.bytes);
		scene.now_ns = opens;
		states++;
	}
	missing = go_on(&scene, victims);
	assert_true(missing.good == 0 && missing.bad == 0);
	print_message("%llu of %llu states lose the slice\n",
	    (unsigned long long)lost, (unsigned long long)states);
	assert_in_range(lost, 1, states - 2);
	scene_close(&scene);
}

static void
kill_of(enum sli_method method)
{
	uint64_t i;

	if (!steppable)
		skip();
	for (i = BEFORE; i < BEFORE + 3; i++)
		kill_at_every_step(method, i);
}

static void
test_slices_killed_at_every_step_lose_that_slice(void **state)
{
	(void)state;
	kill_of(SLI_TIMESLICES);
}

static void
test_slices_killed_at_every_step_lose_a_share_of_it(void **state)
{
	(void)state;
	kill_of(SLI_RATIO_TIMESLICES);
}

static int
find_steppable(void **state)
{
	struct scene scene;

	(void)state;
	scene_open(&scene, SLI_TIMESLICES);
	steppable = victim_can_step(open_slot, &scene);
	scene_close(&scene);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_slices_killed_at_every_step_lose_that_slice),
		cmocka_unit_test(
		    test_slices_killed_at_every_step_lose_a_share_of_it),
	};

	return cmocka_run_group_tests(tests, find_steppable, NULL);
}
