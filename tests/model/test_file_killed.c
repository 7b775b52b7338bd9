/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/common.h"
#include "../support/estate.h"
#include "../support/image.h"
#include "../support/random.h"
#include "../support/scale.h"
#include "../support/victim.h"

/*
 * A process that dies in a cold path of a registry file, at every instruction
 * of it. What a kill leaves is what lies in the file at that instant, and no
 * lock; so after each step that changed the file, a copy of it is what the next
 * process finds. And because a copy has no locks that a death has to drop, some
 * victims are really killed, and the file itself is gone on with.
 */

/* Of each plan, at random instructions. */
#define KILLS 8

static bool steppable;

/* What a victim is killed in. */
struct plan {
	void (*prepare)(const char *path); /* NULL: it finds no file */
	bool opens;			   /* before it is stepped */
	void (*work)(const char *path, struct sli_registry *reg);
	uint64_t states_min; /* of the file */
	struct estate_case left;
};

struct scene {
	const struct plan *plan;
	char directory[128], path[160], copy[160];
	struct image image;
};

static void
work_open(const char *path, struct sli_registry *reg)
{
	if (estate_try_open(path, &reg, NULL) != SLI_OK)
		_exit(1);
}

static void
work_close(const char *path, struct sli_registry *reg)
{
	(void)path;
	sli_registry_close(reg);
}

static void
work_register(const char *path, struct sli_registry *reg)
{
	struct sli_indicator *ind;

	(void)path;
	if (estate_try_register(reg, "new", &ind) != SLI_OK)
		_exit(1);
}

static void
work_register_slo(const char *path, struct sli_registry *reg)
{
	struct sli_indicator *ind;
	struct sli_slo *slo;

	(void)path;
	if (sli_indicator_find(reg, "old", NULL, 0, &ind) != SLI_OK ||
	    estate_try_register_slo(ind, "old-too", &slo) != SLI_OK)
		_exit(1);
}

static void
work_reset(const char *path, struct sli_registry *reg)
{
	struct sli_slo *slo;

	(void)path;
	if (sli_slo_find(reg, "old-slo", &slo) != SLI_OK ||
	    sli_slo_reset_budget(slo, estate_start_ns() + ESTATE_SLOT, "a test",
		NULL) != SLI_OK)
		_exit(1);
}

static void
work_remove(const char *path, struct sli_registry *reg)
{
	(void)path;
	if (sli_indicator_remove(reg, "gone", NULL, 0, "a test", NULL) !=
	    SLI_OK)
		_exit(1);
}

static void
work_write(const char *path, struct sli_registry *reg)
{
	struct sli_writer *writer;

	(void)path;
	if (sli_writer_acquire(reg, &writer, NULL) != SLI_OK)
		_exit(1);
	sli_writer_release(writer);
}

static void
scene_open(struct scene *scene, const struct plan *plan)
{
	const char *parent = getenv("TMPDIR");

	/* For its speed; any will do. */
	if (access("/dev/shm", W_OK) == 0)
		parent = "/dev/shm";
	else if (parent == NULL)
		parent = "/tmp";
	scene->plan = plan;
	(void)snprintf(scene->directory, sizeof(scene->directory),
	    "%s/sli-killed-XXXXXX", parent);
	assert_non_null(mkdtemp(scene->directory));
	(void)snprintf(scene->path, sizeof(scene->path), "%s/registry",
	    scene->directory);
	(void)snprintf(scene->copy, sizeof(scene->copy), "%s/copy",
	    scene->directory);
}

static void
scene_close(struct scene *scene)
{
	unlink(scene->path);
	unlink(scene->copy);
	assert_int_equal(rmdir(scene->directory), 0);
}

static void
work_in(void *arg)
{
	const struct scene *scene = arg;
	struct sli_registry *reg = NULL;

	if (scene->plan->opens &&
	    estate_try_open(scene->path, &reg, NULL) != SLI_OK)
		_exit(1);
	raise(SIGSTOP);
	scene->plan->work(scene->path, reg);
}

/* A new file, and a victim that is about to do its work on it. */
static pid_t
start_victim(struct scene *scene)
{
	pid_t victim;
	int status;

	unlink(scene->path);
	if (scene->plan->prepare != NULL)
		scene->plan->prepare(scene->path);
	victim = victim_start(work_in, scene);
	assert_int_not_equal(victim, -1);
	assert_int_equal(ptrace(PTRACE_CONT, victim, NULL, NULL), 0);
	assert_int_equal(waitpid(victim, &status, 0), victim);
	assert_true(WIFSTOPPED(status));
	return victim;
}

/* The states that it goes through, and the steps it takes. */
static uint64_t
try_each_state(struct scene *scene, uint64_t *steps)
{
	pid_t victim = start_victim(scene);
	uint64_t states = 0;

	image_watch(&scene->image, scene->path);
	for (*steps = 0; victim_step(victim, 1); ++*steps) {
		if (!image_has_changed(&scene->image))
			continue;
		image_copy(&scene->image, scene->copy);
		estate_check(scene->copy, &scene->plan->left);
		states++;
	}
	image_close(&scene->image);
	estate_check(scene->path, &scene->plan->left);
	return states;
}

static void
kill_after(struct scene *scene, uint64_t steps)
{
	pid_t victim = start_victim(scene);

	if (victim_step(victim, steps))
		victim_kill(victim);
	estate_check(scene->path, &scene->plan->left);
}

static void
kill_everywhere(const struct plan *plan)
{
	struct random rnd = { random_seed() };
	struct scene scene;
	uint64_t states, steps;

	if (!steppable)
		skip();
	print_message("SLI_TEST_SEED=%llu\n", (unsigned long long)rnd.state);
	scene_open(&scene, plan);
	states = try_each_state(&scene, &steps);
	print_message("%llu states in %llu steps\n", (unsigned long long)states,
	    (unsigned long long)steps);
	assert_true(states >= plan->states_min);
	for (uint64_t n = test_scaled(KILLS); n > 0; n--)
		kill_after(&scene, random_below(&rnd, steps));
	scene_close(&scene);
}

static void
test_open_killed_over_a_new_file_leaves_one_that_opens(void **state)
{
	static const struct plan plan = {
		.work = work_open,
		.states_min = 5,
		.left = { .may_be_empty = true },
	};

	(void)state;
	kill_everywhere(&plan);
}

static void
test_open_killed_anywhere_leaves_all_as_it_was(void **state)
{
	static const struct plan plan = {
		.prepare = estate_prepare_removed,
		.work = work_open,
		.states_min = 5,
	};

	(void)state;
	kill_everywhere(&plan);
}

static void
test_close_killed_anywhere_leaves_all_as_it_was(void **state)
{
	static const struct plan plan = {
		.prepare = estate_prepare_old,
		.opens = true,
		.work = work_close,
	};

	(void)state;
	kill_everywhere(&plan);
}

static void
test_indicator_registrant_killed_leaves_one_or_none(void **state)
{
	static const struct plan plan = {
		.prepare = estate_prepare_old,
		.opens = true,
		.work = work_register,
		.states_min = 4,
	};

	(void)state;
	kill_everywhere(&plan);
}

static void
test_indicator_registrant_killed_leaves_a_used_place(void **state)
{
	static const struct plan plan = {
		.prepare = estate_prepare_removed,
		.opens = true,
		.work = work_register,
		.states_min = 4,
	};

	(void)state;
	kill_everywhere(&plan);
}

static void
test_slo_registrant_killed_leaves_one_or_none(void **state)
{
	static const struct plan plan = {
		.prepare = estate_prepare_old,
		.opens = true,
		.work = work_register_slo,
		.states_min = 4,
	};

	(void)state;
	kill_everywhere(&plan);
}

static void
test_budget_reset_killed_anywhere_is_whole_or_not_at_all(void **state)
{
	static const struct plan plan = {
		.prepare = estate_prepare_old,
		.opens = true,
		.work = work_reset,
		.states_min = 4,
		.left = { .may_be_reset = true },
	};

	(void)state;
	kill_everywhere(&plan);
}

static void
test_audit_writer_killed_anywhere_spoils_no_record(void **state)
{
	static const struct plan plan = {
		.prepare = estate_prepare_audited,
		.opens = true,
		.work = work_reset,
		.states_min = 4,
		.left = { .may_be_reset = true },
	};

	(void)state;
	kill_everywhere(&plan);
}

static void
test_indicator_removal_killed_is_whole_or_nothing(void **state)
{
	static const struct plan plan = {
		.prepare = estate_prepare_gone,
		.opens = true,
		.work = work_remove,
		.states_min = 4,
		.left = { .may_be_removed = true },
	};

	(void)state;
	kill_everywhere(&plan);
}

static void
test_writer_owner_killed_anywhere_gives_back_its_shard(void **state)
{
	static const struct plan plan = {
		.prepare = estate_prepare_old,
		.opens = true,
		.work = work_write,
		.states_min = 2,
	};

	(void)state;
	kill_everywhere(&plan);
}

static void
record_one(void *arg)
{
	sli_record(arg, estate_start_ns(), SLI_GOOD, SLI_MILLIS(1));
}

static int
find_steppable(void **state)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator *ind;
	struct sli_registry *reg;

	(void)state;
	cfg.shards = cfg.atomic_shards = cfg.writer_shards = 1;
	assert_int_equal(sli_registry_create(&cfg, &reg, NULL), SLI_OK);
	assert_int_equal(estate_try_register(reg, "some", &ind), SLI_OK);
	steppable = victim_can_step(record_one, ind);
	sli_registry_close(reg);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_open_killed_over_a_new_file_leaves_one_that_opens),
		cmocka_unit_test(
		    test_open_killed_anywhere_leaves_all_as_it_was),
		cmocka_unit_test(
		    test_close_killed_anywhere_leaves_all_as_it_was),
		cmocka_unit_test(
		    test_indicator_registrant_killed_leaves_one_or_none),
		cmocka_unit_test(
		    test_indicator_registrant_killed_leaves_a_used_place),
		cmocka_unit_test(test_slo_registrant_killed_leaves_one_or_none),
		cmocka_unit_test(
		    test_budget_reset_killed_anywhere_is_whole_or_not_at_all),
		cmocka_unit_test(
		    test_audit_writer_killed_anywhere_spoils_no_record),
		cmocka_unit_test(
		    test_indicator_removal_killed_is_whole_or_nothing),
		cmocka_unit_test(
		    test_writer_owner_killed_anywhere_gives_back_its_shard),
	};

	return cmocka_run_group_tests(tests, find_steppable, NULL);
}
