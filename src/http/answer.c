/* SPDX-License-Identifier: MIT */
/*
 * From a request to its answer. The thread that serves makes one at a time, so
 * that one consumer of the registry does for all, and two scrapes at once wait
 * for each other instead of failing.
 */
#include "answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "header.h"
#include "pages.h"

#define PLAIN "text/plain; charset=utf-8"

/* What every answer has: nothing is kept, nothing of elsewhere is fetched. */
static const char *const headers[][2] = {
	{ "Cache-Control", "no-store" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Content-Security-Policy",
	    "default-src 'none'; script-src 'self'; style-src 'self'; "
	    "connect-src 'self'; base-uri 'none'; form-action 'none'; "
	    "frame-ancestors 'none'" },
};

static const char *
find_header(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

/* Ends the connection (MHD_NO) if there is no response, for want of memory. */
static enum MHD_Result
reply(struct MHD_Connection *connection, unsigned int code, const char *type,
    struct MHD_Response *response)
{
	enum MHD_Result result = MHD_YES;
	size_t i;

	if (response == NULL)
		return MHD_NO;
	for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		if (MHD_add_response_header(response, headers[i][0],
			headers[i][1]) != MHD_YES)
			result = MHD_NO;
	if (MHD_add_response_header(response, "Content-Type", type) != MHD_YES)
		result = MHD_NO;
	if (result == MHD_YES)
		result = MHD_queue_response(connection, code, response);
	MHD_destroy_response(response);
	return result;
}

/* A short answer, with one more header or, of NULL, none. */
static enum MHD_Result
refuse(struct MHD_Connection *connection, unsigned int code, const char *header,
    const char *value, const char *why)
{
	char text[sizeof(((struct sli_error *)NULL)->message) + 1];
	struct MHD_Response *response;

	snprintf(text, sizeof(text), "%s\n", why);
	response = MHD_create_response_from_buffer(strlen(text), text,
	    MHD_RESPMEM_MUST_COPY);
	if (response != NULL && header != NULL)
		MHD_add_response_header(response, header, value);
	return reply(connection, code, PLAIN, response);
}

static enum MHD_Result
send_page(struct MHD_Connection *connection, const struct sli__page *page)
{
	/* Persistent: it is not written to, nor freed. */
	void *bytes = (void *)(uintptr_t)page->bytes;

	return reply(connection, MHD_HTTP_OK, page->type,
	    MHD_create_response_from_buffer((size_t)(page->end - page->bytes),
		bytes, MHD_RESPMEM_PERSISTENT));
}

static struct sli__client *
client_of(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection,
	    MHD_CONNECTION_INFO_SOCKET_CONTEXT)
	    ->socket_context;
}

/* The request's body becomes the response's, which frees it. */
static enum MHD_Result
send_body(struct MHD_Connection *connection, struct sli__request *request)
{
	struct sli__body *body = request->body;
	struct MHD_Response *response =
	    MHD_create_response_from_buffer_with_free_callback_cls(body->length,
		body->bytes, sli__body_free, body);

	if (response == NULL) {
		sli__body_free(body);
		return MHD_NO;
	}
	sli__client_answer(client_of(connection));
	MHD_add_response_header(response, "Vary", "Accept, Accept-Encoding");
	if (body->is_packed)
		MHD_add_response_header(response, "Content-Encoding", "gzip");
	return reply(connection, MHD_HTTP_OK, request->type, response);
}

/* ---- from the registry ---- */

static void
on_snapshot(const struct sli_snapshot *snapshot, void *arg)
{
	struct sli__request *request = ((struct sli_http *)arg)->request;

	request->status = request->write(snapshot, request);
}

/* Make an answer; its body is not freed. */
static int
make(struct sli_http *http, struct sli__request *request)
{
	int status;

	request->http = http;
	http->request = request;
	status = sli_flush(http->registry, sli_clock_ns(), on_snapshot, http);
	http->request = NULL;
	if (status != SLI_OK)
		return sli__addon_fail(&request->err, status,
		    "the registry cannot be read: %s", sli_strerror(status));
	if (request->status == SLI_OK && sli__body_end(request->body) != 0)
		request->status = SLI_EIO;
	return request->status;
}

int
sli__http_rehearse(struct sli_http *http, struct sli_error *err)
{
	struct sli__request request = { .write = sli__write_metrics };
	int status;

	request.body = sli__body_new(&http->account, false);
	if (request.body == NULL)
		return sli__addon_fail(err, SLI_ENOMEM, "out of memory");
	status = make(http, &request);
	if (request.body->is_full)
		status = sli__addon_fail(&request.err, SLI_ENOSPC,
		    "max_bytes %" PRIu64 " is less than /metrics takes",
		    http->cfg.max_bytes);
	sli__body_free(request.body);
	if (status != SLI_OK && err != NULL)
		*err = request.err;
	if (status != SLI_OK)
		sli__http_forget(http);
	return status;
}

void
sli__http_forget(struct sli_http *http)
{
	sli_flush_forget(http->registry, on_snapshot, http);
}

/* Both pass by themselves. */
static enum MHD_Result
refuse_now(struct MHD_Connection *connection, const char *why)
{
	return refuse(connection, MHD_HTTP_SERVICE_UNAVAILABLE, "Retry-After",
	    "1", why);
}

static enum MHD_Result
send_written(struct sli_http *http, struct MHD_Connection *connection,
    sli__write_fn *write)
{
	struct sli__request request = { .write = write };
	enum MHD_Result result;
	int status;

	request.accept = find_header(connection, "Accept");
	request.body = sli__body_new(&http->account,
	    (http->cfg.flags & SLI_HTTP_NO_GZIP) == 0 &&
		sli__encoding_takes_gzip(
		    find_header(connection, "Accept-Encoding")));
	if (request.body == NULL)
		return MHD_NO;
	status = make(http, &request);
	if (status == SLI_OK)
		return send_body(connection, &request);
	if (request.body->is_full) {
		sli__clients_end_reader(&http->clients);
		result = refuse_now(connection,
		    "max_bytes, or memory, is taken by answers under way");
	} else if (status == SLI_EBUSY) {
		result = refuse_now(connection, request.err.message);
	} else {
		result = refuse(connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
		    NULL, NULL, request.err.message);
	}
	sli__body_free(request.body);
	return result;
}

/* ---- requests ---- */

static enum MHD_Result
answer(struct sli_http *http, struct MHD_Connection *connection,
    const char *path)
{
	const struct sli__page *page = (http->cfg.flags & SLI_HTTP_NO_PAGE) ?
	    NULL :
	    sli__page_find(path);
	sli__write_fn *write = sli__writer_find(path);

	if (write != NULL)
		return send_written(http, connection, write);
	if (page != NULL)
		return send_page(connection, page);
	return refuse(connection, MHD_HTTP_NOT_FOUND, NULL, NULL,
	    "not found; there are /metrics, /slo, /healthz and /");
}

/*
 * libmicrohttpd calls this when the headers are here, for each part of a body,
 * and when all is here, which is when it may be answered.
 */
enum MHD_Result
sli__http_answer(void *arg, struct MHD_Connection *connection, const char *path,
    const char *method, const char *version, const char *data,
    size_t *data_size, void **state)
{
	struct sli_http *http = arg;

	(void)version;
	(void)data;
	if (!sli__host_is_allowed(&http->cfg, http->listener.is_loopback,
		find_header(connection, "Host")))
		return refuse(connection, MHD_HTTP_MISDIRECTED_REQUEST, NULL,
		    NULL,
		    "this Host is not served here; see hosts of "
		    "struct sli_http_config");
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "Allow",
		    "GET, HEAD", "accepted: GET, HEAD");
	if (*state == NULL) {
		*state = http;
		return MHD_YES;
	}
	/* Nobody reads a body: who sends one wants something else. */
	if (*data_size > 0)
		return MHD_NO;
	return answer(http, connection, path);
}
