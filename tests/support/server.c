/* SPDX-License-Identifier: MIT */
#include "server.h"

#include <string.h>

static double
uniform(struct server *server)
{
	return (double)(random_next(&server->random) >> 11) * 0x1p-53;
}

/*
 * Exponential with mean 1 by von Neumann's comparison of uniforms (1951): a
 * falling run that begins with x has odd length with probability e^-x.
 */
static double
exponential(struct server *server)
{
	for (double whole = 0;; whole += 1) {
		double first = uniform(server), least = first, next;
		unsigned int length = 1;

		while ((next = uniform(server)) < least) {
			least = next;
			length++;
		}
		if (length & 1)
			return whole + first;
	}
}

static uint64_t
interval_ns(struct server *server, double rate)
{
	return (uint64_t)(exponential(server) * 1e9 / rate);
}

static void
begin_service(struct server *server, uint64_t now_ns)
{
	double work = server->config.exponential ? exponential(server) : 1;

	server->next_done_ns = now_ns +
	    (uint64_t)(work * 1e9 / server->capacity);
}

static unsigned int
pick_class(struct server *server)
{
	uint64_t percent = random_below(&server->random, 100);
	unsigned int class = 0;

	while (
	    class < SERVER_CLASSES - 1 && percent >= server->config.mix[class])
		percent -= server->config.mix[class ++];
	return class;
}

void
server_set_load(struct server *server, uint64_t now_ns, double load)
{
	server->load = load;
	server->next_arrival_ns = load > 0 ?
	    now_ns + interval_ns(server, load) :
	    UINT64_MAX;
}

void
server_init(struct server *server, const struct server_config *config)
{
	memset(server, 0, sizeof(*server));
	server->config = *config;
	server->random.state = config->seed;
	server->capacity = config->capacity;
	server->next_done_ns = UINT64_MAX;
	server_set_load(server, config->start_ns, config->load);
}

static void
arrive(struct server *server, struct server_event *event)
{
	event->kind = SERVER_ARRIVAL;
	event->at_ns = server->next_arrival_ns;
	event->latency_ns = 0;
	event->key = random_next(&server->random);
	event->criticality = server->arriving = pick_class(server);
	server->next_arrival_ns += interval_ns(server, server->load);
	server->arrival_ns = event->at_ns;
}

static void
finish(struct server *server, struct server_event *event)
{
	uint64_t place = server->done++ % SERVER_QUEUE_MAX;

	event->kind = SERVER_DONE;
	event->at_ns = server->next_done_ns;
	event->latency_ns = event->at_ns - server->queue[place].arrived_ns;
	event->key = 0;
	event->criticality = server->queue[place].criticality;
	if (server->done == server->accepted)
		server->next_done_ns = UINT64_MAX;
	else
		begin_service(server, event->at_ns);
}

int
server_next(struct server *server, uint64_t until_ns,
    struct server_event *event)
{
	if (server->next_done_ns <= server->next_arrival_ns) {
		if (server->next_done_ns >= until_ns)
			return 0;
		finish(server, event);
	} else {
		if (server->next_arrival_ns >= until_ns)
			return 0;
		arrive(server, event);
	}
	return 1;
}

int
server_accept(struct server *server)
{
	uint64_t place = server->accepted % SERVER_QUEUE_MAX;

	if (server->accepted - server->done >= server->config.queue)
		return 0;
	server->queue[place].arrived_ns = server->arrival_ns;
	server->queue[place].criticality = server->arriving;
	if (server->accepted++ == server->done)
		begin_service(server, server->arrival_ns);
	return 1;
}
