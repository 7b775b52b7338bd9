/* SPDX-License-Identifier: MIT */
/*
 * Who has which writer shard. Its word in the block is 1 + the process, so that
 * the shard of a process that died is free again.
 */
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
