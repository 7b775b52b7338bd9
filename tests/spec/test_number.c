/* SPDX-License-Identifier: MIT */
#include "load.h"
#include "spec/number.h"

static void
test_decimal_is_read_exactly(void **state)
{
	static const struct {
		const char *text;
		unsigned places;
		uint64_t value;
	} cases[] = {
		{ "99.9", 7, 999000000 },
		{ "99.95", 7, 999500000 },
		{ "99.9999999", 7, 999999999 },
		{ "0.9990000000", 9, 999000000 },
		{ "0.999", 9, 999000000 },
		{ "999e-3", 9, 999000000 },
		{ "9.99E+1", 7, 999000000 },
		{ "100", 7, 1000000000 },
		{ "1e2", 7, 1000000000 },
		{ ".5", 9, 500000000 },
		{ "5.", 0, 5 },
		{ "+14.4", 6, 14400000 },
		{ "0", 9, 0 },
		{ "-0.0", 9, 0 },
		{ "0e400", 9, 0 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "0000000000000000000000000000000001.10", 1, 11 },
	};
	uint64_t value;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		value = 12345;
		assert_null(sli__spec_read_decimal(cases[i].text,
		    cases[i].places, &value));
		assert_int_equal(value, cases[i].value);
	}
}

static void
test_decimal_that_cannot_be_kept_is_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "is not a decimal" },
		{ ".", "is not a decimal" },
		{ "-", "is not a decimal" },
		{ "1.2.3", "is not a decimal" },
		{ "1e", "is not a decimal" },
		{ "1e+", "is not a decimal" },
		{ "0x10", "is not a decimal" },
		{ "1_000", "is not a decimal" },
		{ " 1", "is not a decimal" },
		{ "1 ", "is not a decimal" },
		{ "nan", "is not a decimal" },
		{ ".inf", "is not a decimal" },
		{ "99,9", "is not a decimal" },
		{ "-1", "is negative" },
		{ "0.1234567891", "more decimals" },
		{ "1e-10", "more decimals" },
		{ "1e11", "too large" },
		{ "1e400", "too large" },
		{ "1e99999999999999999999", "too large" },
		{ "18446744074", "too large" },
	};
	uint64_t value = 7;
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		why = sli__spec_read_decimal(cases[i].text, 9, &value);
		assert_non_null(why);
		assert_non_null(strstr(why, cases[i].why));
		assert_int_equal(value, 7);
	}
}

static void
test_duration_of_each_dialect_is_read(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} prometheus[] = {
		{ "30d", DAYS(30) },
		{ "4w", DAYS(28) },
		{ "1y", DAYS(365) },
		{ "1h30m", MINUTES(90) },
		{ "1d12h", HOURS(36) },
		{ "1m500ms", UINT64_C(60500000000) },
		{ "0s", 0 },
		{ "0", 0 },
	}, go[] = {
		{ "1h30m", MINUTES(90) },
		{ "1.5h", MINUTES(90) },
		{ "300ms", 300000000 },
		{ "1m0s", MINUTES(1) },
		{ "2us", 2000 },
		{ "1.5us", 1500 },
		{ "7ns", 7 },
		{ "0.25s", 250000000 },
		{ "0", 0 },
	};
	uint64_t ns, count;
	char unit;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(prometheus); i++) {
		assert_null(sli__spec_read_prometheus(prometheus[i].text, &ns));
		assert_int_equal(ns, prometheus[i].ns);
	}
	for (i = 0; i < LENGTH(go); i++) {
		assert_null(sli__spec_read_go(go[i].text, &ns));
		assert_int_equal(ns, go[i].ns);
	}
	assert_null(sli__spec_read_openslo("12M", &count, &unit));
	assert_int_equal(count, 12);
	assert_int_equal(unit, 'M');
}

static void
test_duration_of_another_dialect_is_refused(void **state)
{
	static const char *const no_prometheus[] = { "", "1", "1.5h", "30D",
		"1M", "1m1h", "1h1h", "-1h", " 1h", "1h ", "h", "1us",
		"999999999999y", "99999999999999999999s" };
	static const char *const no_go[] = { "", "1", "1d", "4w", "1M", "h",
		"-1h", "1.2.3h", "0.1ns", "1.0000000001s", "9999999999h" };
	static const char *const no_openslo[] = { "", "0m", "1", "1s", "m",
		"1h30m", "1.5h", "-1d", "1d ", "99999999999999999999d" };
	uint64_t out = 7;
	char unit = 'u';
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(no_prometheus); i++)
		assert_non_null(
		    sli__spec_read_prometheus(no_prometheus[i], &out));
	for (i = 0; i < LENGTH(no_go); i++)
		assert_non_null(sli__spec_read_go(no_go[i], &out));
	for (i = 0; i < LENGTH(no_openslo); i++)
		assert_non_null(
		    sli__spec_read_openslo(no_openslo[i], &out, &unit));
	assert_int_equal(out, 7);
	assert_int_equal(unit, 'u');
}

static void
test_civil_time_is_read(void **state)
{
	static const struct {
		const char *text;
		int64_t s;
	} cases[] = {
		{ "1970-01-01 00:00:00", 0 },
		{ "2000-02-29 23:59:59", 951868799 },
		{ "2020-01-21 12:30:00", 1579609800 },
		{ "2024-12-31T00:00:01", 1735603201 },
		{ "9999-12-31 23:59:59", INT64_C(253402300799) },
	};
	static const char *const wrong[] = { "", "2020-01-21",
		"2020-02-30 00:00:00", "2100-02-29 00:00:00",
		"2020-13-01 00:00:00", "2020-00-01 00:00:00",
		"2020-01-00 00:00:00", "2020-01-32 00:00:00",
		"2020-12-32 00:00:00", "2020-01-01 24:00:00",
		"2020-01-01 00:60:00", "2020-01-01 00:00:60",
		"2020-01-21 12:30:00Z", "1969-12-31 23:59:59",
		"2020/01/21 12:30:00" };
	int64_t s;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		assert_null(sli__spec_read_civil(cases[i].text, &s));
		assert_true(s == cases[i].s);
	}
	for (i = 0; i < LENGTH(wrong); i++)
		assert_non_null(sli__spec_read_civil(wrong[i], &s));
}

static void
test_numbers_are_written_without_noise(void **state)
{
	static const struct {
		uint64_t value;
		unsigned places;
		const char *text;
	} decimals[] = {
		{ 999000000, 7, "99.9" },
		{ 1000000, 9, "0.001" },
		{ 14400000, 6, "14.4" },
		{ 1, 9, "0.000000001" },
		{ 0, 9, "0" },
		{ 5, 0, "5" },
		{ UINT64_MAX, 15, "18446.744073709551615" },
	};
	static const struct {
		uint64_t ns;
		const char *text;
	} durations[] = {
		{ MINUTES(5), "5m" },
		{ DAYS(30), "30d" },
		{ DAYS(28), "4w" },
		{ DAYS(365), "1y" },
		{ DAYS(8), "8d" },
		{ MINUTES(90), "1h30m" },
		{ UINT64_C(280000000000), "4m40s" },
		{ UINT64_C(60500000000), "1m500ms" },
		{ 1, "0s" },
	};
	char text[SLI__SPEC_TEXT_BYTES];
	uint64_t ns;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(decimals); i++)
		assert_string_equal(decimals[i].text,
		    sli__spec_decimal_text(decimals[i].value,
			decimals[i].places, text));
	for (i = 0; i < LENGTH(durations); i++) {
		assert_string_equal(durations[i].text,
		    sli__spec_duration_text(durations[i].ns, text));
		assert_null(sli__spec_read_prometheus(text, &ns));
		assert_int_equal(ns, durations[i].ns / 1000000 * 1000000);
	}
	sli__spec_duration_text(UINT64_MAX, text);
	assert_null(sli__spec_read_prometheus(text, &ns));
	assert_int_equal(ns, UINT64_MAX / 1000000 * 1000000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decimal_is_read_exactly),
		cmocka_unit_test(test_decimal_that_cannot_be_kept_is_refused),
		cmocka_unit_test(test_duration_of_each_dialect_is_read),
		cmocka_unit_test(test_duration_of_another_dialect_is_refused),
		cmocka_unit_test(test_civil_time_is_read),
		cmocka_unit_test(test_numbers_are_written_without_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
