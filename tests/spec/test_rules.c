/* SPDX-License-Identifier: MIT */
#include "promtool.h"
#include "rules.h"

static void
check_rules(const struct sli_spec *spec, uint32_t flags)
{
	char *text = rules_of(spec, flags);

	promtool_write("rules.yml", text);
	promtool("check", "rules", "rules.yml");
	sli_spec_text_free(text);
}

static void
test_rules_are_what_prometheus_accepts(void **state)
{
	static const char *const files[] = { "sloth.yaml", "pyrra.yaml" };
	struct sli_spec *spec;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(files); i++) {
		spec = load_files(files[i], NULL);
		check_rules(spec, 0);
		check_rules(spec, SLI_SPEC_RULES_BY_RATIO);
		check_rules(spec, SLI_SPEC_RULES_MEAN_PERIOD);
		sli_spec_free(spec);
	}
	spec = load_files("sloth.yaml", "windows.yaml");
	check_rules(spec, 0);
	sli_spec_free(spec);
}

static void
test_rules_of_openslo_are_what_prometheus_accepts(void **state)
{
	static const char text[] =
	    "apiVersion: openslo/v1\n"
	    "kind: SLO\n"
	    "metadata: {name: a/b|c, labels: {x.y/z: [1, 2], __name__: n}}\n"
	    "spec:\n"
	    "  service: \"the \\\"shop\\\"\\n\\u0085\"\n"
	    "  indicator: {spec: {ratioMetric: {counter: true,\n"
	    "    good: {metricSource: {type: Prometheus, spec: {query: "
	    "'good{a=~\"}\"}'}}},\n"
	    "    total: {metricSource: {type: Prometheus, spec: {query: "
	    "'sum(rate(all[{{.window}}])) # all'}}}}}}\n"
	    "  budgetingMethod: Occurrences\n"
	    "  objectives: [{target: 0.99}]\n"
	    "  alertPolicies:\n"
	    "  - kind: AlertPolicy\n"
	    "    metadata: {name: p}\n"
	    "    spec:\n"
	    "      alertWhenBreaching: true\n"
	    "      conditions: [{metadata: {name: c}, spec: {severity: page, "
	    "condition: {op: gte, threshold: 2, lookbackWindow: 1h, "
	    "alertAfter: 5m}}}]\n";
	struct sli_spec *spec = load_good(text, 0);
	char *rules;

	(void)state;
	check_rules(spec, 0);
	rules = rules_of(spec, 0);
	assert_non_null(strstr(rules, " >= 0.02 * max without"));
	assert_non_null(strstr(rules, "    for: 5m\n"));
	assert_non_null(strstr(rules, "alert: \"p\""));
	assert_non_null(strstr(rules, "x_y_z: \"1,2\""));
	assert_non_null(strstr(rules, "x__name__: \"n\""));
	sli_spec_text_free(rules);
	sli_spec_free(spec);
}

static void
test_rules_say_which_alert_is_left_out(void **state)
{
	static const char text[] =
	    "version: prometheus/v1\n"
	    "service: shop\n"
	    "slos:\n"
	    "- name: search\n"
	    "  objective: 90\n"
	    "  sli: {events: {error_query: 'sum(rate(a[{{.window}}]))', "
	    "total_query: 'sum(rate(b[{{.window}}]))'}}\n"
	    "  alerting: {name: Search}\n";
	struct sli_spec *spec = load_good(text, 0);
	char *rules;

	(void)state;
	check_rules(spec, 0);
	rules = rules_of(spec, 0);
	assert_non_null(strstr(rules,
	    "\n# \"shop-search\": the default page of 1h can never fire, "
	    "and is left out: 14.4 times the budget of 0.1 is an error ratio "
	    "of 1.44, and none is above 1\n- name: "));
	sli_spec_text_free(rules);
	sli_spec_free(spec);
}

static void
test_rules_have_the_names_of_sloth(void **state)
{
	static const char *const names[] = {
		"slo:sli_error:ratio_rate5m",
		"slo:sli_error:ratio_rate30m",
		"slo:sli_error:ratio_rate1h",
		"slo:sli_error:ratio_rate2h",
		"slo:sli_error:ratio_rate6h",
		"slo:sli_error:ratio_rate1d",
		"slo:sli_error:ratio_rate3d",
		"slo:sli_error:ratio_rate30d",
		"slo:objective:ratio",
		"slo:error_budget:ratio",
		"slo:time_period:days",
		"slo:current_burn_rate:ratio",
		"slo:period_burn_rate:ratio",
		"slo:period_error_budget_remaining:ratio",
		"sloth_slo_info",
	};
	static const char *const parts[] = {
		"vector(0.999)",
		"vector(0.001)",
		"vector(2592000 / 86400)",
		"sloth_id: \"checkout-availability\"",
		"sloth_service: \"checkout\"",
		"sloth_slo: \"availability\"",
		"sloth_window: \"5m\"",
		"sloth_objective: \"99.9\"",
		"sloth_spec: \"prometheus/v1\"",
		"dashboard: \"orders\"",
		"name: \"sloth-slo-sli-recordings-checkout-availability\"",
		"name: \"sloth-slo-meta-recordings-checkout-availability\"",
		"name: \"sloth-slo-alerts-checkout-availability\"",
		"  interval: 30s\n",
		" * 3600 > 69.5\n",
		" * 3600 > 1.5\n",
		"> 0.0144 * ",
		"> 0.006 * ",
		"sloth_severity: \"page\"",
		"sloth_severity: \"ticket\"",
		"runbook: \"https://runbooks.test/checkout\"",
	};
	struct sli_spec *spec = load_files("sloth.yaml", NULL);
	char *text = rules_of(spec, 0), line[128];
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(names); i++) {
		snprintf(line, sizeof(line), "- record: \"%s\"\n", names[i]);
		if (strstr(text, line) == NULL)
			print_error("no %s", line);
		assert_non_null(strstr(text, line));
	}
	for (i = 0; i < LENGTH(parts); i++) {
		if (strstr(text, parts[i]) == NULL)
			print_error("no %s\n", parts[i]);
		assert_non_null(strstr(text, parts[i]));
	}
	/* Disabled alerts are not there, nor a group for none. */
	assert_null(strstr(text, "sloth-slo-alerts-checkout-upstream"));
	sli_spec_text_free(text);
	sli_spec_free(spec);
}

static void
test_rules_scale_with_the_period(void **state)
{
	struct sli_spec_config cfg = SLI_SPEC_CONFIG_INIT;
	struct sli_spec *spec = NULL;
	const char *text = with(with(definition, "FUNCTION", "rate"),
	    "FUNCTION", "rate");
	char *rules;

	(void)state;
	cfg.period_ns = DAYS(28);
	assert_int_equal(sli_spec_load_text("f", text, strlen(text), &cfg, NULL,
			     NULL, &spec, NULL),
	    SLI_OK);
	rules = rules_of(spec, 0);
	assert_non_null(strstr(rules, "\"slo:sli_error:ratio_rate4m40s\""));
	assert_non_null(strstr(rules, "\"slo:sli_error:ratio_rate56m\""));
	assert_non_null(strstr(rules, "\"slo:sli_error:ratio_rate4w\""));
	assert_non_null(strstr(rules, " > 0.0144 * "));
	sli_spec_text_free(rules);
	check_rules(spec, 0);
	sli_spec_free(spec);
}

static const char slices[] =
    "apiVersion: openslo/v1\n"
    "kind: SLO\n"
    "metadata: {name: up}\n"
    "spec:\n"
    "  service: shop\n"
    "  indicator: {spec: {ratioMetric: {rawType: success, raw:\n"
    "    {metricSource: {type: Prometheus, spec: {query: "
    "'avg_over_time(ok[{{.window}}])'}}}}}}\n"
    "  timeWindow: [{duration: 4w, isRolling: true}]\n"
    "  budgetingMethod: Timeslices\n"
    "  objectives: [{target: 0.99, timeSliceTarget: 0.95, "
    "timeSliceWindow: 7m}]\n";

/* A ratio has slices, too, though no events; windows are whole slices. */
static void
test_rules_of_slices_of_a_ratio_are_accepted(void **state)
{
	struct sli_spec_config cfg = SLI_SPEC_CONFIG_INIT;
	struct sli_spec *spec = NULL;
	char *rules;

	(void)state;
	cfg.flags = SLI_SPEC_DEFAULT_ALERTS;
	assert_int_equal(sli_spec_load_text("f", slices, strlen(slices), &cfg,
			     NULL, NULL, &spec, NULL),
	    SLI_OK);
	check_rules(spec, 0);
	check_rules(spec, SLI_SPEC_RULES_MEAN_PERIOD);
	rules = rules_of(spec, 0);
	assert_non_null(strstr(rules, "\"slo:sli_error:ratio_rate7m\""));
	assert_non_null(strstr(rules, "\"slo:sli_error:ratio_rate56m\""));
	assert_non_null(strstr(rules, "1 - (avg_over_time(ok[7m]))"));
	assert_non_null(strstr(rules, "<= Inf"));
	assert_non_null(strstr(rules, "> bool 0.0500000000001"));
	assert_non_null(strstr(rules, ")[55m59s999ms:7m])"));
	sli_spec_text_free(rules);
	sli_spec_free(spec);
}

static void
test_rules_of_a_calendar_are_refused(void **state)
{
	const char *text = with(slices, "{duration: 4w, isRolling: true}",
	    "{duration: 1M, calendar: {startTime: 2024-01-01 00:00:00, "
	    "timeZone: Europe/Berlin}}");
	struct sli_spec *spec = load_good(text, 0);
	struct sli_error err;
	char *rules = NULL;

	(void)state;
	assert_int_equal(sli_spec_rules(spec, NULL, &rules, NULL, &err),
	    SLI_EINVAL);
	assert_string_equal(err.message,
	    "f:1: shop-up: a range of Prometheus has a fixed length, and no "
	    "time zone: it cannot begin where a month or a day of the calendar "
	    "does; accepted: a rolling period");
	assert_null(rules);
	sli_spec_free(spec);
}

static void
test_rules_of_pages_alone_have_no_ticket(void **state)
{
	struct sli_spec *spec = load_files("sloth.yaml", NULL);
	char *rules = rules_of(spec, 0), *at;

	(void)state;
	at = strstr(rules, "\"sloth-slo-alerts-checkout-latency\"");
	assert_non_null(at);
	assert_non_null(strstr(at, "sloth_severity: \"page\""));
	assert_null(strstr(at, "sloth_severity: \"ticket\""));
	sli_spec_text_free(rules);
	sli_spec_free(spec);
}

static void
test_rules_of_what_prometheus_cannot_be_asked_are_refused(void **state)
{
	static const struct {
		const char *file, *said;
	} cases[] = {
		{ "openslo.yaml", "mail-fast: the metric is a latency" },
		{ "openslo_v1alpha.yaml",
		    "web-speed: the metric is a latency" },
	};
	struct sli_spec_rules_config cfg = SLI_SPEC_RULES_CONFIG_INIT;
	struct sli_error err;
	struct sli_spec *spec;
	char *text = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		spec = load_files(cases[i].file, NULL);
		assert_int_equal(sli_spec_rules(spec, NULL, &text, NULL, &err),
		    SLI_EINVAL);
		assert_non_null(strstr(err.message, cases[i].said));
		sli_spec_free(spec);
	}
	/* A rate here and a count there: their ratio means nothing. */
	spec = load_good(
	    with(with(definition, "FUNCTION", "rate"), "FUNCTION", "increase"),
	    0);
	assert_int_equal(sli_spec_rules(spec, NULL, &text, NULL, &err),
	    SLI_EINVAL);
	assert_non_null(strstr(err.message,
	    "shop-up: its queries do not tell "
	    "counts"));
	assert_non_null(strstr(err.message, "SLI_SPEC_RULES_BY_RATIO"));
	check_rules(spec, SLI_SPEC_RULES_BY_RATIO);
	cfg.flags = 0x80;
	assert_int_equal(sli_spec_rules(spec, &cfg, &text, NULL, &err),
	    SLI_EINVAL);
	cfg.struct_size++;
	assert_int_equal(sli_spec_rules(spec, &cfg, &text, NULL, &err),
	    SLI_EVERSION);
	assert_int_equal(sli_spec_rules(NULL, NULL, &text, NULL, &err),
	    SLI_EINVAL);
	assert_null(text);
	sli_spec_free(spec);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules_are_what_prometheus_accepts),
		cmocka_unit_test(
		    test_rules_of_openslo_are_what_prometheus_accepts),
		cmocka_unit_test(test_rules_say_which_alert_is_left_out),
		cmocka_unit_test(test_rules_have_the_names_of_sloth),
		cmocka_unit_test(test_rules_scale_with_the_period),
		cmocka_unit_test(test_rules_of_slices_of_a_ratio_are_accepted),
		cmocka_unit_test(test_rules_of_a_calendar_are_refused),
		cmocka_unit_test(test_rules_of_pages_alone_have_no_ticket),
		cmocka_unit_test(
		    test_rules_of_what_prometheus_cannot_be_asked_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, promtool_remove);
}
