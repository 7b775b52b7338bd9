/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "arena/annotation.h"
#include "arena/audit.h"
#include "base/status.h"
#include "indicator/exemplar.h"
#include "registry/header.h"
#include "slo/alert_log.h"
#include "slo/dependency.h"

/* As PNG's: a transfer that mangles line ends or the eighth bit shows. */
static const char magic_whole[8] = "\x89SLI\r\n\x1a\n";
static const char magic_making[8] = "\x89SLI-new";

#define BYTE_ORDER_MARK UINT32_C(0x01020304)

/* Of the shape of all that lies in a block: another compiler, another ABI. */
static uint64_t
layout_hash(void)
{
	static const uint64_t shape[] = {
		SLI__LAYOUT,
		sizeof(struct sli__block),
		offsetof(struct sli__block, geometry),
		offsetof(struct sli__block, used_bytes),
		sizeof(struct sli__process),
		sizeof(struct sli__audit_entry),
		SLI__AUDIT_PLACES,
		sizeof(struct sli__annotation),
		SLI__ANNOTATION_PLACES,
		sizeof(struct sli__zone_entry),
		SLI__ZONE_PLACES,
		sizeof(struct sli__dependency),
		SLI_DEPENDENCIES_MAX,
		sizeof(struct sli__alert_entry),
		SLI__ALERT_PLACES,
		sizeof(struct sli__timeline),
		sizeof(struct sli__indicator_entry),
		offsetof(struct sli__indicator_entry, life),
		offsetof(struct sli__indicator_entry, within),
		offsetof(struct sli__indicator_entry, spec),
		sizeof(struct sli__indicator_spec),
		sizeof(struct sli__exemplars),
		sizeof(struct sli__slo_entry),
		offsetof(struct sli__slo_entry, life),
		offsetof(struct sli__slo_entry, spec),
		sizeof(struct sli__slo_spec),
		offsetof(struct sli__slo_entry, slice_start),
		sizeof(struct sli__adjustment),
		offsetof(struct sli__slo_entry, adjusted),
		SLI__ADJUSTMENT_PLACES,
		sizeof(struct sli__watch),
		SLI__GOOD,
		SLI__EVENT_CELLS,
		SLI__INDICATOR_CELLS,
	};

	return sli__checksum(shape, sizeof(shape));
}

enum sli__header_kind
sli__header_kind(const struct sli__block *header)
{
	if (memcmp(header->magic, magic_whole, sizeof(magic_whole)) == 0)
		return SLI__HEADER_WHOLE;
	if (memcmp(header->magic, magic_making, sizeof(magic_making)) == 0)
		return SLI__HEADER_MAKING;
	return SLI__HEADER_NONE;
}

uint64_t
sli__header_copy_offset(const struct sli__geometry *geometry)
{
	return round_up(geometry->size_bytes, SLI__PAGE);
}

uint64_t
sli__header_file_bytes(const struct sli__geometry *geometry)
{
	return sli__header_copy_offset(geometry) + SLI__PAGE;
}

void
sli__header_make(struct sli__block *header,
    const struct sli__geometry *geometry)
{
	memset(header, 0, sizeof(*header));
	header->layout = SLI__LAYOUT;
	header->byte_order = BYTE_ORDER_MARK;
	sli__block_sign(header);
	header->layout_hash = layout_hash();
	header->geometry = *geometry;
	header->checksum = sli__checksum(geometry, sizeof(*geometry));
	header->used_bytes = geometry->arena_offset;
}

int
sli__header_begin(const struct sli__file *file, struct sli_error *err)
{
	return sli__file_write(file, magic_making, sizeof(magic_making), 0,
	    err);
}

int
sli__header_write(const struct sli__file *file, struct sli__block *header,
    struct sli_error *err)
{
	uint64_t copy = sli__header_copy_offset(&header->geometry);
	int status;

	memcpy(header->magic, magic_whole, sizeof(magic_whole));
	status = sli__file_write(file, header, sizeof(*header), copy, err);
	if (status == SLI_OK)
		status = sli__file_write(file,
		    header->magic + sizeof(magic_whole),
		    sizeof(*header) - sizeof(magic_whole), sizeof(magic_whole),
		    err);
	if (status == SLI_OK)
		status = sli__file_sync(file, err);
	if (status == SLI_OK)
		status = sli__file_write(file, magic_whole, sizeof(magic_whole),
		    0, err);
	if (status == SLI_OK)
		status = sli__file_sync(file, err);
	return status;
}

int
sli__header_read(const struct sli__file *file, uint64_t offset,
    struct sli__block *header, struct sli_error *err)
{
	memset(header, 0, sizeof(*header));
	return sli__file_read(file, header, sizeof(*header), offset, err);
}

int
sli__header_read_copy(const struct sli__file *file, uint64_t file_bytes,
    struct sli__block *header, struct sli_error *err)
{
	int status;

	if (file_bytes < 2 * SLI__PAGE)
		return sli__fail(err, SLI_ECORRUPT,
		    "the file is too short for a copy of its header: %u bytes",
		    file_bytes);
	status = sli__header_read(file,
	    (file_bytes - 1) / SLI__PAGE * SLI__PAGE, header, err);
	return status == SLI_OK ? sli__header_check(header, err) : status;
}

/* Is a geometry what its own numbers lead to? */
static int
check_geometry(const struct sli__geometry *g, struct sli_error *err)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli__geometry planned = { .id = 0 };
	int status;

	cfg.max_indicators = g->max_indicators;
	cfg.max_slos = g->max_slos;
	cfg.shards = g->shards;
	cfg.atomic_shards = g->atomic_shards;
	cfg.writer_shards = g->writer_shards;
	cfg.arena_bytes = sub_floor(g->size_bytes, g->arena_offset);
	memcpy(cfg.history, g->history, sizeof(cfg.history));
	memcpy(cfg.latency, g->latency, sizeof(cfg.latency));
	status = sli__registry_check(&cfg, NULL);
	if (status == SLI_OK)
		status = sli__registry_check_slots(&cfg, NULL);
	if (status == SLI_OK)
		sli__geometry_plan(&cfg, &planned);
	planned.id = g->id;
	planned.created_ns = g->created_ns;
	if (status != SLI_OK || memcmp(&planned, g, sizeof(planned)) != 0)
		return sli__fail(err, SLI_ECORRUPT,
		    "the file's header contradicts itself");
	return SLI_OK;
}

int
sli__header_check(const struct sli__block *header, struct sli_error *err)
{
	char version[sizeof(header->version)];

	if (sli__header_kind(header) != SLI__HEADER_WHOLE)
		return sli__fail(err, SLI_ECORRUPT,
		    "the file is no registry: it does not begin as one");
	sli__block_maker(header, version);
	if (header->byte_order != BYTE_ORDER_MARK)
		return sli__fail(err, SLI_EVERSION,
		    "the file is of a machine with another byte order, made by "
		    "libsli %s; accepted: this machine's, as by libsli %s",
		    version, sli_version());
	if (header->layout != SLI__LAYOUT)
		return sli__fail(err, SLI_EVERSION,
		    "the file has layout %u, of libsli %s; accepted: layout "
		    "%u, by libsli %s",
		    (uint64_t)header->layout, version, (uint64_t)SLI__LAYOUT,
		    sli_version());
	if (header->checksum !=
	    sli__checksum(&header->geometry, sizeof(header->geometry)))
		return sli__fail(err, SLI_ECORRUPT,
		    "the file's header is damaged: its checksum does not fit");
	if (header->layout_hash != layout_hash())
		return sli__fail(err, SLI_EVERSION,
		    "the file was made by a libsli %s of another ABI; "
		    "accepted: one built as this %s",
		    version, sli_version());
	return check_geometry(&header->geometry, err);
}

int
sli__header_look(const struct sli__file *file, uint64_t *file_bytes,
    struct sli__block *header, struct sli_error *err)
{
	int status = sli__file_size(file, file_bytes, err);

	if (status != SLI_OK)
		return status;
	status = sli__header_read(file, 0, header, err);
	if (*file_bytes == 0 || sli__header_kind(header) == SLI__HEADER_MAKING)
		return sli__fail(err, SLI_EBUSY,
		    "the file is just being made, or who made it has died; "
		    "accepted: one that a process has opened since");
	return status == SLI_OK ? sli__header_check(header, err) : status;
}
