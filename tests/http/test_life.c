/* SPDX-License-Identifier: MIT */
/*
 * An endpoint that stops, forks and starts again; with a thread and without.
 */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/scratch.h"
#include "client.h"

static void
test_clients_may_be_served_while_it_stops(void **state)
{
	pthread_t thread[SCRAPERS];
	int i, round;
	uint16_t port;

	(void)state;
	for (round = 0; round < 10; round++) {
		port = now.port;
		for (i = 0; i < SCRAPERS; i++)
			assert_int_equal(pthread_create(&thread[i], NULL,
					     client_scrape_often, &port),
			    0);
		while (client_scrape(port) != 200)
			continue;
		sli_http_stop(now.http);
		now.http = NULL;
		assert_int_equal(client_connect(port), -1);
		for (i = 0; i < SCRAPERS; i++)
			pthread_join(thread[i], NULL);
		restart_with(NULL);
	}
}

static void
test_clients_find_it_again_on_the_same_port(void **state)
{
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	int fd = client_connect(now.port);
	char answer[1 << 14];

	(void)state;
	/* Its end hangs up first, so the old address stays for a while. */
	client_say(fd, client_whole, strlen(client_whole));
	assert_true(recv(fd, answer, sizeof(answer), 0) > 0);
	cfg.port = now.port;
	restart_with(&cfg);
	assert_int_equal(now.port, cfg.port);
	assert_int_equal(client_scrape(now.port), 200);
	close(fd);
}

static void
test_clients_are_served_by_the_parent_after_a_fork(void **state)
{
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	int status, fd = client_connect(now.port);
	int line[2];
	pid_t child;
	char byte;

	(void)state;
	assert_int_equal(pipe(line), 0);
	client_say(fd, client_half, strlen(client_half));
	child = fork();
	if (child == 0) {
		close(line[1]);
		sli_http_stop(now.http);
		_exit(read(line[0], &byte, 1) == 0 ? 0 : 1);
	}
	assert_true(child > 0);
	close(line[0]);
	assert_int_equal(client_scrape(now.port), 200);
	close(fd);
	cfg.port = now.port;
	restart_with(&cfg);
	assert_int_equal(client_scrape(cfg.port & UINT16_MAX), 200);
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
	assert_true(others >= 1); /* a sanitizer may have one, too */
}

/* ---- what is wanting ---- */

static unsigned int
count_descriptors(void)
{
	unsigned int n = 0;
	int fd;

	for (fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* Wherever it fails for want of one, it leaves none open, nor the port. */
static void
test_start_without_descriptors_leaves_none(void **state)
{
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	struct rlimit usual, few;
	unsigned int open;
	int status, failures = 0;
	struct sli_error err;

	(void)state;
	cfg.port = now.port;
	sli_http_stop(now.http);
	now.http = NULL;
	open = count_descriptors();
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
	few = usual;
	for (few.rlim_cur = 1;; few.rlim_cur++, failures++) {
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
		status = sli_http_start(now.reg, &cfg, &now.http, &err);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
		if (status == SLI_OK)
			break;
		assert_int_equal(status, SLI_EIO);
		assert_int_equal(count_descriptors(), open);
	}
	assert_true(failures >= 3);
	assert_int_equal(client_scrape(now.port), 200);
}

/* ---- a registry that goes ---- */

static struct sli_registry *volatile cut;

static void
on_fault(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	if (!sli_registry_fault(cut, info->si_addr))
		_exit(2);
}

static void
test_thread_goes_on_when_the_file_is_truncated(void **state)
{
	struct sigaction action = { .sa_sigaction = on_fault,
		.sa_flags = SA_SIGINFO };
	struct sigaction before;
	struct sli_http *http;
	const char *path = scratch_path("cut.sli");

	(void)state;
	if (is_under_valgrind())
		skip();
	cut = scratch_open(path);
	http = start_endpoint(cut, NULL);
	assert_int_equal(sigaction(SIGBUS, &action, &before), 0);
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(client_scrape(sli_http_port(http)), 200);
	assert_int_equal(sli_registry_status(cut, NULL), SLI_EIO);
	sli_http_stop(http);
	sigaction(SIGBUS, &before, NULL);
	sli_registry_close(cut);
}

/* ---- without a thread ---- */

static void
serve_until_heard(int fd)
{
	struct pollfd ready[2] = {
		{ .fd = sli_http_fd(now.http), .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};
	int wait_ms = 0;

	do {
		assert_true(poll(ready, 2, wait_ms < 0 ? 10000 : wait_ms) >= 0);
		assert_int_equal(sli_http_run(now.http, &wait_ms), SLI_OK);
	} while (ready[1].revents == 0);
}

static void
test_event_loop_serves_on_the_thread_that_runs_it(void **state)
{
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	char answer[1 << 16];
	int fd, wait_ms;

	(void)state;
	assert_int_equal(sli_http_run(now.http, &wait_ms), SLI_EINVAL);
	cfg.flags = SLI_HTTP_EVENT_LOOP;
	restart_with(&cfg);
	assert_int_equal(sli_http_run(now.http, NULL), SLI_EINVAL);
	assert_int_equal(sli_http_run(now.http, &wait_ms), SLI_OK);
	assert_int_equal(wait_ms, -1);
	fd = client_connect(now.port);
	client_say(fd, client_whole, strlen(client_whole));
	serve_until_heard(fd);
	assert_true(recv(fd, answer, sizeof(answer), 0) > 0);
	assert_memory_equal(answer, "HTTP/1.1 200 OK\r\n", 17);
	assert_int_equal(sli_http_run(now.http, &wait_ms), SLI_OK);
	assert_in_range(wait_ms, 1, 30000); /* until its silence is too long */
	close(fd);
}

/* What epoll has is the parent's. */
static void
test_event_loop_is_not_run_by_a_child(void **state)
{
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	int status, wait_ms;
	pid_t child;

	(void)state;
	cfg.flags = SLI_HTTP_EVENT_LOOP;
	restart_with(&cfg);
	child = fork();
	if (child == 0)
		_exit(sli_http_run(now.http, &wait_ms) != SLI_EACCES);
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		HTTP_TEST(test_clients_may_be_served_while_it_stops),
		HTTP_TEST(test_clients_find_it_again_on_the_same_port),
		HTTP_TEST(test_clients_are_served_by_the_parent_after_a_fork),
		HTTP_TEST(test_thread_leaves_signals_to_the_application),
		HTTP_TEST(test_start_without_descriptors_leaves_none),
		cmocka_unit_test_setup_teardown(
		    test_thread_goes_on_when_the_file_is_truncated,
		    scratch_setup, scratch_teardown),
		HTTP_TEST(test_event_loop_serves_on_the_thread_that_runs_it),
		HTTP_TEST(test_event_loop_is_not_run_by_a_child),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
