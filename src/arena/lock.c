/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* robust mutexes, clock_gettime */

#include <errno.h>
#include <stdint.h>
#include <time.h>

#include "arena/lock.h"
#include "base/status.h"

/*
 * The lock is held for microseconds. Longer means that this is a child of
 * fork() in whose copy of the memory a thread of the parent held it.
 */
#define LOCK_SECONDS 2

int
sli__lock_init(struct sli__lock *lock)
{
	pthread_mutexattr_t attr;
	int rc;

	if (pthread_mutexattr_init(&attr) != 0)
		return SLI_ENOMEM;
	rc = pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	if (rc == 0)
		rc = pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	if (rc == 0)
		rc = pthread_mutex_init(&lock->mutex, &attr);
	pthread_mutexattr_destroy(&attr);
	return rc == 0 ? SLI_OK : SLI_ENOMEM;
}

int
sli__lock_take(struct sli__lock *lock, struct sli_error *err)
{
	struct timespec until;
	int rc;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += LOCK_SECONDS;
	rc = pthread_mutex_timedlock(&lock->mutex, &until);
	/* Whatever the dead holder had begun was not published: all is well. */
	if (rc == EOWNERDEAD)
		rc = pthread_mutex_consistent(&lock->mutex);
	if (rc != 0)
		return sli__fail(err, SLI_EBUSY,
		    "the registry's lock was not to be had for %u s: error %u; "
		    "it may have been held by another thread at a fork",
		    (uint64_t)LOCK_SECONDS, (uint64_t)rc);
	return SLI_OK;
}

void
sli__lock_release(struct sli__lock *lock)
{
	pthread_mutex_unlock(&lock->mutex);
}
