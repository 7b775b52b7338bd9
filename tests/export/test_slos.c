/* SPDX-License-Identifier: MIT */
/* SLOs in the metrics of sloth, and their alerts. */
#include "scrape.h"

#define IDS "sloth_id=\"shop-fast\",sloth_service=\"shop\",sloth_slo=\"fast\""

static struct sli_slo_config
fast(void)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;

	cfg.name = "shop-fast";
	cfg.objective = 0.999;
	return cfg;
}

static const char *
scrape_shop(struct sli_registry *reg, uint64_t now_ns)
{
	struct sli_text_config cfg = SLI_TEXT_CONFIG_INIT;

	cfg.service = "shop";
	return scrape(reg, now_ns, &cfg);
}

static void
test_slos_are_told_as_sloth_would(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	struct sli_slo_config cfg = fast();
	struct sli_slo *slo;
	const char *text;

	(void)state;
	assert_int_equal(sli_slo_register(ind, &cfg, &slo, NULL), SLI_OK);
	/* No events are no ratios, but a budget that is whole. */
	text = scrape_shop(reg, START);
	assert_line(text,
	    "sloth_slo_info{" IDS
	    ",sloth_mode=\"libsli\",sloth_objective=\"99.9\","
	    "sloth_version=\"libsli-" SLI_VERSION
	    "\",sli_method=\"occurrences\",sli_period=\"30d\"} 1");
	assert_line(text, "slo:objective:ratio{" IDS "} 0.999");
	assert_line(text, "slo:error_budget:ratio{" IDS "} 0.001");
	assert_line(text, "slo:time_period:days{" IDS "} 30");
	assert_line(text, "slo:period_error_budget_remaining:ratio{" IDS "} 1");
	assert_no_line_begins(text, "slo:sli_error:ratio_rate5m{");
	assert_no_line_begins(text, "slo:current_burn_rate:ratio{");
	assert_no_line_begins(text, "slo:period_burn_rate:ratio{");

	sli_count(ind, START, SLI_GOOD, 9995);
	sli_count(ind, START, SLI_BAD, 5);
	text = scrape_shop(reg, START + SLI_MINUTES(10));
	assert_no_line_begins(text, "slo:sli_error:ratio_rate5m{");
	assert_line(text,
	    "slo:sli_error:ratio_rate30m{" IDS ",sloth_window=\"30m\"} 0.0005");
	assert_line(text, "slo:period_burn_rate:ratio{" IDS "} 0.5");
	assert_line(text,
	    "slo:period_error_budget_remaining:ratio{" IDS "} 0.5");
	sli_registry_close(reg);
}

/* Calendars, slices, and a service that is not the SLO's. */
static void
test_slos_of_calendars_and_slices_say_so(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	struct sli_slo_config cfg = fast();
	struct sli_slo *slo;

	(void)state;
	cfg.name = "shopping";
	cfg.method = SLI_TIMESLICES;
	cfg.calendar = SLI_WEEK;
	cfg.calendar_count = 2;
	assert_int_equal(sli_slo_register(ind, &cfg, &slo, NULL), SLI_OK);
	assert_line(scrape_shop(reg, START),
	    "sloth_slo_info{sloth_id=\"shopping\",sloth_service=\"shop\","
	    "sloth_slo=\"shopping\",sloth_mode=\"libsli\","
	    "sloth_objective=\"99.9\",sloth_version=\"libsli-" SLI_VERSION
	    "\",sli_method=\"timeslices\",sli_period=\"2 weeks\","
	    "sli_time_zone=\"UTC\"} 1");
	sli_registry_close(reg);
}

/* 20 requests a second, which all fail from the 20th minute on. */
static void
test_slos_that_fail_show_alerts_and_outages(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	struct sli_slo_config cfg = fast();
	struct sli_slo *slo;
	uint64_t s, now = START;
	const char *text;

	(void)state;
	assert_int_equal(sli_slo_register(ind, &cfg, &slo, NULL), SLI_OK);
	for (s = 0; s < 1200; s++, now += SLI_SECONDS(1))
		sli_count(ind, now, SLI_GOOD, 20);
	text = scrape_shop(reg, now);
	assert_line(text, "sli_outage_firing{slo=\"shop-fast\"} 0");
	assert_line(text,
	    "sli_alert_firing{slo=\"shop-fast\",severity=\"page\"} 0");
	for (s = 0; s < 600; s++, now += SLI_SECONDS(1))
		sli_count(ind, now, SLI_BAD, 20);
	text = scrape_shop(reg, now);
	assert_line(text, "sli_outage_firing{slo=\"shop-fast\"} 1");
	assert_line(text,
	    "sli_alert_firing{slo=\"shop-fast\",severity=\"page\"} 1");
	assert_non_null(value_of(text,
	    "sli_shed_probability{slo=\"shop-fast\","
	    "criticality=\"sheddable\"}"));
	sli_registry_close(reg);
}

static void
test_slos_that_never_look_for_outages_tell_of_none(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	struct sli_slo_config cfg = fast();
	struct sli_text_config text_cfg = SLI_TEXT_CONFIG_INIT;
	struct sli_slo *slo;

	(void)state;
	cfg.flags = SLI_SLO_NO_OUTAGES;
	assert_int_equal(sli_slo_register(ind, &cfg, &slo, NULL), SLI_OK);
	assert_no_line_begins(scrape_shop(reg, START), "sli_outage_firing{");
	text_cfg.flags = SLI_TEXT_NO_SLOS;
	assert_null(strstr(scrape(reg, START, &text_cfg), "slo=\""));
	assert_null(strstr(scrape(reg, START, &text_cfg), "slo_"));
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_slos_are_told_as_sloth_would),
		TEST(test_slos_of_calendars_and_slices_say_so),
		TEST(test_slos_that_fail_show_alerts_and_outages),
		TEST(test_slos_that_never_look_for_outages_tell_of_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
