/* SPDX-License-Identifier: MIT */
/* The document that pages and scripts read. */
#include <math.h>

#include <sli/annotate.h>
#include <sli/export_slo.h>

#include "../support/random.h"
#include "document.h"

#define MS SLI_MILLIS(1)

struct request {
	const struct sli_slo_json_config *cfg;
	sli_export_write_fn *write;
	struct sli_error err;
	int status;
};

static void
respond(const struct sli_snapshot *snapshot, void *arg)
{
	struct request *r = arg;

	r->status = sli_slo_json_export(snapshot, r->cfg, r->write, NULL,
	    &r->err);
}

static int
request(struct sli_registry *reg, uint64_t now_ns, struct request *r)
{
	written.length = 0;
	assert_int_equal(sli_flush(reg, now_ns, respond, r), SLI_OK);
	return r->status;
}

static json_t *
document(struct sli_registry *reg, uint64_t now_ns,
    const struct sli_slo_json_config *cfg)
{
	static struct request r;

	r.cfg = cfg;
	r.write = write_down;
	if (request(reg, now_ns, &r) != SLI_OK)
		fail_msg("%s", r.err.message);
	return parse_written();
}

static struct sli_slo *
new_slo(struct sli_indicator *ind, const char *name, double objective)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_slo *slo = NULL;

	cfg.name = name;
	cfg.objective = objective;
	assert_int_equal(sli_slo_register(ind, &cfg, &slo, NULL), SLI_OK);
	return slo;
}

static void
test_slo_json_without_events_is_null_not_zero(void **state)
{
	struct sli_registry *reg = new_registry();
	json_t *root;

	(void)state;
	new_slo(new_indicator(reg, "idle", NULL), "idle-up", 0.99);
	root = document(reg, START, NULL);
	assert_int_equal(number_at(root, "version"), 1);
	assert_string_equal(text_at(root, "libsli"), SLI_VERSION);
	assert_true(json_is_null(at(root, "service")));
	assert_int_equal(number_at(root, "now_ns"), START);
	assert_true(json_is_null(at(root, "indicators/0/total/good_ratio")));
	assert_true(json_is_null(at(root, "slos/0/budget/sli")));
	assert_true(json_is_null(at(root, "slos/0/budget/remaining")));
	assert_true(json_is_null(at(root, "slos/0/budget/exhausted_in_ns")));
	assert_true(json_is_null(at(root, "slos/0/burn_rates/0/burn_rate")));
	assert_true(json_is_null(at(root, "slos/0/threshold_ns")));
	assert_true(json_is_null(at(root, "slos/0/slices")));
	assert_int_equal(
	    number_at(root, "indicators/0/windows/0/latency_good/count"), 0);
	json_decref(root);
	sli_registry_close(reg);
}

/* A good event a second for an hour, and every tenth minute a bad one each. */
static void
record_an_hour(struct sli_indicator *ind)
{
	uint64_t s;

	for (s = 0; s < 3600; s++) {
		sli_record(ind, START + SLI_SECONDS(s), SLI_GOOD, 5 * MS);
		if (s / 60 % 10 == 9)
			sli_record(ind, START + SLI_SECONDS(s), SLI_BAD,
			    50 * MS);
	}
}

static void
test_slo_json_has_windows_and_series_as_counted(void **state)
{
	static const uint64_t thresholds[] = { 2 * SLI_MILLIS(1), 0 };
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", thresholds);
	json_t *root, *bad;
	size_t i;

	(void)state;
	record_an_hour(ind);
	root = document(reg, START + SLI_HOURS(1), NULL);
	assert_int_equal(number_at(root, "indicators/0/total/good"), 3600);
	assert_int_equal(number_at(root, "indicators/0/total/slow/0"), 3600);
	assert_int_equal(number_at(root, "indicators/0/windows/0/window_ns"),
	    SLI_SECONDS(10));
	assert_int_equal(number_at(root, "indicators/0/windows/1/bad"), 60);
	assert_int_equal(number_at(root, "indicators/0/windows/3/good"), 3600);
	assert_int_equal(
	    number_at(root, "indicators/0/windows/1/latency_bad/count"), 60);
	assert_true(
	    llabs(number_at(root, "indicators/0/windows/1/latency_bad/p99_ns") -
		50 * (json_int_t)MS) < (json_int_t)MS);
	bad = at(root, "indicators/0/series/bad");
	assert_int_equal(json_array_size(bad), 60);
	for (i = 0; i < 60; i++) {
		assert_int_equal(json_integer_value(json_array_get(bad, i)),
		    i % 10 == 9 ? 60 : 0);
		assert_int_equal(json_integer_value(json_array_get(
				     at(root, "indicators/0/series/good"), i)),
		    60);
	}
	json_decref(root);
	sli_registry_close(reg);
}

/* What history does not cover is not zero. */
static void
test_slo_json_series_of_a_young_process_begins_with_null(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	json_t *root, *good;
	size_t i;

	(void)state;
	for (i = 0; i < 180; i++)
		sli_count(ind, START + SLI_SECONDS(i), SLI_GOOD, 1);
	root = document(reg, START + SLI_SECONDS(180), NULL);
	good = at(root, "indicators/0/series/good");
	for (i = 0; i < 57; i++)
		assert_true(json_is_null(json_array_get(good, i)));
	for (; i < 60; i++)
		assert_int_equal(json_integer_value(json_array_get(good, i)),
		    60);
	json_decref(root);
	sli_registry_close(reg);
}

/* Whenever one looks, what comes in a burst is in some minute, once. */
static void
test_slo_json_series_add_up_to_the_hour(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	struct random rnd = { random_seed() };
	uint64_t now = START, run;
	json_int_t sum;
	json_t *root, *good;
	size_t i;

	(void)state;
	print_message("SLI_TEST_SEED=%llu\n", (unsigned long long)rnd.state);
	for (run = 0; run < 200; run++) {
		now += random_below(&rnd, SLI_MINUTES(4));
		sli_count(ind, now, SLI_GOOD, random_magnitude(&rnd, 20));
		root = document(reg, now, NULL);
		good = at(root, "indicators/0/series/good");
		sum = 0;
		for (i = 0; i < 60; i++)
			sum += json_integer_value(json_array_get(good, i));
		assert_int_equal(sum,
		    number_at(root, "indicators/0/windows/3/good"));
		json_decref(root);
	}
	sli_registry_close(reg);
}

/* 20 requests a second, which all fail from the 20th minute on. */
static void
test_slo_json_tells_alerts_outages_and_annotations(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	struct sli_slo_json_config cfg = SLI_SLO_JSON_CONFIG_INIT;
	struct sli_slo *slo = new_slo(ind, "a-up", 0.999);
	uint64_t s, now = START;
	struct sli_budget budget;
	json_t *root;

	(void)state;
	for (s = 0; s < 1200; s++, now += SLI_SECONDS(1))
		sli_count(ind, now, SLI_GOOD, 20);
	sli_annotate(reg, now - SLI_SECONDS(2), "flag", "new cart", NULL);
	sli_annotate(reg, now, "deploy", "a \"1.4\"", NULL);
	for (s = 0; s < 600; s++, now += SLI_SECONDS(1))
		sli_count(ind, now, SLI_BAD, 20);
	cfg.service = "shop";
	root = document(reg, now, &cfg);
	assert_string_equal(text_at(root, "service"), "shop");
	assert_string_equal(text_at(root, "slos/0/indicator"), "a");
	assert_string_equal(text_at(root, "slos/0/page"), "firing");
	assert_string_equal(text_at(root, "slos/0/outage/state"), "firing");
	assert_string_equal(text_at(root, "slos/0/alerts/0/state"), "firing");
	assert_string_equal(text_at(root, "slos/0/method"), "occurrences");
	assert_string_equal(text_at(root, "slos/0/period/kind"), "rolling");
	sli_slo_budget(slo, now, &budget);
	assert_int_equal(number_at(root, "slos/0/budget/bad"), budget.bad);
	assert_true(fabs(json_real_value(at(root, "slos/0/budget/remaining")) -
			budget.remaining) < 1e-9);
	assert_true(json_is_true(at(root, "alert_log/0/firing")));
	assert_string_equal(text_at(root, "alert_log/0/slo"), "a-up");
	assert_true(json_is_null(at(root, "alert_log/0/end_at")));
	assert_string_equal(text_at(root, "annotations/0/text"), "a \"1.4\"");
	assert_string_equal(text_at(root, "annotations/1/kind"), "flag");
	json_decref(root);
	cfg.log_max = 1;
	cfg.flags = SLI_SLO_JSON_NO_INDICATORS;
	root = document(reg, now, &cfg);
	assert_null(json_object_get(root, "indicators"));
	assert_int_equal(json_array_size(at(root, "annotations")), 1);
	assert_int_equal(json_array_size(at(root, "alert_log")), 1);
	json_decref(root);
	sli_registry_close(reg);
}

static int
refuse(const void *bytes, size_t length, void *arg)
{
	(void)bytes;
	(void)length;
	(void)arg;
	return -1;
}

static void
test_slo_json_refuses_what_it_does_not_know(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_slo_json_config cfg = SLI_SLO_JSON_CONFIG_INIT;
	static struct request r;

	(void)state;
	r.cfg = &cfg;
	r.write = write_down;
	cfg.flags = 0x40;
	assert_int_equal(request(reg, START, &r), SLI_EINVAL);
	assert_string_equal(r.err.message,
	    "flags 0x40 has unknown bits; accepted: of 0x3");
	cfg.flags = 0;
	cfg.struct_size = 4000;
	assert_int_equal(request(reg, START, &r), SLI_EVERSION);
	assert_non_null(
	    strstr(r.err.message, "4000 of struct sli_slo_json_config"));
	r.cfg = NULL;
	r.write = NULL;
	assert_int_equal(request(reg, START, &r), SLI_EINVAL);
	assert_string_equal(r.err.message, "write is NULL");
	r.write = refuse;
	assert_int_equal(request(reg, START, &r), SLI_EIO);
	assert_int_equal(
	    sli_slo_json_export(NULL, NULL, write_down, NULL, &r.err),
	    SLI_EINVAL);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_slo_json_without_events_is_null_not_zero),
		TEST(test_slo_json_has_windows_and_series_as_counted),
		TEST(test_slo_json_series_of_a_young_process_begins_with_null),
		TEST(test_slo_json_series_add_up_to_the_hour),
		TEST(test_slo_json_tells_alerts_outages_and_annotations),
		TEST(test_slo_json_refuses_what_it_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
