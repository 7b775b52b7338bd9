/* SPDX-License-Identifier: MIT */
#ifndef SLI_LATENCY_H
#define SLI_LATENCY_H

#include <stdint.h>

#include <sli/api.h>
#include <sli/histogram.h>
#include <sli/indicator.h>

/*
 * What the latencies of an indicator were: of a window, or since it was
 * created.
 */

/* Told of a bucket that is in use; see sli_total_buckets(). */
typedef void sli_bucket_fn(const struct sli_bucket *bucket, void *arg);

SLI_BEGIN_DECLS

/**
 * Walk the latencies of all good, or all bad, events since the indicator was
 * created: the buckets in use, upwards.
 *
 * @param fn  may call every read, and record.
 * Accuracy: exact for every record that had returned before the call; those
 *           that run meanwhile may be in it. No bucket ever decreases.
 * Errors:   SLI_EINVAL (NULL, outcome not good or bad).
 * Thread:   MT-safe.  Signal: async-signal-safe.  Progress: wait-free.
 * Since:    0.1
 */
SLI_API int sli_total_buckets(const struct sli_indicator *ind,
    enum sli_outcome outcome, sli_bucket_fn *fn, void *arg);

/**
 * How many latencies of good events since the indicator was created are at or
 * below each of its thresholds; the rest of `within` is 0.
 *
 * @param within  room for SLI_THRESHOLDS_MAX.
 * Accuracy: never above the truth, and never less than what any process was
 *           told before. Exact for every record that had returned before the
 *           call, but for as many as there are slow events recorded while it
 *           runs. In a view: as of the last call that was not in a view.
 * Errors:   SLI_EINVAL (NULL).
 * Thread:   MT-safe.  Signal: async-signal-safe.  Progress: lock-free.
 * Since:    0.1
 */
SLI_API int sli_total_within(struct sli_indicator *ind, uint64_t *within);

/**
 * A latency quantile over a window, of good or of bad events.
 *
 * @param q  0 to 1, by nearest rank as sli_histogram_quantile().
 * Accuracy: the window's old edge is moved back to a slot boundary of the
 *           finest latency ring that reaches it (10 s up to 70 s, 1 min up to
 *           11 min, 10 min up to 70 min, by default); of the events since
 *           that boundary, the result is in the bucket of the exact quantile.
 * Errors:   SLI_EINVAL (NULL, q, window_ns 0, outcome not good or bad),
 *           SLI_ERANGE (window longer than the latency rings reach),
 *           SLI_ENODATA (no such event in the window).
 * Thread:   MT-safe.  Signal: async-signal-safe.  Progress: lock-free.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_window_quantile(struct sli_indicator *ind,
    uint64_t now_ns, uint64_t window_ns, enum sli_outcome outcome, double q,
    uint64_t *out_ns);

/**
 * Add the window's latencies to a histogram, as sli_histogram_merge() would.
 *
 * Accuracy: of the window as sli_window_quantile(); events that come while it
 *           runs may be in it.
 * Errors:   SLI_EINVAL, SLI_ERANGE as there; an empty window adds nothing.
 *           SLI_EBUSY: the caller slept through whole rings while it read, and
 *           `into` has a part of the window.
 * Thread:   MT-safe on the indicator; `into` has one owner.  Signal: not safe.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_window_histogram(struct sli_indicator *ind,
    uint64_t now_ns, uint64_t window_ns, enum sli_outcome outcome,
    struct sli_histogram *into);

SLI_END_DECLS

#endif /* SLI_LATENCY_H */
