/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_PERIOD_H
#define SLI_SLO_PERIOD_H

/*
 * The period of an SLO's budget, and the totals at its beginning.
 *
 * A rolling period is a window. A calendar period begins at a moment, and the
 * totals then are kept in the SLO's entry: they stay exact while history gets
 * coarser, and a quarter or a year may be longer than history reaches. The
 * first claimer at or after that moment keeps them. Until one has, and where
 * none could (in a view), history is asked.
 *
 * Calendars are of the caller's time; all else is of history time, which is
 * ahead of it by the indicator's skew. A clock that is set back moves the
 * beginning on by as much.
 */

#include "slo/slo.h"

/* The period that at_ns, in history time, lies in. */
void sli__slo_period(const struct sli_slo *slo, uint64_t at_ns,
    struct sli__period *out);

/*
 * A slot was opened at m: keep the totals at the period's beginning, if that
 * has not been done. The slot that was judged before it opened at judged_ns; 0:
 * none was.
 */
void sli__period_begin(const struct sli_slo *slo, struct sli__moment m,
    const struct sli__period *period, uint64_t judged_ns);

/* The totals at its beginning, and since when; false: they were not kept. */
bool sli__period_start(const struct sli_slo *slo,
    const struct sli__period *period, uint64_t *total, uint64_t *since_ns);

#endif /* SLI_SLO_PERIOD_H */
