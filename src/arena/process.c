/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* getpid */

#include <unistd.h>

#include "arena/process.h"
#include "base/atomic.h"
#include "base/status.h"

static struct sli__process *
table(const struct sli__arena *arena)
{
	return sli__at(arena, arena->geometry.processes_offset);
}

static bool
is_file(const struct sli__arena *arena)
{
	return arena->file.fd >= 0;
}

int
sli__process_attach(struct sli__arena *arena, struct sli_error *err)
{
	struct sli__process *p = table(arena);
	uint32_t i;

	for (i = 0; i < SLI__PROCESSES; i++) {
		if (sli__file_is_held(&arena->file, i) ||
		    !sli__file_hold(&arena->file, i))
			continue;
		store_relaxed(&p[i].pid, (uint64_t)getpid());
		arena->process = i;
		return SLI_OK;
	}
	return sli__fail(err, SLI_ENOSPC,
	    "%u processes have the file open; accepted: no more",
	    (uint64_t)SLI__PROCESSES);
}

bool
sli__process_is_alone(const struct sli__arena *arena)
{
	return !sli__file_is_shared(&arena->file);
}

bool
sli__process_lives(const struct sli__arena *arena, uint32_t i)
{
	if (!is_file(arena))
		return true;
	if (!arena->is_view && i == arena->process)
		return true; /* one's own locks are not seen */
	return sli__file_is_held(&arena->file, i);
}

uint32_t
sli__process_count(const struct sli__arena *arena)
{
	const struct sli__process *p = table(arena);
	uint32_t i, count = 0;

	if (!is_file(arena))
		return 1;
	for (i = 0; i < SLI__PROCESSES; i++)
		if (load_relaxed(&p[i].pid) != 0)
			count += sli__process_lives(arena, i);
	return count;
}

void
sli__claims_add(struct sli__claims *claims, uint32_t process)
{
	uint64_t *word = &claims->bits[process / 64];

	store_relaxed(word, load_relaxed(word) | UINT64_C(1) << process % 64);
}

void
sli__claims_drop(struct sli__claims *claims, uint32_t process)
{
	uint64_t *word = &claims->bits[process / 64];

	store_relaxed(word,
	    load_relaxed(word) & ~(UINT64_C(1) << process % 64));
}

bool
sli__claims_live(const struct sli__arena *arena,
    const struct sli__claims *claims)
{
	uint64_t bits;
	uint32_t i;

	for (i = 0; i < SLI__PROCESSES; i++) {
		bits = load_relaxed(&claims->bits[i / 64]);
		if (bits == 0)
			i |= 63;
		else if ((bits >> i % 64 & 1) && sli__process_lives(arena, i))
			return true;
	}
	return false;
}
