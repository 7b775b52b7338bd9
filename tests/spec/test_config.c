/* SPDX-License-Identifier: MIT */
/*
 * From a definition to a registered SLO.
 */
#include "load.h"

static const char good[] =
    "version: prometheus/v1\n"
    "service: shop\n"
    "slos:\n"
    "- name: up\n"
    "  objective: 99.95\n"
    "  sli: {events: {error_query: 'rate(b[{{.window}}])', total_query: "
    "'rate(a[{{.window}}])'}}\n"
    "  alerting: {name: Up}\n";

/* Registers what a text's first SLO asks for; its budget after 10000 events. */
static void
register_it(const struct sli_slo_config *slo_cfg, uint64_t threshold_ns,
    struct sli_budget *budget)
{
	struct sli_registry_config registry_cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_registry *reg = NULL;
	struct sli_indicator *ind = NULL;
	struct sli_slo *slo = NULL;
	struct sli_error err = { 0 };

	registry_cfg.max_indicators = 1;
	registry_cfg.max_slos = 1;
	cfg.name = "i";
	cfg.threshold_ns[0] = threshold_ns;
	cfg.threshold_count = threshold_ns > 0 ? 1 : 0;
	assert_int_equal(sli_registry_create(&registry_cfg, &reg, NULL),
	    SLI_OK);
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	assert_int_equal(sli_slo_register(ind, slo_cfg, &slo, &err), SLI_OK);
	sli_count(ind, DAYS(1), SLI_GOOD, 9996);
	sli_count(ind, DAYS(1), SLI_BAD, 4);
	assert_int_equal(sli_slo_budget(slo, DAYS(1) + 1, budget), SLI_OK);
	assert_string_equal(sli_slo_name(slo), slo_cfg->name);
	sli_registry_close(reg);
}

static void
test_config_of_a_definition_registers(void **state)
{
	struct sli_spec *spec = load_good(good, 0);
	struct sli_slo_config cfg = { 0 };
	struct sli_budget budget;

	(void)state;
	assert_int_equal(
	    sli_spec_slo_config(sli_spec_slo(spec, 0), 0, &cfg, NULL), SLI_OK);
	assert_string_equal(cfg.name, "shop-up");
	assert_int_equal(cfg.period_ns, DAYS(30));
	assert_int_equal(cfg.flags, 0);
	assert_int_equal(cfg.threshold_ns, 0);
	register_it(&cfg, 0, &budget);
	assert_int_equal(budget.total, 10000);
	/* 4 of the 5 that 0.05 % of 10000 are. */
	assert_true(budget.remaining > 0.2 - 1e-12);
	assert_true(budget.remaining < 0.2 + 1e-12);
	sli_spec_free(spec);
}

static void
test_config_of_a_latency_has_its_threshold(void **state)
{
	struct sli_spec *spec = load_files("pyrra.yaml", NULL);
	const struct sli_spec_slo *slo = sli_spec_find(spec,
	    "shop-search-latency");
	struct sli_slo_config cfg = { 0 };
	struct sli_budget budget;

	(void)state;
	assert_int_equal(
	    sli_spec_slo_config(slo, SLI_SPEC_USE_DEFAULT_ALERTS, &cfg, NULL),
	    SLI_OK);
	assert_int_equal(cfg.threshold_ns, 250000000);
	assert_int_equal(cfg.period_ns, DAYS(7));
	register_it(&cfg, cfg.threshold_ns, &budget);
	sli_spec_free(spec);
}

static void
test_config_without_alerts_has_none(void **state)
{
	struct sli_spec *spec = load_good(
	    with(good, "{name: Up}",
		"{page_alert: {disable: true}, ticket_alert: {disable: true}}"),
	    0);
	struct sli_slo_config cfg = { 0 };

	(void)state;
	assert_int_equal(
	    sli_spec_slo_config(sli_spec_slo(spec, 0), 0, &cfg, NULL), SLI_OK);
	assert_int_equal(cfg.flags, SLI_SLO_NO_ALERTS);
	sli_spec_free(spec);
}

static struct sli_slo_config
config_of(const struct sli_spec_slo *slo)
{
	struct sli_slo_config cfg;
	struct sli_error err = { 0 };

	assert_non_null(slo);
	if (sli_spec_slo_config(slo, 0, &cfg, &err) != SLI_OK)
		print_error("%s\n", err.message);
	assert_int_equal(sli_spec_slo_config(slo, 0, &cfg, NULL), SLI_OK);
	assert_string_equal(cfg.name, slo->id);
	return cfg;
}

static void
test_config_of_pages_alone_has_no_tickets(void **state)
{
	struct sli_spec *spec = load_good(
	    with(good, "{name: Up}",
		"{name: Up, ticket_alert: {disable: true}}"),
	    0);

	(void)state;
	assert_int_equal(config_of(sli_spec_slo(spec, 0)).flags,
	    SLI_SLO_NO_TICKETS);
	sli_spec_free(spec);
	spec = load_good(
	    with(good, "{name: Up}", "{name: Up, page_alert: {disable: true}}"),
	    0);
	assert_int_equal(config_of(sli_spec_slo(spec, 0)).flags,
	    SLI_SLO_NO_PAGES);
	sli_spec_free(spec);
}

static void
test_config_of_slices_has_their_length_and_objective(void **state)
{
	struct sli_spec *spec = load_files("openslo.yaml", NULL);
	struct sli_slo_config cfg = config_of(sli_spec_find(spec, "mail-fast"));

	(void)state;
	assert_int_equal(cfg.method, SLI_TIMESLICES);
	assert_int_equal(cfg.slice_ns, MINUTES(5));
	assert_true(cfg.slice_objective == 0.95);
	assert_int_equal(cfg.threshold_ns, 499999999);
	sli_spec_free(spec);
}

static void
test_config_of_a_calendar_begins_at_local_time(void **state)
{
	struct sli_spec *spec = load_files("openslo.yaml",
	    "openslo_v1alpha.yaml");
	struct sli_slo_config cfg = config_of(sli_spec_find(spec, "mail-fast"));

	(void)state;
	assert_int_equal(cfg.calendar, SLI_MONTH);
	assert_int_equal(cfg.calendar_count, 1);
	assert_int_equal(cfg.period_ns, 0);
	assert_string_equal(cfg.time_zone, "America/New_York");
	assert_true(cfg.calendar_start_ns == SLI_SECONDS(1709227800));
	cfg = config_of(sli_spec_find(spec, "web-speed"));
	assert_int_equal(cfg.calendar, SLI_QUARTER);
	assert_string_equal(cfg.time_zone, "UTC");
	assert_true(cfg.calendar_start_ns == SLI_SECONDS(1609459200));
	sli_spec_free(spec);
}

static void
test_config_of_a_calendar_registers(void **state)
{
	struct sli_spec *spec = load_files("openslo.yaml", NULL);
	struct sli_slo_config slo_cfg = config_of(
	    sli_spec_find(spec, "mail-fast"));
	struct sli_registry_config registry_cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_registry *reg = NULL;
	struct sli_indicator *ind = NULL;
	struct sli_slo *slo = NULL;
	struct sli_budget budget;
	struct sli_error err;

	(void)state;
	registry_cfg.max_indicators = 2;
	registry_cfg.max_slos = 1;
	cfg.name = "i";
	cfg.threshold_ns[0] = slo_cfg.threshold_ns;
	cfg.threshold_count = 1;
	assert_int_equal(sli_registry_create(&registry_cfg, &reg, NULL),
	    SLI_OK);
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	if (sli_slo_register(ind, &slo_cfg, &slo, &err) != SLI_OK)
		fail_msg("%s", err.message);
	/* 2024-04-10: 12:30 in New York is 16:30 in UTC by then. */
	assert_int_equal(sli_slo_budget(slo, SLI_SECONDS(1712707200), &budget),
	    SLI_OK);
	assert_true(budget.from_ns == SLI_SECONDS(1711729800));
	assert_true(budget.to_ns == SLI_SECONDS(1714408200));
	assert_int_equal(budget.slices, 31 * 24 * 12);
	sli_registry_close(reg);
	sli_spec_free(spec);
}

static void
test_config_of_alerts_of_its_own_has_them(void **state)
{
	struct sli_spec *spec = load_files("openslo.yaml", "pyrra.yaml");
	struct sli_slo_config cfg = config_of(
	    sli_spec_find(spec, "mail-delivered-0"));

	(void)state;
	assert_int_equal(cfg.flags, 0);
	assert_int_equal(cfg.alert_count, 2);
	assert_int_equal(cfg.alerts[0].severity, SLI_PAGE);
	assert_int_equal(cfg.alerts[0].long_ns, HOURS(1));
	/* One window is both. */
	assert_int_equal(cfg.alerts[0].short_ns, HOURS(1));
	assert_int_equal(cfg.alerts[0].after_ns, MINUTES(5));
	assert_true(cfg.alerts[0].factor == 14.4);
	assert_true(cfg.alerts[0].budget_share == 0);
	/* At 1.5 too. */
	assert_int_equal(cfg.alerts[1].severity, SLI_TICKET);
	assert_int_equal(cfg.alerts[1].after_ns, 0);
	assert_true(cfg.alerts[1].factor == 1.499999);
	cfg = config_of(sli_spec_find(spec, "shop-search-errors"));
	assert_int_equal(cfg.alert_count, 4);
	assert_true(cfg.alerts[0].factor == 14);
	assert_int_equal(cfg.alerts[0].short_ns, MINUTES(5));
	assert_int_equal(cfg.alerts[0].after_ns, MINUTES(2));
	/* Of 14, 7, 2 and 1 times a tenth, the first cannot be exceeded. */
	cfg = config_of(sli_spec_find(spec, "shop-search-latency"));
	assert_int_equal(cfg.alert_count, 3);
	assert_true(cfg.alerts[0].factor == 7);
	/* And in place of them the default ones. */
	assert_int_equal(
	    sli_spec_slo_config(sli_spec_find(spec, "shop-search-errors"),
		SLI_SPEC_USE_DEFAULT_ALERTS, &cfg, NULL),
	    SLI_OK);
	assert_int_equal(cfg.alert_count, 0);
	assert_null(cfg.alerts);
	sli_spec_free(spec);
}

static void
test_config_of_windows_has_those_that_are_wanted(void **state)
{
	struct sli_spec *spec = load_files("sloth.yaml", "windows.yaml");
	struct sli_slo_config cfg = config_of(
	    sli_spec_find(spec, "checkout-availability"));

	(void)state;
	assert_int_equal(cfg.alert_count, 4);
	assert_true(cfg.alerts[0].factor == 9);
	cfg = config_of(sli_spec_find(spec, "checkout-latency"));
	assert_int_equal(cfg.alert_count, 2);
	assert_int_equal(cfg.alerts[0].severity, SLI_PAGE);
	assert_int_equal(cfg.alerts[1].severity, SLI_PAGE);
	assert_int_equal(cfg.flags, 0);
	sli_spec_free(spec);
}

/* Every alert of a definition is one of the registered SLO, and in use. */
static void
register_alerts(const char *first, const char *second, const char *id)
{
	struct sli_spec *spec = load_files(first, second);
	struct sli_slo_config slo_cfg = config_of(sli_spec_find(spec, id));
	struct sli_registry_config registry_cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_registry *reg = NULL;
	struct sli_indicator *ind = NULL;
	struct sli_slo *slo = NULL;
	struct sli_alert alert;
	struct sli_error err;
	uint32_t i;

	registry_cfg.max_indicators = 1;
	registry_cfg.max_slos = 1;
	cfg.name = "i";
	cfg.threshold_ns[0] = slo_cfg.threshold_ns;
	cfg.threshold_count = slo_cfg.threshold_ns > 0 ? 1 : 0;
	assert_int_equal(sli_registry_create(&registry_cfg, &reg, NULL),
	    SLI_OK);
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	if (sli_slo_register(ind, &slo_cfg, &slo, &err) != SLI_OK)
		fail_msg("%s: %s", id, err.message);
	assert_true(slo_cfg.alert_count > 0);
	assert_int_equal(sli_slo_alert_count(slo), slo_cfg.alert_count);
	for (i = 0; i < slo_cfg.alert_count; i++) {
		assert_int_equal(sli_slo_alert(slo, DAYS(1), i, &alert),
		    SLI_OK);
		assert_int_equal(alert.status, SLI_OK);
		assert_int_equal(alert.severity, slo_cfg.alerts[i].severity);
		assert_int_equal(alert.long_ns, slo_cfg.alerts[i].long_ns);
		assert_int_equal(alert.short_ns, slo_cfg.alerts[i].short_ns);
		assert_int_equal(alert.after_ns, slo_cfg.alerts[i].after_ns);
		assert_true(alert.factor == slo_cfg.alerts[i].factor);
	}
	sli_registry_close(reg);
	sli_spec_free(spec);
}

static void
test_config_of_alerts_registers(void **state)
{
	(void)state;
	register_alerts("openslo.yaml", NULL, "mail-delivered-0");
	register_alerts("openslo.yaml", NULL, "mail-delivered-1");
	register_alerts("pyrra.yaml", NULL, "shop-search-errors");
	register_alerts("pyrra.yaml", NULL, "shop-search-latency");
	register_alerts("sloth.yaml", "windows.yaml", "checkout-availability");
	register_alerts("sloth.yaml", "windows.yaml", "checkout-latency");
}

static void
refused(const struct sli_spec_slo *slo, const char *said)
{
	struct sli_slo_config cfg, before;
	struct sli_error err;

	memset(&cfg, 0x5a, sizeof(cfg));
	before = cfg;
	assert_non_null(slo);
	assert_int_equal(sli_spec_slo_config(slo, 0, &cfg, &err), SLI_EINVAL);
	assert_memory_equal(&cfg, &before, sizeof(cfg));
	if (strstr(err.message, said) == NULL)
		print_error("%s\n", err.message);
	assert_non_null(strstr(err.message, said));
	assert_non_null(strstr(err.message, slo->id));
	assert_non_null(strstr(err.message, "accepted: "));
}

static void
refused_in(const char *file, const char *id, const char *said)
{
	struct sli_spec *spec = load_files(file, NULL);

	refused(sli_spec_find(spec, id), said);
	sli_spec_free(spec);
}

static void
test_config_of_what_the_core_cannot_count_is_refused(void **state)
{
	struct sli_spec_slo slo;
	struct sli_slo_config cfg;
	struct sli_spec *spec;
	struct sli_error err;

	(void)state;
	refused_in("openslo.yaml", "mail-even", "is a ratio already");
	refused_in("pyrra.yaml", "search-up", "is a gauge");
	refused_in("sloth.yaml", "checkout-upstream", "is a ratio already");
	spec = load_good(with(good, "shop", "s.p"), 0);
	slo = *sli_spec_slo(spec, 0);
	slo.method = SLI_TIMESLICES;
	slo.slice_ns = DAYS(1) + 1;
	refused(&slo, "time slices are longer");
	slo = *sli_spec_slo(spec, 0);
	slo.alert_config_count = SLI_ALERTS_MAX + 1;
	refused(&slo, "more than 6 alerts");
	slo.id = "a b";
	refused(&slo, "no name of an SLO");
	assert_int_equal(sli_spec_slo_config(NULL, 0, &cfg, &err), SLI_EINVAL);
	assert_int_equal(
	    sli_spec_slo_config(sli_spec_slo(spec, 0), 0, NULL, &err),
	    SLI_EINVAL);
	assert_int_equal(
	    sli_spec_slo_config(sli_spec_slo(spec, 0), 8, &cfg, &err),
	    SLI_EINVAL);
	sli_spec_free(spec);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_config_of_a_definition_registers),
		cmocka_unit_test(test_config_of_a_latency_has_its_threshold),
		cmocka_unit_test(test_config_without_alerts_has_none),
		cmocka_unit_test(test_config_of_pages_alone_has_no_tickets),
		cmocka_unit_test(
		    test_config_of_slices_has_their_length_and_objective),
		cmocka_unit_test(
		    test_config_of_a_calendar_begins_at_local_time),
		cmocka_unit_test(test_config_of_a_calendar_registers),
		cmocka_unit_test(test_config_of_alerts_of_its_own_has_them),
		cmocka_unit_test(
		    test_config_of_windows_has_those_that_are_wanted),
		cmocka_unit_test(test_config_of_alerts_registers),
		cmocka_unit_test(
		    test_config_of_what_the_core_cannot_count_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
