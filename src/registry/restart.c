/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "arena/audit.h"
#include "base/atomic.h"
#include "base/clock.h"
#include "base/status.h"
#include "indicator/bind.h"
#include "registry/mend.h"
#include "registry/restart.h"

/* By so much two readings of the same two clocks may differ. */
#define EPOCH_TOLERANCE_NS SLI_SECONDS(1)

static bool
is_same_boot(const struct sli__block *block)
{
	uint64_t boot[2];

	sli__clock_boot(boot);
	return (boot[0] | boot[1]) != 0 && boot[0] == block->boot[0] &&
	    boot[1] == block->boot[1];
}

static bool
is_near(uint64_t a, uint64_t b)
{
	return a - b <= EPOCH_TOLERANCE_NS || b - a <= EPOCH_TOLERANCE_NS;
}

uint64_t
sli__restart_clock(struct sli__block *block, bool alone)
{
	uint64_t there = block->epoch_ns, wall = sli__clock_wall_epoch(), mine;

	if (!is_same_boot(block) || (alone && !is_near(there, wall)))
		there = wall;
	mine = sli__clock_epoch(there);
	if (alone)
		block->epoch_ns = mine;
	return sli_clock_ns();
}

void
sli__restart_clock_view(const struct sli__block *header)
{
	if (is_same_boot(header))
		sli__clock_epoch(header->epoch_ns);
}

/* Whatever a user could have done wrong, in a file it is damage. */
static int
as_corrupt(struct sli_error *err)
{
	if (err != NULL)
		err->status = SLI_ECORRUPT;
	return SLI_ECORRUPT;
}

/* Every entry that says it is alive must be sound. */
static int
bind_all(struct sli_registry *reg, struct sli_error *err)
{
	uint64_t i, count = sli__indicator_count(reg);

	for (i = 0; i < count; i++)
		if (load_relaxed(&sli__indicator_entry(reg, i)->life) >=
			SLI__LIFE_ALIVE &&
		    !sli__indicator_bind(reg, i, err))
			return as_corrupt(err);
	count = sli__slo_count(reg);
	for (i = 0; i < count; i++)
		if (load_relaxed(&sli__slo_entry(reg, i)->life) >=
			SLI__LIFE_ALIVE &&
		    !sli__slo_bind(reg, i, err))
			return as_corrupt(err);
	return SLI_OK;
}

/* No two may have the same memory, and none more than is in use. */
static int
check_order(struct sli_registry *reg, struct sli_error *err)
{
	uint64_t i, count = sli__indicator_count(reg);
	uint64_t end = reg->arena.geometry.arena_offset;
	uint64_t used = load_relaxed(&reg->arena.block->used_bytes);
	const struct sli_indicator *ind;

	for (i = 0; i < count; i++) {
		ind = sli__indicator_at(reg, i);
		if (ind == NULL)
			continue;
		if (ind->spec.arena_offset < end ||
		    ind->spec.arena_offset + ind->spec.arena_bytes > used)
			return sli__fail(err, SLI_ECORRUPT,
			    "indicator \"%s\" lies over another, or past what "
			    "is in use",
			    ind->spec.name);
		end = ind->spec.arena_offset + ind->spec.arena_bytes;
	}
	return SLI_OK;
}

static void
drop(struct sli__claims *claims, uint32_t process, bool all)
{
	if (all)
		memset(claims, 0, sizeof(*claims));
	else
		sli__claims_drop(claims, process);
}

/* What the last holder of our place had; or, alone, what anybody had. */
static void
drop_claims(struct sli_registry *reg, bool alone)
{
	uint32_t process = reg->arena.process, w;
	uint64_t i, count = sli__indicator_count(reg);
	uint64_t *taken;

	for (i = 0; i < count; i++)
		drop(&sli__indicator_entry(reg, i)->claims, process, alone);
	count = sli__slo_count(reg);
	for (i = 0; i < count; i++)
		drop(&sli__slo_entry(reg, i)->claims, process, alone);
	for (w = 0; w < reg->arena.geometry.writer_shards; w++) {
		taken = reg->writers[w].taken;
		if (alone || load_relaxed(taken) == process + UINT64_C(1))
			store_release(taken, 0);
	}
}

/* Removed entries may be used again: no process has a handle to one. */
static void
free_removed(struct sli_registry *reg)
{
	uint64_t i, count = sli__indicator_count(reg);
	uint64_t *life;

	for (i = 0; i < count; i++) {
		life = &sli__indicator_entry(reg, i)->life;
		if (load_relaxed(life) == SLI__LIFE_REMOVED)
			store_release(life, SLI__LIFE_FREE);
	}
	count = sli__slo_count(reg);
	for (i = 0; i < count; i++) {
		life = &sli__slo_entry(reg, i)->life;
		if (load_relaxed(life) == SLI__LIFE_REMOVED)
			store_release(life, SLI__LIFE_FREE);
	}
}

/* From the SLOs themselves: a maker may have died before it put one on. */
static void
make_lists(struct sli_registry *reg)
{
	uint64_t i, count = sli__indicator_count(reg);

	for (i = 0; i < count; i++)
		store_relaxed(&sli__indicator_entry(reg, i)->first_slo, 0);
	count = sli__slo_count(reg);
	for (i = 0; i < count; i++)
		sli__slo_link(reg, i);
}

/*
 * The clock may have been set back while nobody ran: history then goes on from
 * its open slot, as if it had been a caller's (timeline.h). Returns by how much.
 */
static uint64_t
settle_time(struct sli_indicator *ind, uint64_t now_ns)
{
	struct sli__timeline *t = ind->timeline;
	uint64_t next, skew, back;

	sli__mend_timeline(ind, now_ns, false);
	next = load_relaxed(&t->next_ns);
	skew = load_relaxed(&t->skew_ns);
	back = sub_floor(sub_floor(next, ind->slot_ns), now_ns + skew);
	if (back > 0)
		join_max(&t->skew_ns, skew + back);
	return back;
}

/* What was in flight in processes that died is not any more. */
static void
settle_in_flight(struct sli_indicator *ind)
{
	uint64_t in_flight = sli_in_flight(ind);

	add_relaxed(
	    sli__cell(&ind->events, ind->shards.atomic_first, SLI__ENDED),
	    in_flight);
}

/* A judgement from after the open slot is of no use, and would stay. */
static void
settle_slos(struct sli_registry *reg)
{
	uint64_t i, count = sli__slo_count(reg);
	struct sli_slo *slo;

	for (i = 0; i < count; i++) {
		slo = sli__slo_at(reg, i);
		if (slo != NULL &&
		    load_relaxed(&slo->state->judged_ns) >=
			load_relaxed(&slo->ind->timeline->next_ns))
			store_relaxed(&slo->state->judged_ns, 0);
	}
}

static int
settle(struct sli_registry *reg, bool same_boot, uint64_t now_ns)
{
	uint64_t i, count = sli__indicator_count(reg), mended = 0, back = 0;
	struct sli__mending m;
	struct sli_indicator *ind;

	for (i = 0; i < count; i++) {
		ind = sli__indicator_at(reg, i);
		if (ind == NULL)
			continue;
		if (!same_boot) {
			if (sli__mend_indicator(ind, SLI__MEND_AFTER_LOSS,
				now_ns, &m) != SLI_OK)
				return SLI_ENOMEM;
			mended += m.dropped + m.raised;
		}
		settle_in_flight(ind);
		back = max_u64(back, settle_time(ind, now_ns));
	}
	settle_slos(reg);
	if (mended > 0)
		sli__audit_write(&reg->arena, SLI_AUDIT_MENDED, now_ns, mended,
		    "",
		    "after a restart of the machine, pages were of different "
		    "times: totals were raised, or snapshots dropped");
	if (back >= SLI_SECONDS(1))
		sli__audit_write(&reg->arena, SLI_AUDIT_CLOCK_SET_BACK, now_ns,
		    back, "", "the wall clock was set back while nobody ran");
	return SLI_OK;
}

int
sli__restart_check(struct sli_registry *reg, struct sli_error *err)
{
	int status = bind_all(reg, err);

	return status == SLI_OK ? check_order(reg, err) : status;
}

int
sli__restart(struct sli_registry *reg, bool alone, uint64_t now_ns,
    struct sli_error *err)
{
	struct sli__block *block = reg->arena.block;
	int status;

	drop_claims(reg, alone);
	if (alone) {
		make_lists(reg);
		free_removed(reg);
		status = settle(reg,
		    block->open_count == 0 || is_same_boot(block), now_ns);
		if (status != SLI_OK)
			return sli__fail(err, status,
			    "no memory to mend the histories with");
		sli__clock_boot(block->boot);
	}
	if (block->open_count == 0)
		sli__audit_write(&reg->arena, SLI_AUDIT_CREATED, now_ns, 0, "",
		    "the file is new");
	block->open_count++;
	return SLI_OK;
}
