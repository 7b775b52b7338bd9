/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* getpid, nanosleep */

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/status.h"
#include "indicator/bind.h"
#include "indicator/labels.h"

uint64_t
sli__life_of(const void *spec, size_t bytes)
{
	return sli__checksum(spec, bytes) | SLI__LIFE_ALIVE;
}

bool
sli__bind_begin(uint64_t *bound, uint64_t life)
{
	uint64_t self = (uint64_t)getpid(), there = load_acquire(bound);

	if (life < SLI__LIFE_ALIVE)
		return false; /* it changed since it was looked at */
	if (there == self || there >= SLI__LIFE_ALIVE)
		return there == life;
	return cas_acq_rel(bound, &there, self);
}

void
sli__bind_end(uint64_t *bound, uint64_t life)
{
	/* Pairs with the acquires in sli__indicator_at() and sli__slo_at(). */
	store_release(bound, life);
}

/*
 * Handles in shared memory may be bound twice at a time, if a process died over
 * it: the same words with the same values, none of them twice.
 */
static void
map_indicator(struct sli_registry *reg, uint64_t index,
    const struct sli__buckets *buckets, const struct sli__parts *parts)
{
	struct sli_indicator *ind = &reg->indicators[index];
	const struct sli__indicator_spec *spec = &ind->spec;
	const struct sli__geometry *g = &reg->arena.geometry;
	struct sli__history counts;
	uint32_t i;

	ind->entry = sli__indicator_entry(reg, index);
	ind->timeline = &ind->entry->timeline;
	ind->slot_ns = spec->slot_ns;
	ind->open_slot_ns = reg->arena.is_view ? 0 : spec->slot_ns;
	ind->events.base = (char *)sli__indicator_cells(reg, index);
	ind->events.stride = g->cells_stride;
	ind->latencies.base = sli__at(&reg->arena, parts->latencies_offset);
	ind->latencies.stride = parts->latencies_stride;
	ind->shards = reg->shards;
	ind->buckets = *buckets;
	ind->bad_first = sli__buckets_cells(buckets);
	for (i = 0; i < SLI_THRESHOLDS_MAX; i++)
		ind->threshold_ns[i] = i < spec->threshold_count ?
		    spec->threshold_ns[i] :
		    UINT64_MAX;
	ind->registry = reg;
	sli__history_map(&counts, g->history,
	    sli__event_cells_used(spec->threshold_count),
	    sli__at(&reg->arena, parts->counts_offset));
	counts.level[0].slot_ns = spec->slot_ns;
	ind->counts = counts;
	sli__history_map(&ind->latency, g->latency, 2 * ind->bad_first,
	    sli__at(&reg->arena, parts->latency_offset));
	ind->exemplars = sli__at(&reg->arena, parts->exemplars_offset);
	sli__labels_map(spec->labels, spec->label_count, ind->labels);
}

bool
sli__indicator_bind(struct sli_registry *reg, uint64_t index,
    struct sli_error *err)
{
	struct sli_indicator *ind = &reg->indicators[index];
	const struct sli__indicator_entry *e = sli__indicator_entry(reg, index);
	uint64_t life = load_acquire(&e->life);
	struct sli__buckets buckets;
	struct sli__parts parts;
	int status = SLI_OK;

	if (!sli__bind_begin(&ind->bound, life))
		return false;
	if (load_acquire(&ind->bound) == life)
		return true;
	memcpy(&ind->spec, &e->spec, sizeof(ind->spec));
	if (sli__life_of(&ind->spec, sizeof(ind->spec)) != life)
		status = sli__fail(err, SLI_ECORRUPT,
		    "the description of indicator %u is damaged", index);
	else
		status = sli__indicator_spec_check(&reg->arena.geometry,
		    &ind->spec, &buckets, &parts, err);
	if (status == SLI_OK)
		map_indicator(reg, index, &buckets, &parts);
	sli__bind_end(&ind->bound, status == SLI_OK ? life : 0);
	return status == SLI_OK;
}

bool
sli__bind_wait(const uint64_t *bound, uint64_t before)
{
	const struct timespec pause = { 0, 20000 };

	/* Nobody was at it, before or meanwhile. */
	if (before != (uint64_t)getpid() && load_acquire(bound) == before)
		return false;
	/* Not a yield: the binder may be of a lower real-time priority. */
	nanosleep(&pause, NULL);
	return true;
}

struct sli_indicator *
sli__indicator_get(struct sli_registry *reg, uint64_t index)
{
	const uint64_t *bound = &reg->indicators[index].bound;
	struct sli_indicator *ind;
	uint64_t before;

	do {
		before = load_acquire(bound);
		ind = sli__indicator_at(reg, index);
	} while (ind == NULL && sli__bind_wait(bound, before));
	return ind;
}
