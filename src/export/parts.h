/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_PARTS_H
#define SLI_EXPORT_PARTS_H

/* What documents in JSON are made of; their names are those of `sli show`. */

#include <sli/flush.h>
#include <sli/histogram.h>
#include <sli/latency.h>

#include "export/member.h"

/* A histogram that is kept from one use to the next. */
struct sli__scratch {
	struct sli_histogram *histogram;
	uint64_t lowest_ns, highest_ns;
	uint32_t precision_bits;
	bool failed; /* for want of memory */
};

void sli__scratch_end(struct sli__scratch *scratch);

/*
 * Empty, with the buckets of an indicator; NULL if it has a range that none can
 * have (which a damaged file may claim), or for want of memory.
 */
struct sli_histogram *sli__scratch_for(struct sli__scratch *scratch,
    const struct sli_indicator_view *view);

/* Members of the object that is open: counts, of a window its rate, too. */
void sli__json_counts(struct sli__json *j, const struct sli_counts *counts,
    uint32_t thresholds);

/* Latencies in a window: null where the rings do not reach. */
void sli__json_latency(struct sli__json *j, const char *key,
    struct sli__scratch *scratch, const struct sli_indicator_view *view,
    enum sli_outcome outcome, uint64_t now_ns, uint64_t window_ns);

/* name{label="value",...} */
void sli__json_title(struct sli__json *j, const char *key,
    const struct sli_indicator_view *view);
void sli__json_labels(struct sli__json *j, const char *key,
    const struct sli_indicator_view *view);

void sli__json_budget(struct sli__json *j, const char *key,
    const struct sli_budget *budget);

/* The indicator's title, or null; and the threshold, or null. */
void sli__json_slo_indicator(struct sli__json *j,
    const struct sli_snapshot *snapshot, const struct sli_slo_view *view);
void sli__json_threshold(struct sli__json *j, const struct sli_slo_view *view);

/* Members: of a record of the alert log. */
void sli__json_record(struct sli__json *j,
    const struct sli_alert_record *record);

const char *sli__state_name(enum sli_alert_state state);
const char *sli__severity_name(enum sli_severity severity);
const char *sli__method_name(enum sli_method method);
const char *sli__calendar_name(enum sli_calendar calendar);

#endif /* SLI_EXPORT_PARTS_H */
