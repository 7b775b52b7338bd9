/* SPDX-License-Identifier: MIT */
/*
 * Clients that are slow, hostile, many or gone; and an endpoint that stops,
 * forks and starts again under them.
 */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "client.h"

#define SLOW_CLIENTS 100

static const char half[] = "GET /metrics HTTP/1.1\r\nHost: local";
static const char whole[] = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";

static struct sli_registry *reg;
static struct sli_indicator *ind;
static struct sli_http *http;

static int
set_up(void **state)
{
	(void)state;
	reg = make_registry(&ind);
	http = start_endpoint(reg, NULL);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	sli_http_stop(http);
	sli_registry_close(reg);
	return 0;
}

/* The code of an answer to an honest scrape. */
static int
scrape(uint16_t port)
{
	struct reply reply;
	int code;

	client_get(port, "/metrics", "", &reply);
	code = reply.code;
	reply_free(&reply);
	return code;
}

/* ---- slow ones ---- */

static void
connect_all(int fd[SLOW_CLIENTS], const char *say)
{
	int i;

	for (i = 0; i < SLOW_CLIENTS; i++) {
		fd[i] = client_connect(sli_http_port(http));
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
	static const char *const says[] = { "", "G", half, whole };
	int fd[SLOW_CLIENTS];
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(says); i++) {
		connect_all(fd, says[i]);
		assert_int_equal(scrape(sli_http_port(http)), 200);
		close_all(fd);
	}
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
	sli_http_stop(http);
	cfg.max_connections = 2;
	http = start_endpoint(reg, &cfg);
	busy = client_connect(sli_http_port(http));
	idle = client_connect(sli_http_port(http));
	client_say(idle, ask, strlen(ask));
	assert_true(recv(idle, answer, sizeof(answer), 0) > 0);
	client_say(busy, ask, strlen(ask));
	assert_true(recv(busy, answer, sizeof(answer), 0) > 0);
	next = client_connect(sli_http_port(http));
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

	sli_http_stop(http);
	cfg.timeout_s = 1;
	http = start_endpoint(reg, &cfg);
}

static void
test_clients_that_are_silent_are_hung_up_on(void **state)
{
	char byte;
	int fd;

	(void)state;
	be_impatient();
	fd = client_connect(sli_http_port(http));
	client_say(fd, half, strlen(half));
	/* Within the client's own 10 s, after which it would be -1. */
	while (recv(fd, &byte, 1, 0) > 0)
		continue;
	assert_int_equal(recv(fd, &byte, 1, 0), 0);
	close(fd);
}

static void
test_clients_that_have_said_all_are_answered_half_closed(void **state)
{
	int fd = client_connect(sli_http_port(http));
	char answer[1 << 14];

	(void)state;
	client_say(fd, whole, strlen(whole));
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

	client_ask(sli_http_port(http), bytes, length, &reply);
	if (reply.code != 0 && (reply.code < 400 || reply.code > 505))
		fail_msg("%.*s: %d", (int)length, (const char *)bytes,
		    reply.code);
	reply_free(&reply);
	assert_int_equal(scrape(sli_http_port(http)), 200);
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

#define ASKERS 4
#define ASKS 50

static void *
ask_often(void *arg)
{
	uint16_t port = *(uint16_t *)arg;
	intptr_t answered = 0;
	int i;

	for (i = 0; i < ASKS; i++)
		answered += scrape(port) == 200;
	return (void *)answered;
}

static void
test_clients_that_scrape_at_once_are_all_answered(void **state)
{
	uint16_t port = sli_http_port(http);
	pthread_t thread[ASKERS];
	void *answered;
	int i;

	(void)state;
	for (i = 0; i < ASKERS; i++)
		assert_int_equal(
		    pthread_create(&thread[i], NULL, ask_often, &port), 0);
	for (i = 0; i < ASKERS; i++) {
		pthread_join(thread[i], &answered);
		assert_int_equal((intptr_t)answered, ASKS);
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
		sli_record(ind, sli_clock_ns(), SLI_GOOD, 1000);
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
	uint16_t port = sli_http_port(http);
	double alone, among = 0, best = 1e9;
	pthread_t thread[ASKERS];
	int fd[SLOW_CLIENTS], i, round;

	(void)state;
	time_records();
	alone = time_records();
	for (round = 0; round < 3 && best > 2 * alone; round++) {
		connect_all(fd, half);
		for (i = 0; i < ASKERS; i++)
			pthread_create(&thread[i], NULL, ask_often, &port);
		among = time_records();
		for (i = 0; i < ASKERS; i++)
			pthread_join(thread[i], NULL);
		close_all(fd);
		best = among < best ? among : best;
	}
	print_message("a record takes %.1f ns, and %.1f ns among scrapers: "
		      "%.2f times\n",
	    1e3 * alone, 1e3 * best, best / alone);
	assert_true(best < 2 * alone);
}

/* ---- stop, start, fork ---- */

static void
test_clients_may_be_served_while_it_stops(void **state)
{
	pthread_t thread[ASKERS];
	int i, round;
	uint16_t port;

	(void)state;
	for (round = 0; round < 10; round++) {
		port = sli_http_port(http);
		for (i = 0; i < ASKERS; i++)
			assert_int_equal(
			    pthread_create(&thread[i], NULL, ask_often, &port),
			    0);
		while (scrape(port) != 200)
			continue;
		sli_http_stop(http);
		assert_int_equal(client_connect(port), -1);
		for (i = 0; i < ASKERS; i++)
			pthread_join(thread[i], NULL);
		http = start_endpoint(reg, NULL);
	}
}

static void
test_clients_find_it_again_on_the_same_port(void **state)
{
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	int fd = client_connect(sli_http_port(http));
	char answer[1 << 14];

	(void)state;
	/* Its end hangs up first, so the old address stays for a while. */
	client_say(fd, whole, strlen(whole));
	assert_true(recv(fd, answer, sizeof(answer), 0) > 0);
	cfg.port = sli_http_port(http);
	sli_http_stop(http);
	http = start_endpoint(reg, &cfg);
	assert_int_equal(sli_http_port(http), cfg.port);
	assert_int_equal(scrape(sli_http_port(http)), 200);
	close(fd);
}

static void
test_clients_are_served_by_the_parent_after_a_fork(void **state)
{
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	int status, fd = client_connect(sli_http_port(http));
	int line[2];
	pid_t child;
	char byte;

	(void)state;
	assert_int_equal(pipe(line), 0);
	client_say(fd, half, strlen(half));
	child = fork();
	if (child == 0) {
		close(line[1]);
		sli_http_stop(http);
		_exit(read(line[0], &byte, 1) == 0 ? 0 : 1);
	}
	assert_true(child > 0);
	close(line[0]);
	assert_int_equal(scrape(sli_http_port(http)), 200);
	close(fd);
	cfg.port = sli_http_port(http);
	sli_http_stop(http);
	http = start_endpoint(reg, &cfg);
	assert_int_equal(scrape(cfg.port & UINT16_MAX), 200);
	close(line[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* The signals that a thread of this process has blocked, as a mask. */
static unsigned long long
blocked_signals(const char *thread)
{
	unsigned long long mask = 0;
	char path[300], line[256];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%s/status", thread);
	file = fopen(path, "r");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "SigBlk: %llx", &mask) == 1)
			break;
	if (file != NULL)
		fclose(file);
	return mask;
}

static void
test_thread_leaves_signals_to_the_application(void **state)
{
	const unsigned long long wanted = 1ull << (SIGTERM - 1) |
	    1ull << (SIGCHLD - 1);
	DIR *threads = opendir("/proc/self/task");
	struct dirent *entry;
	int others = 0;

	(void)state;
	assert_non_null(threads);
	while ((entry = readdir(threads)) != NULL) {
		if (entry->d_name[0] == '.' || atoi(entry->d_name) == getpid())
			continue;
		others++;
		assert_int_equal(blocked_signals(entry->d_name) & wanted,
		    wanted);
	}
	closedir(threads);
	assert_int_equal(others, 1);
}

/* ---- without a thread ---- */

static void
serve_until_heard(int fd)
{
	struct pollfd ready[2] = {
		{ .fd = sli_http_fd(http), .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};
	int wait_ms = 0;

	do {
		assert_true(poll(ready, 2, wait_ms < 0 ? 10000 : wait_ms) >= 0);
		assert_int_equal(sli_http_run(http, &wait_ms), SLI_OK);
	} while (ready[1].revents == 0);
}

static void
test_event_loop_serves_on_the_thread_that_runs_it(void **state)
{
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	char answer[1 << 16];
	int fd, wait_ms;

	(void)state;
	assert_int_equal(sli_http_run(http, &wait_ms), SLI_EINVAL);
	sli_http_stop(http);
	cfg.flags = SLI_HTTP_EVENT_LOOP;
	http = start_endpoint(reg, &cfg);
	assert_int_equal(sli_http_run(http, NULL), SLI_EINVAL);
	assert_int_equal(sli_http_run(http, &wait_ms), SLI_OK);
	assert_int_equal(wait_ms, -1);
	fd = client_connect(sli_http_port(http));
	client_say(fd, whole, strlen(whole));
	serve_until_heard(fd);
	assert_true(recv(fd, answer, sizeof(answer), 0) > 0);
	assert_memory_equal(answer, "HTTP/1.1 200 OK\r\n", 17);
	assert_int_equal(sli_http_run(http, &wait_ms), SLI_OK);
	assert_in_range(wait_ms, 1, 30000); /* until its silence is too long */
	close(fd);
}

int
main(void)
{
#define CLIENT_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CLIENT_TEST(test_clients_that_are_slow_keep_nobody_out),
		CLIENT_TEST(
		    test_clients_that_ask_are_kept_before_those_that_do_not),
		CLIENT_TEST(test_clients_that_are_silent_are_hung_up_on),
		CLIENT_TEST(
		    test_clients_that_have_said_all_are_answered_half_closed),
		CLIENT_TEST(test_clients_that_talk_garbage_change_nothing),
		CLIENT_TEST(test_clients_with_huge_headers_are_refused),
		CLIENT_TEST(test_clients_that_scrape_at_once_are_all_answered),
		CLIENT_TEST(test_clients_of_any_kind_delay_no_record),
		CLIENT_TEST(test_clients_may_be_served_while_it_stops),
		CLIENT_TEST(test_clients_find_it_again_on_the_same_port),
		CLIENT_TEST(test_clients_are_served_by_the_parent_after_a_fork),
		CLIENT_TEST(test_thread_leaves_signals_to_the_application),
		CLIENT_TEST(test_event_loop_serves_on_the_thread_that_runs_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
