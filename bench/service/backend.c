/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L

#include "backend.h"

#include <stddef.h>
#include <time.h>

static void
work(unsigned slowdown)
{
	const long ms = (long)slowdown * BACKEND_WORK_MS;
	const struct timespec wait = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&wait, NULL);
}

static struct backend_job *
take(struct backend *backend)
{
	struct backend_job *job = backend->first;

	backend->first = job->next;
	if (backend->first == NULL)
		backend->last = &backend->first;
	backend->queued--;
	return job;
}

static void *
run(void *arg)
{
	struct backend *backend = arg;

	pthread_mutex_lock(&backend->lock);
	for (;;) {
		struct backend_job *job;
		unsigned slowdown;

		while (backend->first == NULL && !backend->stopping)
			pthread_cond_wait(&backend->wake, &backend->lock);
		if (backend->first == NULL)
			break;
		job = take(backend);
		slowdown = backend->slowdown;
		pthread_mutex_unlock(&backend->lock);

		work(slowdown);
		job->done(job);

		pthread_mutex_lock(&backend->lock);
	}
	pthread_mutex_unlock(&backend->lock);
	return NULL;
}

int
backend_start(struct backend *backend)
{
	pthread_mutex_init(&backend->lock, NULL);
	pthread_cond_init(&backend->wake, NULL);
	backend->first = NULL;
	backend->last = &backend->first;
	backend->queued = 0;
	backend->slowdown = 1;
	backend->stopping = 0;
	backend->thread_count = 0;

	for (int i = 0; i < BACKEND_THREADS; i++) {
		if (pthread_create(&backend->thread[i], NULL, run, backend) !=
		    0) {
			backend_stop(backend);
			return -1;
		}
		backend->thread_count++;
	}
	return 0;
}

int
backend_submit(struct backend *backend, struct backend_job *job)
{
	int status = -1;

	pthread_mutex_lock(&backend->lock);
	if (!backend->stopping && backend->queued < BACKEND_QUEUE_MAX) {
		job->next = NULL;
		*backend->last = job;
		backend->last = &job->next;
		backend->queued++;
		pthread_cond_signal(&backend->wake);
		status = 0;
	}
	pthread_mutex_unlock(&backend->lock);
	return status;
}

void
backend_set_slowdown(struct backend *backend, unsigned slowdown)
{
	pthread_mutex_lock(&backend->lock);
	backend->slowdown = slowdown;
	pthread_mutex_unlock(&backend->lock);
}

void
backend_stop(struct backend *backend)
{
	pthread_mutex_lock(&backend->lock);
	backend->stopping = 1;
	pthread_cond_broadcast(&backend->wake);
	pthread_mutex_unlock(&backend->lock);

	while (backend->thread_count > 0)
		pthread_join(backend->thread[--backend->thread_count], NULL);
}
