/* SPDX-License-Identifier: MIT */
#ifndef THREAD_TIME_H
#define THREAD_TIME_H

/*
 * What a thread of this process does with its time, by Linux's accounts: runs,
 * waits for a CPU, or sleeps in a call. Asked from another thread.
 */

#include <pthread.h>
#include <stdint.h>
#include <sys/types.h>

enum thread_cause {
	THREAD_UNKNOWN, /* /proc tells nothing */
	THREAD_CODE,	/* it ran */
	THREAD_CPU,	/* it could have run, and got no CPU */
	THREAD_CALL	/* it slept in a system call */
};

struct thread_time {
	pid_t tid;
	clockid_t clock; /* of its CPU time */
	int schedstat;	 /* a descriptor of /proc, or -1 */
};

struct thread_spent {
	uint64_t run_ns;
	uint64_t wait_ns; /* for a CPU, in waits that are over */
};

/* Of the thread that calls; 0 or an errno. */
int thread_time_open(struct thread_time *t);
void thread_time_close(struct thread_time *t);

void thread_time_spent(const struct thread_time *t, struct thread_spent *out);

/*
 * The cause of most of `length_ns`, in which the thread spent what lies between
 * `from` and `to`. Of a wait for a CPU that still lasts, /proc has no length
 * but the state: call it while it does.
 */
enum thread_cause thread_time_cause(const struct thread_time *t,
    const struct thread_spent *from, const struct thread_spent *to,
    uint64_t length_ns);

/* The number of the system call that it sleeps in, or -1. */
long thread_time_call(const struct thread_time *t);

/* "code", "cpu", "call" or "unknown"; of a call, its name or "". */
const char *thread_cause_name(enum thread_cause cause);
const char *thread_call_name(long number);

#endif /* THREAD_TIME_H */
