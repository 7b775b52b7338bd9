/* SPDX-License-Identifier: MIT */
/*
 * What others' loaders got wrong, or their formats invite one to: each trap by
 * its name. Those of YAML itself are in test_yaml.c, of numbers in
 * test_number.c, and what each format refuses in its own file.
 */
#include "load.h"

static const char v1[] =
    "apiVersion: openslo/v1\n"
    "kind: SLO\n"
    "metadata: {name: up}\n"
    "spec:\n"
    "  service: shop\n"
    "  indicator: {spec: {ratioMetric: {counter: true,\n"
    "    good: {metricSource: {type: Prometheus, spec: {query: good}}},\n"
    "    total: {metricSource: {type: Prometheus, spec: {query: all}}}}}}\n"
    "  timeWindow: [{duration: 28d, isRolling: true}]\n"
    "  budgetingMethod: Occurrences\n"
    "  objectives:\n"
    "  - target: 0.999\n";

static const char sloth[] =
    "version: prometheus/v1\n"
    "service: shop\n"
    "slos:\n"
    "- name: up\n"
    "  objective: 99.9\n"
    "  sli: {events: {error_query: 'a[{{.window}}]', total_query: "
    "'b[{{.window}}]'}}\n"
    "  alerting: {name: Up}\n";

static const char pyrra[] =
    "apiVersion: pyrra.dev/v1alpha1\n"
    "kind: ServiceLevelObjective\n"
    "metadata: {name: up}\n"
    "spec:\n"
    "  target: \"99.9\"\n"
    "  window: 28d\n"
    "  indicator: {ratio: {errors: {metric: a}, total: {metric: b}}}\n";

static struct sli_spec_slo
first_of(struct sli_spec *spec)
{
	struct sli_spec_slo slo = *sli_spec_slo(spec, 0);

	sli_spec_free(spec);
	/* Its texts are gone with the spec. */
	slo.name = slo.id = slo.service = NULL;
	return slo;
}

static void
test_minutes_where_months_are_meant_are_told_of(void **state)
{
	(void)state;
	/* The specification's own example of time slices has it so. */
	assert_int_equal(
	    first_of(load_good(with(v1, "28d", "1m"), 1)).period.rolling_ns,
	    MINUTES(1));
	assert_non_null(strstr(heard.text, "months would be M"));
	load_bad(with(v1, "28d", "1M"), "\"1M\" is no fixed time: months (M)");
}

static void
test_slice_window_without_a_unit_is_minutes(void **state)
{
	const char *text = with(with(v1, "Occurrences", "RatioTimeslices"),
	    "0.999\n", "0.999\n    timeSliceWindow: 5\n");

	(void)state;
	assert_int_equal(first_of(load_good(text, 0)).slice_ns, MINUTES(5));
}

static void
test_method_and_rolling_are_never_ignored(void **state)
{
	(void)state;
	/* sloth takes all of these for occurrences over a rolling window. */
	load_bad(with(v1, "Occurrences", "Timeslices"),
	    "timeSliceTarget: is missing");
	load_bad(with(v1, "isRolling: true", "isRolling: false"),
	    "calendar: is missing");
	load_bad(with(v1, "isRolling: true", "isRolling: maybe"),
	    "isRolling: ");
}

static void
test_period_that_is_not_said_is_that_of_the_caller(void **state)
{
	const char *text = with(v1,
	    "  timeWindow: [{duration: 28d, isRolling: true}]\n", "");
	struct sli_spec_config cfg = SLI_SPEC_CONFIG_INIT;
	struct sli_spec *spec = NULL;

	(void)state;
	assert_int_equal(first_of(load_good(text, 0)).period.rolling_ns,
	    DAYS(30));
	cfg.period_ns = DAYS(7);
	assert_int_equal(sli_spec_load_text("f", text, strlen(text), &cfg, NULL,
			     NULL, &spec, NULL),
	    SLI_OK);
	assert_int_equal(first_of(spec).period.rolling_ns, DAYS(7));
}

static void
test_versions_of_openslo_are_told_apart(void **state)
{
	(void)state;
	load_bad(with(v1, "openslo/v1", "openslo.com/v2alpha"),
	    "\"openslo.com/v2alpha\" (kind \"SLO\") is not supported");
	/* The same text is none in the older one. */
	load_bad(with(v1, "openslo/v1", "openslo/v1alpha"),
	    "timeWindow: is not a known field");
}

static void
test_calendar_counts_in_the_zone_it_names(void **state)
{
	static const struct {
		const char *start, *zone;
		uint64_t start_s;
	} cases[] = {
		{ "2024-01-01 00:00:00", "UTC", 1704067200 },
		{ "2024-01-01 00:00:00", "America/New_York", 1704085200 },
		{ "2024-07-01 00:00:00", "America/New_York", 1719806400 },
		{ "2024-01-01 00:00:00", "Asia/Kolkata", 1704047400 },
		/* Skipped: an hour forward at 2. Twice: the first of them. */
		{ "2024-03-31 02:30:00", "Europe/Berlin", 1711846800 },
		{ "2024-10-27 02:30:00", "Europe/Berlin", 1729989000 },
	};
	char window[256];
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		snprintf(window, sizeof(window),
		    "{duration: 1M, calendar: {startTime: %s, timeZone: %s}}",
		    cases[i].start, cases[i].zone);
		assert_true(
		    first_of(
			load_good(with(v1, "{duration: 28d, isRolling: true}",
				      window),
			    0))
			.period.start_ns ==
		    cases[i].start_s * UINT64_C(1000000000));
	}
}

static void
test_percentage_and_ratio_are_not_confused(void **state)
{
	(void)state;
	load_bad(with(v1, "0.999", "99.9"), "(is it a percentage?)");
	assert_int_equal(
	    first_of(load_good(with(sloth, "99.9", "0.999"), 1)).objective_ppb,
	    9990000);
	assert_non_null(strstr(heard.text, "is it a ratio"));
	/* And three of the four pairs cannot fire then. */
	first_of(load_good(with(pyrra, "\"99.9\"", "\"0.999\""), 4));
	/* 100 - 99.9 is 0.1, and not 0.09999999999999432. */
	assert_int_equal(first_of(load_good(sloth, 0)).objective_ppb,
	    999000000);
}

static void
test_objective_without_a_budget_is_refused(void **state)
{
	(void)state;
	load_bad(with(sloth, "99.9", "100"), "leaves no budget");
	load_bad(with(pyrra, "\"99.9\"", "\"100\""), "leaves no budget");
	load_bad(with(v1, "target: 0.999", "targetPercent: 100"),
	    "leaves no budget");
	load_bad(with(v1, "0.999", "1"), "is out of range");
}

static void
test_target_that_is_a_number_is_no_text(void **state)
{
	(void)state;
	load_bad(with(pyrra, "\"99.9\"", "99.9"), "99.9 is not a text");
}

/* A window that is no whole number of slices would count some of them half. */
static void
test_alert_window_is_made_of_whole_slices(void **state)
{
	static const char policy[] =
	    "    timeSliceTarget: 0.95\n"
	    "    timeSliceWindow: 7m\n"
	    "  alertPolicies:\n"
	    "  - kind: AlertPolicy\n"
	    "    metadata: {name: p}\n"
	    "    spec:\n"
	    "      alertWhenBreaching: true\n"
	    "      conditions: [{metadata: {name: c}, spec: {severity: page,\n"
	    "        condition: {op: gt, threshold: 2, lookbackWindow: 70m}}}]"
	    "\n";
	const char *text = join(with(v1, "Occurrences", "Timeslices"), policy);

	(void)state;
	sli_spec_free(load_good(text, 0));
	load_bad(with(text, "70m", "1h"),
	    "has a window that is not made of time slices; accepted: a "
	    "multiple of 7m, at least two times that");
	load_bad(with(text, "70m", "7m"), "is not made of time slices");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_minutes_where_months_are_meant_are_told_of),
		cmocka_unit_test(test_slice_window_without_a_unit_is_minutes),
		cmocka_unit_test(test_method_and_rolling_are_never_ignored),
		cmocka_unit_test(
		    test_period_that_is_not_said_is_that_of_the_caller),
		cmocka_unit_test(test_versions_of_openslo_are_told_apart),
		cmocka_unit_test(test_calendar_counts_in_the_zone_it_names),
		cmocka_unit_test(test_percentage_and_ratio_are_not_confused),
		cmocka_unit_test(test_objective_without_a_budget_is_refused),
		cmocka_unit_test(test_target_that_is_a_number_is_no_text),
		cmocka_unit_test(test_alert_window_is_made_of_whole_slices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
