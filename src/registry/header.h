/* SPDX-License-Identifier: MIT */
#ifndef SLI_REGISTRY_HEADER_H
#define SLI_REGISTRY_HEADER_H

/*
 * The header of a file: what says that it is a registry, of which layout, and
 * how large everything is. A copy of it lies behind the block, for repairs.
 *
 *   file:  block, size_bytes | to the next page | copy of the header
 *
 * A file under construction begins with another magic, and is nobody's yet: the
 * lock of registration is held by its maker, or the maker has died.
 */

#include "registry/plan.h"

/* The first bytes of a file. */
enum sli__header_kind {
	SLI__HEADER_NONE,   /* something else */
	SLI__HEADER_MAKING, /* under construction */
	SLI__HEADER_WHOLE
};

enum sli__header_kind sli__header_kind(const struct sli__block *header);

/* A header for this geometry, but for its magic. */
void sli__header_make(struct sli__block *header,
    const struct sli__geometry *geometry);

/* Write it, its copy, and then the magic. */
int sli__header_write(const struct sli__file *file, struct sli__block *header,
    struct sli_error *err);

/* Mark a file as under construction. */
int sli__header_begin(const struct sli__file *file, struct sli_error *err);

/*
 * Read one for a look from outside: SLI_EBUSY while there is none yet. That of
 * a file that is damaged is left in *header as far as it goes.
 */
int sli__header_look(const struct sli__file *file, uint64_t *file_bytes,
    struct sli__block *header, struct sli_error *err);

/* Read it; short files give SLI_ECORRUPT. */
int sli__header_read(const struct sli__file *file, uint64_t offset,
    struct sli__block *header, struct sli_error *err);

/* Everything in it is as this library would have made it. */
int sli__header_check(const struct sli__block *header, struct sli_error *err);

/* Where the copy lies, and how long the file is with it. */
uint64_t sli__header_copy_offset(const struct sli__geometry *geometry);
uint64_t sli__header_file_bytes(const struct sli__geometry *geometry);

/* Find the copy in a file of so many bytes, whatever its header says. */
int sli__header_read_copy(const struct sli__file *file, uint64_t file_bytes,
    struct sli__block *header, struct sli_error *err);

#endif /* SLI_REGISTRY_HEADER_H */
