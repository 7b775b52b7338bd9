/* SPDX-License-Identifier: MIT */
#include "../support/random.h"
#include "../support/scale.h"
#include "calendars.h"

/* ---- several units, and starts ---- */

static void
test_calendar_several_units_are_counted_from_1970(void **state)
{
	struct sli__zone zone;
	struct sli__calendar c;

	(void)state;
	load_zone("UTC", &zone);
	c = make(SLI_MONTH, 2, 0, 0, &zone);
	expect_period(&c, &zone, utc(2024, 2, 29, 0, 0), utc(2024, 1, 1, 0, 0),
	    utc(2024, 3, 1, 0, 0));
	/* The week of 1970-01-01 began on 1969-12-29. */
	c = make(SLI_WEEK, 2, 0, 0, &zone);
	expect_period(&c, &zone, 0, 0, utc(1970, 1, 12, 0, 0));
	expect_period(&c, &zone, utc(1970, 1, 12, 0, 0), utc(1970, 1, 12, 0, 0),
	    utc(1970, 1, 26, 0, 0));
	c = make(SLI_WEEK, 1, 7, 0, &zone);
	expect_period(&c, &zone, utc(2024, 3, 31, 0, 0), utc(2024, 3, 31, 0, 0),
	    utc(2024, 4, 7, 0, 0));
	c = make(SLI_WEEK, 1, 4, 0, &zone);
	expect_period(&c, &zone, 0, 0, utc(1970, 1, 8, 0, 0));
	c = make(SLI_YEAR, 5, 0, 0, &zone);
	expect_period(&c, &zone, utc(2024, 3, 1, 0, 0), utc(2020, 1, 1, 0, 0),
	    utc(2025, 1, 1, 0, 0));
}

/* A local time repeats, whatever offset it has then. */
static void
test_calendar_start_gives_its_local_date_and_time(void **state)
{
	struct sli__zone zone;
	struct sli__calendar c;

	(void)state;
	load_zone("Europe/Berlin", &zone);
	/* From Wednesday, 2024-01-10 12:30 in Berlin. */
	c = make(SLI_WEEK, 2, 0, utc(2024, 1, 10, 11, 30), &zone);
	expect_period(&c, &zone, utc(2024, 1, 10, 11, 30),
	    utc(2024, 1, 10, 11, 30), utc(2024, 1, 24, 11, 30));
	expect_period(&c, &zone, utc(2024, 1, 10, 11, 29),
	    utc(2023, 12, 27, 11, 30), utc(2024, 1, 10, 11, 30));
	expect_period(&c, &zone, utc(2024, 4, 1, 0, 0),
	    utc(2024, 3, 20, 11, 30), utc(2024, 4, 3, 10, 30));
	/* 02:30 is skipped on 2024-03-31, and comes twice on 2024-10-27. */
	c = make(SLI_DAY, 1, 0, utc(2024, 1, 10, 1, 30), &zone);
	expect_period(&c, &zone, utc(2024, 3, 31, 12, 0),
	    utc(2024, 3, 31, 1, 0), utc(2024, 4, 1, 0, 30));
	expect_period(&c, &zone, utc(2024, 10, 27, 12, 0),
	    utc(2024, 10, 27, 0, 30), utc(2024, 10, 28, 1, 30));
}

static void
test_calendar_month_without_the_day_begins_on_its_last(void **state)
{
	struct sli__zone zone;
	struct sli__calendar c;

	(void)state;
	load_zone("UTC", &zone);
	c = make(SLI_MONTH, 1, 0, utc(2024, 1, 31, 6, 0), &zone);
	expect_period(&c, &zone, utc(2024, 2, 29, 5, 0), utc(2024, 1, 31, 6, 0),
	    utc(2024, 2, 29, 6, 0));
	/* It comes back to the 31st. */
	expect_period(&c, &zone, utc(2024, 3, 31, 7, 0), utc(2024, 3, 31, 6, 0),
	    utc(2024, 4, 30, 6, 0));
	expect_period(&c, &zone, utc(2023, 3, 1, 0, 0), utc(2023, 2, 28, 6, 0),
	    utc(2023, 3, 31, 6, 0));
	expect_period(&c, &zone, utc(2100, 3, 1, 0, 0), utc(2100, 2, 28, 6, 0),
	    utc(2100, 3, 31, 6, 0));
	c = make(SLI_YEAR, 1, 0, utc(2024, 2, 29, 0, 0), &zone);
	expect_period(&c, &zone, utc(2025, 6, 1, 0, 0), utc(2025, 2, 28, 0, 0),
	    utc(2026, 2, 28, 0, 0));
	expect_period(&c, &zone, utc(2028, 2, 28, 0, 0), utc(2027, 2, 28, 0, 0),
	    utc(2028, 2, 29, 0, 0));
}

/* ---- any calendar ---- */

static struct sli__calendar
random_calendar(struct random *rnd, const struct sli__zone *zone)
{
	enum sli_calendar unit = (enum sli_calendar)(
	    SLI_DAY + random_below(rnd, 5));
	uint32_t count = (uint32_t)random_magnitude(rnd, 8);
	int64_t start = 0;

	if (random_percent(rnd, 60))
		start = FROM_2020_S +
		    (int64_t)random_below(rnd, UNTIL_2036_S - FROM_2020_S);
	return make(unit, count, 0, start, zone);
}

/* A check that what is in no list above does not break. */
static void
test_calendar_every_time_is_in_exactly_one_period(void **state)
{
	static const char *const names[] = { "Europe/Berlin", "Asia/Beirut",
		"Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia",
		"America/Havana", "Africa/Casablanca", "UTC" };
	struct random rnd = { random_seed() };
	uint64_t round, rounds = test_scaled(200000), now;
	struct sli__zone zone[LENGTH(names)];
	const struct sli__zone *z;
	struct sli__calendar c;
	struct period p, q;
	size_t i;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)rnd.state);
	for (i = 0; i < LENGTH(names); i++)
		load_zone(names[i], &zone[i]);
	for (round = 0; round < rounds; round++) {
		z = &zone[random_below(&rnd, LENGTH(names))];
		c = random_calendar(&rnd, z);
		now = random_below(&rnd, LAST_TIME);
		if (random_percent(&rnd, 50))
			now = SLI_SECONDS(FROM_2020_S) +
			    random_below(&rnd, SLI_DAYS(5844));
		p = period_of(&c, z, now);
		if (p.from_ns > now || now >= p.to_ns)
			fail_msg("%s, unit %u: %llu is not in its period",
			    z->name, c.unit, (unsigned long long)now);
		q = period_of(&c, z, p.to_ns - 1);
		assert_true(q.from_ns == p.from_ns && q.to_ns == p.to_ns);
		if (p.to_ns <= LAST_TIME)
			assert_true(
			    period_of(&c, z, p.to_ns).from_ns == p.to_ns);
		if (p.from_ns > 0)
			assert_true(
			    period_of(&c, z, p.from_ns - 1).to_ns == p.from_ns);
	}
}

static void
test_calendar_times_at_the_ends_of_time_have_a_period(void **state)
{
	struct sli__zone zone;
	struct sli__calendar c;
	struct period p, last;

	(void)state;
	load_zone("Asia/Tokyo", &zone);
	c = make(SLI_MONTH, 1, 0, 0, &zone);
	p = period_of(&c, &zone, 0);
	assert_true(p.from_ns == 0);
	assert_true(p.to_ns == SLI_SECONDS(utc(1970, 1, 31, 15, 0)));
	last = period_of(&c, &zone, LAST_TIME);
	assert_true(last.from_ns <= LAST_TIME && last.to_ns > LAST_TIME);
	p = period_of(&c, &zone, UINT64_MAX);
	assert_true(p.from_ns == last.from_ns && p.to_ns == last.to_ns);
	c = make(SLI_YEAR, 366, 0, 0, &zone);
	p = period_of(&c, &zone, LAST_TIME);
	assert_true(p.from_ns == 0 && p.to_ns > LAST_TIME);
}

/* ---- what is refused ---- */

static void
test_calendar_that_makes_no_sense_is_refused(void **state)
{
	static const struct {
		struct sli__calendar_config cfg;
		int status;
		const char *field, *value;
	} cases[] = {
		{ { (enum sli_calendar)6, 1, 0, 0 }, SLI_EINVAL, "calendar",
		    "6" },
		{ { SLI_ROLLING, 1, 0, 0 }, SLI_EINVAL, "calendar", "0" },
		{ { SLI_DAY, 367, 0, 0 }, SLI_ERANGE, "count", "367" },
		{ { SLI_WEEK, 1, 8, 0 }, SLI_EINVAL, "week_start", "8" },
		{ { SLI_MONTH, 1, 1, 0 }, SLI_EINVAL, "week_start",
		    "no effect" },
		{ { SLI_WEEK, 1, 1, SLI_DAYS(20000) }, SLI_EINVAL, "week_start",
		    "no effect" },
		{ { SLI_WEEK, 1, 0, SLI_DAYS(20000) + 1 }, SLI_ERANGE,
		    "start_ns", "1728000000000000001" },
		{ { SLI_WEEK, 1, 0, SLI_SECONDS(9000000000) }, SLI_ERANGE,
		    "start_ns", "9000000000000000000" },
	};
	struct sli__calendar calendar = { 7, 7, 7 };
	struct sli__zone zone;
	struct sli_error err;
	size_t i;

	(void)state;
	load_zone("UTC", &zone);
	for (i = 0; i < LENGTH(cases); i++) {
		assert_int_equal(
		    sli__calendar_make(&cases[i].cfg, &zone, &calendar, &err),
		    cases[i].status);
		assert_error(&err, cases[i].status, cases[i].field,
		    cases[i].value);
	}
	assert_int_equal(calendar.unit, 7);
}

static void
test_calendar_in_shared_memory_is_checked(void **state)
{
	const struct sli__calendar good = { SLI_MONTH, 1, 0 };
	struct sli__calendar c;

	(void)state;
	assert_int_equal(sli__calendar_check(&good, NULL), SLI_OK);
	c = good;
	c.unit = 6;
	assert_int_equal(sli__calendar_check(&c, NULL), SLI_ECORRUPT);
	c.unit = SLI_ROLLING;
	assert_int_equal(sli__calendar_check(&c, NULL), SLI_ECORRUPT);
	c = good;
	c.count = 0;
	assert_int_equal(sli__calendar_check(&c, NULL), SLI_ECORRUPT);
	c.count = 367;
	assert_int_equal(sli__calendar_check(&c, NULL), SLI_ECORRUPT);
	c = good;
	c.first_s = INT64_MIN;
	assert_int_equal(sli__calendar_check(&c, NULL), SLI_ECORRUPT);
	c.first_s = INT64_MAX;
	assert_int_equal(sli__calendar_check(&c, NULL), SLI_ECORRUPT);
}

/* Whatever passes the checks ends, and its period has the time. */
static void
test_calendar_in_hostile_memory_ends(void **state)
{
	struct random rnd = { random_seed() };
	uint64_t round, rounds = test_scaled(100000), now, used = 0;
	struct sli__zone good, zone;
	struct sli__calendar c;
	struct period p;
	size_t i;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)rnd.state);
	load_zone("Africa/Casablanca", &good);
	for (round = 0; round < rounds; round++) {
		zone = good;
		for (i = random_below(&rnd, 3); i > 0; i--)
			((unsigned char *)&zone)[random_below(&rnd,
			    sizeof(zone))] = (unsigned char)random_next(&rnd);
		c.unit = (uint32_t)random_below(&rnd, 7);
		c.count = (uint32_t)random_magnitude(&rnd, 10);
		c.first_s = (int64_t)(random_next(&rnd) >>
				random_below(&rnd, 64)) *
		    (random_percent(&rnd, 50) ? 1 : -1);
		if (sli__zone_check(&zone, NULL) != SLI_OK ||
		    sli__calendar_check(&c, NULL) != SLI_OK)
			continue;
		now = random_below(&rnd, LAST_TIME);
		p = period_of(&c, &zone, now);
		if (p.from_ns > now || now >= p.to_ns)
			fail_msg("round %llu", (unsigned long long)round);
		used++;
	}
	assert_in_range(used, 1, rounds);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_calendar_several_units_are_counted_from_1970),
		cmocka_unit_test(
		    test_calendar_start_gives_its_local_date_and_time),
		cmocka_unit_test(
		    test_calendar_month_without_the_day_begins_on_its_last),
		cmocka_unit_test(
		    test_calendar_every_time_is_in_exactly_one_period),
		cmocka_unit_test(
		    test_calendar_times_at_the_ends_of_time_have_a_period),
		cmocka_unit_test(test_calendar_that_makes_no_sense_is_refused),
		cmocka_unit_test(test_calendar_in_shared_memory_is_checked),
		cmocka_unit_test(test_calendar_in_hostile_memory_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
