/* SPDX-License-Identifier: MIT */
/* A flusher in an event loop, whose sink appends text to a file. */
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sli/deliver_file.h>
#include <sli/export.h>

#include "../support/scratch.h"
#include "probe.h"

static struct sli_flusher *flusher;

static int
append_text(const struct sli_snapshot *snapshot, void *arg,
    struct sli_error *err)
{
	struct sli_appender *a = arg;
	int status;

	sli_appender_begin(a);
	status = sli_text_export(snapshot, NULL, sli_appender_write, a, err);
	if (status != SLI_OK)
		return status;
	return sli_appender_commit(a, err);
}

static bool
is_readable(int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };

	return poll(&p, 1, 0) == 1;
}

/* How many expositions, and the last count of good events in them. */
static int
read_text(const char *path, uint64_t *last)
{
	static const char series[] =
	    "sli_events_total{sli=\"requests\",outcome=\"good\"} ";
	char line[512];
	FILE *in = fopen(path, "r");
	int count = 0;

	assert_non_null(in);
	while (fgets(line, sizeof(line), in) != NULL)
		if (strncmp(line, series, strlen(series)) == 0) {
			*last = strtoull(line + strlen(series), NULL, 10);
			count++;
		}
	fclose(in);
	return count;
}

/* What an application's loop would do, with a pipe of its own beside. */
static void
test_flusher_loop_flushes_with_epoll(void **state)
{
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	struct sli_appender_config log = SLI_APPENDER_CONFIG_INIT;
	struct epoll_event event = { EPOLLIN, { 0 } }, ready;
	struct sli_flusher_stats stats;
	struct sli_sink sink = { "text", append_text, NULL };
	struct sli_appender *a;
	int epoll = epoll_create1(EPOLL_CLOEXEC), fd, other[2];
	uint64_t recorded = 0, last = 0;

	(void)state;
	log.path = scratch_path("metrics");
	assert_int_equal(sli_appender_open(&log, &a, NULL), SLI_OK);
	sink.arg = a;
	cfg.sinks = &sink;
	cfg.sink_count = 1;
	cfg.interval_ns = SLI_MILLIS(10);
	assert_int_equal(sli_flusher_create(reg, &cfg, &flusher, NULL), SLI_OK);
	assert_int_equal(sli_flusher_fd(flusher, &fd, NULL), SLI_OK);
	assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	assert_true((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
	assert_int_equal(pipe(other), 0);
	event.data.fd = fd;
	assert_int_equal(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), 0);
	event.data.fd = other[0];
	assert_int_equal(epoll_ctl(epoll, EPOLL_CTL_ADD, other[0], &event), 0);
	do {
		assert_int_equal(epoll_wait(epoll, &ready, 1, 10000), 1);
		assert_int_equal(ready.data.fd, fd);
		sli_count(ind, sli_clock_ns(), SLI_GOOD, 7);
		recorded += 7;
		assert_int_equal(sli_flusher_run(flusher, NULL), SLI_OK);
		assert_int_equal(sli_flusher_stats(flusher, 0, &stats), SLI_OK);
	} while (stats.flushes < 5);

	sli_count(ind, sli_clock_ns(), SLI_GOOD, 1);
	assert_int_equal(sli_flusher_stop(flusher, 0, NULL), SLI_OK);
	assert_int_equal(read_text(log.path, &last), 6);
	assert_int_equal(last, recorded + 1);
	assert_int_equal(sli_flusher_destroy(flusher), SLI_OK);
	assert_int_equal(sli_appender_close(a, NULL), SLI_OK);
	close(other[0]);
	close(other[1]);
	close(epoll);
}

static void
test_flusher_loop_is_readable_when_it_is_due(void **state)
{
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	struct probe p = { 0 };
	struct sli_sink sink = sink_of("probe", &p);
	struct clock clock = { START, 0 };
	struct pollfd timer = { -1, POLLIN, 0 };

	(void)state;
	cfg.sinks = &sink;
	cfg.sink_count = 1;
	cfg.clock = clock_look;
	cfg.clock_arg = &clock;
	assert_int_equal(sli_flusher_create(reg, &cfg, &flusher, NULL), SLI_OK);
	assert_int_equal(sli_flusher_fd(flusher, &timer.fd, NULL), SLI_OK);
	assert_false(is_readable(timer.fd));

	/* 20 ms before it is due: then it is readable in 20 ms. */
	clock.now_ns = START + 10 * SECOND - SLI_MILLIS(20);
	assert_int_equal(sli_flusher_run(flusher, NULL), SLI_OK);
	assert_int_equal(p.calls, 0);
	assert_int_equal(poll(&timer, 1, 10000), 1);
	clock.now_ns = START + 10 * SECOND;
	assert_int_equal(sli_flusher_run(flusher, NULL), SLI_OK);
	assert_int_equal(p.calls, 1);
	assert_false(is_readable(timer.fd));

	/* Due again, but stopped. */
	clock.now_ns = START + 20 * SECOND - SLI_MILLIS(1);
	assert_int_equal(sli_flusher_run(flusher, NULL), SLI_OK);
	assert_int_equal(poll(&timer, 1, 10000), 1);
	assert_int_equal(sli_flusher_stop(flusher, 0, NULL), SLI_OK);
	assert_false(is_readable(timer.fd));
	assert_int_equal(sli_flusher_destroy(flusher), SLI_OK);
}

/* A child has the descriptor, too, and must not set the timer. */
static void
test_flusher_loop_is_not_disturbed_by_a_child(void **state)
{
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	struct probe p = { 0 };
	struct sli_sink sink = sink_of("probe", &p);
	struct pollfd timer = { -1, POLLIN, 0 };
	int status = -1;
	pid_t child;

	(void)state;
	cfg.sinks = &sink;
	cfg.sink_count = 1;
	cfg.interval_ns = SLI_MILLIS(50);
	assert_int_equal(sli_flusher_create(reg, &cfg, &flusher, NULL), SLI_OK);
	assert_int_equal(sli_flusher_fd(flusher, &timer.fd, NULL), SLI_OK);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(sli_flusher_run(flusher, NULL) != SLI_EACCES ||
		    sli_flusher_stop(flusher, 0, NULL) != SLI_EACCES ||
		    sli_flusher_destroy(flusher) != SLI_OK);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(poll(&timer, 1, 10000), 1);
	assert_int_equal(sli_flusher_run(flusher, NULL), SLI_OK);
	assert_int_equal(p.calls, 1);
	assert_int_equal(sli_flusher_stop(flusher, 0, NULL), SLI_OK);
	assert_int_equal(sli_flusher_destroy(flusher), SLI_OK);
}

static int
setup_all(void **state)
{
	return scratch_setup(state) + setup(state);
}

static int
teardown_all(void **state)
{
	return teardown(state) + scratch_teardown(state);
}

#define TEST_IN_SCRATCH(name)                                                  \
	cmocka_unit_test_setup_teardown(name, setup_all, teardown_all)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_IN_SCRATCH(test_flusher_loop_flushes_with_epoll),
		TEST(test_flusher_loop_is_readable_when_it_is_due),
		TEST(test_flusher_loop_is_not_disturbed_by_a_child),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
