/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* fallocate, sync_file_range, anonymous mappings */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena/arena.h"
#include "arena/file.h"
#include "base/atomic.h"
#include "base/status.h"

static int
status_of(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return SLI_ENOENT;
	case EACCES:
	case EPERM:
	case EROFS:
	case ELOOP:
	case EISDIR:
	case ENXIO: /* a socket, a FIFO without a reader */
		return SLI_EACCES;
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return SLI_ENOSPC;
	case ENOMEM:
	case EMFILE:
	case ENFILE:
		return SLI_ENOMEM;
	default:
		return SLI_EIO;
	}
}

int
sli__file_fail(struct sli_error *err, const char *what, int error)
{
	static const struct {
		int error;
		const char *text;
	} texts[] = {
		{ ENOENT, "there is no such file or directory" },
		{ ENOTDIR, "a part of the path is no directory" },
		{ EACCES, "permission denied" },
		{ EPERM, "not permitted" },
		{ EROFS, "the file system is read-only" },
		{ ELOOP, "it is a symbolic link; accepted: a regular file" },
		{ EISDIR, "it is a directory; accepted: a regular file" },
		{ ENXIO, "it is no regular file" },
		{ ENOSPC, "no space is left on the disk" },
		{ EDQUOT, "the disk quota is exceeded" },
		{ EFBIG,
		    "it would be longer than RLIMIT_FSIZE or the file "
		    "system allow" },
		{ EMFILE, "too many files are open" },
		{ ENOMEM, "there is not enough memory or address space" },
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].error == error)
			return sli__fail(err, status_of(error),
			    "cannot %s the file: %s", what, texts[i].text);
	return sli__fail(err, status_of(error),
	    "cannot %s the file: system error %u", what, (uint64_t)error);
}

/*
 * The application may have closed our descriptor, and have another file there.
 * Leaves errno alone: signal handlers may ask.
 */
static bool
look(const struct sli__file *file, int fd, struct stat *st)
{
	int error = errno;
	bool same = fd >= 0 && fstat(fd, st) == 0 &&
	    (uint64_t)st->st_dev == file->device &&
	    (uint64_t)st->st_ino == file->inode;

	errno = error;
	return same;
}

static bool
is_ours(const struct sli__file *file, int fd)
{
	struct stat st;

	return look(file, fd, &st);
}

int
sli__file_check(const struct sli__file *file, int fd, struct sli_error *err)
{
	if (is_ours(file, fd))
		return SLI_OK;
	return sli__fail(err, SLI_EIO,
	    "the registry's descriptor %u was closed by the application; "
	    "accepted: open the registry after closing inherited descriptors",
	    (uint64_t)fd);
}

int
sli__file_size(const struct sli__file *file, uint64_t *bytes,
    struct sli_error *err)
{
	struct stat st;

	if (fstat(file->fd, &st) != 0)
		return sli__file_fail(err, "examine", errno);
	*bytes = (uint64_t)st.st_size;
	return SLI_OK;
}

bool
sli__file_is_deleted(const struct sli__file *file)
{
	struct stat st;

	return look(file, file->fd, &st) && st.st_nlink == 0;
}

bool
sli__file_is_cut(const struct sli__file *file)
{
	struct stat st;

	return look(file, file->fd, &st) &&
	    (uint64_t)st.st_size < file->map_bytes;
}

int
sli__file_read(const struct sli__file *file, void *to, size_t bytes,
    uint64_t offset, struct sli_error *err)
{
	char *at = to;
	ssize_t n;

	for (; bytes > 0; at += n, bytes -= (size_t)n, offset += (uint64_t)n) {
		n = pread(file->fd, at, bytes, (off_t)offset);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n < 0)
			return sli__file_fail(err, "read", errno);
		else if (n == 0)
			return sli__fail(err, SLI_ECORRUPT,
			    "the file ends at byte %u, in its header", offset);
	}
	return SLI_OK;
}

uint64_t
sli__file_next_data(const struct sli__file *file, uint64_t offset)
{
	off_t next = lseek(file->fd, (off_t)offset, SEEK_DATA);

	if (next >= 0)
		return (uint64_t)next;
	/* Past the last; or it is not known. */
	return errno == ENXIO ? UINT64_MAX : offset;
}

/* There the kernel would not only refuse, but raise SIGXFSZ. */
static bool
is_past_limit(uint64_t bytes)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_FSIZE, &limit) == 0 && bytes > limit.rlim_cur;
}

int
sli__file_write(const struct sli__file *file, const void *from, size_t bytes,
    uint64_t offset, struct sli_error *err)
{
	const char *at = from;
	ssize_t n;

	if (is_past_limit(offset + bytes))
		return sli__file_fail(err, "write", EFBIG);
	for (; bytes > 0; at += n, bytes -= (size_t)n, offset += (uint64_t)n) {
		n = pwrite(file->fd, at, bytes, (off_t)offset);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n <= 0)
			return sli__file_fail(err, "write",
			    n < 0 ? errno : EIO);
	}
	return SLI_OK;
}

int
sli__file_resize(const struct sli__file *file, uint64_t bytes,
    struct sli_error *err)
{
	if (is_past_limit(bytes))
		return sli__file_fail(err, "extend", EFBIG);
	if (ftruncate(file->fd, (off_t)bytes) != 0)
		return sli__file_fail(err, "extend", errno);
	return SLI_OK;
}

int
sli__file_reserve(const struct sli__file *file, uint64_t from, uint64_t to,
    struct sli_error *err)
{
	int error, status;

	if (file->fd < 0 || load_relaxed(&file->lost) != 0 || from >= to)
		return SLI_OK;
	status = sli__file_check(file, file->fd, err);
	if (status == SLI_OK && sli__file_is_cut(file))
		status = sli__fail(err, SLI_EIO,
		    "the file was truncated: see sli_registry_status()");
	if (status != SLI_OK)
		return status;
	/* It has its size: one that lost it must not get it back, empty. */
	do
		error = fallocate(file->fd, FALLOC_FL_KEEP_SIZE, (off_t)from,
			    (off_t)(to - from)) == 0 ?
		    0 :
		    errno;
	while (error == EINTR);
	/* Where the file system cannot, libc writes into every block. */
	if (error == EOPNOTSUPP)
		error = posix_fallocate(file->fd, (off_t)from,
		    (off_t)(to - from));
	return error == 0 ? SLI_OK :
			    sli__file_fail(err, "allocate space in", error);
}

int
sli__file_clear(const struct sli__file *file, uint64_t from, uint64_t to,
    struct sli_error *err)
{
	const int zero = FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE;
	bool is_hole;
	int status;

	if (file->fd < 0 || load_relaxed(&file->lost) != 0)
		return SLI_OK;
	/* Never used: zeros, without that pages of it are looked at. */
	is_hole = is_ours(file, file->fd) &&
	    sli__file_next_data(file, from) >= to;
	/* Space is not given back for a moment: another might take it. */
	status = sli__file_reserve(file, from, to, err);
	if (status == SLI_OK && !is_hole &&
	    fallocate(file->fd, zero, (off_t)from, (off_t)(to - from)) != 0)
		sli__zero((char *)file->map + from, to - from);
	return status;
}

int
sli__file_map(struct sli__file *file, uint64_t bytes, bool writable,
    struct sli_error *err)
{
	void *map = mmap(NULL, bytes, PROT_READ | (writable ? PROT_WRITE : 0),
	    MAP_SHARED, file->fd, 0);

	if (map == MAP_FAILED)
		return sli__file_fail(err, "map", errno);
	file->map = map;
	file->map_bytes = bytes;
	return SLI_OK;
}

bool
sli__file_replace(struct sli__file *file)
{
	const int flags = MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS |
	    MAP_NORESERVE;
	int error = errno;
	uint64_t lost = 0;
	bool is_done;

	if (!cas_acq_rel(&file->lost, &lost, 1))
		return false;
	is_done = mmap(file->map, file->map_bytes, PROT_READ | PROT_WRITE,
		      flags, -1, 0) != MAP_FAILED;
	if (!is_done)
		store_relaxed(&file->lost, 0);
	errno = error;
	return is_done;
}

void
sli__file_write_out(const struct sli__file *file, uint64_t from, uint64_t to)
{
	int error = errno; /* of whoever is recording */

	if (load_relaxed(&file->lost) == 0 && is_ours(file, file->fd))
		(void)sync_file_range(file->fd, (off_t)from, (off_t)(to - from),
		    SYNC_FILE_RANGE_WRITE);
	errno = error;
}

int
sli__file_sync(const struct sli__file *file, struct sli_error *err)
{
	int status;

	if (file->fd < 0)
		return SLI_OK;
	if (load_relaxed(&file->lost) != 0)
		return sli__fail(err, SLI_EIO,
		    "the file was lost: see sli_registry_status()");
	status = sli__file_check(file, file->fd, err);
	if (status != SLI_OK)
		return status;
	/* What is only in page tables is in the page cache for fsync(2). */
	if (fdatasync(file->fd) != 0)
		return sli__file_fail(err, "sync", errno);
	return SLI_OK;
}
