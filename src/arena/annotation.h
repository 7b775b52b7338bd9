/* SPDX-License-Identifier: MIT */
#ifndef SLI_ARENA_ANNOTATION_H
#define SLI_ARENA_ANNOTATION_H

/*
 * A ring that anyone may write to at any time: a writer takes a number, and
 * with it a place. Two that are a whole ring apart may write to one place at
 * once; then the checksum fits neither, and readers pass over it. One place
 * more than is promised, so that the one that is being written is none of them.
 *
 *   word       written by       read by    order
 *   number     its writer       readers    release/acquire
 *   others     its writer       readers    relaxed: the checksum tells
 */

#include <sli/annotate.h>

#include "arena/arena.h"

#define SLI__ANNOTATION_PLACES (SLI_ANNOTATION_MAX + 1)
#define SLI__ANNOTATION_WORDS (sizeof(struct sli_annotation) / sizeof(uint64_t))

struct sli__annotation {
	uint64_t number; /* 1 + n; 0: being written */
	uint64_t checksum;
	uint64_t words[SLI__ANNOTATION_WORDS]; /* a struct sli_annotation */
};

_Static_assert(sizeof(struct sli_annotation) % sizeof(uint64_t) == 0,
    "an annotation is whole words");

void sli__annotation_write(struct sli__arena *arena,
    const struct sli_annotation *annotation);

/* Number n, of the annotation_count there are; false: it is gone or damaged. */
bool sli__annotation_get(const struct sli__arena *arena, uint64_t n,
    struct sli_annotation *out);

/* As sli_annotate() accepts them. Errors: SLI_EINVAL. */
int sli__annotation_check(const char *kind, const char *text,
    struct sli_error *err);

#endif /* SLI_ARENA_ANNOTATION_H */
