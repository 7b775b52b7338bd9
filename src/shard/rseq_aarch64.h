/* SPDX-License-Identifier: MIT */
#ifndef SLI_SHARD_RSEQ_AARCH64_H
#define SLI_SHARD_RSEQ_AARCH64_H

static inline struct rseq *
rseq_area(void)
{
	char *thread = __builtin_thread_pointer();

	return (struct rseq *)(thread + __rseq_offset);
}

/* The CPU we run on; above any real one where rseq is not registered. */
static inline uint32_t
rseq_cpu(void)
{
	return *(volatile uint32_t *)&rseq_area()->cpu_id;
}

/*
 * *p += n if we still run on cpu; false if not, or if it was interrupted. The
 * store commits; the load and the add before it may be thrown away.
 */
static inline bool
rseq_add(uint32_t cpu, uint64_t *p, uint64_t n)
{
	struct rseq *area = rseq_area();

	/* clang-format off */
	__asm__ goto(
	    RSEQ_DESCRIPTOR
	    "adrp x16, 3b\n\t"
	    "add x16, x16, :lo12:3b\n\t"
	    "str x16, %[rseq_cs]\n"
	    "1:\n\t"
	    "ldr w16, %[cpu_id]\n\t"
	    "cmp w16, %w[cpu]\n\t"
	    "b.ne %l[aborted]\n\t"
	    "ldr x16, %[word]\n\t"
	    "add x16, x16, %[n]\n\t"
	    "str x16, %[word]\n"
	    "2:\n\t"
	    "b 5f\n\t"
	    ".inst %c[signature]\n"
	    "4:\n\t"
	    "b %l[aborted]\n"
	    "5:"
	    : /* asm goto has no outputs here: *p is covered by "memory" */
	    : [cpu] "r"(cpu), [word] "Q"(*p), [n] "r"(n),
	      [rseq_cs] "m"(area->rseq_cs), [cpu_id] "m"(area->cpu_id),
	      [signature] "i"(RSEQ_SIG)
	    : "memory", "cc", "x16"
	    : aborted);
	/* clang-format on */
	return true;
aborted:
	return false;
}

#endif /* SLI_SHARD_RSEQ_AARCH64_H */
