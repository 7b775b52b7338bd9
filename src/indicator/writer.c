/* SPDX-License-Identifier: MIT */
/*
 * Who has which writer shard. Its word in the block is 1 + the process, so that
 * the shard of a process that died is free again.
 */
#include <string.h>

#include <sli/writer.h>

#include "base/atomic.h"
#include "base/status.h"
#include "indicator/indicator.h"

static bool
is_free(const struct sli_registry *reg, uint64_t taken)
{
	return taken == 0 || taken > SLI__PROCESSES ||
	    !sli__process_lives(&reg->arena, (uint32_t)taken - 1);
}

static struct sli_writer *
find_free(const struct sli_registry *reg)
{
	uint32_t i;

	for (i = 0; i < reg->arena.geometry.writer_shards; i++)
		/* Pairs with the release below: its adds come before ours. */
		if (is_free(reg, load_acquire(reg->writers[i].taken)))
			return &reg->writers[i];
	return NULL;
}

int
sli_writer_acquire(struct sli_registry *reg, struct sli_writer **out,
    struct sli_error *err)
{
	struct sli_writer *writer;
	int status;

	if (reg == NULL || out == NULL)
		return sli__fail(err, SLI_EINVAL, "%s is NULL",
		    reg == NULL ? "registry" : "out");
	status = sli__arena_lock(&reg->arena, err);
	if (status != SLI_OK)
		return status;
	writer = find_free(reg);
	if (writer != NULL)
		store_relaxed(writer->taken, reg->arena.process + UINT64_C(1));
	else
		status = sli__fail(err, SLI_ENOSPC,
		    "all %u writer_shards are taken; accepted: release one, or "
		    "configure more",
		    (uint64_t)reg->arena.geometry.writer_shards);
	status = sli__arena_unlock(&reg->arena, status, err);
	if (status == SLI_OK)
		*out = writer;
	return status;
}

void
sli_writer_release(struct sli_writer *writer)
{
	/* Pairs with the acquire in find_free(). */
	if (writer != NULL)
		store_release(writer->taken, 0);
}

_Static_assert((int)SLI_CELL_IGNORED == (int)SLI__IGNORED &&
	(int)SLI_CELL_SHED == (int)SLI__SHED &&
	(int)SLI_CELL_BAD == (int)SLI__BAD &&
	(int)SLI_CELL_GOOD == (int)SLI__GOOD &&
	(int)SLI_CELL_BEGUN == (int)SLI__BEGUN &&
	(int)SLI_CELL_ENDED == (int)SLI__ENDED &&
	(int)SLI_CELLS == (int)SLI__INDICATOR_CELLS,
    "the cells that users see are those that there are");

int
sli_writer_cells(const struct sli_writer *writer, struct sli_indicator *ind,
    struct sli_writer_cells *out)
{
	if (writer == NULL || ind == NULL || out == NULL ||
	    writer->registry != ind->registry)
		return SLI_EINVAL;
	out->events = sli__cell(&ind->events, writer->shard, 0);
	out->latencies[SLI_GOOD] = sli__cell(&ind->latencies, writer->shard, 0);
	out->latencies[SLI_BAD] = out->latencies[SLI_GOOD] + ind->bad_first;
	out->latency_count = sli__buckets_cells(&ind->buckets);
	out->precision_bits = ind->buckets.half_bits + 1;
	out->below = ind->buckets.below;
	out->threshold_count = ind->spec.threshold_count;
	memcpy(out->threshold_ns, ind->spec.threshold_ns,
	    sizeof(out->threshold_ns));
	out->slot_ns = ind->slot_ns;
	out->next_ns = &ind->timeline->next_ns;
	out->skew_ns = &ind->timeline->skew_ns;
	return SLI_OK;
}
