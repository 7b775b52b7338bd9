/* SPDX-License-Identifier: MIT */
#include "../support/scale.h"
#include "base/arith.h"
#include "calendars.h"

#define HOUR_S 3600
#define DAY_S 86400

/* ---- against libc, all of 2020 to 2035 ---- */

/* A week more on both sides, for the weeks over them. */
#define FIRST_DAY 18255 /* since 1970 */
#define DAYS 5860

/* Where each local day begins: libc's first quarter of an hour of its date. */
static int64_t day_s[DAYS];

static void
find_days(const char *name)
{
	int64_t t, local;
	int i;

	libc_zone(name);
	t = (int64_t)(FIRST_DAY - 1) * DAY_S;
	for (i = 0; i < DAYS; i++) {
		local = (int64_t)(FIRST_DAY + i) * DAY_S;
		while (t + libc_offset(t) < local)
			t += 900;
		if (t - 1 + libc_offset(t - 1) >= local)
			fail_msg("%s changes within a quarter of an hour",
			    name);
		day_s[i] = t;
	}
}

/* Does a period of that unit begin with that day? */
static int
is_first(enum sli_calendar unit, uint32_t week_start, int day)
{
	time_t t = (time_t)(FIRST_DAY + day) * DAY_S;
	struct tm tm;

	gmtime_r(&t, &tm);
	switch (unit) {
	case SLI_DAY:
		return 1;
	case SLI_WEEK:
		return tm.tm_wday == (int)week_start % 7;
	case SLI_MONTH:
		return tm.tm_mday == 1;
	case SLI_QUARTER:
		return tm.tm_mday == 1 && tm.tm_mon % 3 == 0;
	default:
		return tm.tm_yday == 0;
	}
}

static void
expect_all_periods(const struct sli__zone *zone, enum sli_calendar unit,
    uint32_t week_start)
{
	struct sli__calendar c = make(unit, 1, week_start, 0, zone);
	int64_t from, to;
	int day, before = -1;

	for (day = 0; day < DAYS; day++) {
		if (!is_first(unit, week_start, day))
			continue;
		if (before >= 0) {
			from = day_s[before];
			to = day_s[day];
			expect_period(&c, zone, from, from, to);
			expect_period(&c, zone, from + 1, from, to);
			expect_period(&c, zone, from + (to - from) / 2, from,
			    to);
			expect_period(&c, zone, to - HOUR_S, from, to);
			expect_period(&c, zone, to - 1, from, to);
		}
		before = day;
	}
}

static void
test_calendar_periods_of_2020_to_2035_agree_with_libc(void **state)
{
	static const struct {
		const char *name;
		int changes; /* -1: by decree, not by rule */
	} zones[] = { { "Europe/Berlin", 32 }, { "Australia/Lord_Howe", 32 },
		{ "America/Santiago", 32 }, { "Asia/Beirut", 32 },
		{ "America/St_Johns", 32 }, { "Europe/Dublin", 32 },
		{ "Asia/Tokyo", 0 }, { "Africa/Casablanca", -1 },
		{ "America/Havana", 32 }, { "Antarctica/Troll", 32 },
		{ "Pacific/Apia", -1 }, { "Asia/Kathmandu", 0 },
		{ "Africa/Cairo", -1 }, { "America/Nuuk", -1 },
		{ "Asia/Gaza", -1 }, { "Pacific/Chatham", 32 },
		{ "Europe/London", 32 }, { "America/New_York", 32 },
		{ "UTC", 0 } };
	struct sli__zone zone;
	uint32_t week_start;
	int uneven, day;
	size_t i, n = test_scaled(LENGTH(zones));

	(void)state;
	n = n < 4 ? 4 : min_u64(n, LENGTH(zones));
	for (i = 0; i < n; i++) {
		load_zone(zones[i].name, &zone);
		find_days(zones[i].name);
		for (day = 8, uneven = 0; day < 8 + 5844; day++)
			uneven += day_s[day + 1] - day_s[day] != DAY_S;
		if (zones[i].changes >= 0)
			assert_int_equal(uneven, zones[i].changes);
		else
			assert_in_range(uneven, 1, 100);
		expect_all_periods(&zone, SLI_DAY, 0);
		expect_all_periods(&zone, SLI_MONTH, 0);
		expect_all_periods(&zone, SLI_QUARTER, 0);
		expect_all_periods(&zone, SLI_YEAR, 0);
		for (week_start = 1; week_start <= 7; week_start++)
			expect_all_periods(&zone, SLI_WEEK, week_start);
	}
}

/* ---- known by heart ---- */

static void
expect_hours(const char *name, enum sli_calendar unit, int64_t now_s,
    int64_t from_s, int64_t half_hours)
{
	struct sli__calendar c;
	struct sli__zone zone;

	load_zone(name, &zone);
	c = make(unit, 1, 0, 0, &zone);
	expect_period(&c, &zone, now_s, from_s, from_s + half_hours * 1800);
}

static void
test_calendar_days_and_weeks_follow_the_clocks(void **state)
{
	const enum sli_calendar day = SLI_DAY, week = SLI_WEEK;

	(void)state;
	expect_hours("Europe/Berlin", day, utc(2024, 3, 31, 12, 0),
	    utc(2024, 3, 30, 23, 0), 2 * 23);
	expect_hours("Europe/Berlin", day, utc(2024, 10, 27, 12, 0),
	    utc(2024, 10, 26, 22, 0), 2 * 25);
	expect_hours("Europe/Berlin", week, utc(2024, 3, 28, 12, 0),
	    utc(2024, 3, 24, 23, 0), 2 * 167);
	expect_hours("Europe/Berlin", week, utc(2024, 10, 27, 12, 0),
	    utc(2024, 10, 20, 22, 0), 2 * 169);
	expect_hours("Europe/Dublin", week, utc(2024, 10, 27, 12, 0),
	    utc(2024, 10, 20, 23, 0), 2 * 169);
	expect_hours("Australia/Lord_Howe", day, utc(2024, 4, 6, 14, 0),
	    utc(2024, 4, 6, 13, 0), 49);
	expect_hours("Australia/Lord_Howe", day, utc(2024, 10, 5, 14, 0),
	    utc(2024, 10, 5, 13, 30), 47);
	expect_hours("Asia/Tokyo", week, utc(2024, 3, 31, 12, 0),
	    utc(2024, 3, 24, 15, 0), 2 * 168);
}

/* Clocks go from 24:00 to 01:00: the day begins at 01:00. */
static void
test_calendar_day_without_a_midnight_begins_after_it(void **state)
{
	(void)state;
	expect_hours("Asia/Beirut", SLI_DAY, utc(2024, 3, 31, 9, 0),
	    utc(2024, 3, 30, 22, 0), 2 * 23);
	expect_hours("Africa/Cairo", SLI_DAY, utc(2024, 4, 26, 9, 0),
	    utc(2024, 4, 25, 22, 0), 2 * 23);
	expect_hours("America/Santiago", SLI_DAY, utc(2024, 9, 8, 9, 0),
	    utc(2024, 9, 8, 4, 0), 2 * 23);
}

/* At 00:01 on 2009-11-01 clocks in Newfoundland went back to 23:01. */
static void
test_calendar_period_with_two_midnights_begins_at_one(void **state)
{
	const int64_t first = utc(2009, 11, 1, 2, 30);
	struct sli__calendar c;
	struct sli__zone zone;

	(void)state;
	load_zone("America/St_Johns", &zone);
	c = make(SLI_MONTH, 1, 0, 0, &zone);
	expect_period(&c, &zone, first, first, utc(2009, 12, 1, 3, 30));
	/* Clocks show 23:30, of October. */
	expect_period(&c, &zone, first + 30 * 60, first,
	    utc(2009, 12, 1, 3, 30));
	expect_period(&c, &zone, first - 1, utc(2009, 10, 1, 2, 30), first);
	expect_hours("America/Havana", SLI_DAY, utc(2024, 11, 3, 12, 0),
	    utc(2024, 11, 3, 4, 0), 2 * 25);
}

/* Samoa had no 2011-12-30. */
static void
test_calendar_skipped_day_is_in_no_period(void **state)
{
	struct sli__calendar c;
	struct sli__zone zone;
	const int64_t change = utc(2011, 12, 30, 10, 0);

	(void)state;
	load_zone("Pacific/Apia", &zone);
	c = make(SLI_DAY, 1, 0, 0, &zone);
	expect_period(&c, &zone, change - 1, change - DAY_S, change);
	expect_period(&c, &zone, change, change, change + DAY_S);
	expect_hours("Pacific/Apia", SLI_WEEK, change, utc(2011, 12, 26, 10, 0),
	    2 * 24 * 6);
	expect_hours("Pacific/Apia", SLI_MONTH, change, utc(2011, 12, 1, 10, 0),
	    2 * 24 * 30);
	expect_hours("Pacific/Apia", SLI_MONTH, utc(2011, 12, 1, 10, 0),
	    utc(2011, 12, 1, 10, 0), 2 * 24 * 30);
}

static void
test_calendar_months_and_years_have_their_days(void **state)
{
	const enum sli_calendar month = SLI_MONTH, quarter = SLI_QUARTER,
				year = SLI_YEAR;

	(void)state;
	expect_hours("UTC", month, utc(2023, 2, 28, 23, 59),
	    utc(2023, 2, 1, 0, 0), 48 * 28);
	expect_hours("UTC", month, utc(2024, 2, 29, 23, 59),
	    utc(2024, 2, 1, 0, 0), 48 * 29);
	expect_hours("UTC", month, utc(2100, 2, 28, 23, 59),
	    utc(2100, 2, 1, 0, 0), 48 * 28);
	expect_hours("UTC", quarter, utc(2023, 3, 31, 23, 59),
	    utc(2023, 1, 1, 0, 0), 48 * 90);
	expect_hours("UTC", quarter, utc(2024, 1, 1, 0, 0),
	    utc(2024, 1, 1, 0, 0), 48 * 91);
	expect_hours("UTC", quarter, utc(2024, 12, 31, 23, 59),
	    utc(2024, 10, 1, 0, 0), 48 * 92);
	expect_hours("UTC", year, utc(2024, 2, 29, 0, 0), utc(2024, 1, 1, 0, 0),
	    48 * 366);
	expect_hours("UTC", year, utc(2025, 12, 31, 23, 59),
	    utc(2025, 1, 1, 0, 0), 48 * 365);
}

/* ---- slices ---- */

static void
test_calendar_slices_belong_to_where_they_begin(void **state)
{
	struct sli__calendar c;
	struct sli__zone zone;
	struct period p, q;

	(void)state;
	load_zone("Europe/Berlin", &zone);
	c = make(SLI_DAY, 1, 0, 0, &zone);
	p = period_of(&c, &zone, SLI_SECONDS(utc(2024, 3, 31, 12, 0)));
	assert_int_equal(
	    sli__calendar_slices(p.from_ns, p.to_ns, SLI_MINUTES(1)), 23 * 60);
	p = period_of(&c, &zone, SLI_SECONDS(utc(2024, 10, 27, 12, 0)));
	assert_int_equal(
	    sli__calendar_slices(p.from_ns, p.to_ns, SLI_MINUTES(5)), 25 * 12);

	/* Half an hour off: whole hours are cut by no period. */
	load_zone("Australia/Lord_Howe", &zone);
	c = make(SLI_DAY, 1, 0, 0, &zone);
	p = period_of(&c, &zone, SLI_SECONDS(utc(2024, 4, 6, 14, 0)));
	q = period_of(&c, &zone, p.to_ns);
	assert_true(p.to_ns - p.from_ns == SLI_MINUTES(24 * 60 + 30));
	assert_int_equal(sli__calendar_slices(p.from_ns, p.to_ns, SLI_HOURS(1)),
	    25);
	assert_int_equal(sli__calendar_slices(q.from_ns, q.to_ns, SLI_HOURS(1)),
	    24);

	assert_int_equal(sli__calendar_slices(0, 0, 1), 0);
	assert_int_equal(sli__calendar_slices(5, 4, 1), 0);
	assert_true(sli__calendar_slices(0, UINT64_MAX, 1) == UINT64_MAX);
	assert_int_equal(sli__calendar_slices(0, 1, UINT64_MAX), 1);
	assert_int_equal(sli__calendar_slices(1, 2, UINT64_MAX), 0);
}

static void
test_calendar_slices_of_all_periods_add_up(void **state)
{
	static const uint64_t lengths[] = { SLI_SECONDS(1), SLI_SECONDS(7),
		SLI_MINUTES(1), SLI_MINUTES(5), SLI_HOURS(1), SLI_HOURS(5) };
	uint64_t sum, end = SLI_SECONDS(UNTIL_2036_S), first;
	struct sli__zone zone;
	struct sli__calendar c;
	struct period p;
	size_t i;

	(void)state;
	load_zone("Australia/Lord_Howe", &zone);
	c = make(SLI_WEEK, 1, 0, 0, &zone);
	for (i = 0; i < LENGTH(lengths); i++) {
		p = period_of(&c, &zone, SLI_SECONDS(FROM_2020_S));
		first = p.from_ns;
		for (sum = 0; p.from_ns < end;
		     p = period_of(&c, &zone, p.to_ns))
			sum += sli__calendar_slices(p.from_ns, p.to_ns,
			    lengths[i]);
		assert_int_equal(sum,
		    sli__calendar_slices(first, p.from_ns, lengths[i]));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_calendar_periods_of_2020_to_2035_agree_with_libc),
		cmocka_unit_test(
		    test_calendar_days_and_weeks_follow_the_clocks),
		cmocka_unit_test(
		    test_calendar_day_without_a_midnight_begins_after_it),
		cmocka_unit_test(
		    test_calendar_period_with_two_midnights_begins_at_one),
		cmocka_unit_test(test_calendar_skipped_day_is_in_no_period),
		cmocka_unit_test(
		    test_calendar_months_and_years_have_their_days),
		cmocka_unit_test(
		    test_calendar_slices_belong_to_where_they_begin),
		cmocka_unit_test(test_calendar_slices_of_all_periods_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
