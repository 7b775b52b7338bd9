/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_CLASSIC_H
#define SLI_EXPORT_CLASSIC_H

/*
 * Classic histograms: cumulative counts at a few bounds, none of which ever
 * decreases between two exports. All that they are made of only grows: a bound
 * counts the buckets that lie below it; a threshold what was told of it
 * (sli_total_within()), kept between that and the buckets that reach into it;
 * and no bound less than the one before. Of terms that only grow, the least
 * and the greatest only grow.
 */

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
