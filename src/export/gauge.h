/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_GAUGE_H
#define SLI_EXPORT_GAUGE_H

/*
 * The gauges of an SLO: which there are, which values each has, and when one of
 * them is not known. How they are called is the format's.
 */

#include <stdbool.h>

#include <sli/flush.h>

enum sli__gauge {
	SLI__OBJECTIVE,	   /* share of events to be good */
	SLI__ERROR_BUDGET, /* share that may be bad */
	SLI__PERIOD_S,
	SLI__PERIOD_DAYS,
	SLI__GOOD_RATIO, /* of the period; as the next two */
	SLI__SPENT,	 /* share of the budget */
	SLI__REMAINING,
	SLI__BURN_RATE,	  /* by window */
	SLI__ERROR_RATIO, /* by window: share of bad events */
	SLI__ALERT,	  /* by severity: 0 or 1 */
	SLI__OUTAGE,	  /* 0 or 1 */
	SLI__SHED	  /* by criticality: a probability */
};

/* The windows of sloth's rules. */
struct sli__window {
	const char *name;
	uint64_t window_ns;
};

#define SLI__BURN_WINDOWS 7
extern const struct sli__window sli__burn_window[SLI__BURN_WINDOWS];

#define SLI__SEVERITIES 2

/* What tells value i from others: "5m", "page", "critical"; NULL: nothing. */
const char *sli__gauge_value(enum sli__gauge gauge, uint32_t i);

/* False: the value is not known, as a ratio of nothing. */
bool sli__gauge_read(enum sli__gauge gauge, uint32_t i,
    const struct sli_slo_view *view, uint64_t now_ns, double *out);

#endif /* SLI_EXPORT_GAUGE_H */
