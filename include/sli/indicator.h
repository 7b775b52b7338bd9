/* SPDX-License-Identifier: MIT */
#ifndef SLI_INDICATOR_H
#define SLI_INDICATOR_H

#include <stdint.h>

#include <sli/api.h>
#include <sli/registry.h>
#include <sli/status.h>

/*
 * An indicator counts the events of one kind (the requests of a route, the
 * calls to a dependency) by outcome and by latency, and answers for any window
 * up to now.
 *
 * All calls on an indicator may run together, from any thread, from signal
 * handlers (except register, find and the histogram read) and on both sides of
 * a fork, but not between vfork() and exec. A read never waits for a record, a
 * record never for a read. None takes more than 6 KiB of a signal's stack.
 */

struct sli_indicator;

/*
 * What became of an event. SLI_SHED is work refused to protect the service;
 * SLI_IGNORED is counted but is in no ratio (health checks, client errors).
 */
enum sli_outcome { SLI_GOOD, SLI_BAD, SLI_SHED, SLI_IGNORED };

struct sli_label {
	const char *name;
	const char *value;
};

#define SLI_THRESHOLDS_MAX 4
#define SLI_NAME_MAX 127	 /* bytes of an indicator's or SLO's name */
#define SLI_HELP_MAX 255	 /* bytes of help */
#define SLI_LABELS_MAX 16	 /* labels of an indicator */
#define SLI_LABEL_BYTES_MAX 1024 /* of all names and values and their NULs */

struct sli_indicator_config {
	uint32_t struct_size;
	const char *name; /* [A-Za-z_][A-Za-z0-9_.:-]* */
	const char *help; /* UTF-8 or NULL */
	const struct sli_label *labels;
	uint32_t label_count;
	/*
	 * Latencies that matter, ascending. A good event is slow at threshold
	 * k if its latency is above threshold_ns[k]; counted exactly.
	 */
	uint64_t threshold_ns[SLI_THRESHOLDS_MAX];
	uint32_t threshold_count;
	uint64_t lowest_ns;	 /* default 1 us */
	uint64_t highest_ns;	 /* at most 2^62, default 60 s */
	uint32_t precision_bits; /* 3..10, default 7: 1.6 % */
	/*
	 * Length of the finest slot, a divisor of the registry's
	 * history[1].slot_ns and of latency[0].slot_ns, at least 10 ms.
	 * Default: history[0].slot_ns.
	 */
	uint64_t slot_ns;
	/* Events that can be in flight at once; 0: learned (context.h). */
	uint64_t capacity;
};

#define SLI_INDICATOR_CONFIG_INIT SLI_CONFIG_INIT(struct sli_indicator_config)

struct sli_counts {
	uint64_t good, bad, shed, ignored;
	uint64_t slow[SLI_THRESHOLDS_MAX]; /* good events over threshold k */
	uint64_t window_ns;		   /* as asked */
	uint64_t covered_ns; /* how much of the window has history */
};

SLI_BEGIN_DECLS

/**
 * Register an indicator, or get it again.
 *
 * Same name, labels (in any order) and configuration: the same indicator.
 *
 * Errors:   SLI_EINVAL, SLI_ERANGE, SLI_EVERSION, SLI_EEXIST (same name and
 *           labels, another configuration), SLI_ENOSPC (registry full,
 *           or the disk), SLI_EBUSY (the lock was held for long, by another
 *           process, or by another thread at a fork), SLI_EACCES (a view),
 *           SLI_EIO (the lock of the file, or the file was lost or
 *           overwritten, see sli_registry_status()). Nothing has changed after
 *           an error, unless the file was just lost.
 * Thread:   MT-safe (takes the registry's lock).  Signal: not safe.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_indicator_register(struct sli_registry *reg,
    const struct sli_indicator_config *cfg, struct sli_indicator **out,
    struct sli_error *err);

/**
 * Find an indicator by name and labels (in any order). That does not make the
 * process one that has it registered (see sli_indicator_remove()).
 *
 * Errors:   SLI_EINVAL (NULL, labels that could not be registered), SLI_ENOENT.
 * Thread:   MT-safe; may wait for a thread that looks at it for the first time.
 * Signal:   not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_indicator_find(struct sli_registry *reg,
    const char *name, const struct sli_label *labels, uint32_t n,
    struct sli_indicator **out);

/**
 * Remove an indicator that no living process has registered, and its SLOs.
 *
 * Its place in the registry is free again once a process opens the file while
 * no other has it open.
 *
 * @param why  a reason, which an SLI_AUDIT_INDICATOR_REMOVED keeps; 1 to 255
 *             bytes of UTF-8.
 * Errors:   SLI_EINVAL (NULL, why), SLI_ENOENT, SLI_EBUSY (some process has it
 *           registered; or the lock), SLI_EACCES (a view), SLI_EIO. Nothing has
 *           changed after an error, unless the file was just lost.
 * Thread:   MT-safe (takes the registry's lock).  Signal: not safe.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_indicator_remove(struct sli_registry *reg,
    const char *name, const struct sli_label *labels, uint32_t n,
    const char *why, struct sli_error *err);

/**
 * The name it was registered with, which lives as long as the registry; "" of
 * NULL.
 *
 * Errors: none.  Thread: MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API const char *sli_indicator_name(const struct sli_indicator *ind);

/**
 * Record one event that has a latency.
 *
 * The hot path of the library: one cell add and one bucket add on the shard of
 * this CPU. Shed and ignored events have no latency worth keeping: for them
 * latency_ns is not looked at.
 *
 * @param now_ns      the event's end. Before the present slot: counted there,
 *                    and in `late` (see sli_late_count()).
 * @param outcome     any other value counts as SLI_IGNORED.
 * @param latency_ns  any value; outside [lowest, highest] it lands in the
 *                    underflow or overflow bucket.
 * Errors:   none.   Accuracy: counts exact; latency relative error at most
 *           2^-(precision_bits - 1).
 * Thread:   MT-safe.  Signal: async-signal-safe.
 * Progress: wait-free; the first event of a slot advances the history.
 * Fork:     safe in parent and child.  Since: 0.1
 */
SLI_API void sli_record(struct sli_indicator *ind, uint64_t now_ns,
    enum sli_outcome outcome, uint64_t latency_ns);

/**
 * Count n events without a latency. They are in no histogram, and good ones
 * are slow at no threshold.
 *
 * @param n  totals are exact up to 2^64 - 1 in all.
 * Everything else as for sli_record().
 */
SLI_API void sli_count(struct sli_indicator *ind, uint64_t now_ns,
    enum sli_outcome outcome, uint64_t n);

/**
 * An event has begun, or has ended: in-flight work is what has begun and not
 * ended. Independent of sli_record().
 *
 * Errors: none.  Thread: MT-safe; begin and end may run on different threads.
 * Signal: async-signal-safe.  Progress: wait-free.  Since: 0.1
 */
SLI_API void sli_begin(struct sli_indicator *ind);
SLI_API void sli_end(struct sli_indicator *ind);

/**
 * How many events are in flight; 0 if more have ended than begun, or of NULL.
 *
 * Accuracy: may miss or include the begins and ends that run meanwhile. In a
 *           file, what was in flight in a process that was killed stays so
 *           until a process opens it while no other has it open.
 * Errors:   none.  Thread: MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API uint64_t sli_in_flight(const struct sli_indicator *ind);

/**
 * How many events came with a now_ns from before the slot they were counted in
 * (or with one that cannot be a time, past 2^62).
 *
 * If records (or sli_advance()) show a clock that has run for 60 slots from an
 * earlier time, while nearly nothing came on time, it has been set back:
 * history goes on from the open slot at that clock's pace. So give one
 * indicator the times of one clock; sources may lag behind each other by less
 * than 60 slots.
 *
 * Errors: none (0 of NULL).  Thread: MT-safe.  Signal: async-signal-safe.
 * Since:  0.1
 */
SLI_API uint64_t sli_late_count(const struct sli_indicator *ind);

/**
 * The events of the window that ends now: [now_ns - window_ns, now_ns].
 *
 * @param window_ns  above 0. Longer than the history, or than the indicator's
 *                   life: what there is, with covered_ns saying how much.
 * Accuracy: exact if the old edge lies on a slot boundary of the finest ring
 *           that reaches it (1 s up to 127 s, 10 s up to 63 min, 5 min up to
 *           74 h, 2 h up to 33 d, by default); else interpolated in that one
 *           slot, so off by at most the events of that slot. Beside that, the
 *           records that ran while a boundary's snapshot was taken may be
 *           counted on either side of it. Where a thread died or was held up
 *           between claiming a boundary and storing its snapshot, the slot on
 *           the other side of it is uncertain too. A now_ns from before the
 *           open slot is taken as that slot's start.
 * Errors:   SLI_EINVAL (NULL, window_ns 0). No events is no error: all zeros.
 * Thread:   MT-safe.  Signal: async-signal-safe.  Progress: lock-free.
 * Since:    0.1
 */
SLI_API int sli_window_counts(struct sli_indicator *ind, uint64_t now_ns,
    uint64_t window_ns, struct sli_counts *out);

/**
 * All events since the indicator was created; window_ns and covered_ns are 0.
 *
 * Accuracy: exact for every record that had returned before the call; never
 *           less than what any thread was shown before.
 * Errors:   SLI_EINVAL (NULL).  Thread: MT-safe.  Signal: async-signal-safe.
 * Since:    0.1
 */
SLI_API int sli_total_counts(const struct sli_indicator *ind,
    struct sli_counts *out);

SLI_END_DECLS

#endif /* SLI_INDICATOR_H */
