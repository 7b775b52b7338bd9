/* SPDX-License-Identifier: MIT */
/* Real sockets, with receivers that are slow, dead, or come back. */
#include <fcntl.h>
#include <malloc.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "deliver/statsd_socket.h"

#include "../support/scale.h"
#include "../support/scratch.h"
#include "statsd_receiver.h"

#define TEST(f)                                                                \
	cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)

static void
run_with_restarts(struct fixture *f)
{
	uint64_t seed = random_seed();
	struct random rnd = { seed };
	uint32_t i;

	print_message("SLI_TEST_SEED=%ju\n", (uintmax_t)seed);
	for (i = 0; i < 300; i++) {
		record_good(f, &rnd, (uint32_t)random_below(&rnd, 200));
		if (f->fd >= 0 && random_percent(&rnd, 30))
			receiver_stop(f);
		else if (f->fd < 0 && random_percent(&rnd, 50))
			receiver_start(f);
		(void)deliver(f);
		if (f->fd >= 0)
			receiver_read(f);
	}
	if (f->fd < 0)
		receiver_start(f);
	settle(f);
	assert_true(stats_of(f).packets == f->server.packets);
	assert_true(stats_of(f).dropped_packets[SLI_STATSD_GONE] > 0);
	assert_true(stats_of(f).dropped_packets[SLI_STATSD_GONE] ==
	    statsd_server_sum(&f->server,
		"sli.statsd.dropped_packets|c|reason:gone"));
}

/* On this machine nobody misses a refusal. */
static void
test_statsd_udp_receiver_restarts_and_nothing_is_lost(void **state)
{
	struct fixture f;

	(void)state;
	begin_udp(&f);
	run_with_restarts(&f);
	end(&f);
}

static void
test_statsd_unix_receiver_restarts_and_nothing_is_lost(void **state)
{
	struct fixture f;

	(void)state;
	begin_unix(&f, NULL);
	run_with_restarts(&f);
	end(&f);
}

/* It has made its socket anew between two exports. */
static void
test_statsd_unix_new_socket_is_found_at_once(void **state)
{
	struct random rnd = { 1 };
	struct fixture f;

	(void)state;
	begin_unix(&f, NULL);
	receiver_start(&f);
	record_good(&f, &rnd, 10);
	assert_int_equal(deliver(&f), SLI_OK);
	receiver_stop(&f);
	receiver_start(&f);
	record_good(&f, &rnd, 10);
	assert_int_equal(deliver(&f), SLI_OK);
	receiver_read(&f);
	assert_true(received(&f) == 20);
	end(&f);
}

static uint64_t
elapsed_ns(const struct timespec *from)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)(now.tv_sec - from->tv_sec) * SLI_SECONDS(1) +
	    (uint64_t)now.tv_nsec - (uint64_t)from->tv_nsec;
}

/*
 * A receiver that does not read. An export ends all the same, and soon: the
 * bound is wide, for machines with much else to do, but no wait would keep it.
 */
static void
test_statsd_unix_receiver_that_is_stuck_delays_nothing(void **state)
{
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	struct random rnd = { 2 };
	struct timespec from;
	uint64_t best_ns = UINT64_MAX, took_ns;
	struct fixture f;
	uint32_t i;

	(void)state;
	cfg.max_packet = 256;
	begin_unix(&f, &cfg);
	receiver_start(&f);
	record_good(&f, &rnd, 20000);
	for (i = 0; i < 50; i++) {
		record_good(&f, &rnd, 100);
		clock_gettime(CLOCK_MONOTONIC, &from);
		(void)deliver(&f);
		took_ns = elapsed_ns(&from);
		if (took_ns < best_ns)
			best_ns = took_ns;
	}
	assert_int_equal(f.status, SLI_EIO);
	assert_true(stats_of(&f).dropped_packets[SLI_STATSD_FULL] > 0);
	assert_true(best_ns < SLI_MILLIS(20));
	print_message("an export to a full socket: %ju us\n",
	    (uintmax_t)best_ns / 1000);
	/* When it reads again it gets everything. */
	receiver_read(&f);
	settle(&f);
	end(&f);
}

/* What was allocated stays as it is, whatever is recorded and not taken. */
static void
test_statsd_dead_receiver_costs_no_memory(void **state)
{
	struct random rnd = { 3 };
	struct fixture f;
	size_t before;
	uint32_t i;

	(void)state;
	begin_unix(&f, NULL);
	/* Every bucket there is. */
	for (i = 0; i < 100000; i++)
		record_good(&f, &rnd, 1);
	assert_int_equal(deliver(&f), SLI_EIO);
	before = mallinfo2().uordblks;
	for (i = 0; i < 2000; i++) {
		record_good(&f, &rnd, 20);
		assert_int_equal(deliver(&f), SLI_EIO);
	}
	assert_true(mallinfo2().uordblks <= before + 4096);
	receiver_start(&f);
	settle(&f);
	end(&f);
}

/* Things that are no receiver stand where one should. */
static void
test_statsd_unix_path_of_something_else_is_gone(void **state)
{
	struct random rnd = { 4 };
	struct fixture f;
	const char *path;
	int fd;

	(void)state;
	begin_unix(&f, NULL);
	path = socket_path(&f);
	record_good(&f, &rnd, 10);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(deliver(&f), SLI_EIO);
	assert_int_equal(rmdir(path), 0);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	assert_int_equal(deliver(&f), SLI_EIO);
	close(fd);
	assert_int_equal(unlink(path), 0);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(
	    bind(fd, (struct sockaddr *)&f.address, f.address_length), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(deliver(&f), SLI_EIO);
	assert_non_null(strstr(f.err.message, "(gone)"));
	close(fd);
	receiver_start(&f);
	settle(&f);
	end(&f);
}

/* A thread that exports to a socket that is full, until it is told to stop. */
struct exporter {
	struct fixture *f;
	pthread_mutex_t lock;
	bool stop;
	uint64_t exports;
};

static void *
export_on(void *arg)
{
	struct exporter *e = arg;
	bool stop;

	do {
		(void)deliver(e->f);
		pthread_mutex_lock(&e->lock);
		e->exports++;
		stop = e->stop;
		pthread_mutex_unlock(&e->lock);
	} while (!stop);
	return NULL;
}

/*
 * Who records is not kept waiting by an export that finds no room: the kernel
 * counts each time that a thread gives its CPU away. (It may now and then, for
 * a page of memory; one wait in each export would be ten times the bound.)
 */
static void
test_statsd_full_socket_makes_no_recorder_wait(void **state)
{
	struct rusage before, after;
	struct exporter e = { .lock = PTHREAD_MUTEX_INITIALIZER };
	struct random rnd = { 5 };
	uint64_t i, n = test_scaled(20000000);
	struct fixture f;
	pthread_t thread;

	(void)state;
	begin_unix(&f, NULL);
	receiver_start(&f);
	record_good(&f, &rnd, 20000);
	e.f = &f;
	assert_int_equal(pthread_create(&thread, NULL, export_on, &e), 0);
	getrusage(RUSAGE_THREAD, &before);
	for (i = 0; i < n; i++)
		sli_record(f.ind, START + SLI_MINUTES(1), SLI_GOOD, 1000 * i);
	getrusage(RUSAGE_THREAD, &after);
	pthread_mutex_lock(&e.lock);
	e.stop = true;
	pthread_mutex_unlock(&e.lock);
	pthread_join(thread, NULL);
	print_message("%ju records, %ju exports\n", (uintmax_t)n,
	    (uintmax_t)e.exports);
	assert_true(e.exports > 0);
	assert_true(
	    (uint64_t)(after.ru_nvcsw - before.ru_nvcsw) <= 2 + e.exports / 10);
	receiver_read(&f);
	settle(&f);
	end(&f);
}

static void
refused(const char *address, int status, const char *message)
{
	struct sli_statsd_sender *sender = NULL;
	struct sli_error err = { 0, "" };

	assert_int_equal(sli_statsd_open(address, NULL, &sender, &err), status);
	assert_int_equal(err.status, status);
	if (strstr(err.message, message) == NULL)
		fail_msg("%s", err.message);
	assert_null(sender);
}

static void
test_statsd_address_errors_say_what_is_accepted(void **state)
{
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	struct sli_statsd_sender *sender = NULL;
	char longest[200];

	(void)state;
	refused(NULL, SLI_EINVAL, "address is NULL");
	refused("", SLI_EINVAL, "accepted: udp://host:port, unix:///path");
	refused("localhost:8125", SLI_EINVAL, "\"localhost:8125\"");
	refused("udp://localhost", SLI_EINVAL, "no host and port");
	refused("udp://:8125", SLI_EINVAL, "no host and port");
	refused("udp://localhost:0", SLI_EINVAL, "from 1 to 65535");
	refused("udp://localhost:65536", SLI_EINVAL, "from 1 to 65535");
	refused("udp://localhost:+1", SLI_EINVAL, "no host and port");
	refused("udp://::1:8125", SLI_EINVAL, "no host and port");
	refused("udp://[::1:8125", SLI_EINVAL, "no host and port");
	refused("udp://[]:8125", SLI_EINVAL, "no host and port");
	refused("udp://256.256.256.256:1", SLI_ENOENT, "256.256.256.256");
	refused("unix://relative", SLI_EINVAL, "\"relative\"");
	snprintf(longest, sizeof(longest), "unix:///%0107d", 0);
	refused(longest, SLI_EINVAL, "a path of 108 bytes");
	cfg.max_packet = 100;
	assert_int_equal(
	    sli_statsd_open("udp://127.0.0.1:1", &cfg, &sender, NULL),
	    SLI_ERANGE);
	cfg.struct_size++;
	assert_int_equal(
	    sli_statsd_open("udp://127.0.0.1:1", &cfg, &sender, NULL),
	    SLI_EVERSION);
	assert_int_equal(
	    sli_statsd_open("udp://[::1]:8125", NULL, &sender, NULL), SLI_OK);
	sli_statsd_close(sender);
	sli_statsd_close(NULL);
	assert_int_equal(sli_statsd_sink(NULL, NULL, NULL), SLI_EINVAL);
	assert_int_equal(sli_statsd_skip_sink(NULL, NULL, NULL), SLI_EINVAL);
	assert_int_equal(sli_statsd_sender_stats(NULL, NULL), SLI_EINVAL);
}

static void
test_statsd_name_of_both_families_is_ipv4(void **state)
{
	struct addrinfo v4 = { .ai_family = AF_INET };
	struct addrinfo v6 = { .ai_family = AF_INET6, .ai_next = &v4 };

	(void)state;
	assert_ptr_equal(sli__statsd_socket_choose(&v6), &v4);
	assert_ptr_equal(sli__statsd_socket_choose(&v4), &v4);
	v6.ai_next = NULL;
	assert_ptr_equal(sli__statsd_socket_choose(&v6), &v6);
}

static void
skip_past(const struct sli_snapshot *snapshot, void *arg)
{
	struct fixture *f = arg;

	f->status = sli_statsd_skip_sink(snapshot, f->sender, &f->err);
}

static void
test_statsd_sender_skips_the_past(void **state)
{
	struct random rnd = { 6 };
	struct fixture f;

	(void)state;
	begin_udp(&f);
	record_good(&f, &rnd, 10);
	assert_int_equal(sli_flush(f.reg, f.now_ns, skip_past, &f), SLI_OK);
	assert_int_equal(f.status, SLI_OK);
	record_good(&f, &rnd, 3);
	assert_int_equal(deliver(&f), SLI_OK);
	receiver_read(&f);
	assert_true(received(&f) == 3);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_statsd_udp_receiver_restarts_and_nothing_is_lost),
		TEST(test_statsd_unix_receiver_restarts_and_nothing_is_lost),
		TEST(test_statsd_unix_new_socket_is_found_at_once),
		TEST(test_statsd_unix_receiver_that_is_stuck_delays_nothing),
		TEST(test_statsd_dead_receiver_costs_no_memory),
		TEST(test_statsd_unix_path_of_something_else_is_gone),
		TEST(test_statsd_full_socket_makes_no_recorder_wait),
		TEST(test_statsd_address_errors_say_what_is_accepted),
		TEST(test_statsd_name_of_both_families_is_ipv4),
		TEST(test_statsd_sender_skips_the_past),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
