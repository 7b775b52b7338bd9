/* SPDX-License-Identifier: MIT */
/*
 * What the endpoint answers: paths, formats, headers, hosts, configurations.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <zlib.h>

#include "client.h"

struct setting {
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_http *http;
	uint16_t port;
};

static struct setting now;

static int
set_up(void **state)
{
	(void)state;
	now.reg = make_registry(&now.ind);
	sli_count(now.ind, sli_clock_ns(), SLI_GOOD, 41);
	sli_count(now.ind, sli_clock_ns(), SLI_BAD, 1);
	now.http = start_endpoint(now.reg, NULL);
	now.port = sli_http_port(now.http);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	sli_http_stop(now.http);
	sli_registry_close(now.reg);
	return 0;
}

static void
assert_header(const struct reply *reply, const char *name, const char *expected)
{
	char value[256];

	if (!reply_header(reply, name, value))
		fail_msg("no %s in: %s", name, reply->head);
	assert_string_equal(value, expected);
}

static void
assert_get(const char *path, const char *lines, int code)
{
	struct reply reply;

	client_get(now.port, path, lines, &reply);
	if (reply.code != code)
		fail_msg("%s %s: %d, not %d", path, lines, reply.code, code);
	reply_free(&reply);
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
	assert_string_equal(reply.body, "ok\nok checkout-fast -138% left\n");
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

/* ---- hosts ---- */

static void
assert_host(uint16_t port, const char *host, int code)
{
	struct reply reply;
	char request[512];

	snprintf(request, sizeof(request),
	    "GET /healthz HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n",
	    host);
	client_ask(port, request, strlen(request), &reply);
	if (reply.code != code)
		fail_msg("Host: %s: %d, not %d", host, reply.code, code);
	reply_free(&reply);
}

static void
test_http_on_the_loopback_answers_its_own_names_only(void **state)
{
	static const char *const own[] = { "localhost", "LocalHost",
		"localhost:9090", "localhost.", "127.0.0.1", "127.0.0.1:80",
		"[::1]", "[::1]:9090" };
	static const char *const others[] = { "evil.example",
		"evil.example:9090", "localhost.evil.example",
		"127.0.0.1.nip.io", "localhostx", "[::1].evil.example",
		"10.0.0.1", "x@localhost", ".", "[", "[]", ":80" };
	static const char old[] = "GET /healthz HTTP/1.0\r\n\r\n";
	struct reply reply;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(own); i++)
		assert_host(now.port, own[i], 200);
	for (i = 0; i < LENGTH(others); i++)
		assert_host(now.port, others[i], 421);
	client_ask(now.port, old, strlen(old), &reply);
	assert_int_equal(reply.code, 200);
	reply_free(&reply);
}

static void
test_http_hosts_are_answered_beside(void **state)
{
	static const char *const hosts[] = { "metrics.internal", "[fd00::1]" };
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	struct sli_http *http;
	uint16_t port;

	(void)state;
	cfg.hosts = hosts;
	cfg.host_count = 2;
	http = start_endpoint(now.reg, &cfg);
	port = sli_http_port(http);
	assert_host(port, "metrics.internal:9090", 200);
	assert_host(port, "[fd00::1]:9090", 200);
	assert_host(port, "localhost", 200);
	assert_host(port, "evil.example", 421);
	sli_http_stop(http);
}

static void
test_http_on_all_addresses_answers_any_host_unless_named(void **state)
{
	static const char *const hosts[] = { "metrics.internal" };
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	struct sli_http *http;

	(void)state;
	cfg.address = "0.0.0.0";
	http = start_endpoint(now.reg, &cfg);
	assert_host(sli_http_port(http), "anything.example", 200);
	sli_http_stop(http);
	cfg.hosts = hosts;
	cfg.host_count = 1;
	http = start_endpoint(now.reg, &cfg);
	assert_host(sli_http_port(http), "metrics.internal", 200);
	assert_host(sli_http_port(http), "anything.example", 421);
	sli_http_stop(http);
}

/* ---- configuration ---- */

static void
test_http_without_a_page_has_the_rest(void **state)
{
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	struct reply reply;

	(void)state;
	sli_http_stop(now.http);
	cfg.flags = SLI_HTTP_NO_PAGE | SLI_HTTP_NO_GZIP;
	cfg.service = "shop";
	now.http = start_endpoint(now.reg, &cfg);
	now.port = sli_http_port(now.http);
	assert_get("/", "", 404);
	assert_get("/page.js", "", 404);
	client_get(now.port, "/metrics", "Accept-Encoding: gzip\r\n", &reply);
	assert_non_null(strstr(reply.body, "sloth_service=\"shop\""));
	reply_free(&reply);
}

static void
test_http_bounds_are_those_of_the_histograms(void **state)
{
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	uint64_t bound = SLI_MILLIS(7);
	struct reply reply;

	(void)state;
	sli_record(now.ind, sli_clock_ns(), SLI_GOOD, SLI_MILLIS(1));
	sli_http_stop(now.http);
	cfg.bound_ns = &bound;
	cfg.bound_count = 1;
	now.http = start_endpoint(now.reg, &cfg);
	bound = 0; /* it was copied */
	client_get(sli_http_port(now.http), "/metrics", "", &reply);
	assert_non_null(strstr(reply.body, "le=\"0.007\"} 1\n"));
	assert_null(strstr(reply.body, "le=\"0.01\""));
	reply_free(&reply);
}

static void
assert_refused(struct sli_http_config cfg, int status, const char *message)
{
	struct sli_http *http = NULL;
	struct sli_error err;

	assert_int_equal(sli_http_start(now.reg, &cfg, &http, &err), status);
	assert_null(http);
	assert_int_equal(err.status, status);
	assert_string_equal(err.message, message);
	assert_int_equal(sli_http_start(now.reg, &cfg, &http, NULL), status);
}

static void
test_http_config_says_what_is_wrong_with_it(void **state)
{
	static const char *const hosts[] = { "a:80" };
	const struct sli_http_config good = SLI_HTTP_CONFIG_INIT;
	struct sli_http_config cfg;
	const uint64_t bounds[] = { 2, 1 };

	(void)state;
#define REFUSED(field, value, status, message)                                 \
	do {                                                                   \
		cfg = good;                                                    \
		cfg.field = value;                                             \
		assert_refused(cfg, status, message);                          \
	} while (0)
	REFUSED(struct_size, 4096, SLI_EVERSION,
	    "struct_size 4096 of sli_http_config is of a newer libsli; "
	    "accepted: up to 72");
	REFUSED(flags, 0x80, SLI_EINVAL,
	    "flags 0x80 has unknown bits; accepted: of 0x7");
	REFUSED(address, "localhost", SLI_EINVAL,
	    "address \"localhost\" is not valid; accepted: an address of IPv4 "
	    "or IPv6, as 127.0.0.1");
	REFUSED(port, 65536, SLI_ERANGE,
	    "port 65536 is out of range; accepted: 0 to 65535");
	REFUSED(max_connections, 1001, SLI_ERANGE,
	    "max_connections 1001 is out of range; accepted: 1 to 1000");
	REFUSED(timeout_s, 3601, SLI_ERANGE,
	    "timeout_s 3601 is out of range; accepted: 1 to 3600");
	REFUSED(max_bytes, 1000, SLI_ERANGE,
	    "max_bytes 1000 is out of range; accepted: from 65536");
	REFUSED(metrics_flags, 0x1000, SLI_EINVAL,
	    "flags 0x1000 has unknown bits; accepted: of 0xf");
	REFUSED(host_count, 17, SLI_ERANGE,
	    "host_count 17 is out of range; accepted: 0 to 16");
	REFUSED(host_count, 1, SLI_EINVAL,
	    "hosts is NULL; accepted: host_count 1 names");
	REFUSED(bound_count, 1, SLI_EINVAL,
	    "bound_ns is NULL; accepted: bound_count 1 bounds");
#undef REFUSED
	cfg = good;
	cfg.hosts = hosts;
	cfg.host_count = 1;
	assert_refused(cfg, SLI_EINVAL,
	    "hosts[0] \"a:80\" is not valid; accepted: a name without a port, "
	    "of up to 253 bytes");
	cfg = good;
	cfg.bound_ns = bounds;
	cfg.bound_count = 2;
	assert_refused(cfg, SLI_ERANGE,
	    "bound_ns[1] 1 is out of range; accepted: above the one before, "
	    "from 1");
}

static void
test_http_on_a_port_that_is_taken_says_so(void **state)
{
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	char message[128];

	(void)state;
	cfg.port = now.port;
	snprintf(message, sizeof(message),
	    "address 127.0.0.1, port %u: cannot bind: Address already in use",
	    now.port);
	assert_refused(cfg, SLI_EBUSY, message);
}

static void
test_http_start_without_a_registry_is_refused(void **state)
{
	struct sli_http *http;
	struct sli_error err;

	(void)state;
	assert_int_equal(sli_http_start(NULL, NULL, &http, &err), SLI_EINVAL);
	assert_string_equal(err.message, "reg is NULL; accepted: a registry");
	assert_int_equal(sli_http_start(now.reg, NULL, NULL, &err), SLI_EINVAL);
	sli_http_stop(NULL);
	assert_int_equal(sli_http_port(NULL), 0);
	assert_int_equal(sli_http_fd(NULL), -1);
	assert_int_equal(sli_http_fd(now.http), -1);
}

/* max_consumers is 4: one is the endpoint's own. */
static void
test_http_gives_its_place_among_the_consumers_back(void **state)
{
	struct sli_http *http[4] = { NULL };
	struct sli_error err;
	int i;

	(void)state;
	for (i = 0; i < 3; i++)
		http[i] = start_endpoint(now.reg, NULL);
	assert_int_equal(sli_http_start(now.reg, NULL, &http[3], &err),
	    SLI_ENOSPC);
	assert_string_equal(err.message,
	    "the registry cannot be read: no space left in the registry");
	for (i = 0; i < 3; i++)
		sli_http_stop(http[i]);
	for (i = 0; i < 5; i++)
		sli_http_stop(start_endpoint(now.reg, NULL));
}

int
main(void)
{
#define HTTP_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
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
		HTTP_TEST(test_http_on_the_loopback_answers_its_own_names_only),
		HTTP_TEST(test_http_hosts_are_answered_beside),
		HTTP_TEST(
		    test_http_on_all_addresses_answers_any_host_unless_named),
		HTTP_TEST(test_http_without_a_page_has_the_rest),
		HTTP_TEST(test_http_bounds_are_those_of_the_histograms),
		HTTP_TEST(test_http_config_says_what_is_wrong_with_it),
		HTTP_TEST(test_http_on_a_port_that_is_taken_says_so),
		HTTP_TEST(test_http_start_without_a_registry_is_refused),
		HTTP_TEST(test_http_gives_its_place_among_the_consumers_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
