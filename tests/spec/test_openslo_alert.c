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

static const char alert[] =
    "  alertPolicies:\n"
    "  - kind: AlertPolicy\n"
    "    metadata: {name: p}\n"
    "    spec:\n"
    "      alertWhenBreaching: true\n"
    "      conditions:\n"
    "      - metadata: {name: c}\n"
    "        spec: {severity: page, condition: {op: gt, threshold: 2,\n"
    "          lookbackWindow: 1h, alertAfter: 5m}}\n";

static void
test_openslo_alert_is_checked(void **state)
{
	static const struct refusal cases[] = {
		{ "kind: AlertPolicy", "kind: Other", "\"Other\" is unknown" },
		{ "  - kind: AlertPolicy", "  - gone\n  - kind: AlertPolicy",
		    "\"gone\" is no AlertPolicy of these files" },
		{ "      conditions:\n",
		    "      conditions:\n"
		    "      - conditionRef: gone\n",
		    "has 2 items; accepted: "
		    "one" },
		{ "      - metadata: {name: c}\n        spec:",
		    "      - conditionRef: gone\n        x:",
		    "conditions[0].x: is not a known field" },
		{ "threshold: 2", "threshold: 0", "\"0\" is out of range" },
		{ "op: gt", "op: eq", "\"eq\" is unknown; accepted: gt, gte" },
		{ "lookbackWindow: 1h", "lookbackWindow: 1M",
		    "is no fixed time" },
		{ "op: gt, ", "", "op: is missing" },
		{ "severity: page, ", "", "severity: is missing" },
		{ "threshold: 2", "threshold: 0.999",
		    "fires though the objective is met: 0.999 times the "
		    "budget of 0.001 is an error ratio of 0.000999" },
		{ "op: gt, threshold: 2", "op: gte, threshold: 1",
		    "is met: 1 times the budget of 0.001 is an error ratio of "
		    "0.001, and so much may be bad; accepted: a burn rate "
		    "above 1" },
		{ "threshold: 2", "threshold: 1000",
		    "can never fire: 1000 times the budget of 0.001 is an "
		    "error ratio of 1, and none is above 1; accepted: a burn "
		    "rate below 1 / 0.001" },
		{ "threshold: 2", "threshold: 2, kind: slow",
		    "\"slow\" is unknown; accepted: burnrate" },
	};
	char text[4096];
	struct sli_spec_config cfg = SLI_SPEC_CONFIG_INIT;
	struct sli_spec *spec = NULL;

	(void)state;
	snprintf(text, sizeof(text), "%s%s", good, alert);
	refuse(text, cases, LENGTH(cases));
	/* As the specification's own examples have it. */
	spec = load_good(with(text, "op: gt", "op: lte"), 1);
	assert_non_null(strstr(heard.text,
	    "would fire while all is well; "
	    "taken for \"gte\""));
	assert_true(sli_spec_slo(spec, 0)->alerts[0].at_factor);
	sli_spec_free(spec);
	spec = load_good(with(text, "severity: page", "severity: sev1"), 1);
	assert_int_equal(sli_spec_slo(spec, 0)->alerts[0].severity, SLI_PAGE);
	sli_spec_free(spec);
	spec = load_good(with(text, "Breaching: true", "Breaching: false"), 0);
	assert_int_equal(sli_spec_slo(spec, 0)->alert_count, 0);
	assert_int_equal(sli_spec_slo(spec, 0)->flags,
	    SLI_SPEC_NO_PAGE | SLI_SPEC_NO_TICKET);
	sli_spec_free(spec);
	cfg.flags = SLI_SPEC_DEFAULT_ALERTS;
	assert_int_equal(sli_spec_load_text("f", good, strlen(good), &cfg, NULL,
			     NULL, &spec, NULL),
	    SLI_OK);
	assert_int_equal(sli_spec_slo(spec, 0)->flags, 0);
	sli_spec_free(spec);
}

static void
test_openslo_document_that_is_referred_to_is_wrong_once(void **state)
{
	char text[4096];

	(void)state;
	snprintf(text, sizeof(text), "%s%s", good,
	    "  alertPolicies:\n"
	    "  - alertPolicyRef: bad\n"
	    "  - alertPolicyRef: bad\n"
	    "---\n"
	    "apiVersion: openslo/v1\n"
	    "kind: AlertPolicy\n"
	    "metadata: {name: bad}\n"
	    "spec: {wrong: 1, conditions: []}\n");
	load_bad(text, "f:23:8: error: spec.wrong: is not a known field");
	assert_int_equal(heard.errors, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_openslo_alert_is_checked),
		cmocka_unit_test(
		    test_openslo_document_that_is_referred_to_is_wrong_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
