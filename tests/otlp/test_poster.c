/* SPDX-License-Identifier: MIT */
/*
 * A poster and a collector that answers, refuses, is away, or worse. After all
 * of it, what the collector had last is what was counted.
 */
#include "posting.h"

static void
test_poster_request_is_a_post_of_json(void **state)
{
	static const struct sli_label headers[] = {
		{ "Authorization", "Bearer abc" },
		{ "X-Empty", "" },
	};
	struct sli_otlp_poster_config cfg = posting_config();
	struct posting p;

	(void)state;
	cfg.headers = headers;
	cfg.header_count = LENGTH(headers);
	posting_open(&p, &cfg);
	posting_flush(&p, 5);
	posting_await(&p, posted, 1);
	assert_int_equal(receiver_good(&p.receiver), 5);
	assert_int_equal(
	    strncmp(p.receiver.head, "POST /v1/metrics HTTP/1.1\r\n", 27), 0);
	assert_true(
	    receiver_has(&p.receiver, "Content-Type: application/json"));
	assert_true(receiver_has(&p.receiver, "Authorization: Bearer abc"));
	assert_true(receiver_has(&p.receiver, "X-Empty:"));
	assert_false(p.receiver.is_gzip);
	assert_null(strstr(p.receiver.head, "\r\nExpect:"));
	posting_close(&p);
}

/* One connection for all of them. */
static void
test_poster_later_requests_reuse_the_connection(void **state)
{
	struct posting p;
	uint64_t i;

	(void)state;
	posting_open(&p, NULL);
	for (i = 1; i <= 20; i++) {
		posting_flush(&p, 1);
		posting_await(&p, posted, i);
		assert_int_equal(receiver_good(&p.receiver), i);
	}
	assert_int_equal(receiver_connections(&p.receiver), 1);
	posting_close(&p);
}

static void
test_poster_gzip_is_what_was_written(void **state)
{
	struct sli_otlp_poster_config cfg = posting_config();
	struct sli_otlp_stats stats;
	struct posting p;
	uint64_t i;

	(void)state;
	cfg.flags = SLI_OTLP_GZIP;
	posting_open(&p, &cfg);
	for (i = 1; i < 500; i++)
		sli_record(p.ind, sli_clock_ns(), SLI_BAD, SLI_MICROS(i * i));
	posting_flush(&p, 7);
	posting_await(&p, posted, 1);
	assert_true(p.receiver.is_gzip);
	assert_int_equal(receiver_good(&p.receiver), 7);
	stats = posting_stats(&p);
	assert_true(stats.sent_bytes < strlen(p.receiver.body) / 2);
	/* Another time, and one that is sent twice. */
	receiver_behave(&p.receiver,
	    &(struct conduct){ .reply = "HTTP/1.1 503 Busy\r\n"
					"Content-Length: 0\r\n\r\n" });
	posting_flush(&p, 1);
	posting_await(&p, retries, 2);
	receiver_behave(&p.receiver, &(struct conduct){ .reply = NULL });
	posting_await(&p, posted, 2);
	assert_int_equal(receiver_good(&p.receiver), 8);
	posting_close(&p);
}

/* What does not take a request, and that it is sent again or given up. */
static const struct {
	const char *name;
	struct conduct conduct;
	bool is_final;
	const char *told; /* a part of the error */
} failures[] = {
	{ "429",
	    { .reply =
		    "HTTP/1.1 429 Too Many\r\nContent-Length: 4\r\n\r\nslow" },
	    false, " answered 429: \"slow\"" },
	{ "502", { .reply = "HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n" },
	    false, " answered 502" },
	{ "503", { .reply = "HTTP/1.0 503 Busy\r\n\r\n", .closes = true },
	    false, " answered 503" },
	{ "504", { .reply = "HTTP/1.1 504 Late\r\nContent-Length: 0\r\n\r\n" },
	    false, " answered 504" },
	{ "reset", { .resets = true }, false, "reset" },
	{ "empty answer", { .reply = "\r", .closes = true }, false, "" },
	{ "half-closed", { .reply = "HTTP/1.1 20", .half_closes = true }, false,
	    "" },
	{ "cut short",
	    { .reply = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
		.closes = true },
	    false, "" },
	{ "garbage",
	    { .reply = "\x16\x03\x01\x02garbage\r\n\r\n\xff", .closes = true },
	    false, "" },
	{ "headers without end",
	    { .reply =
		    "HTTP/1.1 200 OK\r\nA: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n",
		.repeats = true },
	    false, "" },
	{ "400",
	    { .reply = "HTTP/1.1 400 Bad\r\nContent-Length: 3\r\n\r\nno\x01" },
	    true, " answered 400: \"no?\"" },
	{ "401", { .reply = "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n" },
	    true, " answered 401" },
	{ "404", { .reply = "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n" },
	    true, " answered 404" },
	{ "500", { .reply = "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n" },
	    true, " answered 500" },
	{ "a redirect",
	    { .reply = "HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:9/\r\n"
		       "Content-Length: 0\r\n\r\n" },
	    true, " answered 307" },
	{ "a page",
	    { .reply = "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n"
		       "<html>Log in!" },
	    true, " answered 200 with what is no OTLP: \"<html>Log in!\"" },
	{ "a list",
	    { .reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]" }, true,
	    " with what is no OTLP: \"[]\"" },
	{ "body without end",
	    { .reply =
		    "HTTP/1.1 200 OK\r\n\r\n{\"partialSuccess\":{\"errorMessage"
		    "\":"
		    "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		.repeats = true },
	    true, " with what is no OTLP: \"{" },
	{ "refusal without end",
	    { .reply = "HTTP/1.1 403 No\r\n\r\nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
		       "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn",
		.repeats = true },
	    true, " answered 403: \"nnnn" },
};

static void
test_poster_failures_are_tried_again_or_final(void **state)
{
	struct sli_otlp_stats before, after;
	struct posting p;
	size_t i;

	(void)state;
	posting_open(&p, NULL);
	for (i = 0; i < LENGTH(failures); i++) {
		before = posting_stats(&p);
		receiver_behave(&p.receiver, &failures[i].conduct);
		posting_flush(&p, 1);
		if (failures[i].is_final)
			posting_await(&p, failed, before.failed + 1);
		else
			posting_await(&p, retries, before.retries + 2);
		after = posting_stats(&p);
		assert_int_equal(after.posted, before.posted);
		if (strstr(after.error.message, failures[i].told) == NULL)
			fail_msg("%s: %s", failures[i].name,
			    after.error.message);
		receiver_behave(&p.receiver,
		    &(struct conduct){ .reply = NULL });
		if (failures[i].is_final)
			posting_flush(&p, 1);
		posting_await(&p, posted, before.posted + 1);
		assert_int_equal(receiver_good(&p.receiver), total_good(p.ind));
	}
	posting_close(&p);
}

/* Nothing that was counted while it was away is missing. */
static void
test_poster_restarts_lose_nothing(void **state)
{
	struct sli_otlp_stats stats;
	struct posting p;
	uint64_t i, k;

	(void)state;
	posting_open(&p, NULL);
	for (i = 0; i < 5; i++) {
		posting_flush(&p, 3);
		receiver_die(&p.receiver);
		for (k = 0; k < 20; k++)
			posting_flush(&p, 1);
		posting_await(&p, retries, 2 * (i + 1));
		receiver_revive(&p.receiver);
		stats = posting_stats(&p);
		posting_await(&p, posted, stats.posted + 1);
	}
	assert_int_equal(sli_otlp_poster_stop(p.poster, SLI_SECONDS(10), NULL),
	    SLI_OK);
	assert_int_equal(receiver_good(&p.receiver), 5 * 23);
	stats = posting_stats(&p);
	assert_int_equal(stats.flushed, 5 * 21);
	assert_int_equal(stats.flushed,
	    stats.posted + stats.replaced + stats.failed);
	assert_int_equal(stats.failed, 0);
	assert_true(stats.success_ns > 0 && stats.failure_ns > 0);
	posting_close(&p);
}

static void
test_poster_partial_success_is_counted(void **state)
{
	static const char reply[] =
	    "HTTP/1.1 200 OK\r\n\r\n"
	    "{\"partialSuccess\":{\"rejectedDataPoints\":\"7\","
	    "\"errorMessage\":\"too\\u0007 many\"}}\n";
	static const char warning[] =
	    "HTTP/1.1 200 OK\r\n\r\n"
	    "{\"partialSuccess\":{\"rejectedDataPoints\":0,"
	    "\"errorMessage\":\"\"}}";
	struct sli_otlp_stats stats;
	struct posting p;

	(void)state;
	posting_open(&p, NULL);
	receiver_behave(&p.receiver,
	    &(struct conduct){ .reply = reply, .closes = true });
	posting_flush(&p, 1);
	posting_await(&p, posted, 1);
	posting_await(&p, partial, 1);
	stats = posting_stats(&p);
	assert_int_equal(stats.rejected_points, 7);
	receiver_behave(&p.receiver,
	    &(struct conduct){ .reply = warning, .closes = true });
	posting_flush(&p, 1);
	posting_await(&p, posted, 2);
	stats = posting_stats(&p);
	assert_int_equal(stats.partial, 1);
	assert_int_equal(stats.failed, 0);
	assert_non_null(
	    strstr(stats.error.message, " rejected 7 points: too? many"));
	posting_close(&p);
}

/* A second is what was asked for; without it, it would be some 10 ms. */
static void
test_poster_retry_after_is_waited_for(void **state)
{
	struct sli_otlp_poster_config cfg = posting_config();
	struct posting p;
	double begin_s;

	(void)state;
	posting_open(&p, &cfg);
	receiver_behave(&p.receiver,
	    &(struct conduct){
		.reply = "HTTP/1.1 429 Slow\r\nRetry-After: 1\r\n"
			 "Content-Length: 0\r\n\r\n" });
	posting_flush(&p, 1);
	posting_await(&p, retries, 1);
	begin_s = posting_seconds();
	receiver_behave(&p.receiver, &(struct conduct){ .reply = NULL });
	posting_await(&p, posted, 1);
	assert_true(posting_seconds() - begin_s > 0.9);
	posting_close(&p);
	/* But for no longer than the configuration says. */
	cfg.retry_after_max_ns = SLI_MILLIS(20);
	posting_open(&p, &cfg);
	receiver_behave(&p.receiver,
	    &(struct conduct){
		.reply = "HTTP/1.1 503 Slow\r\n"
			 "Retry-After: Fri, 31 Dec 2100 23:59:59 GMT\r\n"
			 "Content-Length: 0\r\n\r\n" });
	posting_flush(&p, 1);
	posting_await(&p, retries, 3);
	receiver_behave(&p.receiver, &(struct conduct){ .reply = NULL });
	posting_await(&p, posted, 1);
	posting_close(&p);
}

/* An attempt ends by its time-out, and the next one finds a better day. */
static void
test_poster_silence_is_given_up_after_its_timeout(void **state)
{
	static const struct conduct conducts[] = { { .hangs = true },
		{ .is_deaf = true },
		{ .reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
		    .pause_ms = 1000 } };
	struct sli_otlp_poster_config cfg = posting_config();
	struct posting p;
	size_t i;

	(void)state;
	cfg.timeout_ns = SLI_MILLIS(50);
	for (i = 0; i < LENGTH(conducts); i++) {
		posting_open(&p, &cfg);
		receiver_behave(&p.receiver, &conducts[i]);
		posting_flush(&p, 9);
		posting_await(&p, retries, 1);
		assert_non_null(
		    strstr(posting_stats(&p).error.message, "imed out"));
		receiver_behave(&p.receiver,
		    &(struct conduct){ .reply = NULL });
		posting_await(&p, posted, 1);
		assert_int_equal(receiver_good(&p.receiver), 9);
		posting_close(&p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_poster_request_is_a_post_of_json),
		TEST(test_poster_later_requests_reuse_the_connection),
		TEST(test_poster_gzip_is_what_was_written),
		TEST(test_poster_failures_are_tried_again_or_final),
		TEST(test_poster_restarts_lose_nothing),
		TEST(test_poster_partial_success_is_counted),
		TEST(test_poster_retry_after_is_waited_for),
		TEST(test_poster_silence_is_given_up_after_its_timeout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
