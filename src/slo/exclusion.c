/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "arena/arena.h"
#include "base/arith.h"
#include "base/atomic.h"
#include "base/status.h"
#include "slo/exclusion.h"

/*
 * A change of the list is somebody's command: to meet two of them in this many
 * reads of a microsecond takes a writer gone mad.
 */
#define ATTEMPTS 64

static int
check_range(uint64_t from_ns, uint64_t to_ns, struct sli_error *err)
{
	if (from_ns < to_ns)
		return SLI_OK;
	return sli__fail(err, SLI_EINVAL,
	    "from_ns %u to to_ns %u is empty; accepted: from_ns below to_ns",
	    from_ns, to_ns);
}

static int
fail_full(struct sli_error *err)
{
	return sli__fail(err, SLI_ENOSPC,
	    "there are %u excluded intervals already; accepted: up to %u, so "
	    "remove old ones, or exclude several at once",
	    (uint64_t)SLI__EXCLUSIONS, (uint64_t)SLI__EXCLUSIONS);
}

/* Put n intervals in the place of [first, last). */
static void
replace(struct sli__exclusion_list *list, uint64_t first, uint64_t last,
    const struct sli__exclusion *with, uint64_t n)
{
	memmove(&list->span[first + n], &list->span[last],
	    (list->count - last) * sizeof(*with));
	memcpy(&list->span[first], with, n * sizeof(*with));
	list->count += n;
	list->count -= last - first;
}

int
sli__exclusion_add(struct sli__exclusion_list *list, uint64_t from_ns,
    uint64_t to_ns, struct sli_error *err)
{
	struct sli__exclusion all = { from_ns, to_ns };
	uint64_t first = 0, last;
	int status = check_range(from_ns, to_ns, err);

	if (status != SLI_OK)
		return status;
	while (first < list->count && list->span[first].to_ns < from_ns)
		first++;
	last = first;
	while (last < list->count && list->span[last].from_ns <= to_ns)
		last++;
	if (first == last && list->count == SLI__EXCLUSIONS)
		return fail_full(err);
	if (first < last) {
		all.from_ns = min_u64(from_ns, list->span[first].from_ns);
		all.to_ns = max_u64(to_ns, list->span[last - 1].to_ns);
	}
	replace(list, first, last, &all, 1);
	return SLI_OK;
}

int
sli__exclusion_remove(struct sli__exclusion_list *list, uint64_t from_ns,
    uint64_t to_ns, struct sli_error *err)
{
	struct sli__exclusion rest[2];
	uint64_t first = 0, last, n = 0;
	int status = check_range(from_ns, to_ns, err);

	if (status != SLI_OK)
		return status;
	while (first < list->count && list->span[first].to_ns <= from_ns)
		first++;
	last = first;
	while (last < list->count && list->span[last].from_ns < to_ns)
		last++;
	if (first == last)
		return SLI_OK;
	if (list->span[first].from_ns < from_ns) {
		rest[n].from_ns = list->span[first].from_ns;
		rest[n++].to_ns = from_ns;
	}
	if (list->span[last - 1].to_ns > to_ns) {
		rest[n].from_ns = to_ns;
		rest[n++].to_ns = list->span[last - 1].to_ns;
	}
	if (list->count - (last - first) + n > SLI__EXCLUSIONS)
		return fail_full(err);
	replace(list, first, last, rest, n);
	return SLI_OK;
}

uint64_t
sli__exclusion_length(const struct sli__exclusion_list *list, uint64_t from_ns,
    uint64_t to_ns)
{
	uint64_t i, length = 0;

	for (i = 0; i < list->count; i++)
		length += sub_floor(min_u64(list->span[i].to_ns, to_ns),
		    max_u64(list->span[i].from_ns, from_ns));
	return length;
}

static bool
is_sound(const struct sli__exclusion_list *list)
{
	uint64_t i;

	for (i = 0; i < list->count; i++)
		if (list->span[i].from_ns >= list->span[i].to_ns ||
		    (i > 0 && list->span[i].from_ns <= list->span[i - 1].to_ns))
			return false;
	return true;
}

static uint64_t
sum_of(const struct sli__exclusion_list *list, uint64_t generation)
{
	size_t bytes = sizeof(list->count) + list->count * sizeof(*list->span);

	return sli__checksum(list, bytes) + generation;
}

/* False: no such generation was ever written there, or it is damaged. */
static bool
copy_out(const struct sli__exclusions *shared, uint64_t generation,
    struct sli__exclusion_list *out)
{
	const struct sli__exclusion_copy *copy = &shared->copy[generation & 1];
	uint64_t checksum = load_acquire(&copy->checksum), i;
	const struct sli__exclusion *span = copy->list.span;

	out->count = 0;
	if (generation == 0)
		return true;
	out->count = load_acquire(&copy->list.count);
	for (i = 0; i < out->count && i < SLI__EXCLUSIONS; i++) {
		out->span[i].from_ns = load_acquire(&span[i].from_ns);
		out->span[i].to_ns = load_acquire(&span[i].to_ns);
	}
	if (out->count <= SLI__EXCLUSIONS &&
	    checksum == sum_of(out, generation) && is_sound(out))
		return true;
	out->count = 0;
	return false;
}

int
sli__exclusion_read(const struct sli__exclusions *shared,
    struct sli__exclusion_list *out)
{
	uint64_t generation, attempt;
	bool is_good;

	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		/* Pairs with the releases in sli__exclusion_publish(). */
		generation = load_acquire(&shared->current);
		is_good = copy_out(shared, generation, out);
		if (load_acquire(&shared->current) != generation)
			continue;
		if (is_good)
			return SLI_OK;
		copy_out(shared, generation - 1, out);
		return SLI_ECORRUPT;
	}
	out->count = 0;
	return SLI_EBUSY;
}

void
sli__exclusion_publish(struct sli__exclusions *shared,
    const struct sli__exclusion_list *list)
{
	uint64_t generation = load_relaxed(&shared->current) + 1, i;
	struct sli__exclusion_copy *copy;

	/* Only damage wraps it; 0 would mean that there is none. */
	if (generation == 0)
		generation = 2;
	copy = &shared->copy[generation & 1];
	/* Each pairs with an acquire in copy_out(). */
	store_release(&copy->checksum, sum_of(list, generation));
	store_release(&copy->list.count, list->count);
	for (i = 0; i < list->count; i++) {
		store_release(&copy->list.span[i].from_ns,
		    list->span[i].from_ns);
		store_release(&copy->list.span[i].to_ns, list->span[i].to_ns);
	}
	store_release(&shared->current, generation);
}
