/* SPDX-License-Identifier: MIT */
#include "load.h"

static const char alpha[] =
    "apiVersion: openslo/v1alpha\n"
    "kind: SLO\n"
    "metadata: {name: up}\n"
    "spec:\n"
    "  service: shop\n"
    "  budgetingMethod: Occurrences\n"
    "  timeWindows: [{unit: Day, count: 30, isRolling: true}]\n"
    "  objectives:\n"
    "  - target: 0.999\n"
    "    ratioMetrics:\n"
    "      good: {source: s, queryType: t, query: good}\n"
    "      total: {source: s, queryType: t, query: all}\n";

static void
test_openslo_alpha_becomes_slos(void **state)
{
	struct sli_spec *spec = load_files("openslo_v1alpha.yaml", NULL);
	const struct sli_spec_slo *slo = sli_spec_slo(spec, 0);

	(void)state;
	assert_int_equal(sli_spec_slo_count(spec), 2);
	assert_int_equal(slo->format, SLI_SPEC_OPENSLO_V1ALPHA);
	assert_string_equal(slo->id, "web-pages");
	assert_int_equal(slo->objective_ppb, 980000000);
	assert_int_equal(slo->period.rolling_ns, DAYS(28));
	assert_int_equal(slo->indicator.kind, SLI_SPEC_GOOD_TOTAL);
	assert_int_equal(slo->indicator.good.kind, SLI_SPEC_QUERY_COUNTER);
	slo = sli_spec_slo(spec, 1);
	assert_int_equal(slo->period.unit, SLI_SPEC_QUARTER);
	assert_string_equal(slo->period.start, "2021-01-01 00:00:00");
	assert_int_equal(slo->indicator.kind, SLI_SPEC_LATENCY);
	assert_int_equal(slo->indicator.threshold_ns, 200000000);
	assert_string_equal(slo->indicator.value.text, "select ms from t");
	sli_spec_free(spec);
}

static void
test_openslo_alpha_is_checked(void **state)
{
	static const struct refusal cases[] = {
		{ "Day", "Month", "\"Month\" is no fixed time" },
		{ "Day", "day", "\"day\" is unknown; accepted: Second," },
		{ "count: 30", "count: 0", "\"0\" is out of range" },
		{ "isRolling: true", "isRolling: false",
		    "calendar: is "
		    "missing" },
		{ "Occurrences", "Timeslices",
		    "needs a timeSliceWindow, which "
		    "openslo/v1alpha does not have" },
		{ "target: 0.999", "targetPercent: 99",
		    "targetPercent: is not a known field" },
		{ "target: 0.999", "target: 0.9\n    budgetTarget: 0.9",
		    "is there beside target" },
		{ "    ratioMetrics", "    x-ratioMetrics",
		    "has none of ratioMetrics" },
		{ "  objectives", "  alertPolicies: []\n  objectives",
		    "spec.alertPolicies: is not a known field" },
		{ "      good:", "      bad:\n      good:", "" },
		{ "{name: up}", "{name: up, labels: {}}",
		    "metadata.labels: is not a known field" },
		{ "kind: SLO", "kind: SLI", "\"SLI\" is unknown" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		if (cases[i].said[0] != '\0')
			load_bad(with(alpha, cases[i].old, cases[i].new_),
			    cases[i].said);
		else /* null is as if it were not there */
			sli_spec_free(load_good(
			    with(alpha, cases[i].old, cases[i].new_), 0));
	}
	sli_spec_free(load_good(with(alpha, "target:", "budgetTarget:"), 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_openslo_alpha_becomes_slos),
		cmocka_unit_test(test_openslo_alpha_is_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
