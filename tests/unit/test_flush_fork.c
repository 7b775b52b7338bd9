/* SPDX-License-Identifier: MIT */
/* A flush that fork() or a death cuts in two. */
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/shared.h"
#include "fixture.h"

static struct sli_registry *reg;
static struct sli_indicator *ind;

/* Which callback a process is in, and what that is to do there. */
static struct {
	uint64_t delta;
	bool forks, waits;
	pid_t child;
	int childs_status;
} scene;

static int
setup(void **state)
{
	(void)state;
	memset(&scene, 0, sizeof(scene));
	return 0;
}

static int
exit_status_of(pid_t pid)
{
	int status = -1;

	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static void
look(const struct sli_snapshot *snapshot, void *arg)
{
	struct sli_indicator_view view = { 0 };

	(void)arg;
	if (sli_snapshot_indicator(snapshot, 0, &view) == SLI_OK)
		scene.delta = view.delta.good;
	if (scene.waits)
		pause();
	if (!scene.forks)
		return;
	scene.forks = false;
	scene.child = fork();
	if (scene.child == 0) {
		/* Its copy of this consumer is in a flush that nobody ends. */
		sli_count(ind, T0, SLI_GOOD, 10);
		_exit(sli_flush(reg, T0, look, NULL) != SLI_OK ||
		    scene.delta != 11);
	}
}

static void
test_flush_cut_by_a_fork_is_free_in_the_child(void **state)
{
	(void)state;
	reg = small_registry();
	ind = add_indicator(reg, "requests");
	sli_count(ind, T0, SLI_GOOD, 1);
	scene.forks = true;
	assert_int_equal(sli_flush(reg, T0, look, NULL), SLI_OK);
	assert_true(scene.child > 0);
	assert_int_equal(exit_status_of(scene.child), 0);

	/* The parent's flush was whole: its own deltas go on from there. */
	assert_int_equal(sli_flush(reg, T0, look, NULL), SLI_OK);
	assert_int_equal(scene.delta, 0);
	sli_registry_close(reg);
}

static void
test_flush_in_a_child_continues_its_parents_deltas(void **state)
{
	pid_t child;

	(void)state;
	reg = small_registry();
	ind = add_indicator(reg, "requests");
	sli_count(ind, T0, SLI_GOOD, 5);
	assert_int_equal(sli_flush(reg, T0, look, NULL), SLI_OK);
	sli_count(ind, T0, SLI_GOOD, 2);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		sli_count(ind, T0, SLI_GOOD, 30);
		_exit(sli_flush(reg, T0, look, NULL) != SLI_OK ||
		    scene.delta != 32);
	}
	assert_int_equal(exit_status_of(child), 0);
	assert_int_equal(sli_flush(reg, T0, look, NULL), SLI_OK);
	assert_int_equal(scene.delta, 2);
	sli_registry_close(reg);
}

/* In memory that both see, a flusher is busy for as long as it lives. */
static void
test_flush_of_a_killed_process_is_free_again(void **state)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	uint64_t counted = 5; /* since the last flush that ended */
	struct shared shared;
	pid_t child;
	int status;

	(void)state;
	cfg.max_indicators = 1;
	shared_open(&shared, &cfg);
	reg = shared.reg;
	ind = add_indicator(reg, "requests");
	sli_count(ind, T0, SLI_GOOD, 5);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		scene.waits = true;
		while (sli_flush(reg, T0, look, NULL) == SLI_EBUSY)
			;
		_exit(1);
	}
	/* Until the child has its turn, and stays in it, we have ours. */
	while ((status = sli_flush(reg, T0, look, NULL)) == SLI_OK)
		counted = 0;
	assert_int_equal(status, SLI_EBUSY);
	assert_int_equal(sli_flush_forget(reg, look, NULL), SLI_EBUSY);

	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	sli_count(ind, T0, SLI_GOOD, 2);
	scene.delta = 0;
	assert_int_equal(sli_flush(reg, T0, look, NULL), SLI_OK);
	assert_int_equal(scene.delta, counted + 2);
	shared_close(&shared);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_flush_cut_by_a_fork_is_free_in_the_child),
		TEST(test_flush_in_a_child_continues_its_parents_deltas),
		TEST(test_flush_of_a_killed_process_is_free_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
