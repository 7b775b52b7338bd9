/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_ADJUST_H
#define SLI_SLO_ADJUST_H

/*
 * Time that does not count, and corrections of a budget, in an SLO's entry.
 *
 * Every change has a number, and the entry's `adjusted` is that of the last: a
 * place counts from change `since` on, and up to change `until`. So whatever a
 * change does to however many places, it is done by raising one word, and one
 * who dies over it has done nothing.
 *
 * An exclusion that is over is settled: its events are taken from the history
 * while that still has fine slots of it, and kept. Claimers do so without a
 * lock, so one who was held up may come to a place that is another's by now.
 * Hence two rules. A cell is only changed from what its claimer found there,
 * and a correction's words are never 0, which is what the cells of an exclusion
 * begin with. And a seal over all that was settled stands for it: with one that
 * does not fit, the exclusion is settled anew.
 */

#include <stdbool.h>

#include <sli/adjust.h>

#include "indicator/indicator.h"

/* To shorten an exclusion takes up to two places until it is done. */
#define SLI__ADJUSTMENT_PLACES (SLI_ADJUSTMENTS_MAX + 2)

/*
 * In the block. A place is written while it does not count, `since` last.
 *
 *   word             written by                    read by  order
 *   since            holder of the lock            any      release/acquire
 *   until, from_ns,  holder of the lock            any      before `since`
 *   to_ns, amount
 *   cell             claimers (cas from what       any      the seal tells
 *                    they found)
 *   seal             claimers                      any      release/acquire
 */
struct sli__adjustment {
	uint64_t since;		 /* 0: free */
	uint64_t until;		 /* 0: it still counts */
	uint64_t from_ns, to_ns; /* history time; a correction: equal */
	uint64_t seal;		 /* of an exclusion that is settled */
	union {
		uint64_t cell[SLI__EVENT_CELLS]; /* of an exclusion */
		uint64_t amount[2]; /* of a correction: good, bad; see below */
	};
};

#define SLI__AMOUNT_ZERO (UINT64_C(1) << 63) /* added; what makes 0 is none */

struct sli__period;

/* What adjustments did to a budget. */
struct sli__adjusted {
	uint64_t covered_ns; /* of the budget's time, whether excluded or not */
	uint64_t excluded_ns;
	uint64_t excluded; /* good and bad events */
	uint64_t slices;   /* of all that the period has, also ahead */
	int64_t good, bad; /* corrected by */
};

static inline bool
sli__is_exclusion(const struct sli__adjustment *a)
{
	return a->from_ns < a->to_ns;
}

static inline int64_t
sli__amount(const struct sli__adjustment *a, uint32_t i)
{
	return (int64_t)(a->amount[i] - SLI__AMOUNT_ZERO);
}

/* Copy a place as of this change; false: it does not count. */
bool sli__adjust_read(const struct sli_slo *slo, uint64_t change, uint32_t i,
    struct sli__adjustment *out);

bool sli__adjust_is_settled(const struct sli__adjustment *a);

/* The events of an exclusion, from begin_ns on; up to m, if it goes on. */
void sli__adjust_events(const struct sli_slo *slo, struct sli__moment m,
    const struct sli__adjustment *a, uint64_t begin_ns,
    struct sli__events *out);

/* When the budget began: what is corrected before does not count. */
uint64_t sli__adjust_budget_begin(const struct sli_slo *slo,
    struct sli__moment m);

/* Does it still count in the budget, or in any window? */
bool sli__adjust_matters(const struct sli_slo *slo, struct sli__moment m,
    const struct sli__adjustment *a);

/* What the history and every period no longer reach. */
uint64_t sli__adjust_horizon(const struct sli_slo *slo, struct sli__moment m);

/* What is adjusted was read while changes were made: so often again. */
#define SLI__ADJUST_TRIES 8

/*
 * Take excluded events from n windows that end at m, and excluded time from
 * what they cover. False: a change was made meanwhile, and one exclusion may
 * have been missed or taken twice, as its place became another's.
 *
 * Accuracy: a window whose old edge lies in a settled exclusion keeps so much
 *           of its events as of its time; where its edge lies in a slot that
 *           holds an exclusion, no more than that slot's events stay or go
 *           wrongly, as without.
 */
bool sli__adjust_windows(const struct sli_slo *slo, struct sli__moment m,
    const uint64_t *window_ns, uint32_t n, struct sli__events *events);

/* The same of a period's budget since begin_ns, and correct it. */
bool sli__adjust_budget(const struct sli_slo *slo, struct sli__moment m,
    const struct sli__period *period, uint64_t begin_ns,
    struct sli__events *budget, struct sli__adjusted *did);

/* Where excluded time begins in [from_ns, to_ns); to_ns: nowhere. */
uint64_t sli__adjust_first(const struct sli_slo *slo, uint64_t from_ns,
    uint64_t to_ns);

/* Settle what was over when this slot opened. For whoever judges it. */
void sli__adjust_on_slot(const struct sli_slo *slo, uint64_t open_ns);

/*
 * After a power loss the history may have lost events that were settled since
 * `since_ns`: settle them anew. For one that is alone with the file.
 */
void sli__adjust_resettle(struct sli_slo *slo, uint64_t since_ns);

/* All that counts, into an SLO that nobody uses yet. */
void sli__adjust_copy(const struct sli_slo *from, struct sli_slo *to);

#endif /* SLI_SLO_ADJUST_H */
