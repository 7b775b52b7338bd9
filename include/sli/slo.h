/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_H
#define SLI_SLO_H

#include <stdint.h>

#include <sli/alert.h>
#include <sli/api.h>
#include <sli/indicator.h>
#include <sli/status.h>

/*
 * An SLO is an objective for the good share of an indicator's events over a
 * period, rolling or of the calendar. Its error budget is the share that may be
 * bad.
 *
 * With g good and b bad events, n = g + b, objective o and B = 1 - o:
 *
 *   sli        g / n
 *   remaining  1 - b / (B n)       over the period; below 0 when overspent
 *   burn rate  (b / n) / B         over any window; at 1 the budget lasts
 *                                  exactly the period
 *
 * (Google, The Site Reliability Workbook, ch. 2 and 5.) The objective is kept
 * in parts per billion; whatever decides is compared in integers.
 *
 * All calls on an SLO may run together, from any thread and on both sides of a
 * fork; only registration is not async-signal-safe. For the stack that they
 * take see indicator.h.
 */

struct sli_slo;

/*
 * What is counted (OpenSLO v1, budgetingMethod):
 *
 *   SLI_OCCURRENCES       events
 *   SLI_TIMESLICES        slices of time: one is good if the good share of its
 *                         events is at least slice_objective
 *   SLI_RATIO_TIMESLICES  slices too, but each counts as good and bad by its
 *                         own share, in billionths of a slice: every slice
 *                         weighs the same, however busy
 *
 * A slice is good, bad, or has no data and is then in no ratio; but in a
 * calendar period of slices the budget is a share of all the slices it has,
 * less those that begin in excluded time, past or planned (adjust.h). A slice
 * is counted when it is over, by whoever next records or asks; a view counts
 * none. The one that was under way at registration has the events from before,
 * too. An SLO of slices takes the place and the memory of one more indicator. A
 * process that is killed in the instant between claiming a slice and counting
 * it leaves a slice without data; with SLI_RATIO_TIMESLICES maybe with its good
 * share alone; one that is killed while it opens the slot at a slice's end
 * moves that end to the next slot that is opened.
 */
enum sli_method { SLI_OCCURRENCES, SLI_TIMESLICES, SLI_RATIO_TIMESLICES };

/*
 * Calendar periods begin at local midnight in the SLO's time zone. A day has 23
 * to 25 hours, a month 28 to 31 days; quarters begin in January, April, July
 * and October.
 */
enum sli_calendar {
	SLI_ROLLING,
	SLI_DAY,
	SLI_WEEK,
	SLI_MONTH,
	SLI_QUARTER,
	SLI_YEAR
};

#define SLI_TIME_ZONE_MAX 63  /* bytes of a time zone's name */
#define SLI_TIME_ZONES_MAX 16 /* different ones in a registry, beside UTC */

/* Shed events count as bad (by default they are in no ratio). */
#define SLI_SLO_SHED_IS_BAD 0x1u
/* Have no alerts. */
#define SLI_SLO_NO_ALERTS 0x2u
/*
 * Compare plain error ratios of the two windows with the factor, as Prometheus
 * rules do, instead of weighting them by traffic (see struct sli_alert).
 */
#define SLI_SLO_ALERT_BY_RATIO 0x4u
/* Of the default alerts have no pages, or no tickets. */
#define SLI_SLO_NO_PAGES 0x8u
#define SLI_SLO_NO_TICKETS 0x10u
/* Do not look for micro-outages (struct sli_outage). */
#define SLI_SLO_NO_OUTAGES 0x20u

struct sli_slo_config {
	uint32_t struct_size;
	const char *name; /* [A-Za-z0-9_][A-Za-z0-9_.:-]*, unique */
	double objective; /* 0.999; above 0, below 1; kept as parts per 1e9 */
	/*
	 * One slot to what history reaches (33 d, see history[] in registry.h);
	 * default 30 d. 0 with a calendar.
	 */
	uint64_t period_ns;
	/* One of the indicator's thresholds; 0: availability only. */
	uint64_t threshold_ns;
	enum sli_method method;
	uint32_t flags;
	/*
	 * An alert needs this many events (slices, billionths of one) in its
	 * long window (default: so many that one bad event cannot exceed the
	 * factor; one slice) ...
	 */
	uint64_t alert_min_events;
	/*
	 * ... and this many bad ones (default 2: one failure wakes nobody; with
	 * SLI_RATIO_TIMESLICES none).
	 */
	uint64_t alert_min_bad;
	/* Admission sheds from so many events in 10 s on; default 20. */
	uint64_t admit_min_events;
	/*
	 * With slices: from one slot of the indicator and of history[0] to 1 d,
	 * whole slots of both; default 1 min.
	 */
	uint64_t slice_ns;
	double slice_objective;	   /* up to 1; default: the objective */
	uint64_t slice_min_events; /* with fewer it has no data; default 1 */
	enum sli_calendar calendar;
	uint32_t calendar_count; /* 1 to 366 units in a period; default 1 */
	uint32_t week_start;	 /* 1 Monday (default) .. 7 Sunday; of weeks */
	uint32_t alert_count;	 /* up to SLI_ALERTS_MAX; 0: the default ones */
	const char *time_zone;	 /* of the tz database; NULL or "": UTC */
	/*
	 * A period began then (whole seconds), and its local date and time
	 * repeat; 0: at midnight, as above.
	 */
	uint64_t calendar_start_ns;
	const struct sli_alert_config *alerts;
	double outage_ratio;	    /* above 0, below 1; default 0.5 */
	uint64_t outage_min_events; /* per slot, at least 5; default 10 */
};

#define SLI_SLO_CONFIG_INIT SLI_CONFIG_INIT(struct sli_slo_config)

struct sli_budget {
	/* Over the period: events, slices, or billionths of a slice. */
	uint64_t good, bad, total;
	double sli; /* good / total */
	double objective;
	double remaining; /* 1 untouched, 0 spent, below 0 overspent */
	double burn_rate_1h, burn_rate_6h; /* 0 without events */
	/*
	 * At burn_rate_1h; 0 spent, UINT64_MAX never, or not before the end of
	 * the calendar period.
	 */
	uint64_t exhausted_in_ns;
	int has_data; /* 0: no event in the period; sli, remaining are 1 */
	/*
	 * As judged when the present slot opened (in a view: now);
	 * sli_slo_alert(): now.
	 */
	enum sli_alert_state page, ticket;
	uint64_t covered_ns; /* how much of the period has history */
	uint64_t reset_ns; /* the budget was reset then; 0: not in the period */
	/* The period: to_ns is now, or the end of the calendar period. */
	uint64_t from_ns, to_ns;
	/* That the period has in all, less excluded ones; 0: no slices. */
	uint64_t slices;
	uint64_t excluded_ns; /* of the period, up to now; see adjust.h */
	uint64_t excluded;    /* events (or slices) that were left out */
	int64_t corrected_good, corrected_bad; /* part of good and bad */
};

SLI_BEGIN_DECLS

/**
 * Register an SLO on an indicator, or get it again.
 *
 * Errors:   SLI_EINVAL (also: threshold_ns is none of the indicator's),
 *           SLI_ERANGE (objective, period, slices, alerts), SLI_EVERSION,
 *           SLI_EEXIST (the name is taken, by another indicator or
 *           configuration), SLI_ENOSPC, SLI_EBUSY, SLI_EACCES, SLI_EIO (as for
 *           sli_indicator_register()), SLI_ENOENT (the indicator was removed;
 *           or the system's database has no such time_zone), SLI_ECORRUPT,
 *           SLI_ENOMEM (reading it). Nothing has changed after an error.
 * Thread:   MT-safe (takes the registry's lock).  Signal: not safe.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_slo_register(struct sli_indicator *ind,
    const struct sli_slo_config *cfg, struct sli_slo **out,
    struct sli_error *err);

/**
 * The name it was registered with, which lives as long as the registry; "" of
 * NULL.
 *
 * Errors: none.  Thread: MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API const char *sli_slo_name(const struct sli_slo *slo);

/**
 * Find an SLO by its name.
 *
 * Errors:   SLI_EINVAL (NULL), SLI_ENOENT.
 * Thread:   MT-safe; may wait for a thread that looks at it for the first time.
 * Signal:   not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_slo_find(struct sli_registry *reg,
    const char *name, struct sli_slo **out);

/**
 * Remove an SLO that no living process has registered.
 *
 * Reasons, errors and the rest as for sli_indicator_remove().
 */
SLI_API SLI_MUST_CHECK int sli_slo_remove(struct sli_registry *reg,
    const char *name, const char *why, struct sli_error *err);

/**
 * Let an SLO's budget begin anew: what was counted before counts no more in
 * sli_slo_budget(), nor for admission. Counts and windows stay what they are,
 * and so do burn rates and alerts: what pages is not what was forgiven.
 *
 * @param why  a reason, which an SLI_AUDIT_BUDGET_RESET keeps; 1 to 255 bytes
 *             of UTF-8.
 * Accuracy: exact: the events that had returned from recording before the call.
 * Errors:   SLI_EINVAL (NULL, why), SLI_EACCES (a view), SLI_EBUSY (the lock),
 *           SLI_EIO (as for sli_indicator_register()), SLI_ENOENT (it was
 *           removed).
 * Thread:   MT-safe (takes the registry's lock).  Signal: not safe.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_slo_reset_budget(struct sli_slo *slo,
    uint64_t now_ns, const char *why, struct sli_error *err);

/**
 * The error budget at now_ns. Of slices in a calendar period it is a share of
 * all slices that the period has and that are not excluded; else a share of
 * what there was up to now.
 *
 * Accuracy: of the counts as sli_window_counts() over the period; where a slot
 *           was opened since a calendar period began with the SLO registered,
 *           exact from there on, however long it is (to one slot, where it
 *           began inside one). `remaining` is exactly 1 without a bad event and
 *           exactly 0 when just spent.
 * Errors:   SLI_EINVAL (NULL). No events is no error: has_data is 0.
 * Thread:   MT-safe.  Signal: async-signal-safe.  Progress: lock-free.
 * Since:    0.1
 */
SLI_API int sli_slo_budget(struct sli_slo *slo, uint64_t now_ns,
    struct sli_budget *out);

/**
 * The burn rate over a window of any length that the history reaches.
 *
 * Errors:   SLI_EINVAL (NULL, window_ns 0), SLI_ENODATA (no events in it).
 * Thread:   MT-safe.  Signal: async-signal-safe.  Progress: lock-free.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_slo_burn_rate(struct sli_slo *slo,
    uint64_t now_ns, uint64_t window_ns, double *out);

/**
 * The first time at which the clocks of a time zone show a local date and time,
 * or a later one: of a time that is skipped when clocks go forward the end of
 * the gap, of one that comes twice the first.
 *
 * @param zone     as time_zone of struct sli_slo_config.
 * @param local_s  seconds since 1970-01-01 00:00, as these clocks count them.
 * Errors:   SLI_EINVAL (NULL, no name of a zone), SLI_ENOENT (there is no such
 *           zone), SLI_ERANGE (before 1970 or after 2116), SLI_EACCES,
 *           SLI_ECORRUPT, SLI_EVERSION, SLI_ENOSPC, SLI_ENOMEM, SLI_EIO.
 * Thread:   MT-safe.  Signal: not safe (reads a file).  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_time_zone_resolve(const char *zone,
    int64_t local_s, uint64_t *out_ns, struct sli_error *err);

SLI_END_DECLS

#endif /* SLI_SLO_H */
