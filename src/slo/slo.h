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
#include "slo/adjust.h"
#include "slo/alert.h"
#include "slo/calendar.h"
#include "slo/watch.h"
#include "slo/zones.h"

/*
 * What is worked out when a slot opens.
 *
 *   field       written by                    read by             order
 *   verdict     claimers (cas)                sli_admit, claimers  relaxed: it
 *               stands for itself
 *   memory      the claimer whose cas won     claimers            relaxed: the
 *               throttle's own, see throttle.h
 *   judged_ns   claimers (join_max)           readers             acquire
 *   slices      claimers (cas)                claimers            acquire
 *   watch       see watch.h
 *
 * Of two claimers of successive slots that judge at once, the older may be the
 * last to store; the next slot mends it.
 */
struct sli__slo_state {
	_Alignas(64) uint64_t verdict; /* in a line that nothing else dirties */
	_Alignas(64) uint64_t memory;
	uint64_t judged_ns; /* history time of the slot's start */
	uint64_t slices;    /* end of the last slice that was claimed */
	struct sli__watch watch;
};

/*
 * When the budget began anew, and the totals then. There are two, of which the
 * later counts: the holder of the lock makes the other one ready, at_ns last,
 * so that one who dies over it has done nothing. All words only grow
 * (join_max).
 */
struct sli__slo_mark {
	uint64_t at_ns; /* history time; 0: never */
	uint64_t total[SLI__EVENT_CELLS];
};

/*
 * The totals at a moment, once: a history of one slot, whose number is the
 * moment's history time (see history.h, and sli__slo_snapshot()).
 */
struct sli__slo_snapshot {
	uint64_t stamp;
	uint64_t total[SLI__EVENT_CELLS + 1]; /* the last: see period.c */
};

/* What an SLO is: immutable, and summed. */
struct sli__slo_spec {
	char name[SLI_NAME_MAX + 1];
	uint32_t indicator_index;
	uint32_t flags;
	uint64_t objective_ppb;
	uint64_t period_ns;
	uint64_t threshold_ns;
	uint64_t alert_min_events, alert_min_bad;
	uint64_t admit_min_events;
	uint32_t method;
	uint32_t slices_index; /* with slices: the indicator that counts them */
	uint64_t slice_ns, slice_objective_ppb, slice_min_events;
	uint32_t week_start;
	uint32_t alert_count; /* 0: the default ones */
	uint64_t calendar_start_ns;
	/* Unit SLI_ROLLING: none. Else period_ns is the nominal length. */
	struct sli__calendar calendar;
	char time_zone[SLI_TIME_ZONE_MAX + 1]; /* of a calendar; "" UTC */
	struct sli__alert_spec alert[SLI_ALERTS_MAX];
	uint32_t outage_ratio_ppm, outage_min_events;
};

#define SLI__SLO_ENTRY_BYTES SLI__PAGE /* see SLI__ENTRY_BYTES */

/* In the block; life, claims and spec as an indicator's. */
struct sli__slo_entry {
	struct sli__slo_state state;
	uint64_t life;
	uint64_t next; /* SLO of the same indicator, as its first_slo */
	struct sli__claims claims;
	struct sli__slo_mark mark[2];
	/* At the beginning of the slice and of the period, by claimers. */
	struct sli__slo_snapshot slice_start, period_start;
	uint64_t adjusted; /* the last change, see adjust.h; 0: never */
	struct sli__adjustment adjustment[SLI__ADJUSTMENT_PLACES];
	struct sli__slo_spec spec;
	char padding[SLI__SLO_ENTRY_BYTES - sizeof(struct sli__slo_state) -
	    3 * sizeof(uint64_t) - sizeof(struct sli__claims) -
	    2 * sizeof(struct sli__slo_mark) -
	    2 * sizeof(struct sli__slo_snapshot) -
	    SLI__ADJUSTMENT_PLACES * sizeof(struct sli__adjustment) -
	    sizeof(struct sli__slo_spec)];
};

_Static_assert(sizeof(struct sli__slo_entry) == SLI__SLO_ENTRY_BYTES &&
	SLI__PAGE % SLI__SLO_ENTRY_BYTES == 0,
    "no entry lies across two pages of a file");

/* The mark that counts. */
static inline struct sli__slo_mark *
sli__slo_mark(struct sli__slo_entry *e)
{
	/* Pair with the last join_max in reset_budget(). */
	return &e->mark[load_acquire(&e->mark[1].at_ns) >
	    load_acquire(&e->mark[0].at_ns)];
}

/* A period, in history time. */
struct sli__period {
	uint64_t from_ns, to_ns; /* rolling: up to now */
	uint64_t begin_ns;	 /* of its first slice, or from_ns */
	uint64_t slices;	 /* that it has; 0: it has none */
	uint128 whole; /* the budget is a share of so many; 0: of the events */
};

/* This process's handle. Immutable once bound. */
struct sli_slo {
	struct sli__slo_state *state;
	struct sli_indicator *ind;
	/* Whose events the budget is of: ind, or what counts its slices. */
	struct sli_indicator *counted;
	const struct sli__zone *zone; /* of a calendar; NULL rolling */
	uint64_t unit;		      /* events of one slice, or 1 */
	struct sli__slo_entry *entry;
	struct sli__slo_spec spec; /* checked */
	uint64_t budget_ppb;
	/* Good events that exceed this many thresholds are bad; 5: none. */
	uint32_t slow_from;
	uint32_t alert_count;
	struct sli__alert_rule alert[SLI_ALERTS_MAX];
	uint64_t bound; /* as an indicator's */
};

/* Was there ever an adjustment? */
static inline bool
sli__slo_is_adjusted(const struct sli_slo *slo)
{
	/* Pairs with the release in publish(). */
	return load_acquire(&slo->entry->adjusted) != 0;
}

static inline struct sli__slo_entry *
sli__slo_entry(const struct sli_registry *reg, uint64_t index)
{
	struct sli__slo_entry *entries = sli__at(&reg->arena,
	    reg->arena.geometry.slos_offset);

	return &entries[index];
}

/* Entries in use, dead ones included. */
static inline uint64_t
sli__slo_count(const struct sli_registry *reg)
{
	/* Pairs with the release in add_slo(). */
	return min_u64(load_acquire(&reg->arena.block->slo_count),
	    reg->arena.geometry.max_slos);
}

static inline bool
sli__slo_has_slices(const struct sli__slo_spec *spec)
{
	return spec->method != SLI_OCCURRENCES;
}

static inline bool
sli__slo_is_calendar(const struct sli__slo_spec *spec)
{
	return spec->calendar.unit != SLI_ROLLING;
}

/* What windows of its alerts are whole numbers of. */
static inline uint64_t
sli__slo_slot_ns(const struct sli_indicator *ind,
    const struct sli__slo_spec *spec)
{
	return sli__slo_has_slices(spec) ? spec->slice_ns : ind->slot_ns;
}

/* As sli__indicator_bind(), _at() and _get(). */
bool sli__slo_bind(struct sli_registry *reg, uint64_t index,
    struct sli_error *err);
struct sli_slo *sli__slo_at(struct sli_registry *reg, uint64_t index);
struct sli_slo *sli__slo_get(struct sli_registry *reg, uint64_t index);

/* Check a spec that was read from a block, against its indicator. */
int sli__slo_spec_check(const struct sli_indicator *ind,
    const struct sli__slo_spec *spec, struct sli_error *err);

/* Put an SLO on its indicator's list, unless it is there. Under the lock. */
void sli__slo_link(struct sli_registry *reg, uint64_t index);

/* What a spec would be made from again; its alerts are put there. */
struct sli_slo_config sli__slo_spec_config(const struct sli__slo_spec *spec,
    struct sli_alert_config alerts[SLI_ALERTS_MAX]);

/*
 * Budget that is left, in parts per million: all without events, 0 if spent.
 * `whole` is what it is a share of; 0: of the events.
 */
uint64_t sli__budget_left_ppm(const struct sli__tally *t, uint64_t budget_ppb,
    uint128 whole);

/* Judge every SLO of an indicator: alerts and verdict at a slot's start. */
void sli__slo_on_slot(struct sli_indicator *ind, uint64_t open_ns);

/* An indicator is to be removed: so are its SLOs. Under the lock. */
void sli__slo_on_remove(struct sli_indicator *ind, const char *why);

#endif /* SLI_SLO_SLO_H */
