/* SPDX-License-Identifier: MIT */
/*
 * The exported rules in Prometheus, on the scenarios in tests/data/burnrate:
 * each pair of windows fires and ends at the very evaluation at which it does
 * there, and at no other. (By default at every seventh evaluation or so.)
 *
 * Counters are sampled at the end of each step, which is when all is evaluated:
 * a range of Prometheus before 3 then has the samples at both of its ends, and
 * so the increase of its steps, without extrapolation.
 *
 * Definitions of sloth's have one rule for both pairs of a severity. So that
 * each pair is seen by itself, there are two definitions with two of them.
 */
#include "../support/burnrate.h"
#include "../support/scale.h"
#include "promtool.h"
#include "rules.h"

/* A pair for pages, and one for tickets. */
static const struct set {
	const char *service, *page, *ticket;
	int page_percent, ticket_percent; /* of the budget of 30 d */
	int pages, tickets;		  /* as in burnrate.alert */
} sets[] = {
	{ "fast", "shortWindow: 5m, longWindow: 1h",
	    "shortWindow: 2h, longWindow: 1d", 2, 10, BURN_PAGE_1H,
	    BURN_TICKET_1D },
	{ "slow", "shortWindow: 30m, longWindow: 6h",
	    "shortWindow: 6h, longWindow: 3d", 5, 10, BURN_PAGE_6H,
	    BURN_TICKET_3D },
};

/*
 * For so many days: a budget of a tenth of them of which ten times the share
 * may be spent makes the same alerts, by ratio.
 */
static void
write_rules(const struct set *set, int days)
{
	struct sli_spec_config spec_cfg = SLI_SPEC_CONFIG_INIT;
	struct sli_spec_rules_config cfg = SLI_SPEC_RULES_CONFIG_INIT;
	char text[2048], pairs[2][256], name[32];
	struct sli_spec *spec = NULL;
	char *rules = NULL;

	snprintf(pairs[0], sizeof(pairs[0]), "{errorBudgetPercent: %d, %s}",
	    set->page_percent * 30 / days, set->page);
	snprintf(pairs[1], sizeof(pairs[1]), "{errorBudgetPercent: %d, %s}",
	    set->ticket_percent * 30 / days, set->ticket);
	snprintf(text, sizeof(text),
	    "version: prometheus/v1\n"
	    "service: %s\n"
	    "slos:\n"
	    "- name: up\n"
	    "  objective: 99.9\n"
	    "  sli: {events: {\n"
	    "    error_query: 'sum(rate(bad_total[{{.window}}]))',\n"
	    "    total_query: 'sum(rate(all_total[{{.window}}]))'}}\n"
	    "  alerting: {name: Up}\n"
	    "---\n"
	    "apiVersion: sloth.slok.dev/v1\n"
	    "kind: AlertWindows\n"
	    "spec:\n"
	    "  sloPeriod: %dd\n"
	    "  page: {quick: %s, slow: %s}\n"
	    "  ticket: {quick: %s, slow: %s}\n",
	    set->service, days, pairs[0], pairs[0], pairs[1], pairs[1]);
	spec_cfg.period_ns = DAYS((uint64_t)days);
	assert_int_equal(sli_spec_load_text("f", text, strlen(text), &spec_cfg,
			     NULL, NULL, &spec, NULL),
	    SLI_OK);
	/* The scenarios have no minimum. */
	cfg.flags = SLI_SPEC_RULES_BY_RATIO;
	cfg.alert_min_events = 1;
	cfg.alert_min_bad = 1;
	assert_int_equal(sli_spec_rules(spec, &cfg, &rules, NULL, NULL),
	    SLI_OK);
	snprintf(name, sizeof(name), "%s.yml", set->service);
	promtool_write(name, rules);
	sli_spec_text_free(rules);
	sli_spec_free(spec);
}

static void
put_series(FILE *file, const struct burnrate *b, uint64_t every_s, int is_bad)
{
	uint64_t sum = 0;
	size_t i, restarts = 0;

	fprintf(file, "  - series: %s\n    values: '0",
	    is_bad ? "bad_total" : "all_total");
	for (i = 0; i < b->row_count; i++) {
		sum += b->rows[i].bad + (is_bad ? 0 : b->rows[i].good);
		if (b->rows[i].t_s % every_s == 0)
			fprintf(file, " %llu", (unsigned long long)sum);
		/* Counters begin anew with the process, which is seen only
		 * with a sample right before. */
		if (restarts < b->restart.count && every_s == b->step_s &&
		    b->restart.t_s[restarts] == b->rows[i].t_s) {
			sum = 0;
			restarts++;
		}
	}
	fprintf(file, "'\n");
}

static int
fires(const struct burn_changes *changes, uint64_t t_s)
{
	size_t i = 0;

	while (i < changes->count && changes->t_s[i] <= t_s)
		i++;
	return i % 2 == 1;
}

/* The evaluations at both sides of each change, and how often it fires. */
static void
put_alert(FILE *file, const struct burnrate *b, uint64_t every_s,
    const struct set *set, int is_page)
{
	const struct burn_changes *changes =
	    &b->alert[is_page ? set->pages : set->tickets];
	uint64_t last_s = b->rows[b->row_count - 1].t_s / every_s * every_s;
	unsigned long long t_s, count = 0;
	char alerts[160];
	int is, was = 0;

	snprintf(alerts, sizeof(alerts),
	    "ALERTS{alertstate=\"firing\", sloth_service=\"%s\", "
	    "sloth_severity=\"%s\"}",
	    set->service, is_page ? "page" : "ticket");
	for (t_s = every_s; t_s <= last_s; t_s += every_s) {
		is = fires(changes, t_s);
		count += is == 1;
		if (is != was)
			fprintf(file,
			    "  - {expr: 'count(%s) or vector(0)', eval_time: "
			    "%llus, exp_samples: [{labels: '{}', value: %d}]}\n"
			    "  - {expr: 'count(%s) or vector(0)', eval_time: "
			    "%llus, exp_samples: [{labels: '{}', value: "
			    "%d}]}\n",
			    alerts, t_s - every_s, was, alerts, t_s, is);
		was = is;
	}
	fprintf(file,
	    "  - {expr: 'sum(count_over_time(%s[%llus])) or vector(0)', "
	    "eval_time: %llus, exp_samples: [{labels: '{}', value: %llu}]}\n",
	    alerts, (unsigned long long)last_s, (unsigned long long)last_s,
	    count);
}

static FILE *
begin_test(const struct burnrate *b, uint64_t sampled_s, uint64_t every_s)
{
	static const char *const groups[] = { "sli-recordings",
		"meta-recordings", "alerts" };
	FILE *file = fopen(promtool_path("test.yml"), "w");
	size_t i, k;

	assert_non_null(file);
	fprintf(file,
	    "rule_files: [fast.yml, slow.yml]\nevaluation_interval: %llus\n"
	    "group_eval_order:\n",
	    (unsigned long long)every_s);
	for (i = 0; i < LENGTH(sets); i++) {
		for (k = 0; k < LENGTH(groups); k++)
			fprintf(file, "- sloth-slo-%s-%s-up\n", groups[k],
			    sets[i].service);
	}
	fprintf(file, "tests:\n- interval: %llus\n  input_series:\n",
	    (unsigned long long)sampled_s);
	put_series(file, b, sampled_s, 1);
	put_series(file, b, sampled_s, 0);
	fprintf(file, "  promql_expr_test:\n");
	return file;
}

static void
check_alerts(const struct burnrate *b)
{
	const uint64_t most = test_scaled(400);
	uint64_t every_s = b->step_s;
	FILE *file;
	size_t i;

	/* An evaluation takes 4 ms: all of them, if SLI_TEST_SCALE is 3000. */
	while (b->row_count * b->step_s / every_s > most)
		every_s += b->step_s;
	file = begin_test(b, b->step_s, every_s);
	for (i = 0; i < LENGTH(sets); i++) {
		put_alert(file, b, every_s, &sets[i], 1);
		put_alert(file, b, every_s, &sets[i], 0);
	}
	assert_int_equal(fclose(file), 0);
	promtool("test", "rules", "test.yml");
}

/* Of samples an hour apart: promtool loads 10,000 for a query at the most. */
static void
check_budget(const struct burnrate *b)
{
	FILE *file = begin_test(b, 3600, 3600);
	size_t i;

	for (i = 0; i < b->budget_count; i++) {
		if (b->budget[i].t_s % 3600 != 0)
			continue;
		fprintf(file,
		    "  - {expr: 'sum(abs(slo:period_error_budget_remaining:"
		    "ratio - (%.17g)) < bool 1e-9)', eval_time: %llus, "
		    "exp_samples: [{labels: '{}', value: 2}]}\n",
		    b->budget[i].remaining,
		    (unsigned long long)b->budget[i].t_s);
	}
	assert_int_equal(fclose(file), 0);
	promtool("test", "rules", "test.yml");
}

static void
run_scenarios(int days, void (*check)(const struct burnrate *b))
{
	struct burnrate b;
	size_t i;

	for (i = 0; i < LENGTH(sets); i++)
		write_rules(&sets[i], days);
	for (i = 0; i < burnrate_count; i++) {
		print_message("%s\n", burnrate_names[i]);
		burnrate_load(burnrate_names[i], &b);
		check(&b);
		burnrate_free(&b);
	}
}

static void
test_rules_fire_when_the_scenarios_do(void **state)
{
	(void)state;
	run_scenarios(3, check_alerts);
}

static void
test_rules_have_the_budget_of_the_scenarios(void **state)
{
	(void)state;
	run_scenarios(30, check_budget);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules_fire_when_the_scenarios_do),
		cmocka_unit_test(test_rules_have_the_budget_of_the_scenarios),
	};

	return cmocka_run_group_tests(tests, NULL, promtool_remove);
}
