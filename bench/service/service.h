/* SPDX-License-Identifier: MIT */
#ifndef SERVICE_H
#define SERVICE_H

#include <stdatomic.h>
#include <stdint.h>

#include "backend.h"
#include "books.h"

struct MHD_Daemon;
struct MHD_Response;
struct sli_http;

/* One worker process of the service. */
struct service {
	int admission; /* 0: let everything in */
	struct books books;
	struct backend backend;
	struct MHD_Response *answer, *refusal, *failure;
	struct MHD_Daemon *http;
	struct sli_http *endpoint; /* NULL: this worker has none */
	atomic_uint under_way;	   /* requests of this process */
};

/*
 * Serve on a port of the loopback that workers share: the kernel deals the
 * connections out. 0, or -1 having said why.
 */
int service_start(struct service *service, const char *file, uint16_t port,
    int admission);

/* Answer what was let in, hang up, and close the books. */
void service_stop(struct service *service);

/*
 * Serve what the books say, of all workers, on a port of the loopback: page,
 * metrics and JSON, by libsli-http. One worker does. 0, or -1 having said why.
 */
int service_tell(struct service *service, uint16_t port);

#endif /* SERVICE_H */
