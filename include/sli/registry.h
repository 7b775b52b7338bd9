/* SPDX-License-Identifier: MIT */
#ifndef SLI_REGISTRY_H
#define SLI_REGISTRY_H

#include <stddef.h>
#include <stdint.h>

#include <sli/api.h>
#include <sli/status.h>
#include <sli/time.h>

/*
 * A registry is one block of memory that holds a service's indicators, their
 * history and their SLOs. It has no thread, and no lock on any hot path. It is
 * in the caller's memory, in memory of its own, or in a file (file.h).
 *
 * Which calls may run together on one registry:
 *
 *                      init/create  close  advance  register  record, read
 *   init/create             no        no      no       no         no
 *   close                   no        no      no       no         no
 *   sli_advance             no        no      yes      yes        yes
 *   *_register, *_find      no        no      yes      yes        yes
 *   record, read, flush     no        no      yes      yes        yes
 */

struct sli_registry;

/* One ring of a history: `slots` snapshots, `slot_ns` apart. */
struct sli_level {
	uint64_t slot_ns;
	uint32_t slots;
	uint32_t reserved; /* 0 */
};

#define SLI_LEVELS_MAX 6

enum sli_recorder {
	SLI_RECORDER_AUTO,   /* rseq where it is registered, else atomic */
	SLI_RECORDER_ATOMIC, /* atomic shards only, for debugging and tests */
};

enum sli_sync {
	SLI_SYNC_PERIODIC, /* start writing to the disk every sync_ns */
	SLI_SYNC_NONE,	   /* leave it to the kernel */
};

/* sli_registry_open(): SLI_ENOENT instead of making a new file. */
#define SLI_REGISTRY_MUST_EXIST 0x1u

struct sli_registry_config {
	uint32_t struct_size;
	uint32_t max_indicators; /* 1..4096, default 64 */
	uint32_t max_slos;	 /* 1..16384, default 64 */
	uint32_t shards;	 /* per-CPU shards, 1..4096, default: CPUs */
	uint32_t atomic_shards;	 /* 1..64, default 4 */
	uint32_t writer_shards;	 /* 1..256, default 4 */
	uint32_t max_consumers;	 /* of sli_flush, 1..64, default 4 */
	enum sli_recorder recorder;
	/*
	 * Bytes for the histories and histograms of all indicators, at most
	 * 2^46. Default: max_indicators times what an indicator with four
	 * thresholds and the default latency range takes.
	 */
	uint64_t arena_bytes;
	/*
	 * Rings of counts, finest first, ended by a zero slot_ns. Each
	 * slot_ns is from 10 ms to 1 d and a multiple of the one before; each
	 * ring has 4 to 65536 slots and is longer than one slot of the next.
	 * Default: 1 s x 128, 10 s x 384, 5 min x 900, 2 h x 400.
	 */
	struct sli_level history[SLI_LEVELS_MAX];
	/*
	 * Rings of latency histograms, by the same rules; each slot_ns is
	 * also a multiple of history[0].slot_ns.
	 * Default: 10 s x 8, 1 min x 12, 10 min x 8.
	 */
	struct sli_level latency[SLI_LEVELS_MAX];
	/* Of a registry in a file: against power loss, see file.h. */
	enum sli_sync sync;
	uint32_t flags;	  /* SLI_REGISTRY_* */
	uint64_t sync_ns; /* 100 ms to 1 h, default 5 s */
	/*
	 * Of a registry in a file: now, by the clock that its records will go
	 * by. Default: sli_clock_ns(). History that is ahead of it shows that
	 * the clock was set back while nobody ran.
	 */
	uint64_t now_ns;
};

#define SLI_REGISTRY_CONFIG_INIT SLI_CONFIG_INIT(struct sli_registry_config)

SLI_BEGIN_DECLS

/**
 * Bytes that sli_registry_init() needs for a configuration.
 *
 * @return 0 if the configuration is not valid (sli_registry_init() says why).
 * Errors: none.  Thread: MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API size_t sli_registry_size(const struct sli_registry_config *cfg);

/**
 * Make a registry in the caller's memory.
 *
 * Memory that is already zero is not written where it need not be, so fresh
 * pages stay unbacked until they are used. Processes that share a block must
 * have inherited it by fork (mmap MAP_SHARED, init, fork): it holds its own
 * address, and those of functions.
 *
 * @param mem  aligned to 128 bytes; the caller frees it after close. It is read
 *             before it is written: take it from mmap, or from aligned_alloc
 *             and memset.
 * @param len  at least sli_registry_size(cfg).
 * Errors:   SLI_EINVAL, SLI_ENOSPC (len too small), SLI_EVERSION
 *           (cfg->struct_size of a newer libsli), SLI_ERANGE.
 * Thread:   not with any other call on this memory.  Signal: not safe.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_registry_init(void *mem, size_t len,
    const struct sli_registry_config *cfg, struct sli_registry **out,
    struct sli_error *err);

/**
 * Make a registry in anonymous memory of its own.
 *
 * The memory is reserved as address space only; a page costs memory once
 * something is counted in it. A child of fork() has a copy of its own.
 *
 * Errors:   as sli_registry_init(); SLI_ENOMEM.
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_registry_create(
    const struct sli_registry_config *cfg, struct sli_registry **out,
    struct sli_error *err);

/**
 * End a registry. Its indicators and SLOs may not be used any more.
 *
 * @param reg  NULL does nothing.
 * Errors: none.  Thread: not with any other call on the registry.
 * Signal: not safe.  Since: 0.1
 */
SLI_API void sli_registry_close(struct sli_registry *reg);

/**
 * Move every indicator's history on to now_ns and bring alerts and verdicts
 * up to date. Recorders and readers do this for the indicator they touch;
 * a timer that calls it keeps idle indicators fresh too.
 *
 * Errors:   SLI_EINVAL (reg is NULL).
 * Thread:   MT-safe.  Signal: async-signal-safe.  Progress: lock-free.
 * Fork:     safe in parent and child.  Since: 0.1
 */
SLI_API int sli_advance(struct sli_registry *reg, uint64_t now_ns);

/**
 * Which recorder this process uses: "rseq" or "atomic".
 *
 * Errors: none.  Thread: MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API const char *sli_registry_recorder(const struct sli_registry *reg);

SLI_END_DECLS

#endif /* SLI_REGISTRY_H */
