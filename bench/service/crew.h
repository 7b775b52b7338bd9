/* SPDX-License-Identifier: MIT */
#ifndef CREW_H
#define CREW_H

#include <sys/types.h>

#include "books.h"

/* The worker processes of the service, as a supervisor would run them. */

#define WORKERS 2

struct worker {
	pid_t pid;		   /* 0: there is none */
	int line;		   /* to its stdin, and from its stdout */
	char says[BOOKS_LINE_MAX]; /* of the budget, at its start */
};

struct crew {
	char *program, *file, *admission;
	int port_fd; /* keeps the port while workers come and go */
	unsigned port;
	char port_text[8];
	char *tells; /* the port of the first worker's page and metrics */
	struct worker workers[WORKERS];
};

/* These return 0, or -1 having said why. */
int crew_start(struct crew *crew);
int crew_start_worker(struct crew *crew, int i);
/* By the end of their stdin; each must end with exit status 0. */
int crew_stop(struct crew *crew);

/* By kill -9, and wait until it is gone. */
void crew_kill_worker(struct crew *crew, int i);

/* Back ends take `slowdown` times as long from now on, 1 to 9. */
void crew_slow_down(struct crew *crew, int slowdown);

#endif /* CREW_H */
