/* SPDX-License-Identifier: MIT */
/*
 * Slices and calendar periods of a registry in a file: they go on over
 * restarts, in other processes and in what is saved of the file.
 */
#include "periods.h"
#include "registry/foreign.h"

static void
count(struct sli_registry *reg, uint64_t at_ns, uint64_t good, uint64_t bad)
{
	struct sli_indicator *ind = scratch_indicator(reg, "requests");

	sli_count(ind, at_ns, SLI_GOOD, good);
	sli_count(ind, at_ns, SLI_BAD, bad);
}

static void
expect_budget(struct sli_slo *slo, uint64_t now_ns, uint64_t good, uint64_t bad)
{
	struct sli_budget b;

	assert_int_equal(sli_slo_budget(slo, now_ns, &b), SLI_OK);
	assert_int_equal(b.good, good);
	assert_int_equal(b.bad, bad);
}

static void
test_file_continues_slices_and_periods(void **state)
{
	const char *path = scratch_path("file");
	struct sli_registry *reg = open_at(path, MONTH - SLI_DAYS(1));

	(void)state;
	monthly_slices(reg);
	add_slo(reg, "events", SLI_OCCURRENCES, SLI_MONTH);
	count(reg, MONTH - SLI_MINUTES(1), 0, 10);
	count(reg, MONTH + SLI_SECONDS(10), 0, 5);
	sli_registry_close(reg);
	/* In the slice that was under way, and in others. */
	reg = open_at(path, MONTH + SLI_SECONDS(20));
	count(reg, MONTH + SLI_SECONDS(30), 95, 0);
	count(reg, MONTH + SLI_HOURS(5), 0, 1);
	sli_registry_close(reg);
	reg = open_at(path, MONTH + SLI_DAYS(20));
	expect_budget(monthly_slices(reg), MONTH + SLI_DAYS(20), 1, 1);
	expect_budget(add_slo(reg, "events", SLI_OCCURRENCES, SLI_MONTH),
	    MONTH + SLI_DAYS(20), 95, 6);
	sli_registry_close(reg);
}

static void
test_file_after_a_reboot_continues_slices(void **state)
{
	const char *path = scratch_path("file");
	struct sli_registry *reg = open_at(path, MONTH);

	(void)state;
	monthly_slices(reg);
	count(reg, MONTH + SLI_SECONDS(10), 0, 5);
	count(reg, MONTH + SLI_SECONDS(70), 0, 5);
	sli_registry_close(reg);
	scratch_reboot(path);
	reg = open_at(path, MONTH + SLI_MINUTES(30));
	count(reg, MONTH + SLI_MINUTES(31), 5, 0);
	expect_budget(monthly_slices(reg), MONTH + SLI_MINUTES(32), 1, 2);
	sli_registry_close(reg);
	assert_int_equal(sli_file_check(path, NULL, NULL, NULL), SLI_OK);
}

/* An hour back: history goes on, and so do its slices; the month is the old. */
static void
test_file_with_its_clock_set_back_continues_slices(void **state)
{
	const uint64_t noon = MONTH + SLI_HOURS(12);
	const char *path = scratch_path("file");
	struct sli_registry *reg = open_at(path, noon);
	struct sli_slo *slo;
	uint64_t i;

	(void)state;
	monthly_slices(reg);
	for (i = 0; i < 60; i++)
		count(reg, noon + SLI_MINUTES(i), 1, 0);
	sli_registry_close(reg);
	reg = open_at(path, noon);
	slo = monthly_slices(reg);
	for (i = 0; i < 60; i++)
		count(reg, noon + SLI_MINUTES(i), 0, 1);
	expect_budget(slo, noon + SLI_MINUTES(61), 59, 60);
	sli_registry_close(reg);
}

static int
work(struct peer *peer, void *arg)
{
	struct sli_registry *reg = scratch_open(arg);
	struct sli_indicator *ind = scratch_indicator(reg, "requests");
	struct sli_budget b;
	struct sli_slo *slo;
	int failures;

	if (ind == NULL || sli_slo_find(reg, "monthly", &slo) != SLI_OK)
		return 1;
	sli_count(ind, MONTH + SLI_SECONDS(1), SLI_BAD, 50);
	peer_pause(peer);
	sli_count(ind, MONTH + SLI_SECONDS(61), SLI_BAD, 100);
	peer_pause(peer);
	failures = peer_expect(
	    sli_slo_budget(slo, MONTH + SLI_MINUTES(2), &b) == SLI_OK);
	failures += peer_expect(b.good == 1 && b.bad == 1);
	return failures;
}

static void
test_file_counts_slices_of_all_processes(void **state)
{
	char *path = scratch_path("file");
	struct sli_registry *reg = open_at(path, MONTH);
	struct sli_slo *slo = monthly_slices(reg);
	struct peer peer;

	(void)state;
	peer_start(&peer, work, path);
	peer_reach(&peer);
	count(reg, MONTH + SLI_SECONDS(2), 950, 0); /* 5 % are bad */
	peer_go(&peer);
	peer_reach(&peer);
	count(reg, MONTH + SLI_SECONDS(62), 850, 0); /* 10.5 % */
	expect_budget(slo, MONTH + SLI_MINUTES(2), 1, 1);
	peer_go(&peer);
	peer_end(&peer);
	sli_registry_close(reg);
}

/* It counts no slice: what is over and not counted is not in it yet. */
static void
test_file_view_shows_what_was_counted(void **state)
{
	const char *path = scratch_path("file");
	struct sli_registry *reg = open_at(path, MONTH), *view;
	struct sli_slo *slo;
	struct sli_budget b;

	(void)state;
	monthly_slices(reg);
	count(reg, MONTH, 0, 1);
	count(reg, MONTH + SLI_MINUTES(1), 1, 0);
	view = scratch_view(path);
	assert_non_null(view);
	assert_int_equal(sli_slo_find(view, "monthly", &slo), SLI_OK);
	expect_budget(slo, MONTH + SLI_MINUTES(9), 0, 1);
	sli_registry_close(reg);
	assert_int_equal(sli_slo_budget(slo, MONTH + SLI_DAYS(2), &b), SLI_OK);
	assert_int_equal(b.from_ns, MONTH);
	assert_int_equal(b.to_ns, MONTH + SLI_DAYS(28));
	assert_int_equal(b.slices, 28 * 24 * 60);
	expect_budget(slo, MONTH + SLI_DAYS(28), 0, 0);
	sli_registry_close(view);
}

static void
test_file_repair_saves_slices_and_periods(void **state)
{
	const char *path = scratch_path("file"), *to = scratch_path("saved");
	struct sli_registry *reg = open_at(path, MONTH - SLI_DAYS(1));
	struct sli_slo *slo;
	struct sli_error err;

	(void)state;
	monthly_slices(reg);
	add_slo(reg, "events", SLI_OCCURRENCES, SLI_YEAR);
	add_slo(reg, "ratio", SLI_RATIO_TIMESLICES, SLI_ROLLING);
	count(reg, MONTH - SLI_DAYS(1), 0, 10);
	count(reg, MONTH + SLI_SECONDS(10), 0, 3);
	count(reg, MONTH + SLI_MINUTES(3), 1, 1);
	sli_registry_close(reg);
	if (sli_file_repair(path, to, NULL, NULL, NULL, &err) != SLI_OK)
		fail_msg("%s", err.message);
	assert_int_equal(sli_file_check(to, NULL, NULL, NULL), SLI_OK);
	reg = open_at(to, MONTH + SLI_MINUTES(3) + SLI_SECONDS(1));
	count(reg, MONTH + SLI_MINUTES(3) + SLI_SECONDS(2), 98, 0);
	/* Registered again they are the same. */
	slo = monthly_slices(reg);
	expect_budget(slo, MONTH + SLI_MINUTES(4), 1, 1);
	slo = add_slo(reg, "events", SLI_OCCURRENCES, SLI_YEAR);
	expect_budget(slo, MONTH + SLI_MINUTES(4), 99, 14);
	slo = add_slo(reg, "ratio", SLI_RATIO_TIMESLICES, SLI_ROLLING);
	expect_budget(slo, MONTH + SLI_MINUTES(4), 990000000, 2010000000);
	sli_registry_close(reg);
}

static void
test_file_slo_that_is_removed_frees_its_slices(void **state)
{
	const char *path = scratch_path("file");
	struct sli_registry *reg = open_at(path, MONTH);
	struct sli_slo *slo;
	uint64_t used;

	(void)state;
	monthly_slices(reg);
	count(reg, MONTH, 0, 1);
	count(reg, MONTH + SLI_MINUTES(1), 0, 1);
	used = info_of(reg).used_bytes;
	assert_int_equal(sli_slo_remove(reg, "monthly", "why", NULL),
	    SLI_EBUSY);
	sli_registry_close(reg);
	reg = open_at(path, MONTH + SLI_MINUTES(2));
	assert_int_equal(sli_slo_remove(reg, "monthly", "why", NULL), SLI_OK);
	assert_int_equal(sli_slo_find(reg, "monthly", &slo), SLI_ENOENT);
	sli_registry_close(reg);
	reg = open_at(path, MONTH + SLI_MINUTES(3));
	/* The slice that history has under way begins it. */
	expect_budget(monthly_slices(reg), MONTH + SLI_MINUTES(3), 0, 1);
	assert_int_equal(info_of(reg).used_bytes, used);
	assert_int_equal(info_of(reg).indicator_count, 1);
	sli_registry_close(reg);
}

static void
test_file_indicator_that_is_removed_takes_its_slices_along(void **state)
{
	const char *path = scratch_path("file");
	struct sli_registry *reg = open_at(path, MONTH);
	struct sli_registry_info before = info_of(reg), after;
	uint32_t i;

	(void)state;
	monthly_slices(reg);
	sli_registry_close(reg);
	reg = open_at(path, MONTH);
	assert_int_equal(
	    sli_indicator_remove(reg, "requests", NULL, 0, "why", NULL),
	    SLI_OK);
	sli_registry_close(reg);
	reg = open_at(path, MONTH);
	after = info_of(reg);
	assert_int_equal(after.indicator_count, before.indicator_count);
	assert_int_equal(after.slo_count, before.slo_count);
	for (i = 0; i < after.max_indicators; i++)
		assert_int_equal(sli__indicator_entry(reg, i)->life,
		    SLI__LIFE_FREE);
	sli_registry_close(reg);
}

/* Its maker died before the SLO was there. */
static void
test_file_forgets_slices_of_no_slo(void **state)
{
	const char *path = scratch_path("file");
	struct sli_registry *reg = open_at(path, MONTH);
	struct sli_indicator *orphan;

	(void)state;
	assert_int_equal(sli__arena_lock(&reg->arena, NULL), SLI_OK);
	assert_int_equal(sli__indicator_of_slices(reg, "never", &orphan, NULL),
	    SLI_OK);
	assert_int_equal(sli__arena_unlock(&reg->arena, SLI_OK, NULL), SLI_OK);
	assert_int_equal(sli__indicator_entry(reg, 0)->life, orphan->bound);
	sli_registry_close(reg);
	reg = open_at(path, MONTH);
	assert_int_equal(sli__indicator_entry(reg, 0)->life, SLI__LIFE_FREE);
	assert_int_equal(sli__indicator_of_slices(reg, "never", &orphan, NULL),
	    SLI_OK);
	assert_int_equal(orphan - reg->indicators, 0);
	sli_registry_close(reg);
}

/* What counts them, and the zone, go on in memory. */
static void
test_file_that_is_lost_leaves_slices_and_periods(void **state)
{
	struct sli_registry *reg = open_at(scratch_path("file"), MONTH);
	struct sli_slo *slo = monthly_slices(reg);

	(void)state;
	count(reg, MONTH, 0, 1);
	assert_true(sli__registry_leave_file(reg));
	count(reg, MONTH + SLI_SECONDS(10), 0, 1);
	count(reg, MONTH + SLI_SECONDS(70), 1, 0);
	expect_budget(slo, MONTH + SLI_MINUTES(2), 1, 1);
	assert_true(zone_entry(reg)->life >= SLI__LIFE_ALIVE);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_file_continues_slices_and_periods),
		TEST(test_file_after_a_reboot_continues_slices),
		TEST(test_file_with_its_clock_set_back_continues_slices),
		TEST(test_file_counts_slices_of_all_processes),
		TEST(test_file_view_shows_what_was_counted),
		TEST(test_file_repair_saves_slices_and_periods),
		TEST(test_file_that_is_lost_leaves_slices_and_periods),
		TEST(test_file_slo_that_is_removed_frees_its_slices),
		TEST(
		    test_file_indicator_that_is_removed_takes_its_slices_along),
		TEST(test_file_forgets_slices_of_no_slo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
