/* SPDX-License-Identifier: MIT */
#ifndef SLI__SPEC_POOL_H
#define SLI__SPEC_POOL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Memory that is freed all at once. Out of memory is remembered here, so that
 * whoever builds something may look once, at the end: texts are then "".
 */
struct sli__spec_pool {
	struct pool_block *blocks;
	char *next;
	size_t left;
	bool failed;
};

/* Zeroed and aligned for anything; NULL if there is no memory. */
void *sli__spec_get(struct sli__spec_pool *pool, size_t bytes);
const char *sli__spec_copy(struct sli__spec_pool *pool, const char *text,
    size_t len);
const char *sli__spec_format(struct sli__spec_pool *pool, const char *format,
    ...) __attribute__((format(printf, 2, 3)));
void sli__spec_pool_free(struct sli__spec_pool *pool);

#endif /* SLI__SPEC_POOL_H */
