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

static void
refused(const char *file, const char *id, const char *said)
{
	struct sli_spec *spec = load_files(file, NULL);
	struct sli_slo_config cfg, before;
	struct sli_error err;

	memset(&cfg, 0x5a, sizeof(cfg));
	before = cfg;
	assert_non_null(sli_spec_find(spec, id));
	assert_int_equal(
	    sli_spec_slo_config(sli_spec_find(spec, id), 0, &cfg, &err),
	    SLI_EINVAL);
	assert_memory_equal(&cfg, &before, sizeof(cfg));
	assert_non_null(strstr(err.message, said));
	assert_non_null(strstr(err.message, id));
	assert_non_null(strstr(err.message, "accepted: "));
	sli_spec_free(spec);
}

static void
test_config_of_what_the_core_cannot_do_is_refused(void **state)
{
	struct sli_slo_config cfg;
	struct sli_spec *spec;
	struct sli_error err;

	(void)state;
	refused("openslo.yaml", "mail-fast", "time slices");
	refused("openslo.yaml", "mail-even", "time slices");
	refused("openslo.yaml", "mail-delivered-0", "alert windows of its own");
	refused("openslo_v1alpha.yaml", "web-speed", "calendar periods");
	refused("pyrra.yaml", "shop-search-errors", "alert windows of its own");
	refused("pyrra.yaml", "search-up", "is a gauge");
	refused("sloth.yaml", "checkout-latency", "pages or tickets alone");
	refused("sloth.yaml", "checkout-upstream", "is a ratio already");
	spec = load_good(with(good, "shop", "s.p"), 0);
	assert_int_equal(sli_spec_slo_config(NULL, 0, &cfg, &err), SLI_EINVAL);
	assert_int_equal(
	    sli_spec_slo_config(sli_spec_slo(spec, 0), 0, NULL, &err),
	    SLI_EINVAL);
	assert_int_equal(
	    sli_spec_slo_config(sli_spec_slo(spec, 0), 8, &cfg, &err),
	    SLI_EINVAL);
	sli_spec_free(spec);
}

static void
test_config_of_windows_like_the_default_ones_is_made(void **state)
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
	    "    slow: {errorBudgetPercent: 5, shortWindow: 30m, "
	    "longWindow: 6h}\n"
	    "  ticket:\n"
	    "    quick: {errorBudgetPercent: 10, shortWindow: 2h, longWindow: "
	    "1d}\n"
	    "    slow: {errorBudgetPercent: 10, shortWindow: 6h, longWindow: "
	    "3d}\n";
	struct sli_spec *spec = load_good(join(good, windows), 0);
	struct sli_slo_config cfg;

	(void)state;
	assert_int_equal(sli_spec_slo(spec, 0)->alert_count, 4);
	assert_int_equal(
	    sli_spec_slo_config(sli_spec_slo(spec, 0), 0, &cfg, NULL), SLI_OK);
	sli_spec_free(spec);
	spec = load_good(with(join(good, windows), "Percent: 5", "Percent: 6"),
	    0);
	assert_int_equal(
	    sli_spec_slo_config(sli_spec_slo(spec, 0), 0, &cfg, NULL),
	    SLI_EINVAL);
	sli_spec_free(spec);
}

static void
count_warnings(const struct sli_spec_problem *problem, void *arg)
{
	uint32_t *count = arg;

	assert_int_equal(problem->gravity, SLI_SPEC_WARNING);
	assert_true(problem->line > 0);
	assert_non_null(
	    strstr(problem->message, "cannot be registered as it is: "));
	++*count;
}

static void
test_validate_warns_of_what_the_core_cannot_do(void **state)
{
	char path[1024];
	const char *const paths[] = { path };
	struct sli_error err;
	uint32_t count = 0;

	(void)state;
	snprintf(path, sizeof(path), "%s/%s", SPEC_DATA, "sloth.yaml");
	assert_int_equal(
	    sli_spec_validate(paths, 1, NULL, count_warnings, &count, &err),
	    SLI_OK);
	assert_int_equal(count, 2);
	assert_int_equal(sli_spec_validate(paths, 1, NULL, NULL, NULL, NULL),
	    SLI_OK);
	path[strlen(path) - 1] = '\0';
	assert_int_equal(sli_spec_validate(paths, 1, NULL, NULL, NULL, &err),
	    SLI_ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_config_of_a_definition_registers),
		cmocka_unit_test(test_config_of_a_latency_has_its_threshold),
		cmocka_unit_test(test_config_without_alerts_has_none),
		cmocka_unit_test(
		    test_config_of_what_the_core_cannot_do_is_refused),
		cmocka_unit_test(
		    test_config_of_windows_like_the_default_ones_is_made),
		cmocka_unit_test(
		    test_validate_warns_of_what_the_core_cannot_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
