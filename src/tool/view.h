/* SPDX-License-Identifier: MIT */
#ifndef TOOL_VIEW_H
#define TOOL_VIEW_H

#include <sli/sli.h>

/*
 * What is to be shown: plain memory, read from a registry at one moment.
 * Tables, text and JSON all print from it. Names are as they are in the file;
 * who prints them cleans them (text.h).
 */

/* Latencies of one outcome in one window. */
struct view_latency {
	uint64_t window_ns;
	int status; /* SLI_OK; SLI_ERANGE: beyond the rings; SLI_ENODATA */
	uint64_t count;
	uint64_t quantile_ns[6]; /* view_quantiles */
	uint64_t max_ns;
	double mean_ns;
};

/* p50, p90 and p99 are the first, which tables have; details have all. */
#define VIEW_P50 0
#define VIEW_P90 1
#define VIEW_P99 2
#define VIEW_QUANTILES 6
#define VIEW_QUANTILES_BRIEF 3
extern const double view_quantiles[VIEW_QUANTILES];

/* Titles of indicators. */
struct view_names {
	char **names;
	uint32_t count;
};

/* The windows that people look at, and one more that they may ask for. */
#define VIEW_WINDOWS_MAX 12

struct view_indicator {
	char *name, *title, *brief, *help;
	struct sli_label *labels;
	uint32_t label_count;
	uint64_t threshold_ns[SLI_THRESHOLDS_MAX];
	uint32_t threshold_count;
	uint64_t lowest_ns, highest_ns;
	uint32_t precision_bits;
	struct sli_counts total;
	struct sli_counts window;
	struct view_latency latency; /* of good events, in that window */
	uint64_t in_flight, late, last_ns;
	int active;
	uint32_t index; /* in the registry */

	/* Details. */
	struct view_names depends;
	struct sli_counts windows[VIEW_WINDOWS_MAX];
	struct view_latency good[VIEW_WINDOWS_MAX], bad[VIEW_WINDOWS_MAX];
	struct sli_bucket *buckets; /* of good events, in view.window_ns */
	uint32_t bucket_count;
};

struct view_burn {
	uint64_t window_ns;
	double burn_rate;
	int status;
};

#define VIEW_ALERTS_MAX 8

struct view_alert {
	struct sli_alert alert;
	char *reason;
};

struct view_slo {
	struct sli_slo_view is; /* its texts are these two */
	char *name, *time_zone;
	char *indicator_title;
	struct sli_outage outage;

	/* Details. */
	struct view_names depends;
	struct view_burn burns[VIEW_WINDOWS_MAX];
	struct view_alert alerts[VIEW_ALERTS_MAX];
	uint32_t alert_count;
	struct sli_adjustment adjustments[SLI_ADJUSTMENTS_MAX];
	uint32_t adjustment_count;
};

struct view {
	struct sli_registry_info info;
	uint64_t now_ns;
	uint64_t window_ns;
	uint64_t windows[VIEW_WINDOWS_MAX]; /* ascending */
	uint32_t window_count;
	struct view_indicator *indicators;
	uint32_t indicator_count;
	struct view_slo *slos;
	uint32_t slo_count;
	struct sli_audit *audits; /* newest first */
	uint32_t audit_count;
	struct sli_annotation *annotations; /* newest first */
	uint32_t annotation_count;
	struct sli_alert_record *records; /* newest first */
	uint32_t record_count;
	int has_details;
};

struct selector;

/* What to read. `arg` of the flush: the same object each time. */
struct view_request {
	uint64_t window_ns;
	/* At most so many, the newest. */
	uint32_t audits, annotations, records;
	const struct selector *only; /* with details; NULL: all, without */
	struct view *into;
	struct sli_histogram *scratch; /* kept from time to time */
	uint64_t scratch_lowest_ns, scratch_highest_ns;
	uint32_t scratch_bits;
};

int view_collect(struct view *v, struct sli_registry *reg,
    struct view_request *request, struct sli_error *err);
void view_free(struct view *v);
void view_request_end(struct view_request *request);

/* Events per second of all outcomes; below 0 if nothing is covered. */
double view_rate(const struct sli_counts *counts);

/* How many an SLO's counts have of an event, or of a slice. */
uint64_t view_unit(const struct view_slo *slo);

/* Slices up to now that no data is of, those excluded left out. */
uint64_t view_no_data(const struct view_slo *slo);

/* It has a micro-outage, and a process that would notice its end. */
int view_is_out(const struct view_slo *slo);

/* The record is of something that goes on, as far as is known. */
int view_fires(const struct view *v, const struct sli_alert_record *record);

/* How far back windows of counts go. */
uint64_t view_reach(const struct sli_registry_info *info);

/* The windows of these levels, and `own` among them; returns how many. */
uint32_t view_windows(const struct sli_registry_info *info, uint64_t own,
    uint64_t out[VIEW_WINDOWS_MAX]);

#endif /* TOOL_VIEW_H */
