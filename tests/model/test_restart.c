/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "../support/common.h"
#include "../support/shared.h"
#include "../support/victim.h"
#include "indicator/indicator.h"

/*
 * A recorder that is moved to another CPU between any two instructions of
 * sli_record() must not add to the shard of the CPU that it left: there its
 * plain add would race with that CPU's. Chance does not find a sequence that
 * lacks its check or its descriptor, since the window is three instructions.
 */

struct scene {
	struct shared shared;
	struct sli_indicator *ind;
};

static void
scene_open(struct scene *scene)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config ind = SLI_INDICATOR_CONFIG_INIT;

	cfg.max_indicators = cfg.max_slos = cfg.max_consumers = 1;
	cfg.atomic_shards = cfg.writer_shards = 1;
	shared_open(&scene->shared, &cfg);
	ind.name = "requests";
	assert_int_equal(
	    sli_indicator_register(scene->shared.reg, &ind, &scene->ind, NULL),
	    SLI_OK);
	/* The slot is opened here, so that the victim only records. */
	assert_int_equal(sli_advance(scene->shared.reg, START), SLI_OK);
}

static void
record_one(void *arg)
{
	struct scene *scene = arg;

	sli_record(scene->ind, START, SLI_GOOD, SLI_MILLIS(1));
}

/* All that a CPU's shard has counted: events, and latencies. */
static uint64_t
sum_of_shard(const struct scene *scene, uint32_t shard)
{
	const uint64_t *events = sli__cell(&scene->ind->events, shard, 0);
	const uint64_t *latencies = sli__cell(&scene->ind->latencies, shard, 0);
	uint64_t sum = 0;

	for (uint32_t i = 0; i < SLI__EVENT_CELLS; i++)
		sum += events[i];
	for (uint32_t i = 0; i < scene->ind->latency.cells; i++)
		sum += latencies[i];
	return sum;
}

static void
pin(pid_t pid, int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	assert_int_equal(sched_setaffinity(pid, sizeof(set), &set), 0);
}

/* Two CPUs that this process may use and that have shards; false: skip. */
static bool
find_two_cpus(int cpu[2])
{
	cpu_set_t set;
	int found = 0;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return false;
	for (int i = 0; i < CPU_SETSIZE && found < 2; i++)
		if (CPU_ISSET((size_t)i, &set))
			cpu[found++] = i;
	return found == 2;
}

/* Both adds of the one record are done. */
static bool
is_recorded(const struct scene *scene)
{
	uint64_t sum = 0;

	for (uint32_t shard = 0; shard < scene->ind->shards.count; shard++)
		sum += sum_of_shard(scene, shard);
	return sum == 2;
}

/*
 * A record moved from one CPU to the other after so many instructions; false:
 * it was over by then.
 */
static bool
move_after(uint64_t steps, const int cpu[2])
{
	struct scene scene;
	uint64_t left_behind, value;
	pid_t victim;
	bool over;

	scene_open(&scene);
	victim = victim_start(record_one, &scene);
	pin(victim, cpu[0]);
	assert_true(victim_step(victim, steps));
	over = is_recorded(&scene);
	left_behind = sum_of_shard(&scene, (uint32_t)cpu[0]);
	pin(victim, cpu[1]);
	victim_finish(victim);
	assert_int_equal(sum_of_shard(&scene, (uint32_t)cpu[0]), left_behind);
	assert_int_equal(total_good(scene.ind), 1);
	assert_int_equal(sli_window_quantile(scene.ind, START, SLI_SECONDS(1),
			     SLI_GOOD, 0.5, &value),
	    SLI_OK);
	shared_close(&scene.shared);
	return !over;
}

static void
test_record_moved_at_any_instruction_adds_on_no_other_cpu(void **state)
{
	struct scene scene;
	uint64_t steps = 0;
	bool skipped;
	int cpu[2];

	(void)state;
	scene_open(&scene);
	skipped = strcmp(sli_registry_recorder(scene.shared.reg), "rseq") !=
		0 ||
	    !victim_can_step(record_one, &scene) || !find_two_cpus(cpu);
	shared_close(&scene.shared);
	if (skipped)
		skip();
	while (move_after(steps, cpu))
		steps++;
	print_message("%llu instructions\n", (unsigned long long)steps);
	/* The sequences lie well inside what was stepped through. */
	assert_true(steps > 60);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_record_moved_at_any_instruction_adds_on_no_other_cpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
