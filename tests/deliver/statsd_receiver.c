/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "../support/scratch.h"
#include "statsd_receiver.h"

const char *
socket_path(const struct fixture *f)
{
	return ((const struct sockaddr_un *)&f->address)->sun_path;
}

void
receiver_start(struct fixture *f)
{
	if (f->address.ss_family == AF_UNIX)
		(void)unlink(socket_path(f));
	f->fd = socket(f->address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_true(f->fd >= 0);
	assert_int_equal(
	    bind(f->fd, (struct sockaddr *)&f->address, f->address_length), 0);
}

void
receiver_read(struct fixture *f)
{
	static char packet[65536];
	ssize_t length;

	while ((length = recv(f->fd, packet, sizeof(packet), 0)) >= 0)
		(void)statsd_server_receive(&f->server, packet, (size_t)length);
	assert_string_equal(f->server.error, "");
}

void
receiver_stop(struct fixture *f)
{
	receiver_read(f);
	close(f->fd);
	f->fd = -1;
}

static void
begin(struct fixture *f, const char *address,
    const struct sli_statsd_config *cfg)
{
	struct sli_registry_config rcfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config icfg = SLI_INDICATOR_CONFIG_INIT;

	rcfg.max_indicators = 1;
	assert_int_equal(sli_registry_create(&rcfg, &f->reg, NULL), SLI_OK);
	icfg.name = "a";
	assert_int_equal(sli_indicator_register(f->reg, &icfg, &f->ind, NULL),
	    SLI_OK);
	statsd_server_init(&f->server, false);
	f->now_ns = START;
	if (sli_statsd_open(address, cfg, &f->sender, &f->err) != SLI_OK)
		fail_msg("%s", f->err.message);
}

void
begin_udp(struct fixture *f)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&f->address;
	char address[64];

	memset(f, 0, sizeof(*f));
	in->sin_family = AF_INET;
	in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	f->address_length = sizeof(*in);
	receiver_start(f);
	assert_int_equal(getsockname(f->fd, (struct sockaddr *)&f->address,
			     &f->address_length),
	    0);
	snprintf(address, sizeof(address), "udp://127.0.0.1:%u",
	    (unsigned int)ntohs(in->sin_port));
	begin(f, address, NULL);
}

void
begin_unix(struct fixture *f, const struct sli_statsd_config *cfg)
{
	struct sockaddr_un *un = (struct sockaddr_un *)&f->address;
	char address[128];

	memset(f, 0, sizeof(*f));
	f->fd = -1;
	un->sun_family = AF_UNIX;
	snprintf(un->sun_path, sizeof(un->sun_path), "%s",
	    scratch_path("socket"));
	f->address_length = sizeof(*un);
	snprintf(address, sizeof(address), "unix://%s", un->sun_path);
	begin(f, address, cfg);
}

void
end(struct fixture *f)
{
	if (f->fd >= 0)
		close(f->fd);
	sli_statsd_close(f->sender);
	statsd_server_free(&f->server);
	sli_registry_close(f->reg);
	if (f->address.ss_family == AF_UNIX)
		(void)unlink(socket_path(f));
}

static void
flush(const struct sli_snapshot *snapshot, void *arg)
{
	struct fixture *f = arg;

	f->status = sli_statsd_sink(snapshot, f->sender, &f->err);
}

int
deliver(struct fixture *f)
{
	int status = sli_flush(f->reg, f->now_ns, flush, f);

	return status != SLI_OK ? status : f->status;
}

void
record_good(struct fixture *f, struct random *rnd, uint32_t n)
{
	while (n-- > 0) {
		f->now_ns += random_below(rnd, SLI_MILLIS(1));
		sli_record(f->ind, f->now_ns, SLI_GOOD,
		    random_magnitude(rnd, 35));
	}
}

uint64_t
received(const struct fixture *f)
{
	return statsd_server_sum(&f->server, "sli.events|c|outcome:good,sli:a");
}

static uint64_t
received_latencies(const struct fixture *f)
{
	return statsd_server_sum(&f->server,
	    "sli.latency_ms|d|outcome:good,sli:a");
}

struct sli_statsd_stats
stats_of(struct fixture *f)
{
	struct sli_statsd_stats stats;

	assert_int_equal(sli_statsd_sender_stats(f->sender, &stats), SLI_OK);
	return stats;
}

void
settle(struct fixture *f)
{
	uint32_t i;

	for (i = 0; i < 1000 && deliver(f) != SLI_OK; i++)
		receiver_read(f);
	assert_int_equal(deliver(f), SLI_OK);
	receiver_read(f);
	assert_true(received(f) == total_good(f->ind));
	assert_true(received_latencies(f) == total_good(f->ind));
}
