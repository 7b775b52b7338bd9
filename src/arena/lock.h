/* SPDX-License-Identifier: MIT */
#ifndef SLI_ARENA_LOCK_H
#define SLI_ARENA_LOCK_H

#include <pthread.h>

#include <sli/status.h>

/*
 * The lock of a handle: between threads, and between processes that inherited
 * the handle in shared memory. It survives the death of its holder.
 */
struct sli__lock {
	pthread_mutex_t mutex;
};

int sli__lock_init(struct sli__lock *lock);

/* Errors: SLI_EBUSY. */
int sli__lock_take(struct sli__lock *lock, struct sli_error *err);
void sli__lock_release(struct sli__lock *lock);

#endif /* SLI_ARENA_LOCK_H */
