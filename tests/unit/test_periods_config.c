/* SPDX-License-Identifier: MIT */
/*
 * What calendar periods may be asked for.
 */
#include "slos.h"

static struct sli_slo_config
monthly(const char *zone)
{
	struct sli_slo_config cfg = config(0.9);

	cfg.calendar = SLI_MONTH;
	cfg.time_zone = zone;
	return cfg;
}

static void
test_periods_that_make_no_sense_are_refused(void **state)
{
	struct sli_slo_config cfg = monthly(NULL);

	(void)state;
	cfg.period_ns = SLI_DAYS(30);
	expect_refused(&cfg, SLI_EINVAL, "period_ns", "2592000000000000");
	cfg.period_ns = 0;
	cfg.calendar_count = 367;
	expect_refused(&cfg, SLI_ERANGE, "calendar_count", "367");
	cfg.calendar_count = 0;
	cfg.week_start = 1;
	expect_refused(&cfg, SLI_EINVAL, "week_start", "1");
	cfg.week_start = 0;
	cfg.calendar_start_ns = 1;
	expect_refused(&cfg, SLI_ERANGE, "calendar_start_ns", "1");
	cfg.calendar_start_ns = 0;
	cfg.calendar = (enum sli_calendar)6;
	expect_refused(&cfg, SLI_EINVAL, "calendar 6", "SLI_YEAR");
	cfg.calendar = (enum sli_calendar) - 1;
	expect_refused(&cfg, SLI_EINVAL, "calendar", "SLI_YEAR");
}

static void
test_periods_in_no_known_zone_are_refused(void **state)
{
	struct sli_slo_config cfg = monthly("Europe/Atlantis");

	(void)state;
	expect_refused(&cfg, SLI_ENOENT, "time_zone", "Europe/Atlantis");
	cfg.time_zone = "../etc/passwd";
	expect_refused(&cfg, SLI_EINVAL, "time_zone", "../etc/passwd");
}

static void
test_periods_that_roll_have_no_calendar(void **state)
{
	struct sli_slo_config cfg = config(0.9);

	(void)state;
	cfg.calendar_count = 2;
	expect_refused(&cfg, SLI_EINVAL, "calendar_count", "2");
	cfg = config(0.9);
	cfg.week_start = 7;
	expect_refused(&cfg, SLI_EINVAL, "week_start", "7");
	cfg = config(0.9);
	cfg.calendar_start_ns = T0;
	expect_refused(&cfg, SLI_EINVAL, "calendar_start_ns", "no effect");
	cfg = config(0.9);
	cfg.time_zone = "Europe/Berlin";
	expect_refused(&cfg, SLI_EINVAL, "time_zone", "Europe/Berlin");
	cfg.time_zone = "UTC";
	add(&cfg);
}

static void
test_periods_registered_again_are_the_same(void **state)
{
	struct sli_slo_config cfg = monthly(""), other;
	struct sli_slo *slo = add(&cfg);

	(void)state;
	cfg.time_zone = "UTC"; /* the defaults, spelt out */
	cfg.calendar_count = 1;
	assert_ptr_equal(add(&cfg), slo);
#define EXPECT_EXISTS(statement, field)                                        \
	do {                                                                   \
		other = cfg;                                                   \
		statement;                                                     \
		expect_refused(&other, SLI_EEXIST, "another " field,           \
		    other.name);                                               \
	} while (0)
	EXPECT_EXISTS(other.calendar = SLI_YEAR, "calendar");
	EXPECT_EXISTS(other.calendar_count = 2, "calendar_count");
	EXPECT_EXISTS(other.calendar_start_ns = T0, "calendar_start_ns");
	EXPECT_EXISTS(other.time_zone = "Asia/Tokyo", "time_zone");
	cfg = monthly("Asia/Tokyo");
	cfg.name = "weekly";
	cfg.calendar = SLI_WEEK;
	slo = add(&cfg);
	cfg.week_start = 1;
	assert_ptr_equal(add(&cfg), slo);
	EXPECT_EXISTS(other.name = "weekly";
		      other.week_start = 7, "week_start");
}

static void
test_periods_in_more_zones_than_places_are_refused(void **state)
{
	static const char *const zones[] = { "Europe/Berlin", "Europe/Paris",
		"Europe/Rome", "Europe/Madrid", "Europe/London", "Asia/Tokyo",
		"Asia/Kolkata", "Asia/Seoul", "Asia/Dubai", "Asia/Tehran",
		"America/New_York", "America/Chicago", "America/Denver",
		"America/Lima", "Africa/Cairo", "Africa/Lagos" };
	struct sli_registry_config registry = SLI_REGISTRY_CONFIG_INIT;
	struct sli_slo_config cfg;
	char name[] = "a";
	size_t i;

	(void)state;
	_Static_assert(LENGTH(zones) == SLI_TIME_ZONES_MAX, "one of each");
	teardown(NULL);
	registry.max_indicators = 1;
	assert_int_equal(sli_registry_create(&registry, &reg, NULL), SLI_OK);
	ind = add_indicator(reg, "requests");
	for (i = 0; i < LENGTH(zones); i++, name[0]++) {
		cfg = monthly(zones[i]);
		cfg.name = name;
		add(&cfg);
	}
	cfg = monthly("Africa/Nairobi");
	expect_refused(&cfg, SLI_ENOSPC, "Africa/Nairobi", "up to 16");
	cfg.time_zone = zones[15];
	add(&cfg);
	cfg = monthly("UTC");
	cfg.name = "utc";
	add(&cfg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_periods_that_make_no_sense_are_refused),
		TEST(test_periods_in_no_known_zone_are_refused),
		TEST(test_periods_that_roll_have_no_calendar),
		TEST(test_periods_registered_again_are_the_same),
		TEST(test_periods_in_more_zones_than_places_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
