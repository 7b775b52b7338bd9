/* SPDX-License-Identifier: MIT */
#ifndef SLI_FLUSH_H
#define SLI_FLUSH_H

#include <stdint.h>

#include <sli/admit.h>
#include <sli/api.h>
#include <sli/indicator.h>
#include <sli/slo.h>
#include <sli/status.h>

/*
 * A flush hands the state of a whole registry to a callback, without stopping
 * anyone. The caller decides when (a timer, a scrape) and what to do with it.
 *
 * A consumer is the pair (fn, arg). Each has its own deltas: what was counted
 * since its last flush. Different consumers may flush together; the same one
 * twice at a time gives SLI_EBUSY.
 */

struct sli_snapshot; /* valid only inside the callback */

typedef void sli_flush_fn(const struct sli_snapshot *snapshot, void *arg);

/*
 * A callback that may fail: 0, or what went wrong, as an SLI_E* where one fits,
 * and for a person in err, which is not NULL.
 */
typedef int sli_sink_fn(const struct sli_snapshot *snapshot, void *arg,
    struct sli_error *err);

struct sli_indicator_view {
	const char *name;
	const char *help;		/* "" if none */
	const struct sli_label *labels; /* sorted by name */
	uint32_t label_count;
	uint64_t threshold_ns[SLI_THRESHOLDS_MAX];
	uint32_t threshold_count;
	struct sli_counts total; /* since creation */
	struct sli_counts delta; /* since this consumer's last flush */
	uint64_t in_flight;
	uint64_t late;
	struct sli_indicator *indicator; /* for windows and quantiles */
	uint64_t lowest_ns, highest_ns;	 /* of its histograms */
	uint32_t precision_bits;
	int active;	   /* a living process has it registered */
	uint64_t last_ns;  /* end of the last slot that was opened; 0 none */
	uint64_t birth_ns; /* when the first event came; 0: none did */
};

struct sli_slo_view {
	const char *name;
	uint32_t indicator_index;
	uint64_t period_ns;
	uint64_t threshold_ns; /* 0: availability only */
	struct sli_budget budget;
	struct sli_verdict verdict;
	struct sli_slo *slo; /* for burn rates and alerts */
	int active;	     /* a living process has it registered */
	uint32_t flags;
	enum sli_method method;
	enum sli_calendar calendar; /* then period_ns is a nominal length */
	uint64_t slice_ns;	    /* 0: no slices */
	uint32_t calendar_count;    /* of units in a period; 0 rolling */
	const char *time_zone;	    /* of a calendar; "" rolling */
	double slice_objective;	    /* without slices: 0 */
	uint64_t slice_min_events;
	double outage_ratio; /* of the rule for micro-outages */
	uint64_t outage_min_events;
};

SLI_BEGIN_DECLS

/**
 * Call fn once with a snapshot of the registry at now_ns.
 *
 * Deltas are exact: over all flushes of a consumer they add up to the totals.
 * The first flush of a consumer has the totals as its deltas.
 *
 * @param fn  may call every read, and record; not flush for the same consumer.
 * Errors:   SLI_EINVAL (NULL), SLI_ENOSPC (more than max_consumers),
 *           SLI_EBUSY (this consumer is being flushed; or the lock of consumers
 *           was held by another thread at a fork).
 * Thread:   MT-safe (takes the lock of consumers for a moment).  Signal: not
 *           safe.  Fork: a child of a process with sli_registry_create()
 *           continues with its parent's deltas; processes that share the
 *           registry's memory share its consumers.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_flush(struct sli_registry *reg, uint64_t now_ns,
    sli_flush_fn *fn, void *arg);

/**
 * Forget a consumer and free its place.
 *
 * Errors:   SLI_EINVAL (NULL), SLI_ENOENT, SLI_EBUSY.  Thread: MT-safe.
 * Since:    0.1
 */
SLI_API int sli_flush_forget(struct sli_registry *reg, sli_flush_fn *fn,
    void *arg);

/**
 * As sli_flush(), but the flush counts only if fn returns 0. Else the consumer
 * stays where it was: its next flush has what it missed, deltas and transitions
 * alike. (Of these, the last SLI_ALERT_LOG_MAX.)
 *
 * A callback that fails half-way through its output will put out that half
 * again, so it puts out all or nothing, or leaves what is twice to its reader.
 *
 * @param fn  is not the consumer of an sli_flush_fn with the same arg.
 * Errors:   as sli_flush(), or what fn returned.  Thread, signal, fork: as
 *           sli_flush().  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_flush_try(struct sli_registry *reg,
    uint64_t now_ns, sli_sink_fn *fn, void *arg, struct sli_error *err);

/**
 * Take a place for a consumer of sli_flush_try() ahead of its first flush, so
 * that a want of places shows early.
 *
 * Errors:   SLI_EINVAL (NULL), SLI_EEXIST (it has one, and keeps it),
 *           SLI_ENOSPC, SLI_EBUSY (the lock, as above).
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_flush_try_reserve(struct sli_registry *reg,
    sli_sink_fn *fn, void *arg, struct sli_error *err);

/** As sli_flush_forget(), for a consumer of sli_flush_try(). */
SLI_API int sli_flush_try_forget(struct sli_registry *reg, sli_sink_fn *fn,
    void *arg);

/*
 * Of a snapshot, inside its callback. Thread: any that the callback shares it
 * with. Signal: not safe. Errors: none unless named; NULL gives 0. Since: 0.1
 */

/** The now_ns of this flush. */
SLI_API uint64_t sli_snapshot_now(const struct sli_snapshot *snapshot);

/** The now_ns of this consumer's last flush; 0 at the first. */
SLI_API uint64_t sli_snapshot_since(const struct sli_snapshot *snapshot);

/** Whose state it is: for its logs, of alerts and annotations. */
SLI_API const struct sli_registry *sli_snapshot_registry(
    const struct sli_snapshot *snapshot);

/**
 * How many places of indicators, and of SLOs, there are, those included that
 * were removed, or that count an SLO's slices: of them, the functions below say
 * SLI_ENOENT.
 */
SLI_API uint32_t sli_snapshot_indicator_count(const struct sli_snapshot *);
SLI_API uint32_t sli_snapshot_slo_count(const struct sli_snapshot *);

/**
 * One indicator of the snapshot. For its windows and quantiles, use
 * view.indicator with sli_snapshot_now().
 *
 * Errors:   SLI_EINVAL (NULL), SLI_ENOENT (index; or it was removed).
 * Since:    0.1
 */
SLI_API int sli_snapshot_indicator(const struct sli_snapshot *snapshot,
    uint32_t index, struct sli_indicator_view *out);

/** One SLO of the snapshot; errors as for the indicator. */
SLI_API int sli_snapshot_slo(const struct sli_snapshot *snapshot,
    uint32_t index, struct sli_slo_view *out);

/**
 * An alert or micro-outage that began or ended since this consumer's last
 * flush, in the order in which they began. Each beginning and each end is told
 * once. At a consumer's first flush: what is under way.
 *
 * Errors:   SLI_EINVAL (NULL), SLI_ENOENT (there are no more), SLI_EBUSY (this
 *           one is just being overwritten: there may be more).
 * Accuracy: of more than SLI_ALERT_LOG_MAX between two flushes, the last.
 * Since:    0.1
 */
SLI_API int sli_snapshot_transition(const struct sli_snapshot *snapshot,
    uint32_t index, struct sli_transition *out);

SLI_END_DECLS

#endif /* SLI_FLUSH_H */
