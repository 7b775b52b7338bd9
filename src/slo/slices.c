/* SPDX-License-Identifier: MIT */
#include "slo/slices.h"

#include "base/arith.h"
#include "base/atomic.h"
#include "slo/windows.h"

struct sli__history
sli__slo_snapshot(struct sli__slo_snapshot *snapshot)
{
	struct sli__history h = {
		.levels = 1,
		.cells = SLI__EVENT_CELLS + 1,
		.all_slots = 1,
		.level[0] = { 1, 1, &snapshot->stamp, snapshot->total },
	};

	return h;
}

struct sli__moment
sli__slices_moment(const struct sli_slo *slo, struct sli__moment m)
{
	uint64_t next = sli__timeline_next(slo->counted->timeline);
	struct sli__moment s = m;

	if (slo->counted != slo->ind) {
		s.open_ns = sub_floor(next, slo->counted->slot_ns);
		s.at_ns = max_u64(m.at_ns, s.open_ns);
	}
	return s;
}

/* Of a slice that has ended at end_ns. */
static void
count(const struct sli_slo *slo, uint64_t end_ns,
    const struct sli__events *slice)
{
	struct sli_indicator *counted = slo->counted;
	struct sli__tally t = sli__slo_tally(slo, slice);
	uint64_t n = t.good + t.bad, good;

	if (n < slo->spec.slice_min_events)
		return;
	if (slo->spec.method == SLI_RATIO_TIMESLICES)
		good = share_of(slo->unit, t.good, n);
	else
		good = (uint128)t.good * PPB >=
			(uint128)slo->spec.slice_objective_ppb * n ?
		    slo->unit :
		    0;
	sli__advance(counted, end_ns - 1);
	if (good > 0)
		sli__cell_add(&counted->shards, &counted->events, SLI__GOOD,
		    good);
	if (good < slo->unit)
		sli__cell_add(&counted->shards, &counted->events, SLI__BAD,
		    slo->unit - good);
}

/*
 * The totals at from_ns, where the slices began that are ended now: as they
 * were kept, else as history knows them; and those at the start of the open
 * slot. Nothing was recorded between the end of these slices and that.
 */
static void
find_totals(const struct sli_slo *slo, uint64_t from_ns, uint64_t open_ns,
    uint64_t *from, uint64_t *open)
{
	enum { FROM, OPEN, ALL, WINDOWS };
	struct sli__history start = sli__slo_snapshot(&slo->entry->slice_start);
	struct sli__moment m = { open_ns, open_ns };
	uint64_t window_ns[WINDOWS] = { open_ns - from_ns, 0, UINT64_MAX };
	struct sli__events e[WINDOWS];
	uint64_t kept[SLI__EVENT_CELLS];
	bool is_kept = sli__slot_read(&start, 0, from_ns, 0, SLI__EVENT_CELLS,
	    kept);
	uint32_t i;

	sli__windows(slo->ind, m, window_ns, WINDOWS, e);
	for (i = 0; i < SLI__EVENT_CELLS; i++) {
		from[i] = is_kept ? kept[i] : e[ALL].cell[i] - e[FROM].cell[i];
		open[i] = e[ALL].cell[i] - e[OPEN].cell[i];
	}
}

static void
keep_start(const struct sli_slo *slo, uint64_t from_ns, const uint64_t *total)
{
	struct sli__history start = sli__slo_snapshot(&slo->entry->slice_start);

	sli__slot_begin(&start, 0, from_ns);
	sli__slot_join(&start, 0, from_ns, 0, SLI__EVENT_CELLS, total);
	sli__slot_end(&start, 0, from_ns);
}

/* The slices from from_ns to end_ns are the caller's. */
static void
end_slices(const struct sli_slo *slo, uint64_t from_ns, uint64_t end_ns,
    uint64_t open_ns)
{
	uint64_t from[SLI__EVENT_CELLS], open[SLI__EVENT_CELLS];
	struct sli__events slice;
	uint32_t i;

	find_totals(slo, from_ns, open_ns, from, open);
	keep_start(slo, end_ns, open);
	for (i = 0; i < SLI__EVENT_CELLS; i++)
		slice.cell[i] = sub_floor(open[i], from[i]);
	count(slo, from_ns + slo->spec.slice_ns, &slice);
}

/*
 * The first slice began at from_ns, maybe before there was the SLO: it has the
 * events that there are.
 */
static void
begin_slices(const struct sli_slo *slo, uint64_t from_ns, uint64_t open_ns)
{
	uint64_t birth = sli__timeline_birth(slo->ind->timeline);
	uint64_t from[SLI__EVENT_CELLS], open[SLI__EVENT_CELLS];

	find_totals(slo, from_ns, open_ns, from, open);
	keep_start(slo, from_ns, from);
	sli__advance(slo->counted,
	    max_u64(from_ns, min_u64(birth, open_ns + slo->ind->slot_ns - 1)));
}

void
sli__slices_on_slot(const struct sli_slo *slo, uint64_t open_ns)
{
	uint64_t end = open_ns - open_ns % slo->spec.slice_ns;
	/* Pairs with the swap below. */
	uint64_t last = load_acquire(&slo->state->slices);

	while (end > last) {
		if (!cas_acq_rel(&slo->state->slices, &last, end))
			continue;
		if (last == 0)
			begin_slices(slo, end, open_ns);
		else
			end_slices(slo, last, end, open_ns);
		return;
	}
}
