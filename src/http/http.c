/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* pthread_sigmask */

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addon/signals.h"
#include "config.h"
#include "server.h"

/*
 * Of a connection, for its headers and what it reads and writes: a scraper
 * needs 1 KiB, a browser with the cookies of all that runs on localhost more.
 */
#define CONNECTION_BYTES ((size_t)32 << 10)

static void
on_connection(void *arg, struct MHD_Connection *connection, void **context,
    enum MHD_ConnectionNotificationCode what)
{
	const union MHD_ConnectionInfo *info;
	struct sli_http *http = arg;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		sli__client_remove(&http->clients, *context);
		return;
	}
	info = MHD_get_connection_info(connection,
	    MHD_CONNECTION_INFO_CONNECTION_FD);
	*context = sli__client_add(&http->clients, info->connect_fd);
}

static void
on_completed(void *arg, struct MHD_Connection *connection, void **state,
    enum MHD_RequestTerminationCode why)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct sli_http *http = arg;

	(void)state;
	if (why == MHD_REQUEST_TERMINATED_COMPLETED_OK)
		sli__client_answered(&http->clients, info->socket_context);
}

static struct MHD_Daemon *
start_daemon(struct sli_http *http)
{
	unsigned int flags = (http->cfg.flags & SLI_HTTP_EVENT_LOOP) != 0 ?
	    MHD_USE_EPOLL :
	    MHD_USE_EPOLL_INTERNAL_THREAD;
	struct MHD_OptionItem options[] = {
		{ MHD_OPTION_LISTEN_SOCKET, http->listener.fd, NULL },
		/* One more: for it the first has to give way. */
		{ MHD_OPTION_CONNECTION_LIMIT,
		    (intptr_t)http->cfg.max_connections + 1, NULL },
		{ MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)http->cfg.timeout_s,
		    NULL },
		{ MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		    (intptr_t)CONNECTION_BYTES, NULL },
		{ MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL },
		{ MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, http },
		{ MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, http },
		{ MHD_OPTION_END, 0, NULL },
	};

	return MHD_start_daemon(flags, http->listener.port, NULL, NULL,
	    sli__http_answer, http, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

static int
start(struct sli_http *http, struct sli_error *err)
{
	sigset_t before;
	int why;

	sli__addon_block_signals(&before);
	errno = 0;
	http->daemon = start_daemon(http);
	why = errno;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (http->daemon != NULL)
		return SLI_OK;
	/* Of some failures 0.9.75 has closed it, of others (no epoll) not. */
	sli__unlisten(&http->listener);
	return sli__addon_fail(err, SLI_EIO, "libmicrohttpd does not start: %s",
	    why == 0 ? "no reason given" : strerror(why));
}

static void
discard(struct sli_http *http)
{
	sli__http_config_free(&http->cfg);
	free(http);
}

static int
open_endpoint(struct sli_http *http, const struct sli_http_config *cfg,
    struct sli_error *err)
{
	int status = sli__http_config_copy(cfg, &http->cfg, err);

	if (status != SLI_OK)
		return status;
	http->account.most_bytes = http->cfg.max_bytes;
	sli__clients_init(&http->clients, http->cfg.max_connections);
	status = sli__http_rehearse(http, err);
	if (status != SLI_OK)
		return status;
	status = sli__listen(&http->cfg, &http->listener, err);
	if (status == SLI_OK)
		status = start(http, err);
	if (status != SLI_OK)
		sli__http_forget(http);
	return status;
}

int
sli_http_start(struct sli_registry *reg, const struct sli_http_config *cfg,
    struct sli_http **out, struct sli_error *err)
{
	struct sli_http *http;
	int status;

	if (reg == NULL || out == NULL)
		return sli__addon_fail(err, SLI_EINVAL,
		    "%s is NULL; accepted: %s", reg == NULL ? "reg" : "out",
		    reg == NULL ? "a registry" : "where to put the endpoint");
	http = calloc(1, sizeof(*http));
	if (http == NULL)
		return sli__addon_fail(err, SLI_ENOMEM, "out of memory");
	http->registry = reg;
	http->pid = getpid();
	status = open_endpoint(http, cfg, err);
	if (status != SLI_OK)
		discard(http);
	else
		*out = http;
	return status;
}

void
sli_http_stop(struct sli_http *http)
{
	if (http == NULL)
		return;
	/*
	 * After a fork: the thread is missing that would have to end, and the
	 * rest is as that left it, maybe in the midst of something.
	 */
	if (http->pid != getpid()) {
		sli__unlisten(&http->listener);
		return;
	}
	MHD_stop_daemon(http->daemon);
	sli__http_forget(http);
	discard(http);
}

uint16_t
sli_http_port(const struct sli_http *http)
{
	return http == NULL ? 0 : http->listener.port;
}

static bool
has_loop(const struct sli_http *http)
{
	return http != NULL && (http->cfg.flags & SLI_HTTP_EVENT_LOOP) != 0;
}

int
sli_http_fd(const struct sli_http *http)
{
	if (!has_loop(http))
		return -1;
	return MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)
	    ->epoll_fd;
}

int
sli_http_run(struct sli_http *http, int *wait_ms)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (!has_loop(http) || wait_ms == NULL)
		return SLI_EINVAL;
	if (http->pid != getpid())
		return SLI_EACCES;
	if (MHD_run(http->daemon) != MHD_YES)
		return SLI_EIO;
	if (MHD_get_timeout(http->daemon, &ms) != MHD_YES)
		*wait_ms = -1;
	else
		*wait_ms = ms < INT_MAX ? (int)ms : INT_MAX;
	return SLI_OK;
}
