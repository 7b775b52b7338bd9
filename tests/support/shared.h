/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_SHARED_H
#define SUPPORT_SHARED_H

#include <stddef.h>

#include <sli/sli.h>

/* Memory that a process and its children share, all bytes of it 0 at first. */
void *shared_map(size_t bytes);
void shared_unmap(void *memory, size_t bytes);

/* A registry in such memory. */
struct shared {
	void *memory;
	size_t bytes;
	struct sli_registry *reg;
};

void shared_open(struct shared *shared, const struct sli_registry_config *cfg);
void shared_close(struct shared *shared);

#endif /* SUPPORT_SHARED_H */
