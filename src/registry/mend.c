/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/atomic.h"
#include "registry/mend.h"

/* A joined slot, and whether it is dropped. */
struct point {
	uint64_t at_ns;
	struct sli__slot slot;
	bool drop;
};

/* The joined slots of a history by time, and scratch for one cell of them. */
struct series {
	const struct sli_indicator *ind;
	struct sli__history *h;
	const struct sli__cells *cells;
	struct point *point;
	uint32_t count;
	uint64_t *value;	 /* of the cell at each point, and its total */
	uint32_t *tail, *before; /* of the longest runs, see find_run() */
	bool *kept;
};

/* The newest time that a boundary may have. */
static uint64_t
limit_of(const struct sli_indicator *ind, uint64_t now_ns)
{
	uint64_t open = sub_floor(load_acquire(&ind->timeline->next_ns),
	    ind->slot_ns);

	return max_u64(open, sli__timeline_at(ind->timeline, now_ns));
}

/* The boundary that a stamp at a place is of; 0: none that can be. */
static uint64_t
boundary_of(const struct sli__level *l, uint32_t place, uint64_t limit_ns)
{
	uint64_t stamp = load_acquire(&l->stamps[place]), k = stamp / 2;

	return stamp % 2 == 0 && k % l->slots == place &&
		k <= limit_ns / l->slot_ns ?
	    k :
	    0;
}

static int
by_time(const void *a, const void *b)
{
	const struct point *p = a, *q = b;

	if (p->at_ns != q->at_ns)
		return p->at_ns < q->at_ns ? -1 : 1;
	return (p->slot.level > q->slot.level) -
	    (p->slot.level < q->slot.level);
}

static void
collect(struct series *s, uint64_t limit_ns)
{
	const struct sli__level *l;
	uint32_t level, place;
	uint64_t k;

	for (level = 0; level < s->h->levels; level++) {
		l = &s->h->level[level];
		for (place = 0; place < l->slots; place++) {
			k = boundary_of(l, place, limit_ns);
			if (k == 0)
				continue;
			s->point[s->count].at_ns = k * l->slot_ns;
			s->point[s->count].slot.level = level;
			s->point[s->count].slot.k = k;
			s->point[s->count].drop = false;
			s->count++;
		}
	}
	qsort(s->point, s->count, sizeof(*s->point), by_time);
}

static bool
is_growing(const uint64_t *value, uint32_t n)
{
	uint32_t i;

	for (i = 1; i < n; i++)
		if (value[i] < value[i - 1])
			return false;
	return true;
}

/*
 * Mark a longest run of values that never decrease (Fredman 1975: tail[k] is
 * the least value that a run of k + 1 can end with). Of two that are equally
 * long the later end wins or not.
 */
static void
find_run(struct series *s, uint32_t n, bool prefer_last)
{
	uint32_t i, low, high, middle, length = 0, at;

	for (i = 0; i < n; i++) {
		for (low = 0, high = length; low < high;) {
			middle = low + (high - low) / 2;
			if (s->value[s->tail[middle]] <= s->value[i])
				low = middle + 1;
			else
				high = middle;
		}
		s->before[i] = low > 0 ? s->tail[low - 1] : UINT32_MAX;
		if (i == n - 1 && !prefer_last && low + 1 == length)
			break; /* it would only take another's place */
		s->tail[low] = i;
		length = low + 1 > length ? low + 1 : length;
	}
	memset(s->kept, 0, n * sizeof(*s->kept));
	for (at = s->tail[length - 1]; at != UINT32_MAX; at = s->before[at])
		s->kept[at] = true;
}

/*
 * Which points disagree in this cell, and what its total has to be. A slot that
 * is being joined anew just now has left the series.
 */
static uint64_t
judge_cell(struct series *s, uint32_t cell, bool prefer_total)
{
	uint64_t greatest = 0, total;
	uint32_t i, n = s->count;

	for (i = 0; i < n; i++)
		if (!sli__slot_read(s->h, s->point[i].slot.level,
			s->point[i].slot.k, cell, 1, &s->value[i]))
			s->value[i] = i > 0 ? s->value[i - 1] : 0;
	/* After the snapshots: the total of a file in use only grows. */
	sli__cells_sum(&s->ind->shards, s->cells, NULL, cell, 1, &total);
	s->value[n] = total;
	if (is_growing(s->value, n + 1))
		return total;
	find_run(s, n + 1, prefer_total);
	for (i = 0; i < n; i++)
		if (!s->kept[i])
			s->point[i].drop = true;
		else
			greatest = max_u64(greatest, s->value[i]);
	return max_u64(greatest, s->kept[n] ? total : 0);
}

/* Zeros, which any later join exceeds. */
static void
clear_slot(struct sli__history *h, uint32_t level, uint32_t place)
{
	struct sli__level *l = &h->level[level];
	uint32_t cell;

	store_relaxed(&l->stamps[place], 0);
	for (cell = 0; cell < h->cells; cell++)
		store_relaxed(&l->cells[cell * h->all_slots + place], 0);
}

/* What was dropped, and what is no boundary, or was never joined to its end. */
static uint64_t
clear_slots(struct series *s, uint64_t limit_ns, bool look)
{
	const struct sli__level *l;
	uint64_t cleared = 0, stamp;
	uint32_t i, level, place;

	for (i = 0; i < s->count; i++) {
		if (!s->point[i].drop)
			continue;
		cleared++;
		level = s->point[i].slot.level;
		if (!look)
			clear_slot(s->h, level,
			    (uint32_t)(s->point[i].slot.k %
				s->h->level[level].slots));
	}
	for (level = 0; level < s->h->levels; level++) {
		l = &s->h->level[level];
		for (place = 0; place < l->slots; place++) {
			stamp = load_acquire(&l->stamps[place]);
			if (stamp == 0 || boundary_of(l, place, limit_ns) != 0)
				continue;
			/* Others may just be joining it. */
			if (look && stamp % 2 == 1)
				continue;
			cleared++;
			if (!look)
				clear_slot(s->h, level, place);
		}
	}
	return cleared;
}

static void
raise_total(const struct series *s, uint32_t cell, uint64_t by)
{
	const struct sli_indicator *ind = s->ind;
	uint32_t shard = ind->shards.atomic_first;

	/* Readers look for latencies where the event line shows use. */
	if (s->cells == &ind->latencies)
		add_relaxed(sli__cell(&ind->events, shard, SLI__MOVED), 1);
	add_relaxed(sli__cell(s->cells, shard, cell), by);
}

static void
mend_series(struct series *s, enum sli__mend_mode mode, uint64_t limit_ns,
    struct sli__mending *out)
{
	bool look = mode == SLI__MEND_LOOK;
	uint64_t total, wanted;
	uint32_t cell;

	collect(s, limit_ns);
	for (cell = 0; cell < s->h->cells; cell++) {
		wanted = judge_cell(s, cell, mode != SLI__MEND_AFTER_LOSS);
		sli__cells_sum(&s->ind->shards, s->cells, NULL, cell, 1,
		    &total);
		if (wanted <= total)
			continue;
		out->raised++;
		if (!look)
			raise_total(s, cell, wanted - total);
	}
	out->dropped += clear_slots(s, limit_ns, look);
}

static int
mend_history(struct sli_indicator *ind, struct sli__history *h,
    const struct sli__cells *cells, enum sli__mend_mode mode, uint64_t limit_ns,
    struct sli__mending *out)
{
	struct series s = { .ind = ind, .h = h, .cells = cells };
	size_t n = h->all_slots + 1;
	int status = SLI_ENOMEM;

	s.point = malloc(n * sizeof(*s.point));
	s.value = malloc(n * sizeof(*s.value));
	s.tail = malloc(n * sizeof(*s.tail));
	s.before = malloc(n * sizeof(*s.before));
	s.kept = malloc(n * sizeof(*s.kept));
	if (s.point != NULL && s.value != NULL && s.tail != NULL &&
	    s.before != NULL && s.kept != NULL) {
		mend_series(&s, mode, limit_ns, out);
		status = SLI_OK;
	}
	free(s.point);
	free(s.value);
	free(s.tail);
	free(s.before);
	free(s.kept);
	return status;
}

int
sli__mend_indicator(struct sli_indicator *ind, enum sli__mend_mode mode,
    uint64_t now_ns, struct sli__mending *out)
{
	uint64_t limit_ns = limit_of(ind, now_ns);
	int status;

	memset(out, 0, sizeof(*out));
	status = mend_history(ind, &ind->counts, &ind->events, mode, limit_ns,
	    out);
	if (status == SLI_OK)
		status = mend_history(ind, &ind->latency, &ind->latencies, mode,
		    limit_ns, out);
	return status;
}

/* Of the newest snapshot that the clock allows; 0: there is none. */
static uint64_t
newest_boundary(const struct sli_indicator *ind, uint64_t limit_ns)
{
	const struct sli__level *l;
	uint64_t newest = 0;
	uint32_t level, place;

	for (level = 0; level < ind->counts.levels; level++) {
		l = &ind->counts.level[level];
		for (place = 0; place < l->slots; place++)
			newest = max_u64(newest,
			    boundary_of(l, place, limit_ns) * l->slot_ns);
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
	uint64_t after = newest_boundary(ind, max_u64(at, open)) + ind->slot_ns;

	if (after == ind->slot_ns) /* no snapshot at all */
		wanted = open > at ? 0 : next;
	else if (next < after || open > max_u64(at, after))
		wanted = after;
	if ((next != 0 && birth == 0) || birth > max_u64(next, 1))
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
