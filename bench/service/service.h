/* SPDX-License-Identifier: MIT */
#ifndef SERVICE_H
#define SERVICE_H

#include <sli/sli.h>

#include "backend.h"

struct MHD_Daemon;
struct MHD_Response;

/* Answered within this is fast enough, on every route. */
#define SERVICE_THRESHOLD_MS 400
#define SERVICE_OBJECTIVE 0.99 /* of /checkout */

enum { CHECKOUT, SEARCH, RECOMMEND, ROUTES };

struct route {
	const char *path;
	enum sli_criticality criticality;
	struct sli_indicator *indicator;
};

struct service {
	int admission; /* 0: let everything in */
	struct route routes[ROUTES];
	struct sli_registry *registry;
	struct sli_slo *slo; /* of /checkout; its verdict guards the back end */
	struct backend backend;
	struct MHD_Response *answer, *refusal, *failure;
	struct MHD_Daemon *http;
};

/* Serve on a free port of the loopback; 0, or -1 having said why. */
int service_start(struct service *service, int admission);

unsigned service_port(const struct service *service);

/* Answer what was let in and hang up. What was counted can still be read. */
void service_stop(struct service *service);

/* After service_stop(). */
void service_free(struct service *service);

#endif /* SERVICE_H */
