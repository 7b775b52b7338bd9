/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "registry/series.h"

int
sli__series_init(struct sli__series *s, struct sli_indicator *ind,
    struct sli__history *h, const struct sli__cells *cells)
{
	size_t n = h->all_slots + 1;

	s->ind = ind;
	s->h = h;
	s->cells = cells;
	s->count = 0;
	s->point = malloc(n * sizeof(*s->point));
	s->value = malloc(n * sizeof(*s->value));
	s->tail = malloc(n * sizeof(*s->tail));
	s->before = malloc(n * sizeof(*s->before));
	s->kept = malloc(n * sizeof(*s->kept));
	return s->point != NULL && s->value != NULL && s->tail != NULL &&
		s->before != NULL && s->kept != NULL ?
	    SLI_OK :
	    SLI_ENOMEM;
}

void
sli__series_free(struct sli__series *s)
{
	free(s->point);
	free(s->value);
	free(s->tail);
	free(s->before);
	free(s->kept);
}

uint64_t
sli__series_boundary(const struct sli__level *l, uint32_t place,
    uint64_t limit_ns)
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
	const struct sli__point *p = a, *q = b;

	if (p->at_ns != q->at_ns)
		return p->at_ns < q->at_ns ? -1 : 1;
	return (p->slot.level > q->slot.level) -
	    (p->slot.level < q->slot.level);
}

void
sli__series_collect(struct sli__series *s, uint32_t first, uint32_t end,
    uint64_t limit_ns)
{
	const struct sli__level *l;
	uint32_t level, place;
	uint64_t k;

	s->count = 0;
	for (level = first; level < end; level++) {
		l = &s->h->level[level];
		for (place = 0; place < l->slots; place++) {
			k = sli__series_boundary(l, place, limit_ns);
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
find_run(struct sli__series *s, uint32_t n, bool prefer_last)
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

/* A slot that is being joined anew just now has left the series. */
uint64_t
sli__series_judge(struct sli__series *s, uint32_t cell, bool prefer_total)
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
