/* SPDX-License-Identifier: MIT */
/*
 * Rules of time slices in Prometheus, and the library in virtual time, against
 * a plain count of the same slices: the ratio over a window, the alert with its
 * `for`, and the budget, wherever an evaluation falls in a slice.
 */
#include <inttypes.h>
#include <stdbool.h>

#include "../support/random.h"
#include "promtool.h"
#include "rules.h"

#define MINUTES_IN_ALL 900
#define SLICE 5	  /* minutes */
#define WINDOW 60 /* of the alert */
#define AFTER 10
#define PERIOD 720

static const char definitions[] =
    "apiVersion: openslo/v1\n"
    "kind: SLO\n"
    "metadata: {name: METHOD}\n"
    "spec:\n"
    "  service: shop\n"
    "  indicator: {spec: {ratioMetric: {counter: true,\n"
    "    bad: {metricSource: {type: Prometheus, spec: {query: bad_total}}},\n"
    "    total: {metricSource: {type: Prometheus, spec: {query: all_total}}}\n"
    "  }}}\n"
    "  timeWindow: [{duration: 12h, isRolling: true}]\n"
    "  budgetingMethod: METHOD\n"
    "  objectives: [{target: 0.9, TARGETtimeSliceWindow: 5m}]\n"
    "  alertPolicies:\n"
    "  - kind: AlertPolicy\n"
    "    metadata: {name: METHOD}\n"
    "    spec:\n"
    "      alertWhenBreaching: true\n"
    "      conditions: [{metadata: {name: c}, spec: {severity: page,\n"
    "        condition: {op: OP, threshold: 2, lookbackWindow: 1h,\n"
    "          alertAfter: 10m}}}]\n";

struct minute {
	uint64_t all, bad;
};

/*
 * 100 events in a slice, or 500, of which some of the slices have exactly as
 * many bad as they may; and an hour and a half without any.
 */
static void
make_events(struct minute minutes[MINUTES_IN_ALL + 1], uint64_t seed)
{
	static const uint64_t shares[] = { 0, 0, 1, 1, 2, 20 };
	struct random random = { seed };
	uint64_t share = 0, scale = 1;
	uint32_t i;

	memset(minutes, 0, (MINUTES_IN_ALL + 1) * sizeof(*minutes));
	for (i = 1; i <= MINUTES_IN_ALL; i++) {
		if ((i - 1) % SLICE == 0) {
			scale = random_below(&random, 2) == 0 ? 1 : 5;
			share = i < 200 ?
			    0 :
			    shares[random_below(&random, LENGTH(shares))];
		}
		if (i > 500 && i <= 590)
			continue;
		minutes[i].all = 20 * scale;
		minutes[i].bad = share * scale;
	}
}

#define WHOLE UINT64_C(1000000000)

struct sums {
	uint64_t bad; /* billionths of a slice */
	uint64_t slices;
};

static double
ratio_of(const struct sums *sums)
{
	return (double)sums->bad / (double)(sums->slices * WHOLE);
}

/* The slices that ended in (minute - window, minute]. */
static struct sums
sum_of(const struct minute *minutes, uint32_t minute, uint32_t window,
    enum sli_method method)
{
	struct sums sums = { 0, 0 };
	uint32_t end = minute / SLICE * SLICE, i;
	uint64_t all, bad;

	for (; end > 0 && end + window > minute; end -= SLICE) {
		all = bad = 0;
		for (i = end - SLICE + 1; i <= end; i++) {
			all += minutes[i].all;
			bad += minutes[i].bad;
		}
		if (all == 0)
			continue;
		sums.slices++;
		if (method == SLI_TIMESLICES)
			sums.bad += bad * 100 > 5 * all ? WHOLE : 0;
		else
			sums.bad += bad * WHOLE / all;
	}
	return sums;
}

static void
put_expected(FILE *file, const char *metric, uint32_t minute,
    const struct sums *sums, double value)
{
	if (sums->slices == 0)
		fprintf(file,
		    "  - {expr: 'count(%s) or vector(0)', eval_time: "
		    "%" PRIu32 "m, exp_samples: [{labels: '{}', value: 0}]}\n",
		    metric, minute);
	else
		fprintf(file,
		    "  - {expr: 'count(abs(%s - (%.17g)) < 1e-12)', eval_time: "
		    "%" PRIu32 "m, exp_samples: [{labels: '{}', value: 1}]}\n",
		    metric, value, minute);
}

/* How many evaluations the alert fires at. */
static uint32_t
put_answers(FILE *file, const struct minute *minutes, enum sli_method method,
    bool at_factor, const char *name)
{
	char ratio[64], remaining[96];
	uint32_t minute, since = 0, firing = 0;
	struct sums in_window, in_period;
	uint64_t limit;
	bool is_so;

	snprintf(ratio, sizeof(ratio),
	    "slo:sli_error:ratio_rate1h{sloth_slo=\"%s\"}", name);
	snprintf(remaining, sizeof(remaining),
	    "slo:period_error_budget_remaining:ratio{sloth_slo=\"%s\"}", name);
	for (minute = 1; minute <= MINUTES_IN_ALL; minute++) {
		in_window = sum_of(minutes, minute, WINDOW, method);
		in_period = sum_of(minutes, minute, PERIOD, method);
		/* A burn rate of 2 of a budget of a tenth. */
		limit = in_window.slices * WHOLE / 5;
		is_so = in_window.slices > 0 &&
		    (in_window.bad > limit ||
			(at_factor && in_window.bad == limit)) &&
		    (method == SLI_RATIO_TIMESLICES ||
			in_window.bad >= 2 * WHOLE);
		since = !is_so ? 0 : since > 0 ? since : minute;
		is_so = is_so && minute - since >= AFTER;
		firing += is_so;
		if (minute % 7 == 0) {
			put_expected(file, ratio, minute, &in_window,
			    ratio_of(&in_window));
			put_expected(file, remaining, minute, &in_period,
			    1 - ratio_of(&in_period) / 0.1);
		}
		if (minute % 3 == 0)
			fprintf(file,
			    "  - {expr: 'count(ALERTS{alertname=\"%s\", "
			    "alertstate=\"firing\"}) or vector(0)', "
			    "eval_time: %" PRIu32 "m, exp_samples: "
			    "[{labels: '{}', value: %d}]}\n",
			    name, minute, is_so);
	}
	fprintf(file,
	    "  - {expr: 'sum(count_over_time(ALERTS{alertname=\"%s\", "
	    "alertstate=\"firing\"}[%dm]))', eval_time: %dm, exp_samples: "
	    "[{labels: '{}', value: %" PRIu32 "}]}\n",
	    name, MINUTES_IN_ALL, MINUTES_IN_ALL, firing);
	return firing;
}

static void
put_series(FILE *file, const struct minute *minutes, bool is_bad)
{
	uint64_t sum = 0;
	uint32_t i;

	fprintf(file, "  - series: %s\n    values: '0",
	    is_bad ? "bad_total" : "all_total");
	for (i = 1; i <= MINUTES_IN_ALL; i++) {
		sum += is_bad ? minutes[i].bad : minutes[i].all;
		fprintf(file, " %" PRIu64, sum);
	}
	fprintf(file, "'\n");
}

/* What the library says of the same events, in virtual time. */
static void
ask_library(const struct sli_spec_slo *asked, const struct minute *minutes)
{
	struct sli_registry_config registry_cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config slo_cfg;
	struct sli_registry *reg = NULL;
	struct sli_indicator *ind = NULL;
	struct sli_slo *slo = NULL;
	struct sli_budget budget;
	struct sums sums;
	struct sli_error err;
	const uint64_t start = DAYS(20000);
	uint64_t now;
	uint32_t i;

	registry_cfg.max_indicators = 2;
	registry_cfg.max_slos = 1;
	cfg.name = "up";
	assert_int_equal(sli_registry_create(&registry_cfg, &reg, NULL),
	    SLI_OK);
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	assert_int_equal(sli_spec_slo_config(asked, SLI_SPEC_USE_DEFAULT_ALERTS,
			     &slo_cfg, NULL),
	    SLI_OK);
	if (sli_slo_register(ind, &slo_cfg, &slo, &err) != SLI_OK)
		fail_msg("%s", err.message);
	assert_int_equal(sli_advance(reg, start), SLI_OK);
	for (i = 1; i <= MINUTES_IN_ALL; i++) {
		now = start + MINUTES(i);
		sli_count(ind, now - MINUTES(1) / 2, SLI_GOOD,
		    minutes[i].all - minutes[i].bad);
		sli_count(ind, now - MINUTES(1) / 2, SLI_BAD, minutes[i].bad);
		assert_int_equal(sli_slo_budget(slo, now, &budget), SLI_OK);
		sums = sum_of(minutes, i, PERIOD, asked->method);
		assert_int_equal(budget.has_data, sums.slices > 0);
		/* Exact where the period's old edge is that of a slice. */
		if (sums.slices > 0 && i % SLICE == 0)
			assert_true(budget.remaining >
				1 - ratio_of(&sums) / 0.1 - 1e-9 &&
			    budget.remaining <
				1 - ratio_of(&sums) / 0.1 + 1e-9);
	}
	sli_registry_close(reg);
}

static void
compare(enum sli_method method, const char *name, const char *op, uint64_t seed)
{
	static struct minute minutes[MINUTES_IN_ALL + 1];
	char text[4096];
	struct sli_spec *spec;
	uint32_t firing;
	char *rules;
	FILE *file;

	make_events(minutes, seed);
	snprintf(text, sizeof(text), "%s",
	    with(with(with(with(with(definitions, "METHOD", name), "METHOD",
			       name),
			  "METHOD", name),
		     "OP", op),
		"TARGET",
		method == SLI_TIMESLICES ? "timeSliceTarget: 0.95, " : ""));
	spec = load_good(text, 0);
	ask_library(sli_spec_slo(spec, 0), minutes);
	rules = rules_of(spec, SLI_SPEC_RULES_BY_RATIO);
	promtool_write("rules.yml", rules);
	sli_spec_text_free(rules);
	sli_spec_free(spec);
	file = fopen(promtool_path("test.yml"), "w");
	assert_non_null(file);
	fprintf(file,
	    "rule_files: [rules.yml]\nevaluation_interval: 1m\n"
	    "group_eval_order: [sloth-slo-sli-recordings-shop-%s, "
	    "sloth-slo-meta-recordings-shop-%s, sloth-slo-alerts-shop-%s]\n"
	    "tests:\n- interval: 1m\n  input_series:\n",
	    name, name, name);
	put_series(file, minutes, true);
	put_series(file, minutes, false);
	fprintf(file, "  promql_expr_test:\n");
	firing = put_answers(file, minutes, method, strcmp(op, "gte") == 0,
	    name);
	assert_int_equal(fclose(file), 0);
	/* Never or always would prove nothing. */
	print_message("%s: seed %" PRIu64 ", fires at %" PRIu32 " of %d\n",
	    name, seed, firing, MINUTES_IN_ALL);
	assert_in_range(firing, 20, MINUTES_IN_ALL - 300);
	promtool("test", "rules", "test.yml");
}

static void
test_rules_of_timeslices_count_whole_slices(void **state)
{
	(void)state;
	compare(SLI_TIMESLICES, "Timeslices", "gt", 1);
	compare(SLI_TIMESLICES, "Timeslices", "gte", 2);
}

static void
test_rules_of_ratio_timeslices_weigh_slices_alike(void **state)
{
	(void)state;
	compare(SLI_RATIO_TIMESLICES, "RatioTimeslices", "gt", 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules_of_timeslices_count_whole_slices),
		cmocka_unit_test(
		    test_rules_of_ratio_timeslices_weigh_slices_alike),
	};

	return cmocka_run_group_tests(tests, NULL, promtool_remove);
}
