/* SPDX-License-Identifier: MIT */
#include "load.h"

static const char good[] =
    "apiVersion: pyrra.dev/v1alpha1\n"
    "kind: ServiceLevelObjective\n"
    "metadata: {name: up}\n"
    "spec:\n"
    "  target: '99'\n"
    "  window: 4w\n"
    "  indicator:\n"
    "    latency:\n"
    "      success: {metric: 'x_bucket{job=~\"a}\", le = \"0.25\"}'}\n"
    "      total: {metric: x_count}\n"
    "  alerting: {name: Up}\n";

static void
test_pyrra_file_becomes_slos(void **state)
{
	static const uint64_t longs[] = { HOURS(1), HOURS(6), DAYS(1),
		DAYS(4) };
	static const uint64_t shorts[] = { MINUTES(5), MINUTES(30), HOURS(2),
		HOURS(6) };
	static const uint64_t after[] = { MINUTES(2), MINUTES(15), HOURS(1),
		HOURS(3) };
	static const uint64_t factors[] = { 14000000, 7000000, 2000000,
		1000000 };
	struct sli_spec *spec = load_files("pyrra.yaml", NULL);
	const struct sli_spec_slo *slo = sli_spec_slo(spec, 0);
	uint32_t i;

	(void)state;
	assert_int_equal(sli_spec_slo_count(spec), 4);
	assert_string_equal(slo->id, "shop-search-errors");
	assert_string_equal(slo->service, "shop");
	assert_int_equal(slo->objective_ppb, 995000000);
	assert_int_equal(slo->period.rolling_ns, DAYS(28));
	assert_int_equal(slo->indicator.kind, SLI_SPEC_BAD_TOTAL);
	assert_int_equal(slo->indicator.bad.kind, SLI_SPEC_QUERY_COUNTER);
	assert_int_equal(slo->labels.count, 2);
	assert_string_equal(slo->alert_name, "ErrorBudgetBurn");
	assert_int_equal(slo->flags, SLI_SPEC_ALERT_NO_DATA);
	assert_int_equal(slo->alert_count, 4);
	for (i = 0; i < 4; i++) {
		assert_int_equal(slo->alerts[i].long_ns, longs[i]);
		assert_int_equal(slo->alerts[i].short_ns, shorts[i]);
		assert_int_equal(slo->alerts[i].after_ns, after[i]);
		assert_int_equal(slo->alerts[i].factor_ppm, factors[i]);
		assert_int_equal(slo->alerts[i].severity,
		    i < 2 ? SLI_PAGE : SLI_TICKET);
	}
	assert_string_equal(slo->alerts[0].severity_name, "critical");
	slo = sli_spec_slo(spec, 1);
	assert_int_equal(slo->indicator.kind, SLI_SPEC_LATENCY);
	assert_int_equal(slo->indicator.threshold_ns, 250000000);
	assert_int_equal(slo->flags, 0);
	/* 14 times a budget of a tenth. */
	assert_int_equal(heard.warnings, 1);
	assert_non_null(strstr(heard.text,
	    "can never fire, and is left out: 14 times the "
	    "budget of 0.1 is an error ratio of 1.4, and none is above 1"));
	slo = sli_spec_slo(spec, 2);
	assert_int_equal(slo->indicator.kind, SLI_SPEC_LATENCY);
	assert_int_equal(slo->indicator.threshold_ns, 1200000000);
	assert_int_equal(slo->indicator.total.kind, SLI_SPEC_QUERY_HISTOGRAM);
	assert_int_equal(slo->flags,
	    SLI_SPEC_NO_PAGE | SLI_SPEC_NO_TICKET | SLI_SPEC_ALERT_NO_DATA);
	assert_string_equal(slo->id, "search-native");
	slo = sli_spec_slo(spec, 3);
	assert_int_equal(slo->indicator.kind, SLI_SPEC_BOOL_GAUGE);
	assert_int_equal(slo->indicator.value.kind, SLI_SPEC_QUERY_GAUGE);
	assert_int_equal(slo->flags, SLI_SPEC_NO_PAGE | SLI_SPEC_NO_TICKET);
	sli_spec_free(spec);
}

/* pyrra's rounding makes windows of nothing for a period of a day. */
static void
test_pyrra_window_of_a_short_period_is_never_zero(void **state)
{
	struct sli_spec *spec = load_good(with(good, "4w", "1d"), 0);
	const struct sli_spec_slo *slo = sli_spec_slo(spec, 0);
	uint32_t i;

	(void)state;
	for (i = 0; i < slo->alert_count; i++) {
		assert_true(slo->alerts[i].short_ns >= MINUTES(1));
		assert_true(slo->alerts[i].after_ns >= MINUTES(1));
		assert_true(slo->alerts[i].long_ns >= slo->alerts[i].short_ns);
	}
	sli_spec_free(spec);
}

static void
test_pyrra_latency_is_read_from_the_bucket(void **state)
{
	struct sli_spec *spec = load_good(good, 0);

	(void)state;
	assert_int_equal(sli_spec_slo(spec, 0)->indicator.threshold_ns,
	    250000000);
	sli_spec_free(spec);
	spec = load_good(with(good, "  alerting", "      unit: ms\n  alerting"),
	    0);
	assert_int_equal(sli_spec_slo(spec, 0)->indicator.threshold_ns, 250000);
	sli_spec_free(spec);
	load_bad(with(good, "le = ", "le =~ "),
	    "has no latency; accepted: a "
	    "selector with le=");
	load_bad(with(good, "0.25", "+Inf"), "le \"+Inf\" is not a decimal");
	load_bad(with(good, "0.25", "0"), "le \"0\" is no latency");
}

static void
test_pyrra_field_that_cannot_be_kept_is_refused(void **state)
{
	static const struct {
		const char *old, *new_, *said;
	} cases[] = {
		{ "'99'", "99",
		    "f:5:11: error: spec.target: 99 is not a text; "
		    "accepted: a percentage in quotes" },
		{ "'99'", "'100'", "\"100\" is out of range" },
		{ "'99'", "'x'", "\"x\" is not a decimal number" },
		{ "  target: '99'\n", "", "spec.target: is missing" },
		{ "4w", "1M", "spec.window: \"1M\" is not a duration" },
		{ "4w", "30m", "spec.window: \"30m\" is out of range" },
		{ "x_count", "sum(x)",
		    "spec.indicator.latency.total.metric: "
		    "\"sum(x)\" is no series selector" },
		{ "x_count", "'x{a=\"b\"'", "is no series selector" },
		{ "      total", "      grouping: [job]\n      total",
		    "makes one SLO of each value of a label" },
		{ "    latency:", "    bool_gauge: {metric: up}\n    latency:",
		    "spec.indicator: has 2 kinds; accepted: one of" },
		{ "{name: Up}", "{absentName: Gone}",
		    "spec.alerting.absentName: cannot be kept" },
		{ "{name: Up}", "{severity: page}",
		    "spec.alerting.severity: is not a known field" },
		{ "  window", "  partial_response_strategy: warn\n  window",
		    "\"warn\" is unknown" },
		{ "  window", "  rulenamespace: x\n  window",
		    "spec.rulenamespace: is not a known field" },
		{ "{name: up}", "{}", "metadata.name: is missing" },
		{ "metadata", "x: 1\nmetadata",
		    "f:3:1: error: x: is not a "
		    "known field" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++)
		load_bad(with(good, cases[i].old, cases[i].new_),
		    cases[i].said);
	/* A ratio in place of a percentage; three pairs cannot fire then. */
	sli_spec_free(load_good(with(good, "'99'", "'0.99'"), 4));
	assert_non_null(strstr(heard.text, "is it a ratio in place of a"));
	sli_spec_free(load_good(join(good, "status: {type: Rule}\n"), 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pyrra_file_becomes_slos),
		cmocka_unit_test(
		    test_pyrra_window_of_a_short_period_is_never_zero),
		cmocka_unit_test(test_pyrra_latency_is_read_from_the_bucket),
		cmocka_unit_test(
		    test_pyrra_field_that_cannot_be_kept_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
