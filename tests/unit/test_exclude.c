/* SPDX-License-Identifier: MIT */
#include "adjusts.h"

/* Good events on each second of an hour, and bad ones in minutes 20 to 40. */
static void
outage_of_20_minutes(uint64_t from_ns)
{
	count_each_second(ind, from_ns, 20 * 60, SLI_GOOD, 1);
	count_each_second(ind, from_ns + SLI_MINUTES(20), 20 * 60, SLI_BAD, 1);
	count_each_second(ind, from_ns + SLI_MINUTES(40), 20 * 60, SLI_GOOD, 1);
}

static double
burn_of(struct sli_slo *slo, uint64_t now_ns, uint64_t window_ns)
{
	double burn = -1.0;

	if (sli_slo_burn_rate(slo, now_ns, window_ns, &burn) != SLI_OK)
		return -1.0;
	return burn;
}

static void
test_exclude_past_leaves_out_its_events_and_keeps_counts(void **state)
{
	uint64_t now = T0 + SLI_HOURS(1);
	struct sli_slo *slo = add_slo();
	struct sli_counts counts;
	struct sli_budget b;

	(void)state;
	outage_of_20_minutes(T0);
	assert_near(burn_of(slo, now, SLI_HOURS(1)), 10.0 / 3);
	assert_int_equal(
	    exclude(slo, now, T0 + SLI_MINUTES(20), T0 + SLI_MINUTES(40)),
	    SLI_OK);
	b = budget_of(slo, now);
	assert_true(b.good == 2400 && b.bad == 0 && b.remaining == 1.0);
	assert_int_equal(b.excluded, 1200);
	assert_true(b.excluded_ns == SLI_MINUTES(20));
	assert_true(b.covered_ns == SLI_HOURS(1));
	assert_true(b.burn_rate_1h == 0.0 && b.burn_rate_6h == 0.0);
	assert_true(burn_of(slo, now, SLI_MINUTES(25)) == 0.0);
	assert_int_equal(sli_window_counts(ind, now, SLI_HOURS(1), &counts),
	    SLI_OK);
	assert_true(counts.good == 2400 && counts.bad == 1200);
}

static void
test_exclude_under_way_holds_from_then_to_its_end(void **state)
{
	uint64_t from = T0 + SLI_MINUTES(20), to = T0 + SLI_MINUTES(40);
	struct sli_slo *slo = add_slo();
	struct sli_adjustment a;
	uint64_t s;

	(void)state;
	count_each_second(ind, T0, 20 * 60, SLI_GOOD, 1);
	count_each_second(ind, from, 5 * 60, SLI_BAD, 1);
	assert_budget(slo, from + SLI_MINUTES(5), 1200, 300);
	assert_int_equal(exclude(slo, from + SLI_MINUTES(5), from, to), SLI_OK);
	assert_budget(slo, from + SLI_MINUTES(5), 1200, 0);
	for (s = 5 * 60; s < 20 * 60; s++) {
		sli_count(ind, from + SLI_SECONDS(s), SLI_BAD, 1);
		if (s % 97 == 0)
			assert_budget(slo, from + SLI_SECONDS(s), 1200, 0);
	}
	a = exclusion_from(slo, to - 1, from);
	assert_true(a.settled == 0 && a.good == 0 && a.bad == 1200);
	/* Of windows that lie wholly in it nothing is left. */
	assert_true(burn_of(slo, to - 1, SLI_MINUTES(5)) < 0.0);
	sli_count(ind, to, SLI_BAD, 7);
	assert_budget(slo, to, 1200, 7);
	a = exclusion_from(slo, to, from);
	assert_true(a.settled == 1 && a.good == 0 && a.bad == 1200);
	assert_near(burn_of(slo, to, SLI_MINUTES(5)), 10.0);
}

static void
test_exclude_planned_does_nothing_until_it_begins(void **state)
{
	uint64_t from = T0 + SLI_MINUTES(20), to = T0 + SLI_MINUTES(40);
	struct sli_slo *slo = add_slo();
	struct sli_adjustment a;
	struct sli_budget b;

	(void)state;
	assert_int_equal(exclude(slo, T0, from, to), SLI_OK);
	count_each_second(ind, T0, 20 * 60, SLI_BAD, 1);
	b = budget_of(slo, from - 1);
	assert_true(b.bad == 1200 && b.excluded == 0 && b.excluded_ns == 0);
	a = exclusion_from(slo, from - 1, from);
	assert_true(a.good == 0 && a.bad == 0 && a.settled == 0);
	assert_true(a.to_ns == to);
	outage_of_20_minutes(from);
	b = budget_of(slo, T0 + SLI_HOURS(2));
	assert_true(b.good == 1200 && b.bad == 2400 && b.excluded == 1200);
}

/* The slots of five days later are of two hours: what was settled is exact. */
static void
test_exclude_stays_exact_when_history_is_coarse(void **state)
{
	uint64_t now = T0 + SLI_DAYS(8), from = T0 + SLI_MINUTES(20);
	struct sli_slo *slo = add_slo();

	(void)state;
	assert_int_equal(exclude(slo, T0, from, from + SLI_MINUTES(20)),
	    SLI_OK);
	outage_of_20_minutes(T0);
	count_each_second(ind, now - SLI_MINUTES(1), 60, SLI_GOOD, 1);
	assert_budget(slo, now, 2460, 0);
	assert_true(burn_of(slo, now, SLI_DAYS(9)) == 0.0);
}

/* A window that begins inside one has so much of it as of its time. */
static void
test_exclude_settled_is_shared_by_time_at_a_windows_edge(void **state)
{
	uint64_t from = T0 + SLI_MINUTES(20), to = T0 + SLI_MINUTES(40);
	uint64_t now = T0 + SLI_HOURS(1);
	struct sli_slo *slo = add_slo();
	struct sli_budget b;
	double burn;

	(void)state;
	outage_of_20_minutes(T0);
	assert_int_equal(exclude(slo, now, from, to), SLI_OK);
	burn = burn_of(slo, now, SLI_MINUTES(30));
	assert_true(burn == 0.0);
	b = budget_of(slo, from + SLI_DAYS(30) + SLI_MINUTES(10));
	assert_true(b.excluded_ns == SLI_MINUTES(10));
	assert_int_equal(b.excluded, 600);
}

static void
test_exclude_overlap_takes_only_what_is_left(void **state)
{
	uint64_t now = T0 + SLI_HOURS(1);
	struct sli_slo *slo = add_slo();
	struct sli_registry_info info;
	uint64_t audits;

	(void)state;
	outage_of_20_minutes(T0);
	assert_int_equal(
	    exclude(slo, now, T0 + SLI_MINUTES(25), T0 + SLI_MINUTES(30)),
	    SLI_OK);
	assert_int_equal(
	    exclude(slo, now, T0 + SLI_MINUTES(32), T0 + SLI_MINUTES(34)),
	    SLI_OK);
	assert_int_equal(
	    exclude(slo, now, T0 + SLI_MINUTES(20), T0 + SLI_MINUTES(40)),
	    SLI_OK);
	assert_int_equal(adjustments(slo, now), 5);
	assert_budget(slo, now, 2400, 0);
	assert_int_equal(budget_of(slo, now).excluded, 1200);
	assert_true(budget_of(slo, now).excluded_ns == SLI_MINUTES(20));

	/* All of it is: there is nothing to do, and nothing to tell. */
	assert_int_equal(sli_registry_info(reg, &info), SLI_OK);
	audits = info.audit_count;
	assert_int_equal(
	    exclude(slo, now, T0 + SLI_MINUTES(21), T0 + SLI_MINUTES(39)),
	    SLI_OK);
	assert_int_equal(sli_registry_info(reg, &info), SLI_OK);
	assert_int_equal(info.audit_count, audits);
	assert_int_equal(adjustments(slo, now), 5);
}

static void
test_exclude_ends_within_a_slot_is_interpolated_there(void **state)
{
	struct sli_slo *slo = add_slo();
	uint64_t i;

	(void)state;
	for (i = 0; i < 100; i++)
		sli_count(ind, T0 + SLI_MILLIS(100 * i), SLI_BAD, 1);
	/* 1.5 s of ten events a second. */
	assert_int_equal(exclude(slo, T0 + SLI_SECONDS(20),
			     T0 + SLI_MILLIS(2500), T0 + SLI_SECONDS(4)),
	    SLI_OK);
	assert_budget(slo, T0 + SLI_SECONDS(20), 0, 85);
}

/* An alert that would fire does not. */
static void
test_exclude_silences_alerts_but_not_admission(void **state)
{
	struct sli_slo_config cfg = config(0.99);
	struct sli_slo *slo = add(&cfg), *other;
	uint64_t now = T0 + SLI_MINUTES(50);
	struct sli_verdict verdict;
	struct sli_alert alert;

	(void)state;
	cfg.name = "other";
	other = add(&cfg);
	count_each_second(ind, T0, 40 * 60, SLI_GOOD, 100);
	assert_int_equal(
	    exclude(slo, T0, T0 + SLI_MINUTES(40), T0 + SLI_HOURS(2)), SLI_OK);
	count_each_second(ind, T0 + SLI_MINUTES(40), 10 * 60, SLI_BAD, 100);
	count_each_second(ind, now, 1, SLI_BAD, 1);
	assert_int_equal(budget_of(slo, now).page, SLI_ALERT_OK);
	assert_int_equal(budget_of(other, now).page, SLI_ALERT_FIRING);
	assert_int_equal(sli_slo_alert(slo, now, 0, &alert), SLI_OK);
	assert_int_equal(alert.state, SLI_ALERT_OK);
	assert_true(alert.long_burn == 0.0);
	assert_int_equal(sli_slo_alert(other, now, 0, &alert), SLI_OK);
	assert_int_equal(alert.state, SLI_ALERT_FIRING);
	assert_int_equal(sli_slo_verdict(slo, now, &verdict), SLI_OK);
	assert_true(verdict.shed_probability[SLI_SHEDDABLE] > 0.0);
}

/* What the budget of a threshold calls bad, and shed events. */
static void
test_exclude_counts_what_its_slo_counts(void **state)
{
	struct sli_slo_config cfg = config(0.9);
	struct sli_adjustment a;
	struct sli_slo *slo;

	(void)state;
	cfg.threshold_ns = SLI_MILLIS(100);
	cfg.flags = SLI_SLO_SHED_IS_BAD;
	slo = add(&cfg);
	sli_record(ind, T0, SLI_GOOD, SLI_MILLIS(1));
	sli_record(ind, T0, SLI_GOOD, SLI_MILLIS(200));
	sli_count(ind, T0, SLI_SHED, 3);
	sli_count(ind, T0, SLI_IGNORED, 30);
	assert_int_equal(
	    exclude(slo, T0 + SLI_SECONDS(5), T0, T0 + SLI_SECONDS(1)), SLI_OK);
	a = exclusion_from(slo, T0 + SLI_SECONDS(5), T0);
	assert_true(a.good == 1 && a.bad == 4);
	assert_int_equal(budget_of(slo, T0 + SLI_SECONDS(5)).excluded, 5);
	assert_int_equal(budget_of(slo, T0 + SLI_SECONDS(5)).has_data, 0);
}

static void
test_exclude_more_than_20_is_refused_until_one_has_passed(void **state)
{
	uint64_t now = T0 + SLI_HOURS(1), later = now + SLI_DAYS(34), i;
	struct sli_slo *slo = add_slo();
	struct sli_error err;

	(void)state;
	outage_of_20_minutes(T0);
	for (i = 0; i < SLI_ADJUSTMENTS_MAX; i++)
		assert_int_equal(exclude(slo, now, T0 + SLI_MINUTES(2 * i),
				     T0 + SLI_MINUTES(2 * i + 1)),
		    SLI_OK);
	assert_int_equal(sli_slo_exclude(slo, now, T0 + SLI_MINUTES(50),
			     T0 + SLI_MINUTES(51), "one more", &err),
	    SLI_ENOSPC);
	assert_error(&err, SLI_ENOSPC, "20 adjustments", "1 more");
	/* One that overlaps many takes a place for each part. */
	assert_int_equal(
	    sli_slo_exclude(slo, now, T0, T0 + SLI_MINUTES(10), "parts", &err),
	    SLI_ENOSPC);
	assert_error(&err, SLI_ENOSPC, "availability", "5 more");
	assert_int_equal(correct(slo, now, T0, 1, 0), SLI_ENOSPC);
	assert_int_equal(adjustments(slo, now), SLI_ADJUSTMENTS_MAX);

	assert_int_equal(adjustments(slo, later), 0);
	assert_int_equal(exclude(slo, later, later - SLI_HOURS(1), later),
	    SLI_OK);
	assert_int_equal(adjustments(slo, later), 1);
}

static void
test_exclude_of_time_that_nothing_reaches_is_refused(void **state)
{
	uint64_t now = T0 + SLI_DAYS(60);
	struct sli_slo *slo = add_slo();
	struct sli_error err;

	(void)state;
	sli_count(ind, now, SLI_BAD, 5);
	assert_int_equal(
	    sli_slo_exclude(slo, now, T0, T0 + SLI_HOURS(1), "x", &err),
	    SLI_ERANGE);
	assert_error(&err, SLI_ERANGE, "to_ns is 2025-01-01T01:00:00Z",
	    "accepted");
	/* From ever is as far back as anything reaches. */
	assert_int_equal(exclude(slo, now, 0, now + SLI_SECONDS(1)), SLI_OK);
	assert_true(budget_of(slo, now).excluded_ns == SLI_DAYS(30));
	assert_budget(slo, now, 0, 0);
}

static void
test_exclude_before_the_first_event_is_shared_from_it(void **state)
{
	uint64_t now = T0 + SLI_HOURS(2);
	struct sli_slo_config cfg = config(0.9);
	struct sli_slo *slo;

	(void)state;
	cfg.period_ns = SLI_HOURS(1);
	slo = add(&cfg);
	count_each_second(ind, T0 + SLI_HOURS(1), 3600, SLI_BAD, 1);
	assert_int_equal(exclude(slo, now, T0 - SLI_DAYS(1), now), SLI_OK);
	assert_budget(slo, now, 0, 0);
	assert_int_equal(budget_of(slo, now + SLI_MINUTES(30)).excluded, 1800);
	assert_budget(slo, now + SLI_MINUTES(30), 0, 0);
}

static void
test_exclude_arguments_that_are_wrong_are_named(void **state)
{
	struct sli_slo *slo = add_slo();
	struct sli_error err;

	(void)state;
	assert_int_equal(sli_slo_exclude(NULL, T0, T0, T0 + 1, "x", &err),
	    SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "slo", "NULL");
	assert_int_equal(sli_slo_exclude(slo, T0, T0, T0, "x", &err),
	    SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "from_ns", "to_ns");
	assert_int_equal(sli_slo_exclude(slo, T0, T0 + 1, T0, "x", &err),
	    SLI_EINVAL);
	assert_int_equal(sli_slo_exclude(slo, T0, T0, LAST_TIME + 1, "x", &err),
	    SLI_ERANGE);
	assert_error(&err, SLI_ERANGE, "to_ns", "no time");
	assert_int_equal(sli_slo_exclude(slo, T0, T0, T0 + 1, "", &err),
	    SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "why", "255 bytes");
	assert_int_equal(sli_slo_exclude(slo, T0, T0, T0 + 1, NULL, &err),
	    SLI_EINVAL);
	assert_int_equal(sli_slo_adjustment(NULL, T0, 0, NULL), SLI_EINVAL);
	assert_int_equal(sli_slo_adjustment(slo, T0, 0, NULL), SLI_EINVAL);
	assert_int_equal(adjustments(slo, T0), 0);
	assert_int_equal(sli_slo_remove(reg, "availability", "x", &err),
	    SLI_EBUSY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_exclude_past_leaves_out_its_events_and_keeps_counts),
		TEST(test_exclude_under_way_holds_from_then_to_its_end),
		TEST(test_exclude_planned_does_nothing_until_it_begins),
		TEST(test_exclude_stays_exact_when_history_is_coarse),
		TEST(test_exclude_settled_is_shared_by_time_at_a_windows_edge),
		TEST(test_exclude_overlap_takes_only_what_is_left),
		TEST(test_exclude_ends_within_a_slot_is_interpolated_there),
		TEST(test_exclude_silences_alerts_but_not_admission),
		TEST(test_exclude_counts_what_its_slo_counts),
		TEST(test_exclude_more_than_20_is_refused_until_one_has_passed),
		TEST(test_exclude_of_time_that_nothing_reaches_is_refused),
		TEST(test_exclude_before_the_first_event_is_shared_from_it),
		TEST(test_exclude_arguments_that_are_wrong_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
