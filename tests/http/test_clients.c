/* SPDX-License-Identifier: MIT */
/* Clients that are slow, hostile, many or gone. */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "client.h"

#define SLOW_CLIENTS 100

/* ---- slow ones ---- */

static void
connect_all(int fd[SLOW_CLIENTS], const char *say)
{
	int i;

	for (i = 0; i < SLOW_CLIENTS; i++) {
		fd[i] = client_connect(now.port);
		assert_true(fd[i] >= 0);
		client_say(fd[i], say, strlen(say));
	}
}

static void
close_all(int fd[SLOW_CLIENTS])
{
	int i;

	for (i = 0; i < SLOW_CLIENTS; i++)
		close(fd[i]);
}

static void
test_clients_that_are_slow_keep_nobody_out(void **state)
{
	static const char *const says[] = { "", "G", client_half,
		client_whole };
	int fd[SLOW_CLIENTS];
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(says); i++) {
		connect_all(fd, says[i]);
		assert_int_equal(client_scrape(now.port), 200);
		close_all(fd);
	}
}

/* Their answers are all there is memory for; none is ever read. */
static void
test_clients_that_do_not_read_keep_nobody_out(void **state)
{
	struct sli_registry *reg = make_large_registry(400);
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	struct sli_http *http;
	uint64_t bounds[SLI_BOUNDS_MAX];
	const int small = 2048;
	int fd[30], code, refused = 0;
	uint16_t port;
	size_t i;

	(void)state;
	/* More than the kernel takes off the endpoint's hands. */
	for (i = 0; i < LENGTH(bounds); i++)
		bounds[i] = SLI_MILLIS(i + 1);
	cfg.bound_ns = bounds;
	cfg.bound_count = LENGTH(bounds);
	cfg.max_bytes = 64 << 20;
	http = start_endpoint(reg, &cfg);
	port = sli_http_port(http);
	for (i = 0; i < LENGTH(fd); i++) {
		fd[i] = client_connect(port);
		setsockopt(fd[i], SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
		client_say(fd[i], client_whole, strlen(client_whole));
	}
	while ((code = client_scrape(port)) == 503 && ++refused < 30)
		continue;
	print_message("refused %d times\n", refused);
	assert_int_equal(code, 200);
	for (i = 0; i < LENGTH(fd); i++)
		close(fd[i]);
	sli_http_stop(http);
	sli_registry_close(reg);
}

/* Who was answered last is the last to give way. */
static void
test_clients_that_ask_are_kept_before_those_that_do_not(void **state)
{
	static const char ask[] = "GET /healthz HTTP/1.1\r\n"
				  "Host: localhost\r\n\r\n";
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	int busy, idle, next;
	char answer[2048];

	(void)state;
	cfg.max_connections = 2;
	restart_with(&cfg);
	busy = client_connect(now.port);
	idle = client_connect(now.port);
	client_say(idle, ask, strlen(ask));
	assert_true(recv(idle, answer, sizeof(answer), 0) > 0);
	client_say(busy, ask, strlen(ask));
	assert_true(recv(busy, answer, sizeof(answer), 0) > 0);
	next = client_connect(now.port);
	client_say(next, ask, strlen(ask));
	assert_true(recv(next, answer, sizeof(answer), 0) > 0);
	assert_int_equal(recv(idle, answer, sizeof(answer), 0), 0);
	client_say(busy, ask, strlen(ask));
	assert_true(recv(busy, answer, sizeof(answer), 0) > 0);
	close(busy);
	close(idle);
	close(next);
}

static void
be_impatient(void)
{
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;

	cfg.timeout_s = 1;
	restart_with(&cfg);
}

static void
test_clients_that_are_silent_are_hung_up_on(void **state)
{
	char byte;
	int fd;

	(void)state;
	be_impatient();
	fd = client_connect(now.port);
	client_say(fd, client_half, strlen(client_half));
	/* Within the client's own 10 s, after which it would be -1. */
	while (recv(fd, &byte, 1, 0) > 0)
		continue;
	assert_int_equal(recv(fd, &byte, 1, 0), 0);
	close(fd);
}

static void
test_clients_that_have_said_all_are_answered_half_closed(void **state)
{
	int fd = client_connect(now.port);
	char answer[1 << 14];

	(void)state;
	client_say(fd, client_whole, strlen(client_whole));
	shutdown(fd, SHUT_WR);
	assert_true(recv(fd, answer, sizeof(answer), 0) > 0);
	assert_memory_equal(answer, "HTTP/1.1 200 OK\r\n", 17);
	close(fd);
}

/* ---- hostile ones ---- */

/* What is refused, in whatever way, and leaves the endpoint as it was. */
static void
assert_survives(const void *bytes, size_t length)
{
	struct reply reply;

	client_ask(now.port, bytes, length, &reply);
	if (reply.code != 0 && (reply.code < 400 || reply.code > 505))
		fail_msg("%.*s: %d", (int)length, (const char *)bytes,
		    reply.code);
	reply_free(&reply);
	assert_int_equal(client_scrape(now.port), 200);
}

static void
test_clients_that_talk_garbage_change_nothing(void **state)
{
	static const char *const texts[] = { "\r\n\r\n\r\n\r\n", "GET\r\n\r\n",
		"GET /metrics\r\n\r\n", "GET /metrics HTTP/9.9\r\n\r\n",
		"GET /metrics HTTP/1.1\r\n\r\n", /* no Host */
		"GET /metrics HTTP/1.1\r\nHost: a\r\nHost\r\n\r\n",
		"GET /metrics HTTP/1.1\r\nHost: localhost\r\n"
		"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
		"GET /metrics HTTP/1.1\r\nHost: localhost\r\n"
		"Content-Length: -1\r\n\r\n",
		"GET /metrics HTTP/1.1\r\nHost: localhost\r\n"
		"Content-Length: 99999999999999999999\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" };
	unsigned char bytes[4096];
	unsigned int seed = 1;
	size_t i, k;

	(void)state;
	be_impatient();
	for (i = 0; i < LENGTH(texts); i++)
		assert_survives(texts[i], strlen(texts[i]));
	for (i = 0; i < 20; i++) {
		for (k = 0; k < sizeof(bytes); k++)
			bytes[k] = (unsigned char)rand_r(&seed);
		/* So that it is over, and nobody waits for more. */
		memcpy(bytes + sizeof(bytes) - 4, "\r\n\r\n", 4);
		assert_survives(bytes, sizeof(bytes));
	}
}

/* Nothing of their answers stays in the account, which has room for few. */
static void
test_clients_that_reset_leave_nothing(void **state)
{
	static const char *const says[] = { "", client_half, client_whole,
		"GET /slo HTTP/1.1\r\nHost: localhost\r\n\r\n" };
	const struct linger at_once = { 1, 0 };
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	int i, fd;

	(void)state;
	cfg.max_bytes = 64 << 10;
	restart_with(&cfg);
	for (i = 0; i < 400; i++) {
		fd = client_connect(now.port);
		assert_true(fd >= 0);
		client_say(fd, says[i % 4], strlen(says[i % 4]));
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once,
		    sizeof(at_once));
		if (i % 8 < 4)
			poll(NULL, 0, 1);
		close(fd);
	}
	for (i = 0; i < 10; i++)
		assert_int_equal(client_scrape(now.port), 200);
}

static void
test_clients_with_huge_headers_are_refused(void **state)
{
	static char request[1 << 20];
	const size_t head = strlen("GET /metrics HTTP/1.1\r\nX: ");

	(void)state;
	memset(request, 'x', sizeof(request));
	memcpy(request, "GET /metrics HTTP/1.1\r\nX: ", head);
	assert_survives(request, sizeof(request));
	memset(request, 'x', sizeof(request));
	memcpy(request, "GET /", 5);
	assert_survives(request, sizeof(request));
}

/* ---- many at once ---- */

static void
test_clients_that_scrape_at_once_are_all_answered(void **state)
{
	uint16_t port = now.port;
	pthread_t thread[SCRAPERS];
	void *answered;
	int i;

	(void)state;
	for (i = 0; i < SCRAPERS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL,
				     client_scrape_often, &port),
		    0);
	for (i = 0; i < SCRAPERS; i++) {
		pthread_join(thread[i], &answered);
		assert_int_equal((intptr_t)answered, SCRAPES);
	}
}

static double
cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The time of this thread that a million records take. */
static double
time_records(void)
{
	double begin = cpu_seconds();
	int i;

	for (i = 0; i < 1000000; i++)
		sli_record(now.ind, sli_clock_ns(), SLI_GOOD, 1000);
	return cpu_seconds() - begin;
}

/*
 * A hundred that hang, and four that scrape as fast as they can, one of whose
 * like would be there every 15 s. They share the processors' caches with the
 * recorder, so it is not for nothing; but no record waits.
 */
static void
test_clients_of_any_kind_delay_no_record(void **state)
{
	uint16_t port = now.port;
	double alone, among = 0, best = 1e9;
	pthread_t thread[SCRAPERS];
	int fd[SLOW_CLIENTS], i, round;

	(void)state;
	time_records();
	alone = time_records();
	for (round = 0; round < 3 && best > 2 * alone; round++) {
		connect_all(fd, client_half);
		for (i = 0; i < SCRAPERS; i++)
			pthread_create(&thread[i], NULL, client_scrape_often,
			    &port);
		among = time_records();
		for (i = 0; i < SCRAPERS; i++)
			pthread_join(thread[i], NULL);
		close_all(fd);
		best = among < best ? among : best;
	}
	print_message("a record takes %.1f ns, and %.1f ns among scrapers: "
		      "%.2f times\n",
	    1e3 * alone, 1e3 * best, best / alone);
	assert_true(best < 2 * alone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		HTTP_TEST(test_clients_that_are_slow_keep_nobody_out),
		HTTP_TEST(test_clients_that_do_not_read_keep_nobody_out),
		HTTP_TEST(
		    test_clients_that_ask_are_kept_before_those_that_do_not),
		HTTP_TEST(test_clients_that_are_silent_are_hung_up_on),
		HTTP_TEST(
		    test_clients_that_have_said_all_are_answered_half_closed),
		HTTP_TEST(test_clients_that_talk_garbage_change_nothing),
		HTTP_TEST(test_clients_that_reset_leave_nothing),
		HTTP_TEST(test_clients_with_huge_headers_are_refused),
		HTTP_TEST(test_clients_that_scrape_at_once_are_all_answered),
		HTTP_TEST(test_clients_of_any_kind_delay_no_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
