/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_H
#define SLI_SLO_H

#include <stdint.h>

#include <sli/api.h>
#include <sli/indicator.h>
#include <sli/status.h>

/*
 * An SLO is an objective for the good share of an indicator's events over a
 * rolling period. Its error budget is the share that may be bad.
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

/* SLI_OCCURRENCES counts events. The other two are refused by this version. */
enum sli_method { SLI_OCCURRENCES, SLI_TIMESLICES, SLI_RATIO_TIMESLICES };

enum sli_alert_state { SLI_ALERT_OK, SLI_ALERT_FIRING };
enum sli_severity { SLI_PAGE, SLI_TICKET };

/* Shed events count as bad (by default they are in no ratio). */
#define SLI_SLO_SHED_IS_BAD 0x1u
/* Have no alerts. */
#define SLI_SLO_NO_ALERTS 0x2u
/*
 * Compare plain error ratios of the two windows with the factor, as Prometheus
 * rules do, instead of weighting them by traffic (see struct sli_alert).
 */
#define SLI_SLO_ALERT_BY_RATIO 0x4u

struct sli_slo_config {
	uint32_t struct_size;
	const char *name; /* [A-Za-z0-9_][A-Za-z0-9_.:-]*, unique */
	double objective; /* 0.999; above 0, below 1; kept as parts per 1e9 */
	/* One slot to what history reaches (33 d); default 30 d. */
	uint64_t period_ns;
	/* One of the indicator's thresholds; 0: availability only. */
	uint64_t threshold_ns;
	enum sli_method method;
	uint32_t flags;
	/*
	 * An alert needs this many events in its long window (default: so many
	 * that one bad event cannot exceed the factor) ...
	 */
	uint64_t alert_min_events;
	/* ... and this many bad ones (default 2: one failure wakes nobody). */
	uint64_t alert_min_bad;
	/* Admission sheds from so many events in 10 s on; default 20. */
	uint64_t admit_min_events;
};

#define SLI_SLO_CONFIG_INIT SLI_CONFIG_INIT(struct sli_slo_config)

struct sli_budget {
	uint64_t good, bad, total; /* over the period */
	double sli;		   /* good / total */
	double objective;
	double remaining; /* 1 untouched, 0 spent, below 0 overspent */
	double burn_rate_1h, burn_rate_6h; /* 0 without events */
	uint64_t
	    exhausted_in_ns; /* at burn_rate_1h; 0 spent, UINT64_MAX never */
	int has_data; /* 0: no event in the period; sli, remaining are 1 */
	/*
	 * As judged when the present slot opened (in a view: now);
	 * sli_slo_alert(): now.
	 */
	enum sli_alert_state page, ticket;
	uint64_t covered_ns; /* how much of the period has history */
	uint64_t reset_ns; /* the budget was reset then; 0: not in the period */
};

/*
 * One multi-window multi-burn-rate alert (SRE Workbook ch. 5, table 5-8, with
 * a fourth pair that is in common use), its windows scaled to the period:
 *
 *              long     short     budget spent   factor
 *   page    W / 720     W / 8640       2 %        14.4    (30 d: 1 h, 5 min)
 *   page    W / 120     W / 1440       5 %         6      (6 h, 30 min)
 *   ticket  W / 30      W / 360       10 %         3      (1 d, 2 h)
 *   ticket  W / 10      W / 120       10 %         1      (3 d, 6 h)
 *
 * It fires while in both windows  burn rate * weight > factor, where
 * weight = (the window's event rate) / (the period's event rate). On a whole
 * period that is  bad events in the window > share * (budget in events): an
 * alert means that this much budget is really gone. In a young process the
 * event rate so far stands for the period's, so that a few failures after a
 * start page nobody.
 */
struct sli_alert {
	enum sli_severity severity;
	enum sli_alert_state state;
	uint64_t long_ns, short_ns;
	double factor;		      /* of the burn rate */
	double long_burn, short_burn; /* as compared with the factor */
	uint64_t min_events, min_bad; /* in the long window */
	/*
	 * SLI_OK, or SLI_ERANGE: this alert was dropped at registration and
	 * never fires, for the reason given.
	 */
	int status;
	const char *reason; /* "" if status is SLI_OK */
};

SLI_BEGIN_DECLS

/**
 * Register an SLO on an indicator, or get it again.
 *
 * Errors:   SLI_EINVAL (also: threshold_ns is none of the indicator's),
 *           SLI_ERANGE (objective, period), SLI_EVERSION, SLI_EEXIST (the name
 *           is taken, by another indicator or configuration), SLI_ENOSPC,
 *           SLI_EBUSY, SLI_EACCES, SLI_EIO (as for
 *           sli_indicator_register()), SLI_ENOENT (the indicator was
 *           removed). Nothing has changed
 *           after an error.
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
 *           SLI_ENOENT (it was removed).
 * Thread:   MT-safe (takes the registry's lock).  Signal: not safe.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_slo_reset_budget(struct sli_slo *slo,
    uint64_t now_ns, const char *why, struct sli_error *err);

/**
 * The error budget at now_ns.
 *
 * Accuracy: of the counts as sli_window_counts() over the period; `remaining`
 *           is exactly 1 without a bad event and exactly 0 when just spent.
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
 * How many alerts it has, dropped ones included: 0 or 4; 0 of NULL.
 *
 * Errors: none.  Thread: MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API uint32_t sli_slo_alert_count(const struct sli_slo *slo);

/**
 * One of its alerts, evaluated at now_ns.
 *
 * Errors:   SLI_EINVAL (NULL), SLI_ENOENT (index).
 * Thread:   MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_slo_alert(struct sli_slo *slo, uint64_t now_ns,
    uint32_t index, struct sli_alert *out);

SLI_END_DECLS

#endif /* SLI_SLO_H */
