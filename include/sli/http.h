/* SPDX-License-Identifier: MIT */
#ifndef SLI_HTTP_H
#define SLI_HTTP_H

#include <stdint.h>

#include <sli/api.h>
#include <sli/registry.h>
#include <sli/status.h>

/*
 * A scrape endpoint for services that have no HTTP server of their own, or want
 * it apart. A library of its own, libsli-http, on libmicrohttpd;
 * <sli/sli.h> does not include this header. GET and HEAD of
 *
 *   /metrics   what Accept asks for: OpenMetrics, Prometheus text or protobuf
 *   /slo       all of it as JSON, see export_slo.h
 *   /healthz   200 while the process answers. What burns is in the body (page,
 *              outage, ticket, spent or ok of each SLO) and never in the
 *              status: a load balancer would take every instance out at once,
 *              for a fault that they may share
 *   /          a page that draws /slo, and needs nothing from elsewhere
 *
 * Nothing may be cached; gzip is for those who accept it. There is no TLS and
 * nobody has to log in: on other addresses than the loopback, put it behind
 * what does that.
 *
 * A web page elsewhere may have its own name resolve to a loopback address and
 * then read what is there. So on the loopback only requests for localhost,
 * 127.0.0.1, [::1], the address itself and `hosts` are answered, others get
 * 421. On other addresses any Host will do unless `hosts` are given.
 *
 * No client delays a record: scrapes take no lock that recording waits for.
 * When all connections are taken a new one ends the one that has been silent
 * or slow for longest, so that slow ones keep nobody out. When answers that
 * nobody reads take all of max_bytes, a scrape that finds no room is 503, and
 * ends the connection that has left its answer unread for longest.
 *
 * Which calls may run together on one endpoint:
 *
 *                    port, fd   run   stop
 *   port, fd           yes      yes   no
 *   run                yes      no    no
 *
 * It takes one place of the registry's max_consumers.
 */

struct sli_http;

/* flags of struct sli_http_config */
/* No thread: the application's event loop calls sli_http_run(). */
#define SLI_HTTP_EVENT_LOOP 0x1u
#define SLI_HTTP_NO_PAGE 0x2u
#define SLI_HTTP_NO_GZIP 0x4u

#define SLI_HTTP_HOSTS_MAX 16

struct sli_http_config {
	uint32_t struct_size;
	uint32_t flags;
	/*
	 * An address, not a name: "127.0.0.1" (the default), "::1", "0.0.0.0",
	 * or "::" (of IPv4, too).
	 */
	const char *address;
	uint32_t port;		  /* 0: a free one, see sli_http_port() */
	uint32_t max_connections; /* 1..1000, default 32 */
	/* A connection that is silent for so long ends. 1..3600, default 30. */
	uint32_t timeout_s;
	uint32_t metrics_flags; /* SLI_TEXT_NO_*, of /metrics */
	/*
	 * Answers that are being made or sent may take so much memory together;
	 * one more is 503. At least 64 KiB, default 64 MiB.
	 */
	uint64_t max_bytes;
	const char *service; /* as of struct sli_text_config; NULL: "" */
	/* More names that Host may have, without a port. */
	const char *const *hosts;
	uint32_t host_count; /* up to SLI_HTTP_HOSTS_MAX */
	/* Of the classic histograms, as of struct sli_text_config. */
	uint32_t bound_count;
	const uint64_t *bound_ns;
};

#define SLI_HTTP_CONFIG_INIT SLI_CONFIG_INIT(struct sli_http_config)

SLI_BEGIN_DECLS

/**
 * Serve a registry. What cfg points at is copied.
 *
 * @param cfg  NULL: all defaults.
 * Errors:   SLI_EINVAL (NULL, a field), SLI_ERANGE (a field), SLI_EVERSION,
 *           SLI_ENOMEM, SLI_ENOSPC (more than max_consumers), SLI_EACCES (the
 *           port is for root), SLI_EBUSY (the port is taken; or as
 *           sli_flush()), SLI_EIO (no socket or no thread).
 * Thread:   MT-safe. The thread it starts has all signals blocked but those of
 *           its own faults.
 * Signal:   not safe.
 * Fork:     a child has the descriptors, but no thread: it calls
 *           sli_http_stop(), which then only stops listening there, or execs.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_http_start(struct sli_registry *reg,
    const struct sli_http_config *cfg, struct sli_http **out,
    struct sli_error *err);

/**
 * End all connections and the thread, which takes as long as the answer that
 * is just being made, and free all. Before sli_registry_close().
 *
 * @param http  NULL does nothing.
 * Errors: none.  Thread: not with any other call on it.  Signal: not safe.
 * Since:  0.1
 */
SLI_API void sli_http_stop(struct sli_http *http);

/**
 * The port it listens on; 0 of NULL.
 *
 * Errors: none.  Thread: MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API uint16_t sli_http_port(const struct sli_http *http);

/**
 * With SLI_HTTP_EVENT_LOOP: a descriptor (of epoll) that is readable when
 * sli_http_run() has something to do. Without, or of NULL: -1.
 *
 * Errors: none.  Thread: MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API int sli_http_fd(const struct sli_http *http);

/**
 * With SLI_HTTP_EVENT_LOOP: do what can be done without waiting.
 *
 * @param wait_ms  in how many ms to call again though the descriptor is not
 *                 readable, as for poll(): -1 never.
 * Errors:   SLI_EINVAL (NULL, no event loop), SLI_EACCES (a child), SLI_EIO.
 * Thread:   one at a time, as are the functions of a loop.
 * Progress: makes answers: /metrics of 1,000 indicators takes some 50 ms.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_http_run(struct sli_http *http, int *wait_ms);

SLI_END_DECLS

#endif /* SLI_HTTP_H */
