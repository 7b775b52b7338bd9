/* SPDX-License-Identifier: MIT */
/*
 * Opening the registry in a file: to take part, or to look on.
 */
#define _DEFAULT_SOURCE /* getrandom */

#include <string.h>
#include <sys/random.h>

#include <sli/file.h>

#include "arena/audit.h"
#include "base/atomic.h"
#include "base/clock.h"
#include "base/status.h"
#include "indicator/bind.h"
#include "registry/header.h"
#include "registry/restart.h"

static int
make_file(const struct sli__file *file, const struct sli_registry_config *cfg,
    struct sli__block *header, struct sli_error *err)
{
	struct sli__geometry g;
	int status;

	/* Whoever has an empty file open had a registry, and lost it. */
	if (sli__file_is_shared(file))
		return sli__fail(err, SLI_EBUSY,
		    "the file was truncated, and a process still has it open; "
		    "accepted: another path, or the end of that process");
	sli__geometry_plan(cfg, &g);
	g.created_ns = sli_clock_ns();
	if (getrandom(&g.id, sizeof(g.id), GRND_NONBLOCK) != sizeof(g.id))
		g.id = g.created_ns;
	sli__header_make(header, &g);
	status = sli__header_begin(file, err);
	if (status == SLI_OK)
		status = sli__file_resize(file, sli__header_file_bytes(&g),
		    err);
	if (status == SLI_OK)
		status = sli__file_reserve(file, 0, g.arena_offset, err);
	if (status == SLI_OK)
		status = sli__file_reserve(file, sli__header_copy_offset(&g),
		    sli__header_file_bytes(&g), err);
	if (status == SLI_OK)
		status = sli__header_write(file, header, err);
	return status;
}

static int
check_length(const struct sli__block *header, uint64_t bytes,
    struct sli_error *err)
{
	uint64_t needed = sli__header_file_bytes(&header->geometry);

	if (bytes >= needed)
		return SLI_OK;
	return sli__fail(err, SLI_ECORRUPT,
	    "the file was truncated: it has %u bytes of %u", bytes, needed);
}

/* Levels that were asked for and are not the file's. */
static int
check_levels(const char *name, const struct sli_level *asked,
    const struct sli_level *there, struct sli_error *err)
{
	uint32_t i;

	if (asked[0].slot_ns == 0)
		return SLI_OK;
	for (i = 0; i < SLI_LEVELS_MAX; i++)
		if (asked[i].slot_ns != there[i].slot_ns ||
		    asked[i].slots != there[i].slots)
			return sli__fail(err, SLI_EEXIST,
			    "%s[%u] is %u slots of %u ns, in the file %u of "
			    "%u; accepted: the file's, or all zero; or a new "
			    "file by sli_file_repair()",
			    name, (uint64_t)i, (uint64_t)asked[i].slots,
			    asked[i].slot_ns, (uint64_t)there[i].slots,
			    there[i].slot_ns);
	return SLI_OK;
}

/* Make it or check it: *header is then that of a sound file. */
static int
enter(struct sli__file *file, const struct sli_registry_config *asked,
    const struct sli_registry_config *cfg, struct sli__block *header,
    struct sli_error *err)
{
	uint64_t bytes;
	int status = sli__file_size(file, &bytes, err);

	if (status != SLI_OK)
		return status;
	memset(header, 0, sizeof(*header));
	if (bytes > 0)
		status = sli__header_read(file, 0, header, err);
	/* One that was begun may be of any length. */
	if (bytes == 0 || sli__header_kind(header) == SLI__HEADER_MAKING) {
		status = sli__registry_check_slots(cfg, err);
		if (status == SLI_OK)
			status = make_file(file, cfg, header, err);
		file->is_made = status == SLI_OK;
		if (status != SLI_OK && status != SLI_EBUSY)
			(void)sli__file_resize(file, 0, NULL);
		return status;
	}
	if (status == SLI_OK)
		status = sli__header_check(header, err);
	if (status == SLI_OK)
		status = check_length(header, bytes, err);
	if (status == SLI_OK)
		status = check_levels("history", asked->history,
		    header->geometry.history, err);
	if (status == SLI_OK)
		status = check_levels("latency", asked->latency,
		    header->geometry.latency, err);
	return status;
}

/* Map it, and have space for all that is in use: a copy may have holes. */
static int
map_arena(struct sli__arena *arena, const struct sli__block *header,
    bool writable, struct sli_error *err)
{
	uint64_t used = min_u64(header->used_bytes,
	    header->geometry.size_bytes);
	int status = SLI_OK;

	if (writable)
		status = sli__file_reserve(&arena->file, 0,
		    max_u64(used, header->geometry.arena_offset), err);
	if (status == SLI_OK)
		status = sli__file_map(&arena->file,
		    header->geometry.size_bytes, writable, err);
	if (status != SLI_OK)
		return status;
	arena->block = arena->file.map;
	arena->geometry = header->geometry;
	arena->is_view = !writable;
	return SLI_OK;
}

/* Nothing is written before all that is there has been found sound. */
static int
take_part(struct sli_registry *reg, const struct sli_registry_config *cfg,
    struct sli_error *err)
{
	struct sli__arena *arena = &reg->arena;
	/*
	 * While nobody has ever got through here, whoever has a place dies: a
	 * process that was killed in here lets go of the file before its place.
	 */
	bool alone = arena->block->open_count == 0 ||
	    sli__process_is_alone(arena);
	uint64_t now_ns;
	int status = sli__restart_check(reg, alone, err);

	if (status != SLI_OK)
		return status;
	now_ns = sli__restart_clock(arena->block, alone);
	if (cfg->now_ns != 0)
		now_ns = cfg->now_ns;
	status = sli__process_attach(arena, err);
	if (status == SLI_OK)
		status = sli__restart(reg, alone, now_ns, err);
	return status;
}

static int
join(struct sli__arena *arena, const struct sli_registry_config *cfg,
    struct sli_registry **out, struct sli_error *err)
{
	struct sli_registry *reg;
	int status = sli__registry_make(arena, cfg, &reg, err);

	if (status != SLI_OK)
		return status;
	status = take_part(reg, cfg, err);
	if (status != SLI_OK) {
		/* The caller closes the file. */
		sli__file_init(&reg->arena.file);
		sli_registry_close(reg);
		return status;
	}
	sli__file_unlock(&reg->arena.file);
	*out = reg;
	return SLI_OK;
}

int
sli__registry_open(const char *path, const struct sli_registry_config *given,
    enum sli__file_mode mode, struct sli_registry **out, struct sli_error *err)
{
	struct sli_registry_config asked, cfg;
	struct sli__block header;
	struct sli__arena arena;
	int status;

	status = sli__config_copy(&asked, sizeof(asked), given,
	    "sli_registry_config", err);
	cfg = asked;
	if (status == SLI_OK)
		status = sli__registry_check(&cfg, err);
	if (status != SLI_OK)
		return status;
	memset(&arena, 0, sizeof(arena));
	if (cfg.flags & SLI_REGISTRY_MUST_EXIST)
		mode = SLI__FILE_WRITE;
	status = sli__file_open(&arena.file, path, mode, err);
	if (status != SLI_OK)
		return status;
	arena.file.sync_ns = cfg.sync == SLI_SYNC_PERIODIC ? cfg.sync_ns : 0;
	status = enter(&arena.file, &asked, &cfg, &header, err);
	if (status == SLI_OK)
		status = map_arena(&arena, &header, true, err);
	if (status == SLI_OK)
		status = join(&arena, &cfg, out, err);
	if (status != SLI_OK && arena.file.is_made)
		(void)sli__file_resize(&arena.file, 0, NULL);
	if (status != SLI_OK && arena.file.is_new)
		sli__file_remove(&arena.file, path);
	if (status != SLI_OK)
		sli__file_close(&arena.file);
	return status;
}

int
sli_registry_open(const char *path, const struct sli_registry_config *cfg,
    struct sli_registry **out, struct sli_error *err)
{
	if (path == NULL || out == NULL)
		return sli__fail(err, SLI_EINVAL, "%s is NULL",
		    path == NULL ? "path" : "out");
	return sli__registry_open(path, cfg, SLI__FILE_CREATE, out, err);
}

int
sli_registry_view(const char *path, struct sli_registry **out,
    struct sli_error *err)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli__block header;
	struct sli__arena arena;
	uint64_t bytes = 0;
	int status;

	if (path == NULL || out == NULL)
		return sli__fail(err, SLI_EINVAL, "%s is NULL",
		    path == NULL ? "path" : "out");
	memset(&arena, 0, sizeof(arena));
	status = sli__registry_check(&cfg, err);
	if (status == SLI_OK)
		status = sli__file_open(&arena.file, path, SLI__FILE_READ, err);
	if (status != SLI_OK)
		return status;
	status = sli__header_look(&arena.file, &bytes, &header, err);
	if (status == SLI_OK)
		status = check_length(&header, bytes, err);
	if (status == SLI_OK)
		status = map_arena(&arena, &header, false, err);
	if (status == SLI_OK)
		sli__restart_clock_view(&header, &arena.file);
	if (status == SLI_OK)
		status = sli__registry_make(&arena, &cfg, out, err);
	if (status != SLI_OK)
		sli__file_close(&arena.file);
	return status;
}
