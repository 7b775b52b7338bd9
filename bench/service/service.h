/* SPDX-License-Identifier: MIT */
#ifndef SERVICE_H
#define SERVICE_H

#include <stdatomic.h>
#include <stdint.h>

#include "backend.h"
#include "books.h"

struct MHD_Daemon;
struct MHD_Response;

/* One worker process of the service. */
struct service {
	int admission; /* 0: let everything in */
	struct books books;
	struct backend backend;
	struct MHD_Response *answer, *refusal, *failure;
	struct MHD_Daemon *http;
	atomic_uint under_way; /* requests of this process */
};

/*
 * Serve on a port of the loopback that workers share: the kernel deals the
 * connections out. 0, or -1 having said why.
 */
int service_start(struct service *service, const char *file, uint16_t port,
    int admission);

/* Answer what was let in, hang up, and close the books. */
void service_stop(struct service *service);

#endif /* SERVICE_H */
