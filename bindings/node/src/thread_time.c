/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* gettid */
#include "thread_time.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* /proc/self would be the process; a thread's files lie under its task. */
static int
open_task(pid_t tid, const char *file)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%d/%s", (int)tid, file);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* Text of one read, which is how /proc gives a consistent view; 0: none. */
static size_t
read_task(pid_t tid, const char *file, char *text, size_t size)
{
	int fd = open_task(tid, file);
	ssize_t n;

	if (fd < 0)
		return 0;
	n = read(fd, text, size - 1);
	close(fd);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	return (size_t)n;
}

int
thread_time_open(struct thread_time *t)
{
	int error = pthread_getcpuclockid(pthread_self(), &t->clock);

	t->tid = gettid();
	t->schedstat = error == 0 ? open_task(t->tid, "schedstat") : -1;
	return error;
}

void
thread_time_close(struct thread_time *t)
{
	if (t->schedstat >= 0)
		close(t->schedstat);
	t->schedstat = -1;
}

/* "run wait slices", in ns: Documentation/scheduler/sched-stats of Linux. */
static uint64_t
waited(int schedstat)
{
	char text[96], *end;
	ssize_t n;

	n = schedstat < 0 ? -1 : pread(schedstat, text, sizeof(text) - 1, 0);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	strtoull(text, &end, 10);
	return strtoull(end, NULL, 10);
}

static void
read_accounts(const struct thread_time *t, struct thread_spent *s)
{
	struct timespec cpu = { 0 };

	clock_gettime(t->clock, &cpu);
	s->cpu_clock_ns = (uint64_t)cpu.tv_sec * 1000000000u +
	    (uint64_t)cpu.tv_nsec;
	s->waited_ns = waited(t->schedstat);
}

/* The letter behind the name, which is in parentheses and may hold any. */
static char
state(pid_t tid)
{
	char text[512], *name_end;

	if (read_task(tid, "stat", text, sizeof(text)) == 0)
		return '?';
	name_end = strrchr(text, ')');
	return name_end != NULL && name_end[1] == ' ' ? name_end[2] : '?';
}

void
thread_time_begin(const struct thread_time *t, uint64_t now_ns,
    struct thread_spent *s)
{
	memset(s, 0, sizeof(*s));
	s->at_ns = now_ns;
	read_accounts(t, s);
}

void
thread_time_go_on(const struct thread_time *t, uint64_t now_ns,
    struct thread_spent *s)
{
	struct thread_spent before = *s;
	uint64_t ran, waits, length = now_ns - before.at_ns;

	read_accounts(t, s);
	s->at_ns = now_ns;
	ran = s->cpu_clock_ns - before.cpu_clock_ns;
	waits = s->waited_ns - before.waited_ns;
	s->code_ns += ran;
	s->cpu_ns += waits;
	if (ran + waits >= length)
		return;
	switch (state(t->tid)) {
	case 'R':
		s->cpu_ns += length - ran - waits;
		break;
	case 'S':
	case 'D':
		s->call_ns += length - ran - waits;
		break;
	}
}

enum thread_cause
thread_time_cause(const struct thread_spent *s)
{
	if (s->code_ns + s->cpu_ns + s->call_ns == 0)
		return THREAD_UNKNOWN;
	if (s->code_ns >= s->cpu_ns && s->code_ns >= s->call_ns)
		return THREAD_CODE;
	return s->cpu_ns >= s->call_ns ? THREAD_CPU : THREAD_CALL;
}

long
thread_time_call(const struct thread_time *t)
{
	char text[256], *end;
	long number;

	if (read_task(t->tid, "syscall", text, sizeof(text)) == 0)
		return -1;
	number = strtol(text, &end, 10); /* "running" has none */
	return end != text && *end == ' ' ? number : -1;
}

const char *
thread_cause_name(enum thread_cause cause)
{
	static const char *const names[] = { "unknown", "code", "cpu", "call" };

	return names[cause];
}

/* Those that block a loop in practice. */
const char *
thread_call_name(long number)
{
	static const struct {
		long number;
		const char *name;
	} calls[] = {
		{ SYS_read, "read" },
		{ SYS_write, "write" },
		{ SYS_pread64, "pread64" },
		{ SYS_pwrite64, "pwrite64" },
		{ SYS_readv, "readv" },
		{ SYS_writev, "writev" },
		{ SYS_fsync, "fsync" },
		{ SYS_fdatasync, "fdatasync" },
		{ SYS_openat, "openat" },
		{ SYS_futex, "futex" },
		{ SYS_wait4, "wait4" },
		{ SYS_waitid, "waitid" },
		{ SYS_ppoll, "ppoll" },
		{ SYS_epoll_pwait, "epoll_pwait" },
		{ SYS_connect, "connect" },
		{ SYS_accept4, "accept4" },
		{ SYS_recvfrom, "recvfrom" },
		{ SYS_recvmsg, "recvmsg" },
		{ SYS_sendto, "sendto" },
		{ SYS_sendmsg, "sendmsg" },
		{ SYS_flock, "flock" },
		{ SYS_fcntl, "fcntl" },
		{ SYS_nanosleep, "nanosleep" },
		{ SYS_clock_nanosleep, "clock_nanosleep" },
#ifdef SYS_poll
		{ SYS_poll, "poll" },
#endif
#ifdef SYS_epoll_wait
		{ SYS_epoll_wait, "epoll_wait" },
#endif
	};
	size_t i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i].number == number)
			return calls[i].name;
	return "";
}
