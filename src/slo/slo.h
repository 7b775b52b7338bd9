/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_SLO_H
#define SLI_SLO_SLO_H

/*
 * What an SLO is made of: a shared entry in the block, and this process's
 * handle to it.
 */

#include <sli/admit.h>
#include <sli/slo.h>

#include "indicator/indicator.h"
#include "slo/alert.h"

/*
 * What is worked out when a slot opens.
 *
 *   field       written by                    read by             order
 *   verdict     claimers (cas)                sli_admit, claimers  relaxed: it
 *               stands for itself
 *   memory      the claimer whose cas won     claimers            relaxed: the
 *               throttle's own, see throttle.h
 *   judged_ns   claimers (join_max)           readers             acquire
 *   alerts      claimers                      readers             relaxed
 *
 * Of two claimers of successive slots that judge at once, the older may be the
 * last to store; the next slot mends it.
 */
struct sli__slo_state {
	_Alignas(64) uint64_t verdict; /* in a line that nothing else dirties */
	_Alignas(64) uint64_t memory;
	uint64_t judged_ns; /* history time of the slot's start */
	uint64_t alerts;    /* bit i: alert i fires */
};

/* In the block. Immutable once published, but for the state. */
struct sli__slo_entry {
	struct sli__slo_state state;
	char name[SLI_NAME_MAX + 1];
	uint32_t indicator_index;
	uint32_t flags;
	uint64_t objective_ppb;
	uint64_t period_ns;
	uint64_t threshold_ns;
	uint64_t alert_min_events, alert_min_bad;
	uint64_t admit_min_events;
};

/* This process's handle. Immutable once registered. */
struct sli_slo {
	struct sli__slo_state *state;
	struct sli_indicator *ind;
	struct sli__slo_entry *entry;
	uint64_t budget_ppb;
	/* Good events that exceed this many thresholds are bad; 5: none. */
	uint32_t slow_from;
	uint32_t alert_count;
	struct sli__alert_rule alert[SLI__ALERTS];
	uint64_t next; /* SLO of the same indicator, as ind->first_slo */
};

/* The SLO's good and bad events among an indicator's. */
struct sli__tally sli__slo_tally(const struct sli_slo *slo,
    const struct sli__events *e);

/* The same, of what was let in: without shed events, whatever the flags. */
struct sli__tally sli__slo_admitted(const struct sli_slo *slo,
    const struct sli__events *e);

/* Budget that is left, in parts per million: all without events, 0 if spent. */
uint64_t sli__budget_left_ppm(const struct sli__tally *period,
    uint64_t budget_ppb);

/* Judge every SLO of an indicator: alerts and verdict at a slot's start. */
void sli__slo_on_slot(struct sli_indicator *ind, uint64_t open_ns);

#endif /* SLI_SLO_SLO_H */
