/* SPDX-License-Identifier: MIT */
#ifndef SLI_ARENA_AUDIT_H
#define SLI_ARENA_AUDIT_H

/*
 * A ring of what was done to a registry beside counting, and why. Record n is
 * written before audit_count is raised past it, under the lock of registration;
 * a reader takes a record for what its checksum says.
 */

#include <stdint.h>

#include <sli/audit.h>

#include "arena/arena.h"

/* One more than is promised: the one that is being written. */
#define SLI__AUDIT_PLACES (SLI_AUDIT_MAX + 1)

struct sli__audit_entry {
	uint64_t number; /* 1 + n */
	uint64_t checksum;
	struct sli_audit record;
};

/* Write one, under the lock. Texts that are too long are cut. */
void sli__audit_write(struct sli__arena *arena, enum sli_audit_kind kind,
    uint64_t now_ns, uint64_t value, const char *subject, const char *why);

/* Copy a record as it is, into another registry. */
void sli__audit_copy(struct sli__arena *arena, const struct sli_audit *record);

/* Record n, of the audit_count there are; false: it is gone, or damaged. */
bool sli__audit_get(const struct sli__arena *arena, uint64_t n,
    struct sli_audit *out);

/* Is a reason one? */
int sli__audit_check(const char *why, struct sli_error *err);

#endif /* SLI_ARENA_AUDIT_H */
