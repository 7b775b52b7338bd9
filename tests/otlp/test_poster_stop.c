/* SPDX-License-Identifier: MIT */
/* The ends of a poster: stop, destroy, fork; and what it keeps to itself. */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "posting.h"

/* Valgrind and sanitizers take their time. */
#define SOON_S 1.5

static double
stop_takes(struct posting *p, uint64_t timeout_ns, int status)
{
	double begin_s = posting_seconds();
	struct sli_error err = { SLI_OK, "" };

	assert_int_equal(sli_otlp_poster_stop(p->poster, timeout_ns, &err),
	    status);
	assert_int_equal(err.status, status);
	if (status != SLI_OK)
		assert_non_null(strstr(err.message, "127.0.0.1:"));
	return posting_seconds() - begin_s;
}

static void
test_stop_posts_what_was_flushed(void **state)
{
	struct posting p;
	uint64_t i;

	(void)state;
	for (i = 0; i < 20; i++) {
		posting_open(&p, NULL);
		posting_flush(&p, 1);
		posting_flush(&p, 2);
		assert_true(stop_takes(&p, SLI_SECONDS(20), SLI_OK) < 15);
		assert_int_equal(receiver_good(&p.receiver), 3);
		posting_close(&p);
	}
}

static void
test_stop_gives_up_by_its_deadline(void **state)
{
	static const struct conduct conducts[] = { { .is_deaf = true },
		{ .hangs = true }, { .resets = true },
		{ .reply = "HTTP/1.1 503 No\r\nRetry-After: 60\r\n"
			   "Content-Length: 0\r\n\r\n" },
		{ .reply = "HTTP/1.1 200 OK\r\n\r\n",
		    .half_closes = true,
		    .pause_ms = 60000 } };
	struct sli_otlp_poster_config cfg = posting_config();
	struct posting p;
	double took_s;
	size_t i;

	(void)state;
	cfg.timeout_ns = SLI_MINUTES(1);
	for (i = 0; i < LENGTH(conducts); i++) {
		posting_open(&p, &cfg);
		receiver_behave(&p.receiver, &conducts[i]);
		posting_flush(&p, 1);
		took_s = stop_takes(&p, SLI_MILLIS(100), SLI_EIO);
		assert_true(took_s >= 0.099 && took_s < SOON_S);
		assert_int_equal(posting_stats(&p).failed, 1);
		posting_flush(&p, 1);
		assert_int_equal(sli_otlp_poster_start(p.poster, NULL), SLI_OK);
		assert_true(stop_takes(&p, 0, SLI_EIO) < SOON_S);
		posting_close(&p);
	}
}

/* It had to wait for the collector for an hour. */
static void
test_stop_does_not_wait_to_try_again(void **state)
{
	struct sli_otlp_poster_config cfg = posting_config();
	struct posting p;

	(void)state;
	cfg.retry_min_ns = SLI_HOURS(1);
	cfg.retry_max_ns = SLI_HOURS(1);
	posting_open(&p, &cfg);
	receiver_die(&p.receiver);
	posting_flush(&p, 4);
	posting_await(&p, retries, 1);
	receiver_revive(&p.receiver);
	assert_true(stop_takes(&p, SLI_SECONDS(20), SLI_OK) < 15);
	assert_int_equal(receiver_good(&p.receiver), 4);
	posting_close(&p);
}

/* The one under way hangs; the newer finds another connection. */
static void
test_stop_prefers_the_newest(void **state)
{
	struct sli_otlp_poster_config cfg = posting_config();
	struct sli_otlp_stats stats;
	struct posting p;

	(void)state;
	cfg.timeout_ns = SLI_MINUTES(1);
	posting_open(&p, &cfg);
	receiver_behave(&p.receiver, &(struct conduct){ .hangs = true });
	posting_flush(&p, 1);
	assert_true(receiver_await(&p.receiver, 1));
	pthread_mutex_lock(&p.receiver.lock);
	p.receiver.conduct.hangs = false; /* for the next connection */
	pthread_mutex_unlock(&p.receiver.lock);
	posting_flush(&p, 1);
	assert_true(stop_takes(&p, SLI_SECONDS(20), SLI_OK) < 15);
	assert_int_equal(receiver_good(&p.receiver), 2);
	stats = posting_stats(&p);
	assert_int_equal(stats.replaced, 1);
	assert_int_equal(stats.posted, 1);
	posting_close(&p);
}

static void
test_stop_and_start_again(void **state)
{
	struct sli_error err;
	struct posting p;
	uint64_t i;

	(void)state;
	posting_open(&p, NULL);
	assert_int_equal(sli_otlp_poster_start(p.poster, &err), SLI_EBUSY);
	assert_string_equal(err.message, "the poster runs already");
	for (i = 1; i <= 10; i++) {
		assert_int_equal(
		    sli_otlp_poster_stop(p.poster, SLI_SECONDS(9), NULL),
		    SLI_OK);
		assert_int_equal(sli_otlp_poster_stop(p.poster, 0, NULL),
		    SLI_OK);
		posting_flush(&p, 1);
		assert_int_equal(receiver_requests(&p.receiver), i - 1);
		assert_int_equal(sli_otlp_poster_start(p.poster, NULL), SLI_OK);
		posting_await(&p, posted, i);
	}
	posting_close(&p);
}

/* What it had to wait for before the stop is no matter any more. */
static void
test_start_again_tries_at_once(void **state)
{
	struct sli_otlp_poster_config cfg = posting_config();
	struct sli_error err;
	struct posting p;

	(void)state;
	cfg.retry_min_ns = SLI_HOURS(1);
	cfg.retry_max_ns = SLI_HOURS(1);
	posting_open(&p, &cfg);
	receiver_behave(&p.receiver,
	    &(struct conduct){
		.reply = "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n" });
	posting_flush(&p, 1);
	posting_await(&p, retries, 1);
	receiver_behave(&p.receiver, &(struct conduct){ .is_deaf = true });
	assert_true(stop_takes(&p, SLI_MILLIS(1), SLI_EIO) < SOON_S);

	/* Another's failure is none of the next one's. */
	posting_flush(&p, 1);
	assert_int_equal(sli_otlp_poster_start(p.poster, NULL), SLI_OK);
	assert_int_equal(sli_otlp_poster_stop(p.poster, 0, &err), SLI_EIO);
	assert_non_null(strstr(err.message, "has not answered"));

	receiver_behave(&p.receiver, &(struct conduct){ .is_deaf = false });
	posting_flush(&p, 1);
	assert_int_equal(sli_otlp_poster_start(p.poster, NULL), SLI_OK);
	posting_await(&p, posted, 1);
	posting_close(&p);
}

static void
test_destroy_ends_what_hangs(void **state)
{
	double begin_s;
	struct posting p;

	(void)state;
	posting_open(&p, NULL);
	receiver_behave(&p.receiver, &(struct conduct){ .is_deaf = true });
	posting_flush(&p, 1);
	begin_s = posting_seconds();
	posting_close(&p);
	assert_true(posting_seconds() - begin_s < SOON_S);
	sli_otlp_poster_destroy(NULL);
}

static void
flush_to(const struct sli_snapshot *snapshot, void *arg)
{
	void **arg_and_status = arg;

	*(int *)arg_and_status[1] = sli_otlp_flush(snapshot, arg_and_status[0],
	    NULL);
}

/* 0: in the child the poster did nothing, and the connection is left alone. */
static int
use_in_child(struct posting *p)
{
	struct sli_otlp_stats stats;
	int flushed = SLI_OK;
	void *arg[] = { p->poster, &flushed };

	if (sli_flush(p->reg, sli_clock_ns(), flush_to, arg) != SLI_OK ||
	    flushed != SLI_EACCES)
		return 1;
	if (sli_otlp_poster_start(p->poster, NULL) != SLI_EACCES ||
	    sli_otlp_poster_stop(p->poster, 0, NULL) != SLI_EACCES ||
	    sli_otlp_poster_stats(p->poster, &stats) != SLI_EACCES)
		return 2;
	sli_otlp_poster_destroy(p->poster);
	return 0;
}

static void
test_fork_child_leaves_the_poster_alone(void **state)
{
	struct posting p;
	int status = -1;
	pid_t pid;

	(void)state;
	posting_open(&p, NULL);
	posting_flush(&p, 1);
	posting_await(&p, posted, 1);
	pid = fork();
	if (pid == 0) {
		/* At an exit valgrind would look for what it has not freed. */
		if (use_in_child(&p) == 0)
			kill(getpid(), SIGKILL);
		_exit(1);
	}
	assert_true(pid > 0 && waitpid(pid, &status, 0) == pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	posting_flush(&p, 1);
	posting_await(&p, posted, 2);
	assert_int_equal(receiver_connections(&p.receiver), 1);
	posting_close(&p);
}

static volatile sig_atomic_t in_main, elsewhere;
static pthread_t main_thread;

static void
on_signal(int number)
{
	(void)number;
	if (pthread_equal(pthread_self(), main_thread))
		in_main++;
	else
		elsewhere++;
}

/* The collector goes away while much is written to it: no SIGPIPE either. */
static void
test_poster_thread_has_no_signals(void **state)
{
	struct sigaction action = { .sa_handler = on_signal }, before[2];
	struct sli_otlp_poster_config cfg = posting_config();
	struct posting p;
	int i;

	(void)state;
	main_thread = pthread_self();
	sigaction(SIGUSR1, &action, &before[0]);
	sigaction(SIGPIPE, &action, &before[1]);
	posting_open(&p, &cfg);
	receiver_behave(&p.receiver, &(struct conduct){ .resets = true });
	for (i = 0; i < 50; i++) {
		posting_flush(&p, 1);
		kill(getpid(), SIGUSR1);
		poll(NULL, 0, 1);
	}
	posting_close(&p);
	sigaction(SIGUSR1, &before[0], NULL);
	sigaction(SIGPIPE, &before[1], NULL);
	assert_true(in_main > 0);
	assert_int_equal(elsewhere, 0);
}

/* What is open, and what of it a program that is executed would have. */
static void
count_descriptors(unsigned int *open, unsigned int *inherited)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	int flags;

	*open = *inherited = 0;
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		flags = fcntl(atoi(entry->d_name), F_GETFD);
		if (entry->d_name[0] == '.' || flags < 0)
			continue;
		(*open)++;
		*inherited += (flags & FD_CLOEXEC) == 0;
	}
	closedir(dir);
}

/* libcurl's own, of curl_multi_wakeup(): there is no way to those. */
#define WAKE_UP 2

static void
test_poster_leaks_no_descriptors(void **state)
{
	unsigned int open[2], inherited[2], i;
	struct posting p;

	(void)state;
	count_descriptors(&open[0], &inherited[0]);
	for (i = 0; i < 50; i++) {
		posting_open(&p, NULL);
		posting_flush(&p, 1);
		posting_await(&p, posted, 1);
		count_descriptors(&open[1], &inherited[1]);
		assert_true(inherited[1] <= inherited[0] + WAKE_UP);
		posting_close(&p);
	}
	count_descriptors(&open[1], &inherited[1]);
	assert_int_equal(open[0], open[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_stop_posts_what_was_flushed),
		TEST(test_stop_gives_up_by_its_deadline),
		TEST(test_stop_does_not_wait_to_try_again),
		TEST(test_stop_prefers_the_newest),
		TEST(test_stop_and_start_again),
		TEST(test_start_again_tries_at_once),
		TEST(test_destroy_ends_what_hangs),
		TEST(test_fork_child_leaves_the_poster_alone),
		TEST(test_poster_thread_has_no_signals),
		TEST(test_poster_leaks_no_descriptors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
