/* SPDX-License-Identifier: MIT */
#include "load.h"

#define SOURCE(query)                                                          \
	"{metricSource: {type: Prometheus, spec: {query: " query "}}}"

static const char good[] =
    "apiVersion: openslo/v1\n"
    "kind: SLO\n"
    "metadata: {name: up}\n"
    "spec:\n"
    "  service: shop\n"
    "  indicator:\n"
    "    spec:\n"
    "      ratioMetric:\n"
    "        counter: true\n"
    "        good: " SOURCE(
	"good") "\n"
		"        total: " SOURCE(
		    "all") "\n"
			   "  timeWindow: [{duration: 30d, isRolling: true}]\n"
			   "  budgetingMethod: Occurrences\n"
			   "  objectives:\n"
			   "  - target: 0.999\n";

static void
test_openslo_file_becomes_slos(void **state)
{
	struct sli_spec *spec = load_files("openslo.yaml", NULL);
	const struct sli_spec_slo *slo = sli_spec_slo(spec, 0);

	(void)state;
	assert_int_equal(heard.warnings, 0);
	assert_int_equal(sli_spec_slo_count(spec), 4);
	assert_string_equal(slo->id, "mail-delivered-0");
	assert_string_equal(slo->display_name, "Most");
	assert_int_equal(slo->objective_ppb, 995000000);
	assert_int_equal(slo->period.rolling_ns, DAYS(28));
	assert_string_equal(slo->labels.list[0].value, "mail,core");
	assert_int_equal(slo->indicator.kind, SLI_SPEC_GOOD_TOTAL);
	assert_int_equal(slo->indicator.good.kind, SLI_SPEC_QUERY_COUNTER);
	assert_string_equal(slo->indicator.good.source, "Prometheus");
	assert_string_equal(slo->indicator.good.text,
	    "mail_total{result=\"sent\"}");
	assert_int_equal(slo->alert_count, 2);
	assert_string_equal(slo->alerts[0].name, "fast");
	assert_int_equal(slo->alerts[0].severity, SLI_PAGE);
	assert_int_equal(slo->alerts[0].factor_ppm, 14400000);
	assert_int_equal(slo->alerts[0].long_ns, HOURS(1));
	assert_int_equal(slo->alerts[0].short_ns, 0);
	assert_int_equal(slo->alerts[0].after_ns, MINUTES(5));
	assert_int_equal(slo->alerts[0].share_ppm, 21428);
	assert_false(slo->alerts[0].at_factor);
	assert_string_equal(slo->alerts[1].name, "slow");
	assert_int_equal(slo->alerts[1].severity, SLI_TICKET);
	assert_int_equal(slo->alerts[1].factor_ppm, 1500000);
	assert_int_equal(slo->alerts[1].after_ns, 0);
	assert_true(slo->alerts[1].at_factor);
	assert_int_equal(slo->alert_targets.count, 2);
	assert_string_equal(slo->alert_targets.list[0].name, "pager");
	assert_string_equal(slo->alert_targets.list[0].value, "pagers");
	assert_string_equal(slo->alert_targets.list[1].value, "email");
	assert_int_equal(slo->flags,
	    SLI_SPEC_ALERT_NO_DATA | SLI_SPEC_ALERT_RESOLVED);
	slo = sli_spec_slo(spec, 1);
	assert_string_equal(slo->id, "mail-delivered-1");
	assert_int_equal(slo->objective_ppb, 999500000);
	sli_spec_free(spec);
}

static void
test_openslo_slices_and_calendars_are_kept(void **state)
{
	struct sli_spec *spec = load_files("openslo.yaml", NULL);
	const struct sli_spec_slo *slo = sli_spec_slo(spec, 2);

	(void)state;
	assert_int_equal(slo->method, SLI_TIMESLICES);
	/* A bare number is in minutes. */
	assert_int_equal(slo->slice_ns, MINUTES(5));
	assert_int_equal(slo->slice_objective_ppb, 950000000);
	assert_int_equal(slo->period.unit, SLI_SPEC_MONTH);
	assert_int_equal(slo->period.count, 1);
	assert_int_equal(slo->period.rolling_ns, 0);
	assert_string_equal(slo->period.start, "2024-02-29 12:30:00");
	assert_int_equal(slo->period.start_s, 1709209800);
	assert_string_equal(slo->period.time_zone, "America/New_York");
	/* Five hours behind, in winter. */
	assert_true(slo->period.start_ns == UINT64_C(1709227800) * 1000000000);
	/* Below half a second. */
	assert_int_equal(slo->indicator.kind, SLI_SPEC_LATENCY);
	assert_int_equal(slo->indicator.threshold_ns, 499999999);
	assert_string_equal(slo->indicator.value.text,
	    "{\"table\": \"mail\", \"columns\": [\"seconds\", \"a\\\"b\"]}");
	assert_int_equal(slo->flags, SLI_SPEC_NO_PAGE | SLI_SPEC_NO_TICKET);
	slo = sli_spec_slo(spec, 3);
	assert_int_equal(slo->method, SLI_RATIO_TIMESLICES);
	assert_int_equal(slo->slice_ns, HOURS(2));
	assert_int_equal(slo->slice_objective_ppb, 0);
	assert_int_equal(slo->indicator.kind, SLI_SPEC_RAW_BAD);
	assert_int_equal(slo->period.rolling_ns, DAYS(30));
	sli_spec_free(spec);
}

static void
test_openslo_m_is_minutes_and_large_m_months(void **state)
{
	struct sli_spec *spec = load_good(
	    with(good, "{duration: 30d", "{duration: 5m"), 1);

	(void)state;
	assert_int_equal(sli_spec_slo(spec, 0)->period.rolling_ns, MINUTES(5));
	assert_non_null(strstr(heard.text,
	    "spec.timeWindow[0].duration: "
	    "\"5m\" is minutes (months would be M"));
	sli_spec_free(spec);
	load_bad(with(good, "30d", "1M"),
	    "\"1M\" is no fixed time: months (M)");
	load_bad(with(good, "{duration: 30d, isRolling: true}",
		     "{duration: 1m, calendar: {startTime: "
		     "2020-01-01 00:00:00, timeZone: UTC}}"),
	    "\"1m\" is no period of the calendar (m is minutes, M months)");
}

static void
test_openslo_period_is_checked(void **state)
{
	static const struct refusal cases[] = {
		{ "[{duration: 30d, isRolling: true}]", "[]",
		    "spec.timeWindow: is empty" },
		{ "[{duration: 30d, isRolling: true}]",
		    "[{duration: 1d}, {duration: 2d}]",
		    "has 2 items; "
		    "accepted: one" },
		{ "isRolling: true", "isRolling: false",
		    "spec.timeWindow[0].calendar: is missing" },
		{ "isRolling: true",
		    "isRolling: true, calendar: {startTime: "
		    "2020-01-01 00:00:00, timeZone: UTC}",
		    "is there, and isRolling is true" },
		{ "30d, isRolling: true",
		    "1Q, calendar: {startTime: 2020-02-30 00:00:00, "
		    "timeZone: UTC}",
		    "is a day that its month does not have" },
		{ "30d, isRolling: true",
		    "1Q, calendar: {startTime: 2020-02-03, timeZone: UTC}",
		    "\"2020-02-03\" is not a time" },
		{ "30d, isRolling: true",
		    "1Q, calendar: {startTime: 2020-02-03 00:00:00, timeZone: "
		    "../../etc/passwd}",
		    "spec.timeWindow[0].calendar.timeZone: time_zone "
		    "\"../../etc/passwd\" is no name of a zone; accepted" },
		{ "30d, isRolling: true",
		    "1Q, calendar: {startTime: 2020-02-03 00:00:00, timeZone: "
		    "Europe/Atlantis}",
		    "f:12:84: error: spec.timeWindow[0].calendar.timeZone: "
		    "time_zone \"Europe/Atlantis\" is not in " },
		{ "30d, isRolling: true",
		    "1Q, calendar: {startTime: 1970-01-01 00:30:00, timeZone: "
		    "Europe/Berlin}",
		    "startTime: \"1970-01-01 00:30:00\" is out of range; "
		    "accepted: after 1970-01-01" },
		{ "30d, isRolling: true",
		    "1Q, calendar: {startTime: 9999-01-01 00:30:00, timeZone: "
		    "UTC}",
		    "startTime: \"9999-01-01 00:30:00\" is out of range" },
		{ "30d, isRolling: true",
		    "367d, calendar: {startTime: 2020-02-03 00:00:00, "
		    "timeZone: UTC}",
		    "\"367d\" is too long; accepted: up to 366 of a unit" },
		{ "30d", "30", "is not a duration: a whole number above 0" },
		{ "30d", "1h30m", "is not a duration" },
		{ "timeWindow", "timeWindows",
		    "spec.timeWindows: is not a "
		    "known field" },
	};

	(void)state;
	refuse(good, cases, LENGTH(cases));
}

static void
test_openslo_objective_is_checked(void **state)
{
	static const struct refusal cases[] = {
		{ "target: 0.999", "target: 99.9",
		    "\"99.9\" is out of range; accepted: above 0 and below 1 "
		    "(is it a percentage?)" },
		{ "target: 0.999", "target: 1", "is out of range" },
		{ "target: 0.999", "target: 0.0", "is out of range" },
		{ "target: 0.999", "targetPercent: 100",
		    "100 leaves no budget" },
		{ "target: 0.999", "target: 0.9\n    targetPercent: 90",
		    "is there beside target" },
		{ "target: 0.999", "displayName: x", "has no target" },
		{ "target: 0.999", "target: 0.9\n    timeSliceWindow: 1m",
		    "timeSliceWindow: has no meaning" },
		{ "target: 0.999", "target: 0.9\n    timeSliceTarget: 0.9",
		    "timeSliceTarget: has no meaning" },
		{ "target: 0.999", "target: 0.9\n    op: lte",
		    "op: has no meaning; accepted: with a thresholdMetric" },
		{ "target: 0.999", "target: 0.9\n    value: 1",
		    "value: has no meaning" },
		{ "target: 0.999", "target: 0.9\n    compositeWeight: 1",
		    "compositeWeight: is not a known field" },
		{ "Occurrences", "Timeslices", "timeSliceTarget: is missing" },
		{ "Occurrences", "RatioTimeslices",
		    "timeSliceWindow: is missing" },
		{ "Occurrences", "occurrences",
		    "\"occurrences\" is unknown; "
		    "accepted: Occurrences, Timeslices, RatioTimeslices" },
		{ "  budgetingMethod: Occurrences\n", "",
		    "spec.budgetingMethod: is missing" },
	};
	struct sli_spec *spec;

	(void)state;
	refuse(good, cases, LENGTH(cases));
	sli_spec_free(
	    load_good(with(good, "target: 0.999", "targetPercent: 0.999"), 1));
	spec = load_good(with(good, "target: 0.999", "targetPercent: 99.95"),
	    0);
	assert_int_equal(sli_spec_slo(spec, 0)->objective_ppb, 999500000);
	sli_spec_free(spec);
	load_bad(with(with(good, "Occurrences", "RatioTimeslices"),
		     "target: 0.999", "target: 0.9\n    timeSliceWindow: 60d"),
	    "\"60d\" is longer than the period");
	load_bad(with(with(good, "Occurrences", "RatioTimeslices"),
		     "target: 0.999", "target: 0.9\n    timeSliceWindow: 0"),
	    "\"0\" is out of range; accepted: 1 and more minutes");
}

static void
test_openslo_indicator_is_checked(void **state)
{
	static const struct refusal cases[] = {
		{ "        good: ", "        good: {}\n        bad: ",
		    "has both of good and bad" },
		{ "        good: ", "        raw: ", "is there beside good" },
		{ "        good: ", "        rawType: success\n        good: ",
		    "rawType: has no meaning" },
		{ "        counter", "        count",
		    "ratioMetric.count: is not a known field" },
		{ "  indicator:", "  indicatorRef: other\n  x-indicator:",
		    "spec.indicatorRef: \"other\" is no SLI of these files" },
		{ "  indicator:", "  indicatorRef: other\n  indicator:",
		    "has both of indicator and indicatorRef" },
		{ "      ratioMetric:",
		    "      thresholdMetric: {}\n"
		    "      ratioMetric:",
		    "has both of thresholdMetric and" },
		{ "{type: Prometheus, spec", "{spec",
		    "metricSource: has no type" },
		{ "{type: Prometheus, spec", "{metricSourceRef: gone, spec",
		    "\"gone\" is no DataSource of these files" },
		{ "spec: {query: good}", "spec: good", "is no mapping" },
	};
	static const char threshold[] =
	    "apiVersion: openslo/v1\n"
	    "kind: SLO\n"
	    "metadata: {name: up}\n"
	    "spec:\n"
	    "  service: shop\n"
	    "  indicator: {spec: {thresholdMetric: " SOURCE(
		"q") "}}\n"
		     "  budgetingMethod: Occurrences\n"
		     "  objectives:\n"
		     "  - {target: 0.9, op: lte, value: 250}\n";
	static const struct refusal of_threshold[] = {
		{ "lte", "gt",
		    "\"gt\" makes a low value bad; accepted: lte, "
		    "lt" },
		{ "op: lte, ", "", "op: is missing" },
		{ "value: 250", "value: 0", "\"0\" is out of range" },
		{ ", value: 250", "", "value: is missing" },
		{ "250}\n", "250}\n  - {target: 0.8, op: lte, value: 1}\n",
		    "has 2 items; accepted: one, with a thresholdMetric" },
	};
	struct sli_spec_config cfg = SLI_SPEC_CONFIG_INIT;
	struct sli_spec *spec = NULL;

	(void)state;
	refuse(good, cases, LENGTH(cases));
	refuse(threshold, of_threshold, LENGTH(of_threshold));
	/* The specification gives `value` no unit. */
	cfg.threshold_unit_ns = 1000000;
	assert_int_equal(sli_spec_load_text("f", threshold, strlen(threshold),
			     &cfg, NULL, NULL, &spec, NULL),
	    SLI_OK);
	assert_int_equal(sli_spec_slo(spec, 0)->indicator.threshold_ns,
	    250000000);
	sli_spec_free(spec);
}

static void
test_openslo_names_and_kinds_are_checked(void **state)
{
	static const struct refusal cases[] = {
		{ "name: up", "name: -up", "\"-up\" is no name" },
		{ "name: up", "name: a b", "\"a b\" is no name" },
		{ "{name: up}", "{displayName: Up}",
		    "metadata.name: is "
		    "missing" },
		{ "{name: up}", "{name: up, namespace: x}",
		    "metadata.namespace: is not a known field" },
		{ "kind: SLO", "kind: Slo",
		    "\"Slo\" is unknown; accepted: "
		    "SLO, SLI, Service, DataSource, AlertPolicy" },
		{ "  service: shop\n", "", "spec.service: is missing" },
		{ "spec:\n  service", "x: 1\nspec:\n  service",
		    "f:4:1: error: x: is not a known field" },
	};

	(void)state;
	refuse(good, cases, LENGTH(cases));
	sli_spec_free(load_good(join("x-any: [thing]\n", good), 0));
}

static void
test_openslo_description_has_a_bound(void **state)
{
	char text[8192] = "  description: ";
	int i;

	(void)state;
	/* Characters, not bytes. */
	for (i = 0; i < 1050; i++)
		strcat(text, "\xc3\xa4");
	strcat(text, "\n  service: shop\n");
	sli_spec_free(load_good(with(good, "  service: shop\n", text), 0));
	load_bad(with(with(good, "  service: shop\n", text),
		     "description: ", "description: x"),
	    "has 1051 characters; accepted: up to "
	    "1050");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_openslo_file_becomes_slos),
		cmocka_unit_test(test_openslo_slices_and_calendars_are_kept),
		cmocka_unit_test(test_openslo_m_is_minutes_and_large_m_months),
		cmocka_unit_test(test_openslo_period_is_checked),
		cmocka_unit_test(test_openslo_objective_is_checked),
		cmocka_unit_test(test_openslo_indicator_is_checked),
		cmocka_unit_test(test_openslo_names_and_kinds_are_checked),
		cmocka_unit_test(test_openslo_description_has_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
