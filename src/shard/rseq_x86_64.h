/* SPDX-License-Identifier: MIT */
#ifndef SLI_SHARD_RSEQ_X86_64_H
#define SLI_SHARD_RSEQ_X86_64_H

#include <stddef.h>

/* The CPU we run on; above any real one where rseq is not registered. */
static inline uint32_t
rseq_cpu(void)
{
	uint32_t cpu;

	__asm__ volatile("movl %%fs:%c[cpu_id](%[rseq]), %[cpu]"
			 : [cpu] "=r"(cpu)
			 : [rseq] "r"(__rseq_offset),
			 [cpu_id] "i"(offsetof(struct rseq, cpu_id)));
	return cpu;
}

/* *p += n if we still run on cpu; false if not, or if it was interrupted. */
static inline bool
rseq_add(uint32_t cpu, uint64_t *p, uint64_t n)
{
	/* clang-format off */
	__asm__ goto(
	    RSEQ_DESCRIPTOR
	    "leaq 3b(%%rip), %%rax\n\t"
	    "movq %%rax, %%fs:%c[rseq_cs](%[rseq])\n"
	    "1:\n\t"
	    "cmpl %[cpu], %%fs:%c[cpu_id](%[rseq])\n\t"
	    "jne %l[aborted]\n\t"
	    "addq %[n], %[word]\n"
	    "2:\n\t"
	    ".pushsection __rseq_failure, \"ax\"\n\t"
	    ".byte 0x0f, 0xb9, 0x3d\n\t" /* ud1 signature(%rip), %edi */
	    ".long %c[signature]\n"
	    "4:\n\t"
	    "jmp %l[aborted]\n\t"
	    ".popsection"
	    : /* asm goto has no outputs here: *p is covered by "memory" */
	    : [cpu] "r"(cpu), [word] "m"(*p), [n] "er"(n),
	      [rseq] "r"(__rseq_offset), [signature] "i"(RSEQ_SIG),
	      [cpu_id] "i"(offsetof(struct rseq, cpu_id)),
	      [rseq_cs] "i"(offsetof(struct rseq, rseq_cs))
	    : "memory", "cc", "rax"
	    : aborted);
	/* clang-format on */
	return true;
aborted:
	return false;
}

#endif /* SLI_SHARD_RSEQ_X86_64_H */
