/* SPDX-License-Identifier: MIT */
/* JSON and dates, on their way to a file. */
#include <math.h>
#include <time.h>

#include "document.h"
#include "export/date.h"
#include "export/member.h"

static struct sli__json json;

static void
begin(void)
{
	written.length = 0;
	sli__sink_open(&json.sink, write_down, NULL);
	json.is_next = false;
}

static void
assert_written(const char *expected)
{
	assert_int_equal(sli__sink_close(&json.sink, NULL), SLI_OK);
	assert_string_equal(written.bytes, expected);
}

static void
test_json_values_are_as_they_should_be(void **state)
{
	(void)state;
	begin();
	sli__json_open(&json, '{');
	sli__member_null(&json, "a");
	sli__member_bool(&json, "b", true);
	sli__member_u64(&json, "c", UINT64_MAX);
	sli__member_open(&json, "d", '[');
	sli__json_int(&json, INT64_MIN);
	sli__json_int(&json, 7);
	sli__json_open(&json, '{');
	sli__json_close(&json, '}');
	sli__json_close(&json, ']');
	sli__member_real(&json, "e", 0.1);
	sli__member_real(&json, "f", NAN);
	sli__member_real(&json, "g", -INFINITY);
	sli__member_text(&json, "h", NULL);
	sli__member_time(&json, "i", 0);
	sli__member_time(&json, "j", UINT64_C(1709210096789999999));
	sli__json_close(&json, '}');
	assert_written("{\"a\":null,\"b\":true,\"c\":18446744073709551615,"
		       "\"d\":[-9223372036854775808,7,{}],\"e\":0.1,"
		       "\"f\":null,\"g\":null,\"h\":null,\"i\":null,"
		       "\"j\":\"2024-02-29T12:34:56.789Z\"}");
}

static void
test_json_text_is_escaped_and_always_utf8(void **state)
{
	static const struct {
		const char *text, *json;
	} cases[] = {
		{ "a\"b\\c", "\"a\\\"b\\\\c\"" },
		{ "\x01\n\r\t\x7f", "\"\\u0001\\u000a\\u000d\\u0009\\u007f\"" },
		{ "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80",
		    "\"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80\"" },
		/* What readers of lines take for the end of one. */
		{ "\xc2\x85 \xe2\x80\xa8 \xe2\x80\xa9",
		    "\"\\u0085 \\u2028 \\u2029\"" },
		/* A byte alone, one cut off, overlong, surrogate, too great. */
		{ "a\xff", "\"a\xef\xbf\xbd\"" },
		{ "\x80z", "\"\xef\xbf\xbdz\"" },
		{ "a\xe2\x82", "\"a\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "\xf4\x90\x80\x80",
		    "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin();
		sli__json_string(&json, cases[i].text);
		assert_written(cases[i].json);
	}
}

/* Every byte in each of three places: jansson takes it, and so it is UTF-8. */
static void
test_json_text_of_any_bytes_is_read_strictly(void **state)
{
	char text[4] = "";
	json_t *root;
	int a, b;

	(void)state;
	for (a = 1; a < 256; a++) {
		begin();
		sli__json_open(&json, '[');
		for (b = 1; b < 256; b++) {
			text[0] = (char)a;
			text[1] = (char)b;
			text[2] = (char)(a ^ b ^ 0x2a);
			sli__json_string(&json, text);
		}
		sli__json_close(&json, ']');
		assert_int_equal(sli__sink_close(&json.sink, NULL), SLI_OK);
		root = parse_written();
		assert_int_equal(json_array_size(root), 255);
		json_decref(root);
		assert_null(memchr(written.bytes, '\n', written.length));
	}
}

/* Against libc, day by day, for what 64 bits of nanoseconds can say. */
static void
test_date_is_as_libc_has_it(void **state)
{
	struct sli__date d;
	struct tm tm;
	uint64_t s;
	time_t t;

	(void)state;
	for (s = 0; s < UINT64_MAX / SLI_SECONDS(1); s += 86400 - 7) {
		t = (time_t)s;
		assert_non_null(gmtime_r(&t, &tm));
		sli__date_of(s, &d);
		assert_int_equal(d.year, tm.tm_year + 1900);
		assert_int_equal(d.month, tm.tm_mon + 1);
		assert_int_equal(d.day, tm.tm_mday);
		assert_int_equal(d.hour, tm.tm_hour);
		assert_int_equal(d.minute, tm.tm_min);
		assert_int_equal(d.second, tm.tm_sec);
		assert_int_equal((d.weekday + 4) % 7, tm.tm_wday);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_json_values_are_as_they_should_be),
		TEST(test_json_text_is_escaped_and_always_utf8),
		TEST(test_json_text_of_any_bytes_is_read_strictly),
		TEST(test_date_is_as_libc_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
