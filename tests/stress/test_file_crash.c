/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/aftermath.h"
#include "../support/common.h"
#include "../support/inspect.h"
#include "../support/scale.h"
#include "../support/shared.h"

/*
 * Processes that share a registry file and are killed at random instants:
 * whatever they were at, what they had reported is in the file, at most one
 * event for each killed thread is there beside it, and whoever comes next finds
 * nothing in his way.
 */

/* So many kills find a child in every place that it can be in. */
#define KILLS_EVERYWHERE 1000

static const char *const place_name[CHILD_PLACES] = { "creating", "opening",
	"registering", "recording", "resetting", "removing", "writing",
	"closing" };

struct scene {
	char directory[128], path[160];
	struct children *children; /* shared */
	int report[2];
	struct random rnd;
	bool fast; /* in virtual time */
	bool is_new;
	uint32_t shards;
	pid_t pid[CHILDREN];
	struct aftermath aftermath;
	uint64_t kills, threads, killed_at[CHILD_PLACES];
};

static void
scene_open(struct scene *scene, const char *parent, bool fast)
{
	memset(scene, 0, sizeof(*scene));
	(void)snprintf(scene->directory, sizeof(scene->directory),
	    "%s/sli-crash-XXXXXX", parent);
	assert_non_null(mkdtemp(scene->directory));
	(void)snprintf(scene->path, sizeof(scene->path), "%s/registry",
	    scene->directory);
	scene->rnd.state = random_seed();
	print_message("SLI_TEST_SEED=%llu\n",
	    (unsigned long long)scene->rnd.state);
	scene->fast = fast;
	scene->children = shared_map(sizeof(*scene->children));
	scene->aftermath.children = scene->children;
	scene->aftermath.rnd.state = random_next(&scene->rnd);
	assert_int_equal(pipe2(scene->report, O_CLOEXEC), 0);
	assert_int_equal(fcntl(scene->report[0], F_SETFL, O_NONBLOCK), 0);
}

static void
scene_close(struct scene *scene)
{
	print_message(
	    "%llu kills of %llu threads:", (unsigned long long)scene->kills,
	    (unsigned long long)scene->threads);
	for (size_t i = 0; i < CHILD_PLACES; i++)
		print_message(" %s %llu", place_name[i],
		    (unsigned long long)scene->killed_at[i]);
	print_message("\n");
	unlink(scene->path);
	assert_int_equal(rmdir(scene->directory), 0);
	close(scene->report[0]);
	close(scene->report[1]);
	shared_unmap(scene->children, sizeof(*scene->children));
}

/* A new file; virtual time starts again, well before the clock's. */
static void
start_over(struct scene *scene)
{
	unlink(scene->path);
	aftermath_start_over(&scene->aftermath);
	scene->shards = 1 + (uint32_t)random_below(&scene->rnd, 2);
	atomic_store(&scene->children->now_ns,
	    scene->fast ? sli_clock_ns() - SLI_DAYS(30) : 0);
}

static void
start_child(struct scene *scene, uint32_t i, enum child_habit habit)
{
	const struct child_config cfg = {
		.children = scene->children,
		.path = scene->path,
		.report_fd = scene->report[1],
		.shards = scene->shards,
		.index = i,
		.seed = random_next(&scene->rnd),
		.habit = habit,
	};

	atomic_store(&scene->children->page[i].threads, 1);
	atomic_store(&scene->children->page[i].place, CHILD_OPENING);
	scene->pid[i] = child_start(&cfg);
	assert_int_not_equal(scene->pid[i], -1);
}

/* Later reports of a thread include its earlier ones. */
static void
read_reports(struct scene *scene)
{
	struct child_report r;
	ssize_t n;

	while ((n = read(scene->report[0], &r, sizeof(r))) > 0) {
		assert_int_equal(n, sizeof(r));
		assert_in_range(r.child, 0, CHILDREN - 1);
		assert_in_range(r.thread, 0, CHILD_THREADS - 1);
		scene->aftermath.reported[r.child][r.thread] = r;
	}
}

static void
kill_child(struct scene *scene, uint32_t i)
{
	struct child_page *page = &scene->children->page[i];
	int status;

	assert_int_equal(kill(scene->pid[i], SIGKILL), 0);
	assert_int_equal(waitpid(scene->pid[i], &status, 0), scene->pid[i]);
	/* Another end is that of a child that found something wrong. */
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	scene->kills++;
	scene->threads += atomic_load(&page->threads);
	scene->killed_at[atomic_load(&page->place)]++;
}

static struct sli_registry *
open_file(const struct scene *scene)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_error err = { .status = SLI_OK };
	struct sli_registry *reg;

	child_configure(&cfg, scene->shards);
	if (sli_registry_open(scene->path, &cfg, &reg, &err) != SLI_OK)
		fail_msg("open: %s", err.message);
	return reg;
}

/* As somebody who watches while the children go on. */
static void
look_in(struct scene *scene)
{
	struct sli_error err = { .status = SLI_OK };
	struct sli_registry *view;
	struct sli_indicator *ind;
	struct sli_slo *slo;
	char name[32];
	int status;

	status = sli_registry_view(scene->path, &view, &err);
	/* It is not there yet, or is just being made. */
	if (status == SLI_ENOENT || status == SLI_EBUSY)
		return;
	if (status != SLI_OK)
		fail_msg("view: %s", err.message);
	for (uint32_t i = 0; i < CHILD_BOOKED; i++) {
		(void)snprintf(name, sizeof(name), "booked_%u", i);
		status = sli_indicator_find(view, name, NULL, 0, &ind);
		if (status == SLI_ENOENT)
			continue;
		assert_int_equal(status, SLI_OK);
		(void)snprintf(name, sizeof(name), "booked-slo-%u", i);
		status = sli_slo_find(view, name, &slo);
		assert_int_equal(
		    ledger_witness(ind, status == SLI_OK ? slo : NULL,
			&scene->rnd, sli_clock_ns()),
		    0);
	}
	sli_registry_close(view);
}

static void
pause_at_random(struct random *rnd)
{
	static const uint64_t most_us[] = { 300, 1500, 4000, 15000 };
	uint64_t most = most_us[random_below(rnd, LENGTH(most_us))];

	usleep((useconds_t)random_below(rnd, most));
}

/*
 * Some children, some of whom are killed and replaced, and at last all are.
 * kept: a registry that stays open meanwhile, so that nobody is alone.
 */
static void
run_round(struct scene *scene, struct sli_registry *kept)
{
	uint32_t children = 1 + (uint32_t)random_below(&scene->rnd, CHILDREN);
	uint64_t kills = random_below(&scene->rnd, 20), before = scene->threads;
	struct sli_registry *reg;
	uint32_t i;

	for (i = 0; i < children; i++)
		start_child(scene, i,
		    (enum child_habit)random_below(&scene->rnd, CHILD_HABITS));
	for (; kills > 0; kills--) {
		pause_at_random(&scene->rnd);
		read_reports(scene);
		if (random_percent(&scene->rnd, 20))
			look_in(scene);
		i = (uint32_t)random_below(&scene->rnd, children);
		kill_child(scene, i);
		start_child(scene, i,
		    (enum child_habit)random_below(&scene->rnd, CHILD_HABITS));
	}
	pause_at_random(&scene->rnd);
	for (i = 0; i < children; i++)
		kill_child(scene, i);
	read_reports(scene);
	reg = kept != NULL ? kept : open_file(scene);
	aftermath_check(&scene->aftermath, reg, scene->threads - before,
	    kept == NULL);
	if (kept == NULL)
		sli_registry_close(reg);
}

/* The last look at a file: this takes its indicators into the future. */
static void
check_slots(struct scene *scene)
{
	struct sli_registry *reg = open_file(scene);

	aftermath_check_slots(reg, children_now(scene->children, &scene->rnd));
	sli_registry_close(reg);
	assert_int_equal(inspect_file(scene->path), SLI_OK);
}

static void
kill_many(const char *parent, bool fast, uint64_t kills)
{
	struct sli_registry *kept;
	struct scene scene;

	scene_open(&scene, parent, fast);
	start_over(&scene);
	while (scene.kills < kills) {
		run_round(&scene, NULL);
		if (random_percent(&scene.rnd, 50)) {
			kept = open_file(&scene);
			run_round(&scene, kept);
			sli_registry_close(kept);
		}
		if (random_percent(&scene.rnd, 40)) {
			check_slots(&scene);
			start_over(&scene);
		}
	}
	if (scene.kills >= KILLS_EVERYWHERE)
		for (size_t i = 0; i < CHILD_PLACES; i++)
			assert_true(scene.killed_at[i] > 0);
	scene_close(&scene);
}

static const char *
temporary(void)
{
	const char *directory = getenv("TMPDIR");

	return directory != NULL ? directory : "/tmp";
}

static void
test_file_crash_of_recorders_loses_nothing_reported(void **state)
{
	(void)state;
	kill_many(temporary(), true, test_scaled(1200));
}

static void
test_file_crash_in_memory_file_system_loses_nothing(void **state)
{
	(void)state;
	if (access("/dev/shm", W_OK) != 0)
		skip();
	kill_many("/dev/shm", false, test_scaled(900));
}

/* Whoever makes the file may die over it, while others wait to. */
static void
test_file_crash_of_its_creators_leaves_one_that_opens(void **state)
{
	uint64_t kills = test_scaled(600), before;
	struct sli_registry *reg;
	struct scene scene;

	(void)state;
	scene_open(&scene, temporary(), false);
	while (scene.kills < kills) {
		start_over(&scene);
		before = scene.threads;
		for (uint32_t i = 0; i < CHILDREN; i++)
			start_child(&scene, i, CHILD_REOPENS);
		for (uint32_t i = 0; i < CHILDREN; i++) {
			usleep((useconds_t)random_below(&scene.rnd, 1500));
			look_in(&scene);
			kill_child(&scene, i);
		}
		read_reports(&scene);
		reg = open_file(&scene);
		aftermath_check(&scene.aftermath, reg, scene.threads - before,
		    true);
		sli_registry_close(reg);
	}
	scene_close(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_file_crash_of_recorders_loses_nothing_reported),
		cmocka_unit_test(
		    test_file_crash_in_memory_file_system_loses_nothing),
		cmocka_unit_test(
		    test_file_crash_of_its_creators_leaves_one_that_opens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
