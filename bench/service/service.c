/* SPDX-License-Identifier: MIT */
/*
 * An HTTP service measured by libsli, in as many processes as are started with
 * the same file and port. The life of a request:
 *
 *   arrives   sli_begin() on its route's indicator, then sli_admit(): refused
 *             with 503 and Retry-After, or queued for the back end
 *   answered  sli_end(), and sli_record() with its outcome and latency
 *
 * All routes share one back end, so one SLO decides who may use it: that of
 * /checkout, the route that must not fail. Each route says how critical it is.
 */
#define _POSIX_C_SOURCE 200809L

#include "service.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sli/http.h>

#include "trace.h"

struct request {
	struct backend_job job; /* first: a job is its request */
	struct service *service;
	struct route *route;
	struct MHD_Connection *connection;
	uint64_t begun_ns, submitted_ns;
	enum sli_outcome outcome; /* SLI_BAD until the back end is done */
	int submitted;
	char trace_id[SLI_TRACE_ID_MAX + 1];
};

static struct route *
find_route(struct service *service, const char *path)
{
	for (int i = 0; i < ROUTES; i++)
		if (strcmp(service->books.routes[i].path, path) == 0)
			return &service->books.routes[i];
	return NULL;
}

/* Who asks: users are refused whole, not each of their requests at random. */
static uint64_t
user_key(struct MHD_Connection *connection)
{
	const char *user = MHD_lookup_connection_value(connection,
	    MHD_GET_ARGUMENT_KIND, "user");

	return user == NULL ? 0 : strtoull(user, NULL, 10);
}

static int
may_enter(struct service *service, const struct request *request)
{
	return !service->admission ||
	    sli_admit(service->books.slo, request->begun_ns,
		request->route->criticality, user_key(request->connection));
}

/* What the back end made of the request, as the service sees it. */
static void
count_call(const struct request *request, enum sli_outcome outcome)
{
	struct sli_indicator *calls = request->service->books.calls;
	uint64_t now_ns = sli_clock_ns();

	sli_end(calls);
	sli_record(calls, now_ns, outcome, now_ns - request->submitted_ns);
}

/* On a thread of the back end: on_request() will be called to reply. */
static void
on_done(struct backend_job *job)
{
	struct request *request = (struct request *)job;

	count_call(request, SLI_GOOD);
	request->outcome = SLI_GOOD;
	MHD_resume_connection(request->connection);
}

/* The headers are here: early enough to refuse the work. */
static enum MHD_Result
begin(struct service *service, struct route *route,
    struct MHD_Connection *connection, void **state)
{
	struct request *request = calloc(1, sizeof(*request));

	if (request == NULL)
		return MHD_NO;
	*state = request;
	request->job.done = on_done;
	request->service = service;
	request->route = route;
	request->connection = connection;
	request->begun_ns = sli_clock_ns();
	trace_name(connection, request->begun_ns, request->trace_id);
	atomic_fetch_add(&service->under_way, 1);
	sli_begin(route->indicator);
	request->outcome = may_enter(service, request) ? SLI_BAD : SLI_SHED;
	return MHD_YES;
}

/* Suspended first: it may be done before backend_submit() returns. */
static enum MHD_Result
submit(struct service *service, struct request *request)
{
	request->submitted = 1;
	request->submitted_ns = sli_clock_ns();
	sli_begin(service->books.calls);
	MHD_suspend_connection(request->connection);
	if (backend_submit(&service->backend, &request->job) != 0) {
		count_call(request, SLI_BAD);
		MHD_resume_connection(request->connection);
	}
	return MHD_YES;
}

static enum MHD_Result
reply(struct service *service, const struct request *request)
{
	switch (request->outcome) {
	case SLI_GOOD:
		return MHD_queue_response(request->connection, MHD_HTTP_OK,
		    service->answer);
	case SLI_SHED:
		return MHD_queue_response(request->connection,
		    MHD_HTTP_SERVICE_UNAVAILABLE, service->refusal);
	default:
		return MHD_queue_response(request->connection,
		    MHD_HTTP_INTERNAL_SERVER_ERROR, service->failure);
	}
}

/*
 * libmicrohttpd calls this when the headers are here, for each part of a body,
 * when all is here, and when the back end has resumed the connection.
 */
static enum MHD_Result
on_request(void *arg, struct MHD_Connection *connection, const char *path,
    const char *method, const char *version, const char *body,
    size_t *body_size, void **state)
{
	struct service *service = arg;
	struct request *request = *state;
	struct route *route = find_route(service, path);

	(void)method;
	(void)version;
	(void)body;
	if (route == NULL)
		return MHD_queue_response(connection, MHD_HTTP_NOT_FOUND,
		    service->failure);
	if (request == NULL)
		return begin(service, route, connection, state);
	if (*body_size > 0) {
		*body_size = 0; /* nobody reads it */
		return MHD_YES;
	}
	if (request->outcome == SLI_SHED || request->submitted)
		return reply(service, request);
	return submit(service, request);
}

static void
on_completed(void *arg, struct MHD_Connection *connection, void **state,
    enum MHD_RequestTerminationCode why)
{
	struct service *service = arg;
	struct request *request = *state;
	uint64_t now_ns = sli_clock_ns();

	(void)connection;
	if (request == NULL)
		return;
	/* Who hung up was served neither well nor badly. */
	if (why != MHD_REQUEST_TERMINATED_COMPLETED_OK)
		request->outcome = SLI_IGNORED;
	sli_end(request->route->indicator);
	sli_record_exemplar(request->route->indicator, now_ns, request->outcome,
	    now_ns - request->begun_ns, request->trace_id);
	atomic_fetch_sub(&service->under_way, 1);
	free(request);
	*state = NULL;
}

static struct MHD_Response *
make_response(char *text)
{
	return MHD_create_response_from_buffer(strlen(text), text,
	    MHD_RESPMEM_PERSISTENT);
}

static int
make_responses(struct service *service)
{
	static char answer[] = "done\n", refusal[] = "overloaded\n",
		    failure[] = "failed\n";

	service->answer = make_response(answer);
	service->refusal = make_response(refusal);
	service->failure = make_response(failure);
	if (service->answer == NULL || service->refusal == NULL ||
	    service->failure == NULL ||
	    MHD_add_response_header(service->refusal,
		MHD_HTTP_HEADER_RETRY_AFTER, "1") != MHD_YES)
		return -1;
	return 0;
}

static int
listen_on_loopback(struct service *service, uint16_t port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	struct MHD_OptionItem options[] = {
		{ MHD_OPTION_SOCK_ADDR, 0, &address },
		{ MHD_OPTION_LISTENING_ADDRESS_REUSE, 1, NULL },
		{ MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed,
		    service },
		{ MHD_OPTION_END, 0, NULL },
	};

	service->http = MHD_start_daemon(
	    MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, port,
	    NULL, NULL, on_request, service, MHD_OPTION_ARRAY, options,
	    MHD_OPTION_END);
	return service->http == NULL ? -1 : 0;
}

int
service_start(struct service *service, const char *file, uint16_t port,
    int admission)
{
	memset(service, 0, sizeof(*service));
	service->admission = admission;
	if (books_open(&service->books, file) != 0)
		return -1;
	if (make_responses(service) != 0 ||
	    backend_start(&service->backend) != 0 ||
	    listen_on_loopback(service, port) != 0) {
		fprintf(stderr, "service: cannot start\n");
		return -1;
	}
	return 0;
}

int
service_tell(struct service *service, uint16_t port)
{
	struct sli_http_config config = SLI_HTTP_CONFIG_INIT;
	struct sli_error err;

	config.port = port;
	config.service = "demo";
	if (sli_http_start(service->books.registry, &config, &service->endpoint,
		&err) == SLI_OK)
		return 0;
	fprintf(stderr, "service: %s\n", err.message);
	return -1;
}

void
service_stop(struct service *service)
{
	const struct timespec pause = { 0, 1000000 };

	sli_http_stop(service->endpoint);
	/* The back end first: libmicrohttpd may not stop while one waits. */
	backend_stop(&service->backend);
	/* Its last answers are on their way out, and soon gone or stuck. */
	for (int ms = 0; ms < 1000 && atomic_load(&service->under_way) > 0;
	     ms++)
		nanosleep(&pause, NULL);
	MHD_stop_daemon(service->http);
	MHD_destroy_response(service->answer);
	MHD_destroy_response(service->refusal);
	MHD_destroy_response(service->failure);
	books_close(&service->books);
}
