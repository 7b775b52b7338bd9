/* SPDX-License-Identifier: MIT */
/* Appending to a descriptor that may have no room. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "addon/error.h"
#include "deliver/appender.h"

/*
 * O_NONBLOCK belongs to whoever shares the open file, a shell for instance:
 * what is opened anew has its own.
 */
static int
open_anew(struct sli_appender *a, struct sli_error *err)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", (int)a->cfg.fd);
	a->fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (a->fd < 0)
		return sli__addon_fail(err, sli__deliver_status(errno),
		    "fd %d may block, and cannot be opened anew: %m; "
		    "accepted: one with O_NONBLOCK",
		    (int)a->cfg.fd);
	a->opened = true;
	return SLI_OK;
}

int
sli__appender_open_stream(struct sli_appender *a, struct sli_error *err)
{
	int flags = fcntl(a->cfg.fd, F_GETFL);
	struct stat st;

	if (flags < 0 || fstat(a->cfg.fd, &st) != 0)
		return sli__addon_fail(err, SLI_EINVAL,
		    "fd %d cannot be used: %m; accepted: one that is open for "
		    "writing",
		    (int)a->cfg.fd);
	if ((flags & O_ACCMODE) == O_RDONLY)
		return sli__addon_fail(err, SLI_EINVAL,
		    "fd %d is open for reading only; accepted: for writing",
		    (int)a->cfg.fd);
	a->fd = a->cfg.fd;
	a->is_socket = S_ISSOCK(st.st_mode);
	if (a->is_socket || S_ISREG(st.st_mode) || (flags & O_NONBLOCK) != 0)
		return SLI_OK;
	return open_anew(a, err);
}

/* What is there for the next time: there will be room, or there may be. */
static bool
is_kept(int status)
{
	return status == SLI_OK || status == SLI_EBUSY || status == SLI_ENOSPC;
}

int
sli__append_to_stream(struct sli_appender *a, struct sli_error *err)
{
	size_t batch = a->used - a->rest, done;
	int status = SLI_OK, number;

	done = sli__deliver_write(a->fd, a->is_socket, a->bytes, a->used);
	number = errno;
	if (done < a->used)
		status = sli__deliver_status(number);
	if (done > a->rest && is_kept(status)) {
		/* Begun, the batch will be ended. */
		a->rest = a->used - done;
		memmove(a->bytes, a->bytes + done, a->rest);
		return SLI_OK;
	}
	a->rest = is_kept(status) && done < a->rest ? a->rest - done : 0;
	memmove(a->bytes, a->bytes + done, a->rest);
	if (status == SLI_OK)
		return SLI_OK;
	errno = number;
	return sli__addon_fail(err, status,
	    "a batch of %zu bytes cannot be written to fd %d: %m; %zu bytes of "
	    "an earlier one wait",
	    batch, (int)a->cfg.fd, a->rest);
}
