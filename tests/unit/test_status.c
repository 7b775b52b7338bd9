/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <math.h>

#include "base/status.h"
#include "fixture.h"

/* As API.md has them: programs and the Node.js binding rely on each. */
static const struct {
	int status, number;
	const char *text;
} pinned[] = {
	{ SLI_OK, 0, "success" },
	{ SLI_EINVAL, -1, "invalid argument" },
	{ SLI_ENOMEM, -2, "out of memory" },
	{ SLI_ENOSPC, -3, "no space left in the registry" },
	{ SLI_EEXIST, -4, "already registered with another configuration" },
	{ SLI_ENOENT, -5, "no such object" },
	{ SLI_ENODATA, -6, "no data" },
	{ SLI_ERANGE, -7, "out of range" },
	{ SLI_EIO, -8, "input/output error" },
	{ SLI_EVERSION, -9, "unsupported version" },
	{ SLI_ECORRUPT, -10, "corrupt data" },
	{ SLI_EBUSY, -11, "busy" },
	{ SLI_EACCES, -12, "permission denied" },
	{ SLI_EPARSE, -13, "cannot be parsed" },
};

static void
test_status_numbers_and_texts_are_pinned(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(pinned); i++) {
		assert_int_equal(pinned[i].status, pinned[i].number);
		assert_string_equal(sli_strerror(pinned[i].number),
		    pinned[i].text);
	}
}

static void
test_status_unknown_number_is_said_to_be_unknown(void **state)
{
	static const int unknown[] = { 1, -14, INT_MAX, INT_MIN };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(unknown); i++)
		assert_string_equal(sli_strerror(unknown[i]), "unknown status");
}

static void
test_version_text_is_made_of_its_numbers(void **state)
{
	char text[32];

	(void)state;
	snprintf(text, sizeof(text), "%d.%d.%d", SLI_VERSION_MAJOR,
	    SLI_VERSION_MINOR, SLI_VERSION_PATCH);
	assert_string_equal(sli_version(), text);
	assert_string_equal(SLI_VERSION, text);
}

static void
test_fail_returns_status_and_fills_in_error(void **state)
{
	struct sli_error err;

	(void)state;
	assert_int_equal(sli__fail(NULL, SLI_EIO, "lost"), SLI_EIO);
	assert_int_equal(sli__fail(&err, SLI_EIO, "lost"), SLI_EIO);
	assert_int_equal(err.status, SLI_EIO);
	assert_string_equal(err.message, "lost");
}

static void
test_fail_formats_strings_and_integers(void **state)
{
	struct sli_error err;

	(void)state;
	sli__fail(&err, SLI_EINVAL, "%t, %t", UINT64_C(0), UINT64_MAX);
	assert_string_equal(err.message, "0 ns, 213503 d 23 h");
	sli__fail(&err, SLI_EINVAL, "%s, %s, %u, %u", "a", (const char *)NULL,
	    UINT64_C(0), UINT64_MAX);
	assert_string_equal(err.message, "a, (null), 0, 18446744073709551615");
}

static void
test_fail_formats_doubles_to_nine_decimals(void **state)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{ 0.0, "0" },
		{ 1.0, "1" },
		{ -0.5, "-0.5" },
		{ 99.9, "99.9" },
		{ 100 - 99.9, "0.1" },
		{ 1e-9, "0.000000001" },
		{ 1e-10, "0" },
		{ 0.9999999999, "1" },
		{ 123456789.125, "123456789.125" },
		{ 1e9, "1e9 or more" },
		{ -1e300, "-1e9 or more" },
	};
	struct sli_error err;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		sli__fail(&err, SLI_EINVAL, "%g", cases[i].value);
		assert_string_equal(err.message, cases[i].text);
	}
	sli__fail(&err, SLI_EINVAL, "%g", (double)NAN);
	assert_string_equal(err.message, "NaN");
	sli__fail(&err, SLI_EINVAL, "%g", (double)INFINITY);
	assert_string_equal(err.message, "1e9 or more");
}

/* Names come from users: nothing that a terminal would act on is echoed. */
static void
test_fail_echoes_printable_ascii_only(void **state)
{
	struct sli_error err;

	(void)state;
	sli__fail(&err, SLI_EINVAL, "%s", "a\x1b[2J\n\xc3\xa9\x7f~ ");
	assert_string_equal(err.message, "a?[2J????~ ");
}

static void
test_fail_long_message_is_cut(void **state)
{
	struct sli_error err;
	char text[400], cut[sizeof(err.message)];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	memset(cut, 'x', sizeof(cut));
	cut[sizeof(cut) - 1] = '\0';
	sli__fail(&err, SLI_EINVAL, text);
	assert_string_equal(err.message, cut);
}

/* However long a name is, there is room to say what would be accepted. */
static void
test_fail_long_value_leaves_room_for_the_rest(void **state)
{
	struct sli_error err;
	char text[400], cut[65];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	memset(cut, 'x', sizeof(cut));
	cut[sizeof(cut) - 1] = '\0';
	sli__fail(&err, SLI_EINVAL, "%s; accepted: %u", text, UINT64_C(7));
	assert_memory_equal(err.message, cut, 64);
	assert_string_equal(err.message + 64, "...; accepted: 7");
}

struct config {
	uint32_t struct_size;
	uint32_t first, second, third;
};

static void
test_config_of_this_version_is_copied_whole(void **state)
{
	struct config given = { sizeof(given), 1, 2, 3 }, copy;

	(void)state;
	assert_int_equal(
	    sli__config_copy(&copy, sizeof(copy), &given, "config", NULL),
	    SLI_OK);
	assert_memory_equal(&copy, &given, sizeof(copy));
}

static void
test_config_of_an_older_version_has_zeros_for_the_rest(void **state)
{
	struct config given = { offsetof(struct config, second), 1, 2, 3 };
	struct config copy = { 9, 9, 9, 9 };

	(void)state;
	assert_int_equal(
	    sli__config_copy(&copy, sizeof(copy), &given, "config", NULL),
	    SLI_OK);
	assert_int_equal(copy.first, 1);
	assert_int_equal(copy.second, 0);
	assert_int_equal(copy.third, 0);
}

static void
test_config_of_a_newer_version_is_refused(void **state)
{
	struct config given = { sizeof(given) + 4, 1, 2, 3 };
	struct config copy = { 9, 9, 9, 9 }, before = copy;
	struct sli_error err;

	(void)state;
	assert_int_equal(
	    sli__config_copy(&copy, sizeof(copy), &given, "config", &err),
	    SLI_EVERSION);
	assert_error(&err, SLI_EVERSION, "struct_size", "20");
	assert_non_null(strstr(err.message, "at most 16"));
	assert_memory_equal(&copy, &before, sizeof(copy));
}

static void
test_config_without_its_size_is_refused(void **state)
{
	struct config given = { 0, 1, 2, 3 }, copy;
	struct sli_error err;

	(void)state;
	assert_int_equal(
	    sli__config_copy(&copy, sizeof(copy), &given, "config", &err),
	    SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "struct_size", "0");
	assert_int_equal(
	    sli__config_copy(&copy, sizeof(copy), NULL, "config", &err),
	    SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "config", "NULL");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status_numbers_and_texts_are_pinned),
		cmocka_unit_test(
		    test_status_unknown_number_is_said_to_be_unknown),
		cmocka_unit_test(test_version_text_is_made_of_its_numbers),
		cmocka_unit_test(test_fail_returns_status_and_fills_in_error),
		cmocka_unit_test(test_fail_formats_strings_and_integers),
		cmocka_unit_test(test_fail_formats_doubles_to_nine_decimals),
		cmocka_unit_test(test_fail_echoes_printable_ascii_only),
		cmocka_unit_test(test_fail_long_message_is_cut),
		cmocka_unit_test(test_fail_long_value_leaves_room_for_the_rest),
		cmocka_unit_test(test_config_of_this_version_is_copied_whole),
		cmocka_unit_test(
		    test_config_of_an_older_version_has_zeros_for_the_rest),
		cmocka_unit_test(test_config_of_a_newer_version_is_refused),
		cmocka_unit_test(test_config_without_its_size_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
