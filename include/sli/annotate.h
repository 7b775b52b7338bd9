/* SPDX-License-Identifier: MIT */
#ifndef SLI_ANNOTATE_H
#define SLI_ANNOTATE_H

#include <stdint.h>

#include <sli/api.h>
#include <sli/registry.h>
#include <sli/status.h>

/*
 * What happened around a service: deploys, scale-ups, flags that were flipped.
 * When an SLO burns, that is what people ask for first. The last
 * SLI_ANNOTATION_MAX stay with the registry; in a file, for all processes and
 * past their end.
 */

#define SLI_ANNOTATION_MAX 256
#define SLI_ANNOTATION_KIND_MAX 15
#define SLI_ANNOTATION_TEXT_MAX 215

struct sli_annotation {
	uint64_t at_ns;
	char kind[SLI_ANNOTATION_KIND_MAX + 1]; /* "deploy" */
	char text[SLI_ANNOTATION_TEXT_MAX + 1]; /* "checkout 1.4.2" */
};

SLI_BEGIN_DECLS

/**
 * Annotate a moment.
 *
 * @param at_ns  when it happened, by the clock of the records.
 * @param kind   [a-z][a-z0-9_-]*, 1 to 15 bytes.
 * @param text   1 to 215 bytes of UTF-8 without control characters.
 * Errors:   SLI_EINVAL (NULL, kind, text), SLI_EACCES (a view).
 * Thread:   MT-safe, between processes too; a reader passes over one that is
 *           just being written, or whose writer died.
 * Signal:   async-signal-safe without err.  Progress: lock-free.  Since: 0.1
 */
SLI_API int sli_annotate(struct sli_registry *reg, uint64_t at_ns,
    const char *kind, const char *text, struct sli_error *err);

/**
 * An annotation, counted back from the last that was made, which is 0.
 *
 * Errors:   SLI_EINVAL (NULL), SLI_ENOENT (there are no more), SLI_EBUSY (this
 *           one is just being written, or damaged: there may be more).
 * Thread:   MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_annotation_read(const struct sli_registry *reg,
    uint32_t back, struct sli_annotation *out);

SLI_END_DECLS

#endif /* SLI_ANNOTATE_H */
