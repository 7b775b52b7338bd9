/* SPDX-License-Identifier: MIT */
/* What is in the messages, field by field, and that it is what the text has. */
#include <math.h>
#include <stdlib.h>

#include "../support/random.h"
#include "decode.h"
#include "export/exponential.h"

#define GOOD "sli=a,outcome=good"
#define BAD "sli=a,outcome=bad"

static const uint64_t thresholds[] = { SLI_MILLIS(30), 0 };

static const Sli__Prom__Histogram *
latencies_of(const struct families *families, const char *labels)
{
	const Sli__Prom__Metric *m = metric_of(families, "sli_latency_seconds",
	    labels);

	assert_non_null(m->histogram);
	assert_null(m->gauge);
	assert_null(m->counter);
	return m->histogram;
}

/* name{label="value"}, with what has to be escaped. */
static void
write_series(const char *name, const Sli__Prom__Metric *m, char *to)
{
	const char *value;
	size_t i;

	to += sprintf(to, "%s", name);
	for (i = 0; i < m->n_label; i++) {
		to += sprintf(to, "%c%s=\"", i == 0 ? '{' : ',',
		    m->label[i]->name);
		for (value = m->label[i]->value; *value != '\0'; value++) {
			if (strchr("\"\\", *value) != NULL)
				*to++ = '\\';
			*to++ = *value;
		}
		*to++ = '"';
	}
	strcpy(to, "}");
}

static void
assert_in_text(const char *text, const Sli__Prom__MetricFamily *family)
{
	static const char *const types[] = { "counter", "gauge", "", "",
		"histogram" };
	char series[4096], head[200];
	const char *value;
	double number;
	size_t i;

	snprintf(head, sizeof(head), "# TYPE %s %s", family->name,
	    types[family->type]);
	assert_line(text, head);
	snprintf(head, sizeof(head), "# HELP %s %s", family->name,
	    family->help);
	assert_line(text, head);
	for (i = 0; i < family->n_metric; i++) {
		const Sli__Prom__Metric *m = family->metric[i];

		if (m->histogram != NULL)
			continue;
		write_series(family->name, m, series);
		value = value_of(text, series);
		if (value == NULL)
			fail_msg("no %s in:\n%s", series, text);
		assert_true((m->gauge != NULL) != (m->counter != NULL));
		number = m->gauge != NULL ? m->gauge->value : m->counter->value;
		assert_true(strtod(value, NULL) == number);
	}
}

/* Lines that are no comments and not of the histograms. */
static size_t
count_samples(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text = strchr(text, '\n') + 1)
		n += *text != '#' &&
		    strncmp(text, "sli_latency_seconds", 19) != 0;
	return n;
}

static void
register_hostile(struct sli_registry *reg)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	static const struct sli_label labels[] = { { "le", "\"\\{}=," },
		{ "region", "\xc3\xbc" } };
	struct sli_indicator *ind;

	cfg.name = "b";
	cfg.labels = labels;
	cfg.label_count = 2;
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	sli_count(ind, START, SLI_IGNORED, 12);
}

static void
test_proto_has_what_the_text_has(void **state)
{
	struct sli_text_config text_cfg = SLI_TEXT_CONFIG_INIT;
	struct sli_proto_config cfg = SLI_PROTO_CONFIG_INIT;
	struct sli_slo_config slo = SLI_SLO_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", thresholds);
	struct families families;
	struct sli_slo *out;
	const char *text;
	size_t i, n = 0;

	(void)state;
	register_hostile(reg);
	slo.name = "shop-a";
	slo.objective = 0.999;
	assert_int_equal(sli_slo_register(ind, &slo, &out, NULL), SLI_OK);
	sli_count(ind, START, SLI_GOOD, 5000);
	sli_count(ind, START, SLI_BAD, 17);
	sli_record(ind, START, SLI_GOOD, SLI_MILLIS(3));
	text_cfg.format = SLI_TEXT_PROMETHEUS;
	text_cfg.service = cfg.service = "shop";
	text = scrape(reg, START + SLI_SECONDS(90), &text_cfg);
	scrape_proto(reg, START + SLI_SECONDS(90), &cfg, &families);
	for (i = 0; i < families.count; i++) {
		assert_in_text(text, families.family[i]);
		n += families.family[i]->type ==
			SLI__PROM__METRIC_TYPE__HISTOGRAM ?
		    0 :
		    families.family[i]->n_metric;
	}
	assert_true(n > 30);
	assert_int_equal(n, count_samples(text));
	assert_string_equal(find_family(&families, "sli_latency_seconds")->unit,
	    "seconds");
	free_families(&families);
	sli_registry_close(reg);
}

/* Of 32 buckets to an octave, 5 ms is in the one up to 2^(-244/32) s, 5.07. */
static void
test_proto_native_histogram_field_by_field(void **state)
{
	static struct native native;
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	const Sli__Prom__Histogram *h;
	struct families families;

	(void)state;
	sli_record(ind, START + SLI_MILLIS(250), SLI_GOOD, 4990000);
	sli_record(ind, START + SLI_MILLIS(300), SLI_GOOD, SLI_MILLIS(5));
	sli_record(ind, START + SLI_MILLIS(300), SLI_GOOD, SLI_MILLIS(10));
	sli_record(ind, START + SLI_MILLIS(300), SLI_GOOD, 3); /* < 1 us */
	scrape_proto(reg, START + SLI_SECONDS(1), NULL, &families);
	h = latencies_of(&families, GOOD);
	assert_int_equal(h->schema, 5);
	assert_true(h->zero_threshold == 1e-6);
	assert_true(h->sample_count == 4 && h->zero_count == 1);
	assert_true(fabs(h->sample_sum - 0.01999) < 0.02 / 128);
	read_native(h, &native);
	assert_int_equal(native.first, -244);
	assert_int_equal(native.length, 33);
	assert_true(native.count[0] == 2 && native.count[32] == 1);
	assert_int_equal(h->n_positive_span, 2);
	assert_int_equal(h->positive_span[1]->offset, 31);
	assert_int_equal(h->n_bucket, 0);
	assert_int_equal(h->n_exemplars, 0);
	assert_int_equal(h->created_timestamp->seconds, 1728000000);
	assert_int_equal(h->created_timestamp->nanos, 250000000);
	/* The other has nothing, and is a native histogram nevertheless. */
	h = latencies_of(&families, BAD);
	assert_int_equal(h->n_positive_span, 0);
	assert_true(h->has_schema && h->zero_threshold == 1e-6);
	assert_true(h->has_sample_sum && h->sample_sum == 0);
	read_native(h, &native);
	free_families(&families);
	sli_registry_close(reg);
}

struct expected {
	uint32_t limit;
	struct sli__exponential e;
};

static void
read_expected(const struct sli_snapshot *snapshot, void *arg)
{
	struct sli_indicator_view view;
	struct expected *x = arg;

	if (sli_snapshot_indicator(snapshot, 0, &view) == SLI_OK)
		sli__exponential_read(&view, SLI_BAD, x->limit, &x->e);
}

/* Spans leave out what is unused, and nothing else. */
static void
test_proto_spans_and_deltas_are_the_buckets(void **state)
{
	static const uint32_t limits[] = { 8, 40, 160, 1024 };
	static struct expected x;
	static struct native native;
	struct sli_proto_config cfg = SLI_PROTO_CONFIG_INIT;
	struct random rnd = { random_seed() };
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	const Sli__Prom__Histogram *h;
	struct families families;
	uint32_t round, k;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)rnd.state);
	for (round = 0; round < 100; round++) {
		sli_record(ind, START, SLI_BAD, random_magnitude(&rnd, 36));
		if (round % 4 == 0)
			sli_record(ind, START, SLI_BAD,
			    SLI_MILLIS(5) + round * 100000);
		for (k = 0; k < LENGTH(limits); k++) {
			cfg.bucket_limit = x.limit = limits[k];
			scrape_proto(reg, START, &cfg, &families);
			h = latencies_of(&families, BAD);
			read_native(h, &native);
			assert_int_equal(
			    sli_flush(reg, START, read_expected, &x), SLI_OK);
			assert_int_equal(h->schema, x.e.schema);
			assert_true(h->sample_sum == x.e.sum_s);
			assert_true(h->zero_count == x.e.zero);
			assert_int_equal(native.length, x.e.length);
			assert_true(native.length <= limits[k]);
			assert_true(
			    native.length == 0 || native.first == x.e.first);
			assert_memory_equal(native.count, x.e.count,
			    native.length * sizeof(uint64_t));
			free_families(&families);
		}
	}
	sli_registry_close(reg);
}

/* The same buckets as the text's; the last has as many as the native ones. */
static void
test_proto_classic_buckets_are_those_of_the_text(void **state)
{
	struct sli_proto_config cfg = SLI_PROTO_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", thresholds);
	const Sli__Prom__Histogram *h;
	struct families families;
	const char *text, *value;
	char series[200];
	uint64_t i;

	(void)state;
	for (i = 1; i <= 500; i++)
		sli_record(ind, START, SLI_GOOD, i * i * 50000);
	cfg.flags = SLI_PROTO_CLASSIC;
	scrape_proto(reg, START, &cfg, &families);
	text = scrape_as(reg, START, SLI_TEXT_OPENMETRICS);
	h = latencies_of(&families, GOOD);
	assert_int_equal(h->n_bucket, 15); /* 13, a threshold, infinity */
	for (i = 0; i < h->n_bucket - 1; i++) {
		snprintf(series, sizeof(series),
		    "sli_latency_seconds_bucket{sli=\"a\",outcome=\"good\","
		    "le=\"%g%s\"}",
		    h->bucket[i]->upper_bound,
		    floor(h->bucket[i]->upper_bound) ==
			    h->bucket[i]->upper_bound ?
			".0" :
			"");
		value = value_of(text, series);
		assert_non_null(value);
		assert_true(strtoull(value, NULL, 10) ==
		    h->bucket[i]->cumulative_count);
	}
	assert_true(isinf(h->bucket[i]->upper_bound));
	assert_true(h->bucket[i]->cumulative_count == 500);
	assert_true(h->sample_count == 500);
	free_families(&families);
	sli_registry_close(reg);
}

static void
assert_exemplar(const Sli__Prom__Exemplar *e, const char *trace_id,
    double value, uint64_t at_ns)
{
	assert_non_null(e);
	assert_int_equal(e->n_label, 1);
	assert_string_equal(e->label[0]->name, "trace_id");
	assert_string_equal(e->label[0]->value, trace_id);
	assert_true(e->has_value && e->value == value);
	assert_true((uint64_t)e->timestamp->seconds == at_ns / 1000000000);
	assert_true((uint64_t)e->timestamp->nanos == at_ns % 1000000000);
}

static void
test_proto_exemplars_are_where_readers_look_for_them(void **state)
{
	struct sli_proto_config cfg = SLI_PROTO_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	uint64_t end = START + SLI_MINUTES(3), i, at;
	const Sli__Prom__Histogram *h;
	struct families families;
	char id[20];

	(void)state;
	for (i = 0; i < 16; i++) {
		snprintf(id, sizeof(id), "trace%d", (int)i);
		sli_record_exemplar(ind, START + i * SLI_SECONDS(10), SLI_GOOD,
		    SLI_MILLIS(20 * (17 - i)), id);
	}
	cfg.flags = SLI_PROTO_CLASSIC;
	scrape_proto(reg, end, &cfg, &families);
	h = latencies_of(&families, GOOD);
	/* The newest ten, by their times. */
	assert_int_equal(h->n_exemplars, 10);
	for (i = 0; i < 10; i++) {
		snprintf(id, sizeof(id), "trace%d", (int)i + 6);
		at = START + (i + 6) * SLI_SECONDS(10);
		assert_exemplar(h->exemplars[i], id, 0.02 * (double)(11 - i),
		    at);
	}
	/* Up to 50 ms, 100 ms; the newest of each. */
	assert_true(h->bucket[5]->upper_bound == 0.05);
	assert_exemplar(h->bucket[5]->exemplar, "trace15", 0.04, at);
	assert_exemplar(h->bucket[6]->exemplar, "trace14", 0.06,
	    at - SLI_SECONDS(10));
	assert_null(h->bucket[0]->exemplar);
	assert_exemplar(
	    metric_of(&families, "sli_events_total", GOOD)->counter->exemplar,
	    "trace15", 0.04, at);
	assert_null(
	    metric_of(&families, "sli_events_total", BAD)->counter->exemplar);
	assert_int_equal(latencies_of(&families, BAD)->n_exemplars, 0);
	free_families(&families);
	sli_registry_close(reg);
}

static void
test_proto_flags_leave_things_out(void **state)
{
	struct sli_proto_config cfg = SLI_PROTO_CONFIG_INIT;
	struct sli_slo_config slo = SLI_SLO_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	const Sli__Prom__Counter *counter;
	struct families families;
	struct sli_slo *out;

	(void)state;
	slo.name = "up";
	slo.objective = 0.99;
	assert_int_equal(sli_slo_register(ind, &slo, &out, NULL), SLI_OK);
	sli_record_exemplar(ind, START, SLI_GOOD, SLI_MILLIS(3), "f00d");
	scrape_proto(reg, START, NULL, &families);
	counter = metric_of(&families, "sli_events_total", GOOD)->counter;
	assert_non_null(counter->exemplar);
	assert_int_equal(counter->created_timestamp->seconds, 1728000000);
	assert_non_null(find_family(&families, "slo:objective:ratio"));
	/* No events before are no ratio: a family without metrics is none. */
	assert_null(find_family(&families, "slo:sli_error:ratio_rate0m"));
	free_families(&families);

	cfg.flags = SLI_PROTO_NO_SLOS | SLI_PROTO_NO_EXEMPLARS |
	    SLI_PROTO_NO_CREATED;
	scrape_proto(reg, START, &cfg, &families);
	counter = metric_of(&families, "sli_events_total", GOOD)->counter;
	assert_null(counter->exemplar);
	assert_null(counter->created_timestamp);
	assert_int_equal(families.count, 4);
	assert_int_equal(latencies_of(&families, GOOD)->n_exemplars, 0);
	assert_null(latencies_of(&families, GOOD)->created_timestamp);
	free_families(&families);

	cfg.flags |= SLI_PROTO_NO_HISTOGRAMS;
	scrape_proto(reg, START, &cfg, &families);
	assert_int_equal(families.count, 3);
	assert_null(find_family(&families, "sli_latency_seconds"));
	free_families(&families);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_proto_has_what_the_text_has),
		TEST(test_proto_native_histogram_field_by_field),
		TEST(test_proto_spans_and_deltas_are_the_buckets),
		TEST(test_proto_classic_buckets_are_those_of_the_text),
		TEST(test_proto_exemplars_are_where_readers_look_for_them),
		TEST(test_proto_flags_leave_things_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
