/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* sigtimedwait */

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "deliver/appender.h"

int
sli__deliver_status(int number)
{
	switch (number) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG: /* RLIMIT_FSIZE, too */
		return SLI_ENOSPC;
	case EACCES:
	case EPERM:
	case EROFS:
	case ELOOP:
		return SLI_EACCES;
	case ENOENT:
	case ENOTDIR:
		return SLI_ENOENT;
	case ENOMEM:
		return SLI_ENOMEM;
	case EAGAIN:
		return SLI_EBUSY;
	default:
		return SLI_EIO;
	}
}

/*
 * A write to a pipe that nobody reads, or behind RLIMIT_FSIZE, raises a signal
 * whose default is the end of the process. It is for the thread that writes,
 * which can block it, and take it back before it is let through.
 */
struct quiet {
	sigset_t raised; /* what a write may raise and was not pending before */
	sigset_t old;
};

static void
begin_quiet(struct quiet *q)
{
	static const int signals[] = { SIGPIPE, SIGXFSZ };
	sigset_t pending;
	size_t i;

	sigpending(&pending);
	sigemptyset(&q->raised);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (sigismember(&pending, signals[i]) == 0)
			sigaddset(&q->raised, signals[i]);
	pthread_sigmask(SIG_BLOCK, &q->raised, &q->old);
}

static void
end_quiet(const struct quiet *q)
{
	static const struct timespec at_once = { 0, 0 };

	while (sigtimedwait(&q->raised, NULL, &at_once) > 0 || errno == EINTR)
		;
	pthread_sigmask(SIG_SETMASK, &q->old, NULL);
}

static ssize_t
write_some(int fd, bool is_socket, const void *bytes, size_t length)
{
	return is_socket ?
	    send(fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL) :
	    write(fd, bytes, length);
}

size_t
sli__deliver_write(int fd, bool is_socket, const void *bytes, size_t length)
{
	const char *from = bytes;
	size_t done = 0;
	struct quiet q;
	int number = 0;
	ssize_t n;

	begin_quiet(&q);
	while (done < length) {
		n = write_some(fd, is_socket, from + done, length - done);
		if (n > 0) {
			done += (size_t)n;
		} else if (n == 0 || errno != EINTR) {
			number = n == 0 ? EIO : errno;
			break;
		}
	}
	if (number != 0)
		end_quiet(&q);
	else
		pthread_sigmask(SIG_SETMASK, &q.old, NULL);
	errno = number;
	return done;
}
