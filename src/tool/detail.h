/* SPDX-License-Identifier: MIT */
#ifndef TOOL_DETAIL_H
#define TOOL_DETAIL_H

#include "view.h"

/* Latencies of an outcome in a window, with the first so many quantiles. */
void detail_latency(struct view_request *r, const struct view_indicator *of,
    struct sli_indicator *ind, enum sli_outcome outcome, uint64_t window_ns,
    uint32_t quantiles, struct view_latency *out);

/* What is shown of something that was asked for by its name. */
void detail_indicator(struct view_request *r, struct view_indicator *to,
    struct sli_indicator *ind);
void detail_slo(struct view_request *r, struct view_slo *to,
    struct sli_slo *slo);

#endif /* TOOL_DETAIL_H */
