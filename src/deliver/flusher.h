/* SPDX-License-Identifier: MIT */
#ifndef SLI_DELIVER_FLUSHER_H
#define SLI_DELIVER_FLUSHER_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

#include <sli/deliver.h>

#define SLI__INTERVAL_MIN_NS SLI_MILLIS(10)

/* Who calls for the flushes that are due. */
enum sli__form { SLI__OF_NOBODY, SLI__OF_THREAD, SLI__OF_LOOP };

struct sli__flusher_sink {
	struct sli_sink sink; /* its name is ours */
	bool reserved;	      /* its consumer's place was free before */
	/* Of the flusher's lock. */
	struct sli_flusher_stats stats;
	uint64_t told_ns; /* when the application was last told; 0: never */
	uint64_t untold;  /* failures since */
};

/*
 * The lock is never held while a sink or another callback runs. What has no
 * comment that says so does not change after create.
 */
struct sli_flusher {
	struct sli_registry *reg;
	struct sli_flusher_config cfg;
	pid_t owner;
	int timer_fd; /* readable when there is something to do */

	pthread_mutex_t lock;	/* of all that follows */
	pthread_cond_t changed; /* flushing went, or ended came */
	enum sli__form form;
	bool flushing; /* somebody has the sinks to himself: */
	pthread_t flushing_thread;
	bool stopping;	 /* the thread is to end */
	bool ended;	 /* it has done its last flush */
	uint64_t starts; /* how many threads there were */
	pthread_t thread;
	uint64_t due_ns;
	uint64_t missed;
	int last_status; /* of the last flush: the thread's until it ended */
	struct sli_error last_error;
	struct sli__flusher_sink sinks[SLI_SINKS_MAX];
};

/* SLI_OK, or why this call may not be made; err may be NULL. */
int sli__flusher_check(const struct sli_flusher *f, struct sli_error *err);

uint64_t sli__flusher_clock(const struct sli_flusher *f);

/* With the lock held, unless it says otherwise. */

/* From now on a flush is due at each multiple of the interval. */
void sli__flusher_schedule(struct sli_flusher *f, uint64_t now_ns);

/* Is one due? Then the next is from now on. */
bool sli__flusher_take_due(struct sli_flusher *f, uint64_t now_ns);

/* The descriptor is readable at once, or only after the next schedule. */
void sli__flusher_wake(struct sli_flusher *f);
void sli__flusher_calm(struct sli_flusher *f);

/* Have the sinks to oneself; false: somebody else has them. */
bool sli__flusher_begin(struct sli_flusher *f);

/* After it, without the lock: flush all sinks, and let go of them. */
int sli__flusher_flush(struct sli_flusher *f, struct sli_error *err);

#endif /* SLI_DELIVER_FLUSHER_H */
