/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_SNAPSHOT_H
#define SLI_EXPORT_SNAPSHOT_H

#include <sli/export.h>

/*
 * Interval logs of HdrHistogram (export_hlog.h) from snapshots: a line for each
 * series, an indicator's good or bad events, of the latencies since the last
 * export. Appended to a file over time, that is a log which HdrHistogram's
 * tools read, and `sli hlog` adds up again. Of libsli-export; <sli/sli.h> does
 * not include this header.
 *
 * A histogram is what has been counted less what was written, which the log
 * remembers: all of its intervals add up to the totals, whoever else flushes.
 *
 * It belongs to one registry and one thread at a time. Its first export has the
 * totals, from each indicator's first event on.
 */

struct sli_interval_log;

SLI_BEGIN_DECLS

/**
 * Make a log that has written nothing yet.
 *
 * Memory:   up to 64 bytes for each bucket in use of each series, 700 and more
 *           for each indicator; and a histogram and a line for the time of an
 *           export.
 * Errors:   SLI_EINVAL (NULL), SLI_ENOMEM.
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_interval_log_create(
    struct sli_interval_log **out, struct sli_error *err);

/** Free it; NULL does nothing. */
SLI_API void sli_interval_log_destroy(struct sli_interval_log *log);

/**
 * Write a line for each series that has new latencies, and, before the first
 * line or after sli_interval_log_restart(), the header of a log.
 *
 * Values are nanoseconds, in histograms of three digits, whose buckets are
 * finer than libsli's. The tag is the indicator's name, the outcome, and the
 * labels, as Graphite has tags:
 *
 *   checkout;outcome=good;region=eu
 *
 * Commas, semicolons, per cent signs, blanks, controls and what is not ASCII
 * are %XX in it. One of more than 255 bytes is cut, and ends in ~ and 16
 * hexadecimal digits of the whole.
 *
 * @param write  gets whole lines, each by one call; if it fails, the rest is
 *               left for the next export, and the line it failed at.
 * Accuracy: counts are exact; a latency is moved to the middle of its bucket in
 *           libsli, and in the overflow bucket to the lower bound. An indicator
 *           that counts less than was written (it was removed and made again)
 *           begins anew.
 * Errors:   SLI_EINVAL (NULL), SLI_ENOMEM, SLI_EIO (write said so).
 * Thread:   one at a time; else as the snapshot.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_interval_log_export(struct sli_interval_log *log,
    const struct sli_snapshot *snapshot, sli_export_write_fn *write, void *arg,
    struct sli_error *err);

/**
 * What the last export wrote was lost after all, as when it was gathered and
 * then not put out: the next has it again. A second time it does nothing.
 */
SLI_API void sli_interval_log_undo(struct sli_interval_log *log);

/** The next export begins with a header: it goes into another file. */
SLI_API void sli_interval_log_restart(struct sli_interval_log *log);

SLI_END_DECLS

#endif /* SLI_EXPORT_SNAPSHOT_H */
