/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* nanosleep */

#include <string.h>
#include <time.h>

#include "arena/arena.h"
#include "base/arith.h"
#include "base/atomic.h"
#include "base/status.h"

uint64_t
sli__layout(uint64_t *end, uint64_t bytes)
{
	uint64_t offset = round_up(*end, SLI__ALIGN);

	*end = offset + bytes;
	return offset;
}

uint64_t
sli__layout_page(uint64_t *end, uint64_t bytes)
{
	*end = round_up(*end, SLI__PAGE);
	return sli__layout(end, bytes);
}

void
sli__block_sign(struct sli__block *block)
{
	size_t n = strlen(sli_version());

	memcpy(block->version, sli_version(),
	    min_u64(n, sizeof(block->version) - 1));
}

void
sli__block_maker(const struct sli__block *block, char version[16])
{
	uint32_t i;

	memcpy(version, block->version, 16);
	for (i = 0; i < 16 && version[i] > ' ' && version[i] <= '~'; i++)
		;
	if (i == 0 || i == 16 || version[i] != '\0')
		memcpy(version, "?", 2);
}

void
sli__zero(void *memory, size_t bytes)
{
	enum { CHUNK = 4096 };
	static const char zeros[CHUNK];
	char *at = memory;
	size_t n;

	for (; bytes > 0; at += n, bytes -= n) {
		n = bytes < CHUNK ? bytes : CHUNK;
		if (memcmp(at, zeros, n) != 0)
			memset(at, 0, n);
	}
}

uint64_t
sli__checksum(const void *memory, size_t bytes)
{
	const unsigned char *at = memory;
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; bytes > 0; at++, bytes--)
		hash = (hash ^ *at) * UINT64_C(0x100000001b3);
	return hash;
}

int
sli__arena_lock(struct sli__arena *arena, struct sli_error *err)
{
	const struct timespec pause = { 0, 20000 };
	int status;

	if (arena->is_view)
		return sli__fail(err, SLI_EACCES,
		    "the registry is a view, made by sli_registry_view(); "
		    "accepted: one from sli_registry_open()");
	status = sli__lock_take(&arena->lock, err);
	if (status != SLI_OK)
		return status;
	status = sli__file_lock(&arena->file, err);
	if (status != SLI_OK) {
		sli__lock_release(&arena->lock);
		return status;
	}
	/* Another thread is just putting memory in its place. */
	while (load_acquire(&arena->file.lost) == 1)
		nanosleep(&pause, NULL);
	arena->lost = load_relaxed(&arena->file.lost);
	if (sli__arena_is_foreign(arena))
		return sli__arena_unlock(arena,
		    sli__fail(err, SLI_EIO,
			"the file was overwritten: see sli_registry_status(); "
			"accepted: again, once a slot has opened"),
		    err);
	return SLI_OK;
}

int
sli__arena_unlock(struct sli__arena *arena, int status, struct sli_error *err)
{
	bool was_lost = load_acquire(&arena->file.lost) != arena->lost;

	sli__file_unlock(&arena->file);
	sli__lock_release(&arena->lock);
	if (was_lost && (status == SLI_OK || status == SLI_ECORRUPT))
		return sli__fail(err, SLI_EIO,
		    "the file was lost meanwhile: see sli_registry_status()");
	return status;
}

void
sli__arena_write_out(const struct sli__arena *arena, uint64_t *synced_ns,
    uint64_t from, uint64_t to, uint64_t now_ns)
{
	uint64_t synced = load_relaxed(synced_ns), every = arena->file.sync_ns;

	/* Far in the future it is no time, or a clock was set back. */
	if (every == 0 || now_ns - synced < every || synced - now_ns < every)
		return;
	if (cas_acq_rel(synced_ns, &synced, now_ns))
		sli__file_write_out(&arena->file, from, to);
}

bool
sli__arena_is_foreign(const struct sli__arena *arena)
{
	return load_relaxed(&arena->block->geometry.id) != arena->geometry.id;
}
