/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_CLASSIC_H
#define SLI_EXPORT_CLASSIC_H

/* Classic histograms: cumulative counts at a few bounds. */

#include <sli/export.h>

#define SLI__CLASSIC_BOUNDS (SLI_BOUNDS_MAX + SLI_THRESHOLDS_MAX)

struct sli__classic {
	uint32_t bounds;
	uint64_t bound_ns[SLI__CLASSIC_BOUNDS];
	uint64_t cumulative[SLI__CLASSIC_BOUNDS];
	uint64_t count;
	double sum_s; /* each event as the middle of its bucket */
};

/* Of all latencies of one outcome, at the config's bounds and thresholds. */
void sli__classic_read(const struct sli_indicator_view *view,
    enum sli_outcome outcome, const uint64_t *bound_ns, uint32_t bound_count,
    struct sli__classic *out);

#endif /* SLI_EXPORT_CLASSIC_H */
