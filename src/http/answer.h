/* SPDX-License-Identifier: MIT */
#ifndef SLI_HTTP_ANSWER_H
#define SLI_HTTP_ANSWER_H

#include "server.h"

struct sli__request;

/*
 * Fill a request's body and type in, from a snapshot. SLI_OK, or as the
 * exporter says.
 */
typedef int sli__write_fn(const struct sli_snapshot *snapshot,
    struct sli__request *request);

/* A request whose answer is being made. */
struct sli__request {
	struct sli_http *http;
	sli__write_fn *write;
	const char *accept; /* NULL: to whom anything is welcome */
	struct sli__body *body;
	const char *type; /* of the content */
	int status;
	struct sli_error err;
};

sli__write_fn sli__write_metrics, sli__write_slos, sli__write_health;

/* What writes the answer at a path that shows the registry; or NULL. */
sli__write_fn *sli__writer_find(const char *path);

#endif /* SLI_HTTP_ANSWER_H */
