/* SPDX-License-Identifier: MIT */
/*
 * When alerts fire and when they stop, in a service with 10 events a second
 * for longer than its period of 30 days.
 */
#include "requests.h"

/* When it goes wrong. */
#define OUTAGE (T0 + SLI_DAYS(31))

enum { PAGE_1H, PAGE_6H, TICKET_1D, TICKET_3D };

static struct sli_slo *
add_slo(const char *name, double objective, uint32_t flags)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_slo *slo = NULL;

	cfg.name = name;
	cfg.objective = objective;
	cfg.flags = flags;
	assert_int_equal(sli_slo_register(ind, &cfg, &slo, NULL), SLI_OK);
	return slo;
}

/* By slots of the 5 min ring: for what is older, that is as good as seconds. */
static void
run_well_until(uint64_t from_ns, uint64_t until_ns)
{
	uint64_t at;

	for (at = from_ns; at < until_ns; at += SLI_MINUTES(5))
		sli_count(ind, at, SLI_GOOD, 3000);
	sli_advance(reg, until_ns);
}

static struct sli_alert
alert(struct sli_slo *slo, uint64_t now_ns, uint32_t index)
{
	struct sli_alert a;

	assert_int_equal(sli_slo_alert(slo, now_ns, index, &a), SLI_OK);
	return a;
}

static void
expect_state(struct sli_slo *slo, uint64_t now_ns, uint32_t index,
    enum sli_alert_state expected)
{
	assert_int_equal(alert(slo, now_ns, index).state, expected);
}

/* DOMAIN.md 1.1: 51.8 s, 129.6 s, and 259.2 s for both tickets. */
static void
test_alert_total_outage_is_detected_on_time(void **state)
{
	static const uint64_t last_silent_s[] = { 51, 129, 259, 259 };
	struct sli_slo *slo = add_slo("three_nines", 0.999, 0);
	struct sli_budget b;
	uint64_t s, now;
	uint32_t i;

	(void)state;
	run_well_until(T0, OUTAGE);
	for (s = 1; s <= 300; s++) {
		sli_count(ind, OUTAGE + SLI_SECONDS(s - 1), SLI_BAD, 10);
		now = OUTAGE + SLI_SECONDS(s);
		for (i = PAGE_1H; i <= TICKET_3D; i++)
			expect_state(slo, now, i,
			    s > last_silent_s[i] ? SLI_ALERT_FIRING :
						   SLI_ALERT_OK);
		/* What was found when the slot was opened is kept. */
		assert_int_equal(sli_slo_budget(slo, now, &b), SLI_OK);
		assert_int_equal(b.page, s > last_silent_s[PAGE_1H]);
		assert_int_equal(b.ticket, s > last_silent_s[TICKET_1D]);
	}
}

/* DOMAIN.md 1.1: 295.7 s after the errors have stopped. */
static void
test_alert_resets_when_its_short_window_has_calmed(void **state)
{
	struct sli_slo *slo = add_slo("three_nines", 0.999, 0);
	uint64_t end = OUTAGE + SLI_SECONDS(100), s;
	struct sli_budget b;

	(void)state;
	run_well_until(T0, OUTAGE);
	/* Enough for the faster page, too little for the other. */
	count_each_second(ind, OUTAGE, 100, SLI_BAD, 10);
	for (s = 0; s < 310; s++) {
		sli_count(ind, end + SLI_SECONDS(s), SLI_GOOD, 10);
		expect_state(slo, end + SLI_SECONDS(s), PAGE_1H,
		    s <= 295 ? SLI_ALERT_FIRING : SLI_ALERT_OK);
		assert_int_equal(sli_slo_budget(slo, end + SLI_SECONDS(s), &b),
		    SLI_OK);
		assert_int_equal(b.page, s <= 295);
	}
}

/*
 * 10 s without an answer are 0.386 % of three nines' budget, below the 2 % of
 * the fastest page, and 3.86 % of four nines'.
 */
static void
test_alert_on_ten_seconds_of_outage_is_for_four_nines(void **state)
{
	struct sli_slo *three = add_slo("three_nines", 0.999, 0);
	struct sli_slo *four = add_slo("four_nines", 0.9999, 0);
	uint64_t now = OUTAGE + SLI_SECONDS(10);
	struct sli_budget b;
	uint32_t i;

	(void)state;
	run_well_until(T0, OUTAGE);
	count_each_second(ind, OUTAGE, 10, SLI_BAD, 10);
	for (i = PAGE_1H; i <= TICKET_3D; i++)
		expect_state(three, now, i, SLI_ALERT_OK);
	expect_state(four, now, PAGE_1H, SLI_ALERT_FIRING);
	assert_int_equal(sli_slo_budget(three, now, &b), SLI_OK);
	assert_true(b.remaining > 0.9961 && b.remaining < 0.9962);
	assert_int_equal(sli_slo_budget(four, now, &b), SLI_OK);
	assert_true(b.remaining > 0.9613 && b.remaining < 0.9615);
}

/*
 * After a day of silence 200 events, half of them bad: a ratio that pages, of
 * a budget that is hardly touched.
 */
static void
test_alert_on_little_traffic_is_weighted_unless_by_ratio(void **state)
{
	struct sli_slo *weighted = add_slo("weighted", 0.999, 0);
	struct sli_slo *by_ratio = add_slo("by_ratio", 0.999,
	    SLI_SLO_ALERT_BY_RATIO);
	uint64_t now = OUTAGE + SLI_DAYS(1);
	struct sli_alert a;

	(void)state;
	run_well_until(T0, OUTAGE);
	sli_count(ind, now, SLI_GOOD, 100);
	sli_count(ind, now, SLI_BAD, 100);
	expect_state(by_ratio, now + SLI_SECONDS(1), PAGE_1H, SLI_ALERT_FIRING);
	expect_state(weighted, now + SLI_SECONDS(1), PAGE_1H, SLI_ALERT_OK);
	a = alert(by_ratio, now + SLI_SECONDS(1), PAGE_1H);
	assert_near(a.long_burn, 500.0);
	a = alert(weighted, now + SLI_SECONDS(1), PAGE_1H);
	assert_true(a.long_burn > 2.7 && a.long_burn < 3.0);
}

/* One event, and bad: it burns at 1000, and wakes nobody. */
static void
test_alert_on_one_bad_event_never_fires(void **state)
{
	struct sli_slo *weighted = add_slo("weighted", 0.999, 0);
	struct sli_slo *by_ratio = add_slo("by_ratio", 0.999,
	    SLI_SLO_ALERT_BY_RATIO);
	uint64_t s;
	uint32_t i;

	(void)state;
	sli_count(ind, T0, SLI_BAD, 1);
	for (s = 1; s < 600; s++) {
		sli_count(ind, T0 + SLI_SECONDS(s), SLI_GOOD, 1);
		for (i = PAGE_1H; i <= TICKET_3D; i++) {
			expect_state(weighted, T0 + SLI_SECONDS(s), i,
			    SLI_ALERT_OK);
			expect_state(by_ratio, T0 + SLI_SECONDS(s), i,
			    SLI_ALERT_OK);
		}
	}
}

/* Ten minutes old, in an outage since the first: it does not wait for 30 d. */
/*
 * The traffic so far stands for the period's, and a window counts whole: half
 * of ten minutes bad is a burn rate of 500, and a sixth of that over the hour.
 */
static void
test_alert_in_a_young_process_measures_whole_windows(void **state)
{
	struct sli_slo *slo = add_slo("three_nines", 0.999, 0);
	uint64_t now = T0 + SLI_MINUTES(10);
	struct sli_alert a;

	(void)state;
	for (uint64_t s = T0; s < now; s += SLI_SECONDS(1)) {
		sli_count(ind, s, SLI_GOOD, 5);
		sli_count(ind, s, SLI_BAD, 5);
	}
	expect_state(slo, now, PAGE_1H, SLI_ALERT_FIRING);
	a = alert(slo, now, PAGE_1H);
	assert_true(a.long_burn > 83.2 && a.long_burn < 83.4);
	assert_true(a.short_burn > 499.0 && a.short_burn < 501.0);
}

/* envoy#33739: a rate is not divided by the age of the oldest sample. */
static void
test_alert_few_failures_after_a_start_page_nobody(void **state)
{
	struct sli_slo *slo = add_slo("three_nines", 0.999, 0);

	(void)state;
	count_each_second(ind, T0, 10, SLI_GOOD, 10);
	sli_count(ind, T0 + SLI_SECONDS(9), SLI_BAD, 2);
	expect_state(slo, T0 + SLI_SECONDS(10), PAGE_1H, SLI_ALERT_OK);
	expect_state(slo, T0 + SLI_SECONDS(10), PAGE_6H, SLI_ALERT_OK);
}

/* As fast as in an old process: 14.4 x 0.1 % of an hour are 51.84 s. */
static void
test_alert_outage_from_the_start_pages_after_52_s(void **state)
{
	struct sli_slo *slo = add_slo("three_nines", 0.999, 0);

	(void)state;
	count_each_second(ind, T0, 51, SLI_BAD, 10);
	expect_state(slo, T0 + SLI_SECONDS(51), PAGE_1H, SLI_ALERT_OK);
	count_each_second(ind, T0 + SLI_SECONDS(51), 1, SLI_BAD, 10);
	expect_state(slo, T0 + SLI_SECONDS(52), PAGE_1H, SLI_ALERT_FIRING);
}

static void
test_alert_tells_its_rule_and_why_it_was_dropped(void **state)
{
	struct sli_slo *slo = add_slo("low", 0.9, 0);
	struct sli_alert a;

	(void)state;
	assert_int_equal(sli_slo_alert_count(slo), 4);
	a = alert(slo, T0, PAGE_1H);
	assert_int_equal(a.status, SLI_ERANGE);
	assert_non_null(strstr(a.reason, "14.4 times the budget of 0.1"));
	a = alert(slo, T0, PAGE_6H);
	assert_int_equal(a.status, SLI_OK);
	assert_string_equal(a.reason, "");
	assert_int_equal(a.severity, SLI_PAGE);
	assert_true(a.long_ns == SLI_HOURS(6) && a.short_ns == SLI_MINUTES(30));
	assert_true(a.factor == 6.0);
	assert_int_equal(a.min_events, 2);
	assert_int_equal(a.min_bad, 2);
	assert_true(a.long_burn == 0.0 && a.short_burn == 0.0);
	assert_int_equal(alert(slo, T0, TICKET_3D).severity, SLI_TICKET);
}

static void
test_alert_that_is_not_there_is_refused(void **state)
{
	struct sli_slo *with = add_slo("with", 0.999, 0);
	struct sli_slo *without = add_slo("without", 0.999, SLI_SLO_NO_ALERTS);
	struct sli_alert a = { .factor = 7.0 };
	struct sli_budget b;

	(void)state;
	assert_int_equal(sli_slo_alert_count(without), 0);
	assert_int_equal(sli_slo_alert_count(NULL), 0);
	assert_int_equal(sli_slo_alert(without, T0, 0, &a), SLI_ENOENT);
	assert_int_equal(sli_slo_alert(with, T0, 4, &a), SLI_ENOENT);
	assert_int_equal(sli_slo_alert(NULL, T0, 0, &a), SLI_EINVAL);
	assert_int_equal(sli_slo_alert(with, T0, 0, NULL), SLI_EINVAL);
	assert_true(a.factor == 7.0);

	count_each_second(ind, T0, 600, SLI_BAD, 10);
	assert_int_equal(sli_slo_budget(without, T0 + SLI_MINUTES(10), &b),
	    SLI_OK);
	assert_int_equal(b.page, SLI_ALERT_OK);
	assert_int_equal(sli_slo_budget(with, T0 + SLI_MINUTES(10), &b),
	    SLI_OK);
	assert_int_equal(b.page, SLI_ALERT_FIRING);
	assert_int_equal(b.ticket, SLI_ALERT_FIRING);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_alert_total_outage_is_detected_on_time),
		TEST(test_alert_resets_when_its_short_window_has_calmed),
		TEST(test_alert_on_ten_seconds_of_outage_is_for_four_nines),
		TEST(test_alert_on_little_traffic_is_weighted_unless_by_ratio),
		TEST(test_alert_on_one_bad_event_never_fires),
		TEST(test_alert_in_a_young_process_measures_whole_windows),
		TEST(test_alert_few_failures_after_a_start_page_nobody),
		TEST(test_alert_outage_from_the_start_pages_after_52_s),
		TEST(test_alert_tells_its_rule_and_why_it_was_dropped),
		TEST(test_alert_that_is_not_there_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
