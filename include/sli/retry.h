/* SPDX-License-Identifier: MIT */
#ifndef SLI_RETRY_H
#define SLI_RETRY_H

#include <stdint.h>

#include <sli/api.h>
#include <sli/indicator.h>
#include <sli/registry.h>
#include <sli/status.h>

/*
 * A retry budget: how many retries a client may send to one dependency, as a
 * share of the requests it sends anyway, so that retries never multiply an
 * overload. (Google, SRE book, ch. 21: a retry ratio below 10 % costs 1.1 times
 * the load where three attempts each cost 3 times; the window and the reserve
 * as in Finagle's RetryBudget.)
 *
 *   a retry may go if  retries + 1 <= ratio * requests + reserve_per_s * window
 *
 * both counted over the last window. The requests and retries of a window pass
 * out of it together, so a balance never goes below the reserve.
 *
 * The counts are those of an indicator: good events are requests, bad ones
 * retries, shed ones retries that were refused. In a file, all processes share
 * one budget; it shows in sli_flush() and `sli top` as any other.
 *
 * All calls may run together, from any thread and both sides of a fork; all but
 * open and close from signal handlers.
 */

struct sli_retry;

/* The help of its indicator, by which tools know one. */
#define SLI_RETRY_HELP "retry budget: good requests, bad retries, shed refused"

struct sli_retry_config {
	uint32_t struct_size;
	const char *name; /* of the indicator */
	const struct sli_label *labels;
	uint32_t label_count;
	double ratio;		/* above 0, up to 10; default 0.1 */
	uint64_t window_ns;	/* 2 slots to 10 min; default 10 s */
	uint32_t reserve_per_s; /* 0 to 1e6; of the idle and the young */
	uint32_t reserved;	/* 0 */
};

#define SLI_RETRY_CONFIG_INIT SLI_CONFIG_INIT(struct sli_retry_config)

SLI_BEGIN_DECLS

/**
 * Open a retry budget: register its indicator, or get it again.
 *
 * Errors:   SLI_EINVAL, SLI_ERANGE, SLI_ENOMEM; those of
 *           sli_indicator_register().
 * Thread:   MT-safe (takes the registry's lock).  Signal: not safe.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_retry_open(struct sli_registry *reg,
    const struct sli_retry_config *cfg, struct sli_retry **out,
    struct sli_error *err);

/** Close it, before its registry; what was counted stays. NULL does nothing. */
SLI_API void sli_retry_close(struct sli_retry *retry);

/**
 * A request was sent, for the first time. NULL does nothing.
 *
 * Errors:   none.  Thread: MT-safe.  Signal: async-signal-safe.
 * Progress: wait-free, as sli_count().  Since: 0.1
 */
SLI_API void sli_retry_request(struct sli_retry *retry, uint64_t now_ns);

/**
 * May this request be sent again? The answer is counted.
 *
 * @return 1 yes, 0 no (and of NULL).
 * Accuracy: threads that ask at the same instant may each get the last retry:
 *           over by less than their number. The window's old edge as of
 *           sli_window_counts().
 * Errors:   none.  Thread: MT-safe.  Signal: async-signal-safe.
 * Progress: lock-free.  Since: 0.1
 */
SLI_API int sli_retry_allow(struct sli_retry *retry, uint64_t now_ns);

/**
 * How many retries may go now; 0 of NULL.
 *
 * Errors: none.  Thread: MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API uint64_t sli_retry_balance(struct sli_retry *retry, uint64_t now_ns);

/** Its indicator, for windows and SLOs; NULL of NULL. */
SLI_API struct sli_indicator *sli_retry_indicator(struct sli_retry *retry);

SLI_END_DECLS

#endif /* SLI_RETRY_H */
