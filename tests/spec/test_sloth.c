/* SPDX-License-Identifier: MIT */
#include "load.h"

static const char good[] = "version: prometheus/v1\n"
			   "service: shop\n"
			   "slos:\n"
			   "- name: up\n"
			   "  objective: 99.9\n"
			   "  sli:\n"
			   "    events:\n"
			   "      error_query: rate(bad[{{.window}}])\n"
			   "      total_query: rate(all[{{.window}}])\n"
			   "  alerting:\n"
			   "    name: Up\n";

static void
test_sloth_file_becomes_slos(void **state)
{
	struct sli_spec *spec = load_files("sloth.yaml", NULL);
	const struct sli_spec_slo *slo = sli_spec_slo(spec, 0);

	(void)state;
	assert_int_equal(heard.warnings, 0);
	assert_int_equal(sli_spec_slo_count(spec), 3);
	assert_int_equal(slo->format, SLI_SPEC_SLOTH);
	assert_string_equal(slo->id, "checkout-availability");
	assert_string_equal(slo->service, "checkout");
	assert_string_equal(slo->name, "availability");
	assert_string_equal(slo->description, "Orders that are answered");
	assert_int_equal(slo->line, 9);
	assert_int_equal(slo->objective_ppb, 999000000);
	assert_int_equal(slo->method, SLI_OCCURRENCES);
	assert_int_equal(slo->period.unit, SLI_SPEC_ROLLING);
	assert_int_equal(slo->period.rolling_ns, DAYS(30));
	assert_int_equal(slo->labels.count, 2);
	assert_string_equal(slo->labels.list[0].name, "team");
	assert_string_equal(slo->labels.list[1].value, "1");
	assert_int_equal(slo->info_labels.count, 1);
	assert_int_equal(slo->indicator.kind, SLI_SPEC_BAD_TOTAL);
	assert_int_equal(slo->indicator.bad.kind, SLI_SPEC_QUERY_TEMPLATE);
	assert_string_equal(slo->indicator.total.text,
	    "sum(rate(orders_total[{{ .window }}]))");
	assert_int_equal(slo->indicator.total.line, 17);
	assert_null(slo->indicator.good.text);
	assert_int_equal(slo->alert_count, 0);
	assert_int_equal(slo->flags, 0);
	assert_string_equal(slo->alert_name, "CheckoutAvailability");
	assert_string_equal(slo->alert_labels.list[0].name, "category");
	assert_string_equal(slo->alert_annotations.list[0].name, "runbook");
	assert_string_equal(slo->page_labels.list[0].value, "pager");
	assert_string_equal(slo->ticket_labels.list[0].value, "queue");
	slo = sli_spec_slo(spec, 1);
	assert_int_equal(slo->flags, SLI_SPEC_NO_TICKET);
	assert_int_equal(slo->interval_sli_ns, 30000000000);
	assert_int_equal(slo->interval_meta_ns, 30000000000);
	assert_int_equal(slo->interval_alert_ns, 60000000000);
	slo = sli_spec_slo(spec, 2);
	assert_int_equal(slo->flags, SLI_SPEC_NO_PAGE | SLI_SPEC_NO_TICKET);
	assert_int_equal(slo->indicator.kind, SLI_SPEC_RAW_BAD);
	sli_spec_free(spec);
}

static void
test_sloth_windows_replace_the_default_ones(void **state)
{
	struct sli_spec *spec = load_files("sloth.yaml", "windows.yaml");
	const struct sli_spec_alert *alerts = sli_spec_slo(spec, 0)->alerts;

	(void)state;
	assert_int_equal(sli_spec_slo(spec, 0)->alert_count, 4);
	assert_int_equal(alerts[0].severity, SLI_PAGE);
	assert_int_equal(alerts[0].long_ns, HOURS(2));
	assert_int_equal(alerts[0].short_ns, MINUTES(10));
	assert_int_equal(alerts[0].share_ppm, 25000);
	assert_int_equal(alerts[0].factor_ppm, 9000000);
	assert_int_equal(alerts[3].severity, SLI_TICKET);
	assert_int_equal(alerts[3].factor_ppm, 1000000);
	assert_int_equal(alerts[3].line, 10);
	sli_spec_free(spec);
}

static void
test_sloth_windows_of_another_period_are_told_of(void **state)
{
	static const char windows[] =
	    "---\n"
	    "apiVersion: sloth.slok.dev/v1\n"
	    "kind: AlertWindows\n"
	    "spec:\n"
	    "  sloPeriod: 7d\n"
	    "  page:\n"
	    "    quick: {errorBudgetPercent: 8, shortWindow: 5m, longWindow: "
	    "1h}\n"
	    "    slow: {errorBudgetPercent: 12.5, shortWindow: 30m, "
	    "longWindow: 6h}\n"
	    "  ticket:\n"
	    "    quick: {errorBudgetPercent: 20, shortWindow: 2h, longWindow: "
	    "1d}\n"
	    "    slow: {errorBudgetPercent: 43, shortWindow: 6h, longWindow: "
	    "3d}\n";
	struct sli_spec_config cfg = SLI_SPEC_CONFIG_INIT;
	struct sli_spec *spec = load_good(join(good, windows), 1);
	const char *text = join(good, windows);

	(void)state;
	assert_non_null(strstr(heard.text,
	    "f:16:14: warning: spec.sloPeriod: "
	    "\"7d\" is not the period"));
	assert_int_equal(sli_spec_slo(spec, 0)->alert_count, 0);
	sli_spec_free(spec);

	cfg.period_ns = DAYS(7);
	assert_int_equal(sli_spec_load_text("f", text, strlen(text), &cfg, NULL,
			     NULL, &spec, NULL),
	    SLI_OK);
	assert_int_equal(sli_spec_slo(spec, 0)->alert_count, 4);
	assert_int_equal(sli_spec_slo(spec, 0)->alerts[0].factor_ppm, 13440000);
	assert_int_equal(sli_spec_slo(spec, 0)->period.rolling_ns, DAYS(7));
	sli_spec_free(spec);

	load_bad(with(text, "5m", "1h"),
	    "spec.page.quick.shortWindow: \"1h\" "
	    "is out of range");
	load_bad(with(text, "7d", "1h"),
	    "longWindow: \"6h\" is out of range; "
	    "accepted: above 0, up to sloPeriod");
	load_bad(with(text, "43", "143"), "\"143\" is out of range");
	load_bad(with(text, "  ticket:\n", "  tickets:\n"),
	    "spec.tickets: is not a known field; accepted: sloPeriod, page, "
	    "ticket");
}

/*
 * sloth's own windows for 7 d have 42 % in 3 d, a burn rate of 0.98: a ticket
 * while all is as it has to be.
 */
static void
test_sloth_windows_within_the_objective_are_refused(void **state)
{
	static const char windows[] =
	    "---\n"
	    "apiVersion: sloth.slok.dev/v1\n"
	    "kind: AlertWindows\n"
	    "spec:\n"
	    "  sloPeriod: 30d\n"
	    "  page:\n"
	    "    quick: {errorBudgetPercent: 2, shortWindow: 5m, longWindow: "
	    "1h}\n"
	    "    slow: {errorBudgetPercent: 5, shortWindow: 30m, longWindow: "
	    "6h}\n"
	    "  ticket:\n"
	    "    quick: {errorBudgetPercent: 10, shortWindow: 2h, longWindow: "
	    "1d}\n"
	    "    slow: {errorBudgetPercent: 9.8, shortWindow: 6h, longWindow: "
	    "3d}\n";

	(void)state;
	load_bad(join(good, windows),
	    "the alert of line 22 fires though the objective is met: 0.98 "
	    "times the budget of 0.001 is an error ratio of 0.00098, and so "
	    "much may be bad; accepted: a burn rate of 1 and more, which is "
	    "10 percent of the budget in its window");
	sli_spec_free(load_good(with(join(good, windows), "9.8", "10"), 0));
	/* 14.4 times a tenth. */
	load_bad(with(with(join(good, windows), "9.8", "10"), "objective: 99.9",
		     "objective: 90"),
	    "the alert of line 18 can never fire: 14.4 times the budget of 0.1 "
	    "is an error ratio of 1.44, and none is above 1; accepted: a burn "
	    "rate below 1 / 0.1");
}

static void
test_sloth_objective_out_of_range_is_refused(void **state)
{
	(void)state;
	load_bad(with(good, "99.9", "100"),
	    "f:5:14: error: slos[0].objective: "
	    "\"100\" is out of range");
	assert_non_null(strstr(heard.text, "leaves no budget"));
	load_bad(with(good, "99.9", "0"), "\"0\" is out of range");
	load_bad(with(good, "99.9", "-1"), "is negative");
	load_bad(with(good, "99.9", "99.99999999"), "more decimals");
	load_bad(with(good, "99.9", "99,9"), "is not a decimal number");
	load_bad(with(good, "99.9", "[99]"),
	    "is a list; accepted: a single "
	    "value");
	load_bad(with(good, "  objective: 99.9\n", ""),
	    "f:4:3: error: "
	    "slos[0].objective: is missing");
	/* A ratio where a percentage belongs is lawful, but hardly meant. */
	sli_spec_free(load_good(with(good, "99.9", "0.999"), 1));
	assert_non_null(strstr(heard.text,
	    "is it a ratio in place of a "
	    "percentage?"));
}

static void
test_sloth_name_of_one_character_is_refused(void **state)
{
	(void)state;
	load_bad(with(good, "name: up", "name: u"),
	    "f:4:9: error: "
	    "slos[0].name: \"u\" is no name of sloth's; accepted: 2 to 128");
	load_bad(with(good, "service: shop", "service: -shop"), "is no name");
	load_bad(with(good, "service: shop", "service: shop."), "is no name");
	load_bad(with(good, "service: shop", "service: the shop"),
	    "is no name");
	load_bad(with(good, "service: shop", "service: ''"), "is empty");
	load_bad(with(good, "service: shop\n", ""), "service: is missing");
	sli_spec_free(load_good(with(good, "name: up", "name: a.b_c-9"), 0));
}

static void
test_sloth_field_that_cannot_be_kept_is_refused(void **state)
{
	static const struct {
		const char *old, *new_, *said;
	} cases[] = {
		{ "  alerting:", "  plugins: {chain: []}\n  alerting:",
		    "f:10:12: error: slos[0].plugins: is code of sloth's" },
		{ "slos:", "slo_plugins: {chain: []}\nslos:",
		    "slo_plugins: is code of sloth's" },
		{ "events:", "plugin: {id: x}\n    events:",
		    "slos[0].sli.plugin: is code of sloth's that makes" },
		{ "    events:",
		    "    raw: {error_ratio_query: 'x[{{.window}}]'}\n    "
		    "events:",
		    "slos[0].sli: has both; accepted: one of" },
		{ "name: Up", "nam: Up",
		    "slos[0].alerting.nam: is not a known field" },
		{ "name: Up", "labels: [a]",
		    "slos[0].alerting.labels: is a list; accepted: a mapping" },
		{ "name: Up", "page_alert: {disable: true}",
		    "slos[0].alerting.name: is missing" },
		{ "name: Up", "page_alert: {disable: yes}",
		    "\"yes\" is unknown; accepted: false, true" },
		{ "name: Up", "page_alert: {disable: 'true'}",
		    "is the text \"true\"; accepted: true or false without" },
		{ "rate(bad[{{.window}}])", "rate(bad[5m])",
		    "slos[0].sli.events.error_query: \"rate(bad[5m])\" is no "
		    "template" },
		{ "rate(bad[{{.window}}])", "rate(bad[{{.windows}}])",
		    "is no template" },
		{ "rate(bad[{{.window}}])", "rate({{.window}}[{{.service}}])",
		    "is no template" },
		{ "rate(bad[{{.window}}])", "''", "error_query: is empty" },
		{ "rate(bad[{{.window}}])", "", "error_query: is missing" },
		{ "slos:", "slos: []\nx-slos:", "slos: is empty" },
		{ "slos:", "period: 30d\nslos:",
		    "f:3:1: error: period: is not a known field" },
		{ "  alerting:", "  interval: {all: 30d}\n  alerting:",
		    "slos[0].interval.all: \"30d\" is not a duration of Go" },
	};
	size_t i;

	(void)state;
	sli_spec_free(load_good(good, 0));
	for (i = 0; i < LENGTH(cases); i++)
		load_bad(with(good, cases[i].old, cases[i].new_),
		    cases[i].said);
}

static void
test_sloth_slo_that_is_defined_twice_is_refused(void **state)
{
	(void)state;
	load_bad(join(join(good, "---\n"), good),
	    "f:16:3: error: the SLO \"up\" of the service \"shop\" is already "
	    "defined in f:4");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sloth_file_becomes_slos),
		cmocka_unit_test(test_sloth_windows_replace_the_default_ones),
		cmocka_unit_test(
		    test_sloth_windows_of_another_period_are_told_of),
		cmocka_unit_test(
		    test_sloth_windows_within_the_objective_are_refused),
		cmocka_unit_test(test_sloth_objective_out_of_range_is_refused),
		cmocka_unit_test(test_sloth_name_of_one_character_is_refused),
		cmocka_unit_test(
		    test_sloth_field_that_cannot_be_kept_is_refused),
		cmocka_unit_test(
		    test_sloth_slo_that_is_defined_twice_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
