/* SPDX-License-Identifier: MIT */
/* A flusher with its thread, by the clock there is. */
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deliver/flusher.h"
#include "probe.h"

static struct sli_flusher *flusher;

static int
create(struct sli_sink *sinks, uint32_t count, uint64_t interval_ns)
{
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;

	cfg.sinks = sinks;
	cfg.sink_count = count;
	cfg.interval_ns = interval_ns;
	return sli_flusher_create(reg, &cfg, &flusher, NULL);
}

static void
start(struct sli_sink *sinks, uint32_t count, uint64_t interval_ns)
{
	assert_int_equal(create(sinks, count, interval_ns), SLI_OK);
	assert_int_equal(sli_flusher_start(flusher, NULL), SLI_OK);
}

static void
stop(void)
{
	assert_int_equal(sli_flusher_stop(flusher, UINT64_MAX, NULL), SLI_OK);
	assert_int_equal(sli_flusher_destroy(flusher), SLI_OK);
}

static void
test_flusher_thread_flushes_by_itself(void **state)
{
	struct probe p = { 0 };
	struct sli_sink sink = sink_of("probe", &p);
	int calls;

	(void)state;
	start(&sink, 1, SLI_MILLIS(10));
	while (p.calls < 3)
		nap();
	assert_int_equal(sli_flusher_stop(flusher, UINT64_MAX, NULL), SLI_OK);
	calls = p.calls;
	assert_true(calls >= 4);
	/* Once stopped, it may be started again. */
	assert_int_equal(sli_flusher_start(flusher, NULL), SLI_OK);
	while (p.calls < calls + 2)
		nap();
	stop();
}

/* A thread that records until it is told to end. */
struct recorder {
	pthread_t thread;
	_Atomic uint64_t recorded;
	_Atomic int *ends;
};

static void *
record(void *arg)
{
	struct recorder *r = arg;

	while (!*r->ends) {
		sli_record(ind, sli_clock_ns(), SLI_GOOD, 1000);
		r->recorded++;
	}
	return NULL;
}

static uint64_t
recorded(const struct recorder *r, size_t n)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += r[i].recorded;
	return sum;
}

static void
test_flusher_thread_last_flush_has_everything(void **state)
{
	static struct recorder r[4];
	struct probe good = { 0 }, flaky = { 0 };
	struct sli_sink sinks[] = { sink_of("good", &good),
		sink_of("flaky", &flaky) };
	_Atomic int ends = 0;
	uint64_t before, i;

	(void)state;
	start(sinks, 2, SLI_MILLIS(10));
	for (i = 0; i < LENGTH(r); i++) {
		r[i].recorded = 0;
		r[i].ends = &ends;
		assert_int_equal(
		    pthread_create(&r[i].thread, NULL, record, &r[i]), 0);
	}
	for (i = 0; i < 40; i++) {
		flaky.status = i % 3 == 0 ? SLI_EIO : SLI_OK;
		nap();
	}
	flaky.status = SLI_OK;
	/* While they go on, at least what came before the call. */
	before = recorded(r, LENGTH(r));
	assert_int_equal(sli_flusher_stop(flusher, UINT64_MAX, NULL), SLI_OK);
	assert_true(good.taken >= before && flaky.taken >= before);
	ends = 1;
	for (i = 0; i < LENGTH(r); i++)
		pthread_join(r[i].thread, NULL);
	assert_int_equal(sli_flusher_start(flusher, NULL), SLI_OK);
	stop();
	assert_int_equal(good.taken, recorded(r, LENGTH(r)));
	assert_int_equal(flaky.taken, recorded(r, LENGTH(r)));
	assert_int_equal(good.total, good.taken);
}

static void
test_flusher_thread_stop_tells_that_its_last_flush_failed(void **state)
{
	struct probe a = { 0 }, b = { 0 };
	struct sli_sink sinks[] = { sink_of("a", &a), sink_of("b", &b) };
	struct sli_error err;

	(void)state;
	start(sinks, 2, SLI_HOURS(1));
	a.status = SLI_EIO;
	sli_count(ind, sli_clock_ns(), SLI_GOOD, 3);
	assert_int_equal(sli_flusher_stop(flusher, UINT64_MAX, &err), SLI_EIO);
	assert_error(&err, SLI_EIO, "sink a", "the cable is out");
	assert_true(a.taken == 0 && b.taken == 3);
	assert_int_equal(sli_flusher_stop(flusher, 0, NULL), SLI_OK);
	assert_int_equal(sli_flusher_destroy(flusher), SLI_OK);
}

/* A sink that hangs: stop comes back, and says whose fault it is. */
static void
test_flusher_thread_stop_gives_up_a_sink_that_hangs(void **state)
{
	struct probe a = { 0 }, b = { 0 };
	struct sli_sink sinks[] = { sink_of("a", &a), sink_of("hangs", &b) };
	struct sli_flusher_stats stats;
	struct sli_error err;

	(void)state;
	b.hanging = 1;
	start(sinks, 2, SLI_MILLIS(10));
	while (!b.inside)
		nap();
	sli_count(ind, sli_clock_ns(), SLI_GOOD, 3);
	assert_int_equal(sli_flusher_now(flusher, &err), SLI_EBUSY);
	assert_int_equal(sli_flusher_stop(flusher, 0, &err), SLI_EBUSY);
	assert_error(&err, SLI_EBUSY, "not stopped", "sink hangs");
	assert_int_equal(sli_flusher_stop(flusher, SLI_MILLIS(20), &err),
	    SLI_EBUSY);
	assert_error(&err, SLI_EBUSY, "not stopped", "sink hangs");
	assert_int_equal(sli_flusher_start(flusher, NULL), SLI_EBUSY);
	assert_int_equal(sli_flusher_destroy(flusher), SLI_EBUSY);
	assert_int_equal(sli_flusher_stats(flusher, 1, &stats), SLI_OK);
	assert_true(stats.running_ns != 0 && stats.flushes == 0);
	b.hanging = 0;
	stop();
	assert_true(a.taken == 3 && b.taken == 3);
}

static uint64_t
cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return SLI_SECONDS(ts.tv_sec) + (uint64_t)ts.tv_nsec;
}

/* What it costs to record, at best. */
static uint64_t
measure(void)
{
	uint64_t best = UINT64_MAX, begin, spent, now = sli_clock_ns();
	int i, round;

	for (round = 0; round < 10; round++) {
		begin = cpu_ns();
		for (i = 0; i < 20000; i++)
			sli_record(ind, now, SLI_GOOD, 1000);
		spent = cpu_ns() - begin;
		if (spent < best)
			best = spent;
	}
	return best / 20;
}

static void
test_flusher_thread_that_hangs_delays_no_record(void **state)
{
	struct probe p = { 0 };
	struct sli_sink sink = sink_of("hangs", &p);
	uint64_t without = measure(), with;

	(void)state;
	p.hanging = 1;
	start(&sink, 1, SLI_MILLIS(10));
	while (!p.inside)
		nap();
	with = measure();
	p.hanging = 0;
	stop();
	print_message("1000 records: %llu ns without, %llu ns with a sink that "
		      "hangs\n",
	    (unsigned long long)without, (unsigned long long)with);
	assert_true(with < 2 * without);
}

struct inside {
	sigset_t blocked;
	char name[16];
	uint64_t timeout_ns; /* of the stop that it tries */
	int stopped;
	_Atomic int calls;
};

static int
look_around(const struct sli_snapshot *snapshot, void *arg,
    struct sli_error *err)
{
	struct inside *i = arg;

	(void)snapshot;
	pthread_sigmask(SIG_BLOCK, NULL, &i->blocked);
	pthread_getname_np(pthread_self(), i->name, sizeof(i->name));
	i->stopped = sli_flusher_stop(flusher, i->timeout_ns, err);
	i->calls++;
	return SLI_OK;
}

static void
test_flusher_thread_blocks_signals_and_has_a_name(void **state)
{
	struct inside i = { 0 };
	struct sli_sink sink = { "inside", look_around, &i };
	sigset_t before, after;

	(void)state;
	/* The kernel knows of fewer signals than the type has room for. */
	memset(&before, 0, sizeof(before));
	memset(&after, 0, sizeof(after));
	pthread_sigmask(SIG_BLOCK, NULL, &before);
	start(&sink, 1, SLI_MILLIS(10));
	pthread_sigmask(SIG_BLOCK, NULL, &after);
	while (i.calls == 0)
		nap();
	stop();
	assert_memory_equal(&before, &after, sizeof(before));
	assert_string_equal(i.name, "sli-flusher");
	assert_true(sigismember(&i.blocked, SIGTERM));
	assert_true(sigismember(&i.blocked, SIGINT));
	assert_true(sigismember(&i.blocked, SIGPIPE));
	assert_true(sigismember(&i.blocked, SIGRTMIN));
	assert_false(sigismember(&i.blocked, SIGSEGV));
	assert_int_equal(i.stopped, SLI_EBUSY);
}

/* A sink that is called by sli_flusher_now() while there is a thread. */
static void
test_flusher_thread_is_not_stopped_by_a_sink_of_now(void **state)
{
	struct inside i = { 0 };
	struct sli_sink sink = { "inside", look_around, &i };

	(void)state;
	i.timeout_ns = UINT64_MAX;
	start(&sink, 1, SLI_HOURS(1));
	assert_int_equal(sli_flusher_now(flusher, NULL), SLI_OK);
	assert_int_equal(i.calls, 1);
	assert_int_equal(i.stopped, SLI_EBUSY);
	stop();
}

static uint64_t
process_cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return SLI_SECONDS(ts.tv_sec) + (uint64_t)ts.tv_nsec;
}

/* As those do who become a daemon too late. */
static void
test_flusher_thread_goes_on_without_its_descriptor(void **state)
{
	struct probe p = { 0 };
	struct sli_sink sink = sink_of("probe", &p);
	uint64_t begin_ns, spent_ns;

	(void)state;
	start(&sink, 1, SLI_MILLIS(50));
	assert_int_equal(close(flusher->timer_fd), 0);
	begin_ns = sli_clock_ns();
	spent_ns = process_cpu_ns();
	p.calls = 0;
	while (p.calls < 5)
		nap();
	spent_ns = process_cpu_ns() - spent_ns;
	assert_true(spent_ns < (sli_clock_ns() - begin_ns) / 2);
	stop();
}

static size_t
count_entries(const char *path)
{
	DIR *dir = opendir(path);
	size_t n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

static void
test_flusher_thread_of_many_cycles_leaves_nothing(void **state)
{
	struct probe p = { 0 };
	struct sli_sink sink = sink_of("probe", &p);
	size_t fds = count_entries("/proc/self/fd");
	size_t threads = count_entries("/proc/self/task");
	int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		start(&sink, 1, SLI_MILLIS(10));
		sli_count(ind, sli_clock_ns(), SLI_GOOD, 1);
		stop();
		/* Each is a new consumer, whose first delta is the total. */
		assert_int_equal(p.taken, p.total * (p.total + 1) / 2);
	}
	assert_int_equal(p.total, 1000);
	assert_int_equal(count_entries("/proc/self/fd"), fds);
	assert_int_equal(count_entries("/proc/self/task"), threads);
}

/* In the child: nothing flushes, nothing hangs, all is refused but destroy. */
static int
inherit(struct sli_sink *sink, struct probe *p)
{
	struct sli_flusher_stats stats;
	struct sli_error err;
	int fd, bad = 0, calls = p->calls;

	bad += sli_flusher_now(flusher, &err) != SLI_EACCES;
	bad += strstr(err.message, "belongs to process") == NULL;
	bad += sli_flusher_stop(flusher, UINT64_MAX, NULL) != SLI_EACCES;
	bad += sli_flusher_start(flusher, NULL) != SLI_EACCES;
	bad += sli_flusher_fd(flusher, &fd, NULL) != SLI_EACCES;
	bad += sli_flusher_run(flusher, NULL) != SLI_EACCES;
	bad += sli_flusher_stats(flusher, 0, &stats) != SLI_EACCES;
	bad += sli_flusher_destroy(flusher) != SLI_OK;
	bad += p->calls != calls;
	p->hanging = 0;
	/* One of its own does. (ThreadSanitizer allows no thread here.) */
	bad += create(sink, 1, SLI_MILLIS(10)) != SLI_OK;
	bad += sli_flusher_now(flusher, &err) != SLI_OK;
	bad += p->calls != calls + 1;
	bad += sli_flusher_destroy(flusher) != SLI_OK;
	return bad;
}

static void
test_flusher_thread_stays_with_the_parent(void **state)
{
	struct probe p = { 0 };
	struct sli_sink sink = sink_of("probe", &p);
	int round, status = -1, calls;
	pid_t child;

	(void)state;
	for (round = 0; round < 20; round++) {
		/* Every other time the thread is in its sink just then. */
		p.hanging = round % 2;
		start(&sink, 1, SLI_MILLIS(10));
		while (round % 2 && !p.inside)
			nap();
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			alarm(30);
			_exit(inherit(&sink, &p));
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
		p.hanging = 0;
		calls = p.calls;
		while (p.calls < calls + 2)
			nap();
		stop();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_flusher_thread_flushes_by_itself),
		TEST(test_flusher_thread_last_flush_has_everything),
		TEST(test_flusher_thread_stop_tells_that_its_last_flush_failed),
		TEST(test_flusher_thread_stop_gives_up_a_sink_that_hangs),
		TEST(test_flusher_thread_that_hangs_delays_no_record),
		TEST(test_flusher_thread_blocks_signals_and_has_a_name),
		TEST(test_flusher_thread_is_not_stopped_by_a_sink_of_now),
		TEST(test_flusher_thread_goes_on_without_its_descriptor),
		TEST(test_flusher_thread_of_many_cycles_leaves_nothing),
		TEST(test_flusher_thread_stays_with_the_parent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
