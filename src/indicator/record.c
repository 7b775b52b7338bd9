/* SPDX-License-Identifier: MIT */
/*
 * The hot path: one add to an event cell, one to a latency cell.
 *
 * The event goes first. A reader that finds no events in a shard may then skip
 * its latencies, and a thread killed in between leaves an event without a
 * latency, never the reverse.
 */
#include <sli/writer.h>

#include "base/atomic.h"
#include "base/status.h"
#include "indicator/indicator.h"

#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define NOINLINE __attribute__((noinline))
#define ALWAYS_INLINE inline __attribute__((always_inline))

/* GOOD = 0, BAD, SHED, IGNORED = 3 lie in cells 3, 2, 1, 0. */
static inline uint32_t
cell_of_outcome(enum sli_outcome outcome)
{
	return (unsigned int)outcome > SLI_IGNORED ?
	    SLI__IGNORED :
	    (uint32_t)SLI__GOOD - (uint32_t)outcome;
}

static inline uint32_t
event_cell(const struct sli_indicator *ind, enum sli_outcome outcome,
    uint64_t latency_ns)
{
	if (outcome == SLI_BAD)
		return SLI__BAD;
	return (uint32_t)SLI__GOOD + (latency_ns > ind->threshold_ns[0]) +
	    (latency_ns > ind->threshold_ns[1]) +
	    (latency_ns > ind->threshold_ns[2]) +
	    (latency_ns > ind->threshold_ns[3]);
}

static inline uint32_t
latency_cell(const struct sli_indicator *ind, enum sli_outcome outcome,
    uint64_t latency_ns)
{
	return sli__buckets_cell(&ind->buckets, latency_ns) +
	    (outcome == SLI_BAD ? ind->bad_first : 0);
}

static inline bool
is_open(const struct sli_indicator *ind, uint64_t now_ns)
{
	return sli__timeline_is_open(ind->timeline, ind->open_slot_ns, now_ns);
}

/*
 * The rare ways are functions of their own, so that the common one, a good
 * event in the open slot on this CPU's shard, is a leaf of some 60
 * instructions.
 */
static NOINLINE void
add_both_atomic(const struct sli_indicator *ind, uint32_t event,
    uint32_t latency)
{
	uint32_t shard = sli__shard_atomic(&ind->shards);

	add_relaxed(sli__cell(&ind->events, shard, event), 1);
	add_relaxed(sli__cell(&ind->latencies, shard, latency), 1);
}

/*
 * A latency that cannot follow its event, since the thread was moved between
 * the two. Readers look for latencies only where the event line shows use, and
 * this shard may have none: say so there.
 */
static NOINLINE void
add_latency(const struct sli_indicator *ind, uint32_t latency)
{
	uint32_t shard = sli__shard_atomic(&ind->shards);

	add_relaxed(sli__cell(&ind->events, shard, SLI__MOVED), 1);
	add_relaxed(sli__cell(&ind->latencies, shard, latency), 1);
}

static NOINLINE void
add_both(const struct sli_indicator *ind, uint32_t event, uint32_t latency)
{
	sli__cell_add_again(&ind->shards, &ind->events, event, 1);
	add_latency(ind, latency);
}

static ALWAYS_INLINE void
record(const struct sli_indicator *ind, enum sli_outcome outcome,
    uint64_t latency_ns)
{
	uint32_t event = event_cell(ind, outcome, latency_ns);
	uint32_t latency = latency_cell(ind, outcome, latency_ns);
	uint32_t cpu = rseq_cpu();

	if (UNLIKELY(cpu >= ind->shards.cpus))
		add_both_atomic(ind, event, latency);
	else if (UNLIKELY(
		     !rseq_add(cpu, sli__cell(&ind->events, cpu, event), 1)))
		add_both(ind, event, latency);
	else if (UNLIKELY(!rseq_add(cpu,
		     sli__cell(&ind->latencies, cpu, latency), 1)))
		add_latency(ind, latency);
}

static NOINLINE void
record_off_slot(struct sli_indicator *ind, uint64_t now_ns, uint64_t latency_ns)
{
	if (sli__off_slot(ind, now_ns, 1))
		record(ind, SLI_GOOD, latency_ns);
}

static NOINLINE void
record_not_good(struct sli_indicator *ind, uint64_t now_ns,
    enum sli_outcome outcome, uint64_t latency_ns)
{
	if (UNLIKELY(!is_open(ind, now_ns)) && !sli__off_slot(ind, now_ns, 1))
		return;
	if (outcome == SLI_BAD)
		record(ind, SLI_BAD, latency_ns);
	else
		sli__cell_add(&ind->shards, &ind->events,
		    cell_of_outcome(outcome), 1);
}

void
sli_record(struct sli_indicator *ind, uint64_t now_ns, enum sli_outcome outcome,
    uint64_t latency_ns)
{
	if (UNLIKELY(ind == NULL))
		return;
	if (UNLIKELY(outcome != SLI_GOOD))
		record_not_good(ind, now_ns, outcome, latency_ns);
	else if (UNLIKELY(!is_open(ind, now_ns)))
		record_off_slot(ind, now_ns, latency_ns);
	else
		record(ind, SLI_GOOD, latency_ns);
}

void
sli_writer_record(struct sli_writer *writer, struct sli_indicator *ind,
    uint64_t now_ns, enum sli_outcome outcome, uint64_t latency_ns)
{
	if (UNLIKELY(writer == NULL || ind == NULL))
		return;
	if (UNLIKELY(writer->registry != ind->registry)) {
		sli_record(ind, now_ns, outcome, latency_ns);
		return;
	}
	if (UNLIKELY(!is_open(ind, now_ns)) && !sli__off_slot(ind, now_ns, 1))
		return;
	if (UNLIKELY((unsigned int)outcome > SLI_BAD)) {
		sli__cell_add_single(&ind->events, writer->shard,
		    cell_of_outcome(outcome), 1);
		return;
	}
	sli__cell_add_single(&ind->events, writer->shard,
	    event_cell(ind, outcome, latency_ns), 1);
	sli__cell_add_single(&ind->latencies, writer->shard,
	    latency_cell(ind, outcome, latency_ns), 1);
}

void
sli_count(struct sli_indicator *ind, uint64_t now_ns, enum sli_outcome outcome,
    uint64_t n)
{
	if (UNLIKELY(ind == NULL || n == 0))
		return;
	if (UNLIKELY(!is_open(ind, now_ns)) && !sli__off_slot(ind, now_ns, n))
		return;
	sli__cell_add(&ind->shards, &ind->events, cell_of_outcome(outcome), n);
}

void
sli_begin(struct sli_indicator *ind)
{
	if (ind != NULL && ind->open_slot_ns != 0)
		sli__cell_add(&ind->shards, &ind->events, SLI__BEGUN, 1);
}

void
sli_end(struct sli_indicator *ind)
{
	if (ind != NULL && ind->open_slot_ns != 0)
		sli__cell_add(&ind->shards, &ind->events, SLI__ENDED, 1);
}
