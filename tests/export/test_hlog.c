/* SPDX-License-Identifier: MIT */
/*
 * Logs that the peers wrote, and the liberties that logs take.
 */
#include <stdlib.h>
#include <string.h>

#include <sli/export_hlog.h>

#include "../support/common.h"
#include "hdr_data.h"

/* A log that is being read, line by line. */
struct log {
	FILE *f;
	struct sli_hlog_reader reader;
	struct sli_hlog_interval interval;
	struct sli_error err;
	char line[HDR_LINE_MAX];
};

static struct log *
open_log(const char *name)
{
	struct log *log = calloc(1, sizeof(*log));

	log->f = hdr_open(name);
	return log;
}

static void
close_log(struct log *log)
{
	fclose(log->f);
	free(log);
}

/* The next interval, or 0 at the end, or an error. */
static int
next(struct log *log)
{
	int status = 0;

	while (status == 0) {
		if (fgets(log->line, sizeof(log->line), log->f) == NULL)
			return 0;
		status = sli_hlog_read(&log->reader, log->line,
		    strlen(log->line), &log->interval, &log->err);
	}
	return status;
}

static struct sli_hdr *
decode(struct log *log)
{
	struct sli_hdr *h = NULL;

	assert_int_equal(sli_hdr_decode(log->interval.histogram,
			     log->interval.histogram_length, 0, &h, &log->err),
	    SLI_OK);
	return h;
}

static struct sli_hdr *
new_sum(void)
{
	struct sli_hdr *h = NULL;

	assert_int_equal(sli_hdr_create(1, 3600000000000, 3, &h, NULL), SLI_OK);
	return h;
}

/* "0.127", of an interval: from the end, which base times do not move. */
static uint64_t
milliseconds(const char *text)
{
	return (uint64_t)(1000 * strtod(text, NULL) + 0.5);
}

static void
check_log(FILE *expectations, char *line, const char *name, uint64_t count)
{
	struct log *log = open_log(name);
	struct sli_hdr *sum = new_sum(), *h;
	struct hdr_figures expected;
	char *text, *tag;
	uint64_t start_ms, length_ms;

	while (count-- > 0) {
		text = hdr_line(expectations, line);
		assert_string_equal(hdr_word(&text), "interval");
		tag = hdr_word(&text);
		if (strcmp(tag, "-") == 0)
			*tag = '\0';
		start_ms = milliseconds(hdr_word(&text));
		length_ms = milliseconds(hdr_word(&text));
		hdr_read_figures(&text, &expected);
		assert_int_equal(next(log), 1);
		assert_int_equal(log->interval.tag_length, strlen(tag));
		assert_memory_equal(log->interval.tag, tag, strlen(tag));
		assert_int_equal(log->interval.start_ns,
		    log->reader.base_ns + SLI_MILLIS(start_ms));
		assert_int_equal(log->interval.length_ns,
		    SLI_MILLIS(length_ms));
		h = decode(log);
		hdr_assert_figures(h, &expected, name);
		assert_int_equal(sli_hdr_merge(sum, h), SLI_OK);
		sli_hdr_destroy(h);
	}
	assert_int_equal(next(log), 0);
	close_log(log);
	text = hdr_line(expectations, line);
	assert_string_equal(hdr_word(&text), "sum");
	hdr_read_figures(&text, &expected);
	hdr_assert_figures(sum, &expected, name);
	sli_hdr_destroy(sum);
}

static void
test_hlog_logs_of_all_peers_hold_what_they_hold(void **state)
{
	static char line[HDR_LINE_MAX];
	FILE *f = hdr_open("logs.txt");
	char *text, *name;
	int n = 0;

	(void)state;
	while ((text = hdr_line(f, line)) != NULL) {
		assert_string_equal(hdr_word(&text), "log");
		name = strdup(hdr_word(&text));
		check_log(f, line, name, hdr_number(&text));
		free(name);
		n++;
	}
	fclose(f);
	assert_int_equal(n, 14);
}

/* As Java's tests have it: seconds from StartTime on, [from, to). */
static void
test_hlog_ranges_are_those_of_java(void **state)
{
	static const struct {
		const char *name;
		uint64_t from_s, to_s, intervals, count, p999, max;
	} cases[] = {
		{ "jHiccup-2.0.7S.logV2.hlog", 5, 20, 15, 11664, 1536163839,
		    1544552447 },
		{ "jHiccup-2.0.7S.logV2.hlog", 40, 60, 20, 15830, 1779433471,
		    1796210687 },
		{ "jHiccup-2.0.6.logV1.hlog", 5, 20, 15, 11213, 1019740159,
		    1032323071 },
		{ "jHiccup-2.0.6.logV1.hlog", 50, 80, 29, 22630, 1871708159,
		    1888485375 },
		{ "jHiccup-2.0.1.logV0.hlog", 20, 45, 25, 18492, 459007,
		    623103 },
		{ "jHiccup-2.0.1.logV0.hlog", 46, 80, 34, 25439, 1209008127,
		    1234173951 },
		{ "ycsb.logV1.hlog", 0, 180, 180, 90033, 1375231, 1546239 },
		{ "ycsb.logV1.hlog", 180, 700, 421, 209686, 530, 17775 },
	};
	uint64_t intervals, value;
	struct sli_hdr *sum, *h;
	struct log *log;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		log = open_log(cases[i].name);
		sum = new_sum();
		intervals = 0;
		while (next(log) == 1) {
			uint64_t from = log->reader.start_ns +
			    SLI_SECONDS(cases[i].from_s);
			uint64_t to = log->reader.start_ns +
			    SLI_SECONDS(cases[i].to_s);

			if (log->interval.start_ns < from ||
			    log->interval.start_ns >= to)
				continue;
			h = decode(log);
			sli_hdr_merge(sum, h);
			sli_hdr_destroy(h);
			intervals++;
		}
		assert_int_equal(intervals, cases[i].intervals);
		assert_int_equal(sli_hdr_count(sum), cases[i].count);
		assert_int_equal(sli_hdr_quantile(sum, 0.999, &value), SLI_OK);
		assert_int_equal(value, cases[i].p999);
		assert_int_equal(sli_hdr_max(sum, &value), SLI_OK);
		assert_int_equal(value, cases[i].max);
		sli_hdr_destroy(sum);
		close_log(log);
	}
}

static void
test_hlog_times_are_by_base_or_start_or_absolute(void **state)
{
	static const struct {
		const char *name;
		uint64_t start_ms, first_ms;
	} cases[] = {
		{ "jHiccup-2.0.7S.logV2.hlog", 1441812279474, 1441812279601 },
		{ "jHiccup-with-basetime-2.0.7S.logV2.hlog", 1441812279474,
		    1441812123250 },
		{ "jHiccup-no-header-2.0.7S.logV2.hlog", 127, 127 },
		{ "ycsb.logV1.hlog", 1438613579295, 1438613579290 },
		{ "by_java.hlog", 1700000000123, 1700000000500 },
		{ "by_c.hlog", 1700000000123, 1700000000500 },
		{ "by_js.hlog", 1700000000123, 1700000000500 },
	};
	struct log *log;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		log = open_log(cases[i].name);
		assert_int_equal(next(log), 1);
		assert_int_equal(log->reader.start_ns,
		    SLI_MILLIS(cases[i].start_ms));
		assert_int_equal(log->interval.start_ns,
		    SLI_MILLIS(cases[i].first_ms));
		close_log(log);
	}
}

/* 1 and a histogram of one 1, from a line that ends as lines do. */
#define ONE "HISTFAAAACF4nJNpmSzMwMDAxAABzFCaEURcm7yEwf4DVIQJAFowBIs="

static void
test_hlog_liberties_are_tolerated(void **state)
{
	static char comment[300] = "#";
	static const char *const lines[] = {
		"\n",
		"",
		" \t\r\n",
		"#[Histogram log format version 1.01]",
		"#[Histogram log format version 1.3]\r\n",
		"#[BaseTime: 100 (seconds since epoch)]",
		"\"StartTimestamp\",\"EndTimestamp\",\"Interval_Max\",\"Int\"",
		comment,
		"1.5,2,," ONE,
		"#",
		"1.5,2.,0.0," ONE,
		"1.5,2.0000000009,0.0," ONE " \t\r\n",
		"Tag=,1.5,2,garbage," ONE,
		"Tag=a=b,1.5,2,1," ONE "\r",
	};
	static const int expected[] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 0,
		SLI_EPARSE, 1, 1, 1 };
	struct sli_hlog_reader reader = { 0 };
	struct sli_hlog_interval interval;
	struct sli_hdr *h;
	size_t i;
	int status;

	(void)state;
	memset(comment + 1, 'x', sizeof(comment) - 2);
	for (i = 0; i < LENGTH(lines); i++) {
		memset(&interval, 0, sizeof(interval));
		status = sli_hlog_read(&reader, lines[i], strlen(lines[i]),
		    &interval, NULL);
		if (status != expected[i])
			fail_msg("%s: %d", lines[i], status);
		if (status != 1)
			continue;
		assert_int_equal(interval.start_ns, SLI_MILLIS(101500));
		assert_int_equal(interval.length_ns, SLI_SECONDS(2));
		assert_int_equal(sli_hdr_decode(interval.histogram,
				     interval.histogram_length, 0, &h, NULL),
		    SLI_OK);
		sli_hdr_destroy(h);
	}
	assert_int_equal(reader.line, LENGTH(lines));
}

static void
test_hlog_errors_name_line_and_field(void **state)
{
	static const struct {
		const char *line;
		int status;
		const char *part;
	} cases[] = {
		{ "#[Histogram log format version 1.04]", SLI_EVERSION,
		    "accepted: 1.0 to 1.3, not \"1.04]\"" },
		{ "#[Histogram log format version 2.0]", SLI_EVERSION, "2.0" },
		{ "#[StartTime: soon]", SLI_EPARSE, "StartTime" },
		{ "#[BaseTime: -1]", SLI_EPARSE, "BaseTime" },
		{ "x,1,1," ONE, SLI_EPARSE, "start in seconds, not \"x\"" },
		{ "1,1x,1," ONE, SLI_EPARSE, "length" },
		{ "1,-1,1," ONE, SLI_EPARSE, "length" },
		{ "1e3,1,1," ONE, SLI_EPARSE, "start" },
		{ "1,1,1", SLI_EPARSE, "behind the maximum" },
		{ "1,1,1,", SLI_EPARSE, "behind the maximum" },
		{ "1", SLI_EPARSE, "length" },
		{ "Tag=a", SLI_EPARSE, "start" },
		{ "18446744074,1,1," ONE, SLI_EPARSE, "start" },
		{ "\033[31m,1", SLI_EPARSE, "not \"?[31m\"" },
	};
	struct sli_hlog_reader reader;
	struct sli_hlog_interval interval;
	struct sli_error err;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		memset(&reader, 0, sizeof(reader));
		reader.line = 6;
		assert_int_equal(sli_hlog_read(&reader, cases[i].line,
				     strlen(cases[i].line), &interval, &err),
		    cases[i].status);
		assert_int_equal(err.status, cases[i].status);
		if (strstr(err.message, "line 7: ") != err.message ||
		    strstr(err.message, cases[i].part) == NULL)
			fail_msg("%s: %s", cases[i].line, err.message);
	}
	assert_int_equal(sli_hlog_read(NULL, "", 0, &interval, NULL),
	    SLI_EINVAL);
	assert_int_equal(sli_hlog_read(&reader, NULL, 0, &interval, NULL),
	    SLI_EINVAL);
	assert_int_equal(sli_hlog_read(&reader, "", 0, NULL, NULL), SLI_EINVAL);
}

static void
test_hlog_invalid_lines_of_c_are_refused(void **state)
{
	static const char *const names[] = { "test_tagged_invalid_tag_key.txt",
		"test_tagged_invalid_timestamp.txt",
		"test_tagged_missing_histogram.txt" };
	struct sli_hdr *h = NULL;
	struct log *log;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(names); i++) {
		log = open_log(names[i]);
		assert_int_equal(next(log), SLI_EPARSE);
		close_log(log);
	}
	/* Lines are not decoded until somebody wants them to be. */
	log = open_log("test_tagged_invalid_histogram.txt");
	assert_int_equal(next(log), 1);
	assert_int_not_equal(sli_hdr_decode(log->interval.histogram,
				 log->interval.histogram_length, 0, &h, NULL),
	    SLI_OK);
	assert_null(h);
	close_log(log);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_hlog_logs_of_all_peers_hold_what_they_hold),
		cmocka_unit_test(test_hlog_ranges_are_those_of_java),
		cmocka_unit_test(
		    test_hlog_times_are_by_base_or_start_or_absolute),
		cmocka_unit_test(test_hlog_liberties_are_tolerated),
		cmocka_unit_test(test_hlog_errors_name_line_and_field),
		cmocka_unit_test(test_hlog_invalid_lines_of_c_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
