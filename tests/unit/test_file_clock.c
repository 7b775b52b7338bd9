/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <time.h>

#include "files.h"

#include "arena/arena.h"

/*
 * The clock of processes that share a file, and what becomes of history when it
 * was set. What sets a clock cannot be had in a test; but the file says how the
 * clock stood when it was made, and that can be another.
 *
 * The clock is the first thing that a process has for its life, so that each
 * look at it is in a process of its own; this one has none (see main()).
 */

static uint64_t
read_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return SLI_SECONDS(ts.tv_sec) + (uint64_t)ts.tv_nsec;
}

static uint64_t
epoch_of(const char *path)
{
	struct sli__block block;

	scratch_read(path, 0, &block, sizeof(block));
	return block.epoch_ns;
}

static void
set_epoch(const char *path, uint64_t epoch_ns)
{
	scratch_write(path, offsetof(struct sli__block, epoch_ns), &epoch_ns,
	    sizeof(epoch_ns));
}

static uint64_t
wall_epoch(void)
{
	return read_ns(CLOCK_REALTIME) - read_ns(CLOCK_BOOTTIME);
}

/* To a second, as two looks at two clocks allow. */
static bool
is_near(uint64_t a, uint64_t b)
{
	return a - b < SLI_SECONDS(1) || b - a < SLI_SECONDS(1);
}

struct scene {
	char *path;
	uint64_t ahead_ns; /* of the wall clock, modulo 2^64 */
	bool views;
};

static int
expect_clock(struct peer *peer, void *arg)
{
	const struct scene *scene = arg;
	struct sli_registry *reg = scene->views ? scratch_view(scene->path) :
						  scratch_open(scene->path);

	(void)peer;
	return peer_expect(reg != NULL) +
	    peer_expect(is_near(sli_clock_ns(),
		read_ns(CLOCK_REALTIME) + scene->ahead_ns));
}

static int
hold(struct peer *peer, void *arg)
{
	const struct scene *scene = arg;
	struct sli_registry *reg = scratch_open(scene->path);
	int failures = peer_expect(reg != NULL);

	peer_pause(peer);
	return failures;
}

/*
 * The wall clock was set while they ran: those that come later count by the
 * clock of those that are there.
 */
static void
test_clock_of_a_later_process_is_that_of_the_first(void **state)
{
	struct scene scene = { .path = scratch_path("clock.sli") };
	struct peer first;

	(void)state;
	peer_start(&first, hold, &scene);
	peer_reach(&first);
	assert_true(is_near(epoch_of(scene.path), wall_epoch()));
	peer_run(expect_clock, &scene);
	scene.ahead_ns = SLI_HOURS(1);
	set_epoch(scene.path, wall_epoch() + scene.ahead_ns);
	peer_run(expect_clock, &scene);
	scene.ahead_ns = (uint64_t)0 - SLI_HOURS(3);
	set_epoch(scene.path, wall_epoch() + scene.ahead_ns);
	peer_run(expect_clock, &scene);
	scene.views = true;
	peer_run(expect_clock, &scene);
	peer_go(&first);
	peer_end(&first);
}

/* Nobody is there any more: the wall clock is right, and the file follows. */
static void
test_clock_of_a_file_is_set_by_one_who_comes_alone(void **state)
{
	struct scene scene = { .path = scratch_path("clock.sli") };

	(void)state;
	peer_run(expect_clock, &scene);
	set_epoch(scene.path, wall_epoch() + SLI_HOURS(1));
	peer_run(expect_clock, &scene);
	assert_true(is_near(epoch_of(scene.path), wall_epoch()));
}

/* Of another boot: its clock began elsewhere. Its own view says so too. */
static void
test_clock_of_another_boot_is_not_taken_over(void **state)
{
	struct scene scene = { .path = scratch_path("clock.sli") };

	(void)state;
	peer_run(expect_clock, &scene);
	scratch_reboot(scene.path);
	scene.views = true;
	peer_run(expect_clock, &scene);
	scene.views = false;
	peer_run(expect_clock, &scene);
	assert_true(is_near(epoch_of(scene.path), wall_epoch()));
}

/* A second before the clock was set back, and so by how much. */
#define SET_BACK SLI_DAYS(10)

static int
record_before(struct peer *peer, void *arg)
{
	const struct scene *scene = arg;
	struct sli_registry *reg = scratch_open(scene->path);
	struct sli_indicator *ind = scratch_indicator(reg, "requests");
	uint64_t now_ns = sli_clock_ns() + SET_BACK - SLI_HOURS(2), i;

	(void)peer;
	if (scratch_slo(ind, "availability") == NULL)
		return 1;
	for (i = 0; i < 7200; i++, now_ns += SLI_SECONDS(1)) {
		sli_count(ind, now_ns, SLI_GOOD, 10);
		sli_count(ind, now_ns, SLI_BAD, 1);
	}
	sli_record(ind, now_ns, SLI_GOOD, SLI_MILLIS(3));
	return 0;
}

static int
expect_goes_on(struct peer *peer, void *arg)
{
	const struct scene *scene = arg;
	struct sli_registry *reg = scratch_open(scene->path);
	struct sli_indicator *ind = scratch_indicator(reg, "requests");
	struct sli_slo *slo = scratch_slo(ind, "availability");
	struct sli_audit audit = { 0 };
	struct sli_budget budget;
	struct sli_counts counts;
	uint64_t now_ns = sli_clock_ns();
	int failures = 0;

	(void)peer;
	if (slo == NULL)
		return 1;
	failures += peer_expect(sli_audit_read(reg, 0, &audit) == SLI_OK);
	failures += peer_expect(audit.kind == SLI_AUDIT_CLOCK_SET_BACK);
	/* To the slot, and to what this test takes. */
	failures += peer_expect(audit.value <= SET_BACK &&
	    audit.value > SET_BACK - SLI_MINUTES(10));
	failures += peer_expect(is_near(audit.at_ns, now_ns));

	/* What was counted before is still in the budget, and it pages. */
	failures += peer_expect(sli_slo_budget(slo, now_ns, &budget) == SLI_OK);
	failures += peer_expect(budget.bad == 7200);
	failures += peer_expect(budget.good == 72001);
	failures += peer_expect(budget.page == SLI_ALERT_FIRING);
	/* New events are in the last minute, and none of them is late. */
	now_ns += SLI_MINUTES(2);
	sli_count(ind, now_ns, SLI_BAD, 5);
	failures += peer_expect(
	    sli_window_counts(ind, now_ns, SLI_MINUTES(1), &counts) == SLI_OK);
	failures += peer_expect(counts.bad == 5 && counts.good == 0);
	failures += peer_expect(sli_late_count(ind) == 0);
	failures += peer_expect(sli_slo_budget(slo, now_ns, &budget) == SLI_OK);
	failures += peer_expect(budget.bad == 7205);
	failures += peer_expect(budget.page == SLI_ALERT_FIRING);
	/* Two days on, the three days before it are still those hours. */
	failures += peer_expect(sli_window_counts(ind, now_ns + SLI_DAYS(2),
				    SLI_DAYS(3), &counts) == SLI_OK);
	failures += peer_expect(counts.bad == 7205);
	return failures;
}

static int
expect_no_news(struct peer *peer, void *arg)
{
	const struct scene *scene = arg;
	struct sli_registry *reg = scratch_open(scene->path);
	struct sli_registry_info info = { .audit_count = 0 };

	(void)peer;
	return peer_expect(sli_registry_info(reg, &info) == SLI_OK) +
	    peer_expect(info.audit_count == 2);
}

static void
test_clock_set_back_over_a_restart_is_told(void **state)
{
	struct scene scene = { .path = scratch_path("clock.sli") };

	(void)state;
	peer_run(record_before, &scene);
	peer_run(expect_goes_on, &scene);
}

/* Once it is told, it is no news. */
static void
test_clock_set_back_is_told_once(void **state)
{
	struct scene scene = { .path = scratch_path("clock.sli") };

	(void)state;
	peer_run(record_before, &scene);
	peer_run(expect_no_news, &scene);
	peer_run(expect_no_news, &scene);
	scratch_reboot(scene.path);
	peer_run(expect_no_news, &scene);
}

int
main(void)
{
	/* Nothing here may ask for the time by sli_clock_ns(). */
	const struct CMUnitTest tests[] = {
		TEST(test_clock_of_a_later_process_is_that_of_the_first),
		TEST(test_clock_of_a_file_is_set_by_one_who_comes_alone),
		TEST(test_clock_of_another_boot_is_not_taken_over),
		TEST(test_clock_set_back_over_a_restart_is_told),
		TEST(test_clock_set_back_is_told_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
