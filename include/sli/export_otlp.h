/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_OTLP_H
#define SLI_EXPORT_OTLP_H

#include <stdint.h>

#include <sli/api.h>
#include <sli/export.h>
#include <sli/flush.h>
#include <sli/indicator.h>
#include <sli/status.h>

/*
 * OpenTelemetry's metrics: a snapshot as one ExportMetricsServiceRequest in
 * JSON, the body of a POST to /v1/metrics of a collector. Part of
 * libsli-export; otlp.h has who posts it.
 */

/* flags of struct sli_otlp_config */
#define SLI_OTLP_NO_HISTOGRAMS 0x1u
#define SLI_OTLP_NO_SLOS 0x2u
#define SLI_OTLP_NO_EXEMPLARS 0x4u

#define SLI_OTLP_ATTRIBUTES_MAX 64

struct sli_otlp_config {
	uint32_t struct_size;
	uint32_t flags;
	/*
	 * The resource's service.name; NULL: of the attributes, or else
	 * "unknown_service".
	 */
	const char *service;
	/*
	 * What else it has: service.version, host.name, ... Bytes that are no
	 * UTF-8 become U+FFFD.
	 */
	const struct sli_label *attributes;
	uint32_t attribute_count; /* up to SLI_OTLP_ATTRIBUTES_MAX */
	/* Of a histogram; 8 to 1024, default 160. */
	uint32_t max_buckets;
};

#define SLI_OTLP_CONFIG_INIT SLI_CONFIG_INIT(struct sli_otlp_config)

SLI_BEGIN_DECLS

/**
 * Write a snapshot. Its metrics, all of scope libsli:
 *
 *   sli.events         sum, {event}    sli.name, labels, sli.outcome
 *   sli.late_events    sum, {event}    sli.name, labels
 *   sli.latency        exponential histogram, s
 *                                      sli.name, labels, sli.outcome
 *   sli.in_flight      gauge, {event}  sli.name, labels
 *   sli.slo.objective, sli.slo.good_ratio, sli.slo.budget.remaining
 *                      gauge, 1        sli.slo.name
 *   sli.slo.period     gauge, s        sli.slo.name
 *   sli.slo.burn_rate  gauge, 1        sli.slo.name, sli.slo.window
 *   sli.alert.firing   gauge, 1        sli.slo.name, sli.alert.severity
 *   sli.outage.firing  gauge, 1        sli.slo.name
 *   sli.shed.probability
 *                      gauge, 1        sli.slo.name, sli.criticality
 *
 * Sums and histograms are cumulative since the indicator's first event or read
 * (until then, in a view, they have no point): a request that is lost or
 * repeated changes nothing.
 * Without an event in a window or period there is no ratio and no burn rate.
 *
 * A histogram has up to 20 exemplars of the last 5 min, the slowest. A trace id
 * of 32 hexadecimal digits is one; any other is an attribute, trace_id.
 *
 * Accuracy: counts are exact (above 2^63 - 1, which the format ends at, they
 *           are doubles). The sum of a histogram is that of its buckets'
 *           middles; its buckets are as sli_proto_export() has them.
 * Errors:   SLI_EINVAL (NULL, a field of the config), SLI_EVERSION, SLI_ERANGE
 *           (attribute_count, max_buckets), SLI_EIO (write said so).
 * Thread:   as the snapshot.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_otlp_export(const struct sli_snapshot *snapshot,
    const struct sli_otlp_config *cfg, sli_export_write_fn *write, void *arg,
    struct sli_error *err);

/**
 * Would sli_otlp_export() take this configuration?
 *
 * Errors:   as there, of the configuration.  Thread: MT-safe.
 * Signal:   not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_otlp_config_check(
    const struct sli_otlp_config *cfg, struct sli_error *err);

SLI_END_DECLS

#endif /* SLI_EXPORT_OTLP_H */
