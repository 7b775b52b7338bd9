/* SPDX-License-Identifier: MIT */
/* Documents for Elasticsearch. */
#include <stdlib.h>

#include "ecs_documents.h"

static void
test_ecs_deltas_add_up_to_totals(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = ecs_indicator(reg);
	json_int_t good = 0, slow = 0, i, k;
	json_t *d;

	(void)state;
	for (i = 0; i < 30; i++) {
		for (k = 0; k < i % 7; k++)
			sli_record(ind, START + SLI_SECONDS(i), SLI_GOOD,
			    (uint64_t)(i * 10) * MS);
		ecs_flush(reg, START + SLI_SECONDS(i), NULL);
		d = ecs_find("sli.indicator", 0);
		good += number_at(d, "sli/delta/good");
		slow += number_at(d, "sli/slow/100ms/delta");
		assert_int_equal(number_at(d, "sli/total/good"), good);
		assert_int_equal(number_at(d, "sli/slow/100ms/total"), slow);
		if (i == 0) {
			assert_null(json_object_get(at(d, "event"), "start"));
			continue;
		}
		assert_int_equal(number_at(d, "metricset/period"), 1000);
		assert_int_equal(number_at(d, "event/duration"),
		    SLI_SECONDS(1));
	}
	assert_true(good > 80);
	assert_true(slow > 50);
	sli_registry_close(reg);
}

static void
test_ecs_hostile_labels_come_back_as_they_were(void **state)
{
	struct sli_registry *reg = new_registry();
	json_t *d;

	(void)state;
	ecs_indicator(reg);
	ecs_flush(reg, START, NULL);
	assert_int_equal(document_count, 1);
	d = ecs_find("sli.indicator", 0);
	assert_string_equal(text_at(d, "labels/route"),
	    "gr\xc3\xbc\xc3\x9f/\"{}");
	assert_string_equal(text_at(d, "labels/code"), "\xe2\x80\xa8");
	assert_null(strstr(written.bytes, "\xe2\x80\xa8"));
	assert_null(json_object_get(d, "service"));
	assert_null(json_object_get(d, "host"));
	sli_registry_close(reg);
}

static size_t
count_actions(const char *action)
{
	size_t n = 0, i;
	json_t *d;

	for (i = 0; (d = ecs_find("sli.alert", i)) != NULL; i++)
		n += strcmp(text_at(d, "event/action"), action) == 0;
	return n;
}

/* A page and an outage begin and end; between flushes of a minute, once. */
static void
test_ecs_transitions_are_told_once(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = ecs_indicator(reg);
	size_t began = 0, ended = 0, out = 0, back = 0, minute;
	char id[64] = "";
	json_t *d;

	(void)state;
	ecs_slo(ind);
	for (minute = 0; minute < 120; minute++) {
		ecs_traffic(ind, START + SLI_MINUTES(minute), 1,
		    minute >= 30 && minute < 40 ? SLI_BAD : SLI_GOOD);
		ecs_flush(reg, START + SLI_MINUTES(minute + 1), NULL);
		began += count_actions("alert-began");
		ended += count_actions("alert-ended");
		out += count_actions("outage-began");
		back += count_actions("outage-ended");
		d = ecs_find("sli.alert", 0);
		if (d == NULL)
			continue;
		assert_string_equal(text_at(d, "event/kind"), "alert");
		assert_string_equal(text_at(d, "rule/name"), "checkout-fast");
		if (count_actions("outage-began") > 0)
			snprintf(id, sizeof(id), "%s", text_at(d, "event/id"));
		if (count_actions("outage-ended") > 0) {
			assert_string_equal(text_at(d, "event/type/0"), "end");
			assert_string_equal(text_at(d, "event/id"), id);
			assert_string_equal(text_at(d, "@timestamp"),
			    text_at(d, "sli/alert/end_at"));
			assert_int_equal(number_at(d, "event/duration"),
			    number_at(d, "sli/alert/end_ns") -
				number_at(d, "sli/alert/start_ns"));
		}
	}
	assert_int_equal(out, 1);
	assert_int_equal(back, 1);
	assert_true(began > 0);
	assert_true(ended > 0);
	sli_registry_close(reg);
}

static void
test_ecs_leaves_out_what_it_is_told(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = ecs_indicator(reg);
	struct sli_ecs_config cfg = SLI_ECS_CONFIG_INIT;

	(void)state;
	ecs_slo(ind);
	ecs_flush(reg, START, &cfg);
	assert_int_equal(document_count, 2);
	cfg.flags = SLI_ECS_NO_SLOS;
	ecs_flush(reg, START, &cfg);
	assert_non_null(ecs_find("sli.indicator", 0));
	assert_int_equal(document_count, 1);
	cfg.flags = SLI_ECS_NO_INDICATORS;
	ecs_flush(reg, START, &cfg);
	assert_non_null(ecs_find("sli.slo", 0));
	assert_int_equal(document_count, 1);
	cfg.flags = SLI_ECS_NO_IDLE | SLI_ECS_NO_SLOS;
	ecs_flush(reg, START, &cfg);
	assert_int_equal(document_count, 0);
	sli_begin(ind);
	ecs_flush(reg, START, &cfg);
	assert_int_equal(document_count, 1);
	sli_registry_close(reg);
}

/* Elasticsearch has no place for it, and would refuse the document. */
static void
test_ecs_integer_above_a_long_is_null(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = ecs_indicator(reg);
	json_t *d;

	(void)state;
	sli_count(ind, START, SLI_SHED, INT64_MAX);
	ecs_flush(reg, START, NULL);
	d = ecs_find("sli.indicator", 0);
	assert_int_equal(number_at(d, "sli/total/shed"), INT64_MAX);
	sli_count(ind, START, SLI_SHED, 1);
	ecs_flush(reg, START, NULL);
	d = ecs_find("sli.indicator", 0);
	assert_true(json_is_null(at(d, "sli/total/shed")));
	assert_int_equal(number_at(d, "sli/delta/shed"), 1);
	sli_registry_close(reg);
}

/* ---- the bytes ---- */

static void
test_ecs_is_the_golden_file(void **state)
{
	const char *path = TEST_DATA "/ecs/golden.ndjson";
	static char golden[sizeof(written.bytes)];
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = ecs_indicator(reg);
	struct sli_ecs_config cfg = SLI_ECS_CONFIG_INIT;
	uint64_t now;
	size_t n;
	FILE *f;

	(void)state;
	ecs_slo(ind);
	cfg.service = "shop";
	now = ecs_traffic(ind, START, 30, SLI_GOOD);
	ecs_flush(reg, now, &cfg);
	now = ecs_traffic(ind, now, 1, SLI_BAD);
	now = ecs_traffic(ind, now, 1, SLI_GOOD);
	sli_count(ind, now, SLI_SHED, 3);
	ecs_flush(reg, now, &cfg);
	if (getenv("SLI_TEST_GOLDEN") != NULL) {
		f = fopen(path, "w");
		assert_non_null(f);
		fwrite(written.bytes, 1, written.length, f);
		fclose(f);
	}
	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(golden, 1, sizeof(golden) - 1, f);
	fclose(f);
	golden[n] = '\0';
	assert_string_equal(written.bytes, golden);
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
test_ecs_refuses_what_it_does_not_know(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_ecs_config cfg = SLI_ECS_CONFIG_INIT;
	static struct ecs_request r;

	(void)state;
	ecs_indicator(reg);
	r.cfg = &cfg;
	r.write = write_down;
	cfg.flags = 0x80;
	assert_int_equal(ecs_request(reg, START, &r), SLI_EINVAL);
	assert_string_equal(r.err.message,
	    "flags 0x80 has unknown bits; accepted: of 0xf");
	cfg.flags = 0;
	cfg.struct_size = 4000;
	assert_int_equal(ecs_request(reg, START, &r), SLI_EVERSION);
	r.cfg = NULL;
	r.write = refuse;
	assert_int_equal(ecs_request(reg, START, &r), SLI_EIO);
	r.write = NULL;
	assert_int_equal(ecs_request(reg, START, &r), SLI_EINVAL);
	assert_int_equal(sli_ecs_export(NULL, NULL, write_down, NULL, &r.err),
	    SLI_EINVAL);
	assert_string_equal(r.err.message, "snapshot is NULL");
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_ecs_deltas_add_up_to_totals),
		TEST(test_ecs_hostile_labels_come_back_as_they_were),
		TEST(test_ecs_transitions_are_told_once),
		TEST(test_ecs_leaves_out_what_it_is_told),
		TEST(test_ecs_integer_above_a_long_is_null),
		TEST(test_ecs_is_the_golden_file),
		TEST(test_ecs_refuses_what_it_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, ecs_forget);
}
