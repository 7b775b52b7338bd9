/* SPDX-License-Identifier: MIT */
#ifndef SLI_AUDIT_H
#define SLI_AUDIT_H

#include <stdint.h>

#include <sli/api.h>
#include <sli/registry.h>

/*
 * What was done to a registry beside counting, and why: it stays with the
 * registry, in a ring of the last SLI_AUDIT_MAX records.
 */

enum sli_audit_kind {
	SLI_AUDIT_CREATED,
	SLI_AUDIT_BUDGET_RESET,	     /* subject: the SLO */
	SLI_AUDIT_INDICATOR_REMOVED, /* subject: the indicator */
	SLI_AUDIT_SLO_REMOVED,	     /* subject: the SLO */
	SLI_AUDIT_CLOCK_SET_BACK, /* value: by so many ns, across a restart */
	SLI_AUDIT_MENDED,	  /* value: words raised, after a power loss */
	SLI_AUDIT_REPAIRED,	  /* this file was saved from another */
	SLI_AUDIT_EXCLUDED,	  /* subject: the SLO; value: from, see `why` */
	SLI_AUDIT_INCLUDED,	  /* the same: time counts again */
	SLI_AUDIT_CORRECTED, /* subject: the SLO; value: when it happened */
	SLI_AUDIT_ZONE	     /* subject: a time zone that has other rules now */
};

#define SLI_AUDIT_MAX 256   /* records that are kept; then the oldest goes */
#define SLI_SUBJECT_MAX 255 /* bytes; what is longer is cut */
#define SLI_WHY_MAX 255	    /* bytes of a reason */

/* Something that was done to a registry other than counting. */
struct sli_audit {
	uint64_t at_ns;
	enum sli_audit_kind kind;
	uint32_t uid; /* user who did it */
	uint64_t value;
	char subject[SLI_SUBJECT_MAX + 1];
	char why[SLI_WHY_MAX + 1];
};

SLI_BEGIN_DECLS

/**
 * An audit record, counted back from the newest, which is 0.
 *
 * Errors:   SLI_EINVAL (NULL), SLI_ENOENT (there are no more), SLI_ECORRUPT
 *           (this one is damaged: there may be more).
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_audit_read(const struct sli_registry *reg,
    uint32_t back, struct sli_audit *out);

SLI_END_DECLS

#endif /* SLI_AUDIT_H */
