/* SPDX-License-Identifier: MIT */
/* Senders that may wait, one in a flusher, and refusals that come late. */
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sli/deliver.h>

#include "deliver/statsd_socket.h"

#include "../support/scratch.h"
#include "statsd_receiver.h"

#define TEST(f)                                                                \
	cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)

/* Reads a packet a millisecond, until it is told to stop. */
struct reader {
	struct fixture *f;
	pthread_mutex_t lock;
	bool stop;
};

static void *
read_slowly(void *arg)
{
	struct reader *reader = arg;
	static char packet[8192];
	ssize_t length;
	bool stop;

	do {
		length = recv(reader->f->fd, packet, sizeof(packet), 0);
		if (length > 0)
			(void)statsd_server_receive(&reader->f->server, packet,
			    (size_t)length);
		poll(NULL, 0, 1);
		pthread_mutex_lock(&reader->lock);
		stop = reader->stop;
		pthread_mutex_unlock(&reader->lock);
	} while (!stop);
	return NULL;
}

/* Of short packets, and so that there are many of them. */
static void
begin_long(struct fixture *f, uint64_t wait_ns)
{
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	struct random rnd = { 1 };

	cfg.max_packet = 256;
	begin_unix(f, &cfg);
	receiver_start(f);
	assert_int_equal(sli_statsd_sender_wait(f->sender, wait_ns), SLI_OK);
	record_good(f, &rnd, 100000);
}

static void
test_statsd_export_that_waits_drops_nothing(void **state)
{
	struct reader reader = { .lock = PTHREAD_MUTEX_INITIALIZER };
	struct fixture f;
	pthread_t thread;
	int status;

	(void)state;
	begin_long(&f, SLI_SECONDS(10));
	reader.f = &f;
	assert_int_equal(pthread_create(&thread, NULL, read_slowly, &reader),
	    0);
	status = deliver(&f);
	pthread_mutex_lock(&reader.lock);
	reader.stop = true;
	pthread_mutex_unlock(&reader.lock);
	pthread_join(thread, NULL);
	receiver_read(&f);
	assert_int_equal(status, SLI_OK);
	assert_true(stats_of(&f).packets > 100);
	assert_true(received(&f) == total_good(f.ind));
	end(&f);
}

static uint64_t
clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return SLI_SECONDS((uint64_t)now.tv_sec) + (uint64_t)now.tv_nsec;
}

/* Once in an export, whatever it has to send. */
static void
test_statsd_wait_is_bounded_where_nobody_reads(void **state)
{
	struct fixture f;
	uint64_t from_ns, most_ns = 0;
	uint32_t i;

	(void)state;
	begin_long(&f, SLI_MILLIS(50));
	for (i = 0; i < 5000 && deliver(&f) == SLI_OK; i++)
		sli_count(f.ind, f.now_ns, SLI_GOOD, 1);
	assert_int_equal(f.status, SLI_EIO);
	from_ns = clock_ns();
	assert_int_equal(deliver(&f), SLI_EIO);
	most_ns = clock_ns() - from_ns;
	assert_in_range(most_ns, SLI_MILLIS(50), SLI_SECONDS(5));
	assert_true(stats_of(&f).dropped_packets[SLI_STATSD_FULL] >= 2);
	assert_int_equal(sli_statsd_sender_wait(NULL, 0), SLI_EINVAL);
	assert_int_equal(sli_statsd_sender_wait(f.sender, SLI_SECONDS(10) + 1),
	    SLI_ERANGE);
	assert_int_equal(sli_statsd_sender_wait(f.sender, 0), SLI_OK);
	end(&f);
}

static void
refusal_comes(const struct sli__statsd_socket *s)
{
	struct pollfd error = { .fd = s->fd };

	assert_int_equal(poll(&error, 1, 10000), 1);
}

/* As of another machine: that nobody listens comes out with the next packet. */
static void
test_statsd_late_refusal_is_of_the_packet_before(void **state)
{
	struct sli__statsd_socket s;
	struct fixture f;
	char address[64];
	bool refused;

	(void)state;
	begin_udp(&f);
	snprintf(address, sizeof(address), "udp://127.0.0.1:%u",
	    (unsigned int)ntohs(((struct sockaddr_in *)&f.address)->sin_port));
	assert_int_equal(sli__statsd_socket_resolve(&s, address, NULL), SLI_OK);
	assert_true(s.is_local);
	s.is_local = false;
	sli__statsd_socket_begin(&s);
	receiver_stop(&f);
	assert_int_equal(sli__statsd_socket_send(&s, "a:1|c", 5, &refused), 0);
	assert_false(refused);
	refusal_comes(&s);
	assert_int_equal(sli__statsd_socket_send(&s, "b:1|c", 5, &refused), 0);
	assert_true(refused);
	/* The refusal of that one does not take the next with it. */
	refusal_comes(&s);
	receiver_start(&f);
	assert_int_equal(sli__statsd_socket_send(&s, "c:1|c", 5, &refused), 0);
	assert_true(refused);
	assert_int_equal(sli__statsd_socket_send(&s, "c:1|c", 5, &refused), 0);
	assert_false(refused);
	receiver_read(&f);
	assert_int_equal(statsd_server_sum(&f.server, "a|c|"), 0);
	assert_int_equal(statsd_server_sum(&f.server, "c|c|"), 2);
	sli__statsd_socket_close(&s);
	end(&f);
}

/* It needs no deltas: what it does not get told twice it does not send. */
static void
test_statsd_sender_is_a_sink_of_a_flusher(void **state)
{
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	struct sli_sink sink = { "statsd", sli_statsd_sink, NULL };
	struct random rnd = { 2 };
	struct sli_flusher *flusher = NULL;
	struct sli_error err;
	struct fixture f;

	(void)state;
	begin_unix(&f, NULL);
	sink.arg = f.sender;
	cfg.sinks = &sink;
	cfg.sink_count = 1;
	assert_int_equal(sli_flusher_create(f.reg, &cfg, &flusher, NULL),
	    SLI_OK);
	record_good(&f, &rnd, 10);
	assert_int_equal(sli_flusher_now(flusher, &err), SLI_EIO);
	assert_non_null(strstr(err.message, "(gone)"));
	receiver_start(&f);
	record_good(&f, &rnd, 10);
	assert_int_equal(sli_flusher_now(flusher, NULL), SLI_OK);
	assert_int_equal(sli_flusher_now(flusher, NULL), SLI_OK);
	receiver_read(&f);
	assert_true(received(&f) == 20);
	assert_int_equal(sli_flusher_destroy(flusher), SLI_OK);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_statsd_export_that_waits_drops_nothing),
		TEST(test_statsd_wait_is_bounded_where_nobody_reads),
		TEST(test_statsd_late_refusal_is_of_the_packet_before),
		TEST(test_statsd_sender_is_a_sink_of_a_flusher),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
