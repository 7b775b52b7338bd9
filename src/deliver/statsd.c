/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <sli/deliver_statsd.h>

#include "addon/config.h"
#include "deliver/statsd_socket.h"

/* The lock is of all that follows it; it is held while an export is sent. */
struct sli_statsd_sender {
	pthread_mutex_t lock;
	struct sli_statsd *statsd;
	struct sli__statsd_socket socket;
	size_t last_length;	   /* of a packet that was accepted */
	pthread_mutex_t told_lock; /* of told alone: never held for long */
	struct sli_statsd_stats told;
};

/* Of a Unix socket, packets are longer. */
static int
create_statsd(struct sli_statsd_sender *sender,
    const struct sli_statsd_config *cfg, struct sli_error *err)
{
	struct sli_statsd_config made = SLI_STATSD_CONFIG_INIT;
	int status = cfg == NULL ? SLI_OK :
				   sli__addon_config(&made, sizeof(made), cfg,
				       "sli_statsd_config", err);

	if (status != SLI_OK)
		return status;
	made.struct_size = sizeof(made);
	if (made.max_packet == 0 && sli__statsd_socket_is_unix(&sender->socket))
		made.max_packet = SLI_STATSD_PACKET_UNIX;
	return sli_statsd_create(&made, &sender->statsd, err);
}

int
sli_statsd_open(const char *address, const struct sli_statsd_config *cfg,
    struct sli_statsd_sender **out, struct sli_error *err)
{
	struct sli_statsd_sender *sender;
	int status;

	if (address == NULL || out == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "%s is NULL",
		    address == NULL ? "address" : "out");
	sender = calloc(1, sizeof(*sender));
	if (sender == NULL)
		return sli__addon_fail(err, SLI_ENOMEM, "out of memory");
	status = sli__statsd_socket_resolve(&sender->socket, address, err);
	if (status == SLI_OK)
		status = create_statsd(sender, cfg, err);
	if (status != SLI_OK) {
		free(sender);
		return status;
	}
	pthread_mutex_init(&sender->lock, NULL);
	pthread_mutex_init(&sender->told_lock, NULL);
	*out = sender;
	return SLI_OK;
}

void
sli_statsd_close(struct sli_statsd_sender *sender)
{
	if (sender == NULL)
		return;
	sli__statsd_socket_close(&sender->socket);
	sli_statsd_destroy(sender->statsd);
	pthread_mutex_destroy(&sender->lock);
	pthread_mutex_destroy(&sender->told_lock);
	free(sender);
}

int
sli_statsd_sender_wait(struct sli_statsd_sender *sender, uint64_t wait_ns)
{
	if (sender == NULL)
		return SLI_EINVAL;
	if (wait_ns > SLI_SECONDS(10))
		return SLI_ERANGE;
	pthread_mutex_lock(&sender->lock);
	sender->socket.wait_ns = wait_ns;
	pthread_mutex_unlock(&sender->lock);
	return SLI_OK;
}

static int
send_packet(const void *packet, size_t length, void *arg)
{
	struct sli_statsd_sender *sender = arg;
	bool refused;
	int reason = sli__statsd_socket_send(&sender->socket, packet, length,
	    &refused);

	if (refused)
		sli_statsd_lost(sender->statsd, SLI_STATSD_REFUSED,
		    sender->last_length);
	if (reason == 0)
		sender->last_length = length;
	return reason;
}

int
sli_statsd_sink(const struct sli_snapshot *snapshot, void *arg,
    struct sli_error *err)
{
	struct sli_statsd_sender *sender = arg;
	int status;

	if (sender == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "sender is NULL");
	pthread_mutex_lock(&sender->lock);
	sli__statsd_socket_begin(&sender->socket);
	status = sli_statsd_export(sender->statsd, snapshot, send_packet,
	    sender, err);
	pthread_mutex_lock(&sender->told_lock);
	(void)sli_statsd_stats(sender->statsd, &sender->told);
	pthread_mutex_unlock(&sender->told_lock);
	pthread_mutex_unlock(&sender->lock);
	return status;
}

int
sli_statsd_skip_sink(const struct sli_snapshot *snapshot, void *arg,
    struct sli_error *err)
{
	struct sli_statsd_sender *sender = arg;
	int status;

	if (sender == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "sender is NULL");
	pthread_mutex_lock(&sender->lock);
	status = sli_statsd_skip(sender->statsd, snapshot, err);
	pthread_mutex_unlock(&sender->lock);
	return status;
}

int
sli_statsd_sender_stats(struct sli_statsd_sender *sender,
    struct sli_statsd_stats *out)
{
	if (sender == NULL || out == NULL)
		return SLI_EINVAL;
	pthread_mutex_lock(&sender->told_lock);
	*out = sender->told;
	pthread_mutex_unlock(&sender->told_lock);
	return SLI_OK;
}
