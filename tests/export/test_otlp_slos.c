/* SPDX-License-Identifier: MIT */
/* SLOs in OTLP, what is refused, and the shape of it all. */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>

#include "otlp_json.h"

static struct sli_slo *
new_slo(struct sli_indicator *ind, const char *name)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_slo *slo = NULL;

	cfg.name = name;
	cfg.objective = 0.999;
	assert_int_equal(sli_slo_register(ind, &cfg, &slo, NULL), SLI_OK);
	return slo;
}

/* Of a gauge of the SLO "a", with one more attribute or NULL. */
static double
value_in(const json_t *request, const char *metric, const char *name,
    const char *value)
{
	const json_t *point = otlp_point(request, metric, "sli.slo.name", "a",
	    name, value, NULL);

	if (point == NULL)
		fail_msg("no %s %s", metric, value == NULL ? "" : value);
	assert_int_equal(otlp_u64(point, "timeUnixNano"), START);
	assert_null(json_object_get(point, "startTimeUnixNano"));
	assert_true(json_is_number(json_object_get(point, "asDouble")));
	return json_number_value(json_object_get(point, "asDouble"));
}

static void
test_otlp_slo_is_what_the_library_says(void **state)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} windows[] = { { "5m", SLI_MINUTES(5) }, { "30m", SLI_MINUTES(30) },
		{ "1h", SLI_HOURS(1) }, { "2h", SLI_HOURS(2) },
		{ "6h", SLI_HOURS(6) }, { "1d", SLI_DAYS(1) },
		{ "3d", SLI_DAYS(3) } };
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "i", NULL);
	struct sli_slo *slo = new_slo(ind, "a");
	struct sli_budget budget;
	json_t *request;
	double burn;
	size_t i;

	(void)state;
	sli_count(ind, START - SLI_HOURS(5), SLI_GOOD, 7777);
	sli_count(ind, START - SLI_HOURS(5), SLI_BAD, 1);
	for (i = 900; i > 0; i--) {
		sli_count(ind, START - i * SLI_SECONDS(1), SLI_GOOD, 61);
		sli_count(ind, START - i * SLI_SECONDS(1), SLI_BAD, 39);
	}
	sli_advance(reg, START);
	request = otlp_request(reg, START, NULL);
	assert_int_equal(sli_slo_budget(slo, START, &budget), SLI_OK);
	assert_true(budget.page == SLI_ALERT_FIRING);
	assert_true(
	    value_in(request, "sli.slo.objective", NULL, NULL) == 0.999);
	assert_true(
	    value_in(request, "sli.slo.period", NULL, NULL) == 30 * 86400.0);
	assert_true(
	    value_in(request, "sli.slo.good_ratio", NULL, NULL) == budget.sli);
	assert_true(value_in(request, "sli.slo.budget.remaining", NULL, NULL) ==
	    budget.remaining);
	assert_true(budget.remaining < -100);
	for (i = 0; i < LENGTH(windows); i++) {
		assert_int_equal(
		    sli_slo_burn_rate(slo, START, windows[i].ns, &burn),
		    SLI_OK);
		assert_true(value_in(request, "sli.slo.burn_rate",
				"sli.slo.window", windows[i].name) == burn);
	}
	assert_true(value_in(request, "sli.alert.firing", "sli.alert.severity",
			"page") == 1);
	assert_true(value_in(request, "sli.alert.firing", "sli.alert.severity",
			"ticket") == (budget.ticket == SLI_ALERT_FIRING));
	json_decref(request);
	sli_registry_close(reg);
}

static void
test_otlp_shedding_and_outages_are_told(void **state)
{
	static const char *const class[] = { "critical_plus", "critical",
		"sheddable_plus", "sheddable" };
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "i", NULL);
	struct sli_slo *slo = new_slo(ind, "a");
	struct sli_verdict verdict;
	struct sli_outage outage;
	json_t *request;
	uint64_t i;

	(void)state;
	for (i = 600; i > 0; i--)
		sli_count(ind, START - i * SLI_SECONDS(1),
		    i > 5 ? SLI_GOOD : SLI_BAD, 100);
	sli_advance(reg, START);
	request = otlp_request(reg, START, NULL);
	assert_int_equal(sli_slo_outage(slo, START, &outage), SLI_OK);
	assert_int_equal(outage.state, SLI_ALERT_FIRING);
	assert_true(value_in(request, "sli.outage.firing", NULL, NULL) == 1);
	assert_int_equal(sli_slo_verdict(slo, START, &verdict), SLI_OK);
	assert_true(verdict.fresh && verdict.shed_probability[3] > 0);
	for (i = 0; i < LENGTH(class); i++)
		assert_true(
		    value_in(request, "sli.shed.probability", "sli.criticality",
			class[i]) == verdict.shed_probability[i]);
	json_decref(request);
	sli_registry_close(reg);
}

static void
test_otlp_slo_without_events_has_no_ratios(void **state)
{
	struct sli_otlp_config cfg = SLI_OTLP_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	json_t *request;

	(void)state;
	new_slo(new_indicator(reg, "i", NULL), "a");
	request = otlp_request(reg, START, NULL);
	assert_true(
	    value_in(request, "sli.slo.budget.remaining", NULL, NULL) == 1);
	assert_null(otlp_metric(request, "sli.slo.good_ratio"));
	assert_null(otlp_metric(request, "sli.slo.burn_rate"));
	json_decref(request);
	cfg.flags = SLI_OTLP_NO_SLOS;
	request = otlp_request(reg, START, &cfg);
	assert_null(otlp_metric(request, "sli.slo.objective"));
	json_decref(request);
	sli_registry_close(reg);
}

struct attempt {
	const struct sli_otlp_config *cfg;
	int fail_at, calls, status;
	struct sli_error err;
};

static int
count_calls(const void *bytes, size_t length, void *arg)
{
	struct attempt *a = arg;

	(void)bytes;
	(void)length;
	return ++a->calls == a->fail_at ? -1 : 0;
}

static void
try_export(const struct sli_snapshot *snapshot, void *arg)
{
	struct attempt *a = arg;

	a->status = sli_otlp_export(snapshot, a->cfg, count_calls, a, &a->err);
}

static void
refuses(struct sli_registry *reg, const struct sli_otlp_config *cfg, int status,
    const char *message)
{
	static struct attempt a;

	a = (struct attempt){ .cfg = cfg };
	assert_int_equal(sli_flush(reg, START, try_export, &a), SLI_OK);
	assert_int_equal(a.status, status);
	assert_int_equal(a.err.status, status);
	assert_string_equal(a.err.message, message);
	assert_int_equal(a.calls, 0);
	assert_int_equal(sli_otlp_config_check(cfg, &a.err), status);
	assert_string_equal(a.err.message, message);
}

static void
test_otlp_config_errors_name_field_and_value(void **state)
{
	static const struct sli_label good = { "a", "b" }, same = { "a", "c" },
				      taken = { "service.name", "x" };
	struct sli_label list[] = { good, good };
	struct sli_otlp_config cfg = SLI_OTLP_CONFIG_INIT;
	struct sli_registry *reg = new_registry();

	(void)state;
	cfg.flags = 0x18;
	refuses(reg, &cfg, SLI_EINVAL,
	    "flags 0x18 has unknown bits; accepted: of 0x7");
	cfg.flags = 0;
	cfg.max_buckets = 7;
	refuses(reg, &cfg, SLI_ERANGE,
	    "max_buckets 7 is out of range; accepted: 8 to 1024");
	cfg.max_buckets = 0;
	cfg.attribute_count = 65;
	refuses(reg, &cfg, SLI_ERANGE,
	    "attribute_count 65 is out of range; accepted: up to 64");
	cfg.attribute_count = 2;
	refuses(reg, &cfg, SLI_EINVAL,
	    "attributes is NULL; accepted: attribute_count 2 of them");
	cfg.attributes = list;
	list[1] = same;
	refuses(reg, &cfg, SLI_EINVAL,
	    "attributes[1].name \"a\" is there twice; accepted: each name "
	    "once, and service.name not beside service");
	list[1].name = NULL;
	refuses(reg, &cfg, SLI_EINVAL,
	    "attributes[1].name is NULL; accepted: a name, as "
	    "service.version");
	list[1].name = "";
	refuses(reg, &cfg, SLI_EINVAL,
	    "attributes[1].name is empty; accepted: a name, as "
	    "service.version");
	list[1].name = "v";
	list[1].value = NULL;
	refuses(reg, &cfg, SLI_EINVAL,
	    "attributes[1].value is NULL; accepted: a text");
	list[1] = taken;
	assert_int_equal(sli_otlp_config_check(&cfg, NULL), SLI_OK);
	cfg.service = "y";
	assert_int_equal(sli_otlp_config_check(&cfg, NULL), SLI_EINVAL);
	cfg.struct_size += 1;
	assert_int_equal(sli_otlp_config_check(&cfg, NULL), SLI_EVERSION);
	assert_int_equal(sli_otlp_config_check(NULL, NULL), SLI_OK);
	assert_int_equal(sli_otlp_export(NULL, NULL, count_calls, NULL, NULL),
	    SLI_EINVAL);
	sli_registry_close(reg);
}

/* Wherever it fails, it is called no more and that is told. */
static void
test_otlp_failed_write_is_an_error(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	static struct attempt a;
	int calls, i;

	(void)state;
	new_slo(ind, "a");
	for (i = 1; i < 1000; i++)
		sli_record(ind, START, SLI_GOOD, SLI_MICROS(i * i));
	a = (struct attempt){ .fail_at = 0 };
	assert_int_equal(sli_flush(reg, START, try_export, &a), SLI_OK);
	assert_int_equal(a.status, SLI_OK);
	calls = a.calls;
	assert_true(calls > 1);
	for (i = 1; i <= calls; i++) {
		a = (struct attempt){ .fail_at = i };
		assert_int_equal(sli_flush(reg, START, try_export, &a), SLI_OK);
		assert_int_equal(a.status, SLI_EIO);
		assert_int_equal(a.calls, i);
	}
	sli_registry_close(reg);
}

/* Of what nothing has happened on there are no empty things either. */
static void
test_otlp_has_no_nulls_nor_empty_metrics(void **state)
{
	struct sli_registry *reg = new_registry();
	const char *text;

	(void)state;
	text = otlp_text(reg, START, NULL);
	assert_non_null(strstr(text, "\"metrics\":[]"));
	new_slo(new_indicator(reg, "i", NULL), "a");
	text = otlp_text(reg, START, NULL);
	assert_null(strstr(text, "null"));
	assert_null(strstr(text, "\"dataPoints\":[]"));
	assert_null(strcasestr(text, ":nan"));
	sli_registry_close(reg);
}

/* What their example does not have, or not everywhere. */
static bool
is_ours(const char *key)
{
	static const char *const ours[] = { "asInt", "zeroThreshold",
		"exemplars", "attributes" };
	size_t i;

	for (i = 0; i < LENGTH(ours); i++)
		if (strcmp(key, ours[i]) == 0)
			return true;
	return false;
}

/* A number may be its digits. */
static bool
is_like(const json_t *a, const json_t *b)
{
	const char *digits = json_string_value(a);

	if (json_is_number(b) && digits != NULL)
		return *digits != '\0' &&
		    strspn(digits, "0123456789") == strlen(digits);
	return json_typeof(a) == json_typeof(b) ||
	    (json_is_number(a) && json_is_number(b));
}

/* Of an array, each of ours is like some of theirs. */
static bool
has_shape(const json_t *ours, const json_t *theirs)
{
	const json_t *value, *other;
	const char *key;
	size_t i, k;

	if (json_is_array(ours)) {
		json_array_foreach(ours, i, value)
		{
			for (k = 0; k < json_array_size(theirs); k++)
				if (has_shape(value, json_array_get(theirs, k)))
					break;
			if (k == json_array_size(theirs))
				return false;
		}
		return json_is_array(theirs);
	}
	if (!json_is_object(ours))
		return is_like(ours, theirs);
	json_object_foreach((json_t *)(uintptr_t)ours, key, value)
	{
		other = json_object_get(theirs, key);
		if (!is_ours(key) &&
		    (other == NULL || !has_shape(value, other)))
			return false;
	}
	return true;
}

static void
test_otlp_has_the_shape_of_opentelemetrys_own(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "i", NULL);
	json_t *theirs, *request;

	(void)state;
	theirs = json_load_file(TEST_DATA "/otlp/js_export.json", 0, NULL);
	assert_non_null(theirs);
	new_slo(ind, "a");
	sli_record(ind, START, SLI_GOOD, SLI_MILLIS(3));
	request = otlp_request(reg, START, NULL);
	assert_true(has_shape(request, theirs));
	/* And it would be seen. */
	json_object_set_new(otlp_scope(request), "schema_url",
	    json_string("x"));
	assert_false(has_shape(request, theirs));
	json_decref(request);
	json_decref(theirs);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_otlp_slo_is_what_the_library_says),
		TEST(test_otlp_shedding_and_outages_are_told),
		TEST(test_otlp_slo_without_events_has_no_ratios),
		TEST(test_otlp_config_errors_name_field_and_value),
		TEST(test_otlp_failed_write_is_an_error),
		TEST(test_otlp_has_no_nulls_nor_empty_metrics),
		TEST(test_otlp_has_the_shape_of_opentelemetrys_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
