/* SPDX-License-Identifier: MIT */
#ifndef OTLP_RECEIVER_H
#define OTLP_RECEIVER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A collector that behaves as it is told to: a thread that serves one
 * connection after the other on a free port of the loopback.
 */

/* What it does with a connection. */
struct conduct {
	bool is_deaf; /* reads nothing, answers nothing, holds it open */
	bool hangs;   /* reads the request, and does not answer */
	bool resets;  /* reads the request and resets the connection */
	/* Else sends this; NULL: 200 and {}. It may have NULs. */
	const char *reply;
	size_t reply_bytes; /* 0: strlen(reply) */
	bool repeats;	    /* the last 64 bytes of it, for ever */
	bool half_closes;   /* sends no more, but reads on */
	bool closes;	    /* after it */
	uint32_t pause_ms;  /* before it answers */
};

struct receiver {
	pthread_mutex_t lock; /* of all below */
	struct conduct conduct;
	uint64_t connections, requests; /* whole requests that were read */
	char *head, *body;		/* of the last; the body inflated */
	bool is_gzip;

	pthread_t thread;
	int listener, wake[2]; /* a pipe */
	uint16_t port;
	char url[64];
};

void receiver_open(struct receiver *r);

/* As if it had died: nobody listens on its port, connections are closed. */
void receiver_die(struct receiver *r);

/* On the same port. */
void receiver_revive(struct receiver *r);

/* It has died or not. */
void receiver_close(struct receiver *r);

/* From the next connection on; those that are open are closed. */
void receiver_behave(struct receiver *r, const struct conduct *conduct);

uint64_t receiver_requests(struct receiver *r);
uint64_t receiver_connections(struct receiver *r);

/* Wait for so many in all; false: they did not come in 20 s. */
bool receiver_await(struct receiver *r, uint64_t requests);

/* Of the last request: the good events of its first indicator; 0: none. */
uint64_t receiver_good(struct receiver *r);

/* Has its head that line? */
bool receiver_has(struct receiver *r, const char *line);

#endif /* OTLP_RECEIVER_H */
