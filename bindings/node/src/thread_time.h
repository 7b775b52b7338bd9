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

/* Where a stretch of its time went. */
struct thread_spent {
	uint64_t at_ns;			  /* accounted up to here */
	uint64_t cpu_clock_ns, waited_ns; /* what the accounts said then */
	uint64_t code_ns, cpu_ns, call_ns;
};

/* Of the thread that calls; 0 or an errno. */
int thread_time_open(struct thread_time *t);
void thread_time_close(struct thread_time *t);

/* A stretch begins. */
void thread_time_begin(const struct thread_time *t, uint64_t now_ns,
    struct thread_spent *s);

/*
 * It goes on. What neither the CPU clock nor the waits that are over explain
 * since the last call is of the state that the thread is in now: call it often.
 */
void thread_time_go_on(const struct thread_time *t, uint64_t now_ns,
    struct thread_spent *s);

/* What most of the stretch went to. */
enum thread_cause thread_time_cause(const struct thread_spent *s);

/* The number of the system call that it sleeps in, or -1. */
long thread_time_call(const struct thread_time *t);

/* "code", "cpu", "call" or "unknown"; of a call, its name or "". */
const char *thread_cause_name(enum thread_cause cause);
const char *thread_call_name(long number);

#endif /* THREAD_TIME_H */
