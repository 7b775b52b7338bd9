/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_WATCH_H
#define SLI_SLO_WATCH_H

/*
 * What is remembered of an SLO's alerts, and of its micro-outages, from slot to
 * slot: whether each fires, and which record of the log (alert_log.h) says so.
 *
 * A turn is a time, doubled, and a bit: since then it is so, or is not. A
 * record is 1 + a number, doubled, and a bit: it is open. Both only grow, so
 * who comes late swaps nothing; of two claimers that judge two slots at once
 * the older one changes nothing that the younger has; and each change is made
 * by one claimer, whose compare-and-swap it was. What goes with a turn (to open
 * a record, to end it) is done by any later claimer, if that one died over it.
 * Such a one loads the record before the turn: if the turn is then on, and the
 * record not open, there has been none for that turn; if it is off, and the
 * record open, it is over.
 *
 *   word       written by                        read by    order
 *   turn       claimers (cas)                    any        acquire
 *   pending    claimers (cas)                    any        acquire
 *   record     claimers (cas)                    any        release/acquire
 *   seen_ns    claimers (cas)                    claimers   acquire
 *   from_ns, to_ns   claimers (join_max)         any        acquire
 *   busy_ns, expected_milli
 *              claimers                          claimers   relaxed: who won
 *              seen_ns; an older one is older by a slot
 */

#include <stdbool.h>
#include <stdint.h>

#include <sli/alert.h>

#include "slo/alert.h"

/* What is watched: the alerts, and micro-outages. */
#define SLI__OUTAGE SLI_ALERTS_MAX
#define SLI__WATCHED (SLI_ALERTS_MAX + 1)

struct sli__watch {
	uint64_t turn[SLI__WATCHED];
	uint64_t record[SLI__WATCHED];	  /* see sli__record_of() */
	uint64_t pending[SLI_ALERTS_MAX]; /* turns of what has to last */
	uint64_t seen_ns; /* up to here slots were looked at for outages */
	uint64_t busy_ns; /* end of the last one that was not silent */
	uint64_t from_ns, to_ns; /* of the present run, or of the last */
	uint64_t expected_milli; /* events per slot before that run */
};

static inline bool
sli__turn_is_on(uint64_t turn)
{
	return turn & 1;
}

static inline uint64_t
sli__turn_ns(uint64_t turn)
{
	return turn >> 1;
}

static inline uint64_t
sli__record_of(uint64_t n, bool is_open)
{
	return (n + 1) << 1 | is_open;
}

static inline bool
sli__record_is_open(uint64_t record)
{
	return record & 1;
}

/* Unless it is 0. */
static inline uint64_t
sli__record_number(uint64_t record)
{
	return (record >> 1) - 1;
}

struct sli_slo;
struct sli__alert_start;

/* What was found when a slot opened. */
struct sli__findings {
	uint64_t open_ns;
	struct sli__tally period, budget; /* the budget's: since it began */
	struct sli__tally slot, recent;	  /* of what was let in */
	struct sli__tally traffic;	  /* the same, of some minutes */
	struct sli__tally in_short[SLI_ALERTS_MAX];
	uint64_t holds; /* bit i: the condition of alert i */
};

/*
 * Turn a word to `on` as of at_ns, if it is not. False: a later slot has been
 * judged, and says otherwise.
 */
bool sli__turn(uint64_t *word, bool on, uint64_t at_ns);

/* Turn the alerts to what was found, and keep their records. */
void sli__watch_alerts(const struct sli_slo *slo,
    const struct sli__findings *found);

/*
 * Has what is watched no record that goes on? *have is then for
 * sli__watch_open(). It has one if the ring has gone round over it: with more
 * alerts that fire than places, they would push each other out for ever.
 */
bool sli__watch_needs_record(const struct sli_slo *slo, uint32_t watched,
    uint64_t *have);

/*
 * Open one, unless another claimer just has; from *start, with its onset_ns,
 * start_ns (of a turn that was on after *have), and what is an alert's or an
 * outage's own.
 */
void sli__watch_open(const struct sli_slo *slo, uint32_t watched, uint64_t have,
    uint64_t open_ns, struct sli__alert_start *start);

/* All that has come to the open record; and what may be its peak. */
void sli__watch_grow(const struct sli_slo *slo, uint32_t watched,
    const struct sli__findings *found, double burn);

/* The growing words of the open record; NULL: there is none. */
struct sli__alert_growth *sli__watch_growth(const struct sli_slo *slo,
    uint32_t watched);

/* Is a record open that is over? *have is it, *end_ns when. */
bool sli__watch_is_over(const struct sli_slo *slo, uint32_t watched,
    uint64_t *have, uint64_t *end_ns);

/* End that record. */
void sli__watch_end(const struct sli_slo *slo, uint32_t watched, uint64_t have,
    uint64_t recovered_ns, uint64_t end_ns);

/* The SLO is removed: whatever is open ends with the last slot judged. */
void sli__watch_end_all(const struct sli_slo *slo);

/* After a restart: nothing may lie ahead of the open slot, or stay so. */
void sli__watch_settle(const struct sli_slo *slo, uint64_t open_ns);

#endif /* SLI_SLO_WATCH_H */
