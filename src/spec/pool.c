/* SPDX-License-Identifier: MIT */
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spec/pool.h"

#define BLOCK_BYTES ((size_t)32 << 10)

struct pool_block {
	struct pool_block *next;
	alignas(max_align_t) char bytes[];
};

static bool
grow(struct sli__spec_pool *pool, size_t bytes)
{
	size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
	struct pool_block *block = calloc(1, sizeof(*block) + size);

	if (block == NULL)
		return false;
	block->next = pool->blocks;
	pool->blocks = block;
	pool->next = block->bytes;
	pool->left = size;
	return true;
}

void *
sli__spec_get(struct sli__spec_pool *pool, size_t bytes)
{
	const size_t align = alignof(max_align_t);
	size_t size = (bytes + align - 1) / align * align;
	void *got;

	if (pool->failed || size < bytes || size > SIZE_MAX / 2 ||
	    (size > pool->left && !grow(pool, size))) {
		pool->failed = true;
		return NULL;
	}
	got = pool->next;
	pool->next += size;
	pool->left -= size;
	return got;
}

const char *
sli__spec_copy(struct sli__spec_pool *pool, const char *text, size_t len)
{
	char *copy = sli__spec_get(pool, len + 1);

	if (copy == NULL)
		return "";
	if (len > 0)
		memcpy(copy, text, len);
	return copy;
}

const char *
sli__spec_format(struct sli__spec_pool *pool, const char *format, ...)
{
	va_list args, again;
	char *text;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = len >= 0 ? sli__spec_get(pool, (size_t)len + 1) : NULL;
	if (text != NULL)
		vsnprintf(text, (size_t)len + 1, format, again);
	else
		pool->failed = true;
	va_end(again);
	return text != NULL ? text : "";
}

void
sli__spec_pool_free(struct sli__spec_pool *pool)
{
	struct pool_block *block;

	while ((block = pool->blocks) != NULL) {
		pool->blocks = block->next;
		free(block);
	}
	memset(pool, 0, sizeof(*pool));
}
