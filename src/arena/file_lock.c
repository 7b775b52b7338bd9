/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* F_OFD_SETLK */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arena/arena.h"
#include "arena/file.h"
#include "base/atomic.h"
#include "base/clock.h"
#include "base/status.h"

#define LOCK_BYTE (INT64_C(1) << 62)

/*
 * Longer than a holder takes to make a file. One that was stopped (SIGSTOP, a
 * debugger) is waited for no longer than a service may take to start.
 */
#define WAIT_MS 5000

static bool
lock_bytes(int fd, int command, short type, int64_t first, int64_t count)
{
	struct flock lock;
	int rc;

	memset(&lock, 0, sizeof(lock));
	lock.l_type = type;
	lock.l_whence = SEEK_SET;
	lock.l_start = first;
	lock.l_len = count;
	do
		rc = fcntl(fd, command, &lock);
	while (rc != 0 && errno == EINTR);
	return rc == 0 && (command != F_OFD_GETLK || lock.l_type == F_UNLCK);
}

/* "/proc/self/fd/" and the number, without stdio */
static void
put_path(char *path, int fd)
{
	static const char directory[] = "/proc/self/fd/";
	int digit = 1;

	memcpy(path, directory, sizeof(directory) - 1);
	path += sizeof(directory) - 1;
	while (fd / digit >= 10)
		digit *= 10;
	for (; digit > 0; digit /= 10)
		*path++ = (char)('0' + fd / digit % 10);
	*path = '\0';
}

/*
 * The lock is on an open file description of this process alone: a child of
 * fork() that shared its parent's would share its locks. Without /proc there is
 * none but the first.
 */
static int
own_description(struct sli__file *file, struct sli_error *err)
{
	char path[32];
	int fd;

	if (file->lock_pid == (uint64_t)getpid())
		return SLI_OK;
	put_path(path, file->fd);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0 && file->lock_pid == 0)
		fd = file->fd;
	if (fd < 0)
		return sli__fail(err, SLI_EACCES,
		    "cannot open the registry's file again after a fork, by "
		    "%s: system error %u; accepted: the same user, and /proc",
		    path, (uint64_t)errno);
	if (file->lock_fd >= 0 && file->lock_fd != file->fd &&
	    sli__file_check(file, file->lock_fd, NULL) == SLI_OK)
		close(file->lock_fd);
	file->lock_fd = fd;
	file->lock_pid = (uint64_t)getpid();
	return SLI_OK;
}

int
sli__file_lock(struct sli__file *file, struct sli_error *err)
{
	struct timespec pause = { 0, 20000 };
	uint64_t since = 0;
	int status;

	if (file->fd < 0 || load_relaxed(&file->lost) != 0)
		return SLI_OK;
	status = sli__file_check(file, file->fd, err);
	if (status == SLI_OK)
		status = own_description(file, err);
	if (status == SLI_OK)
		status = sli__file_check(file, file->lock_fd, err);
	if (status != SLI_OK)
		return status;
	while (!lock_bytes(file->lock_fd, F_OFD_SETLK, F_WRLCK, LOCK_BYTE, 1)) {
		if (errno != EAGAIN && errno != EACCES)
			return sli__fail(err, SLI_EIO,
			    "the file cannot be locked: system error %u; "
			    "accepted: a local file system",
			    (uint64_t)errno);
		if (since == 0)
			since = sli__clock_steady_ns();
		if (sli__clock_steady_ns() - since >= SLI_MILLIS(WAIT_MS))
			return sli__fail(err, SLI_EBUSY,
			    "the file is locked by another process for %u ms",
			    (uint64_t)WAIT_MS);
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 10000000)
			pause.tv_nsec += pause.tv_nsec / 2;
	}
	return SLI_OK;
}

void
sli__file_unlock(struct sli__file *file)
{
	if (file->lock_fd >= 0)
		lock_bytes(file->lock_fd, F_OFD_SETLK, F_UNLCK, LOCK_BYTE, 1);
}

bool
sli__file_hold(const struct sli__file *file, uint32_t i)
{
	return lock_bytes(file->fd, F_OFD_SETLK, F_WRLCK, LOCK_BYTE + 1 + i, 1);
}

bool
sli__file_is_held(const struct sli__file *file, uint32_t i)
{
	return !lock_bytes(file->fd, F_OFD_GETLK, F_WRLCK, LOCK_BYTE + 1 + i,
	    1);
}

bool
sli__file_is_shared(const struct sli__file *file)
{
	return !lock_bytes(file->fd, F_OFD_GETLK, F_WRLCK, LOCK_BYTE + 1,
	    SLI__PROCESSES);
}
