/* SPDX-License-Identifier: MIT */
/*
 * The rules in Prometheus against the library in virtual time: the same events,
 * minute by minute, and the same alerts at every step.
 */
#include "promtool.h"
#include "rules.h"

#define STEPS 720 /* minutes */
#define EVERY 5	  /* minutes between looks: a slot of the library's history */

/*
 * Busy, then a quiet stretch in which a tenth fails (by ratio a page, by what
 * it costs none), then an outage, then a slow burn.
 */
static void
events_of(uint32_t minute, uint64_t *good, uint64_t *bad)
{
	uint64_t all = minute >= 60 && minute < 150 ? 20 : 1000;

	*bad = 0;
	if (minute >= 300 && minute < 307)
		*bad = all;
	else if (minute >= 125 && minute < 145)
		*bad = all / 10;
	else if (minute >= 450 && minute < 600)
		*bad = 8;
	else if (minute % 60 == 0)
		*bad = 1;
	*good = all - *bad;
}

struct told {
	unsigned char page[STEPS + 1], ticket[STEPS + 1];
	struct sli_budget budget;
};

/* What the library says, each EVERY minutes. */
static void
ask_library(const struct sli_spec_slo *definition_, uint32_t flags,
    struct told *told)
{
	struct sli_registry_config registry_cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config slo_cfg;
	struct sli_registry *reg = NULL;
	struct sli_indicator *ind = NULL;
	struct sli_slo *slo = NULL;
	struct sli_alert alert;
	const uint64_t start = DAYS(20000);
	uint64_t good, bad, now;
	uint32_t minute, i;

	memset(told, 0, sizeof(*told));
	registry_cfg.max_indicators = 1;
	registry_cfg.max_slos = 1;
	assert_int_equal(sli_registry_create(&registry_cfg, &reg, NULL),
	    SLI_OK);
	cfg.name = "up";
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	assert_int_equal(sli_spec_slo_config(definition_, 0, &slo_cfg, NULL),
	    SLI_OK);
	slo_cfg.flags |= flags;
	assert_int_equal(sli_slo_register(ind, &slo_cfg, &slo, NULL), SLI_OK);
	assert_int_equal(sli_advance(reg, start), SLI_OK);
	for (minute = 1; minute <= STEPS; minute++) {
		events_of(minute, &good, &bad);
		now = start + MINUTES(minute);
		sli_count(ind, now - MINUTES(1) / 2, SLI_GOOD, good);
		sli_count(ind, now - MINUTES(1) / 2, SLI_BAD, bad);
		if (minute % EVERY != 0)
			continue;
		for (i = 0; i < sli_slo_alert_count(slo); i++) {
			assert_int_equal(sli_slo_alert(slo, now, i, &alert),
			    SLI_OK);
			if (alert.state != SLI_ALERT_FIRING)
				continue;
			if (alert.severity == SLI_PAGE)
				told->page[minute] = 1;
			else
				told->ticket[minute] = 1;
		}
	}
	assert_int_equal(
	    sli_slo_budget(slo, start + MINUTES(STEPS), &told->budget), SLI_OK);
	sli_registry_close(reg);
}

static void
put_series(FILE *file, const char *name, int is_bad)
{
	uint64_t good, bad, sum = 0;
	uint32_t minute;

	fprintf(file, "  - series: %s\n    values: '0", name);
	for (minute = 1; minute <= STEPS; minute++) {
		events_of(minute, &good, &bad);
		sum += is_bad ? bad : good + bad;
		fprintf(file, " %llu", (unsigned long long)sum);
	}
	fprintf(file, "'\n");
}

static void
put_expected(FILE *file, const char *severity, int fires)
{
	if (!fires)
		return;
	fprintf(file,
	    "    - exp_labels: {sloth_severity: %s, sloth_id: "
	    "shop-up, sloth_service: shop, sloth_slo: up, team: "
	    "\"a \\\"b\\\" \\\\ c\", odd_name: \"1: #2\"%s}\n"
	    "      exp_annotations: {title: \"(%s) shop up SLO error budget "
	    "burn rate is too fast.\", summary: \"shop up SLO error budget "
	    "burn rate is over expected.\"}\n",
	    severity, strcmp(severity, "page") == 0 ? ", route: pager" : "",
	    severity);
}

/* The library's answers, as what promtool is to find. */
static void
write_test(const struct told *told)
{
	FILE *file = fopen(promtool_path("test.yml"), "w");
	uint32_t minute;

	assert_non_null(file);
	fprintf(file,
	    "rule_files: [rules.yml]\nevaluation_interval: 1m\n"
	    "group_eval_order: [sloth-slo-sli-recordings-shop-up, "
	    "sloth-slo-meta-recordings-shop-up, sloth-slo-alerts-shop-up]\n"
	    "tests:\n- interval: 1m\n  input_series:\n");
	put_series(file, "bad_total", 1);
	put_series(file, "all_total", 0);
	fprintf(file, "  alert_rule_test:\n");
	for (minute = EVERY; minute <= STEPS; minute += EVERY) {
		fprintf(file,
		    "  - eval_time: %um\n    alertname: Up\n"
		    "    exp_alerts:%s\n",
		    minute,
		    told->page[minute] || told->ticket[minute] ? "" : " []");
		put_expected(file, "page", told->page[minute]);
		put_expected(file, "ticket", told->ticket[minute]);
	}
	fprintf(file,
	    "  promql_expr_test:\n"
	    "  - expr: sum(abs(slo:period_error_budget_remaining:ratio - "
	    "%.17g) "
	    "< bool 1e-9)\n"
	    "    eval_time: %um\n"
	    "    exp_samples: [{labels: '{}', value: 1}]\n",
	    told->budget.remaining, STEPS);
	assert_int_equal(fclose(file), 0);
}

/* How many looks have found a page. */
static uint32_t
compare(const char *function, uint32_t slo_flags, uint32_t rules_flags)
{
	static struct told told;
	char text[4096];
	struct sli_spec *spec;
	char *rules;
	uint32_t i, pages = 0, tickets = 0;

	snprintf(text, sizeof(text), "%s",
	    with(definition, "FUNCTION", function));
	spec = load_good(with(text, "FUNCTION", function), 0);
	ask_library(sli_spec_slo(spec, 0), slo_flags, &told);
	for (i = 0; i <= STEPS; i++) {
		pages += told.page[i];
		tickets += told.ticket[i];
	}
	/* Without an alert, or all in one, it would prove nothing. */
	assert_in_range(pages, 5, STEPS / EVERY - 20);
	assert_in_range(tickets, 5, STEPS / EVERY - 5);
	rules = rules_of(spec, rules_flags);
	promtool_write("rules.yml", rules);
	sli_spec_text_free(rules);
	write_test(&told);
	promtool("test", "rules", "test.yml");
	sli_spec_free(spec);
	return pages;
}

static void
test_rules_say_what_the_library_says(void **state)
{
	uint32_t by_ratio, by_events;

	(void)state;
	by_ratio = compare("rate", SLI_SLO_ALERT_BY_RATIO,
	    SLI_SPEC_RULES_BY_RATIO);
	by_events = compare("increase", 0, 0);
	/* The quiet stretch is a page by ratio only. */
	assert_true(by_ratio > by_events);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules_say_what_the_library_says),
	};

	return cmocka_run_group_tests(tests, NULL, promtool_remove);
}
