/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_OUTAGE_H
#define SLI_SLO_OUTAGE_H

/*
 * Micro-outages: runs of slots that are bad or silent (struct sli_outage in
 * sli/alert.h says what for).
 *
 *   bad      n >= outage_min_events, bad / n > outage_ratio, and so many bad
 *            ones that chance does not come to it; within a run half of each
 *   silent   n < 10 % of the traffic before the run, which was at least
 *            outage_min_events, and enough that nothing at all is no chance;
 *            work is in flight; and not for more than 5 min already, when the
 *            traffic has gone
 *
 * A run ends with 3 slots in a row that are neither, at the end of the last
 * that was, or with excluded time, in which none begins. Slots that nobody
 * opened are silent slots, of which one learns when the next is opened; all
 * that was recorded since lies in the first of them. Those that follow excluded
 * time among them are passed over, too.
 */

#include <stdbool.h>
#include <stdint.h>

#include <sli/time.h>

#include "slo/watch.h"

#define SLI__OUTAGE_TRAFFIC_NS SLI_MINUTES(5)
#define SLI__OUTAGE_SLOT_NS_MAX SLI_SECONDS(2)

struct sli__outage_rule {
	uint32_t ratio_ppm, min_events;
};

/* What is known of a slot that has ended. */
struct sli__outage_slot {
	uint64_t events, bad;
	uint64_t expected_milli; /* thousandths of an event: before the run */
	bool in_run;
	bool may_be_silent; /* work is in flight, and there was traffic */
};

enum sli__outage_kind { SLI__CALM, SLI__BAD_SLOT, SLI__SILENT_SLOT };

enum sli__outage_kind sli__outage_kind(const struct sli__outage_rule *rule,
    const struct sli__outage_slot *slot);

/* Look at the slots that have ended since the last that were looked at. */
void sli__outage_judge(const struct sli_slo *slo,
    const struct sli__findings *found);

#endif /* SLI_SLO_OUTAGE_H */
