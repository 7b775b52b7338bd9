/* SPDX-License-Identifier: MIT */
/* What stands in the text, line by line. */

#include "../support/scratch.h"
#include "scrape.h"

static void
test_text_counts_events_by_outcome(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "checkout", NULL);
	const char *text;

	(void)state;
	sli_count(ind, START, SLI_GOOD, 18446744073709551000u);
	sli_count(ind, START, SLI_BAD, 2);
	sli_count(ind, START, SLI_SHED, 3);
	sli_count(ind, START + SLI_SECONDS(1), SLI_IGNORED, 4);
	sli_count(ind, START, SLI_BAD, 5); /* late */
	sli_begin(ind);
	text = scrape_as(reg, START + SLI_SECONDS(1), SLI_TEXT_PROMETHEUS);
	assert_line(text, "# TYPE sli_events_total counter");
	assert_line(text,
	    "sli_events_total{sli=\"checkout\",outcome=\"good\"} "
	    "18446744073709551000");
	assert_line(text,
	    "sli_events_total{sli=\"checkout\",outcome=\"bad\"} 7");
	assert_line(text,
	    "sli_events_total{sli=\"checkout\",outcome=\"shed\"} 3");
	assert_line(text,
	    "sli_events_total{sli=\"checkout\",outcome=\"ignored\"} 4");
	assert_line(text, "sli_in_flight{sli=\"checkout\"} 1");
	assert_line(text, "sli_late_events_total{sli=\"checkout\"} 5");
	sli_registry_close(reg);
}

/* What the two formats have of their own. */
static void
test_text_openmetrics_differs_where_it_has_to(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	const char *text;

	(void)state;
	text = scrape_as(reg, START, SLI_TEXT_OPENMETRICS);
	assert_string_equal(text + strlen(text) - 6, "# EOF\n");
	assert_line(text, "# TYPE sli_events counter");
	assert_line(text, "# UNIT sli_latency_seconds seconds");
	sli_registry_close(reg);
	/* Born when the first event comes. */
	reg = new_registry();
	ind = new_indicator(reg, "a", NULL);
	sli_record(ind, START + SLI_MILLIS(250), SLI_GOOD, SLI_MILLIS(3));
	text = scrape_as(reg, START + SLI_MINUTES(5), SLI_TEXT_OPENMETRICS);
	assert_line(text,
	    "sli_events_created{sli=\"a\",outcome=\"good\"} 1728000000.25");
	assert_line(text,
	    "sli_latency_seconds_created{sli=\"a\",outcome=\"bad\"} "
	    "1728000000.25");
	assert_line(text, "sli_late_events_created{sli=\"a\"} 1728000000.25");
	text = scrape_as(reg, START, SLI_TEXT_PROMETHEUS);
	assert_null(strstr(text, "_created"));
	assert_null(strstr(text, "# EOF"));
	assert_null(strstr(text, "# UNIT"));
	sli_registry_close(reg);
}

static void
test_text_label_values_are_escaped(void **state)
{
	const struct sli_label labels[] = {
		{ "path", "C:\\tmp\\\"a\",b{c}=d # e" },
		{ "zone", "K\xc3\xb6ln" },
	};
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind;

	(void)state;
	cfg.name = "a";
	cfg.labels = labels;
	cfg.label_count = LENGTH(labels);
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	assert_line(scrape_as(reg, START, SLI_TEXT_PROMETHEUS),
	    "sli_in_flight{sli=\"a\",path=\"C:\\\\tmp\\\\\\\"a\\\",b{c}=d # "
	    "e\","
	    "zone=\"K\xc3\xb6ln\"} 0");
	sli_registry_close(reg);
}

/* 16 labels with values of nothing but quotes. */
static void
test_text_longest_labels_are_whole(void **state)
{
	struct sli_label labels[SLI_LABELS_MAX];
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	char name[SLI_LABELS_MAX][8], value[60], series[4096];
	struct sli_indicator *ind;
	size_t at;
	uint32_t i, k;

	(void)state;
	memset(value, '"', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	at = (size_t)sprintf(series, "sli_in_flight{sli=\"a\"");
	for (i = 0; i < SLI_LABELS_MAX; i++) {
		sprintf(name[i], "x%c", 'a' + (int)i);
		labels[i].name = name[i];
		labels[i].value = value;
		at += (size_t)sprintf(series + at, ",%s=\"", name[i]);
		for (k = 0; k < sizeof(value) - 1; k++)
			at += (size_t)sprintf(series + at, "\\\"");
		at += (size_t)sprintf(series + at, "\"");
	}
	sprintf(series + at, "} 0");
	cfg.name = "a";
	cfg.labels = labels;
	cfg.label_count = SLI_LABELS_MAX;
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	assert_line(scrape_as(reg, START, SLI_TEXT_PROMETHEUS), series);
	sli_registry_close(reg);
}

/* No two labels have the same name, whatever the user calls them. */
static void
test_text_taken_label_names_are_renamed(void **state)
{
	const struct sli_label labels[] = {
		{ "exported_sli", "1" },
		{ "le", "2" },
		{ "outcome", "3" },
		{ "sli", "4" },
		{ "exported_zone", "5" },
	};
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind;

	(void)state;
	cfg.name = "a";
	cfg.labels = labels;
	cfg.label_count = LENGTH(labels);
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	assert_line(scrape_as(reg, START, SLI_TEXT_PROMETHEUS),
	    "sli_in_flight{sli=\"a\",exported_exported_sli=\"1\","
	    "exported_zone=\"5\",exported_le=\"2\",exported_outcome=\"3\","
	    "exported_sli=\"4\"} 0");
	sli_registry_close(reg);
}

/* As Go prints a float64 with %g, and 1.0 for 1: pyrra#1502. */
static void
test_text_bounds_are_canonical(void **state)
{
	static const struct {
		uint64_t ns;
		const char *le;
	} cases[] = {
		{ 1, "1e-09" },
		{ 1500, "1.5e-06" },
		{ 10000, "1e-05" },
		{ 99999, "9.9999e-05" },
		{ 100000, "0.0001" },
		{ SLI_MILLIS(5), "0.005" },
		{ SLI_MILLIS(300), "0.3" },
		{ SLI_SECONDS(1), "1.0" },
		{ 1234567891, "1.234567891" },
		{ SLI_SECONDS(10), "10.0" },
		{ SLI_DAYS(1), "86400.0" },
	};
	struct sli_text_config cfg = SLI_TEXT_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	uint64_t bound[LENGTH(cases)];
	char line[120];
	const char *text;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++)
		bound[i] = cases[i].ns;
	cfg.bound_ns = bound;
	cfg.bound_count = LENGTH(cases);
	new_indicator(reg, "a", NULL);
	text = scrape(reg, START, &cfg);
	for (i = 0; i < LENGTH(cases); i++) {
		sprintf(line,
		    "sli_latency_seconds_bucket{sli=\"a\",outcome=\"good\","
		    "le=\"%s\"} 0",
		    cases[i].le);
		assert_line(text, line);
	}
	assert_line(text,
	    "sli_latency_seconds_bucket{sli=\"a\",outcome=\"good\","
	    "le=\"+Inf\"} 0");
	sli_registry_close(reg);
}

static void
test_text_removed_indicators_are_gone(void **state)
{
	const char *path = scratch_path("removed.sli");
	struct sli_registry *reg = scratch_open(path);
	const char *text;

	(void)state;
	sli_count(scratch_indicator(reg, "old"), START, SLI_GOOD, 1);
	sli_count(scratch_indicator(reg, "kept"), START, SLI_GOOD, 2);
	sli_registry_close(reg);
	reg = scratch_open(path);
	text = scrape_as(reg, START, SLI_TEXT_PROMETHEUS);
	assert_line(text, "sli_events_total{sli=\"old\",outcome=\"good\"} 1");
	assert_int_equal(
	    sli_indicator_remove(reg, "old", NULL, 0, "a test", NULL), SLI_OK);
	text = scrape_as(reg, START, SLI_TEXT_PROMETHEUS);
	assert_null(strstr(text, "\"old\""));
	assert_line(text, "sli_events_total{sli=\"kept\",outcome=\"good\"} 2");
	sli_registry_close(reg);
}

static void
test_text_exemplars_are_on_the_bucket_of_their_value(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	struct sli_text_config cfg = SLI_TEXT_CONFIG_INIT;
	const char *text;

	(void)state;
	/* Too old; older in its bucket; exactly on a bound. */
	sli_record_exemplar(ind, START, SLI_GOOD, SLI_SECONDS(20), "old");
	sli_record_exemplar(ind, START + SLI_MINUTES(6), SLI_GOOD,
	    SLI_MILLIS(40), "passed");
	sli_record_exemplar(ind, START + SLI_MINUTES(7), SLI_GOOD,
	    SLI_MILLIS(50), "4bf92f35");
	sli_record_exemplar(ind, START + SLI_MINUTES(7), SLI_BAD,
	    SLI_SECONDS(30), "f00d");
	text = scrape(reg, START + SLI_MINUTES(8), &cfg);
	assert_line(text,
	    "sli_latency_seconds_bucket{sli=\"a\",outcome=\"good\","
	    "le=\"0.05\"} 1 # {trace_id=\"4bf92f35\"} 0.05 1728000420.0");
	assert_line(text,
	    "sli_latency_seconds_bucket{sli=\"a\",outcome=\"bad\","
	    "le=\"+Inf\"} 1 # {trace_id=\"f00d\"} 30.0 1728000420.0");
	/* Of a counter, the newest of the outcome. */
	assert_line(text,
	    "sli_events_total{sli=\"a\",outcome=\"good\"} 3 # "
	    "{trace_id=\"4bf92f35\"} 0.05 1728000420.0");
	assert_line(text, "sli_events_total{sli=\"a\",outcome=\"shed\"} 0");
	assert_null(strstr(text, "passed"));
	assert_null(strstr(text, "\"old\""));
	cfg.flags = SLI_TEXT_NO_EXEMPLARS;
	assert_null(strstr(scrape(reg, START + SLI_MINUTES(8), &cfg), " # {"));
	cfg.flags = 0;
	cfg.format = SLI_TEXT_PROMETHEUS;
	assert_null(strstr(scrape(reg, START + SLI_MINUTES(8), &cfg), " # {"));
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_text_counts_events_by_outcome),
		TEST(test_text_openmetrics_differs_where_it_has_to),
		TEST(test_text_label_values_are_escaped),
		TEST(test_text_longest_labels_are_whole),
		TEST(test_text_taken_label_names_are_renamed),
		TEST(test_text_bounds_are_canonical),
		TEST(test_text_removed_indicators_are_gone),
		TEST(test_text_exemplars_are_on_the_bucket_of_their_value),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
