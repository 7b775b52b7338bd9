/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "fixture.h"

static const char *const words[] = { "a", "Z", "_", "requests", "a1", "_9" };
static const char *const never[] = { "", " ", "-a", ".a", ":a", "a b", "a\n",
	"a/b", "a{", "caf\xc3\xa9", "a\x7f", "\xff" };

static void
test_text_plain_word_is_any_name(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(words); i++) {
		assert_true(sli__is_indicator_name(words[i], 127));
		assert_true(sli__is_slo_name(words[i], 127));
		assert_true(sli__is_label_name(words[i], 127));
	}
}

static void
test_text_outside_the_grammar_is_no_name(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(never); i++) {
		assert_false(sli__is_indicator_name(never[i], 127));
		assert_false(sli__is_slo_name(never[i], 127));
		assert_false(sli__is_label_name(never[i], 127));
	}
}

static void
test_text_grammars_differ_where_they_should(void **state)
{
	(void)state;
	assert_true(sli__is_indicator_name("http.api:get-2", 127));
	assert_true(sli__is_slo_name("http.api:get-2", 127));
	assert_false(sli__is_label_name("http.api", 127));
	assert_false(sli__is_label_name("get-2", 127));
	assert_false(sli__is_label_name("a:b", 127));

	assert_false(sli__is_indicator_name("99th", 127));
	assert_true(sli__is_slo_name("99th", 127));
	assert_false(sli__is_label_name("99th", 127));

	/* Prometheus keeps them for itself. */
	assert_false(sli__is_label_name("__name", 127));
	assert_true(sli__is_label_name("_name", 127));
	assert_true(sli__is_indicator_name("__name", 127));
}

static void
test_text_name_of_max_bytes_is_the_longest(void **state)
{
	(void)state;
	assert_true(sli__is_indicator_name("abc", 3));
	assert_false(sli__is_indicator_name("abcd", 3));
	assert_true(sli__is_label_name("a", 1));
	assert_false(sli__is_label_name("ab", 1));
}

/* RFC 3629, with the first and last code point of each length. */
static void
test_text_valid_utf8_is_text(void **state)
{
	static const char *const valid[] = { "", " ", "~", "caf\xc3\xa9",
		"\xc2\xa0", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
		"\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80",
		"\xf0\x9f\x8d\x8b", "\xf4\x8f\xbf\xbf" };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(valid); i++)
		if (!sli__is_text(valid[i], 255))
			fail_msg("case %zu is refused", i);
}

static void
test_text_invalid_utf8_is_no_text(void **state)
{
	static const char *const invalid[] = {
		"\x80",		    /* a continuation without a start */
		"\xc3",		    /* cut short */
		"\xc3(",	    /* no continuation */
		"\xe2\x82",	    /* cut short */
		"\xe2\x82(",	    /* no second continuation */
		"\xf0\x9f\x8d",	    /* cut short */
		"\xc0\x80",	    /* overlong NUL */
		"\xc1\xbf",	    /* overlong DEL */
		"\xe0\x9f\xbf",	    /* overlong U+07FF */
		"\xf0\x8f\xbf\xbf", /* overlong U+FFFF */
		"\xed\xa0\x80",	    /* a surrogate */
		"\xed\xbf\xbf",	    /* the last one */
		"\xf4\x90\x80\x80", /* above U+10FFFF */
		"\xf5\x80\x80\x80",
		"\xfe",
		"\xff",
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(invalid); i++)
		if (sli__is_text(invalid[i], 255))
			fail_msg("case %zu is accepted", i);
}

static void
test_text_control_character_is_no_text(void **state)
{
	char text[3] = "a?";
	int c;

	(void)state;
	for (c = 1; c < 0x20; c++) {
		text[1] = (char)c;
		assert_false(sli__is_text(text, 255));
	}
	assert_false(sli__is_text("\x7f", 255));
	assert_false(sli__is_text("\xc2\x80", 255));
	assert_false(sli__is_text("\xc2\x85", 255)); /* NEL */
	assert_false(sli__is_text("\xc2\x9f", 255));
}

/* The limit is in bytes, and cuts no character in two. */
static void
test_text_of_max_bytes_is_the_longest(void **state)
{
	(void)state;
	assert_true(sli__is_text("abc", 3));
	assert_false(sli__is_text("abcd", 3));
	assert_true(sli__is_text("a\xc3\xa9", 3));
	assert_false(sli__is_text("ab\xc3\xa9", 3));
	assert_true(sli__is_text("", 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_plain_word_is_any_name),
		cmocka_unit_test(test_text_outside_the_grammar_is_no_name),
		cmocka_unit_test(test_text_grammars_differ_where_they_should),
		cmocka_unit_test(test_text_name_of_max_bytes_is_the_longest),
		cmocka_unit_test(test_text_valid_utf8_is_text),
		cmocka_unit_test(test_text_invalid_utf8_is_no_text),
		cmocka_unit_test(test_text_control_character_is_no_text),
		cmocka_unit_test(test_text_of_max_bytes_is_the_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
