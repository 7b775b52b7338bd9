/* SPDX-License-Identifier: MIT */
/*
 * Bodies and what they take together; which encoding is taken.
 */
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "http/body.h"
#include "http/header.h"

#define KIB ((size_t)1 << 10)

static void
test_body_is_what_was_written(void **state)
{
	struct sli__account account = { .most_bytes = 1024 * KIB };
	struct sli__body *body = sli__body_new(&account, false);
	char expected[20000];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(expected); i++) {
		expected[i] = (char)(i * 7);
		assert_int_equal(sli__body_write(&expected[i], 1, body), 0);
	}
	assert_int_equal(sli__body_end(body), 0);
	assert_int_equal(body->length, sizeof(expected));
	assert_memory_equal(body->bytes, expected, sizeof(expected));
	assert_int_equal(account.used_bytes, body->room);
	sli__body_free(body);
	assert_int_equal(account.used_bytes, 0);
}

static void
test_body_packed_unpacks_to_what_was_written(void **state)
{
	static char bytes[300 * 1024], unpacked[sizeof(bytes) + 1];
	struct sli__account account = { .most_bytes = 1024 * KIB };
	struct sli__body *body = sli__body_new(&account, true);
	z_stream stream;
	size_t i;

	(void)state;
	/* What does not become smaller, so that it takes many rounds. */
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * i * 2654435761u >> 13);
	for (i = 0; i < sizeof(bytes); i += 4 * KIB)
		assert_int_equal(sli__body_write(bytes + i, 4 * KIB, body), 0);
	assert_int_equal(sli__body_end(body), 0);
	memset(&stream, 0, sizeof(stream));
	assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
	stream.next_in = body->bytes;
	stream.avail_in = (unsigned int)body->length;
	stream.next_out = (unsigned char *)unpacked;
	stream.avail_out = sizeof(unpacked);
	assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
	assert_int_equal(stream.total_out, sizeof(bytes));
	assert_int_equal(stream.avail_in, 0);
	assert_memory_equal(unpacked, bytes, sizeof(bytes));
	inflateEnd(&stream);
	sli__body_free(body);
	assert_int_equal(account.used_bytes, 0);
}

/* All that are under way have one bound. */
static void
test_bodies_take_no_more_than_their_account(void **state)
{
	struct sli__account account = { .most_bytes = 64 * KIB };
	struct sli__body *body[8];
	char bytes[KIB] = { 0 };
	size_t i, written = 0;

	(void)state;
	for (i = 0; i < LENGTH(body); i++) {
		body[i] = sli__body_new(&account, i % 2 == 1);
		while (sli__body_write(bytes, sizeof(bytes), body[i]) == 0 &&
		    body[i]->length < 20 * KIB && written < 100000)
			written++;
		assert_true(account.used_bytes <= account.most_bytes);
	}
	assert_true(body[7]->is_full);
	assert_int_not_equal(sli__body_end(body[7]), 0);
	for (i = 0; i < LENGTH(body); i++)
		sli__body_free(body[i]);
	assert_int_equal(account.used_bytes, 0);
	body[0] = sli__body_new(&account, false);
	assert_int_equal(sli__body_write(bytes, sizeof(bytes), body[0]), 0);
	sli__body_free(body[0]);
}

static void
test_encoding_is_gzip_where_it_is_taken(void **state)
{
	static const struct {
		const char *accept;
		bool takes;
	} cases[] = {
		{ NULL, false },
		{ "", false },
		{ "gzip", true },
		{ "GZIP", true },
		{ "x-gzip", true },
		{ "deflate, gzip, br", true },
		{ "deflate,gzip;q=0.5", true },
		{ "br;q=1.0, gzip;q=0.001", true },
		{ "gzip;q=0", false },
		{ "gzip; q=0.000", false },
		{ "gzip ; q=0.0 , br", false },
		{ "*", true },
		{ "*;q=0", false },
		{ "gzip;q=0, *", false },
		{ "*, gzip;q=0", false },
		{ "identity", false },
		{ "gzipped", false },
		{ "not-gzip", false },
		{ ",,,;;;", false },
		{ ", ,\tgzip", true },
		{ "identity;q=0, gzip;", true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++)
		if (sli__encoding_takes_gzip(cases[i].accept) != cases[i].takes)
			fail_msg("%s", cases[i].accept);
}

static void
test_endpoint_that_could_never_answer_does_not_start(void **state)
{
	struct sli_registry *reg = make_large_registry(40);
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	struct sli_http *http;
	struct sli_error err;

	(void)state;
	cfg.max_bytes = 64 * KIB;
	assert_int_equal(sli_http_start(reg, &cfg, &http, &err), SLI_ENOSPC);
	assert_string_equal(err.message,
	    "max_bytes 65536 is less than /metrics takes");
	cfg.max_bytes = 1024 * KIB;
	sli_http_stop(start_endpoint(reg, &cfg));
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_body_is_what_was_written),
		TEST(test_body_packed_unpacks_to_what_was_written),
		TEST(test_bodies_take_no_more_than_their_account),
		TEST(test_encoding_is_gzip_where_it_is_taken),
		TEST(test_endpoint_that_could_never_answer_does_not_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
