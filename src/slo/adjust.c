/* SPDX-License-Identifier: MIT */
/*
 * What adjustments do to what is read, and settling them. Lock-free, and safe
 * in a signal handler; what makes them is in adjust_change.c.
 */
#include <string.h>

#include "base/arith.h"
#include "base/atomic.h"
#include "slo/period.h"
#include "slo/slices.h"
#include "slo/windows.h"

/*
 * Where in history the events from ns on begin. A slice counts where it begins,
 * and lies in history in its last nanosecond: those that begin before this lie
 * before it, too, and it is a boundary.
 */
static uint64_t
counted_at(const struct sli_slo *slo, uint64_t ns)
{
	return sli__slo_has_slices(&slo->spec) ?
	    round_up(ns, slo->spec.slice_ns) :
	    ns;
}

static uint64_t
change_of(const struct sli_slo *slo)
{
	/* Pairs with the release in publish(). */
	return load_acquire(&slo->entry->adjusted);
}

bool
sli__adjust_read(const struct sli_slo *slo, uint64_t change, uint32_t i,
    struct sli__adjustment *out)
{
	const struct sli__adjustment *a = &slo->entry->adjustment[i];
	uint32_t cell;

	/* Pairs with the releases in write_place(). */
	out->since = load_acquire(&a->since);
	if (out->since == 0 || out->since > change)
		return false;
	out->until = load_acquire(&a->until);
	out->from_ns = load_acquire(&a->from_ns);
	out->to_ns = load_acquire(&a->to_ns);
	/* Pairs with the release in settle(). */
	out->seal = load_acquire(&a->seal);
	for (cell = 0; cell < SLI__EVENT_CELLS; cell++)
		out->cell[cell] = load_acquire(&a->cell[cell]);
	return load_relaxed(&a->since) == out->since &&
	    (out->until == 0 || out->until > change) &&
	    out->from_ns <= out->to_ns && out->to_ns <= 2 * SLI__TIME_MAX;
}

/* Of all that a settled exclusion is, and never 0. */
static uint64_t
seal_of(const struct sli__adjustment *a, const uint64_t *cells)
{
	uint64_t hash = a->since;
	uint32_t i;

	hash = (hash ^ a->from_ns) * UINT64_C(0x9e3779b97f4a7c15);
	hash = (hash ^ hash >> 32 ^ a->to_ns) * UINT64_C(0x9e3779b97f4a7c15);
	for (i = 0; i < SLI__EVENT_CELLS; i++)
		hash = (hash ^ hash >> 32 ^ cells[i]) *
		    UINT64_C(0x9e3779b97f4a7c15);
	return hash | 1;
}

bool
sli__adjust_is_settled(const struct sli__adjustment *a)
{
	return a->seal != 0 && a->seal == seal_of(a, a->cell);
}

/* From the history; up to m if that is before to_ns. */
static void
events_between(const struct sli_slo *slo, struct sli__moment m,
    uint64_t from_ns, uint64_t to_ns, struct sli__events *out)
{
	uint64_t window_ns[2] = { sub_floor(m.at_ns, from_ns),
		sub_floor(m.at_ns, to_ns) };
	uint32_t i, n = to_ns <= m.at_ns ? 2 : 1;
	struct sli__events e[2];

	sli__windows(slo->counted, sli__slices_moment(slo, m), window_ns, n, e);
	*out = e[0];
	for (i = 0; n == 2 && i < SLI__EVENT_CELLS; i++)
		out->cell[i] = sub_floor(e[0].cell[i], e[1].cell[i]);
}

/* The events of an exclusion, from begin_ns on; up to m, if it goes on. */
static void
excluded_events(const struct sli_slo *slo, struct sli__moment m,
    const struct sli__adjustment *a, uint64_t begin_ns, struct sli__events *out)
{
	uint64_t from = counted_at(slo, a->from_ns);
	uint64_t to = counted_at(slo, a->to_ns);
	uint64_t begin = max_u64(from, begin_ns);
	uint64_t first = max_u64(from,
	    sli__timeline_birth(slo->counted->timeline));
	uint32_t i;

	if (!sli__adjust_is_settled(a)) {
		events_between(slo, m, begin, to, out);
		return;
	}
	memcpy(out->cell, a->cell, sizeof(out->cell));
	if (begin > first && to > begin)
		for (i = 0; i < SLI__EVENT_CELLS; i++)
			out->cell[i] = share_of(a->cell[i], to - begin,
			    to - first);
}

/* How much of an exclusion lies between begin_ns and m. */
static uint64_t
overlap_ns(const struct sli__adjustment *a, struct sli__moment m,
    uint64_t begin_ns)
{
	return sub_floor(min_u64(a->to_ns, m.at_ns),
	    max_u64(a->from_ns, begin_ns));
}

/* Leave an exclusion out of a window, and of what it covers: since birth. */
static void
leave_out(const struct sli_slo *slo, struct sli__moment m,
    const struct sli__adjustment *a, uint64_t begin_ns,
    struct sli__events *events)
{
	uint64_t birth = sli__timeline_birth(slo->counted->timeline);
	struct sli__events e;
	uint32_t cell;

	if (a->from_ns > m.at_ns || counted_at(slo, a->to_ns) <= begin_ns)
		return;
	excluded_events(slo, m, a, begin_ns, &e);
	for (cell = 0; cell < SLI__EVENT_CELLS; cell++)
		events->cell[cell] = sub_floor(events->cell[cell],
		    e.cell[cell]);
	events->covered_ns = sub_floor(events->covered_ns,
	    overlap_ns(a, m, max_u64(begin_ns, birth)));
}

bool
sli__adjust_windows(const struct sli_slo *slo, struct sli__moment m,
    const uint64_t *window_ns, uint32_t n, struct sli__events *events)
{
	uint64_t change = change_of(slo);
	struct sli__adjustment a;
	uint32_t place, i;

	for (place = 0; change != 0 && place < SLI__ADJUSTMENT_PLACES; place++)
		if (sli__adjust_read(slo, change, place, &a) &&
		    sli__is_exclusion(&a))
			for (i = 0; i < n; i++)
				leave_out(slo, m, &a,
				    sub_floor(m.at_ns, window_ns[i]),
				    &events[i]);
	return change_of(slo) == change;
}

uint64_t
sli__adjust_first(const struct sli_slo *slo, uint64_t from_ns, uint64_t to_ns)
{
	uint64_t change, first;
	struct sli__adjustment a;
	uint32_t tries = 0, i;

	do {
		change = change_of(slo);
		first = to_ns;
		for (i = 0; change != 0 && i < SLI__ADJUSTMENT_PLACES; i++)
			if (sli__adjust_read(slo, change, i, &a) &&
			    sli__is_exclusion(&a) && a.to_ns > from_ns)
				first = min_u64(first,
				    max_u64(a.from_ns, from_ns));
	} while (change_of(slo) != change && ++tries < SLI__ADJUST_TRIES);
	return first;
}

/* ---- corrections ---- */

static int64_t
add_bounded(int64_t a, int64_t b)
{
	int64_t sum;

	if (!__builtin_add_overflow(a, b, &sum))
		return sum;
	return a < 0 ? INT64_MIN : INT64_MAX;
}

/*
 * Change the sum of a budget's cells by so much, but not below 0, nor above
 * 2^63 - 1: good and bad ones together then still fit a word. Returns by how
 * much.
 */
static int64_t
change_cells(uint64_t *const cell[], uint32_t n, int64_t by)
{
	uint64_t sum = 0, left, part;
	uint32_t i;

	for (i = 0; i < n; i++)
		sum = add_cap(sum, *cell[i]);
	if (by >= 0) {
		part = min_u64((uint64_t)by, sub_floor(INT64_MAX, sum));
		*cell[0] += part;
		return (int64_t)part;
	}
	left = min_u64(min_u64(-(uint64_t)by, sum), INT64_MAX);
	by = -(int64_t)left;
	for (i = 0; i < n; i++) {
		part = min_u64(left, *cell[i]);
		*cell[i] -= part;
		left -= part;
	}
	return by;
}

static void
correct(const struct sli_slo *slo, struct sli__events *budget,
    struct sli__adjusted *did)
{
	uint64_t *good[SLI__EVENT_CELLS], *bad[SLI__EVENT_CELLS];
	uint32_t i, goods = 0, bads = 0;

	bad[bads++] = &budget->cell[SLI__BAD];
	for (i = 0; i <= SLI_THRESHOLDS_MAX; i++)
		if (i < slo->slow_from)
			good[goods++] = &budget->cell[(uint32_t)SLI__GOOD + i];
		else
			bad[bads++] = &budget->cell[(uint32_t)SLI__GOOD + i];
	if (slo->spec.flags & SLI_SLO_SHED_IS_BAD)
		bad[bads++] = &budget->cell[SLI__SHED];
	did->good = change_cells(good, goods, did->good);
	did->bad = change_cells(bad, bads, did->bad);
}

static uint64_t
excluded_slices(const struct sli_slo *slo, const struct sli__period *period,
    const struct sli__adjustment *a)
{
	if (!sli__slo_has_slices(&slo->spec))
		return 0;
	return sli__calendar_slices(max_u64(a->from_ns, period->from_ns),
	    min_u64(a->to_ns, period->to_ns), slo->spec.slice_ns);
}

bool
sli__adjust_budget(const struct sli_slo *slo, struct sli__moment m,
    const struct sli__period *period, uint64_t begin_ns,
    struct sli__events *budget, struct sli__adjusted *did)
{
	uint64_t change = change_of(slo);
	struct sli__tally all, rest;
	struct sli__adjustment a;
	uint32_t i;

	memset(did, 0, sizeof(*did));
	did->covered_ns = budget->covered_ns;
	if (change == 0)
		return true;
	all = sli__slo_tally(slo, budget);
	for (i = 0; i < SLI__ADJUSTMENT_PLACES; i++) {
		if (!sli__adjust_read(slo, change, i, &a))
			continue;
		if (sli__is_exclusion(&a)) {
			leave_out(slo, m, &a, begin_ns, budget);
			did->excluded_ns += overlap_ns(&a, m, begin_ns);
			did->slices += excluded_slices(slo, period, &a);
		} else if (a.from_ns >= begin_ns && a.from_ns <= m.at_ns) {
			did->good = add_bounded(did->good, sli__amount(&a, 0));
			did->bad = add_bounded(did->bad, sli__amount(&a, 1));
		}
	}
	rest = sli__slo_tally(slo, budget);
	did->excluded = all.good - rest.good + (all.bad - rest.bad);
	if (did->good != 0 || did->bad != 0)
		correct(slo, budget, did);
	return change_of(slo) == change;
}

/* ---- what matters ---- */

uint64_t
sli__adjust_budget_begin(const struct sli_slo *slo, struct sli__moment m)
{
	struct sli__period period;

	sli__slo_period(slo, m.at_ns, &period);
	return max_u64(period.begin_ns,
	    load_acquire(&sli__slo_mark(slo->entry)->at_ns));
}

uint64_t
sli__adjust_horizon(const struct sli_slo *slo, struct sli__moment m)
{
	const struct sli__history *h = &slo->counted->counts;
	struct sli__period period;
	uint64_t reach = sli__history_reach_ns(h) +
	    h->level[h->levels - 1].slot_ns;

	sli__slo_period(slo, m.at_ns, &period);
	return min_u64(period.begin_ns,
	    sub_floor(m.at_ns, max_u64(slo->spec.period_ns, reach)));
}

bool
sli__adjust_matters(const struct sli_slo *slo, struct sli__moment m,
    const struct sli__adjustment *a)
{
	return sli__is_exclusion(a) ?
	    a->to_ns > sli__adjust_horizon(slo, m) :
	    a->from_ns >= sli__adjust_budget_begin(slo, m);
}

/* ---- settling ---- */

static void
settle(const struct sli_slo *slo, struct sli__moment m, uint32_t i,
    const struct sli__adjustment *a)
{
	struct sli__adjustment *place = &slo->entry->adjustment[i];
	struct sli__events e;
	uint64_t found;
	uint32_t cell;

	excluded_events(slo, m, a, 0, &e);
	for (cell = 0; cell < SLI__EVENT_CELLS; cell++) {
		found = a->cell[cell];
		cas_acq_rel(&place->cell[cell], &found, e.cell[cell]);
	}
	/* Pairs with the acquire in sli__adjust_read(). */
	store_release(&place->seal, seal_of(a, e.cell));
}

void
sli__adjust_on_slot(const struct sli_slo *slo, uint64_t open_ns)
{
	struct sli__moment m = { open_ns, open_ns };
	uint64_t change = change_of(slo);
	struct sli__adjustment a;
	uint32_t i;

	for (i = 0; change != 0 && i < SLI__ADJUSTMENT_PLACES; i++)
		if (sli__adjust_read(slo, change, i, &a) &&
		    sli__is_exclusion(&a) &&
		    counted_at(slo, a.to_ns) <= open_ns &&
		    !sli__adjust_is_settled(&a))
			settle(slo, m, i, &a);
}

void
sli__adjust_resettle(struct sli_slo *slo, uint64_t since_ns)
{
	uint64_t change = change_of(slo);
	struct sli__adjustment a;
	uint32_t i;

	for (i = 0; change != 0 && i < SLI__ADJUSTMENT_PLACES; i++)
		if (sli__adjust_read(slo, change, i, &a) &&
		    sli__is_exclusion(&a) && a.to_ns >= since_ns)
			store_release(&slo->entry->adjustment[i].seal, 0);
	sli__adjust_on_slot(slo,
	    sub_floor(sli__timeline_next(slo->ind->timeline),
		slo->ind->slot_ns));
}

void
sli__adjust_copy(const struct sli_slo *from, struct sli_slo *to)
{
	struct sli__adjustment *place = to->entry->adjustment;
	uint64_t change = change_of(from);
	uint32_t i;

	for (i = 0; i < SLI__ADJUSTMENT_PLACES; i++, place++)
		if (!sli__adjust_read(from, change, i, place))
			memset(place, 0, sizeof(*place));
	store_release(&to->entry->adjusted, change);
}

/* ---- what there is ---- */

static void
describe(const struct sli_slo *slo, struct sli__moment m,
    const struct sli__adjustment *a, struct sli_adjustment *out)
{
	uint64_t skew = sli__timeline_skew(slo->ind->timeline);
	struct sli__events e;
	struct sli__tally t;

	memset(out, 0, sizeof(*out));
	out->from_ns = sub_floor(a->from_ns, skew);
	out->to_ns = sub_floor(a->to_ns, skew);
	if (!sli__is_exclusion(a)) {
		out->kind = SLI_CORRECTION;
		out->add_good = sli__amount(a, 0);
		out->add_bad = sli__amount(a, 1);
		return;
	}
	out->kind = SLI_EXCLUSION;
	out->settled = sli__adjust_is_settled(a);
	if (a->from_ns > m.at_ns)
		return;
	excluded_events(slo, m, a, 0, &e);
	t = sli__slo_tally(slo, &e);
	out->good = t.good;
	out->bad = t.bad;
}

int
sli_slo_adjustment(struct sli_slo *slo, uint64_t now_ns, uint32_t index,
    struct sli_adjustment *out)
{
	struct sli__adjustment a;
	struct sli__moment m;
	uint64_t change;
	uint32_t i;

	if (slo == NULL || out == NULL)
		return SLI_EINVAL;
	m = sli__advance_to(slo->ind, now_ns);
	change = change_of(slo);
	for (i = 0; i < SLI__ADJUSTMENT_PLACES; i++)
		if (sli__adjust_read(slo, change, i, &a) &&
		    sli__adjust_matters(slo, m, &a) && index-- == 0) {
			describe(slo, m, &a, out);
			return SLI_OK;
		}
	return SLI_ENOENT;
}
