/* SPDX-License-Identifier: MIT */
/*
 * What sli_spec_validate() warns of: that files define it, and that the library
 * cannot count it.
 */
#include "load.h"
#include "promtool.h"

struct warned {
	uint32_t count;
	char text[4096];
};

static void
hear_warning(const struct sli_spec_problem *problem, void *arg)
{
	struct warned *warned = arg;
	size_t len = strlen(warned->text);

	assert_int_equal(problem->gravity, SLI_SPEC_WARNING);
	assert_true(problem->line > 0);
	snprintf(warned->text + len, sizeof(warned->text) - len, "%s\n",
	    problem->message);
	warned->count++;
}

static void
validate(const char *path, struct warned *warned)
{
	struct sli_error err = { 0 };

	memset(warned, 0, sizeof(*warned));
	if (sli_spec_validate(&path, 1, NULL, hear_warning, warned, &err) !=
	    SLI_OK)
		fail_msg("%s", err.message);
}

static void
test_validate_warns_of_what_the_core_cannot_count(void **state)
{
	static struct warned warned;
	char path[1024];
	const char *const paths[] = { path };
	struct sli_error err;

	(void)state;
	snprintf(path, sizeof(path), "%s/%s", SPEC_DATA, "sloth.yaml");
	validate(path, &warned);
	assert_int_equal(warned.count, 1);
	assert_non_null(strstr(warned.text,
	    "\"checkout-upstream\" cannot be registered as it is: "));
	assert_int_equal(sli_spec_validate(paths, 1, NULL, NULL, NULL, NULL),
	    SLI_OK);
	path[strlen(path) - 1] = '\0';
	assert_int_equal(sli_spec_validate(paths, 1, NULL, NULL, NULL, &err),
	    SLI_ENOENT);
}

static void
test_validate_warns_of_alerts_without_data(void **state)
{
	static struct warned warned;
	char path[1024];

	(void)state;
	snprintf(path, sizeof(path), "%s/%s", SPEC_DATA, "openslo.yaml");
	validate(path, &warned);
	assert_non_null(strstr(warned.text,
	    "\"mail-delivered-0\" is to alert without data, which is up to "
	    "Prometheus"));
}

static void
test_validate_warns_of_periods_beyond_the_history(void **state)
{
	static struct warned warned;

	(void)state;
	promtool_write("long.yaml",
	    "apiVersion: pyrra.dev/v1alpha1\n"
	    "kind: ServiceLevelObjective\n"
	    "metadata: {name: long}\n"
	    "spec:\n"
	    "  target: \"99\"\n"
	    "  window: 12w\n"
	    "  indicator: {ratio: {errors: {metric: a}, total: {metric: b}}}\n"
	    "  alerting: {absent: false}\n");
	validate(promtool_path("long.yaml"), &warned);
	assert_int_equal(warned.count, 1);
	assert_non_null(strstr(warned.text, "longer than 33 d"));
}

static void
test_validate_tells_the_length_of_a_name(void **state)
{
	static const char definition[] =
	    "version: prometheus/v1\n"
	    "service: shop\n"
	    "slos:\n"
	    "- name: n%0*d\n"
	    "  objective: 99.9\n"
	    "  sli: {events: {error_query: 'a[{{.window}}]', total_query: "
	    "'b[{{.window}}]'}}\n"
	    "  alerting: {name: Up}\n";
	static struct warned warned;
	char text[1024];

	(void)state;
	snprintf(text, sizeof(text), definition, 122, 0);
	promtool_write("name.yaml", text);
	validate(promtool_path("name.yaml"), &warned);
	assert_non_null(strstr(warned.text,
	    "cannot be registered as it is: the name that service and name "
	    "make has 128 bytes; accepted: up to 127\n"));
	snprintf(text, sizeof(text), definition, 121, 0);
	promtool_write("name.yaml", text);
	validate(promtool_path("name.yaml"), &warned);
	assert_int_equal(warned.count, 0);
}

static void
test_validate_warns_of_default_alerts_that_cannot_fire(void **state)
{
	static const char definition[] =
	    "version: prometheus/v1\n"
	    "service: shop\n"
	    "slos:\n"
	    "- name: search\n"
	    "  objective: %s\n"
	    "  sli: {events: {error_query: 'a[{{.window}}]', total_query: "
	    "'b[{{.window}}]'}}\n"
	    "  alerting: {name: Search%s}\n";
	static struct warned warned;
	char text[1024];

	(void)state;
	snprintf(text, sizeof(text), definition, "90", "");
	promtool_write("ninety.yaml", text);
	validate(promtool_path("ninety.yaml"), &warned);
	assert_string_equal(warned.text,
	    "\"shop-search\": the default page of 1h can never fire, and is "
	    "left out: 14.4 times the budget of 0.1 is an error ratio of 1.44, "
	    "and none is above 1\n");
	snprintf(text, sizeof(text), definition, "90",
	    ", page_alert: {disable: true}");
	promtool_write("ninety.yaml", text);
	validate(promtool_path("ninety.yaml"), &warned);
	assert_int_equal(warned.count, 0);
	snprintf(text, sizeof(text), definition, "93.1", "");
	promtool_write("ninety.yaml", text);
	validate(promtool_path("ninety.yaml"), &warned);
	assert_int_equal(warned.count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_validate_warns_of_what_the_core_cannot_count),
		cmocka_unit_test(test_validate_warns_of_alerts_without_data),
		cmocka_unit_test(
		    test_validate_warns_of_periods_beyond_the_history),
		cmocka_unit_test(test_validate_tells_the_length_of_a_name),
		cmocka_unit_test(
		    test_validate_warns_of_default_alerts_that_cannot_fire),
	};

	return cmocka_run_group_tests(tests, NULL, promtool_remove);
}
