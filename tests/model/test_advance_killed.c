/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <stdlib.h>
#include <string.h>

#include "../support/common.h"
#include "../support/model.h"
#include "../support/random.h"
#include "../support/scale.h"
#include "../support/shared.h"
#include "../support/victim.h"

/*
 * A process that dies while it advances the history, at every instruction of
 * it. The victim shares the registry with this process and records one event,
 * the first of a slot, in single steps. What a kill leaves behind is what lies
 * in the shared memory at that instant; so after each step that changed it,
 * this process goes on with the memory as the survivor would, looks at every
 * window, and then puts the memory back for the victim's next step.
 */

#define SLOT SLI_SECONDS(1)
#define EVENTS_PER_SLOT 3
#define SLOTS_BEFORE 30 /* what follows is a boundary of every ring */
#define SLOTS_AFTER 25	/* longer than the finest ring */

/* The claim; a slot begun, joined, ended; the event; its bucket. */
#define STATES_MIN 6

static bool steppable;

static const struct sli_level history[] = { { SLI_SECONDS(1), 16, 0 },
	{ SLI_SECONDS(5), 32, 0 }, { 0, 0, 0 } };
static const struct sli_level latency[] = { { SLI_SECONDS(5), 4, 0 },
	{ SLI_SECONDS(10), 8, 0 }, { 0, 0, 0 } };

struct scene {
	struct shared shared;
	void *saved; /* the memory as the victim left it */
	struct sli_indicator *ind;
	uint64_t opens_ns; /* the slot that the victim opens */
	/* What the survivor knows of: all but the victim's event. */
	struct oracle oracle;
};

static void
record(struct scene *scene, uint64_t now_ns)
{
	sli_record(scene->ind, now_ns, SLI_GOOD, SLI_MILLIS(1));
	oracle_record(&scene->oracle, now_ns, SLI_GOOD, SLI_MILLIS(1));
}

static void
record_slot(struct scene *scene, uint64_t slot_ns)
{
	for (uint64_t i = 0; i < EVENTS_PER_SLOT; i++)
		record(scene, slot_ns + i);
}

static void
scene_open(struct scene *scene, uint64_t slots_before, uint64_t gap_slots)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config ind = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config slo = SLI_SLO_CONFIG_INIT;
	struct sli_slo *out;

	memset(scene, 0, sizeof(*scene));
	scene->opens_ns = START + (slots_before + gap_slots) * SLOT;
	cfg.max_indicators = cfg.max_slos = 1;
	cfg.shards = cfg.atomic_shards = cfg.writer_shards = 1;
	memcpy(cfg.history, history, sizeof(history));
	memcpy(cfg.latency, latency, sizeof(latency));
	shared_open(&scene->shared, &cfg);
	scene->saved = malloc(scene->shared.bytes);
	assert_non_null(scene->saved);
	ind.name = "requests";
	ind.lowest_ns = SLI_MICROS(100);
	ind.highest_ns = SLI_MILLIS(10);
	ind.precision_bits = 3;
	ind.slot_ns = SLOT;
	assert_int_equal(
	    sli_indicator_register(scene->shared.reg, &ind, &scene->ind, NULL),
	    SLI_OK);
	slo.name = "availability";
	slo.objective = 0.99;
	slo.period_ns = SLI_MINUTES(2);
	assert_int_equal(sli_slo_register(scene->ind, &slo, &out, NULL),
	    SLI_OK);
	oracle_init(&scene->oracle, &ind);
	for (uint64_t i = 0; i < slots_before; i++)
		record_slot(scene, START + i * SLOT);
}

static void
scene_close(struct scene *scene)
{
	oracle_free(&scene->oracle);
	shared_close(&scene->shared);
	free(scene->saved);
}

/* What the victim does. */
static void
record_first_of_slot(void *arg)
{
	struct scene *scene = arg;

	sli_record(scene->ind, scene->opens_ns, SLI_GOOD, SLI_MILLIS(1));
}

static uint64_t
good_since(const struct scene *scene, uint64_t from_ns)
{
	struct sli_counts counts;

	oracle_counts(&scene->oracle, from_ns, &counts);
	return counts.good;
}

/*
 * The bounds of what a window may show. The boundary that the victim claimed
 * may have no snapshot, and the next one stands in for it: one finest slot
 * more is uncertain where that is the snapshot after the edge.
 */
static void
find_bounds(const struct scene *scene, const struct sli_level *levels,
    uint64_t at_ns, uint64_t window_ns, uint64_t *least, uint64_t *most)
{
	struct oracle_edge edge;

	oracle_edge(&scene->oracle, levels, at_ns, window_ns, &edge);
	if (edge.older_ns <= scene->opens_ns &&
	    good_since(scene, edge.newer_ns) >=
		good_since(scene, scene->opens_ns))
		edge.newer_ns = scene->opens_ns + SLOT;
	*least = good_since(scene, edge.newer_ns);
	*most = good_since(scene, edge.older_ns);
}

static void
check_latency(const struct scene *scene, uint64_t at_ns, uint64_t window_ns,
    uint64_t extra)
{
	struct sli_histogram *h;
	uint64_t least, most;

	assert_int_equal(
	    sli_histogram_create(SLI_MICROS(100), SLI_MILLIS(10), 3, &h, NULL),
	    SLI_OK);
	assert_int_equal(
	    sli_window_histogram(scene->ind, at_ns, window_ns, SLI_GOOD, h),
	    SLI_OK);
	/* To a boundary, so that the edge need not be moved to one. */
	find_bounds(scene, latency, at_ns, window_ns, &least, &most);
	assert_in_range(sli_histogram_count(h), least, most + extra);
	sli_histogram_destroy(h);
}

/*
 * Every window that ends at a boundary. `extra` is 1 if the victim's event is
 * in the totals.
 */
static void
check_windows(const struct scene *scene, uint64_t at_ns, uint64_t extra)
{
	struct sli_counts counts;
	uint64_t least, most;

	assert_int_equal(total_good(scene->ind), good_since(scene, 0) + extra);
	for (uint64_t s = 1; s <= SLOTS_BEFORE + SLOTS_AFTER; s++) {
		assert_int_equal(
		    sli_window_counts(scene->ind, at_ns, s * SLOT, &counts),
		    SLI_OK);
		find_bounds(scene, history, at_ns, s * SLOT, &least, &most);
		assert_in_range(counts.good, least, most + extra);
	}
	for (uint64_t s = 10; s <= 50; s += 10)
		if (at_ns % SLI_SECONDS(10) == 0)
			check_latency(scene, at_ns, s * SLOT, extra);
}

/* The survivor's life from the victim's slot on. */
static void
go_on(struct scene *scene, uint64_t from_slot, uint64_t slots)
{
	uint64_t extra = total_good(scene->ind) - good_since(scene, 0);

	assert_in_range(extra, 0, 1);
	for (uint64_t i = from_slot; i < from_slot + slots; i++) {
		record_slot(scene, scene->opens_ns + i * SLOT);
		check_windows(scene, scene->opens_ns + (i + 1) * SLOT, extra);
	}
}

/* The oracle forgets what happened since it had so many events. */
static void
put_back(struct scene *scene, const struct oracle *then)
{
	struct oracle_event *events = scene->oracle.events;
	size_t capacity = scene->oracle.capacity;

	scene->oracle = *then;
	scene->oracle.events = events;
	scene->oracle.capacity = capacity;
	memcpy(scene->shared.memory, scene->saved, scene->shared.bytes);
}

/* Step on until the shared memory changes, and save it; false: it ended. */
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

static void
kill_at_every_step(uint64_t slots_before, uint64_t gap_slots)
{
	struct oracle then;
	struct scene scene;
	uint64_t states = 0;
	pid_t victim;

	if (!steppable)
		skip();
	scene_open(&scene, slots_before, gap_slots);
	then = scene.oracle;
	memcpy(scene.saved, scene.shared.memory, scene.shared.bytes);
	victim = victim_start(record_first_of_slot, &scene);
	while (victim_next_state(&scene, victim)) {
		go_on(&scene, 0, SLOTS_AFTER);
		put_back(&scene, &then);
		states++;
	}
	print_message("%llu states\n", (unsigned long long)states);
	assert_true(states >= STATES_MIN);
	go_on(&scene, 0, SLOTS_AFTER);
	scene_close(&scene);
}

static void
test_advance_killed_at_every_step_of_one_boundary(void **state)
{
	(void)state;
	kill_at_every_step(SLOTS_BEFORE + 1, 0);
}

static void
test_advance_killed_at_every_step_of_all_boundaries(void **state)
{
	(void)state;
	kill_at_every_step(SLOTS_BEFORE, 0);
}

static void
test_advance_killed_at_every_step_after_a_gap(void **state)
{
	(void)state;
	kill_at_every_step(SLOTS_BEFORE, 12);
}

/*
 * Not killed but stopped, and the rest is done when others have gone on for up
 * to a ring and a half: a writer that comes so late changes nothing that is
 * past.
 */
static void
test_advance_finished_late_changes_no_window(void **state)
{
	struct random rnd = { random_seed() };
	struct scene scene;
	struct oracle then;
	uint64_t states = 0, slots, steps;
	void *start;
	pid_t victim;

	(void)state;
	if (!steppable)
		skip();
	print_message("SLI_TEST_SEED=%llu\n", (unsigned long long)rnd.state);
	scene_open(&scene, SLOTS_BEFORE, 0);
	then = scene.oracle;
	start = malloc(scene.shared.bytes);
	assert_non_null(start);
	memcpy(start, scene.shared.memory, scene.shared.bytes);
	memcpy(scene.saved, start, scene.shared.bytes);
	victim = victim_start(record_first_of_slot, &scene);
	while (victim_next_state(&scene, victim))
		states++;
	for (uint64_t run = 0; run < test_scaled(60); run++) {
		memcpy(scene.saved, start, scene.shared.bytes);
		put_back(&scene, &then);
		victim = victim_start(record_first_of_slot, &scene);
		for (uint64_t n = random_below(&rnd, states); n > 0; n--)
			assert_true(victim_next_state(&scene, victim));
		for (steps = random_magnitude(&rnd, 7); steps > 0; steps--)
			assert_true(victim_step(victim, 1));
		slots = random_below(&rnd, SLOTS_AFTER);
		go_on(&scene, 0, slots);
		victim_finish(victim);
		go_on(&scene, slots, SLOTS_AFTER - slots);
	}
	free(start);
	scene_close(&scene);
}

static int
find_steppable(void **state)
{
	struct scene scene;

	(void)state;
	scene_open(&scene, SLOTS_BEFORE, 0);
	steppable = victim_can_step(record_first_of_slot, &scene);
	scene_close(&scene);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_advance_killed_at_every_step_of_one_boundary),
		cmocka_unit_test(
		    test_advance_killed_at_every_step_of_all_boundaries),
		cmocka_unit_test(test_advance_killed_at_every_step_after_a_gap),
		cmocka_unit_test(test_advance_finished_late_changes_no_window),
	};

	return cmocka_run_group_tests(tests, find_steppable, NULL);
}
