/* SPDX-License-Identifier: MIT */
/*
 * Advancing: what the one who opens a slot does, and what becomes of records
 * that come late.
 */
#include "base/arith.h"
#include "base/atomic.h"
#include "indicator/bind.h"

/* The boundaries of a history that a claim finds not yet joined. */
struct due {
	uint32_t count;
	struct sli__slot slot[2 * SLI_LEVELS_MAX];
};

static void
add_due(struct due *due, const struct sli__history *h, uint32_t level,
    uint64_t k)
{
	if (sli__slot_is_joined(h, level, k))
		return;
	due->slot[due->count].level = level;
	due->slot[due->count].k = k;
	due->count++;
}

/*
 * Of every level the newest boundary, usually crossed by this very claim (I9
 * is why that is not asked). After a gap also the first boundary in it: no
 * event lies between the two, and with both ends there the slots on either
 * side keep their own events.
 */
static void
find_due(const struct sli__history *h, const struct sli__claim *claim,
    struct due *due)
{
	const struct sli__level *l;
	uint64_t first, newest;
	uint32_t i;

	due->count = 0;
	for (i = 0; i < h->levels; i++) {
		l = &h->level[i];
		newest = claim->open_ns / l->slot_ns;
		first = claim->from_ns / l->slot_ns + 1;
		if (first < newest && newest - first < l->slots)
			add_due(due, h, i, first);
		add_due(due, h, i, newest);
	}
}

/* Snapshot the cells into what is due; false: a later claim took over. */
static bool
fill(struct sli_indicator *ind, struct sli__history *h,
    const struct sli__cells *cells, const struct sli__claim *claim)
{
	uint64_t totals[SLI__CHUNK];
	uint32_t first, n, i;
	struct due due;

	find_due(h, claim, &due);
	if (due.count == 0)
		return true;
	for (i = 0; i < due.count; i++)
		sli__slot_begin(h, due.slot[i].level, due.slot[i].k);
	for (first = 0; first < h->cells; first += n) {
		n = sli__chunk(h->cells - first);
		sli__cells_sum(&ind->shards, cells, &ind->events, first, n,
		    totals);
		if (!sli__timeline_confirm(ind->timeline, ind->slot_ns, claim))
			return false;
		for (i = 0; i < due.count; i++)
			sli__slot_join(h, due.slot[i].level, due.slot[i].k,
			    first, n, totals);
	}
	/* The finest last: who sees it ended sees the others ended. */
	for (i = due.count; i-- > 0;)
		sli__slot_end(h, due.slot[i].level, due.slot[i].k);
	return true;
}

/* Its history, and by whoever comes first, what all have in common. */
static void
write_out(const struct sli_indicator *ind, uint64_t now_ns)
{
	const struct sli__arena *arena = &ind->registry->arena;
	const struct sli__indicator_spec *spec = &ind->spec;

	sli__arena_write_out(arena, &ind->entry->synced_ns, spec->arena_offset,
	    spec->arena_offset + spec->arena_bytes, now_ns);
	sli__arena_write_out(arena, &arena->block->synced_ns, 0,
	    arena->geometry.arena_offset, now_ns);
}

/* Before anything is made of what the file says. */
static void
leave_if_foreign(struct sli_registry *reg)
{
	if (!reg->arena.is_view && sli__arena_is_foreign(&reg->arena))
		reg->on_foreign(reg);
}

static bool
is_view(const struct sli_indicator *ind)
{
	return ind->open_slot_ns == 0;
}

void
sli__advance(struct sli_indicator *ind, uint64_t now_ns)
{
	struct sli__claim claim;

	if (is_view(ind))
		return;
	leave_if_foreign(ind->registry);
	if (!sli__timeline_claim(ind->timeline, ind->slot_ns, now_ns, &claim))
		return;
	if (!fill(ind, &ind->counts, &ind->events, &claim))
		return;
	/* No verdict waits for histograms: they may take longer than a slot. */
	ind->registry->on_slot(ind, claim.open_ns);
	fill(ind, &ind->latency, &ind->latencies, &claim);
	write_out(ind, claim.open_ns);
}

struct sli__moment
sli__advance_to(struct sli_indicator *ind, uint64_t now_ns)
{
	struct sli__moment m;

	sli__advance(ind, now_ns);
	m = sli__timeline_moment(ind->timeline, ind->slot_ns, now_ns);
	if (is_view(ind))
		m.at_ns = max_u64(m.open_ns,
		    sli__timeline_at(ind->timeline, now_ns));
	return m;
}

/* now_ns is late: has the clock been set back for good? */
static bool
clock_was_set_back(struct sli_indicator *ind, uint64_t now_ns)
{
	struct sli__lateness before;
	struct sli__events all;
	uint64_t events = 0;
	uint32_t i;

	if (!sli__timeline_late_is_due(ind->timeline, ind->slot_ns, now_ns))
		return false;
	sli__totals(ind, &all);
	for (i = 0; i < SLI__EVENT_CELLS; i++)
		events += all.cell[i];
	before.late = sli_late_count(ind);
	before.on_time = sub_floor(events, before.late);
	return sli__timeline_late(ind->timeline, ind->slot_ns, now_ns, before);
}

bool
sli__off_slot(struct sli_indicator *ind, uint64_t now_ns, uint64_t n)
{
	if (is_view(ind))
		return false;
	leave_if_foreign(ind->registry);
	if (!sli__timeline_is_late(ind->timeline, ind->slot_ns, now_ns))
		sli__advance(ind, now_ns);
	else if (!clock_was_set_back(ind, now_ns))
		sli__cell_add(&ind->shards, &ind->events, SLI__LATE, n);
	return true;
}

int
sli_advance(struct sli_registry *reg, uint64_t now_ns)
{
	struct sli_indicator *ind;
	uint64_t i, count;

	if (reg == NULL)
		return SLI_EINVAL;
	leave_if_foreign(reg);
	count = sli__indicator_count(reg);
	for (i = 0; i < count; i++) {
		ind = sli__indicator_at(reg, i);
		if (ind == NULL || is_view(ind) ||
		    ind->spec.kind != SLI__OF_USERS)
			continue;
		if (sli__timeline_is_late(ind->timeline, ind->slot_ns, now_ns))
			clock_was_set_back(ind, now_ns);
		sli__advance(ind, now_ns);
	}
	return SLI_OK;
}
