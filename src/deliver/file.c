/* SPDX-License-Identifier: MIT */
/*
 * Appending to a file that several processes append to, and that anybody may
 * move away.
 *
 * Whoever appends has the lock of the very file that the path names: it takes
 * the lock, and then looks whether the path still names what it has open. With
 * it, it alone knows the file's size, may take back the half of a batch, and
 * may rename; and as path becomes path.1 last, nobody comes to a new file at
 * path, and so to the renaming, before all the others have their new names.
 */
#define _GNU_SOURCE /* flock, O_NOFOLLOW, ftruncate */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "addon/error.h"
#include "deliver/appender.h"

/* The lock is held for one write: 20 ms without it are not worth waiting on. */
#define TRIES 20
#define PAUSE_NS 1000000

static int
fail(const struct sli_appender *a, const char *what, struct sli_error *err)
{
	int status = sli__deliver_status(errno);

	return sli__addon_fail(err, status, "%s cannot be %s: %m", a->path,
	    what);
}

static void
close_file(struct sli_appender *a)
{
	close(a->fd); /* and with it the lock */
	a->fd = -1;
}

/* Read, too: whether the last line has its end. */
int
sli__appender_open_file(struct sli_appender *a, struct sli_error *err)
{
	struct stat st;

	if (a->fd >= 0)
		return SLI_OK;
	a->fd = open(a->path,
	    O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
		O_CLOEXEC,
	    (mode_t)a->cfg.mode);
	if (a->fd < 0 && errno == ELOOP)
		return sli__addon_fail(err, SLI_EACCES,
		    "%s is a symbolic link; accepted: a regular file", a->path);
	if (a->fd < 0)
		return fail(a, "opened", err);
	if (fstat(a->fd, &st) == 0 && S_ISREG(st.st_mode))
		return SLI_OK;
	close_file(a);
	return sli__addon_fail(err, SLI_EINVAL,
	    "%s is not a regular file; accepted: one, or a descriptor in fd",
	    a->path);
}

static bool
is_named(const struct sli_appender *a, struct stat *st)
{
	struct stat named;

	return fstat(a->fd, st) == 0 && lstat(a->path, &named) == 0 &&
	    named.st_dev == st->st_dev && named.st_ino == st->st_ino;
}

/*
 * SLI_OK: the file is open, locked, and what the path names. SLI_EBUSY: others
 * have the lock. SLI_ENODATA: it was moved away, whoever has its lock.
 */
static int
take_file(struct sli_appender *a, struct stat *st, struct sli_error *err)
{
	int status = sli__appender_open_file(a, err), number = 0;

	if (status != SLI_OK)
		return status;
	if (flock(a->fd, LOCK_EX | LOCK_NB) != 0)
		number = errno;
	if (!is_named(a, st)) {
		close_file(a);
		a->stats.reopened++;
		return SLI_ENODATA;
	}
	if (number == EWOULDBLOCK || number == EINTR)
		return SLI_EBUSY;
	errno = number;
	return number == 0 ? SLI_OK : fail(a, "locked", err);
}

static const char *
name_of(char *room, const char *path, uint32_t number)
{
	sprintf(room, "%s.%" PRIu32, path, number);
	return room;
}

/* A number that is free is filled, and what is older stays. */
static int
rotate(struct sli_appender *a, struct sli_error *err)
{
	struct stat st;
	uint32_t n = 1;

	while (
	    n < a->cfg.keep && lstat(name_of(a->newer, a->path, n), &st) == 0)
		n++;
	for (; n > 1; n--)
		if (rename(name_of(a->newer, a->path, n - 1),
			name_of(a->older, a->path, n)) != 0)
			return fail(a, "rotated", err);
	if (rename(a->path, name_of(a->newer, a->path, 1)) != 0)
		return fail(a, "rotated", err);
	a->stats.rotations++;
	return SLI_OK;
}

static bool
fits(const struct sli_appender *a, uint64_t size)
{
	return size == 0 ||
	    (size < a->cfg.max_bytes && a->used <= a->cfg.max_bytes - size);
}

/*
 * What goes before a batch: in a new file its header, else the end of a line
 * that somebody was killed in, so that ours is whole.
 */
static const char *
prefix_of(const struct sli_appender *a, uint64_t size)
{
	char last = '\n';

	if (size == 0)
		return a->header;
	return pread(a->fd, &last, 1, (off_t)size - 1) == 1 && last != '\n' ?
	    "\n" :
	    "";
}

/* Unless somebody has appended, or cut the file, without a lock. */
static bool
take_back(const struct sli_appender *a, const struct stat *before,
    size_t written)
{
	struct stat st;

	return fstat(a->fd, &st) == 0 &&
	    st.st_size - before->st_size == (off_t)written &&
	    ftruncate(a->fd, before->st_size) == 0;
}

static int
append(const struct sli_appender *a, const struct stat *st,
    struct sli_error *err)
{
	const char *prefix = prefix_of(a, (uint64_t)st->st_size);
	size_t length = strlen(prefix), written;
	int number;

	written = sli__deliver_write(a->fd, false, prefix, length);
	if (written == length)
		written += sli__deliver_write(a->fd, false, a->bytes, a->used);
	if (written == length + a->used)
		return SLI_OK;
	number = errno;
	if (take_back(a, st, written))
		written = 0;
	errno = number;
	return sli__addon_fail(err, sli__deliver_status(number),
	    "a batch of %zu bytes cannot be appended to %s: %m; %zu of them "
	    "are there",
	    a->used, a->path, written > length ? written - length : 0);
}

int
sli__append_to_file(struct sli_appender *a, struct sli_error *err)
{
	static const struct timespec pause = { 0, PAUSE_NS };
	struct stat st;
	int tries, status;

	for (tries = 0; tries < TRIES; tries++) {
		status = take_file(a, &st, err);
		if (status == SLI_EBUSY)
			nanosleep(&pause, NULL);
		if (status == SLI_EBUSY || status == SLI_ENODATA)
			continue;
		if (status != SLI_OK)
			return status;
		if (fits(a, (uint64_t)st.st_size)) {
			status = append(a, &st, err);
			(void)flock(a->fd, LOCK_UN);
			return status;
		}
		status = rotate(a, err);
		close_file(a);
		if (status != SLI_OK)
			return status;
	}
	return sli__addon_fail(err, SLI_EBUSY,
	    "%s is in use: other processes append to it all the time", a->path);
}
