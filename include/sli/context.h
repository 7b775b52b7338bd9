/* SPDX-License-Identifier: MIT */
#ifndef SLI_CONTEXT_H
#define SLI_CONTEXT_H

#include <stddef.h>
#include <stdint.h>

#include <sli/alert.h>
#include <sli/annotate.h>
#include <sli/api.h>
#include <sli/exemplar.h>
#include <sli/slo.h>
#include <sli/status.h>

/*
 * What stands beside an SLO that burns: what its indicator depends on, what was
 * changed, which traces to look at. And the four golden signals of an indicator
 * (SRE book, ch. 6).
 */

#define SLI_DEPENDENCIES_MAX 256 /* of a registry */

#define SLI_EXPLAIN_DEPENDENCIES 8
#define SLI_EXPLAIN_ANNOTATIONS 8
#define SLI_EXPLAIN_EXEMPLARS 8

struct sli_explained_dependency {
	char series[SLI_NAME_MAX + 1]; /* name{label="value"}, maybe cut */
	char slo[SLI_NAME_MAX + 1];    /* whose budget it is; "" none: ours */
	uint32_t depth;		       /* 1: depended on directly */
	int has_data, had_data;	       /* now; at the onset */
	double error_ratio, error_ratio_onset;
	double burn_rate, burn_rate_onset;
};

struct sli_explained_annotation {
	struct sli_annotation annotation;
	int64_t distance_ns; /* from the onset; below 0 it was before */
};

struct sli_explanation {
	char slo[SLI_NAME_MAX + 1];
	char series[SLI_NAME_MAX + 1]; /* its indicator, maybe cut */
	uint64_t at_ns;		       /* now */
	enum sli_method method;	       /* of the budget */
	int burning;		       /* an alert or outage is under way */
	/*
	 * Of what is under way: a page before a ticket, then the shorter
	 * window (an outage has none). Else the last, or of those that overlap
	 * it or ended within an hour of it a page before a ticket before an
	 * outage. has_record 0: there is none.
	 */
	int has_record;
	struct sli_alert_record record;
	uint64_t onset_ns; /* the record's, or else now_ns */
	struct sli_budget budget;
	/*
	 * Of the last 5 minutes, and of the 5 from the onset on; 0 without
	 * events. So are those of dependencies. They are of events, of an SLO
	 * of slices too, and whether excluded or not.
	 */
	double burn_rate, burn_rate_onset;
	/* The worst first: by the burn rate at the onset or now. */
	uint32_t dependency_count;
	struct sli_explained_dependency dependency[SLI_EXPLAIN_DEPENDENCIES];
	/* The nearest to the onset first; up to a day before, an hour after. */
	uint32_t annotation_count;
	struct sli_explained_annotation annotation[SLI_EXPLAIN_ANNOTATIONS];
	/* The worst first: from 5 min before the onset to the end, or now. */
	uint32_t exemplar_count;
	struct sli_exemplar exemplar[SLI_EXPLAIN_EXEMPLARS];
};

/* Of a window: traffic, errors, latency, saturation. */
struct sli_signals {
	uint64_t window_ns, covered_ns;
	struct sli_counts counts;
	double rate;	    /* events of all outcomes per second */
	double error_ratio; /* bad / (good + bad); 0 without events */
	int has_latency;    /* else the quantiles are 0 */
	uint64_t p50_ns, p90_ns, p99_ns; /* of good events */
	uint64_t in_flight;
	/*
	 * The indicator's capacity; or learned: the rate of the 10 s of the
	 * last hour with the most good events, times the lowest mean latency
	 * of a minute in it (or of 10 min, further back): by Little's law what
	 * can be in flight before work queues, as far as the hour has shown
	 * it. Who was never near his limits is told a capacity that is too
	 * low. 0: not known yet, which takes a minute with good events in
	 * each 10 s, and 20 latencies in one.
	 */
	double capacity;
	int capacity_is_learned;
	double saturation; /* in_flight / capacity; 0 if that is not known */
};

/* Of a span: events, slices, or billionths of a slice. */
struct sli_slo_counts {
	uint64_t good, bad;
	uint64_t covered_ns; /* how much of the span has history */
};

SLI_BEGIN_DECLS

/**
 * Say that one indicator depends on another: what it counts calls what that
 * counts. Again is no error. Removed with either of the two.
 *
 * Errors:   SLI_EINVAL (NULL, itself, of another registry), SLI_ENOENT (removed
 *           meanwhile), SLI_ENOSPC, SLI_EACCES (a view), SLI_EBUSY (the lock),
 *           SLI_EIO (as for sli_indicator_register()).
 * Thread:   MT-safe (takes the registry's lock).  Signal: not safe.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_depends(struct sli_indicator *ind,
    struct sli_indicator *on, struct sli_error *err);

/**
 * An indicator that this one depends on directly.
 *
 * Errors:   SLI_EINVAL (NULL), SLI_ENOENT (there are no more).
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_dependency(struct sli_indicator *ind,
    uint32_t index, struct sli_indicator **out);

/**
 * Why is this SLO burning? What is known, and near the onset.
 *
 * Errors:   SLI_EINVAL (NULL). That it does not burn is no error.
 * Thread:   MT-safe.  Signal: not safe (stack).  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_explain(struct sli_slo *slo, uint64_t now_ns,
    struct sli_explanation *out);

/**
 * The same as lines of text, in UTC, without control characters but newlines.
 *
 * @param size  bytes of text, its NUL included; what does not fit is cut at a
 *              line's end.
 * @return the bytes that all of it takes, without a NUL; 0 of NULL.
 * Errors:   none.  Thread: MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API size_t sli_explain_text(const struct sli_explanation *explanation,
    char *text, size_t size);

/**
 * The golden signals of an indicator over a window.
 *
 * Accuracy: counts and quantiles as sli_window_counts() and
 *           sli_window_quantile(); longer than latency rings reach, without
 *           latencies.
 * Errors:   SLI_EINVAL (NULL, window_ns 0).
 * Thread:   MT-safe.  Signal: not safe (stack).  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_signals(struct sli_indicator *ind,
    uint64_t now_ns, uint64_t window_ns, struct sli_signals *out);

/**
 * What the SLO counted in [from_ns, to_ns), less what is excluded: as its burn
 * rates see it, so what a span has cost. Corrections are not in it.
 *
 * Accuracy: each end as the old edge of sli_window_counts(): exact on a
 *           boundary of the slots that history has of that time.
 * Errors:   SLI_EINVAL (NULL, an empty span, from_ns not before now_ns).
 * Thread:   MT-safe.  Signal: async-signal-safe.  Progress: lock-free.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_slo_counts(struct sli_slo *slo, uint64_t now_ns,
    uint64_t from_ns, uint64_t to_ns, struct sli_slo_counts *out);

SLI_END_DECLS

#endif /* SLI_CONTEXT_H */
