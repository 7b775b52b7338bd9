/* SPDX-License-Identifier: MIT */
#include "shared.h"

#include <sys/mman.h>

#include "common.h"

void *
shared_map(size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(memory, MAP_FAILED);
	return memory;
}

void
shared_unmap(void *memory, size_t bytes)
{
	assert_int_equal(munmap(memory, bytes), 0);
}

void
shared_open(struct shared *shared, const struct sli_registry_config *cfg)
{
	shared->bytes = sli_registry_size(cfg);
	shared->memory = shared_map(shared->bytes);
	assert_int_equal(sli_registry_init(shared->memory, shared->bytes, cfg,
			     &shared->reg, NULL),
	    SLI_OK);
}

void
shared_close(struct shared *shared)
{
	sli_registry_close(shared->reg);
	shared_unmap(shared->memory, shared->bytes);
}
