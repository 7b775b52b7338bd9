/* SPDX-License-Identifier: MIT */
#ifndef SLI_HTTP_SERVER_H
#define SLI_HTTP_SERVER_H

#include <microhttpd.h>
#include <sys/types.h>

#include <sli/http.h>

#include "body.h"
#include "clients.h"
#include "listen.h"

struct sli__request;

/* One endpoint. One thread at a time serves: all but the first part is its. */
struct sli_http {
	struct sli_registry *registry;
	struct sli_http_config cfg;
	struct sli__listener listener;
	struct MHD_Daemon *daemon;
	pid_t pid; /* whose thread it is */

	struct sli__account account;
	struct sli__clients clients;
	struct sli__request *request; /* whose answer is being made */
};

/* An MHD_AccessHandlerCallback; the argument is the endpoint. */
enum MHD_Result sli__http_answer(void *arg, struct MHD_Connection *connection,
    const char *path, const char *method, const char *version, const char *data,
    size_t *data_size, void **state);

/*
 * Make an answer to nobody, as /metrics would: what is wrong with the
 * configuration shows, and a place among the registry's consumers is taken.
 */
int sli__http_rehearse(struct sli_http *http, struct sli_error *err);

/* Give that place back. */
void sli__http_forget(struct sli_http *http);

#endif /* SLI_HTTP_SERVER_H */
