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
sli__restart_clock_view(const struct sli__block *header,
    const struct sli__file *file)
{
	if (is_same_boot(header) &&
	    (is_near(header->epoch_ns, sli__clock_wall_epoch()) ||
		sli__file_is_shared(file)))
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

/* Longer than the kernel leaves a page unwritten. */
#define YOUNG_NS SLI_MINUTES(2)

static uint64_t
newest_time(const struct sli_registry *reg)
{
	uint64_t i, count = sli__indicator_count(reg), newest = 0;

	for (i = 0; i < count; i++)
		newest = max_u64(newest,
		    load_relaxed(
			&sli__indicator_entry(reg, i)->timeline.next_ns));
	return newest;
}

/*
 * The pages of an entry that was new reach the disk one by one. It is no loss
 * beyond what was to be expected, while an old one that does not fit its
 * checksum is damage.
 */
static bool
is_torn(const struct sli__indicator_entry *e, uint64_t newest_ns)
{
	uint64_t birth = load_relaxed(&e->timeline.birth_ns);

	return birth == 0 || add_cap(birth, YOUNG_NS) >= newest_ns;
}

/* Every entry that says it is alive must be sound. */
static int
bind_indicators(struct sli_registry *reg, bool after_loss,
    struct sli_error *err)
{
	uint64_t i, count = sli__indicator_count(reg);
	uint64_t newest = newest_time(reg);
	struct sli__indicator_entry *e;

	for (i = 0; i < count; i++) {
		e = sli__indicator_entry(reg, i);
		if (load_relaxed(&e->life) < SLI__LIFE_ALIVE ||
		    sli__indicator_bind(reg, i, err))
			continue;
		if (!after_loss || !is_torn(e, newest))
			return as_corrupt(err);
	}
	return SLI_OK;
}

/*
 * After a power loss an SLO that is torn just goes: registered again, it finds
 * its budget in the history of its indicator.
 */
static int
bind_slos(struct sli_registry *reg, bool after_loss, struct sli_error *err)
{
	uint64_t i, count = sli__slo_count(reg);
	struct sli__slo_entry *e;

	for (i = 0; i < count; i++) {
		e = sli__slo_entry(reg, i);
		if (load_relaxed(&e->life) < SLI__LIFE_ALIVE ||
		    sli__slo_bind(reg, i, err))
			continue;
		if (!after_loss)
			return as_corrupt(err);
	}
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

/*
 * Entries that were removed, or torn and so not bound, may be used again: no
 * process has a handle to one.
 */
static void
free_dead(uint64_t *life, uint64_t bound)
{
	uint64_t now = load_relaxed(life);

	if (now == SLI__LIFE_REMOVED ||
	    (now >= SLI__LIFE_ALIVE && bound != now))
		store_release(life, SLI__LIFE_FREE);
}

/* Behind the last that has space, places are as good as new. */
static void
lower_counts(struct sli_registry *reg)
{
	uint64_t indicators = sli__indicator_count(reg);
	uint64_t slos = sli__slo_count(reg);
	const struct sli__indicator_entry *e;

	for (; indicators > 0; indicators--) {
		e = sli__indicator_entry(reg, indicators - 1);
		if (load_relaxed(&e->life) != SLI__LIFE_FREE ||
		    e->spec.arena_bytes != 0)
			break;
	}
	for (; slos > 0; slos--)
		if (load_relaxed(&sli__slo_entry(reg, slos - 1)->life) !=
		    SLI__LIFE_FREE)
			break;
	store_release(&reg->arena.block->indicator_count, indicators);
	store_release(&reg->arena.block->slo_count, slos);
}

/* What counts slices, of an SLO that is torn, or was never made. */
static bool
is_orphan(struct sli_registry *reg, uint64_t index)
{
	const struct sli_indicator *ind = sli__indicator_at(reg, index);
	uint64_t i, count = sli__slo_count(reg);
	const struct sli_slo *slo;

	if (ind == NULL || ind->spec.kind != SLI__OF_SLICES)
		return false;
	for (i = 0; i < count; i++) {
		slo = sli__slo_at(reg, i);
		if (slo != NULL && slo->counted == ind)
			return false;
	}
	return true;
}

static void
free_removed(struct sli_registry *reg)
{
	uint64_t i, count = sli__indicator_count(reg);

	for (i = 0; i < count; i++) {
		if (is_orphan(reg, i))
			store_relaxed(&reg->indicators[i].bound, 0);
		free_dead(&sli__indicator_entry(reg, i)->life,
		    load_relaxed(&reg->indicators[i].bound));
	}
	count = sli__slo_count(reg);
	for (i = 0; i < count; i++)
		free_dead(&sli__slo_entry(reg, i)->life,
		    load_relaxed(&reg->slos[i].bound));
	lower_counts(reg);
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
 * its open slot, as if it had been a caller's (timeline.h). Returns by how
 * much.
 */
static uint64_t
settle_time(struct sli_indicator *ind, uint64_t now_ns)
{
	struct sli__timeline *t = ind->timeline;
	uint64_t next, skew, back;

	sli__mend_timeline(ind, now_ns, false);
	/* It goes by another's time, which is settled for both. */
	if (ind->spec.kind == SLI__OF_SLICES) {
		store_relaxed(&t->skew_ns, 0);
		return 0;
	}
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

static void
lower(uint64_t *word, uint64_t limit)
{
	if (load_relaxed(word) > limit)
		store_relaxed(word, limit);
}

/*
 * A judgement from after the open slot is of no use, and would stay. And where
 * a power loss took events that a budget's mark had seen, it begins with what
 * is left, or the next events would count for nothing.
 */
static void
settle_slo(struct sli_slo *slo, bool same_boot)
{
	uint64_t next = load_relaxed(&slo->ind->timeline->next_ns);
	struct sli__events all;
	uint32_t i;

	if (load_relaxed(&slo->state->judged_ns) >= next)
		store_relaxed(&slo->state->judged_ns, 0);
	if (sli__slo_has_slices(&slo->spec))
		lower(&slo->state->slices, next - next % slo->spec.slice_ns);
	sli__watch_settle(slo, sub_floor(next, slo->ind->slot_ns));
	sli__totals(slo->ind, &all);
	for (i = 0; i < SLI__EVENT_CELLS; i++)
		lower(&slo->entry->slice_start.total[i], all.cell[i]);
	sli__totals(slo->counted, &all);
	for (i = 0; i < SLI__EVENT_CELLS; i++) {
		lower(&slo->entry->mark[0].total[i], all.cell[i]);
		lower(&slo->entry->mark[1].total[i], all.cell[i]);
		lower(&slo->entry->period_start.total[i], all.cell[i]);
	}
	if (!same_boot)
		sli__adjust_resettle(slo, sub_floor(next, YOUNG_NS));
}

static void
settle_slos(struct sli_registry *reg, bool same_boot)
{
	uint64_t i, count = sli__slo_count(reg);
	struct sli_slo *slo;

	for (i = 0; i < count; i++) {
		slo = sli__slo_at(reg, i);
		if (slo != NULL)
			settle_slo(slo, same_boot);
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
		if (!same_boot && sli__mend_gaps(ind) != SLI_OK)
			return SLI_ENOMEM;
	}
	settle_slos(reg, same_boot);
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
sli__restart_check(struct sli_registry *reg, bool alone, struct sli_error *err)
{
	const struct sli__block *block = reg->arena.block;
	bool after_loss = alone && block->open_count > 0 &&
	    !is_same_boot(block);
	int status = bind_indicators(reg, after_loss, err);

	if (status == SLI_OK)
		status = bind_slos(reg, after_loss, err);
	return status == SLI_OK ? check_order(reg, err) : status;
}

int
sli__restart(struct sli_registry *reg, bool alone, uint64_t now_ns,
    struct sli_error *err)
{
	struct sli__block *block = reg->arena.block;
	uint64_t boot[2];
	int status;

	drop_claims(reg, alone);
	if (alone) {
		free_removed(reg);
		sli__zones_settle(reg, now_ns);
		make_lists(reg);
		status = settle(reg,
		    block->open_count == 0 || is_same_boot(block), now_ns);
		if (status != SLI_OK)
			return sli__fail(err, status,
			    "no memory to mend the histories with");
		sli__clock_boot(boot);
		store_relaxed(&block->boot[0], boot[0]);
		store_relaxed(&block->boot[1], boot[1]);
	}
	if (block->open_count == 0)
		sli__audit_write(&reg->arena, SLI_AUDIT_CREATED, now_ns, 0, "",
		    "the file is new");
	block->open_count++;
	return SLI_OK;
}
