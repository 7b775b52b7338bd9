/* SPDX-License-Identifier: MIT */
#ifndef SLI_BENCH_H
#define SLI_BENCH_H

#include <stddef.h>
#include <stdint.h>

#include <sli/sli.h>

/*
 * How libsli is measured.
 *
 * The cases of a program run in rounds; a round times every case once, one
 * after the other. A ratio is taken between two timings of one round, and the
 * median over the rounds is what counts: what slows both sides cancels, and a
 * neighbour that hits one timing makes an outlier. Not all noise is so kind: a
 * busy sibling thread of the core takes half its issue slots, which a recorder
 * needs and a lock-prefixed add, which waits, does not (1.5 against 1.1 times
 * the cost, measured on a Zen 4). Hence the ratio of the minima beside it: the
 * cost of the code where the median has the cost of the neighbourhood.
 *
 * Everything goes through the shared library and the public headers, as in a
 * user's program. Time is virtual: now_ns is what the case says it is.
 *
 * Figures are reported, not asserted: a program fails only if it cannot
 * measure, or if libsli lost or invented an event meanwhile.
 */

struct bench_case {
	const char *what;
	/* The timed part: do the thing `calls` times. */
	void (*run)(void *arg, uint64_t calls);
	/* Before and after each timing, untimed; may be NULL. */
	void (*before)(void *arg);
	void (*after)(void *arg);
	void *arg;
	/*
	 * Per timing. More than one: an eighth more go before, untimed, as a
	 * warm-up. 0 means one.
	 */
	uint64_t calls;
	const struct bench_case *baseline; /* NULL: no ratio */
	/*
	 * An empty call, where the baseline is inline code: the ratio is also
	 * given without the price of getting into a shared library and back.
	 */
	const struct bench_case *empty_call;
	double ratio_max; /* of the baseline, at most; 0: no limit */
	double ns_max;	  /* below; 0: no limit */
	double *ns;	  /* of each round, per call; filled by bench_run() */
};

#define BENCH_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#define BENCH_ROUNDS_DEFAULT 301

/*
 * Print what is measured and on what, pin the thread to the first CPU it may
 * use, and return the rounds: the program's only argument, or the default.
 */
unsigned bench_start(int argc, char **argv);

/* Time all cases. */
void bench_run(struct bench_case *cases, size_t count, unsigned rounds);

/* Print the results as a Markdown table, a row for each case, and free them. */
void bench_report(const char *title, struct bench_case *cases, size_t count,
    unsigned rounds);

/*
 * The same for cases[operation][size] of an array of rows: a row for each
 * operation, a column for each size, the medians and their ratios to those of
 * the first size.
 */
void bench_report_growth(const char *title, const uint32_t *sizes,
    size_t size_count, struct bench_case *cases, size_t operation_count,
    unsigned rounds);

/* End the program: it cannot measure, or libsli is broken. */
_Noreturn void bench_fail(const char *message);

static inline void
bench_require(int truth, const char *otherwise)
{
	if (!truth)
		bench_fail(otherwise);
}

/* That a call of libsli succeeded; err as it was given to it. */
static inline void
bench_check(int status)
{
	if (status != SLI_OK)
		bench_fail(sli_strerror(status));
}

static inline void
bench_check_err(int status, const struct sli_error *err)
{
	if (status != SLI_OK)
		bench_fail(err->message);
}

/* The index-th CPU that the program was started on, or -1; and pinning. */
int bench_cpu(unsigned index);
void bench_pin(int cpu);

/*
 * A field of /proc/self/smaps_rollup: "Anonymous" is private memory that has
 * pages of its own; "Rss" counts pages of files, too, so those of the library's
 * code. (mincore() would count the shared zero page.)
 */
double bench_resident_bytes(const char *field);

static inline void
bench_sink(uint64_t value)
{
	__asm__ volatile("" : : "r"(value) : "memory");
}

/* The yardstick: on x86-64 one lock-prefixed add. */
static inline void
bench_lock_add(uint64_t *cell)
{
	__atomic_fetch_add(cell, 1, __ATOMIC_RELAXED);
}

/* arg: a cell. One atomic add; two, on cells of different cache lines. */
#define BENCH_CELL_STRIDE 16
void bench_run_lock_add(void *arg, uint64_t calls);
void bench_run_two_lock_adds(void *arg, uint64_t calls);

/*
 * Latencies of a service: lognormal, median 5 ms, the same in every run. With
 * sigma 1, as bench_start() draws them, p99 is ten times the median. 32 bits
 * wide, so that reading them leaves half of a 32 KiB L1 cache to what is
 * measured.
 */
#define BENCH_LATENCIES 4096
extern uint32_t bench_latency_ns[BENCH_LATENCIES];

/*
 * The latency of the n-th event. Each lap begins one further on, so that an
 * indicator whose turn it is every so many events meets all of them.
 */
static inline uint64_t
bench_latency(uint64_t n)
{
	return bench_latency_ns[(n + n / BENCH_LATENCIES) % BENCH_LATENCIES];
}

void bench_draw_latencies(double sigma);

#endif /* SLI_BENCH_H */
