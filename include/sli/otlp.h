/* SPDX-License-Identifier: MIT */
#ifndef SLI_OTLP_H
#define SLI_OTLP_H

#include <stdint.h>

#include <sli/api.h>
#include <sli/export_otlp.h>
#include <sli/flush.h>
#include <sli/indicator.h>
#include <sli/status.h>

/*
 * A poster: sends the requests of export_otlp.h to an OpenTelemetry collector
 * over HTTP, on a thread that the application starts and stops. A library of
 * its own, libsli-otlp (on libcurl); <sli/sli.h> does not include this header.
 *
 *	create  start  (sli_otlp_flush, in a callback of sli_flush() or as a
 *	sink of the flusher, deliver.h)*  stop  destroy
 *
 * Requests are cumulative, so a newer one replaces one that was not delivered
 * yet: a collector that was away finds, in the first request that reaches it,
 * all that was counted meanwhile. A poster therefore holds up to three requests
 * and no more (being written, waiting, under way; and a compressed copy),
 * however long the collector is away: give each registry its own.
 *
 * What is answered with 429, 502, 503 or 504, or not at all, is sent again,
 * after a time that doubles from retry_min_ns to retry_max_ns and is drawn from
 * its upper half; or after what Retry-After says, up to retry_after_max_ns.
 * Other answers are final: the request is given up, the next is sent when it
 * comes. Redirects are such answers and never followed.
 *
 * The first create calls curl_global_init(). With a libcurl before 7.84 that
 * must not run while other threads use libcurl.
 *
 * Fork: in a child, the poster of its parent does nothing: destroy leaves it as
 * it is (the connection is the parent's), all other calls say SLI_EACCES.
 */

struct sli_otlp_poster;

/* flags of struct sli_otlp_poster_config */
#define SLI_OTLP_GZIP 0x1u /* Content-Encoding: gzip */

#define SLI_OTLP_HEADERS_MAX 32

/*
 * Told of each attempt that failed, or that a collector took only in part, by
 * the poster's thread. May call sli_otlp_poster_stats(), but nothing else of
 * the poster.
 */
typedef void sli_otlp_error_fn(const struct sli_error *err, void *arg);

/* All is copied. */
struct sli_otlp_poster_config {
	uint32_t struct_size;
	uint32_t flags;
	/*
	 * http or https; NULL: http://127.0.0.1:4318/v1/metrics. Credentials
	 * go into a header.
	 */
	const char *url;
	const struct sli_label *headers;       /* such as Authorization */
	uint32_t header_count;		       /* up to SLI_OTLP_HEADERS_MAX */
	uint32_t reserved;		       /* 0 */
	const struct sli_otlp_config *request; /* NULL: defaults */
	/*
	 * NULL: no proxy. The environment, which others may be changing, is
	 * not looked at.
	 */
	const char *proxy;
	const char *ca_file;	     /* PEM; NULL: what libcurl trusts */
	uint64_t max_bytes;	     /* of a request; 1 KiB to 1 GiB, 16 MiB */
	uint64_t connect_timeout_ns; /* 1 ms to 1 h, default 5 s */
	uint64_t timeout_ns;   /* of an attempt; 1 ms to 1 h, default 10 s */
	uint64_t retry_min_ns; /* 1 ms to 1 h, default 1 s */
	uint64_t retry_max_ns; /* from retry_min_ns to 1 d, 30 s */
	uint64_t retry_after_max_ns; /* 1 ms to 1 d, default 5 min */
	sli_otlp_error_fn *error;    /* NULL: only stats tell */
	void *error_arg;
};

#define SLI_OTLP_POSTER_CONFIG_INIT                                            \
	SLI_CONFIG_INIT(struct sli_otlp_poster_config)

/*
 * Every request that was flushed is posted, replaced, failed or (up to two)
 * still to be sent.
 */
struct sli_otlp_stats {
	uint64_t flushed;
	uint64_t posted;   /* answered with 2xx */
	uint64_t replaced; /* by a newer one */
	uint64_t failed;   /* the answer was final, or stop gave it up */
	uint64_t attempts;
	uint64_t retries;	  /* attempts to be made again */
	uint64_t partial;	  /* posted, but not all of it was taken ... */
	uint64_t rejected_points; /* ... but for so many points */
	uint64_t sent_bytes;	  /* of bodies that were posted */
	uint64_t success_ns;	  /* sli_clock_ns() of the last; 0: never */
	uint64_t failure_ns;	  /* of the last attempt that failed */
	struct sli_error error;	  /* the last; status 0: none */
};

SLI_BEGIN_DECLS

/**
 * Make a poster. It connects to nothing yet.
 *
 * Errors:   SLI_EINVAL (NULL, a field of the config or of its request),
 *           SLI_ERANGE, SLI_EVERSION, SLI_ENOMEM (also: libcurl failed to
 *           initialise).
 * Thread:   MT-safe, but see above.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_otlp_poster_create(
    const struct sli_otlp_poster_config *cfg, struct sli_otlp_poster **out,
    struct sli_error *err);

/**
 * Start its thread, which blocks all signals but those of its own faults and is
 * called sli-otlp. What was flushed before is sent. After a stop it may be
 * started again.
 *
 * Errors:   SLI_EINVAL (NULL), SLI_EBUSY (it runs), SLI_EACCES (a child),
 *           SLI_ENOMEM (no thread can be made).
 * Thread:   not with start, stop or destroy of the same poster.
 * Signal:   not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_otlp_poster_start(struct sli_otlp_poster *poster,
    struct sli_error *err);

/**
 * Hand a snapshot over; a sli_flush_fn's work, and a sink of the flusher.
 *
 * Takes the time that it takes to write the request to memory, and a lock for
 * the exchange of two pointers: whether the collector lives does not matter.
 *
 * @param poster  a struct sli_otlp_poster.
 * Errors:   SLI_EINVAL (NULL), SLI_EBUSY (another thread is flushing to it),
 *           SLI_EACCES (a child), SLI_ERANGE (more than max_bytes), SLI_ENOMEM.
 *           What was flushed before stays.
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_otlp_flush(const struct sli_snapshot *snapshot,
    void *poster, struct sli_error *err);

/**
 * Send what is still to be sent, or give it up after timeout_ns, and end the
 * thread. The last request goes out at once, however long the next attempt was
 * to wait for.
 *
 * Returns at latest some milliseconds after timeout_ns, whatever the collector
 * does. (With a libcurl before 7.87 a look-up of a name that hangs has to end
 * first.)
 *
 * @param timeout_ns  0: give it up at once.
 * Errors:   SLI_EINVAL (NULL), SLI_EACCES (a child), SLI_EIO (something was
 *           given up: why it could not be delivered; the thread has ended all
 *           the same). One that does not run is no error.
 * Thread:   not with start, stop or destroy of the same poster.
 * Signal:   not safe.  Since: 0.1
 */
SLI_API int sli_otlp_poster_stop(struct sli_otlp_poster *poster,
    uint64_t timeout_ns, struct sli_error *err);

/**
 * What became of the requests.
 *
 * Errors:   SLI_EINVAL (NULL), SLI_EACCES (a child).
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API int sli_otlp_poster_stats(struct sli_otlp_poster *poster,
    struct sli_otlp_stats *out);

/** Free a poster, which is stopped at once if it runs; NULL does nothing. */
SLI_API void sli_otlp_poster_destroy(struct sli_otlp_poster *poster);

SLI_END_DECLS

#endif /* SLI_OTLP_H */
