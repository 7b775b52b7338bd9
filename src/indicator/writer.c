/* SPDX-License-Identifier: MIT */
/*
 * Who has which writer shard. Its word in the block is 1 + the process, so that
 * the shard of a process that died is free again.
 */
#include "base/atomic.h"
#include "base/status.h"
#include "indicator/indicator.h"

static bool
is_free(const struct sli_registry *reg, uint64_t taken)
{
	return taken == 0 || taken > SLI__PROCESSES ||
	    !sli__process_lives(&reg->arena, (uint32_t)taken - 1);
}

int
sli_writer_acquire(struct sli_registry *reg, struct sli_writer **out,
    struct sli_error *err)
{
	uint32_t i, count;
	uint64_t taken;

	if (reg == NULL || out == NULL)
		return sli__fail(err, SLI_EINVAL, "%s is NULL",
		    reg == NULL ? "registry" : "out");
	if (reg->arena.is_view)
		return sli__fail(err, SLI_EACCES,
		    "the registry is a view: nothing can be written");
	count = reg->arena.geometry.writer_shards;
	for (i = 0; i < count; i++) {
		taken = load_acquire(reg->writers[i].taken);
		/* Pairs with the release below: its adds come before ours. */
		if (!is_free(reg, taken) ||
		    !cas_acq_rel(reg->writers[i].taken, &taken,
			reg->arena.process + 1))
			continue;
		*out = &reg->writers[i];
		return SLI_OK;
	}
	return sli__fail(err, SLI_ENOSPC,
	    "all %u writer_shards are taken; accepted: release one, or "
	    "configure more",
	    (uint64_t)count);
}

void
sli_writer_release(struct sli_writer *writer)
{
	/* Pairs with the swap in sli_writer_acquire(). */
	if (writer != NULL)
		store_release(writer->taken, 0);
}
