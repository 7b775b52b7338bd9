/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/common.h"
#include "../support/random.h"
#include "../support/scale.h"
#include "../support/shared.h"
#include "../support/tally.h"

/*
 * Processes: a child has its own copy of private memory, and a share in shared
 * memory. A process that is killed takes at most the record that it was in.
 */

#define CHILDREN 4
#define PHASE_MS 2000

/* Shared by a test's processes; only its owner writes a tally. */
struct board {
	atomic_bool stop;
	/* Virtual time, so fast that recorders mostly advance the history. */
	_Atomic uint64_t now_ns;
	struct tally tally[CHILDREN];
	struct tally grandchild[CHILDREN];
};

struct scene {
	struct board *board;
	struct shared shared; /* not opened: `reg` is private */
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_slo *slo;
	struct random rnd;
};

static void
scene_open(struct scene *scene, enum sli_recorder recorder, bool shared)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;

	memset(scene, 0, sizeof(*scene));
	scene->rnd.state = random_seed();
	print_message("SLI_TEST_SEED=%llu\n",
	    (unsigned long long)scene->rnd.state);
	cfg.max_indicators = 1;
	cfg.max_slos = 1;
	cfg.recorder = recorder;
	tally_configure(&cfg);
	scene->board = shared_map(sizeof(*scene->board));
	scene->board->now_ns = sli_clock_ns();
	if (shared) {
		shared_open(&scene->shared, &cfg);
		scene->reg = scene->shared.reg;
	} else {
		assert_int_equal(sli_registry_create(&cfg, &scene->reg, NULL),
		    SLI_OK);
	}
	scene->ind = tally_register(scene->reg);
	assert_non_null(scene->ind);
	scene->slo = tally_register_slo(scene->ind);
	assert_non_null(scene->slo);
}

static void
scene_close(struct scene *scene)
{
	if (scene->shared.reg != NULL)
		shared_close(&scene->shared);
	else
		sli_registry_close(scene->reg);
	shared_unmap(scene->board, sizeof(*scene->board));
}

static uint64_t
tally_sum(const struct tally *tally)
{
	return tally->outcome[SLI_GOOD] + tally->outcome[SLI_BAD] +
	    tally->outcome[SLI_SHED] + tally->outcome[SLI_IGNORED];
}

static uint64_t
total_sum(const struct sli_indicator *ind)
{
	struct sli_counts total;

	if (sli_total_counts(ind, &total) != SLI_OK)
		return UINT64_MAX;
	return total.good + total.bad + total.shed + total.ignored;
}

/* fork(), but a test that fails leaves no children behind. */
static pid_t
start_child(void)
{
	pid_t child = fork();

	if (child == 0)
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	return child;
}

/* Wait for a child; what it exited with, or 256 and its signal. */
static int
child_status(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

static uint64_t
phase_end(void)
{
	return sli_clock_ns() + SLI_MILLIS(test_scaled(PHASE_MS));
}

struct recorder {
	pthread_t thread;
	struct scene *scene;
	struct random rnd;
	struct tally tally;
};

static void *
recorder_run(void *arg)
{
	struct recorder *rec = arg;

	while (!atomic_load(&rec->scene->board->stop))
		tally_record(&rec->tally, rec->scene->ind, NULL, &rec->rnd,
		    sli_clock_ns());
	return NULL;
}

/*
 * What a child does with its copy: nobody else is in it, so it stands still
 * until the child itself records, whatever its parent's threads were at.
 */
static int
use_copy(struct scene *scene, uint64_t seed)
{
	struct random rnd = { seed };
	struct tally tally = { .outcome = { 0 } };
	uint64_t before = total_sum(scene->ind);
	int wrong = 0;

	usleep(1000);
	wrong += total_sum(scene->ind) != before;
	for (uint64_t i = 0; i < 1000; i++)
		tally_record(&tally, scene->ind, NULL, &rnd, sli_clock_ns());
	wrong += total_sum(scene->ind) - before != tally_sum(&tally);
	return wrong;
}

static void
fork_private(enum sli_recorder recorder)
{
	struct recorder recs[2];
	struct scene scene;
	struct tally expected = { .outcome = { 0 } };
	uint64_t end_ns;

	scene_open(&scene, recorder, false);
	memset(recs, 0, sizeof(recs));
	for (size_t i = 0; i < 2; i++) {
		recs[i].scene = &scene;
		recs[i].rnd.state = random_next(&scene.rnd);
		assert_int_equal(pthread_create(&recs[i].thread, NULL,
				     recorder_run, &recs[i]),
		    0);
	}
	for (end_ns = phase_end(); sli_clock_ns() < end_ns;) {
		uint64_t seed = random_next(&scene.rnd);
		pid_t child = start_child();

		assert_int_not_equal(child, -1);
		if (child == 0)
			_exit(use_copy(&scene, seed));
		assert_int_equal(child_status(child), 0);
	}
	atomic_store(&scene.board->stop, true);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(recs[i].thread, NULL), 0);
		tally_add(&expected, &recs[i].tally);
	}
	assert_int_equal(
	    tally_differences(&expected, scene.ind, sli_clock_ns(), 0), 0);
	scene_close(&scene);
}

static void
test_process_fork_gives_each_its_own_private_memory(void **state)
{
	(void)state;
	fork_private(SLI_RECORDER_AUTO);
}

static void
test_process_fork_gives_each_its_own_atomic_shards(void **state)
{
	(void)state;
	fork_private(SLI_RECORDER_ATOMIC);
}

static void
record_until_stopped(struct scene *scene, struct tally *tally, uint64_t seed)
{
	struct random rnd = { seed };

	while (!atomic_load(&scene->board->stop))
		tally_record(tally, scene->ind, NULL, &rnd, sli_clock_ns());
}

/* A child that records, has a child in the middle of that, and goes on. */
static int
record_with_grandchild(struct scene *scene, size_t i, uint64_t seed)
{
	struct random rnd = { seed };
	int status;
	pid_t child;

	for (int n = 0; n < 1000; n++)
		tally_record(&scene->board->tally[i], scene->ind, NULL, &rnd,
		    sli_clock_ns());
	child = start_child();
	if (child == -1)
		return 1;
	if (child == 0) {
		record_until_stopped(scene, &scene->board->grandchild[i],
		    random_next(&rnd));
		_exit(0);
	}
	record_until_stopped(scene, &scene->board->tally[i], random_next(&rnd));
	return waitpid(child, &status, 0) != child || status != 0;
}

static void
fork_shared(enum sli_recorder recorder)
{
	struct witness witness = { .looks = 0 };
	struct scene scene;
	struct tally expected = { .outcome = { 0 } };
	pid_t child[CHILDREN];
	uint64_t end_ns;
	int wrong = 0;

	scene_open(&scene, recorder, true);
	for (size_t i = 0; i < CHILDREN; i++) {
		uint64_t seed = random_next(&scene.rnd);

		child[i] = start_child();
		assert_int_not_equal(child[i], -1);
		if (child[i] == 0)
			_exit(record_with_grandchild(&scene, i, seed));
	}
	for (end_ns = phase_end(); sli_clock_ns() < end_ns;)
		wrong += witness_look(&witness, scene.ind, scene.slo,
		    &scene.rnd, sli_clock_ns());
	atomic_store(&scene.board->stop, true);
	for (size_t i = 0; i < CHILDREN; i++) {
		assert_int_equal(child_status(child[i]), 0);
		tally_add(&expected, &scene.board->tally[i]);
		tally_add(&expected, &scene.board->grandchild[i]);
	}
	assert_int_equal(wrong, 0);
	assert_int_equal(
	    tally_differences(&expected, scene.ind, sli_clock_ns(), 0), 0);
	scene_close(&scene);
}

static void
test_process_fork_shares_shared_memory(void **state)
{
	(void)state;
	fork_shared(SLI_RECORDER_AUTO);
}

static void
test_process_fork_shares_shared_atomic_shards(void **state)
{
	(void)state;
	fork_shared(SLI_RECORDER_ATOMIC);
}

/* Every fourth record opens a slot, some after a gap. */
static void
record_fast(struct scene *scene, struct tally *tally, uint64_t seed)
{
	struct random rnd = { seed };

	for (;;) {
		uint64_t step_ns = random_below(&rnd, SLI_MILLIS(5));

		tally_record(tally, scene->ind, NULL, &rnd,
		    atomic_fetch_add(&scene->board->now_ns, step_ns));
	}
}

static pid_t
start_fast(struct scene *scene, size_t i)
{
	uint64_t seed = random_next(&scene->rnd);
	pid_t child = start_child();

	assert_int_not_equal(child, -1);
	if (child == 0)
		record_fast(scene, &scene->board->tally[i], seed);
	return child;
}

/*
 * After everybody else is dead: ten events in each slot, and every window back
 * to the first of these slots has ten for each.
 */
static void
expect_exact_windows(struct scene *scene)
{
	uint64_t slot_ns = SLI_MILLIS(10);
	uint64_t first_ns = scene->board->now_ns / slot_ns * slot_ns +
	    2 * slot_ns;
	struct sli_counts counts;

	for (uint64_t i = 0; i < 100; i++) {
		uint64_t now_ns = first_ns + i * slot_ns;

		for (uint64_t n = 0; n < 10; n++)
			sli_count(scene->ind, now_ns + n, SLI_BAD, 1);
		for (uint64_t back = 0; back <= i; back += 7) {
			assert_int_equal(
			    sli_window_counts(scene->ind, now_ns + 9,
				back * slot_ns + 9, &counts),
			    SLI_OK);
			assert_int_equal(counts.bad, 10 * (back + 1));
		}
	}
}

static void
kill_recorders(enum sli_recorder recorder)
{
	struct witness witness = { .looks = 0 };
	struct scene scene;
	struct tally expected = { .outcome = { 0 } };
	pid_t child[CHILDREN];
	uint64_t killed = 0, end_ns;
	int wrong = 0;

	scene_open(&scene, recorder, true);
	for (size_t i = 0; i < CHILDREN; i++)
		child[i] = start_fast(&scene, i);
	for (end_ns = phase_end(); sli_clock_ns() < end_ns;) {
		size_t i = (size_t)random_below(&scene.rnd, CHILDREN);

		usleep((useconds_t)random_below(&scene.rnd, 3000));
		assert_int_equal(kill(child[i], SIGKILL), 0);
		assert_int_equal(child_status(child[i]), 256 + SIGKILL);
		killed++;
		wrong += witness_look(&witness, scene.ind, scene.slo,
		    &scene.rnd, scene.board->now_ns);
		child[i] = start_fast(&scene, i);
	}
	for (size_t i = 0; i < CHILDREN; i++) {
		assert_int_equal(kill(child[i], SIGKILL), 0);
		assert_int_equal(child_status(child[i]), 256 + SIGKILL);
		killed++;
		tally_add(&expected, &scene.board->tally[i]);
	}
	assert_int_equal(wrong, 0);
	assert_true(tally_sum(&expected) > 0);
	assert_int_equal(tally_differences(&expected, scene.ind,
			     scene.board->now_ns, killed * TALLY_STEP_MAX),
	    0);
	expect_exact_windows(&scene);
	scene_close(&scene);
}

static void
test_process_killed_loses_one_record(void **state)
{
	(void)state;
	kill_recorders(SLI_RECORDER_AUTO);
}

static void
test_process_killed_on_atomic_shards_loses_one_record(void **state)
{
	(void)state;
	kill_recorders(SLI_RECORDER_ATOMIC);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_process_fork_gives_each_its_own_private_memory),
		cmocka_unit_test(
		    test_process_fork_gives_each_its_own_atomic_shards),
		cmocka_unit_test(test_process_fork_shares_shared_memory),
		cmocka_unit_test(test_process_fork_shares_shared_atomic_shards),
		cmocka_unit_test(test_process_killed_loses_one_record),
		cmocka_unit_test(
		    test_process_killed_on_atomic_shards_loses_one_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
