/* SPDX-License-Identifier: MIT */
#ifndef UNIT_REGISTRIES_H
#define UNIT_REGISTRIES_H

/* For tests of how registries are made. */

#include <stdlib.h>

#include "fixture.h"

#define ALIGN 128

static inline struct sli_registry_config
small_config(void)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;

	cfg.max_indicators = 2;
	cfg.max_slos = 2;
	cfg.shards = 2;
	return cfg;
}

/* Caller's memory, all bytes of it 0xa5. */
static inline void *
dirty_memory(size_t bytes)
{
	void *mem = aligned_alloc(ALIGN, (bytes + ALIGN - 1) / ALIGN * ALIGN);

	assert_non_null(mem);
	memset(mem, 0xa5, bytes);
	return mem;
}

static inline void
expect_dirty(const unsigned char *mem, size_t bytes)
{
	size_t i;

	for (i = 0; i < bytes && mem[i] == 0xa5; i++)
		;
	assert_int_equal(i, bytes);
}

#endif /* UNIT_REGISTRIES_H */
