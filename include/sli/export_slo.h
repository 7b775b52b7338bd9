/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_SLO_H
#define SLI_EXPORT_SLO_H

#include <sli/export.h>

/*
 * The state of a registry as one JSON document, for pages and scripts. Of
 * libsli-export; <sli/sli.h> does not include this header.
 */

#define SLI_SLO_JSON_CONTENT_TYPE "application/json"

/* flags of struct sli_slo_json_config */
#define SLI_SLO_JSON_NO_INDICATORS 0x1u
#define SLI_SLO_JSON_NO_SERIES 0x2u

struct sli_slo_json_config {
	uint32_t struct_size;
	uint32_t flags;
	const char *service; /* NULL: null */
	uint32_t log_max; /* annotations, and alert records, each; default 50 */
};

#define SLI_SLO_JSON_CONFIG_INIT SLI_CONFIG_INIT(struct sli_slo_json_config)

SLI_BEGIN_DECLS

/**
 * Write a snapshot as one JSON document (UTF-8, without a newline at its end):
 *
 *   version       1; grows if a field goes or means something else
 *   libsli        what sli_version() says
 *   service, now_ns, now_at
 *   indicators[]  name, labels{}, title, help, active, in_flight, late,
 *                 last_ns, last_at, threshold_ns[], total{counts}, windows[],
 *                 series{}
 *     windows[]   of 10 s, 1 min, 5 min, 1 h: window_ns, covered_ns, rate,
 *                 counts, latency_good, latency_bad
 *     counts      good, bad, shed, ignored, slow[], good_ratio
 *     latency_*   window_ns, count, p50_ns, p90_ns, p99_ns, max_ns, mean_ns;
 *                 without events the first two
 *     series      of the last hour, by minutes, oldest first: step_ns, good[],
 *                 bad[], shed[]
 *   slos[]        name, indicator, objective, period_ns, threshold_ns, method,
 *                 slices{}, period{}, shed_is_bad, active, budget{}, page,
 *                 ticket ("ok", "firing"), outage{}, verdict{}, burn_rates[],
 *                 alerts[], as `sli show --json` has them
 *   alert_log[], annotations[]    newest first, as there
 *
 * What has no data, or is beyond what history reaches, is null; no number is
 * NaN or infinite. With _ns are integers of nanoseconds (times: since 1970),
 * with _at times as ISO 8601. Integers go to 2^64 - 1: JavaScript reads those
 * above 2^53 rounded.
 *
 * Memory:   one histogram, for the time of the call.
 * Errors:   SLI_EINVAL (NULL, a field of the config), SLI_EVERSION, SLI_ENOMEM,
 *           SLI_EIO (write said so).
 * Thread:   as the snapshot.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_slo_json_export(
    const struct sli_snapshot *snapshot, const struct sli_slo_json_config *cfg,
    sli_export_write_fn *write, void *arg, struct sli_error *err);

SLI_END_DECLS

#endif /* SLI_EXPORT_SLO_H */
