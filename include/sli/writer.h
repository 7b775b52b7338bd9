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

SLI_END_DECLS

#endif /* SLI_WRITER_H */
