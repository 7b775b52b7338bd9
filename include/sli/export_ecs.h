/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_ECS_H
#define SLI_EXPORT_ECS_H

#include <sli/export.h>

/*
 * JSON lines for Elasticsearch, in the terms of the Elastic Common Schema. Of
 * libsli-export; <sli/sli.h> does not include this header.
 */

#define SLI_ECS_VERSION "8.11.0"
#define SLI_ECS_CONTENT_TYPE "application/x-ndjson"

/* flags of struct sli_ecs_config: what is left out */
#define SLI_ECS_NO_INDICATORS 0x1u
#define SLI_ECS_NO_SLOS 0x2u
#define SLI_ECS_NO_ALERTS 0x4u
#define SLI_ECS_NO_IDLE 0x8u /* indicators with nothing new or in flight */

struct sli_ecs_config {
	uint32_t struct_size;
	uint32_t flags;
	/* Of every document, UTF-8; NULL or "": the field is left out. */
	const char *service;	 /* service.name */
	const char *environment; /* service.environment */
	const char *node;	 /* service.node.name */
	const char *host;	 /* host.name */
	uint64_t window_ns;	 /* of latencies; default 1 min */
};

#define SLI_ECS_CONFIG_INIT SLI_CONFIG_INIT(struct sli_ecs_config)

SLI_BEGIN_DECLS

/**
 * Write a snapshot as JSON lines: documents that each stand alone, on one line
 * each, in UTF-8, nested, with
 *
 *   @timestamp     ISO 8601 with milliseconds, UTC: of the flush; of an alert
 *                  when it began, or ended
 *   ecs.version, service.*, host.name
 *   event.kind, event.module "sli", event.dataset
 *
 * One per alert or micro-outage that began, and one per that ended, since this
 * consumer's last flush (see sli_snapshot_transition()):
 *
 *   event.kind     "alert", of dataset "sli.alert"
 *   event.action   "alert-began", "alert-ended", "outage-began", ...
 *   event.type     "start" or "end"
 *   event.id       the same of both
 *   event.severity 73 of a page, 47 of a ticket: Elastic's high and medium
 *   event.start, event.end, event.duration
 *   rule.name      the SLO's
 *   sli.alert      the record, as `sli alerts --json` has it
 *
 * One per indicator:
 *
 *   event.kind     "metric", of dataset "sli.indicator"
 *   event.start, event.end, event.duration   the time since the last flush
 *   metricset      name, and period, the same in ms
 *   labels         the indicator's
 *   sli.indicator  name, title, in_flight, late
 *   sli.delta, sli.total   good, bad, shed, ignored; deltas add up to totals
 *   sli.slow.100ms         of each threshold, delta and total
 *   sli.latency.good, .bad count, p50_ns, p90_ns, p99_ns, max_ns, mean_ns in
 *                          the last window_ns
 *
 * One per SLO:
 *
 *   event.kind     "state", of dataset "sli.slo"
 *   sli.slo        name, indicator, objective, period_ns, threshold_ns, method,
 *                  active, budget{}, page, ticket, outage ("ok", "firing"),
 *                  burn_rate{5m, 30m, 1h, 2h, 6h, 1d, 3d},
 *                  shed_probability{}
 *
 * What is not known is null, which Elasticsearch does not index; so is an
 * integer above 2^63 - 1, for which it has no type.
 *
 * Memory:   one histogram, for the time of the call.
 * Errors:   SLI_EINVAL (NULL, a field of the config), SLI_EVERSION, SLI_ENOMEM,
 *           SLI_EIO (write said so). What was written before an error are whole
 *           lines but for the last.
 * Thread:   as the snapshot.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_ecs_export(const struct sli_snapshot *snapshot,
    const struct sli_ecs_config *cfg, sli_export_write_fn *write, void *arg,
    struct sli_error *err);

SLI_END_DECLS

#endif /* SLI_EXPORT_ECS_H */
