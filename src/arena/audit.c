/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* getuid */

#include <string.h>
#include <unistd.h>

#include "arena/audit.h"
#include "base/atomic.h"
#include "base/status.h"
#include "base/text.h"

static struct sli__audit_entry *
entry_of(const struct sli__arena *arena, uint64_t n)
{
	struct sli__audit_entry *ring = sli__at(arena,
	    arena->geometry.audit_offset);

	return &ring[n % SLI__AUDIT_PLACES];
}

void
sli__audit_copy(struct sli__arena *arena, const struct sli_audit *record)
{
	uint64_t n = load_relaxed(&arena->block->audit_count);
	struct sli__audit_entry *e = entry_of(arena, n);

	memcpy(&e->record, record, sizeof(e->record));
	e->number = n + 1;
	e->checksum = sli__checksum(record, sizeof(*record)) + e->number;
	/* Pairs with the acquire in sli_audit_read(). */
	store_release(&arena->block->audit_count, n + 1);
}

void
sli__audit_write(struct sli__arena *arena, enum sli_audit_kind kind,
    uint64_t now_ns, uint64_t value, const char *subject, const char *why)
{
	struct sli_audit record;

	memset(&record, 0, sizeof(record)); /* with its padding and tails */
	record.at_ns = now_ns;
	record.kind = kind;
	record.uid = (uint32_t)getuid();
	record.value = value;
	memcpy(record.subject, subject,
	    sli__text_cut(subject, SLI_SUBJECT_MAX));
	memcpy(record.why, why, sli__text_cut(why, SLI_WHY_MAX));
	sli__audit_copy(arena, &record);
}

bool
sli__audit_get(const struct sli__arena *arena, uint64_t n,
    struct sli_audit *out)
{
	const struct sli__audit_entry *e = entry_of(arena, n);
	struct sli_audit record;
	/* After audit_count; if it is written anew, the checksum tells. */
	uint64_t number = load_relaxed(&e->number), checksum = e->checksum;

	memcpy(&record, &e->record, sizeof(record));
	if (number != n + 1 ||
	    checksum != sli__checksum(&record, sizeof(record)) + number ||
	    (uint32_t)record.kind > SLI_AUDIT_ZONE ||
	    memchr(record.subject, '\0', sizeof(record.subject)) == NULL ||
	    memchr(record.why, '\0', sizeof(record.why)) == NULL ||
	    !sli__is_text(record.subject, SLI_SUBJECT_MAX) ||
	    !sli__is_text(record.why, SLI_WHY_MAX))
		return false;
	memcpy(out, &record, sizeof(*out));
	return true;
}

int
sli__audit_check(const char *why, struct sli_error *err)
{
	if (why == NULL || why[0] == '\0' || !sli__is_text(why, SLI_WHY_MAX))
		return sli__fail(err, SLI_EINVAL,
		    "why \"%s\" is no reason; accepted: 1 to %u bytes of UTF-8 "
		    "without control characters",
		    why, (uint64_t)SLI_WHY_MAX);
	return SLI_OK;
}
