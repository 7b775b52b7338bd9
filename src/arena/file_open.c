/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* O_NOFOLLOW, lstat, fchmod */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena/file.h"
#include "base/status.h"

void
sli__file_init(struct sli__file *file)
{
	memset(file, 0, sizeof(*file));
	file->fd = -1;
	file->lock_fd = -1;
}

static int
check_kind(struct sli__file *file, bool writable, struct sli_error *err)
{
	struct stat st;

	if (fstat(file->fd, &st) != 0)
		return sli__file_fail(err, "examine", errno);
	file->device = (uint64_t)st.st_dev;
	file->inode = (uint64_t)st.st_ino;
	if (!S_ISREG(st.st_mode))
		return sli__fail(err, SLI_EACCES,
		    "the path is a %s; accepted: a regular file",
		    S_ISDIR(st.st_mode)	     ? "directory" :
			S_ISFIFO(st.st_mode) ? "FIFO" :
					       "device or socket");
	if (writable && st.st_uid != geteuid())
		return sli__fail(err, SLI_EACCES,
		    "the file belongs to user %u; accepted: one of user %u, "
		    "who opens it",
		    (uint64_t)st.st_uid, (uint64_t)geteuid());
	if (writable && (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return sli__fail(err, SLI_EACCES,
		    "the file may be written by %s; accepted: mode 0600",
		    st.st_mode & S_IWOTH ? "everybody" : "its group");
	return SLI_OK;
}

static int
open_any(struct sli__file *file, const char *path, enum sli__file_mode mode,
    struct sli_error *err)
{
	const int flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY |
	    (mode == SLI__FILE_READ ? O_RDONLY : O_RDWR);

	file->is_new = 0;
	if (mode != SLI__FILE_NEW)
		file->fd = open(path, flags);
	if (mode == SLI__FILE_NEW ||
	    (mode == SLI__FILE_CREATE && file->fd < 0 && errno == ENOENT)) {
		file->fd = open(path, flags | O_CREAT | O_EXCL, 0600);
		file->is_new = file->fd >= 0;
		/* Whatever the umask: its owner could not open it again. */
		if (file->is_new && fchmod(file->fd, 0600) != 0)
			return sli__file_fail(err, "set the mode of", errno);
	}
	if (file->fd >= 0)
		return check_kind(file, mode != SLI__FILE_READ, err);
	if (errno == EEXIST)
		return sli__fail(err, SLI_EEXIST,
		    "\"%s\" is there already; accepted: a path that is not",
		    path);
	return sli__file_fail(err, "open", errno);
}

/* Has the path come to mean another file before we had the lock? */
static bool
is_at(const struct sli__file *file, const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && (uint64_t)st.st_dev == file->device &&
	    (uint64_t)st.st_ino == file->inode;
}

int
sli__file_open(struct sli__file *file, const char *path,
    enum sli__file_mode mode, struct sli_error *err)
{
	enum { TRIES = 100 };
	int status, tries;

	for (tries = 0; tries < TRIES; tries++) {
		sli__file_init(file);
		status = open_any(file, path, mode, err);
		/* Made by another between our two looks at it. */
		if (status == SLI_EEXIST && mode == SLI__FILE_CREATE)
			continue;
		if (status == SLI_OK && mode != SLI__FILE_READ)
			status = sli__file_lock(file, err);
		if (status != SLI_OK) {
			sli__file_close(file);
			return status;
		}
		if (mode == SLI__FILE_READ || is_at(file, path))
			return SLI_OK;
		sli__file_close(file);
	}
	return sli__fail(err, SLI_EBUSY,
	    "\"%s\" is made and removed over and over by others", path);
}

void
sli__file_close(struct sli__file *file)
{
	if (file->map != NULL)
		munmap(file->map, file->map_bytes);
	if (file->lock_fd >= 0 && file->lock_fd != file->fd &&
	    sli__file_check(file, file->lock_fd, NULL) == SLI_OK)
		close(file->lock_fd);
	if (file->fd >= 0 && sli__file_check(file, file->fd, NULL) == SLI_OK)
		close(file->fd);
	sli__file_init(file);
}

void
sli__file_remove(const struct sli__file *file, const char *path)
{
	if (is_at(file, path))
		unlink(path);
}
