/* SPDX-License-Identifier: MIT */
#include "history/history.h"
#include "base/atomic.h"

static uint64_t *
stamp_of(const struct sli__history *h, uint32_t level, uint64_t k)
{
	const struct sli__level *l = &h->level[level];

	return &l->stamps[k % l->slots];
}

static uint64_t *
cells_of(const struct sli__history *h, uint32_t level, uint64_t k)
{
	const struct sli__level *l = &h->level[level];

	return &l->cells[k % l->slots];
}

static size_t
slots_of(const struct sli_level *levels, uint32_t *count)
{
	size_t slots = 0;

	for (*count = 0; *count < SLI_LEVELS_MAX; ++*count) {
		if (levels[*count].slot_ns == 0)
			break;
		slots += levels[*count].slots;
	}
	return slots;
}

size_t
sli__history_words(const struct sli_level *levels, uint32_t cells)
{
	uint32_t count;

	return slots_of(levels, &count) * ((size_t)cells + 1);
}

void
sli__history_map(struct sli__history *h, const struct sli_level *levels,
    uint32_t cells, uint64_t *memory)
{
	uint32_t i, count;
	size_t slots = slots_of(levels, &count);
	uint64_t *cell = memory + slots; /* the stamps of all levels first */

	h->levels = count;
	h->cells = cells;
	h->all_slots = slots;
	for (i = 0; i < count; i++) {
		h->level[i].slot_ns = levels[i].slot_ns;
		h->level[i].slots = levels[i].slots;
		h->level[i].stamps = memory;
		h->level[i].cells = cell;
		memory += levels[i].slots;
		cell += levels[i].slots;
	}
}

bool
sli__slot_is_joined(const struct sli__history *h, uint32_t level, uint64_t k)
{
	/*
	 * Pairs with sli__slot_end(): what a reader sums after this is no less
	 * than what the slot holds.
	 */
	return load_acquire(stamp_of(h, level, k)) == 2 * k;
}

void
sli__slot_begin(struct sli__history *h, uint32_t level, uint64_t k)
{
	/* Pairs with the last load in sli__slot_read(), through a cell. */
	join_max(stamp_of(h, level, k), 2 * k - 1);
}

void
sli__slot_join(struct sli__history *h, uint32_t level, uint64_t k,
    uint32_t first, uint32_t n, const uint64_t *totals)
{
	uint64_t *cell = cells_of(h, level, k) + first * h->all_slots;
	uint32_t i;

	/* Pairs with the loads of cells in sli__slot_read(). */
	for (i = 0; i < n; i++, cell += h->all_slots)
		join_max(cell, totals[i]);
}

void
sli__slot_end(struct sli__history *h, uint32_t level, uint64_t k)
{
	/* Pairs with the first load in sli__slot_read(). */
	join_max(stamp_of(h, level, k), 2 * k);
}

bool
sli__slot_read(const struct sli__history *h, uint32_t level, uint64_t k,
    uint32_t first, uint32_t n, uint64_t *totals)
{
	const uint64_t *stamp = stamp_of(h, level, k);
	const uint64_t *cell = cells_of(h, level, k) + first * h->all_slots;
	uint32_t i;

	/* Pairs with sli__slot_end(). */
	if (load_acquire(stamp) != 2 * k)
		return false;
	/* Pairs with sli__slot_join(). */
	for (i = 0; i < n; i++, cell += h->all_slots)
		totals[i] = load_acquire(cell);
	return load_relaxed(stamp) == 2 * k;
}

bool
sli__history_level(const struct sli__history *h, uint64_t open_ns, uint64_t t,
    uint32_t *level)
{
	const struct sli__level *l;

	for (*level = 0; *level < h->levels; ++*level) {
		l = &h->level[*level];
		if (open_ns / l->slot_ns - t / l->slot_ns < l->slots)
			return true;
	}
	return false;
}

bool
sli__history_next(const struct sli__history *h, uint64_t open_ns,
    uint32_t level, uint64_t *k)
{
	uint64_t newest = open_ns / h->level[level].slot_ns;

	while (*k <= newest && !sli__slot_is_joined(h, level, *k))
		++*k;
	return *k <= newest;
}

uint64_t
sli__history_reach_ns(const struct sli__history *h)
{
	const struct sli__level *last = &h->level[h->levels - 1];

	return last->slot_ns * (last->slots - 1);
}
