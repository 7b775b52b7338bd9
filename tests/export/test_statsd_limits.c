/* SPDX-License-Identifier: MIT */
/* Packets, lines and values: how many, how long, and whose turn it is. */
#include <malloc.h>
#include <stdlib.h>

#include "statsd_post.h"

#define MANY 40

static struct sli_registry *
new_many(struct sli_indicator *inds[MANY])
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_registry *reg = NULL;
	char name[8];
	uint32_t i;

	cfg.max_indicators = MANY;
	assert_int_equal(sli_registry_create(&cfg, &reg, NULL), SLI_OK);
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "i%02u", i);
		inds[i] = new_indicator(reg, name, NULL);
	}
	return reg;
}

/* Up to three packets are filled to the last line that fits. */
static void
test_statsd_packets_are_full_and_lines_whole(void **state)
{
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	struct sli_indicator *inds[MANY];
	struct sli_registry *reg = new_many(inds);
	struct post *post;
	uint32_t i;

	(void)state;
	for (i = 0; i < MANY; i++)
		sli_count(inds[i], START, SLI_GOOD, 1000 + i);
	for (cfg.max_packet = 256; cfg.max_packet < 420; cfg.max_packet++) {
		post = post_new(reg, &cfg);
		post_text(post, START);
		assert_true(post->server.longest <= cfg.max_packet);
		assert_true(post->server.longest > cfg.max_packet - 44);
		assert_int_equal(post->server.lines, 2 * MANY);
		assert_true(
		    post->packets <= 1 + post->used / (cfg.max_packet - 44));
		post_free(post);
	}
	sli_registry_close(reg);
}

/* 3,000 latencies in 60 buckets are a handful of lines. */
static void
test_statsd_latencies_are_packed(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	struct post *post = post_new(reg, NULL);
	const struct statsd_series *series;
	uint32_t i;

	(void)state;
	for (i = 0; i < 3000; i++)
		sli_record(ind, START, SLI_GOOD,
		    SLI_MILLIS(10) + i % 60 * SLI_MICROS(200) + i);
	post_text(post, START);
	series = statsd_server_find(&post->server,
	    "sli.latency_ms|d|outcome:good,sli:a");
	assert_non_null(series);
	assert_true(series->sum == 3000);
	assert_true(series->lines <= 6);
	assert_true(post->used < 1800);
	post_free(post);
	sli_registry_close(reg);
}

/*
 * A power that one bucket has is not worth a line: it becomes two values, if
 * the next lower power has one.
 */
static void
test_statsd_few_values_are_repeated(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	struct post *post = post_new(reg, NULL);
	uint32_t i;

	(void)state;
	for (i = 0; i < 5; i++)
		sli_record(ind, START, SLI_GOOD, 500);	    /* in [0, 1000) */
	sli_record(ind, START, SLI_GOOD, SLI_SECONDS(200)); /* no bound */
	post_text(post, START);
	assert_line(post->text,
	    "sli.latency_ms:0.000499|d|@0.25|#sli:a,outcome:good\n"
	    "sli.latency_ms:0.000499:60130|d|#sli:a,outcome:good");
	for (i = 0; i < 3; i++)
		sli_record(ind, START, SLI_GOOD, 500);
	assert_line(post_text(post, START),
	    "sli.latency_ms:0.000499:0.000499:0.000499|d|#sli:a,outcome:good");
	for (i = 0; i < 1 << 17; i++)
		sli_record(ind, START, SLI_GOOD, 500);
	assert_line(post_text(post, START),
	    "sli.latency_ms:0.000499|d|@0.00000762939453125|#sli:a,"
	    "outcome:good");
	post_free(post);
	sli_registry_close(reg);
}

static int
compare_values(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/*
 * A plain server sorts the lines, and takes the percentile of those. With 100
 * lines it is the latency of an event at most half a line's events away.
 */
static void
test_statsd_plain_percentiles_are_as_good_as_lines_allow(void **state)
{
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	struct random rnd = { 1 };
	const struct statsd_series *series;
	double latency[4900], ms, low, high;
	struct post *post;
	uint32_t i, at = 0;

	(void)state;
	cfg.dialect = SLI_STATSD_PLAIN;
	post = post_new(reg, &cfg);
	for (i = 0; i < LENGTH(latency); i++) {
		uint64_t ns = 1000 + random_magnitude(&rnd, 34);

		latency[i] = (double)ns / 1e6;
		sli_record(ind, START, SLI_GOOD, ns);
	}
	qsort(latency, LENGTH(latency), sizeof(latency[0]), compare_values);
	post_text(post, START);
	series = statsd_server_find(&post->server, "sli.latency_ms.a.good|ms");
	assert_non_null(series);
	/* 49 events a line would be even, but 1/49 does not invert. */
	assert_true(series->sum == LENGTH(latency));
	assert_in_range(series->lines, 100, 101);
	for (i = 0; i < series->value_count; i++) {
		ms = series->values[i].value;
		/* Two buckets of 1/64 beside what the middle event had. */
		low = latency[at] * (1 - 2.0 / 64);
		at += (uint32_t)series->values[i].count;
		high = latency[at - 1] * (1 + 2.0 / 64);
		assert_true(ms >= low && ms <= high);
	}
	post_free(post);
	sli_registry_close(reg);
}

/* An export that is cut short is gone on with: all have their turn. */
static void
test_statsd_max_lines_bounds_an_export(void **state)
{
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	struct sli_indicator *inds[MANY];
	struct sli_registry *reg = new_many(inds);
	struct sli_statsd_stats stats;
	struct post *post;
	uint32_t i, exports = 0;
	uint64_t lines;

	(void)state;
	cfg.max_lines = 16;
	post = post_new(reg, &cfg);
	for (i = 0; i < MANY; i++)
		sli_count(inds[i], START, SLI_GOOD, 1);
	do {
		lines = post->server.lines;
		/* Traffic goes on, so the first ones have something to say. */
		for (i = 0; i < MANY; i++)
			sli_count(inds[i], START, SLI_BAD, 1);
		post_text(post, START);
		assert_true(post->server.lines - lines <= 16);
	} while (++exports < 10);
	for (i = 0; i < MANY; i++) {
		char name[64];

		snprintf(name, sizeof(name),
		    "sli.events|c|outcome:good,sli:i%02u", i);
		assert_true(statsd_server_sum(&post->server, name) == 1);
	}
	assert_int_equal(sli_statsd_stats(post->statsd, &stats), SLI_OK);
	assert_int_equal(stats.cut_short, 10);
	post_free(post);
	sli_registry_close(reg);
}

/* Four refusals in a row end an export, and the next begins behind them. */
static void
test_statsd_refused_packets_hold_nobody_up(void **state)
{
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	struct sli_indicator *inds[MANY];
	struct sli_registry *reg = new_many(inds);
	struct post *post;
	uint32_t i;

	(void)state;
	cfg.max_packet = 256;
	post = post_new(reg, &cfg);
	for (i = 0; i < MANY; i++)
		sli_count(inds[i], START, SLI_GOOD, 1);
	post->refuses = "";
	assert_int_equal(post_export(post, START), SLI_EIO);
	assert_int_equal(post->packets, 4);
	/* One that is refused for ever, as too long, is one of many. */
	post->refuses = "sli:i03,";
	post->reason = SLI_STATSD_TOO_LONG;
	for (i = 0; i < 3; i++)
		assert_int_equal(post_export(post, START), SLI_EIO);
	assert_int_equal(statsd_server_sum(&post->server,
			     "sli.events|c|outcome:good,sli:i03"),
	    0);
	assert_int_equal(statsd_server_sum(&post->server,
			     "sli.events|c|outcome:good,sli:i00"),
	    1);
	assert_int_equal(statsd_server_sum(&post->server,
			     "sli.events|c|outcome:good,sli:i39"),
	    1);
	post->refuses = NULL;
	post_text(post, START);
	assert_int_equal(statsd_server_sum(&post->server,
			     "sli.events|c|outcome:good,sli:i03"),
	    1);
	post_free(post);
	sli_registry_close(reg);
}

/* A name that leaves no room for a line is said, and the others are sent. */
static void
test_statsd_lines_longer_than_a_packet_are_said(void **state)
{
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	struct sli_indicator_config icfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	struct sli_label label = { "text", NULL };
	struct sli_statsd_stats stats;
	struct sli_indicator *ind;
	struct post *post;
	char value[301];

	(void)state;
	memset(value, 'x', 300);
	value[300] = '\0';
	label.value = value;
	icfg.name = "long";
	icfg.labels = &label;
	icfg.label_count = 1;
	assert_int_equal(sli_indicator_register(reg, &icfg, &ind, NULL),
	    SLI_OK);
	sli_record(ind, START, SLI_GOOD, SLI_MILLIS(1));
	sli_count(new_indicator(reg, "short", NULL), START, SLI_GOOD, 1);
	cfg.max_packet = 256;
	post = post_new(reg, &cfg);
	assert_int_equal(post_export(post, START), SLI_ERANGE);
	assert_non_null(strstr(post->err.message,
	    "bytes was not sent; accepted: up to max_packet 256"));
	assert_string_equal(post->text,
	    "sli.events:1|c|#sli:short,outcome:good\n"
	    "sli.in_flight:0|g|#sli:short\n");
	assert_int_equal(sli_statsd_stats(post->statsd, &stats), SLI_OK);
	assert_int_equal(stats.long_lines, 3);
	post_free(post);
	sli_registry_close(reg);
}

/* Each bucket is allocated for once, whatever is refused. */
static void
test_statsd_memory_is_of_the_buckets(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	struct post *post = post_new(reg, NULL);
	struct random rnd = { 1 };
	size_t before;
	uint32_t i;

	(void)state;
	before = mallinfo2().uordblks;
	for (i = 0; i < 200000; i++)
		sli_record(ind, START, SLI_GOOD, random_magnitude(&rnd, 40));
	post->refuses = "";
	assert_int_equal(post_export(post, START), SLI_EIO);
	/* 1,730 buckets, and as much room as they may grow by. */
	assert_true(mallinfo2().uordblks - before < 2 * 1730 * 32 + 4096);
	before = mallinfo2().uordblks;
	for (i = 0; i < 1000; i++) {
		sli_record(ind, START, SLI_GOOD, SLI_MILLIS(20));
		assert_int_equal(post_export(post, START), SLI_EIO);
	}
	assert_true(mallinfo2().uordblks <= before);
	post_free(post);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_statsd_packets_are_full_and_lines_whole),
		TEST(test_statsd_latencies_are_packed),
		TEST(test_statsd_few_values_are_repeated),
		TEST(test_statsd_plain_percentiles_are_as_good_as_lines_allow),
		TEST(test_statsd_max_lines_bounds_an_export),
		TEST(test_statsd_refused_packets_hold_nobody_up),
		TEST(test_statsd_lines_longer_than_a_packet_are_said),
		TEST(test_statsd_memory_is_of_the_buckets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
