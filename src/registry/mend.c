/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/atomic.h"
#include "registry/mend.h"
#include "registry/series.h"

/* The newest time that a boundary may have. */
static uint64_t
limit_of(const struct sli_indicator *ind, uint64_t now_ns)
{
	uint64_t open = sub_floor(sli__timeline_next(ind->timeline),
	    ind->slot_ns);

	return max_u64(open, sli__timeline_at(ind->timeline, now_ns));
}

/* Zeros, which any later join exceeds. */
static void
clear_slot(struct sli__history *h, uint32_t level, uint32_t place)
{
	struct sli__level *l = &h->level[level];
	uint32_t cell;

	store_relaxed(&l->stamps[place], 0);
	/* Pairs with the loads in sli__slot_read(), by a view. */
	for (cell = 0; cell < h->cells; cell++)
		store_release(&l->cells[cell * h->all_slots + place], 0);
}

static bool
is_clear(const struct sli__history *h, uint32_t level, uint32_t place)
{
	const uint64_t *word = &h->level[level].cells[place];
	uint32_t cell;

	for (cell = 0; cell < h->cells; cell++, word += h->all_slots)
		if (load_relaxed(word) != 0)
			return false;
	return true;
}

static uint64_t
clear_dropped(const struct sli__series *s, bool look)
{
	const struct sli__slot *slot;
	uint64_t cleared = 0;
	uint32_t i;

	for (i = 0; i < s->count; i++) {
		if (!s->point[i].drop)
			continue;
		cleared++;
		slot = &s->point[i].slot;
		if (!look)
			clear_slot(s->h, slot->level,
			    (uint32_t)(slot->k %
				s->h->level[slot->level].slots));
	}
	return cleared;
}

/* What is no boundary, or was never joined to its end; or words without one. */
static uint64_t
clear_strays(struct sli__history *h, uint64_t limit_ns, bool look)
{
	const struct sli__level *l;
	uint64_t cleared = 0, stamp;
	uint32_t level, place;

	for (level = 0; level < h->levels; level++) {
		l = &h->level[level];
		for (place = 0; place < l->slots; place++) {
			stamp = load_acquire(&l->stamps[place]);
			if (sli__series_boundary(l, place, limit_ns) != 0 ||
			    (stamp == 0 &&
				(is_clear(h, level, place) ||
				    load_acquire(&l->stamps[place]) != 0)))
				continue;
			/* Others may just be joining it. */
			if (look && stamp % 2 == 1)
				continue;
			cleared++;
			if (!look)
				clear_slot(h, level, place);
		}
	}
	return cleared;
}

static void
copy_slot(struct sli__history *h, const struct sli__slot *from, uint32_t level,
    uint64_t k)
{
	uint64_t value;
	uint32_t cell;

	sli__slot_begin(h, level, k);
	for (cell = 0; cell < h->cells; cell++)
		if (sli__slot_read(h, from->level, from->k, cell, 1, &value))
			sli__slot_join(h, level, k, cell, 1, &value);
	sli__slot_end(h, level, k);
}

static void
raise_total(const struct sli__series *s, uint32_t cell, uint64_t by)
{
	const struct sli_indicator *ind = s->ind;
	uint32_t shard = ind->shards.atomic_first;

	/* Readers look for latencies where the event line shows use. */
	if (s->cells == &ind->latencies)
		add_relaxed(sli__cell(&ind->events, shard, SLI__MOVED), 1);
	add_relaxed(sli__cell(s->cells, shard, cell), by);
}

static void
mend_levels(struct sli__series *s, uint32_t first, uint32_t end,
    enum sli__mend_mode mode, uint64_t limit_ns, struct sli__mending *out)
{
	bool look = mode == SLI__MEND_LOOK;
	uint64_t total, wanted;
	uint32_t cell;

	sli__series_collect(s, first, end, limit_ns);
	for (cell = 0; cell < s->h->cells; cell++) {
		wanted = sli__series_judge(s, cell,
		    mode != SLI__MEND_AFTER_LOSS);
		sli__cells_sum(&s->ind->shards, s->cells, NULL, cell, 1,
		    &total);
		if (wanted <= total)
			continue;
		out->raised++;
		if (!look)
			raise_total(s, cell, wanted - total);
	}
	out->dropped += clear_dropped(s, look);
}

static int
mend_history(struct sli_indicator *ind, struct sli__history *h,
    const struct sli__cells *cells, enum sli__mend_mode mode, uint64_t limit_ns,
    struct sli__mending *out)
{
	struct sli__series s;
	uint32_t level;
	int status = sli__series_init(&s, ind, h, cells);

	if (status == SLI_OK) {
		/*
		 * A level by itself may agree with itself and still be as old
		 * as its page. Where one died over a boundary, this drops slots
		 * for nothing; they are filled again.
		 */
		if (mode == SLI__MEND_AFTER_LOSS)
			mend_levels(&s, 0, h->levels, mode, limit_ns, out);
		for (level = 0;
		     mode != SLI__MEND_AFTER_LOSS && level < h->levels; level++)
			mend_levels(&s, level, level + 1, mode, limit_ns, out);
		out->dropped += clear_strays(h, limit_ns,
		    mode == SLI__MEND_LOOK);
	}
	sli__series_free(&s);
	return status;
}

static bool
is_after(const struct sli__point *p, uint64_t at_ns, uint32_t level)
{
	return p->at_ns > at_ns || (p->at_ns == at_ns && p->slot.level > level);
}

/*
 * Of a level, back from the open slot as far as the ring and its life reach.
 * Points of earlier rounds may have made room for others.
 */
static void
fill_level(const struct sli__series *s, uint32_t level, uint64_t open_ns)
{
	const struct sli__level *l = &s->h->level[level];
	uint64_t newest = open_ns / l->slot_ns, k;
	uint64_t birth = load_relaxed(&s->ind->timeline->birth_ns);
	uint32_t i = s->count, from = i;

	for (k = newest; k > 0 && k + l->slots > newest; k--) {
		if (k * l->slot_ns <= birth)
			break;
		for (;
		     i > 0 && is_after(&s->point[i - 1], k * l->slot_ns, level);
		     i--)
			if (sli__slot_is_joined(s->h,
				s->point[i - 1].slot.level,
				s->point[i - 1].slot.k))
				from = i - 1;
		if (from < s->count && !sli__slot_is_joined(s->h, level, k))
			copy_slot(s->h, &s->point[from].slot, level, k);
	}
}

static int
fill_history(struct sli_indicator *ind, struct sli__history *h)
{
	uint64_t open_ns = sub_floor(sli__timeline_next(ind->timeline),
	    ind->slot_ns);
	struct sli__series s;
	uint32_t level;
	int status = sli__series_init(&s, ind, h, NULL);

	if (status == SLI_OK) {
		sli__series_collect(&s, 0, h->levels, open_ns);
		/* Finer slots of earlier rounds are of use to coarser. */
		for (level = h->levels; level-- > 0;)
			fill_level(&s, level, open_ns);
	}
	sli__series_free(&s);
	return status;
}

int
sli__mend_gaps(struct sli_indicator *ind)
{
	int status = fill_history(ind, &ind->counts);

	return status == SLI_OK ? fill_history(ind, &ind->latency) : status;
}

/*
 * Readers pass over shards without events. Where the page of a shard's events
 * is older than that of its latencies, the next event would make these appear.
 */
static void
show_latencies(struct sli_indicator *ind)
{
	const uint64_t *cell;
	uint32_t shard, i;

	for (shard = 0; shard < ind->shards.count; shard++) {
		cell = sli__cell(&ind->latencies, shard, 0);
		for (i = 0; i < ind->latency.cells; i++)
			if (load_relaxed(&cell[i]) != 0)
				break;
		if (i < ind->latency.cells)
			add_relaxed(sli__cell(&ind->events, shard, SLI__MOVED),
			    1);
	}
}

int
sli__mend_indicator(struct sli_indicator *ind, enum sli__mend_mode mode,
    uint64_t now_ns, struct sli__mending *out)
{
	uint64_t limit_ns = limit_of(ind, now_ns);
	int status;

	memset(out, 0, sizeof(*out));
	if (mode != SLI__MEND_LOOK)
		show_latencies(ind);
	status = mend_history(ind, &ind->counts, &ind->events, mode, limit_ns,
	    out);
	if (status == SLI_OK)
		status = mend_history(ind, &ind->latency, &ind->latencies, mode,
		    limit_ns, out);
	return status;
}

/* Of the newest snapshot that the clock allows; 0: there is none. */
static uint64_t
newest_boundary(const struct sli__history *h, uint64_t limit_ns)
{
	const struct sli__level *l;
	uint64_t newest = 0;
	uint32_t level, place;

	for (level = 0; level < h->levels; level++) {
		l = &h->level[level];
		for (place = 0; place < l->slots; place++)
			newest = max_u64(newest,
			    sli__series_boundary(l, place, limit_ns) *
				l->slot_ns);
	}
	return newest;
}

bool
sli__mend_timeline(struct sli_indicator *ind, uint64_t now_ns, bool look)
{
	struct sli__timeline *t = ind->timeline;
	uint64_t next = load_acquire(&t->next_ns), wanted = next;
	uint64_t birth = load_relaxed(&t->birth_ns);
	uint64_t skew = load_relaxed(&t->skew_ns) > SLI__TIME_MAX ?
	    0 :
	    load_relaxed(&t->skew_ns);
	uint64_t at = now_ns + skew, open = sub_floor(next, ind->slot_ns);
	uint64_t limit = max_u64(at, open);
	uint64_t after = max_u64(newest_boundary(&ind->counts, limit),
			     newest_boundary(&ind->latency, limit)) +
	    ind->slot_ns;

	if (after == ind->slot_ns) /* no snapshot at all */
		wanted = open > at ? 0 : next;
	else if (next < after || open > max_u64(at, after))
		wanted = after;
	if ((wanted != 0 && birth == 0) || birth > max_u64(wanted, 1))
		birth = 1; /* of all time */
	if (wanted == next && birth == load_relaxed(&t->birth_ns) &&
	    skew == load_relaxed(&t->skew_ns))
		return false;
	if (!look) {
		store_relaxed(&t->next_ns, wanted);
		store_relaxed(&t->birth_ns, wanted == 0 ? 0 : birth);
		store_relaxed(&t->skew_ns, skew);
	}
	return true;
}
