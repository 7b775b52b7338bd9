/* SPDX-License-Identifier: MIT */
/* What stands in a request, field by field. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include <sli/version.h>

#include "../support/scratch.h"
#include "export/exponential.h"
#include "otlp_json.h"

static void
test_otlp_frame_has_resource_and_scope(void **state)
{
	static const struct sli_label attributes[] = {
		{ "service.version", "1.2" },
		{ "host.name", "a\"b\\c\nd\x01\xff\xc3\xa9\xed\xa0\x80z" },
	};
	struct sli_otlp_config cfg = SLI_OTLP_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	json_t *request = otlp_request(reg, START, NULL), *list;

	(void)state;
	list = json_object_get(otlp_resource(request), "attributes");
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(otlp_attribute(list, "service.name"),
	    "unknown_service");
	json_decref(request);
	cfg.service = "checkout";
	cfg.attributes = attributes;
	cfg.attribute_count = LENGTH(attributes);
	request = otlp_request(reg, START, &cfg);
	list = json_object_get(otlp_resource(request), "attributes");
	assert_int_equal(json_array_size(list), 3);
	assert_string_equal(otlp_attribute(list, "service.name"), "checkout");
	assert_string_equal(otlp_attribute(list, "service.version"), "1.2");
	/* Of the surrogate each byte is none. */
	assert_string_equal(otlp_attribute(list, "host.name"),
	    "a\"b\\c\nd\x01\xef\xbf\xbd\xc3\xa9"
	    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz");
	assert_string_equal(
	    json_string_value(json_object_get(otlp_scope(request), "name")),
	    "libsli");
	assert_string_equal(
	    json_string_value(json_object_get(otlp_scope(request), "version")),
	    SLI_VERSION);
	json_decref(request);
	sli_registry_close(reg);
}

static void
test_otlp_counts_events_by_outcome(void **state)
{
	const uint64_t birth_ns = START + SLI_MILLIS(250);
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "checkout", NULL);
	static const struct {
		const char *outcome;
		uint64_t count;
	} expected[] = { { "good", INT64_MAX }, { "bad", 2 }, { "shed", 3 },
		{ "ignored", 0 } };
	json_t *request, *sum, *point;
	size_t i;

	(void)state;
	sli_count(ind, birth_ns, SLI_GOOD, INT64_MAX);
	sli_count(ind, birth_ns, SLI_BAD, 2);
	sli_count(ind, START + SLI_SECONDS(1), SLI_SHED, 1);
	sli_count(ind, START, SLI_SHED, 2); /* late */
	sli_begin(ind);
	request = otlp_request(reg, START + SLI_SECONDS(1), NULL);
	sum = json_object_get(otlp_metric(request, "sli.events"), "sum");
	assert_int_equal(
	    json_integer_value(json_object_get(sum, "aggregationTemporality")),
	    2);
	assert_true(json_is_true(json_object_get(sum, "isMonotonic")));
	assert_int_equal(json_array_size(otlp_points(request, "sli.events")),
	    LENGTH(expected));
	for (i = 0; i < LENGTH(expected); i++) {
		point = otlp_point(request, "sli.events", "sli.name",
		    "checkout", "sli.outcome", expected[i].outcome, NULL);
		assert_int_equal(otlp_u64(point, "asInt"), expected[i].count);
		assert_int_equal(otlp_u64(point, "startTimeUnixNano"),
		    birth_ns);
		assert_int_equal(otlp_u64(point, "timeUnixNano"),
		    START + SLI_SECONDS(1));
	}
	point = otlp_point(request, "sli.late_events", NULL);
	assert_int_equal(otlp_u64(point, "asInt"), 2);
	point = otlp_point(request, "sli.in_flight", NULL);
	assert_int_equal(otlp_u64(point, "asInt"), 1);
	json_decref(request);
	/* No longer of the format's type. */
	sli_count(ind, START + SLI_SECONDS(1), SLI_GOOD, 1);
	request = otlp_request(reg, START + SLI_SECONDS(1), NULL);
	point = otlp_point(request, "sli.events", "sli.outcome", "good", NULL);
	assert_null(json_object_get(point, "asInt"));
	assert_true(
	    json_number_value(json_object_get(point, "asDouble")) == 0x1p63);
	json_decref(request);
	sli_registry_close(reg);
}

/* To look is to open the first slot; but a view opens none. */
static void
test_otlp_idle_indicator_counts_from_its_first_flush(void **state)
{
	const char *path = scratch_path("idle.sli");
	struct sli_registry *reg = scratch_open(path), *view;
	json_t *request, *point;

	(void)state;
	scratch_indicator(reg, "idle");
	view = scratch_view(path);
	request = otlp_request(view, START, NULL);
	assert_null(otlp_metric(request, "sli.events"));
	assert_null(otlp_metric(request, "sli.late_events"));
	assert_null(otlp_metric(request, "sli.latency"));
	point = otlp_point(request, "sli.in_flight", "sli.name", "idle", NULL);
	assert_int_equal(otlp_u64(point, "asInt"), 0);
	json_decref(request);
	sli_registry_close(view);
	request = otlp_request(reg, START, NULL);
	point = otlp_point(request, "sli.events", "sli.outcome", "bad", NULL);
	assert_int_equal(otlp_u64(point, "asInt"), 0);
	assert_int_equal(otlp_u64(point, "startTimeUnixNano"), START);
	json_decref(request);
	sli_registry_close(reg);
}

static void
test_otlp_labels_are_attributes(void **state)
{
	static const struct sli_label labels[] = {
		{ "outcome", "C:\\tmp\\\"a\"" },
		{ "zone", "K\xc3\xb6ln \xf0\x9f\x98\x80" },
	};
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind;
	json_t *request;

	(void)state;
	cfg.name = "a";
	cfg.labels = labels;
	cfg.label_count = LENGTH(labels);
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	request = otlp_request(reg, START, NULL);
	assert_non_null(otlp_point(request, "sli.in_flight", "sli.name", "a",
	    "outcome", labels[0].value, "zone", labels[1].value, NULL));
	json_decref(request);
	sli_registry_close(reg);
}

struct expected {
	struct sli__exponential good;
	uint32_t limit;
};

static void
read_good(const struct sli_snapshot *snapshot, void *arg)
{
	struct expected *e = arg;
	struct sli_indicator_view view;

	if (sli_snapshot_indicator(snapshot, 0, &view) == SLI_OK)
		sli__exponential_read(&view, SLI_GOOD, e->limit, &e->good);
}

static double
real_of(const json_t *object, const char *key)
{
	assert_true(json_is_number(json_object_get(object, key)));
	return json_number_value(json_object_get(object, key));
}

static void
check_histogram(struct sli_registry *reg, uint32_t limit)
{
	struct sli_otlp_config cfg = SLI_OTLP_CONFIG_INIT;
	struct expected e = { .limit = limit == 0 ? 160 : limit };
	json_t *request, *point, *positive, *counts, *count;
	uint64_t sum = 0;
	size_t i;

	assert_int_equal(sli_flush(reg, START, read_good, &e), SLI_OK);
	cfg.max_buckets = limit;
	request = otlp_request(reg, START, &cfg);
	point = otlp_point(request, "sli.latency", "sli.outcome", "good", NULL);
	positive = json_object_get(point, "positive");
	counts = json_object_get(positive, "bucketCounts");
	assert_int_equal(otlp_u64(point, "count"), e.good.total);
	assert_int_equal(otlp_u64(point, "zeroCount"), e.good.zero);
	assert_true(real_of(point, "sum") == e.good.sum_s);
	assert_true(real_of(point, "zeroThreshold") == e.good.zero_s);
	assert_int_equal((int)real_of(point, "scale"), e.good.schema);
	assert_int_equal(json_array_size(counts), e.good.length);
	assert_true(e.good.length <= e.limit);
	if (e.good.length > 0)
		assert_int_equal((int)real_of(positive, "offset"),
		    e.good.first - 1);
	json_array_foreach(counts, i, count)
	    sum += strtoull(json_string_value(count), NULL, 10);
	assert_int_equal(sum + e.good.zero, e.good.total);
	json_decref(request);
}

static void
test_otlp_histogram_is_the_exponential_one(void **state)
{
	struct sli_registry_config rcfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_registry *reg;
	struct sli_indicator *ind;
	uint64_t ns;

	(void)state;
	rcfg.max_indicators = 16; /* the most precise takes that much */
	cfg.name = "a";
	for (cfg.precision_bits = SLI_PRECISION_BITS_MIN;
	     cfg.precision_bits <= SLI_PRECISION_BITS_MAX;
	     cfg.precision_bits++) {
		assert_int_equal(sli_registry_create(&rcfg, &reg, NULL),
		    SLI_OK);
		assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL),
		    SLI_OK);
		sli_record(ind, START, SLI_BAD, 1);
		check_histogram(reg, 0);
		sli_record(ind, START, SLI_GOOD, 5); /* below the range */
		check_histogram(reg, 0);
		for (ns = 1000; ns < SLI_MINUTES(3); ns += ns / 7)
			sli_record(ind, START, SLI_GOOD, ns);
		check_histogram(reg, 0);
		check_histogram(reg, 8);
		check_histogram(reg, 1024);
		sli_registry_close(reg);
	}
}

/* (base^i, base^(i + 1)] is bucket i, of which offset is the first. */
static void
test_otlp_bucket_holds_what_was_recorded(void **state)
{
	static const uint64_t values[] = { 3000, SLI_MICROS(70), SLI_MILLIS(3),
		SLI_MILLIS(300), SLI_SECONDS(3), SLI_SECONDS(50) };
	struct sli_registry *reg;
	json_t *request, *point, *positive;
	double base, low, high, seconds;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(values); i++) {
		reg = new_registry();
		sli_record(new_indicator(reg, "a", NULL), START, SLI_BAD,
		    values[i]);
		request = otlp_request(reg, START, NULL);
		point = otlp_point(request, "sli.latency", "sli.outcome", "bad",
		    NULL);
		positive = json_object_get(point, "positive");
		assert_int_equal(
		    json_array_size(json_object_get(positive, "bucketCounts")),
		    1);
		base = exp2(exp2(-real_of(point, "scale")));
		low = pow(base, real_of(positive, "offset"));
		high = low * base;
		seconds = (double)values[i] / 1e9;
		/* Its middle is in it, which is 1/128 away at most. */
		assert_true(seconds > low * (1 - 0x1p-7) &&
		    seconds <= high * (1 + 0x1p-7));
		json_decref(request);
		sli_registry_close(reg);
	}
}

static json_t *
exemplars_of(const json_t *request, const char *outcome)
{
	return json_object_get(
	    otlp_point(request, "sli.latency", "sli.outcome", outcome, NULL),
	    "exemplars");
}

static void
test_otlp_trace_ids_are_hexadecimal_or_attributes(void **state)
{
	static const char hex[] = "4BF92f3577b34da6a3ce929d0e0e4736";
	static const char *const others[] = { "4bf92f3577b34da6a3ce929d0e0e473",
		"4bf92f3577b34da6a3ce929d0e0e473g",
		"00000000000000000000000000000000", "x" };
	struct sli_otlp_config cfg = SLI_OTLP_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	uint64_t at_ns = START;
	json_t *request, *list, *exemplar;
	size_t i;

	(void)state;
	sli_record_exemplar(ind, at_ns, SLI_GOOD, SLI_MILLIS(9), "old");
	at_ns += SLI_MINUTES(20);
	sli_record_exemplar(ind, at_ns, SLI_BAD, 123456789, hex);
	for (i = 0; i < LENGTH(others); i++)
		sli_record_exemplar(ind, at_ns + i * SLI_SECONDS(10), SLI_GOOD,
		    SLI_MILLIS(10 - i), others[i]);
	request = otlp_request(reg, at_ns + SLI_MINUTES(1), NULL);
	list = exemplars_of(request, "bad");
	assert_int_equal(json_array_size(list), 1);
	exemplar = json_array_get(list, 0);
	assert_string_equal(
	    json_string_value(json_object_get(exemplar, "traceId")), hex);
	assert_null(json_object_get(exemplar, "filteredAttributes"));
	assert_true(real_of(exemplar, "asDouble") == 0.123456789);
	assert_int_equal(otlp_u64(exemplar, "timeUnixNano"), at_ns);
	list = exemplars_of(request, "good");
	assert_int_equal(json_array_size(list), LENGTH(others));
	json_array_foreach(list, i, exemplar)
	{
		assert_null(json_object_get(exemplar, "traceId"));
		assert_string_equal(otlp_attribute(json_object_get(exemplar,
						       "filteredAttributes"),
					"trace_id"),
		    others[i]);
	}
	json_decref(request);
	cfg.flags = SLI_OTLP_NO_EXEMPLARS;
	request = otlp_request(reg, at_ns + SLI_MINUTES(1), &cfg);
	assert_null(exemplars_of(request, "good"));
	json_decref(request);
	sli_registry_close(reg);
}

/* The slowest of many. */
static void
test_otlp_exemplars_are_no_more_than_20(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	json_t *request, *list;
	uint64_t i;

	(void)state;
	for (i = 0; i < 30; i++)
		sli_record_exemplar(ind, START + i * SLI_SECONDS(10), SLI_GOOD,
		    SLI_MILLIS(1 + i), "id");
	request = otlp_request(reg, START + SLI_SECONDS(299), NULL);
	list = exemplars_of(request, "good");
	assert_int_equal(json_array_size(list), 20);
	assert_true(real_of(json_array_get(list, 0), "asDouble") == 0.03);
	assert_true(real_of(json_array_get(list, 19), "asDouble") == 0.011);
	json_decref(request);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_otlp_frame_has_resource_and_scope),
		TEST(test_otlp_counts_events_by_outcome),
		TEST(test_otlp_idle_indicator_counts_from_its_first_flush),
		TEST(test_otlp_labels_are_attributes),
		TEST(test_otlp_histogram_is_the_exponential_one),
		TEST(test_otlp_bucket_holds_what_was_recorded),
		TEST(test_otlp_trace_ids_are_hexadecimal_or_attributes),
		TEST(test_otlp_exemplars_are_no_more_than_20),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
