/* SPDX-License-Identifier: MIT */
/* Documents for Elasticsearch. */
#include <stdlib.h>

#include <sli/export_ecs.h>

#include "document.h"

#define MS SLI_MILLIS(1)
#define DOCUMENTS_MAX 64

static json_t *documents[DOCUMENTS_MAX];
static size_t document_count;

static void
forget_documents(void)
{
	while (document_count > 0)
		json_decref(documents[--document_count]);
}

/* Each line for itself; the last ends, too. */
static void
read_lines(void)
{
	const char *line = written.bytes, *end;
	json_error_t error;

	forget_documents();
	for (; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		assert_non_null(end);
		assert_true(document_count < DOCUMENTS_MAX);
		documents[document_count] = json_loadb(line,
		    (size_t)(end - line), JSON_REJECT_DUPLICATES, &error);
		if (documents[document_count] == NULL)
			fail_msg("%s: %s", error.text, line);
		document_count++;
	}
}

struct request {
	const struct sli_ecs_config *cfg;
	sli_export_write_fn *write;
	struct sli_error err;
	int status;
};

static void
respond(const struct sli_snapshot *snapshot, void *arg)
{
	struct request *r = arg;

	r->status = sli_ecs_export(snapshot, r->cfg, r->write, NULL, &r->err);
}

static int
request(struct sli_registry *reg, uint64_t now_ns, struct request *r)
{
	written.length = 0;
	written.bytes[0] = '\0';
	assert_int_equal(sli_flush(reg, now_ns, respond, r), SLI_OK);
	return r->status;
}

/* The next flush of one consumer, the same in all tests, as documents. */
static void
flush(struct sli_registry *reg, uint64_t now_ns,
    const struct sli_ecs_config *cfg)
{
	static struct request r;

	r.cfg = cfg;
	r.write = write_down;
	if (request(reg, now_ns, &r) != SLI_OK)
		fail_msg("%s", r.err.message);
	read_lines();
}

/* The n-th document of a dataset; NULL: there are fewer. */
static json_t *
find(const char *dataset, size_t n)
{
	size_t i;

	for (i = 0; i < document_count; i++)
		if (strcmp(text_at(documents[i], "event/dataset"), dataset) ==
			0 &&
		    n-- == 0)
			return documents[i];
	return NULL;
}

static struct sli_indicator *
new_labelled(struct sli_registry *reg)
{
	static const struct sli_label labels[] = {
		{ "route", "gr\xc3\xbc\xc3\x9f/\"{}" },
		{ "code", "\xe2\x80\xa8" }
	};
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_indicator *ind = NULL;

	cfg.name = "checkout";
	cfg.labels = labels;
	cfg.label_count = 2;
	cfg.threshold_ns[0] = 100 * MS;
	cfg.threshold_ns[1] = SLI_MILLIS(1500);
	cfg.threshold_count = 2;
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	return ind;
}

static void
new_slo(struct sli_indicator *ind)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_slo *slo;

	cfg.name = "checkout-fast";
	cfg.objective = 0.999;
	cfg.threshold_ns = 100 * MS;
	assert_int_equal(sli_slo_register(ind, &cfg, &slo, NULL), SLI_OK);
}

/* ---- fields ---- */

enum type { KEYWORD, LONG, DOUBLE, DATE, BOOLEAN };

/* Of ECS 8.11 and Metricbeat's metricset, with their types; then our own. */
static const struct field {
	const char *path;
	enum type type;
} fields[] = {
	{ "@timestamp", DATE },
	{ "ecs.version", KEYWORD },
	{ "event.action", KEYWORD },
	{ "event.dataset", KEYWORD },
	{ "event.duration", LONG },
	{ "event.end", DATE },
	{ "event.id", KEYWORD },
	{ "event.kind", KEYWORD },
	{ "event.module", KEYWORD },
	{ "event.severity", LONG },
	{ "event.start", DATE },
	{ "event.type", KEYWORD },
	{ "host.name", KEYWORD },
	{ "labels.code", KEYWORD },
	{ "labels.route", KEYWORD },
	{ "metricset.name", KEYWORD },
	{ "metricset.period", LONG },
	{ "rule.name", KEYWORD },
	{ "service.environment", KEYWORD },
	{ "service.name", KEYWORD },
	{ "service.node.name", KEYWORD },

	{ "sli.alert.bad", LONG },
	{ "sli.alert.budget_cost", DOUBLE },
	{ "sli.alert.end_at", DATE },
	{ "sli.alert.end_ns", LONG },
	{ "sli.alert.factor", DOUBLE },
	{ "sli.alert.kind", KEYWORD },
	{ "sli.alert.long_ns", LONG },
	{ "sli.alert.missing", LONG },
	{ "sli.alert.number", LONG },
	{ "sli.alert.onset_at", DATE },
	{ "sli.alert.onset_ns", LONG },
	{ "sli.alert.peak_burn", DOUBLE },
	{ "sli.alert.recovered_at", DATE },
	{ "sli.alert.recovered_ns", LONG },
	{ "sli.alert.severity", KEYWORD },
	{ "sli.alert.short_ns", LONG },
	{ "sli.alert.silent", BOOLEAN },
	{ "sli.alert.slo", KEYWORD },
	{ "sli.alert.start_at", DATE },
	{ "sli.alert.start_ns", LONG },
	{ "sli.alert.total", LONG },
	{ "sli.delta.bad", LONG },
	{ "sli.delta.good", LONG },
	{ "sli.delta.ignored", LONG },
	{ "sli.delta.shed", LONG },
	{ "sli.indicator.in_flight", LONG },
	{ "sli.indicator.late", LONG },
	{ "sli.indicator.name", KEYWORD },
	{ "sli.indicator.title", KEYWORD },
	{ "sli.latency.bad.count", LONG },
	{ "sli.latency.bad.max_ns", LONG },
	{ "sli.latency.bad.mean_ns", DOUBLE },
	{ "sli.latency.bad.p50_ns", LONG },
	{ "sli.latency.bad.p90_ns", LONG },
	{ "sli.latency.bad.p99_ns", LONG },
	{ "sli.latency.bad.window_ns", LONG },
	{ "sli.latency.good.count", LONG },
	{ "sli.latency.good.max_ns", LONG },
	{ "sli.latency.good.mean_ns", DOUBLE },
	{ "sli.latency.good.p50_ns", LONG },
	{ "sli.latency.good.p90_ns", LONG },
	{ "sli.latency.good.p99_ns", LONG },
	{ "sli.latency.good.window_ns", LONG },
	{ "sli.slo.active", BOOLEAN },
	{ "sli.slo.budget.bad", LONG },
	{ "sli.slo.budget.burn_rate_1h", DOUBLE },
	{ "sli.slo.budget.burn_rate_6h", DOUBLE },
	{ "sli.slo.budget.corrected_bad", LONG },
	{ "sli.slo.budget.corrected_good", LONG },
	{ "sli.slo.budget.covered_ns", LONG },
	{ "sli.slo.budget.excluded", LONG },
	{ "sli.slo.budget.excluded_ns", LONG },
	{ "sli.slo.budget.exhausted_in_ns", LONG },
	{ "sli.slo.budget.good", LONG },
	{ "sli.slo.budget.has_data", BOOLEAN },
	{ "sli.slo.budget.remaining", DOUBLE },
	{ "sli.slo.budget.reset_at", DATE },
	{ "sli.slo.budget.reset_ns", LONG },
	{ "sli.slo.budget.sli", DOUBLE },
	{ "sli.slo.budget.total", LONG },
	{ "sli.slo.burn_rate.1d", DOUBLE },
	{ "sli.slo.burn_rate.1h", DOUBLE },
	{ "sli.slo.burn_rate.2h", DOUBLE },
	{ "sli.slo.burn_rate.30m", DOUBLE },
	{ "sli.slo.burn_rate.3d", DOUBLE },
	{ "sli.slo.burn_rate.5m", DOUBLE },
	{ "sli.slo.burn_rate.6h", DOUBLE },
	{ "sli.slo.indicator", KEYWORD },
	{ "sli.slo.method", KEYWORD },
	{ "sli.slo.name", KEYWORD },
	{ "sli.slo.objective", DOUBLE },
	{ "sli.slo.outage", KEYWORD },
	{ "sli.slo.page", KEYWORD },
	{ "sli.slo.period_ns", LONG },
	{ "sli.slo.shed_probability.critical", DOUBLE },
	{ "sli.slo.shed_probability.critical_plus", DOUBLE },
	{ "sli.slo.shed_probability.sheddable", DOUBLE },
	{ "sli.slo.shed_probability.sheddable_plus", DOUBLE },
	{ "sli.slo.threshold_ns", LONG },
	{ "sli.slo.ticket", KEYWORD },
	{ "sli.slow.100ms.delta", LONG },
	{ "sli.slow.100ms.total", LONG },
	{ "sli.slow.1s500ms.delta", LONG },
	{ "sli.slow.1s500ms.total", LONG },
	{ "sli.total.bad", LONG },
	{ "sli.total.good", LONG },
	{ "sli.total.ignored", LONG },
	{ "sli.total.shed", LONG },
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static int seen[FIELDS];

static int
is_date(const char *text)
{
	const char *form = "0000-00-00T00:00:00.000Z";
	size_t i;

	for (i = 0; form[i] != '\0'; i++)
		if (form[i] == '0' ? text[i] < '0' || text[i] > '9' :
				     text[i] != form[i])
			return 0;
	return text[i] == '\0';
}

static int
has_type(const json_t *value, enum type type)
{
	switch (type) {
	case KEYWORD:
		return json_is_string(value);
	case DATE:
		return json_is_string(value) &&
		    is_date(json_string_value(value));
	case LONG:
		return json_is_integer(value);
	case BOOLEAN:
		return json_is_boolean(value);
	default:
		return json_is_number(value);
	}
}

static void
check_leaf(const char *path, const json_t *value)
{
	size_t i;

	for (i = 0; i < FIELDS && strcmp(fields[i].path, path) != 0; i++)
		;
	if (i == FIELDS)
		fail_msg("%s is no known field", path);
	if (json_is_null(value) && strncmp(path, "sli.", 4) == 0)
		return;
	if (!has_type(value, fields[i].type))
		fail_msg("%s is of another type: %s", path,
		    json_dumps(value, JSON_ENCODE_ANY));
	seen[i] = 1;
}

static void
check_fields(const char *path, json_t *value)
{
	char below[128];
	const char *key;
	json_t *member;
	size_t i;

	if (json_is_array(value)) {
		for (i = 0; i < json_array_size(value); i++)
			check_leaf(path, json_array_get(value, i));
	} else if (json_is_object(value)) {
		json_object_foreach(value, key, member)
		{
			/* A dot would be another way to nest. */
			assert_null(strchr(key, '.'));
			snprintf(below, sizeof(below), "%s%s%s", path,
			    *path == '\0' ? "" : ".", key);
			check_fields(below, member);
		}
	} else {
		check_leaf(path, value);
	}
}

/* 20 requests a second, of 4 to 80 ms. */
static uint64_t
run_incident(struct sli_indicator *ind, uint64_t now, uint32_t minutes,
    enum sli_outcome outcome)
{
	uint32_t s, i;

	for (s = 0; s < minutes * 60; s++, now += SLI_SECONDS(1))
		for (i = 0; i < 20; i++)
			sli_record(ind, now, outcome, (i + 1) * 4 * MS);
	return now;
}

static void
test_ecs_fields_are_known_and_of_their_types(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_labelled(reg);
	struct sli_ecs_config cfg = SLI_ECS_CONFIG_INIT;
	uint64_t now = START;
	size_t i, step;

	(void)state;
	new_slo(ind);
	cfg.service = "shop";
	cfg.environment = "production";
	cfg.node = "shop-3";
	cfg.host = "host.example";
	memset(seen, 0, sizeof(seen));
	for (step = 0; step < 4; step++) {
		flush(reg, now, &cfg);
		for (i = 0; i < document_count; i++)
			check_fields("", documents[i]);
		now = run_incident(ind, now, step == 2 ? 180 : 20,
		    step == 1 ? SLI_BAD : SLI_GOOD);
	}
	for (i = 0; i < FIELDS; i++)
		if (!seen[i] && strstr(fields[i].path, "reset_at") == NULL &&
		    strstr(fields[i].path, "exhausted") == NULL)
			fail_msg("%s was in no document", fields[i].path);
	sli_registry_close(reg);
}

/* ---- values ---- */

static void
test_ecs_deltas_add_up_to_totals(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_labelled(reg);
	json_int_t good = 0, slow = 0, i, k;
	json_t *d;

	(void)state;
	for (i = 0; i < 30; i++) {
		for (k = 0; k < i % 7; k++)
			sli_record(ind, START + SLI_SECONDS(i), SLI_GOOD,
			    (uint64_t)(i * 10) * MS);
		flush(reg, START + SLI_SECONDS(i), NULL);
		d = find("sli.indicator", 0);
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
	new_labelled(reg);
	flush(reg, START, NULL);
	assert_int_equal(document_count, 1);
	d = find("sli.indicator", 0);
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

	for (i = 0; (d = find("sli.alert", i)) != NULL; i++)
		n += strcmp(text_at(d, "event/action"), action) == 0;
	return n;
}

/* A page and an outage begin and end; between flushes of a minute, once. */
static void
test_ecs_transitions_are_told_once(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_labelled(reg);
	size_t began = 0, ended = 0, out = 0, back = 0, minute;
	char id[64] = "";
	json_t *d;

	(void)state;
	new_slo(ind);
	for (minute = 0; minute < 120; minute++) {
		run_incident(ind, START + SLI_MINUTES(minute), 1,
		    minute >= 30 && minute < 40 ? SLI_BAD : SLI_GOOD);
		flush(reg, START + SLI_MINUTES(minute + 1), NULL);
		began += count_actions("alert-began");
		ended += count_actions("alert-ended");
		out += count_actions("outage-began");
		back += count_actions("outage-ended");
		d = find("sli.alert", 0);
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
	struct sli_indicator *ind = new_labelled(reg);
	struct sli_ecs_config cfg = SLI_ECS_CONFIG_INIT;

	(void)state;
	new_slo(ind);
	flush(reg, START, &cfg);
	assert_int_equal(document_count, 2);
	cfg.flags = SLI_ECS_NO_SLOS;
	flush(reg, START, &cfg);
	assert_non_null(find("sli.indicator", 0));
	assert_int_equal(document_count, 1);
	cfg.flags = SLI_ECS_NO_INDICATORS;
	flush(reg, START, &cfg);
	assert_non_null(find("sli.slo", 0));
	assert_int_equal(document_count, 1);
	cfg.flags = SLI_ECS_NO_IDLE | SLI_ECS_NO_SLOS;
	flush(reg, START, &cfg);
	assert_int_equal(document_count, 0);
	sli_begin(ind);
	flush(reg, START, &cfg);
	assert_int_equal(document_count, 1);
	sli_registry_close(reg);
}

/* Elasticsearch has no place for it, and would refuse the document. */
static void
test_ecs_integer_above_a_long_is_null(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_labelled(reg);
	json_t *d;

	(void)state;
	sli_count(ind, START, SLI_SHED, INT64_MAX);
	flush(reg, START, NULL);
	d = find("sli.indicator", 0);
	assert_int_equal(number_at(d, "sli/total/shed"), INT64_MAX);
	sli_count(ind, START, SLI_SHED, 1);
	flush(reg, START, NULL);
	d = find("sli.indicator", 0);
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
	struct sli_indicator *ind = new_labelled(reg);
	struct sli_ecs_config cfg = SLI_ECS_CONFIG_INIT;
	uint64_t now;
	size_t n;
	FILE *f;

	(void)state;
	new_slo(ind);
	cfg.service = "shop";
	now = run_incident(ind, START, 30, SLI_GOOD);
	flush(reg, now, &cfg);
	now = run_incident(ind, now, 1, SLI_BAD);
	now = run_incident(ind, now, 1, SLI_GOOD);
	sli_count(ind, now, SLI_SHED, 3);
	flush(reg, now, &cfg);
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
	static struct request r;

	(void)state;
	new_labelled(reg);
	r.cfg = &cfg;
	r.write = write_down;
	cfg.flags = 0x80;
	assert_int_equal(request(reg, START, &r), SLI_EINVAL);
	assert_string_equal(r.err.message,
	    "flags 0x80 has unknown bits; accepted: of 0xf");
	cfg.flags = 0;
	cfg.struct_size = 4000;
	assert_int_equal(request(reg, START, &r), SLI_EVERSION);
	r.cfg = NULL;
	r.write = refuse;
	assert_int_equal(request(reg, START, &r), SLI_EIO);
	r.write = NULL;
	assert_int_equal(request(reg, START, &r), SLI_EINVAL);
	assert_int_equal(sli_ecs_export(NULL, NULL, write_down, NULL, &r.err),
	    SLI_EINVAL);
	assert_string_equal(r.err.message, "snapshot is NULL");
	sli_registry_close(reg);
}

static int
tear_down(void **state)
{
	(void)state;
	forget_documents();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_ecs_fields_are_known_and_of_their_types),
		TEST(test_ecs_deltas_add_up_to_totals),
		TEST(test_ecs_hostile_labels_come_back_as_they_were),
		TEST(test_ecs_transitions_are_told_once),
		TEST(test_ecs_leaves_out_what_it_is_told),
		TEST(test_ecs_integer_above_a_long_is_null),
		TEST(test_ecs_is_the_golden_file),
		TEST(test_ecs_refuses_what_it_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down);
}
