/* SPDX-License-Identifier: MIT */
#ifndef SLI_BASE_ATOMIC_H
#define SLI_BASE_ATOMIC_H

/*
 * Atomic access to 64-bit words, each function named by its ordering. The only
 * includer of Concurrency Kit. SLI_ATOMIC_BUILTIN selects the compiler's
 * builtins instead, which ThreadSanitizer understands (it sees neither ck's
 * assembly nor the ordering of it).
 */

#include <stdbool.h>
#include <stdint.h>

#ifdef SLI_ATOMIC_BUILTIN

static inline uint64_t
load_relaxed(const uint64_t *p)
{
	return __atomic_load_n(p, __ATOMIC_RELAXED);
}

static inline uint64_t
load_acquire(const uint64_t *p)
{
	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

static inline void
store_relaxed(uint64_t *p, uint64_t value)
{
	__atomic_store_n(p, value, __ATOMIC_RELAXED);
}

static inline void
store_release(uint64_t *p, uint64_t value)
{
	__atomic_store_n(p, value, __ATOMIC_RELEASE);
}

static inline void
add_relaxed(uint64_t *p, uint64_t n)
{
	__atomic_fetch_add(p, n, __ATOMIC_RELAXED);
}

/* On failure *expected is what was there. */
static inline bool
cas_acq_rel(uint64_t *p, uint64_t *expected, uint64_t value)
{
	return __atomic_compare_exchange_n(p, expected, value, false,
	    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

#else

#include <ck_pr.h>

static inline uint64_t
load_relaxed(const uint64_t *p)
{
	return ck_pr_load_64(p);
}

static inline uint64_t
load_acquire(const uint64_t *p)
{
	uint64_t value = ck_pr_load_64(p);

	ck_pr_fence_acquire();
	return value;
}

static inline void
store_relaxed(uint64_t *p, uint64_t value)
{
	ck_pr_store_64(p, value);
}

static inline void
store_release(uint64_t *p, uint64_t value)
{
	ck_pr_fence_release();
	ck_pr_store_64(p, value);
}

static inline void
add_relaxed(uint64_t *p, uint64_t n)
{
	ck_pr_add_64(p, n);
}

/* On failure *expected is what was there. */
static inline bool
cas_acq_rel(uint64_t *p, uint64_t *expected, uint64_t value)
{
	bool done;

	ck_pr_fence_release();
	done = ck_pr_cas_64_value(p, *expected, value, expected);
	ck_pr_fence_acquire();
	return done;
}

#endif

/*
 * Raise *p to value; never lowers it. Acquire and release where it writes, so
 * whoever reads the word with load_acquire sees what the writer did before.
 */
static inline void
join_max(uint64_t *p, uint64_t value)
{
	uint64_t there = load_relaxed(p);

	while (there < value && !cas_acq_rel(p, &there, value))
		;
}

#endif /* SLI_BASE_ATOMIC_H */
