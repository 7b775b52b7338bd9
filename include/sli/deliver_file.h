/* SPDX-License-Identifier: MIT */
#ifndef SLI_DELIVER_FILE_H
#define SLI_DELIVER_FILE_H

#include <stddef.h>
#include <stdint.h>

#include <sli/api.h>
#include <sli/status.h>

/*
 * An appender: appends batches of whole lines to a file that is rotated by
 * size, or to a descriptor. Of libsli-deliver.
 *
 * A batch is what one flush gives: gathered in memory, then put out at once, or
 * not at all. sli_appender_write() is an sli_export_write_fn (export.h), so
 * that a sink of a flusher (deliver.h) is
 *
 *	sli_appender_begin(a);
 *	status = sli_ecs_export(snapshot, &cfg, sli_appender_write, a, err);
 *	if (status != SLI_OK)
 *		return status;
 *	return sli_appender_commit(a, err);
 *
 * To a file, of a local file system, several processes may append together,
 * each with an appender of its own: their batches do not mix. Each batch is one
 * write(2) at the end of the file, under flock(2). When a batch would make the
 * file longer than max_bytes, path.1 becomes path.2 and so on, path becomes
 * path.1, and what was path.<keep> is gone. Whoever moved or removed the file,
 * the others see it, and go on in a new one. If the disk is full in the middle
 * of a batch, it is taken back.
 *
 * To a descriptor, a batch is written without blocking (a pipe or terminal is
 * opened anew for that, so that the descriptor keeps its mode; a socket is sent
 * to). If there is no room the batch is refused; if there is room for a part of
 * it, the rest is kept, and goes before the next batch.
 *
 * Nothing is synchronised to disk. A batch that was refused is dropped and
 * counted; its sink fails with it, and so has its counts in its next flush.
 */

struct sli_appender;

struct sli_appender_config {
	uint32_t struct_size;
	int32_t fd; /* with path NULL: where to write; stays the caller's */
	const char *path; /* copied; no symbolic link, in a directory that is */
	uint64_t max_bytes;	  /* of a file; from 1, default 64 MiB */
	uint64_t batch_max_bytes; /* 1 to 1 GiB, default 16 MiB */
	uint32_t keep;		  /* files beside path, 1 to 999, default 5 */
	uint32_t mode; /* of new files, as for open(2); default 0640 */
};

#define SLI_APPENDER_CONFIG_INIT SLI_CONFIG_INIT(struct sli_appender_config)

struct sli_appender_stats {
	uint64_t batches, bytes; /* that were written, or are kept */
	uint64_t dropped_batches, dropped_bytes; /* that were refused */
	uint64_t rotations;			 /* that this appender made */
	uint64_t reopened;	/* files that others had moved or removed */
	uint64_t pending_bytes; /* of a descriptor: the rest that is kept */
};

SLI_BEGIN_DECLS

/**
 * Make an appender, and its file if there is none.
 *
 * Errors:   SLI_EINVAL, SLI_ERANGE, SLI_EVERSION, SLI_ENOMEM, SLI_ENOENT (no
 *           such directory), SLI_EACCES (not allowed; or a symbolic link),
 *           SLI_EIO.
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_appender_open(
    const struct sli_appender_config *cfg, struct sli_appender **out,
    struct sli_error *err);

/*
 * An appender has one owner at a time. In a child of fork(), it appends on its
 * own account, and has none of its parent's batch. Signal: not safe.
 */

/** Begin a batch; one that was not committed is gone. */
SLI_API void sli_appender_begin(struct sli_appender *appender);

/**
 * Add to the batch; an sli_export_write_fn.
 *
 * @param appender  a struct sli_appender.
 * @return 0, or -1: the batch would be longer than batch_max_bytes, or there is
 *         no memory. Then commit says so, too, until the next begin.
 */
SLI_API int sli_appender_write(const void *bytes, size_t length,
    void *appender);

/**
 * Append the batch. One of no bytes is appended to nothing. Never waits for
 * longer than a few milliseconds, which others may take to append theirs.
 *
 * Errors:   SLI_EINVAL (NULL; it does not end in a newline), SLI_ERANGE (longer
 *           than batch_max_bytes), SLI_ENOMEM, SLI_EBUSY (no room; others are
 *           appending), SLI_ENOSPC (disk full, quota, file size limit),
 *           SLI_ENOENT, SLI_EACCES, SLI_EIO. The batch is dropped.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_appender_commit(struct sli_appender *appender,
    struct sli_error *err);

/** What it has done. Errors: SLI_EINVAL (NULL). Since: 0.1 */
SLI_API int sli_appender_stats(const struct sli_appender *appender,
    struct sli_appender_stats *out);

/**
 * Free an appender. The rest of a batch is tried once more.
 *
 * @param appender  NULL does nothing.
 * Errors:   SLI_EIO (pending_bytes were lost: the last line is torn).
 * Since:    0.1
 */
SLI_API int sli_appender_close(struct sli_appender *appender,
    struct sli_error *err);

SLI_END_DECLS

#endif /* SLI_DELIVER_FILE_H */
