/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_SLICES_H
#define SLI_SLO_SLICES_H

/*
 * Time slices: slice k of an SLO is [k S, (k + 1) S) of its indicator's history
 * time. When a slot opens past the end of the slice that was under way, the
 * claimer of that end (the compare-and-swap of state.slices) counts the slice
 * as good, bad or neither, as events of an indicator of its own (slo->counted),
 * in the last nanosecond of the slice. From there on windows, burn rates,
 * alerts and budgets are what they are for any other events.
 *
 * A slice's events are the totals at its end less those at its beginning, which
 * its SLO's entry keeps; so a slice is exact however long nothing came after
 * it, to the records that were in flight when its end was claimed. Between two
 * slots that were opened there are no events, so of the slices that a claim
 * ends only the first can have any. Where claimers were held up for longer than
 * a slice, or died, it gets the events of those that they did not claim.
 *
 * Nobody advances the indicator of slices but who counts one: to a reader it is
 * as one in a view, whose open slot may lie behind.
 */

#include "slo/slo.h"

/* A slot opened: count the slice that has ended, if one has. */
void sli__slices_on_slot(const struct sli_slo *slo, uint64_t open_ns);

/* A moment of the SLO's indicator, in that of the slices. */
struct sli__moment sli__slices_moment(const struct sli_slo *slo,
    struct sli__moment m);

/* A snapshot as the one slot of a history. */
struct sli__history sli__slo_snapshot(struct sli__slo_snapshot *snapshot);

#endif /* SLI_SLO_SLICES_H */
