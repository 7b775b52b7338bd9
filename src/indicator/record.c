/* SPDX-License-Identifier: MIT */
/*
 * The hot path: one add to an event cell, one to a latency cell.
 *
 * The event goes first. A reader that finds no events in a shard may then skip
 * its latencies, and a thread killed in between leaves an event without a
 * latency, never the reverse.
 */
#include "base/atomic.h"
#include "base/status.h"
#include "indicator/indicator.h"

#define UNLIKELY(x) __builtin_expect(!!(x), 0)

/* A shard of one's own, or (NULL) the shard of this CPU or thread. */
static inline void
add(const struct sli_indicator *ind, const struct sli__cells *cells,
    const struct sli_writer *writer, uint32_t cell, uint64_t n)
{
	if (writer != NULL)
		sli__cell_add_single(cells, writer->shard, cell, n);
	else
		sli__cell_add(&ind->shards, cells, cell, n);
}

/* GOOD = 0, BAD, SHED, IGNORED = 3 lie in cells 3, 2, 1, 0. */
static inline uint32_t
cell_of_outcome(enum sli_outcome outcome)
{
	return (unsigned int)outcome > SLI_IGNORED ?
	    SLI__IGNORED :
	    (uint32_t)SLI__GOOD - (uint32_t)outcome;
}

static inline void
record(struct sli_indicator *ind, const struct sli_writer *writer,
    uint64_t now_ns, enum sli_outcome outcome, uint64_t latency_ns)
{
	uint32_t cell, bucket;

	if (UNLIKELY(ind == NULL))
		return;
	if (UNLIKELY(
		!sli__timeline_is_open(ind->timeline, ind->slot_ns, now_ns)))
		sli__off_slot(ind, now_ns, 1);
	if (UNLIKELY((unsigned int)outcome > SLI_BAD)) {
		add(ind, &ind->events, writer, cell_of_outcome(outcome), 1);
		return;
	}
	bucket = sli__buckets_cell(&ind->buckets, latency_ns);
	if (outcome == SLI_BAD) {
		cell = SLI__BAD;
		bucket += ind->bad_first;
	} else {
		cell = (uint32_t)SLI__GOOD +
		    (latency_ns > ind->threshold_ns[0]) +
		    (latency_ns > ind->threshold_ns[1]) +
		    (latency_ns > ind->threshold_ns[2]) +
		    (latency_ns > ind->threshold_ns[3]);
	}
	add(ind, &ind->events, writer, cell, 1);
	add(ind, &ind->latencies, writer, bucket, 1);
}

void
sli_record(struct sli_indicator *ind, uint64_t now_ns, enum sli_outcome outcome,
    uint64_t latency_ns)
{
	record(ind, NULL, now_ns, outcome, latency_ns);
}

void
sli_writer_record(struct sli_writer *writer, struct sli_indicator *ind,
    uint64_t now_ns, enum sli_outcome outcome, uint64_t latency_ns)
{
	if (UNLIKELY(writer == NULL))
		return;
	record(ind, writer, now_ns, outcome, latency_ns);
}

void
sli_count(struct sli_indicator *ind, uint64_t now_ns, enum sli_outcome outcome,
    uint64_t n)
{
	if (UNLIKELY(ind == NULL || n == 0))
		return;
	if (UNLIKELY(
		!sli__timeline_is_open(ind->timeline, ind->slot_ns, now_ns)))
		sli__off_slot(ind, now_ns, n);
	add(ind, &ind->events, NULL, cell_of_outcome(outcome), n);
}

void
sli_begin(struct sli_indicator *ind)
{
	if (ind != NULL)
		add(ind, &ind->events, NULL, SLI__BEGUN, 1);
}

void
sli_end(struct sli_indicator *ind)
{
	if (ind != NULL)
		add(ind, &ind->events, NULL, SLI__ENDED, 1);
}

int
sli_writer_acquire(struct sli_registry *reg, struct sli_writer **out,
    struct sli_error *err)
{
	uint64_t free;
	uint32_t i;

	if (reg == NULL || out == NULL)
		return sli__fail(err, SLI_EINVAL, "%s is NULL",
		    reg == NULL ? "registry" : "out");
	for (i = 0; i < reg->block->writer_shards; i++) {
		free = 0;
		/* Pairs with the release below: its adds come before ours. */
		if (!cas_acq_rel(&reg->writers[i].taken, &free, 1))
			continue;
		*out = &reg->writers[i];
		return SLI_OK;
	}
	return sli__fail(err, SLI_ENOSPC,
	    "all %u writer_shards are taken; accepted: release one, or "
	    "configure more",
	    (uint64_t)reg->block->writer_shards);
}

void
sli_writer_release(struct sli_writer *writer)
{
	if (writer != NULL)
		store_release(&writer->taken, 0);
}
