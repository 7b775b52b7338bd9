/* SPDX-License-Identifier: MIT */
#ifndef SLI_WRITER_H
#define SLI_WRITER_H

#include <stdint.h>

#include <sli/api.h>
#include <sli/indicator.h>
#include <sli/registry.h>
#include <sli/status.h>

/*
 * A writer is a shard that belongs to one thread, which may store into it
 * plainly.
 */

struct sli_writer;

/*
 * The cells of an indicator in a writer's shard, for a thread whose language
 * can add to memory faster than it can call sli_writer_record(). Such a thread
 * does what that would do:
 *
 *   open     If next_ns - 1 - (now_ns + skew_ns) < slot_ns, in uint64_t,
 *            now_ns is in the open slot. Else call sli_writer_record(). (Or
 *            leave now_ns alone, while somebody calls sli_advance() at each
 *            slot's end.)
 *   event    Add 1 to events[SLI_CELL_GOOD + k] if the latency is above k of
 *            the thresholds, or to events[SLI_CELL_BAD], ...
 *   latency  ... and then, of good and bad events, 1 to latencies[outcome][i],
 *            i = raw(latency) - below, but at least 0 and below latency_count:
 *
 *              raw(v) = v                         if v < 2^(p - 1)
 *                       (s << (p - 1)) + (v >> s) with s = k - (p - 1), else
 *
 *            where p = precision_bits, and bit k is the highest of v. Those
 *            are, but for a constant, the bits of a double v from its exponent
 *            down to the p - 1st bit of its fraction: raw(v) =
 *            (bits >> (53 - p)) - ((1021 + p) << (p - 1)).
 *
 * Every cell is a word that is loaded, added to and stored whole: a reader may
 * look at it at any instant, and must never see it decrease.
 */
enum sli_writer_cell {
	SLI_CELL_IGNORED,
	SLI_CELL_SHED,
	SLI_CELL_BAD,
	SLI_CELL_GOOD,	    /* + how many thresholds it was above */
	SLI_CELL_BEGUN = 9, /* sli_begin() */
	SLI_CELL_ENDED,
	SLI_CELLS = 16
};

struct sli_writer_cells {
	uint64_t *events; /* SLI_CELLS of them */
	uint64_t
	    *latencies[2]; /* of SLI_GOOD, of SLI_BAD: one after the other */
	uint32_t latency_count; /* of each */
	uint32_t precision_bits;
	int32_t below;
	uint32_t threshold_count;
	uint64_t threshold_ns[SLI_THRESHOLDS_MAX];
	uint64_t slot_ns;
	const uint64_t *next_ns; /* end of the open slot; 0: there is none */
	const uint64_t *skew_ns; /* 0, unless the clock was set back */
};

SLI_BEGIN_DECLS

/**
 * Get a shard to oneself, for one thread that records a lot where there are no
 * restartable sequences.
 *
 * Errors:   SLI_EINVAL (NULL), SLI_ENOSPC (all writer_shards are taken; in a
 *           file, those of a process that died are free), SLI_EBUSY (the
 *           lock), SLI_EACCES (a view).
 * Thread:   MT-safe.  Signal: not safe.  Fork: of parent and child, where they
 *           share the registry's memory, only one may go on with it.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_writer_acquire(struct sli_registry *reg,
    struct sli_writer **out, struct sli_error *err);

/**
 * Give it back; what was counted stays. NULL does nothing.
 *
 * Errors: none.  Thread: the writer's.  Signal: not safe.  Since: 0.1
 */
SLI_API void sli_writer_release(struct sli_writer *writer);

/**
 * sli_record() through a writer's shard, with plain stores. An indicator of
 * another registry has no such shard: there it is sli_record().
 *
 * Thread:   one thread at a time per writer, which must not be interrupted by
 *           a signal handler that uses the same writer.
 * Everything else as for sli_record().
 */
SLI_API void sli_writer_record(struct sli_writer *writer,
    struct sli_indicator *ind, uint64_t now_ns, enum sli_outcome outcome,
    uint64_t latency_ns);

/**
 * Where a writer's cells of an indicator are.
 *
 * They are the writer's to write until it is released, and stay where they are
 * until the registry is closed.
 *
 * Errors:   SLI_EINVAL (NULL, or an indicator of another registry).
 * Thread:   MT-safe; the cells are the writer's.  Signal: async-signal-safe.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_writer_cells(const struct sli_writer *writer,
    struct sli_indicator *ind, struct sli_writer_cells *out);

SLI_END_DECLS

#endif /* SLI_WRITER_H */
