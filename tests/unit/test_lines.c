/* SPDX-License-Identifier: MIT */
#include "base/lines.h"

#include "fixture.h"

static char buf[256];
static struct sli__lines lines;

static void
begin(void)
{
	memset(buf, 'x', sizeof(buf));
	sli__lines_begin(&lines, buf, sizeof(buf));
}

/* Only whole lines are shown. */
static const char *
end(void)
{
	sli__put(&lines, "\n");
	sli__lines_end(&lines);
	buf[strlen(buf) - 1] = '\0';
	return buf;
}

static void
test_lines_decimals_are_rounded_and_aligned(void **state)
{
	static const struct {
		double value;
		uint32_t decimals, width;
		const char *text;
	} cases[] = {
		{ 0, 1, 0, "0.0" },
		{ 0.05, 1, 0, "0.1" },
		{ 0.049, 1, 0, "0.0" },
		{ -0.049, 1, 0, "0.0" },
		{ -12.5, 0, 6, "   -13" },
		{ 9.96, 1, 6, "  10.0" },
		{ 123456, 1, 3, "123456.0" },
		{ 99.95, 2, 0, "99.95" },
		{ 999999999, 0, 0, "999999999" },
		{ 1e9, 0, 0, "1e9 or more" },
		{ 1e300, 0, 0, "1e9 or more" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		begin();
		sli__put_decimal(&lines, cases[i].value, cases[i].decimals,
		    cases[i].width);
		assert_string_equal(end(), cases[i].text);
	}
}

static void
test_lines_spans_are_of_two_units(void **state)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} cases[] = {
		{ 0, "0 ns" },
		{ 999, "999 ns" },
		{ 1000, "1 us" },
		{ 3250000, "3.25 ms" },
		{ 12400000, "12.4 ms" },
		{ SLI_MILLIS(320) + 1, "320 ms" },
		{ SLI_SECONDS(12) + SLI_MILLIS(400), "12.4 s" },
		{ SLI_SECONDS(59), "59 s" },
		{ SLI_SECONDS(60), "1 min" },
		{ SLI_SECONDS(61) + 5, "1 min 1 s" },
		{ SLI_HOURS(1) + SLI_SECONDS(59), "1 h" },
		{ SLI_HOURS(23) + SLI_MINUTES(59), "23 h 59 min" },
		{ SLI_DAYS(3) + SLI_HOURS(4), "3 d 4 h" },
		{ UINT64_MAX, "213503 d 23 h" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		begin();
		sli__put_span(&lines, cases[i].ns);
		assert_string_equal(end(), cases[i].text);
	}
}

static void
test_lines_of_strangers_are_made_printable(void **state)
{
	(void)state;
	begin();
	sli__put_text(&lines, "caf\xc3\xa9", 16);
	sli__put_text(&lines, "|a\tb\x7f\xff", 16);
	sli__put_text(&lines, "|abcdef", 3);
	assert_string_equal(end(), "caf\xc3\xa9|a?b??|ab");
}

static void
test_lines_that_do_not_fit_are_counted(void **state)
{
	char small[8];

	(void)state;
	sli__lines_begin(&lines, small, sizeof(small));
	sli__put(&lines, "one\n");
	sli__put(&lines, "two\n"); /* no room for its NUL */
	sli__put(&lines, "3\n");   /* what comes after a cut is cut, too */
	assert_int_equal(sli__lines_end(&lines), 10);
	assert_string_equal(small, "one\n");
	sli__lines_begin(&lines, NULL, 100);
	sli__put_count(&lines, UINT64_MAX);
	assert_int_equal(sli__lines_end(&lines), 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_decimals_are_rounded_and_aligned),
		cmocka_unit_test(test_lines_spans_are_of_two_units),
		cmocka_unit_test(test_lines_of_strangers_are_made_printable),
		cmocka_unit_test(test_lines_that_do_not_fit_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
