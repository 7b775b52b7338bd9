/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/common.h"
#include "../support/random.h"
#include "../support/scale.h"
#include "../support/shared.h"
#include "../support/victim.h"
#include "slo/slo.h"

/*
 * Processes that share a registry and are stopped, moved or killed between two
 * instructions: what test_advance_killed.c does not look at. The snapshots are
 * read as they lie in the rings, since a window may hide a wrong one.
 */

#define SLOT SLI_SECONDS(1)
#define SLOTS_BEFORE 39 /* one before a boundary of every ring */
#define EVENTS_PER_SLOT 3

static const struct sli_level history[] = { { SLOT, 8, 0 },
	{ SLI_SECONDS(5), 8, 0 }, { SLI_SECONDS(20), 8, 0 }, { 0, 0, 0 } };
static const struct sli_level latency[] = { { SLI_SECONDS(5), 4, 0 },
	{ SLI_SECONDS(10), 4, 0 }, { 0, 0, 0 } };

struct scene {
	struct shared shared;
	struct sli_indicator *ind;
	uint64_t recorded;
	uint64_t victim_ns; /* when its victim records */
};

static void
scene_open(struct scene *scene)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config ind = SLI_INDICATOR_CONFIG_INIT;

	memset(scene, 0, sizeof(*scene));
	cfg.max_indicators = cfg.max_slos = cfg.max_consumers = 1;
	cfg.atomic_shards = cfg.writer_shards = 1;
	memcpy(cfg.history, history, sizeof(history));
	memcpy(cfg.latency, latency, sizeof(latency));
	shared_open(&scene->shared, &cfg);
	ind.name = "requests";
	ind.precision_bits = 3;
	ind.lowest_ns = SLI_MICROS(500);
	ind.highest_ns = SLI_MILLIS(2);
	assert_int_equal(
	    sli_indicator_register(scene->shared.reg, &ind, &scene->ind, NULL),
	    SLI_OK);
}

static void
record(struct scene *scene, uint64_t now_ns)
{
	sli_record(scene->ind, now_ns, SLI_GOOD, SLI_MILLIS(1));
	scene->recorded++;
}

/* What a victim does between its stop and its end. */
static void
record_one(void *arg)
{
	struct scene *scene = arg;

	sli_record(scene->ind, scene->victim_ns, SLI_GOOD, SLI_MILLIS(1));
}

static int
slo_register(const struct scene *scene, struct sli_slo **out)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;

	cfg.name = "availability";
	cfg.objective = 0.99;
	cfg.period_ns = SLI_MINUTES(2);
	return sli_slo_register(scene->ind, &cfg, out, NULL);
}

static void
register_slo(void *arg)
{
	struct sli_slo *slo;

	if (slo_register(arg, &slo) != SLI_OK)
		_exit(1);
}

static bool
can_step(void)
{
	struct scene scene;
	bool can;

	scene_open(&scene);
	scene.victim_ns = START;
	can = victim_can_step(record_one, &scene);
	shared_close(&scene.shared);
	return can;
}

/*
 * The steps of a traced process abort its sequences, so that its event goes to
 * an atomic shard; untraced, it goes on with its CPU's, as it would after a
 * migration. Either way its latency must be seen.
 */
static void
test_record_moved_between_its_adds_shows_its_latency(void **state)
{
	struct scene scene;
	uint64_t value;
	pid_t victim;

	(void)state;
	if (!can_step())
		skip();
	scene_open(&scene);
	scene.victim_ns = START;
	victim = victim_start(record_one, &scene);
	while (total_good(scene.ind) == 0)
		assert_true(victim_step(victim, 1));
	victim_finish(victim);
	assert_int_equal(sli_window_quantile(scene.ind, START + 1, SLOT,
			     SLI_GOOD, 0.5, &value),
	    SLI_OK);
	shared_close(&scene.shared);
}

/* An SLO that can be had is judged, wherever its first registrant died. */
static void
test_slo_registrant_killed_anywhere_leaves_no_unjudged_slo(void **state)
{
	struct random rnd = { random_seed() };
	struct sli_verdict verdict;
	struct sli_slo *slo;
	struct scene scene;
	pid_t victim;
	bool alive = true, published = false;
	/* Before it is published; then more places, each from the start. */
	enum { EARLY = 500 };
	const uint64_t stride = 2000 + 20000 / test_scaled(100);

	(void)state;
	if (!can_step())
		skip();
	print_message("SLI_TEST_SEED=%llu\n", (unsigned long long)rnd.state);
	for (uint64_t steps = 0; alive;
	     steps += steps == 0 ? EARLY : 1 + random_below(&rnd, stride)) {
		scene_open(&scene);
		victim = victim_start(register_slo, &scene);
		alive = victim_step(victim, steps);
		/* Once at the very instruction that publishes it. */
		if (alive && !published &&
		    sli__slo_count(scene.shared.reg) == 0 && steps >= EARLY) {
			while (sli__slo_count(scene.shared.reg) == 0)
				assert_true(victim_step(victim, 1));
			published = true;
		}
		if (alive)
			victim_kill(victim);
		assert_int_equal(slo_register(&scene, &slo), SLI_OK);
		record(&scene, START);
		record(&scene, START + SLOT);
		assert_int_equal(sli_slo_verdict(slo, START + SLOT, &verdict),
		    SLI_OK);
		assert_int_equal(verdict.at_ns, START + SLOT);
		shared_close(&scene.shared);
	}
	assert_true(published);
}

/* A prefork worker ends its registry; the others go on with it. */
static void
test_close_in_one_process_leaves_the_others_theirs(void **state)
{
	struct scene scene;
	struct sli_slo *slo;
	pid_t worker;

	(void)state;
	scene_open(&scene);
	worker = fork();
	assert_int_not_equal(worker, -1);
	if (worker == 0) {
		sli_registry_close(scene.shared.reg);
		_exit(0);
	}
	assert_int_equal(waitpid(worker, NULL, 0), worker);
	assert_int_equal(slo_register(&scene, &slo), SLI_OK);
	shared_close(&scene.shared);
}

static uint64_t
sum_of_slot(const struct sli__history *h, uint32_t level, uint64_t k)
{
	uint64_t cells[64], sum = 0;

	assert_in_range(h->cells, 1, 64);
	assert_true(sli__slot_read(h, level, k, 0, h->cells, cells));
	for (uint32_t i = 0; i < h->cells; i++)
		sum += cells[i];
	return sum;
}

/* I6: of a level, what a later boundary holds is never less. */
static void
check_snapshots(const struct scene *scene, const struct sli__history *h)
{
	uint64_t newest, least, sum;

	for (uint32_t level = 0; level < h->levels; level++) {
		newest = (scene->ind->timeline->next_ns - SLOT) /
		    h->level[level].slot_ns;
		least = 0;
		for (uint64_t k = newest - h->level[level].slots + 1;
		     k <= newest; k++) {
			if (!sli__slot_is_joined(h, level, k))
				continue;
			sum = sum_of_slot(h, level, k);
			assert_in_range(sum, least, total_good(scene->ind));
			least = sum;
		}
	}
}

static void
check_all(const struct scene *scene)
{
	check_snapshots(scene, &scene->ind->counts);
	check_snapshots(scene, &scene->ind->latency);
}

/* Two claimers of different boundaries, in random turns, and a survivor. */
static void
run_two_claimers(struct random *rnd, uint64_t gap_slots)
{
	struct scene scene;
	uint64_t at_ns[2], v;
	bool alive[2];
	pid_t victim[2];

	scene_open(&scene);
	for (uint64_t s = 0; s < SLOTS_BEFORE; s++)
		for (uint64_t i = 0; i < EVENTS_PER_SLOT; i++)
			record(&scene, START + s * SLOT + i);
	at_ns[0] = START + (SLOTS_BEFORE + gap_slots) * SLOT;
	at_ns[1] = at_ns[0] + (1 + random_below(rnd, 9)) * SLOT;
	for (v = 0; v < 2; v++) {
		scene.victim_ns = at_ns[v];
		victim[v] = victim_start(record_one, &scene);
		alive[v] = victim_step(victim[v], random_below(rnd, 3000));
		check_all(&scene);
		record(&scene, at_ns[v] + 1);
	}
	for (uint64_t turn = 0; turn < 8; turn++) {
		v = random_below(rnd, 2);
		alive[v] = alive[v] &&
		    victim_step(victim[v], random_below(rnd, 600));
		check_all(&scene);
	}
	if (random_percent(rnd, 50))
		record(&scene, at_ns[1] + (1 + random_below(rnd, 9)) * SLOT);
	for (uint64_t turn = 0, first = random_below(rnd, 2); turn < 2;
	     turn++) {
		v = turn ^ first;
		if (alive[v])
			victim_finish(victim[v]);
		check_all(&scene);
	}
	assert_int_equal(total_good(scene.ind), scene.recorded + 2);
	shared_close(&scene.shared);
}

static void
test_advance_of_two_claimers_in_turns_never_decreases(void **state)
{
	static const uint64_t gap_slots[] = { 0, 1, 6, 30, 90 };
	struct random rnd = { random_seed() };

	(void)state;
	if (!can_step())
		skip();
	print_message("SLI_TEST_SEED=%llu\n", (unsigned long long)rnd.state);
	for (uint64_t run = 0; run < test_scaled(40); run++)
		run_two_claimers(&rnd, gap_slots[run % 5]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_record_moved_between_its_adds_shows_its_latency),
		cmocka_unit_test(
		    test_slo_registrant_killed_anywhere_leaves_no_unjudged_slo),
		cmocka_unit_test(
		    test_close_in_one_process_leaves_the_others_theirs),
		cmocka_unit_test(
		    test_advance_of_two_claimers_in_turns_never_decreases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
