/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <sli/export_hlog.h>

#include "../support/common.h"
#include "hdr_data.h"

struct text {
	char bytes[1 << 16];
	size_t length;
	int writes_left;
};

static int
take(const void *bytes, size_t length, void *arg)
{
	struct text *text = arg;

	if (text->writes_left-- == 0)
		return -1;
	assert_true(length < sizeof(text->bytes) - text->length);
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
	return 0;
}

static struct sli_hdr *
one(uint64_t value)
{
	struct sli_hdr *h = NULL;

	assert_int_equal(sli_hdr_create(1, 3600000000000, 3, &h, NULL), SLI_OK);
	sli_hdr_record(h, value, 1);
	return h;
}

#define AT SLI_MILLIS(1700000000123)

static void
test_hlog_write_is_what_every_peer_reads(void **state)
{
	static struct text text = { .writes_left = -1 };
	struct sli_hdr *h = one(1234567);
	struct sli_hlog_writer w;
	char *line, *rest = text.bytes;

	(void)state;
	assert_int_equal(sli_hlog_begin(&w, AT, take, &text, NULL), SLI_OK);
	/* Ends are cut, not lengths: .1239 to 1.1234. */
	assert_int_equal(sli_hlog_write(&w, NULL, AT + 900000,
			     SLI_MILLIS(1000) - 500000, h, NULL),
	    SLI_OK);
	assert_int_equal(sli_hlog_write(&w, "get", AT, 0, h, NULL), SLI_OK);
	assert_string_equal(strsep(&rest, "\n"),
	    "#[Written by libsli " SLI_VERSION "]");
	assert_string_equal(strsep(&rest, "\n"),
	    "#[Histogram log format version 1.3]");
	assert_string_equal(strsep(&rest, "\n"),
	    "#[StartTime: 1700000000.123 (seconds since epoch), "
	    "Tue Nov 14 22:13:20 UTC 2023]");
	assert_string_equal(strsep(&rest, "\n"),
	    "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
	    "\"Interval_Compressed_Histogram\"");
	line = strsep(&rest, "\n");
	assert_memory_equal(line, "1700000000.123,1.000,1.234,HISTFA", 33);
	line = strsep(&rest, "\n");
	assert_memory_equal(line, "Tag=get,1700000000.123,0.000,1.234,HISTFA",
	    41);
	assert_string_equal(rest, "");
	sli_hdr_destroy(h);
}

static void
test_hlog_write_dates_are_the_calendars(void **state)
{
	static const struct {
		uint64_t at_s;
		const char *date;
	} cases[] = {
		{ 0, ", Thu Jan 01 00:00:00 UTC 1970]" },
		{ 951782399, ", Mon Feb 28 23:59:59 UTC 2000]" },
		{ 951782400, ", Tue Feb 29 00:00:00 UTC 2000]" },
		{ 951868800, ", Wed Mar 01 00:00:00 UTC 2000]" },
		{ 1767225599, ", Wed Dec 31 23:59:59 UTC 2025]" },
		{ 4107542400, ", Mon Mar 01 00:00:00 UTC 2100]" },
	};
	struct text *text = calloc(1, sizeof(*text));
	struct sli_hlog_writer w;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		text->length = 0;
		text->writes_left = -1;
		assert_int_equal(sli_hlog_begin(&w, SLI_SECONDS(cases[i].at_s),
				     take, text, NULL),
		    SLI_OK);
		if (strstr(text->bytes, cases[i].date) == NULL)
			fail_msg("%s", text->bytes);
	}
	free(text);
}

static void
test_hlog_write_reads_back(void **state)
{
	struct text *text = calloc(1, sizeof(*text));
	struct sli_hlog_reader reader = { 0 };
	struct sli_hlog_interval interval;
	struct sli_hlog_writer w;
	struct sli_hdr *h = one(5000), *again;
	char *line, *rest = text->bytes;
	int n = 0, status;

	(void)state;
	text->writes_left = -1;
	assert_int_equal(sli_hlog_begin(&w, AT, take, text, NULL), SLI_OK);
	assert_int_equal(sli_hlog_write(&w, "a=b", AT - SLI_DAYS(365),
			     SLI_SECONDS(10), h, NULL),
	    SLI_OK);
	while ((line = strsep(&rest, "\n")) != NULL) {
		assert_true(
		    *line == '\0' || *line != '#' || strlen(line) < 127);
		status = sli_hlog_read(&reader, line, strlen(line), &interval,
		    NULL);
		assert_true(status >= 0);
		if (status != 1)
			continue;
		n++;
		assert_int_equal(interval.start_ns, AT - SLI_DAYS(365));
		assert_int_equal(interval.length_ns, SLI_SECONDS(10));
		assert_int_equal(interval.tag_length, 3);
		assert_memory_equal(interval.tag, "a=b", 3);
		assert_int_equal(
		    sli_hdr_decode(interval.histogram,
			interval.histogram_length, 0, &again, NULL),
		    SLI_OK);
		hdr_assert_same(h, again);
		sli_hdr_destroy(again);
	}
	assert_int_equal(n, 1);
	sli_hdr_destroy(h);
	free(text);
}

static void
test_hlog_write_refuses_what_readers_would_misread(void **state)
{
	static const char *const tags[] = { "a,b", "a b", "a\n", "a\r", "\t" };
	struct text *text = calloc(1, sizeof(*text));
	char long_tag[SLI_HLOG_TAG_MAX + 2];
	struct sli_hlog_writer w;
	struct sli_hdr *h = one(1);
	struct sli_error err;
	size_t i, length;

	(void)state;
	text->writes_left = -1;
	assert_int_equal(sli_hlog_begin(&w, AT, take, text, NULL), SLI_OK);
	length = text->length;
	for (i = 0; i < LENGTH(tags); i++) {
		assert_int_equal(sli_hlog_write(&w, tags[i], AT, 1, h, &err),
		    SLI_EINVAL);
		assert_non_null(strstr(err.message, "tag"));
	}
	memset(long_tag, 'x', sizeof(long_tag));
	long_tag[SLI_HLOG_TAG_MAX + 1] = '\0';
	assert_int_equal(sli_hlog_write(&w, long_tag, AT, 1, h, &err),
	    SLI_EINVAL);
	assert_int_equal(
	    sli_hlog_write(&w, "", AT - SLI_DAYS(365) - 1, 1, h, &err),
	    SLI_ERANGE);
	assert_non_null(strstr(err.message, "start_ns 16"));
	assert_int_equal(sli_hlog_write(&w, "", AT, 1, NULL, NULL), SLI_EINVAL);
	assert_int_equal(sli_hlog_write(NULL, "", AT, 1, h, NULL), SLI_EINVAL);
	assert_int_equal(sli_hlog_begin(&w, AT, NULL, NULL, NULL), SLI_EINVAL);
	assert_int_equal(text->length, length);
	sli_hdr_destroy(h);
	free(text);
}

static void
test_hlog_write_function_that_fails_is_an_error(void **state)
{
	struct text *text = calloc(1, sizeof(*text));
	struct sli_hlog_writer w;
	struct sli_hdr *h = one(1);
	struct sli_error err;

	(void)state;
	assert_int_equal(sli_hlog_begin(&w, AT, take, text, &err), SLI_EIO);
	text->writes_left = 1;
	assert_int_equal(sli_hlog_begin(&w, AT, take, text, &err), SLI_OK);
	assert_int_equal(sli_hlog_write(&w, "", AT, 1, h, &err), SLI_EIO);
	sli_hdr_destroy(h);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hlog_write_is_what_every_peer_reads),
		cmocka_unit_test(test_hlog_write_dates_are_the_calendars),
		cmocka_unit_test(test_hlog_write_reads_back),
		cmocka_unit_test(
		    test_hlog_write_refuses_what_readers_would_misread),
		cmocka_unit_test(
		    test_hlog_write_function_that_fails_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
