/* SPDX-License-Identifier: MIT */
/*
 * What the endpoint answers: paths, formats, headers, methods.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <zlib.h>

#include "client.h"

static void
assert_header(const struct reply *reply, const char *name, const char *expected)
{
	char value[256];

	if (!reply_header(reply, name, value))
		fail_msg("no %s in: %s", name, reply->head);
	assert_string_equal(value, expected);
}

/* ---- paths ---- */

static void
test_http_paths_have_their_types_and_no_others_are_there(void **state)
{
	static const struct {
		const char *path;
		int code;
		const char *type;
	} paths[] = {
		{ "/", 200, "text/html; charset=utf-8" },
		{ "/page.css", 200, "text/css; charset=utf-8" },
		{ "/page.js", 200, "text/javascript; charset=utf-8" },
		{ "/chart.js", 200, "text/javascript; charset=utf-8" },
		{ "/metrics", 200, "text/plain; version=0.0.4; charset=utf-8" },
		{ "/metrics?x=1", 200,
		    "text/plain; version=0.0.4; charset=utf-8" },
		{ "/slo", 200, "application/json" },
		{ "/healthz", 200, "text/plain; charset=utf-8" },
		{ "/metrics/", 404, "text/plain; charset=utf-8" },
		{ "/METRICS", 404, "text/plain; charset=utf-8" },
		{ "/page.html", 404, "text/plain; charset=utf-8" },
		{ "/../page.css", 404, "text/plain; charset=utf-8" },
		{ "/../../../etc/passwd", 404, "text/plain; charset=utf-8" },
		{ "/%2e%2e/%2e%2e/etc/passwd", 404,
		    "text/plain; charset=utf-8" },
		{ "//metrics", 404, "text/plain; charset=utf-8" },
		{ "http://localhost/metrics", 404,
		    "text/plain; charset=utf-8" },
	};
	struct reply reply;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(paths); i++) {
		client_get(now.port, paths[i].path, "", &reply);
		if (reply.code != paths[i].code)
			fail_msg("%s: %d", paths[i].path, reply.code);
		assert_header(&reply, "Content-Type", paths[i].type);
		assert_header(&reply, "Cache-Control", "no-store");
		assert_header(&reply, "X-Content-Type-Options", "nosniff");
		assert_header(&reply, "Referrer-Policy", "no-referrer");
		assert_header(&reply, "Cross-Origin-Resource-Policy",
		    "same-origin");
		assert_non_null(strstr(reply.head, "default-src 'none'"));
		assert_true(reply.body_length > 0);
		reply_free(&reply);
	}
}

static void
test_http_metrics_have_what_was_counted(void **state)
{
	struct reply reply;

	(void)state;
	client_get(now.port, "/metrics", "", &reply);
	assert_non_null(strstr(reply.body,
	    "\nsli_events_total{sli=\"checkout\",outcome=\"good\"} 41\n"));
	reply_free(&reply);
	sli_count(now.ind, sli_clock_ns(), SLI_GOOD, 1);
	client_get(now.port, "/metrics", "", &reply);
	assert_non_null(strstr(reply.body, "outcome=\"good\"} 42\n"));
	reply_free(&reply);
}

static void
test_http_metrics_are_in_the_format_that_is_accepted(void **state)
{
	static const char open[] =
	    "application/openmetrics-text; version=1.0.0; charset=utf-8";
	struct reply reply;

	(void)state;
	client_get(now.port, "/metrics",
	    "Accept: application/openmetrics-text;version=1.0.0,"
	    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1\r\n",
	    &reply);
	assert_header(&reply, "Content-Type", open);
	assert_header(&reply, "Vary", "Accept, Accept-Encoding");
	assert_string_equal(reply.body + reply.body_length - 6, "# EOF\n");
	reply_free(&reply);
	client_get(now.port, "/metrics",
	    "Accept: application/vnd.google.protobuf;"
	    "proto=io.prometheus.client.MetricFamily;encoding=delimited,"
	    "application/openmetrics-text;q=0.8,*/*;q=0.1\r\n",
	    &reply);
	assert_header(&reply, "Content-Type",
	    "application/vnd.google.protobuf; "
	    "proto=io.prometheus.client.MetricFamily; encoding=delimited");
	/* A length, and field 1, which is the family's name. */
	assert_memory_equal(reply.body + 2, "\n\x10sli_events_total", 18);
	reply_free(&reply);
}

static void
test_http_slos_are_one_document(void **state)
{
	struct reply reply;

	(void)state;
	client_get(now.port, "/slo", "", &reply);
	assert_memory_equal(reply.body, "{\"version\":1,", 13);
	assert_non_null(strstr(reply.body, "\"name\":\"checkout-fast\""));
	assert_int_equal(reply.body[reply.body_length - 1], '}');
	reply_free(&reply);
}

/* 1 of 42 is bad, of 1 of 100 that may be. */
static void
test_http_health_is_ok_though_the_budget_is_spent(void **state)
{
	struct reply reply;

	(void)state;
	client_get(now.port, "/healthz", "", &reply);
	assert_int_equal(reply.code, 200);
	assert_string_equal(reply.body, "ok\nspent checkout-fast -138% left\n");
	reply_free(&reply);
}

static void
test_http_head_is_get_without_its_body(void **state)
{
	static const char head[] =
	    "HEAD /healthz HTTP/1.1\r\n"
	    "Host: localhost\r\nConnection: close\r\n\r\n";
	struct reply get, reply;
	char length[256];

	(void)state;
	client_get(now.port, "/healthz", "", &get);
	client_ask(now.port, head, strlen(head), &reply);
	assert_int_equal(reply.code, 200);
	assert_int_equal(reply.body_length, 0);
	assert_true(reply_header(&get, "Content-Length", length));
	assert_header(&reply, "Content-Length", length);
	reply_free(&get);
	reply_free(&reply);
}

static void
test_http_other_methods_are_told_which_there_are(void **state)
{
	static const char *const methods[] = { "POST", "PUT", "DELETE",
		"OPTIONS", "TRACE", "PATCH", "get" };
	struct reply reply;
	char request[256];
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(methods); i++) {
		snprintf(request, sizeof(request),
		    "%s /metrics HTTP/1.1\r\nHost: localhost\r\n"
		    "Connection: close\r\nContent-Length: 0\r\n\r\n",
		    methods[i]);
		client_ask(now.port, request, strlen(request), &reply);
		assert_int_equal(reply.code, 405);
		assert_header(&reply, "Allow", "GET, HEAD");
		reply_free(&reply);
	}
}

static void
test_http_body_of_a_request_is_hung_up_on(void **state)
{
	static const char request[] =
	    "GET /metrics HTTP/1.1\r\nHost: localhost\r\n"
	    "Content-Length: 1000000\r\n\r\nbody";
	struct reply reply;

	(void)state;
	client_ask(now.port, request, strlen(request), &reply);
	assert_int_equal(reply.code, 0);
	reply_free(&reply);
}

static void
test_http_pipelined_requests_are_answered_in_order(void **state)
{
	static const char requests[] =
	    "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
	    "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n"
	    "GET /slo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
	struct reply reply;
	const char *second, *third;

	(void)state;
	client_ask(now.port, requests, strlen(requests), &reply);
	assert_int_equal(reply.code, 200);
	second = strstr(reply.body, "HTTP/1.1 404 ");
	assert_non_null(second);
	third = strstr(second, "HTTP/1.1 200 ");
	assert_non_null(third);
	assert_non_null(strstr(third, "{\"version\":1,"));
	reply_free(&reply);
}

/* ---- gzip ---- */

static size_t
unpack(const struct reply *reply, unsigned char *out, size_t size)
{
	z_stream stream;
	size_t length;

	memset(&stream, 0, sizeof(stream));
	assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
	stream.next_in = (unsigned char *)reply->body;
	stream.avail_in = (unsigned int)reply->body_length;
	stream.next_out = out;
	stream.avail_out = (unsigned int)size;
	assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
	length = size - stream.avail_out;
	inflateEnd(&stream);
	return length;
}

static void
test_http_gzip_unpacks_to_the_same(void **state)
{
	static unsigned char text[1 << 20];
	struct reply plain, packed;

	(void)state;
	client_get(now.port, "/metrics", "", &plain);
	client_get(now.port, "/metrics", "Accept-Encoding: gzip, deflate\r\n",
	    &packed);
	assert_header(&packed, "Content-Encoding", "gzip");
	assert_true(packed.body_length < plain.body_length / 3);
	/* But for the verdict's rates of change nothing moves in between. */
	assert_in_range(unpack(&packed, text, sizeof(text)),
	    plain.body_length - 200, plain.body_length + 200);
	assert_memory_equal(text, plain.body, 500);
	reply_free(&plain);
	reply_free(&packed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		HTTP_TEST(
		    test_http_paths_have_their_types_and_no_others_are_there),
		HTTP_TEST(test_http_metrics_have_what_was_counted),
		HTTP_TEST(test_http_metrics_are_in_the_format_that_is_accepted),
		HTTP_TEST(test_http_slos_are_one_document),
		HTTP_TEST(test_http_health_is_ok_though_the_budget_is_spent),
		HTTP_TEST(test_http_head_is_get_without_its_body),
		HTTP_TEST(test_http_other_methods_are_told_which_there_are),
		HTTP_TEST(test_http_body_of_a_request_is_hung_up_on),
		HTTP_TEST(test_http_pipelined_requests_are_answered_in_order),
		HTTP_TEST(test_http_gzip_unpacks_to_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
