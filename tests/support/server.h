/* SPDX-License-Identifier: MIT */
#ifndef SERVER_H
#define SERVER_H

#include <stdint.h>

#include "random.h"

/*
 * A server of fixed capacity in virtual time: Poisson arrivals of four classes,
 * a bounded first-come-first-served queue, one worker. Nothing sleeps, and a
 * seed gives the same run everywhere: no libm, no clock.
 *
 * The caller takes events in order of time and decides on each arrival:
 *
 *	while (server_next(&server, until_ns, &event))
 *		if (event.kind == SERVER_DONE)
 *			record(event.latency_ns);
 *		else if (admit(event.criticality) && !server_accept(&server))
 *			record_refused();
 *
 * An arrival that is neither accepted nor refused was shed.
 */
#define SERVER_QUEUE_MAX 8192
#define SERVER_CLASSES 4

struct server_config {
	uint64_t seed;
	uint64_t start_ns;
	double capacity;	      /* completions per second while busy */
	double load;		      /* arrivals per second */
	uint32_t mix[SERVER_CLASSES]; /* of 100 arrivals, by criticality */
	uint32_t queue;	 /* places, the one being served included */
	int exponential; /* service times; else all are 1 / capacity */
};

enum server_event_kind { SERVER_ARRIVAL, SERVER_DONE };

struct server_event {
	enum server_event_kind kind;
	unsigned int criticality;
	uint64_t at_ns;
	uint64_t latency_ns; /* of SERVER_DONE: waiting and service */
	uint64_t key;	     /* of SERVER_ARRIVAL: a new user each time */
};

struct server {
	double capacity, load; /* may be changed between two events */
	struct server_config config;
	struct random random;
	uint64_t next_arrival_ns, next_done_ns; /* UINT64_MAX: none */
	uint64_t done, accepted;		/* the queue lies between */
	uint64_t arrival_ns;   /* the arrival last handed out ... */
	unsigned int arriving; /* ... and its class */
	struct {
		uint64_t arrived_ns;
		unsigned int criticality;
	} queue[SERVER_QUEUE_MAX];
};

void server_init(struct server *server, const struct server_config *config);

/** The next event before until_ns; 0 if there is none. */
int server_next(struct server *server, uint64_t until_ns,
    struct server_event *event);

/** Put the last arrival in the queue; 0 if that is full. */
int server_accept(struct server *server);

/** A change of load takes effect at once, not after the next arrival. */
void server_set_load(struct server *server, uint64_t now_ns, double load);

#endif /* SERVER_H */
