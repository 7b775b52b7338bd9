/* SPDX-License-Identifier: MIT */
#ifndef BACKEND_H
#define BACKEND_H

#include <pthread.h>

/*
 * What the service depends on: a pool of threads that can do a fixed amount of
 * work, behind a first-in first-out queue of fixed length. Work is a timed
 * wait, so that capacity is the same on any machine.
 */

#define BACKEND_THREADS 8
#define BACKEND_WORK_MS 40
#define BACKEND_QUEUE_MAX 50

/* Embed one in what is waiting for the work. */
struct backend_job {
	void (*done)(struct backend_job *job); /* called on its threads */
	struct backend_job *next;
};

struct backend {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct backend_job *first, **last;
	unsigned queued, slowdown, stopping;
	unsigned thread_count;
	pthread_t thread[BACKEND_THREADS];
};

/* 0, or -1 if a thread could not be made. */
int backend_start(struct backend *backend);

/* 0, or -1 if the queue is full or the back end is stopping. */
int backend_submit(struct backend *backend, struct backend_job *job);

/* Work takes `slowdown` times BACKEND_WORK_MS from now on. */
void backend_set_slowdown(struct backend *backend, unsigned slowdown);

/* Do what is queued, take nothing more, and end the threads. */
void backend_stop(struct backend *backend);

#endif /* BACKEND_H */
