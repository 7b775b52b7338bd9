/* SPDX-License-Identifier: MIT */
/*
 * The state of alerts from slot to slot, and the records of what fired.
 *
 * Turning comes first, then the record: a claimer that dies in between leaves
 * an alert that fires without a record, or a record that is open without its
 * alert; the claimer of the next slot opens the one, with the start that the
 * turn has, and ends the other. A number is taken, then named by the watch,
 * then written: so there is one record for a turn, whoever writes it.
 */
#include <string.h>

#include "slo/alert_log.h"
#include "slo/onset.h"
#include "slo/slices.h"
#include "slo/windows.h"

/* No burn rate by counts that are true; and it fits its word. */
#define BURN_MAX 1e12

bool
sli__turn(uint64_t *word, bool on, uint64_t at_ns)
{
	/* Pairs with the swap below, by which every turn is made. */
	uint64_t there = load_acquire(word);

	while (sli__turn_is_on(there) != on && sli__turn_ns(there) < at_ns)
		if (cas_acq_rel(word, &there, at_ns << 1 | on))
			return true;
	return sli__turn_is_on(there) == on;
}

/*
 * All events that there were, but for those of the last less_ns, as the SLO
 * sees them, excluded or not: so they only grow. An outage's are the
 * indicator's, for it may be over before a slice is.
 */
static struct sli__tally
all_events(const struct sli_slo *slo, uint32_t watched, uint64_t open_ns,
    uint64_t less_ns)
{
	enum { ALL, LESS, WINDOWS };
	uint64_t window_ns[WINDOWS] = { UINT64_MAX, less_ns };
	struct sli__moment m = { open_ns, open_ns };
	struct sli__events e[WINDOWS];
	struct sli__tally all, less;

	if (watched == SLI__OUTAGE)
		sli__windows(slo->ind, m, window_ns, WINDOWS, e);
	else
		sli__windows(slo->counted, sli__slices_moment(slo, m),
		    window_ns, WINDOWS, e);
	all = sli__slo_tally(slo, &e[ALL]);
	less = sli__slo_tally(slo, &e[LESS]);
	all.good = sub_floor(all.good, less.good);
	all.bad = sub_floor(all.bad, less.bad);
	return all;
}

bool
sli__watch_needs_record(const struct sli_slo *slo, uint32_t watched,
    uint64_t *have)
{
	const struct sli__arena *arena = &slo->ind->registry->arena;
	struct sli__alert_start start;
	struct sli__alert_growth growth;
	uint64_t n;

	/* Pairs with the swaps in sli__watch_open() and sli__watch_end(). */
	*have = load_acquire(&slo->state->watch.record[watched]);
	if (!sli__record_is_open(*have))
		return true;
	n = sli__record_number(*have);
	if (sli__alert_log_is_past(arena, n))
		return false;
	return !sli__alert_log_get(arena, n, &start, &growth) ||
	    growth.end_ns != 0;
}

void
sli__watch_open(const struct sli_slo *slo, uint32_t watched, uint64_t have,
    uint64_t open_ns, struct sli__alert_start *start)
{
	struct sli__arena *arena = &slo->ind->registry->arena;
	struct sli__tally before = all_events(slo, watched, open_ns,
	    sub_floor(open_ns, start->onset_ns));
	uint64_t n;

	memcpy(start->slo, slo->spec.name, sizeof(start->slo));
	start->slo_index = (uint32_t)(slo - slo->ind->registry->slos);
	start->watched = watched;
	start->skew_ns = sli__timeline_skew(slo->ind->timeline);
	start->budget_ppb = slo->budget_ppb;
	start->bad = before.bad;
	start->total = before.good + before.bad;
	/* A number that is taken in vain pushes a record out. */
	if (load_acquire(&slo->state->watch.record[watched]) != have)
		return;
	n = sli__alert_log_take(arena);
	if (cas_acq_rel(&slo->state->watch.record[watched], &have,
		sli__record_of(n, true)))
		sli__alert_log_write(arena, n, start);
}

static struct sli__alert_growth *
growth_of(const struct sli_slo *slo, uint64_t record)
{
	return sli__record_is_open(record) ?
	    sli__alert_log_growth(&slo->ind->registry->arena,
		sli__record_number(record)) :
	    NULL;
}

struct sli__alert_growth *
sli__watch_growth(const struct sli_slo *slo, uint32_t watched)
{
	return growth_of(slo, load_acquire(&slo->state->watch.record[watched]));
}

static uint64_t
ppm_of(double burn)
{
	return (
	    uint64_t)((burn < BURN_MAX ? burn : BURN_MAX) * (double)PPM + 0.5);
}

/* Of the period, in what a record's events are counted in. */
static uint64_t
period_events(const struct sli_slo *slo, uint32_t watched,
    const struct sli__findings *found)
{
	struct sli__moment m = { found->open_ns, found->open_ns };
	struct sli__tally period = found->period;
	struct sli__events e;

	if (watched == SLI__OUTAGE && sli__slo_has_slices(&slo->spec)) {
		sli__windows(slo->ind, m, &slo->spec.period_ns, 1, &e);
		period = sli__slo_tally(slo, &e);
	}
	return period.good + period.bad;
}

void
sli__watch_grow(const struct sli_slo *slo, uint32_t watched,
    const struct sli__findings *found, double burn)
{
	struct sli__tally all = all_events(slo, watched, found->open_ns, 0);
	struct sli__alert_growth *g = sli__watch_growth(slo, watched);

	if (g == NULL)
		return;
	join_max(&g->fired_ns, found->open_ns);
	join_max(&g->peak_ppm, ppm_of(burn));
	/* In this order, and read in the other: no more are bad than came. */
	join_max(&g->total, all.good + all.bad);
	join_max(&g->bad, all.bad);
	store_relaxed(&g->period_events, period_events(slo, watched, found));
}

bool
sli__watch_is_over(const struct sli_slo *slo, uint32_t watched, uint64_t *have,
    uint64_t *end_ns)
{
	const struct sli__watch *w = &slo->state->watch;
	uint64_t turn;

	*have = load_acquire(&w->record[watched]);
	turn = load_acquire(&w->turn[watched]);
	*end_ns = sli__turn_ns(turn);
	return sli__record_is_open(*have) && !sli__turn_is_on(turn);
}

void
sli__watch_end(const struct sli_slo *slo, uint32_t watched, uint64_t have,
    uint64_t recovered_ns, uint64_t end_ns)
{
	struct sli__alert_growth *g = growth_of(slo, have), seen;
	struct sli__alert_start start;

	/*
	 * Unless it has ended: one who was held up since he saw it open may
	 * have the end of a later turn.
	 */
	if (g != NULL &&
	    sli__alert_log_get(&slo->ind->registry->arena,
		sli__record_number(have), &start, &seen) &&
	    seen.end_ns == 0) {
		join_max(&g->recovered_ns, recovered_ns);
		/* Pairs with the acquires in alert_log.c. */
		join_max(&g->end_ns, end_ns);
	}
	cas_acq_rel(&slo->state->watch.record[watched], &have,
	    have & ~UINT64_C(1));
}

static void
open_alert(const struct sli_slo *slo, uint32_t i, uint64_t have,
    const struct sli__findings *found)
{
	const struct sli__alert_rule *rule = &slo->alert[i];
	uint64_t turn = load_acquire(&slo->state->watch.turn[i]);
	struct sli__alert_start start;

	if (!sli__turn_is_on(turn))
		return;
	memset(&start, 0, sizeof(start));
	start.severity = rule->severity;
	start.start_ns = sli__turn_ns(turn);
	start.onset_ns = min_u64(start.start_ns,
	    sli__onset(slo, found->open_ns, rule));
	start.long_ns = rule->long_ns;
	start.short_ns = rule->short_ns;
	start.factor_ppm = rule->factor_ppm;
	sli__watch_open(slo, i, have, found->open_ns, &start);
}

static void
keep_record(const struct sli_slo *slo, uint32_t i,
    const struct sli__findings *found)
{
	bool by_ratio = sli__slo_alerts_by_ratio(slo);
	uint64_t have;

	if (sli__watch_needs_record(slo, i, &have))
		open_alert(slo, i, have, found);
	sli__watch_grow(slo, i, found,
	    sli__alert_burn(slo->budget_ppb, by_ratio, &found->period,
		&found->in_short[i], slo->alert[i].short_ns));
}

/*
 * Nobody may have looked for long. Then all that came since it fired lies in
 * that slot (or slice), and a short window later nothing was left to burn.
 */
static uint64_t
silent_from(const struct sli_slo *slo, uint64_t fired_ns, uint32_t i)
{
	uint64_t last_ns = max_u64(slo->ind->slot_ns, slo->spec.slice_ns);

	return fired_ns + last_ns + slo->alert[i].short_ns;
}

/* It has turned off. */
static void
end_record(const struct sli_slo *slo, uint32_t i,
    const struct sli__findings *found)
{
	struct sli__alert_growth *g;
	uint64_t have, end_ns, fired_ns;

	if (!sli__watch_is_over(slo, i, &have, &end_ns))
		return;
	fired_ns = end_ns;
	g = growth_of(slo, have);
	/* Unless one died right after it had ended it. */
	if (g != NULL && load_acquire(&g->end_ns) == 0) {
		fired_ns = load_relaxed(&g->fired_ns);
		/* Or before it had said that it fired. */
		if (fired_ns > 0)
			end_ns = min_u64(end_ns, silent_from(slo, fired_ns, i));
		fired_ns += slo->ind->slot_ns;
		sli__watch_grow(slo, i, found, 0);
	}
	sli__watch_end(slo, i, have,
	    sli__recovery(slo, min_u64(end_ns, fired_ns), &slo->alert[i]),
	    end_ns);
}

static void
watch_alert(const struct sli_slo *slo, uint32_t i,
    const struct sli__findings *found)
{
	struct sli__watch *w = &slo->state->watch;
	uint64_t after_ns = slo->alert[i].after_ns, since_ns;
	bool fires = found->holds >> i & 1;

	if (after_ns > 0) {
		if (!sli__turn(&w->pending[i], fires, found->open_ns))
			return;
		since_ns = sli__turn_ns(load_acquire(&w->pending[i]));
		fires = fires &&
		    sub_floor(found->open_ns, since_ns) >= after_ns;
	}
	if (!sli__turn(&w->turn[i], fires, found->open_ns))
		return;
	if (fires)
		keep_record(slo, i, found);
	else
		end_record(slo, i, found);
}

void
sli__watch_alerts(const struct sli_slo *slo, const struct sli__findings *found)
{
	uint32_t i;

	for (i = 0; i < slo->alert_count; i++)
		watch_alert(slo, i, found);
}

void
sli__watch_end_all(const struct sli_slo *slo)
{
	uint64_t judged = load_acquire(&slo->state->judged_ns);
	struct sli__alert_start start;
	struct sli__alert_growth growth;
	uint64_t have, end_ns;
	uint32_t i;

	for (i = 0; i < SLI__WATCHED; i++) {
		have = load_acquire(&slo->state->watch.record[i]);
		if (!sli__record_is_open(have) ||
		    !sli__alert_log_get(&slo->ind->registry->arena,
			sli__record_number(have), &start, &growth))
			continue;
		end_ns = max_u64(judged, start.start_ns + 1);
		sli__watch_end(slo, i, have, end_ns, end_ns);
	}
}

/* Time may have been lost with the power, or be damaged. */
static void
settle_turn(uint64_t *turn, uint64_t open_ns)
{
	uint64_t there = load_relaxed(turn);

	if (sli__turn_ns(there) > open_ns)
		store_relaxed(turn, open_ns << 1 | sli__turn_is_on(there));
}

void
sli__watch_settle(const struct sli_slo *slo, uint64_t open_ns)
{
	struct sli__watch *w = &slo->state->watch;
	uint32_t i;

	for (i = 0; i < SLI__WATCHED; i++)
		settle_turn(&w->turn[i], open_ns);
	for (i = 0; i < SLI_ALERTS_MAX; i++)
		settle_turn(&w->pending[i], open_ns);
	/* The time that nobody ran is no outage's. */
	store_relaxed(&w->seen_ns, 0);
	store_relaxed(&w->busy_ns, 0);
	store_relaxed(&w->to_ns, min_u64(load_relaxed(&w->to_ns), open_ns));
	store_relaxed(&w->from_ns,
	    min_u64(load_relaxed(&w->from_ns), load_relaxed(&w->to_ns)));
}
