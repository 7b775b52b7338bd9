/* SPDX-License-Identifier: MIT */
#include "clients.h"

#include <stdlib.h>
#include <sys/socket.h>

void
sli__clients_init(struct sli__clients *clients, uint32_t most)
{
	clients->ring.before = clients->ring.after = &clients->ring;
	clients->count = 0;
	clients->most = most;
}

static void
link_last(struct sli__clients *clients, struct sli__client *client)
{
	client->after = &clients->ring;
	client->before = clients->ring.before;
	client->before->after = client;
	clients->ring.before = client;
	clients->count++;
}

static void
take_out(struct sli__clients *clients, struct sli__client *client)
{
	client->before->after = client->after;
	client->after->before = client->before;
	client->before = client->after = NULL;
	clients->count--;
}

/* libmicrohttpd finds it hung up, and tells when it has closed it. */
static void
end(struct sli__clients *clients, struct sli__client *client)
{
	take_out(clients, client);
	shutdown(client->fd, SHUT_RDWR);
}

struct sli__client *
sli__client_add(struct sli__clients *clients, int fd)
{
	struct sli__client *client = calloc(1, sizeof(*client));

	if (clients->count == clients->most)
		end(clients, clients->ring.after);
	if (client == NULL)
		return NULL;
	client->fd = fd;
	link_last(clients, client);
	return client;
}

void
sli__client_answer(struct sli__client *client)
{
	if (client != NULL)
		client->is_answered = true;
}

void
sli__client_answered(struct sli__clients *clients, struct sli__client *client)
{
	if (client == NULL || client->after == NULL)
		return;
	client->is_answered = false;
	take_out(clients, client);
	link_last(clients, client);
}

void
sli__client_remove(struct sli__clients *clients, struct sli__client *client)
{
	if (client != NULL && client->after != NULL)
		take_out(clients, client);
	free(client);
}

void
sli__clients_end_reader(struct sli__clients *clients)
{
	struct sli__client *client = clients->ring.after;

	while (client != &clients->ring && !client->is_answered)
		client = client->after;
	if (client != &clients->ring)
		end(clients, client);
}
