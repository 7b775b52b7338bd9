/* SPDX-License-Identifier: MIT */
#ifndef SLI_OTLP_POSTER_H
#define SLI_OTLP_POSTER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <curl/curl.h>

#include <sli/otlp.h>

#include "addon/error.h"

/* CLOCK_MONOTONIC, for time-outs. */
uint64_t sli__otlp_monotonic_ns(void);

/* ---- config.c: what create was given, checked, its defaults filled in ---- */

struct sli__otlp_settings {
	/* url, proxy, ca_file: only until libcurl has its own copies. */
	struct sli_otlp_poster_config cfg;
	struct sli_otlp_config request;
	struct sli_label attributes[SLI_OTLP_ATTRIBUTES_MAX];
	char *text; /* what these two point to */
	struct curl_slist *headers;
	char target[128]; /* host:port, for messages */
};

int sli__otlp_settings_make(const struct sli_otlp_poster_config *cfg,
    struct sli__otlp_settings *out, struct sli_error *err);
void sli__otlp_settings_free(struct sli__otlp_settings *settings);

/* ---- payload.c: a request in memory ---- */

struct sli__otlp_payload {
	char *bytes;
	size_t used, size;
};

/* Both of them whole. */
void sli__otlp_payload_swap(struct sli__otlp_payload *a,
    struct sli__otlp_payload *b);

/* Write a snapshot anew. Errors as of sli_otlp_flush(). */
int sli__otlp_payload_fill(struct sli__otlp_payload *payload,
    const struct sli_snapshot *snapshot,
    const struct sli__otlp_settings *settings, struct sli_error *err);

/* Compress from into out, as gzip does. */
int sli__otlp_payload_gzip(const struct sli__otlp_payload *from,
    struct sli__otlp_payload *out, struct sli_error *err);

/* ---- transfer.c: one attempt ---- */

#define SLI__OTLP_ANSWER_MAX 16384 /* bytes of a body that are looked at */

struct sli__otlp_answer {
	long status;		 /* of HTTP; 0: there was none */
	uint64_t retry_after_ns; /* 0: not said */
	size_t used;
	bool is_cut; /* the body went on */
	char body[SLI__OTLP_ANSWER_MAX + 1];
	char why[CURL_ERROR_SIZE]; /* there was none */
};

struct sli__otlp_transfer {
	CURLM *multi; /* also what the thread waits on */
	CURL *easy;
	size_t header_bytes;
	struct sli__otlp_answer answer;
};

int sli__otlp_transfer_open(struct sli__otlp_transfer *t,
    const struct sli__otlp_settings *settings, struct sli_error *err);
void sli__otlp_transfer_close(struct sli__otlp_transfer *t);

/* By when, of the monotonic clock, an attempt has to end; asked repeatedly. */
typedef uint64_t sli__otlp_until_fn(void *arg);

/* POST it, and leave the answer; false: until() has come. */
bool sli__otlp_transfer_run(struct sli__otlp_transfer *t,
    const struct sli__otlp_payload *payload, sli__otlp_until_fn *until,
    void *arg);

/* Wait until then, or for sli__otlp_transfer_wake() by any thread. */
void sli__otlp_transfer_wait(struct sli__otlp_transfer *t, uint64_t until_ns);
void sli__otlp_transfer_wake(struct sli__otlp_transfer *t);

/* ---- verdict.c: what an answer means ---- */

enum sli__otlp_result {
	SLI__OTLP_POSTED,
	SLI__OTLP_AGAIN, /* the same request may be taken later */
	SLI__OTLP_FINAL
};

struct sli__otlp_verdict {
	enum sli__otlp_result result;
	bool is_partial;
	uint64_t rejected;
	struct sli_error err; /* SLI_OK: there is nothing to tell */
};

void sli__otlp_judge(const struct sli__otlp_answer *answer, const char *target,
    struct sli__otlp_verdict *out);

/*
 * How long to wait before attempt n (from 1) is repeated; random is any number.
 */
uint64_t sli__otlp_delay_ns(const struct sli_otlp_poster_config *cfg,
    uint32_t n, uint64_t retry_after_ns, uint64_t random);

/* ---- poster.c, thread.c ---- */

/*
 * A payload goes from `building` to `waiting` to `sending`, by swapping: three
 * buffers are all there ever are.
 *
 *   field              who                     under
 *   building           flushers                flushing (tried, not waited for)
 *   waiting .. stats   all                     lock
 *   sending .. random  the thread              -
 */
struct sli_otlp_poster {
	pid_t owner; /* constant, as are the settings */
	struct sli__otlp_settings settings;
	bool is_running; /* there is a thread; of those who start and stop */
	pthread_t thread;

	pthread_mutex_t flushing;
	struct sli__otlp_payload building;

	pthread_mutex_t lock;
	struct sli__otlp_payload waiting; /* used 0: none */
	bool is_stopping;
	uint64_t stop_by_ns; /* monotonic */
	bool is_lost;	     /* since the stop, something was given up */
	struct sli_otlp_stats stats;

	struct sli__otlp_payload sending, compressed; /* used 0: none */
	struct sli__otlp_transfer transfer;
	uint32_t failures;    /* in a row */
	uint64_t retry_at_ns; /* monotonic */
	bool knows_stop;
	uint64_t random;
};

void *sli__otlp_thread(void *poster);

#endif /* SLI_OTLP_POSTER_H */
