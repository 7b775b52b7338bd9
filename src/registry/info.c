/* SPDX-License-Identifier: MIT */
/*
 * What a registry tells of itself.
 */
#include <string.h>

#include <sli/file.h>

#include "arena/audit.h"
#include "base/status.h"
#include "indicator/bind.h"
#include "registry/header.h"

static uint32_t
count_alive(struct sli_registry *reg, uint32_t *slos)
{
	uint64_t i, count = sli__indicator_count(reg);
	const struct sli_indicator *ind;
	uint32_t indicators = 0;

	for (i = 0; i < count; i++) {
		ind = sli__indicator_get(reg, i);
		indicators += ind != NULL && ind->spec.kind == SLI__OF_USERS;
	}
	count = sli__slo_count(reg);
	for (i = 0, *slos = 0; i < count; i++)
		*slos += sli__slo_get(reg, i) != NULL;
	return indicators;
}

int
sli_registry_info(struct sli_registry *reg, struct sli_registry_info *out)
{
	const struct sli__geometry *g;
	const struct sli__block *block;

	if (reg == NULL || out == NULL)
		return SLI_EINVAL;
	g = &reg->arena.geometry;
	block = reg->arena.block;
	memset(out, 0, sizeof(*out));
	out->created_ns = g->created_ns;
	out->is_file = reg->arena.file.fd >= 0;
	out->size_bytes = out->is_file ? sli__header_file_bytes(g) :
					 g->size_bytes;
	out->used_bytes = load_relaxed(&block->used_bytes);
	out->max_indicators = g->max_indicators;
	out->max_slos = g->max_slos;
	out->indicator_count = count_alive(reg, &out->slo_count);
	out->shards = g->shards;
	out->atomic_shards = g->atomic_shards;
	out->writer_shards = g->writer_shards;
	out->process_count = sli__process_count(&reg->arena);
	out->open_count = load_relaxed(&block->open_count);
	out->audit_count = load_relaxed(&block->audit_count);
	out->synced_ns = load_relaxed(&block->synced_ns);
	out->is_view = reg->arena.is_view;
	sli__block_maker(block, out->version);
	memcpy(out->history, g->history, sizeof(out->history));
	memcpy(out->latency, g->latency, sizeof(out->latency));
	return SLI_OK;
}

int
sli_audit_read(const struct sli_registry *reg, uint32_t back,
    struct sli_audit *out)
{
	uint64_t count;

	if (reg == NULL || out == NULL)
		return SLI_EINVAL;
	/* Pairs with the release in sli__audit_copy(). */
	count = load_acquire(&reg->arena.block->audit_count);
	if (back >= SLI_AUDIT_MAX || back >= count)
		return SLI_ENOENT;
	return sli__audit_get(&reg->arena, count - 1 - back, out) ?
	    SLI_OK :
	    SLI_ECORRUPT;
}

int
sli_registry_sync(struct sli_registry *reg, struct sli_error *err)
{
	int status;

	if (reg == NULL)
		return sli__fail(err, SLI_EINVAL, "registry is NULL");
	if (reg->arena.is_view)
		return sli__fail(err, SLI_EACCES,
		    "the registry is a view: there is nothing to write");
	status = sli__file_sync(&reg->arena.file, err);
	if (status == SLI_OK)
		store_relaxed(&reg->arena.block->synced_ns, sli_clock_ns());
	return status;
}
