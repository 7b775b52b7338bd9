/* SPDX-License-Identifier: MIT */
#ifndef SLI_FILE_H
#define SLI_FILE_H

#include <stddef.h>
#include <stdint.h>

#include <sli/api.h>
#include <sli/audit.h>
#include <sli/registry.h>
#include <sli/status.h>

/*
 * A registry in a file: processes that open the same path record into the same
 * indicators and share windows, budgets, alerts and verdicts; what was counted
 * outlives each of them. No daemon. The file is memory that is mapped, so it
 * belongs on a local file system (or a tmpfs: then it outlives processes, but
 * no reboot), and to the processes of one kernel: rseq shards are by CPU.
 *
 * What may be lost, of what had been counted when it happened:
 *
 *                          SLI_SYNC_NONE            SLI_SYNC_PERIODIC
 *   exit, exec, _exit      nothing                  nothing
 *   kill -9, a crash       nothing                  nothing
 *   power loss, a kernel   what the kernel had not  at most sync_ns and a slot,
 *   panic                  written: about 35 s      plus what the file system
 *                          by Linux's defaults      takes to commit (ext4: 5 s)
 *   the disk is full       nothing: space is        nothing
 *                          allocated before an
 *                          indicator is registered
 *
 * (A file system that copies on write, as btrfs, does not keep the last: there
 * a write to a full disk raises SIGBUS, see sli_registry_fault().)
 *
 * After a power loss the file may hold pages of different times. Counters and
 * snapshots only grow, so the next sli_registry_open() mends that by joining
 * them: totals and snapshots are raised to the greatest value that is known.
 *
 * Which calls may run together: as in registry.h, between processes too.
 */

struct sli_registry_info {
	uint64_t created_ns; /* 0 in memory */
	uint64_t size_bytes; /* of the file, or the memory of the block */
	uint64_t used_bytes; /* of that, so far; in a file: allocated */
	/* An SLO of slices takes one place more, which is not in the count. */
	uint32_t max_indicators, indicator_count;
	uint32_t max_slos, slo_count;
	uint32_t shards, atomic_shards, writer_shards;
	uint32_t process_count; /* that have it open; a view does not count */
	uint64_t open_count;	/* times it was opened, creation included */
	uint64_t audit_count;	/* records ever made */
	uint64_t synced_ns;	/* when it was last written out; 0 never */
	int is_file, is_view;
	char version[16]; /* of the libsli that made it */
	struct sli_level history[SLI_LEVELS_MAX];
	struct sli_level latency[SLI_LEVELS_MAX];
};

/* What sli_file_check() has found. */
enum sli_finding_kind {
	SLI_FINDING_NOTE,   /* nothing is wrong */
	SLI_FINDING_DAMAGE, /* wrong, and sli_file_repair() mends it */
	SLI_FINDING_LOSS    /* wrong, and what it names cannot be saved */
};

struct sli_finding {
	enum sli_finding_kind kind;
	char what[252]; /* one plain sentence */
};

typedef void sli_finding_fn(const struct sli_finding *finding, void *arg);

SLI_BEGIN_DECLS

/**
 * Open the registry in a file, and make it if there is none.
 *
 * A new file has mode 0600, and the configuration's sizes and levels. One that
 * is there keeps its own: fields of cfg that are 0 take them over; a `history`
 * or `latency` that differs is refused; max_*, *_shards and arena_bytes only
 * matter to a new file (a process on a CPU that has no shard adds atomically).
 * An empty file is taken for a new one, unless some process has it open.
 *
 * History goes on where it stopped: time in which no process ran is an idle
 * gap. If the wall clock was set back meanwhile, history goes on from its last
 * slot at the new clock's pace, and an SLI_AUDIT_CLOCK_SET_BACK tells.
 *
 * sli_clock_ns() takes over the file's mapping of boot time to wall time if
 * this is the first that the process hears of time, so that processes started
 * before and after a step of the wall clock agree. Open first, then look at the
 * clock; processes that disagree by more than ten slots don't share verdicts.
 *
 * @param path  on a local file system; not a symbolic link; a regular file
 *              that belongs to this user and that nobody else may write.
 * Errors:   SLI_EINVAL, SLI_ERANGE, SLI_EVERSION (cfg->struct_size; or the
 *           file is of another layout version: it is left as it is), SLI_ENOENT
 *           (the directory; or the file, with SLI_REGISTRY_MUST_EXIST),
 *           SLI_EACCES (permissions, owner, kind of file, read-only file
 *           system), SLI_ENOSPC (the disk, a quota, RLIMIT_FSIZE; or 1024
 *           processes have it open), SLI_ECORRUPT (sli_file_check() says
 *           more), SLI_EEXIST (other levels), SLI_EBUSY (the lock, for 5 s),
 *           SLI_ENOMEM, SLI_EIO. After an error the file is as it was.
 * Thread:   MT-safe.  Signal: not safe.
 * Fork:     the child goes on with the same indicators; it needs no open of
 *           its own, and counts as one process with its parent.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_registry_open(const char *path,
    const struct sli_registry_config *cfg, struct sli_registry **out,
    struct sli_error *err);

/**
 * Look into the registry in a file while others use it, or nobody does.
 *
 * The file is mapped read-only, and nothing in it is trusted. Every read works;
 * what would write (record, register, advance, remove) does nothing, or fails
 * with SLI_EACCES. Windows end at the now_ns that is given to them, even if
 * nobody has advanced the history to it. What others register later is there in
 * the next sli_flush(); but for what takes the place of something that was
 * removed: that is for the next view (sli_registry_info.open_count has grown).
 *
 * Errors:   SLI_EINVAL, SLI_ENOENT, SLI_EACCES, SLI_EVERSION, SLI_ECORRUPT,
 *           SLI_EBUSY (it is just being made), SLI_ENOMEM, SLI_EIO.
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_registry_view(const char *path,
    struct sli_registry **out, struct sli_error *err);

/**
 * Write all of it to the disk, and wait for that.
 *
 * Nothing else needs this: SLI_SYNC_PERIODIC starts such writing when a slot
 * opens and sync_ns have passed, for the indicator whose slot it is. The event
 * that opens the slot waits for no write, but it may wait for a place in the
 * queue of a busy disk: a timer that calls sli_advance() does that instead.
 *
 * Errors:   SLI_EINVAL (NULL), SLI_EACCES (a view), SLI_EIO. In memory: SLI_OK.
 * Thread:   MT-safe.  Signal: not safe.  Progress: waits for the disk.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_registry_sync(struct sli_registry *reg,
    struct sli_error *err);

/**
 * Is the registry still that of its file?
 *
 * @return SLI_OK; SLI_EIO if the file was truncated or overwritten under this
 *         process, which since the next slot counts in memory of its own (what
 *         it counted before that, in a file that was overwritten, is in that);
 *         SLI_ENOENT if it was deleted: it lives as long as the processes that
 *         have it open; SLI_EINVAL (NULL).
 * Thread:   MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API int sli_registry_status(const struct sli_registry *reg,
    struct sli_error *err);

/**
 * For an application's SIGBUS handler, with siginfo's si_addr.
 *
 * A file that somebody truncates takes its pages from every process that has
 * mapped it, and the next access raises SIGBUS; no library can prevent that.
 * This puts memory of this process in the file's place, so that the handler can
 * return and the application goes on: counts begin anew, sli_registry_status()
 * tells. (Full disks raise nothing: see above.)
 *
 * @return 1 if the address is in this registry's file: return from the handler;
 *         0 if not, or if there is no memory to put there.
 * Errors: none.  Thread: MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API int sli_registry_fault(struct sli_registry *reg, const void *address);

/**
 * What a registry is, and how full.
 *
 * Errors: SLI_EINVAL (NULL).  Thread: MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API int sli_registry_info(struct sli_registry *reg,
    struct sli_registry_info *out);

/**
 * Verify a file, also while processes use it.
 *
 * @param fn  gets each finding, notes too; may be NULL.
 * Errors:   SLI_ECORRUPT (something is damaged), SLI_ENOENT, SLI_EACCES,
 *           SLI_EVERSION, SLI_ENOMEM, SLI_EIO. SLI_OK: it is sound.
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_file_check(const char *path, sli_finding_fn *fn,
    void *arg, struct sli_error *err);

/**
 * Save what can be saved of a file into a new one: indicators, totals,
 * histories, SLOs, their budgets and the audit records. `from` is not changed.
 *
 * It also moves a sound file to other sizes or levels. No process should
 * record into `from` meanwhile: what comes after it was read is not in `to`.
 *
 * @param to   must not exist.
 * @param cfg  sizes of the new file; NULL, or 0 in a field: as in `from`.
 * @param fn   gets each finding; may be NULL.
 * @return SLI_OK: all that was readable is in `to` (the findings tell what was
 *         not), which is complete and on disk when this returns.
 * Errors:   SLI_EEXIST (`to`), SLI_ECORRUPT (nothing can be saved), others as
 *           for sli_file_check() and sli_registry_open(); then there is no
 *           `to`.
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_file_repair(const char *from, const char *to,
    const struct sli_registry_config *cfg, sli_finding_fn *fn, void *arg,
    struct sli_error *err);

SLI_END_DECLS

#endif /* SLI_FILE_H */
