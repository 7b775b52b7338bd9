/* SPDX-License-Identifier: MIT */
#ifndef SLI__SPEC_EXPRESSION_H
#define SLI__SPEC_EXPRESSION_H

#include "spec/output.h"
#include "spec/query.h"

/*
 * PromQL of an indicator over a window.
 */

/* Whether Prometheus can be asked; else why not, to follow the SLO's name. */
const char *sli__spec_not_askable(const struct sli_spec_indicator *indicator);
/* What bad and total are; unknown: only their ratio has a meaning. */
enum sli__spec_measure sli__spec_indicator_measure(
    const struct sli_spec_indicator *indicator);

/* Bad by total; nothing while there is no event. */
void sli__spec_put_ratio(struct sli__spec_output *out,
    const struct sli_spec_indicator *indicator, uint64_t window_ns);
/* Events per second; of a measure that is known. */
void sli__spec_put_bad_rate(struct sli__spec_output *out,
    const struct sli_spec_indicator *indicator, uint64_t window_ns);
void sli__spec_put_total_rate(struct sli__spec_output *out,
    const struct sli_spec_indicator *indicator, uint64_t window_ns);

/* A text in a PromQL string, quotes included. */
void sli__spec_put_promql_text(struct sli__spec_output *out, const char *text);

#endif /* SLI__SPEC_EXPRESSION_H */
