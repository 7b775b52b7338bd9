/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_H
#define SLI_EXPORT_H

#include <stddef.h>
#include <stdint.h>

#include <sli/api.h>
#include <sli/flush.h>
#include <sli/status.h>

/*
 * Exporters: from a snapshot (flush.h) to the bytes that other systems read. A
 * library of its own, libsli-export; <sli/sli.h> does not include this header.
 *
 * An exporter writes to a function of the caller's, in pieces of up to 4 KiB,
 * and allocates nothing, unless its header says otherwise. Call it inside the
 * callback of sli_flush(). It may run at once with everything that a snapshot
 * may run with.
 *
 * Counts are totals, which only grow: a scrape that is lost or repeated
 * changes nothing.
 */

/* Takes the next bytes; 0: go on, else the exporter gives up with SLI_EIO. */
typedef int sli_export_write_fn(const void *bytes, size_t length, void *arg);

enum sli_text_format {
	SLI_TEXT_OPENMETRICS, /* OpenMetrics 1.0 */
	SLI_TEXT_PROMETHEUS   /* Prometheus text 0.0.4: no exemplars */
};

/* flags of struct sli_text_config */
#define SLI_TEXT_NO_HISTOGRAMS 0x1u
#define SLI_TEXT_NO_SLOS 0x2u
#define SLI_TEXT_NO_EXEMPLARS 0x4u
#define SLI_TEXT_NO_CREATED 0x8u /* no _created lines */

#define SLI_BOUNDS_MAX 64

struct sli_text_config {
	uint32_t struct_size;
	uint32_t flags;
	enum sli_text_format format;
	/*
	 * Upper bounds of the classic histogram, ascending; beside them every
	 * indicator has its thresholds. 0: 1, 2.5, 5, 10, ... ms to 10 s.
	 */
	uint32_t bound_count; /* up to SLI_BOUNDS_MAX */
	const uint64_t *bound_ns;
	/* The SLOs' label sloth_service, up to 1 KiB of UTF-8; NULL: "". */
	const char *service;
};

#define SLI_TEXT_CONFIG_INIT SLI_CONFIG_INIT(struct sli_text_config)

SLI_BEGIN_DECLS

/**
 * The content type that goes with a format, for an HTTP response.
 *
 * Errors: none.  Thread: MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API const char *sli_text_content_type(enum sli_text_format format);

/**
 * Which format a scraper that sent this Accept header is to get (RFC 9110,
 * 12.5.1, with q values and wildcards). NULL, "" or what has neither:
 * SLI_TEXT_PROMETHEUS.
 *
 * Errors: none.  Thread: MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API enum sli_text_format sli_text_negotiate(const char *accept);

/**
 * Write a snapshot as text. Families:
 *
 *   sli_events_total{sli, labels, outcome}       all events
 *   sli_latency_seconds{sli, labels, outcome}    histogram, of good and bad
 *   sli_in_flight{sli, labels}                   gauge
 *   sli_late_events_total{sli, labels}           see sli_late_count()
 *   slo:... {sloth_id, sloth_service, sloth_slo} as sloth's rules name them
 *      (an SLO called service-name, as libsli-spec does, has both apart):
 *      objective:ratio, error_budget:ratio, time_period:days,
 *      sli_error:ratio_rate<window>, current_burn_rate:ratio,
 *      period_burn_rate:ratio, period_error_budget_remaining:ratio
 *   sloth_slo_info{..., sloth_objective, sli_method, sli_period}
 *   sli_alert_firing{slo, severity}              gauge, 0 or 1
 *   sli_outage_firing{slo}                       gauge, 0 or 1
 *   sli_shed_probability{slo, criticality}       gauge
 *
 * Without an event in a window or period, it has no ratio and no burn rate.
 *
 * OpenMetrics has beside these _created, the time of the first event, and
 * exemplars: on each bucket, and on the events counter, the newest of the worst
 * events of the last 5 min, with its latency as the value.
 *
 * A label of an indicator that is called sli, outcome, le or quantile becomes
 * exported_ and its name, as Prometheus would make it.
 *
 * Accuracy: a bucket of the histogram has the events whose bucket in libsli
 *           lies below its bound: of those within 1/64 of it (by the default
 *           precision) some may be in the next. Good events are exact at
 *           thresholds, as sli_total_within(). The sum is that of the buckets'
 *           middles. None of them ever decreases from one export to the next.
 * Errors:   SLI_EINVAL (NULL, a field of the config), SLI_EVERSION, SLI_ERANGE
 *           (bounds, service), SLI_EIO (write said so).
 * Thread:   as the snapshot.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_text_export(const struct sli_snapshot *snapshot,
    const struct sli_text_config *cfg, sli_export_write_fn *write, void *arg,
    struct sli_error *err);

SLI_END_DECLS

#endif /* SLI_EXPORT_H */
