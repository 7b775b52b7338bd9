/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../support/common.h"
#include "../support/libc_calendar.h"
#include "../support/scale.h"

/*
 * SLOs of calendar periods in four zones, through 2020 to 2035: at each
 * beginning of a week, month, quarter and year, and at each change of clocks,
 * the period and its events are what libc makes of the time-zone database.
 *
 * The library never looks at TZ, by which libc is told the zone.
 */
#define FROM_S INT64_C(1577836800)  /* 2020-01-01 00:00 UTC */
#define UNTIL_S INT64_C(2082758400) /* 2036 */

/* Clocks that change in one hour and by half of one, and at midnight. */
static const char *const zones[] = { "Europe/Berlin", "America/New_York",
	"Australia/Lord_Howe", "America/Santiago" };

/* Days are looked at when something else changes. */
static const enum sli_calendar units[] = { SLI_DAY, SLI_WEEK, SLI_MONTH,
	SLI_QUARTER, SLI_YEAR };

#define ZONES LENGTH(zones)
#define UNITS LENGTH(units)

static struct sli_registry *reg;
static struct sli_indicator *ind;
static struct sli_slo *slos[ZONES][UNITS];

/* What happened, and when; never at the same time twice. */
struct event {
	int64_t at_s;
	enum sli_outcome outcome;
};

#define EVENTS_MAX 20000

static struct event events[EVENTS_MAX];
static size_t event_count;

static void
libc_zone(const char *name)
{
	assert_int_equal(setenv("TZ", name, 1), 0);
	tzset();
}

static struct tm
local(int64_t utc_s)
{
	time_t t = (time_t)utc_s;
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		fail_msg("libc cannot tell %lld", (long long)utc_s);
	return tm;
}

static int
compare_times(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* All beginnings and changes of clocks of a zone, unsorted. */
static size_t
find_times(int64_t *times, size_t n)
{
	int64_t t, next;
	size_t unit;

	for (unit = 1; unit < UNITS; unit++)
		for (t = FROM_S; t < UNTIL_S; t = next) {
			next = libc_period_begin(local(t), units[unit], 1);
			assert_true(next > t);
			times[n++] = next;
		}
	for (t = FROM_S; t < UNTIL_S; t += 1800)
		if (local(t).tm_gmtoff != local(t - 1).tm_gmtoff)
			times[n++] = t;
	return n;
}

static void
happen(int64_t at_s, enum sli_outcome outcome)
{
	assert_true(event_count < EVENTS_MAX);
	events[event_count].at_s = at_s;
	events[event_count++].outcome = outcome;
	sli_count(ind, SLI_SECONDS(at_s), outcome, 1);
}

static void
expect_budget(struct sli_slo *slo, uint64_t now_ns, int64_t from_s,
    int64_t to_s)
{
	struct sli_budget b;
	uint64_t good = 0, bad = 0;
	size_t i;

	for (i = event_count; i > 0 && events[i - 1].at_s >= from_s; i--)
		if (events[i - 1].outcome == SLI_GOOD)
			good++;
		else
			bad++;
	assert_int_equal(sli_slo_budget(slo, now_ns, &b), SLI_OK);
	if (b.from_ns != SLI_SECONDS(from_s) || b.to_ns != SLI_SECONDS(to_s))
		fail_msg("%s at %llu: [%llu, %llu), not [%lld, %lld)",
		    sli_slo_name(slo), (unsigned long long)now_ns,
		    (unsigned long long)b.from_ns, (unsigned long long)b.to_ns,
		    (long long)from_s, (long long)to_s);
	if (b.good != good || b.bad != bad)
		fail_msg("%s at %llu: %llu good, %llu bad, not %llu and %llu",
		    sli_slo_name(slo), (unsigned long long)now_ns,
		    (unsigned long long)b.good, (unsigned long long)b.bad,
		    (unsigned long long)good, (unsigned long long)bad);
}

static void
expect_budgets(uint64_t now_ns)
{
	struct tm tm;
	size_t zone, unit;

	for (zone = 0; zone < ZONES; zone++) {
		libc_zone(zones[zone]);
		tm = local((int64_t)(now_ns / SLI_SECONDS(1)));
		for (unit = 0; unit < UNITS; unit++)
			expect_budget(slos[zone][unit], now_ns,
			    libc_period_begin(tm, units[unit], 0),
			    libc_period_begin(tm, units[unit], 1));
	}
}

static void
open_slos(void)
{
	struct sli_registry_config rcfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config icfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_error err = { 0 };
	char name[SLI_NAME_MAX + 1];
	size_t zone, unit;

	icfg.name = "requests";
	assert_int_equal(sli_registry_create(&rcfg, &reg, NULL), SLI_OK);
	assert_int_equal(sli_indicator_register(reg, &icfg, &ind, NULL),
	    SLI_OK);
	cfg.name = name;
	cfg.objective = 0.99;
	for (zone = 0; zone < ZONES; zone++)
		for (unit = 0; unit < UNITS; unit++) {
			(void)snprintf(name, sizeof(name), "%s.%zu",
			    strchr(zones[zone], '/') + 1, unit);
			cfg.time_zone = zones[zone];
			cfg.calendar = units[unit];
			if (sli_slo_register(ind, &cfg, &slos[zone][unit],
				&err) != SLI_OK)
				fail_msg("%s", err.message);
		}
}

/*
 * A bad event in the last second before, a good one in the first second of,
 * each of these times.
 */
static void
test_calendar_years_agree_with_libc_in_four_zones(void **state)
{
	static int64_t times[EVENTS_MAX];
	size_t i, n = 0, zone, stride = 100 / test_scaled(100);

	(void)state;
	for (zone = 0; zone < ZONES; zone++) {
		libc_zone(zones[zone]);
		n = find_times(times, n);
	}
	qsort(times, n, sizeof(times[0]), compare_times);
	/* 835 weeks, 192 months, 64 quarters, 16 years, 32 changes. */
	assert_in_range(n, 4 * 1130, 4 * 1145);
	open_slos();
	happen(FROM_S - SLI_HOURS(1) / SLI_SECONDS(1), SLI_GOOD);
	for (i = 0; i<n; i += stride> 0 ? stride : 1) {
		if (times[i] - 1 <= events[event_count - 1].at_s)
			continue;
		happen(times[i] - 1, SLI_BAD);
		expect_budgets(SLI_SECONDS(times[i]) - 1);
		happen(times[i], SLI_GOOD);
		expect_budgets(SLI_SECONDS(times[i]));
	}
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_calendar_years_agree_with_libc_in_four_zones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
