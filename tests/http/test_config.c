/* SPDX-License-Identifier: MIT */
/*
 * Which hosts are answered, and the rest of the configuration.
 */
#include <stdio.h>
#include <string.h>

#include "client.h"

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
		"10.0.0.1", "x@localhost", ".", "[", "[]", ":80",
		"[127.0.0.1x" };
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

/* A machine may have no IPv6, or have it turned off. */
static struct sli_http *
start_on_ipv6(const char *address)
{
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	struct sli_http *http = NULL;
	struct sli_error err;

	cfg.address = address;
	if (sli_http_start(now.reg, &cfg, &http, &err) != SLI_OK &&
	    strstr(err.message, "not supported") == NULL &&
	    strstr(err.message, "Cannot assign") == NULL)
		fail_msg("%s", err.message);
	return http;
}

static void
test_http_on_all_addresses_of_ipv6_answers_ipv4_too(void **state)
{
	struct sli_http *http = start_on_ipv6("::");

	(void)state;
	if (http == NULL)
		skip();
	assert_host(sli_http_port(http), "anything.example", 200);
	sli_http_stop(http);
	http = start_on_ipv6("::1");
	assert_true(http == NULL || sli_http_port(http) != 0);
	sli_http_stop(http);
}

/* ---- configuration ---- */

static void
assert_get(const char *path, const char *lines, int code)
{
	struct reply reply;

	client_get(now.port, path, lines, &reply);
	if (reply.code != code)
		fail_msg("%s %s: %d, not %d", path, lines, reply.code, code);
	reply_free(&reply);
}

static void
test_http_without_a_page_has_the_rest(void **state)
{
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	struct reply reply;

	(void)state;
	cfg.flags = SLI_HTTP_NO_PAGE | SLI_HTTP_NO_GZIP;
	cfg.service = "shop";
	restart_with(&cfg);
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
	cfg.bound_ns = &bound;
	cfg.bound_count = 1;
	restart_with(&cfg);
	bound = 0; /* it was copied */
	client_get(now.port, "/metrics", "", &reply);
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
	    "struct_size 4096 of struct sli_http_config is from a newer "
	    "libsli; "
	    "accepted: at most 72, by version " SLI_VERSION);
	REFUSED(struct_size, 0, SLI_EINVAL,
	    "struct_size 0 of struct sli_http_config is too small; accepted: "
	    "its initialiser macro sets it");
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
	const struct CMUnitTest tests[] = {
		HTTP_TEST(test_http_on_the_loopback_answers_its_own_names_only),
		HTTP_TEST(test_http_hosts_are_answered_beside),
		HTTP_TEST(
		    test_http_on_all_addresses_answers_any_host_unless_named),
		HTTP_TEST(test_http_on_all_addresses_of_ipv6_answers_ipv4_too),
		HTTP_TEST(test_http_without_a_page_has_the_rest),
		HTTP_TEST(test_http_bounds_are_those_of_the_histograms),
		HTTP_TEST(test_http_config_says_what_is_wrong_with_it),
		HTTP_TEST(test_http_on_a_port_that_is_taken_says_so),
		HTTP_TEST(test_http_start_without_a_registry_is_refused),
		HTTP_TEST(test_http_gives_its_place_among_the_consumers_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
