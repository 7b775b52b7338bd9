/* SPDX-License-Identifier: MIT */
#ifndef SLI_SHARD_RSEQ_H
#define SLI_SHARD_RSEQ_H

/*
 * An add to a word of the CPU we run on, as a restartable sequence (rseq(2),
 * Desnoyers 2018; Linux 4.18, registered by glibc since 2.35).
 *
 * The kernel aborts the sequence, without the add having happened, if the
 * thread was preempted, migrated or signalled inside it. So between the check
 * of the CPU number and the one instruction that commits, nobody else runs on
 * this CPU: a plain add suffices, whichever thread or process owns the memory,
 * and a thread that dies has either added or not.
 *
 * A thread's rseq area keeps the address of the last descriptor it entered
 * until the kernel next looks, so the code may never be unmapped: the shared
 * library is linked with -z nodelete, and whoever links libsli.a into an
 * object that is dlclose()d must do the same. And the kernel knows nothing of
 * the area in a child that shares its parent's memory, between vfork() and
 * exec: nothing may be recorded there.
 */

#if defined(__linux__) && !defined(SLI_ATOMIC_BUILTIN) &&                      \
    (defined(__x86_64__) || defined(__aarch64__)) && defined(__LP64__) &&      \
    __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && defined(__has_include)
#if __has_include(<sys/rseq.h>)
#define SLI__HAVE_RSEQ 1
#endif
#endif

#include <stdbool.h>
#include <stdint.h>

#ifdef SLI__HAVE_RSEQ

#include <sys/rseq.h>

/*
 * The descriptor of the sequence [1:, 2:) and the abort handler's signature,
 * the same on both processors but for the trap that carries the signature.
 */
#define RSEQ_DESCRIPTOR                                                        \
	".pushsection __rseq_cs, \"aw\"\n\t"                                   \
	".balign 32\n"                                                         \
	"3:\n\t"                                                               \
	".long 0, 0\n\t"                                                       \
	".quad 1f, (2f - 1f), 4f\n\t"                                          \
	".popsection\n\t"

#ifdef __x86_64__
#include "shard/rseq_x86_64.h"
#else
#include "shard/rseq_aarch64.h"
#endif

#else

static inline uint32_t
rseq_cpu(void)
{
	return UINT32_MAX;
}

static inline bool
rseq_add(uint32_t cpu, uint64_t *p, uint64_t n)
{
	(void)cpu, (void)p, (void)n;
	return false;
}

#endif

#endif /* SLI_SHARD_RSEQ_H */
