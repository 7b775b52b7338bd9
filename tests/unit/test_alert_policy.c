/* SPDX-License-Identifier: MIT */
/*
 * Alerts of an SLO's own: which are refused and with what arithmetic, and what
 * the others become.
 */
#include <math.h>

#include "slos.h"

static struct sli_alert_config
page(void)
{
	struct sli_alert_config a;

	memset(&a, 0, sizeof(a));
	a.severity = SLI_PAGE;
	a.long_ns = SLI_HOURS(1);
	a.short_ns = SLI_MINUTES(5);
	a.factor = 14.4;
	return a;
}

static struct sli_slo_config
with(const struct sli_alert_config *alerts, uint32_t count)
{
	struct sli_slo_config cfg = config(0.999);

	cfg.alerts = alerts;
	cfg.alert_count = count;
	return cfg;
}

static struct sli_error
refusal(const struct sli_slo_config *cfg)
{
	struct sli_slo *const untouched = (void *)&reg, *slo = untouched;
	struct sli_error err;

	memset(&err, 0, sizeof(err));
	assert_int_not_equal(sli_slo_register(ind, cfg, &slo, &err), SLI_OK);
	assert_ptr_equal(slo, untouched);
	return err;
}

static struct sli_error
refusal_of(const struct sli_alert_config *alert)
{
	struct sli_alert_config alerts[] = { page(), *alert };
	struct sli_slo_config cfg = with(alerts, LENGTH(alerts));

	return refusal(&cfg);
}

static struct sli_alert
alert(struct sli_slo *slo, uint32_t i)
{
	struct sli_alert a;

	assert_int_equal(sli_slo_alert(slo, T0, i, &a), SLI_OK);
	return a;
}

/* 1000 times 0.001 is an error ratio of 1, which nothing exceeds. */
static void
test_policy_that_can_never_fire_is_refused(void **state)
{
	struct sli_alert_config a = page();
	struct sli_slo_config cfg;
	struct sli_error err;

	(void)state;
	a.factor = 1000;
	err = refusal_of(&a);
	assert_error(&err, SLI_ERANGE, "alerts[1] can never fire",
	    "1000 times the budget of 0.001 is an error ratio of 1,");
	a.factor = 14.4;
	cfg = with(&a, 1);
	cfg.objective = 0.9;
	err = refusal(&cfg);
	assert_error(&err, SLI_ERANGE, "14.4 times the budget of 0.1",
	    "below 10, a budget_share below 0.013888889, or an objective "
	    "above 0.930555556");
	a.factor = 999.999;
	cfg = with(&a, 1);
	assert_near(alert(add(&cfg), 0).factor, 999.999);
}

/* DOMAIN 1.1: 10 % of 28 d in 3 d is 0.933, of 30 d exactly 1. */
static void
test_policy_that_always_fires_is_refused(void **state)
{
	struct sli_alert_config a = page();
	struct sli_slo_config cfg;
	struct sli_error err;

	(void)state;
	a.factor = 0.93;
	err = refusal_of(&a);
	assert_error(&err, SLI_ERANGE, "alerts[1] would fire",
	    "an error ratio of 0.00093, which is 0.93 times the budget of "
	    "0.001");
	assert_error(&err, SLI_ERANGE, "accepted: a factor from 1",
	    "a budget_share from 0.001388889");
	a.factor = 0;
	a.budget_share = 0.1;
	a.long_ns = SLI_DAYS(3);
	cfg = with(&a, 1);
	cfg.period_ns = SLI_DAYS(28);
	err = refusal(&cfg);
	assert_error(&err, SLI_ERANGE, "alerts[0] would fire", "0.933333333");
	assert_error(&err, SLI_ERANGE, "alerts[0] would fire",
	    "a budget_share from 0.107142857");
	cfg.period_ns = SLI_DAYS(30);
	assert_near(alert(add(&cfg), 0).factor, 1.0);
}

static void
test_policy_factor_is_of_the_budget_share(void **state)
{
	struct sli_alert_config alerts[2] = { page(), page() };
	struct sli_slo_config cfg = with(alerts, 2);
	struct sli_slo *slo;

	(void)state;
	alerts[0].factor = 0;
	alerts[0].budget_share = 0.02;
	alerts[1].severity = SLI_TICKET;
	alerts[1].long_ns = SLI_HOURS(6);
	alerts[1].short_ns = 0;
	alerts[1].factor = 6;
	alerts[1].min_events = 11;
	alerts[1].min_bad = 7;
	alerts[1].after_ns = SLI_MINUTES(2);
	slo = add(&cfg);
	assert_int_equal(sli_slo_alert_count(slo), 2);
	assert_near(alert(slo, 0).factor, 14.4);
	assert_int_equal(alert(slo, 0).min_events, 70);
	assert_int_equal(alert(slo, 0).min_bad, 2);
	assert_int_equal(alert(slo, 1).severity, SLI_TICKET);
	assert_true(alert(slo, 1).short_ns == SLI_MINUTES(30));
	assert_int_equal(alert(slo, 1).min_events, 11);
	assert_int_equal(alert(slo, 1).min_bad, 7);
	assert_true(alert(slo, 1).after_ns == SLI_MINUTES(2));
	assert_true(alert(slo, 1).pending_ns == 0);
	assert_int_equal(alert(slo, 1).status, SLI_OK);
	assert_string_equal(alert(slo, 1).reason, "");
}

/* The nearest whole slots; none is ever 0 (pyrra, a day's SLO). */
static void
test_policy_windows_are_whole_slots(void **state)
{
	struct sli_alert_config a = page();
	struct sli_slo_config cfg = with(&a, 1);
	struct sli_slo *slo;

	(void)state;
	a.long_ns = SLI_SECONDS(3) + SLI_MILLIS(400);
	a.short_ns = 0;
	a.factor = 2;
	slo = add(&cfg);
	assert_true(alert(slo, 0).long_ns == SLI_SECONDS(3));
	assert_true(alert(slo, 0).short_ns == SLI_SECONDS(1));
}

static void
test_policy_window_out_of_range_is_refused(void **state)
{
	static const struct {
		uint64_t long_ns, short_ns, after_ns;
		const char *field, *value;
	} cases[] = {
		{ 0, 0, 0, "alerts[1].long_ns", "0" },
		{ SLI_SECONDS(1), 0, 0, "alerts[1].long_ns", "1000000000" },
		{ SLI_MILLIS(1400), 0, 0, "alerts[1].long_ns", "1400000000" },
		{ SLI_DAYS(34), 0, 0, "alerts[1].long_ns", "2937600000000000" },
		{ UINT64_MAX, 0, 0, "alerts[1].long_ns", "two slots" },
		{ SLI_HOURS(1), SLI_MILLIS(400), 0, "alerts[1].short_ns",
		    "400000000" },
		{ SLI_HOURS(1), SLI_HOURS(1) + SLI_SECONDS(1), 0,
		    "alerts[1].short_ns", "3601000000000" },
		{ SLI_HOURS(1), SLI_MINUTES(5), SLI_DAYS(34),
		    "alerts[1].after_ns", "2937600000000000" },
	};
	struct sli_alert_config a;
	struct sli_error err;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		a = page();
		a.long_ns = cases[i].long_ns;
		a.short_ns = cases[i].short_ns;
		a.after_ns = cases[i].after_ns;
		err = refusal_of(&a);
		assert_error(&err, SLI_ERANGE, cases[i].field, cases[i].value);
	}
}

static void
test_policy_needs_one_of_factor_and_budget_share(void **state)
{
	static const double no_shares[] = { -0.02, 1.0001, 2.0, NAN, INFINITY };
	static const double no_factors[] = { -14.4, 0.5, NAN, INFINITY, 1e300 };
	struct sli_alert_config a = page();
	struct sli_error err;
	size_t i;

	(void)state;
	a.budget_share = 0.02;
	err = refusal_of(&a);
	assert_error(&err, SLI_EINVAL, "factor 14.4", "budget_share 0.02");
	a.factor = a.budget_share = 0;
	err = refusal_of(&a);
	assert_error(&err, SLI_EINVAL, "alerts[1]", "one of the two");
	for (i = 0; i < LENGTH(no_shares); i++) {
		a.budget_share = no_shares[i];
		err = refusal_of(&a);
		assert_error(&err, SLI_ERANGE, "alerts[1].budget_share",
		    "up to 1");
	}
	a.budget_share = 0;
	for (i = 0; i < LENGTH(no_factors); i++) {
		a.factor = no_factors[i];
		err = refusal_of(&a);
		assert_error(&err, SLI_ERANGE, "alerts[1]", "factor");
	}
	a.factor = NAN;
	err = refusal_of(&a);
	assert_error(&err, SLI_ERANGE, "alerts[1].factor NaN", "1 to 1000");
}

static void
test_policy_field_it_does_not_know_is_refused(void **state)
{
	struct sli_alert_config alerts[SLI_ALERTS_MAX + 1], a = page();
	struct sli_slo_config cfg;
	struct sli_error err;
	uint32_t i;

	(void)state;
	a.severity = (enum sli_severity)2;
	err = refusal_of(&a);
	assert_error(&err, SLI_EINVAL, "alerts[1].severity", "2");
	a = page();
	a.reserved = 3;
	err = refusal_of(&a);
	assert_error(&err, SLI_EINVAL, "alerts[1].reserved", "3");
	for (i = 0; i < LENGTH(alerts); i++)
		alerts[i] = page();
	cfg = with(alerts, SLI_ALERTS_MAX + 1);
	err = refusal(&cfg);
	assert_error(&err, SLI_EINVAL, "alert_count", "7");
	cfg = with(NULL, 1);
	err = refusal(&cfg);
	assert_error(&err, SLI_EINVAL, "alert_count 1", "NULL");
	cfg = with(alerts, 0);
	err = refusal(&cfg);
	assert_error(&err, SLI_EINVAL, "alert_count 0", "alerts");
	cfg = with(alerts, SLI_ALERTS_MAX);
	cfg.flags = SLI_SLO_NO_PAGES;
	err = refusal(&cfg);
	assert_error(&err, SLI_EINVAL, "flags 8", "alert_count is 6");
	cfg.flags = 0;
	assert_int_equal(sli_slo_alert_count(add(&cfg)), SLI_ALERTS_MAX);
}

static void
test_policy_without_pages_or_tickets_has_the_others(void **state)
{
	struct sli_slo_config cfg = config(0.999);
	struct sli_slo *slo;

	(void)state;
	cfg.flags = SLI_SLO_NO_PAGES;
	slo = add(&cfg);
	assert_int_equal(sli_slo_alert_count(slo), 2);
	assert_int_equal(alert(slo, 0).severity, SLI_TICKET);
	assert_true(alert(slo, 0).long_ns == SLI_DAYS(1));
	assert_int_equal(alert(slo, 1).severity, SLI_TICKET);
	cfg.name = "no_tickets";
	cfg.flags = SLI_SLO_NO_TICKETS;
	slo = add(&cfg);
	assert_int_equal(sli_slo_alert_count(slo), 2);
	assert_int_equal(alert(slo, 0).severity, SLI_PAGE);
	assert_true(alert(slo, 1).long_ns == SLI_HOURS(6));
}

static void
test_policy_outage_out_of_range_is_refused(void **state)
{
	static const double ratios[] = { -0.5, 1.0, 50.0, 1e-9, NAN };
	struct sli_slo_config cfg = config(0.999);
	struct sli_error err;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(ratios); i++) {
		cfg.outage_ratio = ratios[i];
		err = refusal(&cfg);
		assert_error(&err, SLI_ERANGE, "outage_ratio", "accepted");
	}
	cfg.outage_ratio = 0.9;
	cfg.outage_min_events = 4;
	err = refusal(&cfg);
	assert_error(&err, SLI_ERANGE, "outage_min_events 4", "5 to");
	cfg.outage_min_events = UINT64_C(1) << 32;
	err = refusal(&cfg);
	assert_error(&err, SLI_ERANGE, "outage_min_events", "4294967296");
}

/* Spelt out or not; but whatever differs is another SLO. */
static void
test_policy_registered_again_is_the_same(void **state)
{
	struct sli_alert_config a = page(), b = page();
	struct sli_slo_config cfg = with(&a, 1), other;
	struct sli_slo *slo = add(&cfg);
	struct sli_error err;

	(void)state;
	a.factor = 0;
	a.budget_share = 0.02;
	a.short_ns = 0;
	cfg.outage_ratio = 0.5;
	cfg.outage_min_events = 10;
	assert_ptr_equal(add(&cfg), slo);
	other = cfg;
	other.alerts = &b;
	b.after_ns = 1;
	err = refusal(&other);
	assert_error(&err, SLI_EEXIST, "availability", "another alerts");
	other = with(NULL, 0);
	err = refusal(&other);
	assert_error(&err, SLI_EEXIST, "availability", "alert_count");
	other = cfg;
	other.outage_ratio = 0.4;
	err = refusal(&other);
	assert_error(&err, SLI_EEXIST, "availability", "outage_ratio");
	other = cfg;
	other.outage_min_events = 11;
	err = refusal(&other);
	assert_error(&err, SLI_EEXIST, "availability", "outage_min_events");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_policy_that_can_never_fire_is_refused),
		TEST(test_policy_that_always_fires_is_refused),
		TEST(test_policy_factor_is_of_the_budget_share),
		TEST(test_policy_windows_are_whole_slots),
		TEST(test_policy_window_out_of_range_is_refused),
		TEST(test_policy_needs_one_of_factor_and_budget_share),
		TEST(test_policy_field_it_does_not_know_is_refused),
		TEST(test_policy_without_pages_or_tickets_has_the_others),
		TEST(test_policy_outage_out_of_range_is_refused),
		TEST(test_policy_registered_again_is_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
