/* SPDX-License-Identifier: MIT */
/*
 * What the peers wrote, what nobody should have, and what becomes of both.
 */
#include <stdlib.h>
#include <string.h>

#include "../support/common.h"
#include "hdr_data.h"

static struct sli_hdr *
decode(const void *bytes, size_t length)
{
	struct sli_error err = { SLI_OK, "" };
	struct sli_hdr *h = NULL;

	if (sli_hdr_decode(bytes, length, 0, &h, &err) != SLI_OK)
		fail_msg("%.40s: %s", (const char *)bytes, err.message);
	return h;
}

/* Through each of our encodings, and back. */
static void
assert_survives(const struct sli_hdr *h)
{
	struct sli_hdr_shape before, after;
	struct sli_hdr *again;
	size_t size, length;
	unsigned int e;
	char *out;

	for (e = 0; e <= SLI_HDR_PLAIN; e++) {
		size = sli_hdr_size(h, (enum sli_hdr_encoding)e);
		out = malloc(size);
		assert_int_equal(sli_hdr_encode(h, (enum sli_hdr_encoding)e,
				     out, size, &length, NULL),
		    SLI_OK);
		assert_true(length <= size);
		again = decode(out, length);
		hdr_assert_same(h, again);
		sli_hdr_shape(h, &before);
		sli_hdr_shape(again, &after);
		assert_int_equal(before.lowest, after.lowest);
		assert_int_equal(before.highest, after.highest);
		assert_int_equal(before.digits, after.digits);
		sli_hdr_destroy(again);
		free(out);
	}
}

static void
test_hdr_vectors_of_all_peers_decode_to_what_they_hold(void **state)
{
	static char line[HDR_LINE_MAX];
	struct hdr_figures expected;
	struct sli_hdr_shape shape;
	char *text, *name;
	struct sli_hdr *h;
	FILE *f = hdr_open("vectors.txt");
	int n = 0;

	(void)state;
	while ((text = hdr_line(f, line)) != NULL) {
		uint64_t lowest, highest, digits;

		name = hdr_word(&text);
		lowest = hdr_number(&text);
		highest = hdr_number(&text);
		digits = hdr_number(&text);
		hdr_read_figures(&text, &expected);
		h = decode(text, strlen(text));
		assert_int_equal(sli_hdr_shape(h, &shape), SLI_OK);
		assert_int_equal(shape.lowest, lowest);
		assert_int_equal(shape.highest, highest);
		assert_int_equal(shape.digits, digits);
		hdr_assert_figures(h, &expected, name);
		assert_survives(h);
		sli_hdr_destroy(h);
		n++;
	}
	fclose(f);
	assert_int_equal(n, 44);
}

static void
test_hdr_malformed_vectors_are_refused_with_a_reason(void **state)
{
	static char line[HDR_LINE_MAX];
	struct sli_error err;
	struct sli_hdr *h;
	char *text, *name;
	FILE *f = hdr_open("malformed.txt");
	int n = 0, status, accepted;

	(void)state;
	while ((text = hdr_line(f, line)) != NULL) {
		name = hdr_word(&text);
		accepted = strcmp(hdr_word(&text), "accept") == 0;
		if (strcmp(text, "-") == 0)
			*text = '\0';
		memset(&err, 0, sizeof(err));
		h = NULL;
		status = sli_hdr_decode(text, strlen(text), 0, &h, &err);
		if ((status == SLI_OK) != accepted)
			fail_msg("%s: %d %s", name, status, err.message);
		assert_true((h != NULL) == accepted);
		assert_true(accepted || err.message[0] != '\0');
		assert_int_equal(err.status, status);
		sli_hdr_destroy(h);
		n++;
	}
	fclose(f);
	assert_int_equal(n, 36);
}

/* As the vectors bad_count_int64_max and bad_counts_sum_overflow are. */
static void
test_hdr_decode_great_counts_do_not_wrap(void **state)
{
	static const char two[] =
	    "HISTFAAAACV4nJNpmSzMwMAgxAABzFCaEURcm7yEwf4DRODffyiAMwBQNxaF";
	struct sli_hdr *h = decode(two, sizeof(two) - 1);

	(void)state;
	assert_true(sli_hdr_count(h) == 2 * (uint64_t)INT64_MAX);
	assert_survives(h);
	sli_hdr_destroy(h);
}

/* Every bit of an encoding turned round, and every length of it. */
static void
test_hdr_decode_damaged_is_refused_or_sane(void **state)
{
	static const char whole[] =
	    "HISTFAAAACF4nJNpmSzMwMDAxAABzFCaEURcm7yEwf4DVIQJAFowBIs=";
	uint8_t plain[128], bytes[128];
	struct sli_hdr *h = decode(whole, sizeof(whole) - 1), *out;
	size_t length, i;
	int e;

	(void)state;
	for (e = SLI_HDR_COMPRESSED; e <= SLI_HDR_PLAIN; e++) {
		assert_int_equal(sli_hdr_encode(h, (enum sli_hdr_encoding)e,
				     plain, sizeof(plain), &length, NULL),
		    SLI_OK);
		for (i = 0; i < length; i++)
			assert_int_not_equal(
			    sli_hdr_decode(plain, i, 0, &out, NULL), SLI_OK);
		for (i = 0; i < 8 * length; i++) {
			memcpy(bytes, plain, length);
			bytes[i / 8] ^= (uint8_t)(1u << i % 8);
			if (sli_hdr_decode(bytes, length, 0, &out, NULL) !=
			    SLI_OK)
				continue;
			assert_survives(out);
			sli_hdr_destroy(out);
		}
	}
	sli_hdr_destroy(h);
}

static void
test_hdr_decode_memory_is_bounded_by_the_caller(void **state)
{
	/* (1, INT64_MAX, 5): 49 MB */
	static const char great[] = "HISTFAAAAB94nJNpmSzMwMDAyAABrFCasf4/BNh"
				    "/gAgwAQCf/wn3";
	struct sli_error err;
	struct sli_hdr *h;

	(void)state;
	assert_int_equal(
	    sli_hdr_decode(great, sizeof(great) - 1, 1000000, &h, &err),
	    SLI_ERANGE);
	assert_non_null(strstr(err.message, "1000000"));
	h = decode(great, sizeof(great) - 1);
	assert_int_equal(sli_hdr_count(h), 1);
	sli_hdr_destroy(h);
}

static void
test_hdr_decode_errors_say_what_is_wrong(void **state)
{
	static const struct {
		const char *text;
		int status;
		const char *part;
	} cases[] = {
		{ "HIST!!!!", SLI_EPARSE, "not base64" },
		{ "HISTF", SLI_EPARSE, "not base64" },
		{ "3q2+7wAAACE=", SLI_EVERSION, "cookie 0xdeadbeef" },
		{ "", SLI_ECORRUPT, "header is cut" },
		{ "HISTFP////94nJNpmSzMwMDAxAABzFCaEURcm7yEwf4DVIQJAFowBIs=",
		    SLI_ECORRUPT, "compressed part is cut" },
		{ "HISTFAAAACB4nJNpmSzMwMDAyAABbFAazL82eQmD/QeIABMAVdMEjQ==",
		    SLI_ECORRUPT,
		    "digits 6 is out of range; accepted: 1 to 5" },
	};
	struct sli_error err;
	struct sli_hdr *h;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		assert_int_equal(sli_hdr_decode(cases[i].text,
				     strlen(cases[i].text), 0, &h, &err),
		    cases[i].status);
		assert_int_equal(err.status, cases[i].status);
		if (strstr(err.message, cases[i].part) == NULL)
			fail_msg("%s: %s", cases[i].text, err.message);
	}
	assert_int_equal(sli_hdr_decode(NULL, 1, 0, &h, NULL), SLI_EINVAL);
	assert_int_equal(sli_hdr_decode("", 0, 0, NULL, NULL), SLI_EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_hdr_vectors_of_all_peers_decode_to_what_they_hold),
		cmocka_unit_test(
		    test_hdr_malformed_vectors_are_refused_with_a_reason),
		cmocka_unit_test(test_hdr_decode_great_counts_do_not_wrap),
		cmocka_unit_test(test_hdr_decode_damaged_is_refused_or_sane),
		cmocka_unit_test(
		    test_hdr_decode_memory_is_bounded_by_the_caller),
		cmocka_unit_test(test_hdr_decode_errors_say_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
