/* SPDX-License-Identifier: MIT */
#ifndef SLI_DELIVER_H
#define SLI_DELIVER_H

#include <stddef.h>
#include <stdint.h>

#include <sli/api.h>
#include <sli/flush.h>
#include <sli/registry.h>
#include <sli/status.h>

/*
 * A flusher: flushes a registry to several sinks at an interval, on a thread
 * that the application starts and stops, or from the application's event loop.
 * A library of its own, libsli-deliver; <sli/sli.h> does not include this
 * header.
 *
 *   thread:  create  start                            stop  destroy
 *   loop:    create  fd  (readable: run)*             stop  destroy
 *   neither: create  now*                             destroy
 *
 * When. A flush is due at each multiple of the interval of sli_clock_ns(),
 * that is of wall-clock time as it was when the process started: so what is
 * flushed are whole slots of the histories, the flushes of several processes
 * speak of the same intervals, and nothing drifts. Processes that all send to
 * one receiver may spread out by offset_ns. The first is due at the first
 * multiple after start. A flush that comes late, after a suspend too, is made
 * once, and the multiples that it missed are counted. A step of the wall clock
 * changes nothing.
 *
 * To whom. Each sink is a consumer of sli_flush_try() of its own, (flush, arg):
 * one that fails gets at the next flush what it missed, and the others see
 * nothing of it. Sinks are called one after the other, in their order, never
 * two at a time.
 *
 * A sink must not block: it writes to where there is room, or fails. One that
 * does block delays no recorder and no reader, but the sinks after it and the
 * next flushes (give it a flusher of its own, if it cannot be helped), and
 * sli_flusher_stop() gives it up after a time.
 *
 * Exit. A process that ends without sli_flusher_stop() has no last flush, and
 * its sinks may be cut off in the middle.
 *
 * Fork. In a child, the flusher of its parent does nothing: there is no thread,
 * and every call but sli_flusher_destroy() says SLI_EACCES. A child that wants
 * to flush creates its own. (With the same sinks, in a registry of memory
 * that is shared, parent and child are one consumer; see flush.h.)
 */

struct sli_flusher;

/* All fields are copied, and the name too. */
struct sli_sink {
	const char *name; /* for messages; 1 to 63 characters */
	sli_sink_fn *flush;
	void *arg;
};

#define SLI_SINKS_MAX 16
#define SLI_SINK_NAME_MAX 63

/*
 * Told that a sink failed, by the thread that flushes: at most once per
 * error_interval_ns and sink. `count` is how often it failed since it was last
 * told of. May call sli_flusher_stats(), but nothing else of the flusher.
 */
typedef void sli_flusher_error_fn(const char *sink, const struct sli_error *err,
    uint64_t count, void *arg);

/* As sli_clock_ns(). */
typedef uint64_t sli_clock_fn(void *arg);

struct sli_flusher_config {
	uint32_t struct_size;
	uint32_t sink_count; /* 1..SLI_SINKS_MAX */
	const struct sli_sink *sinks;
	uint64_t interval_ns;	     /* 10 ms to 1 d, default 10 s */
	uint64_t offset_ns;	     /* below interval_ns */
	uint64_t error_interval_ns;  /* up to 1 d, default 1 min */
	sli_flusher_error_fn *error; /* NULL: only stats tell */
	void *error_arg;
	sli_clock_fn *clock; /* default: sli_clock_ns() */
	void *clock_arg;
	size_t
	    stack_bytes; /* of the thread; 64 KiB to 1 GiB, default 256 KiB */
};

#define SLI_FLUSHER_CONFIG_INIT SLI_CONFIG_INIT(struct sli_flusher_config)

/* Of one sink. Times are of the flusher's clock; 0: never. */
struct sli_flusher_stats {
	uint64_t flushes;  /* that it took */
	uint64_t failures; /* that it did not */
	uint64_t failures_in_a_row;
	uint64_t missed; /* multiples of the interval; the same for all sinks */
	uint64_t success_ns;  /* when it last took one */
	uint64_t failure_ns;  /* when it last did not */
	uint64_t running_ns;  /* since when it is being called; 0: it is not */
	uint64_t duration_ns; /* of the last call */
	uint64_t duration_max_ns;
	struct sli_error error; /* the last; status 0: none */
};

SLI_BEGIN_DECLS

/**
 * Make a flusher; it flushes nothing yet.
 *
 * Takes one file descriptor, and a consumer's place for each sink.
 *
 * Errors:   SLI_EINVAL, SLI_ERANGE, SLI_EVERSION, SLI_EEXIST (a sink twice),
 *           SLI_ENOSPC (more sinks than the registry's max_consumers has free),
 *           SLI_EBUSY (the registry's lock), SLI_ENOMEM, SLI_EIO (no file
 *           descriptor).
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_flusher_create(struct sli_registry *reg,
    const struct sli_flusher_config *cfg, struct sli_flusher **out,
    struct sli_error *err);

/**
 * Flush on a thread of the flusher's own, called sli-flusher, which blocks all
 * signals but those of its own faults.
 *
 * Errors:   SLI_EINVAL (NULL), SLI_EBUSY (it has its thread, or belongs to an
 *           event loop), SLI_ENOMEM (no thread), SLI_EACCES (a child).
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_flusher_start(struct sli_flusher *flusher,
    struct sli_error *err);

/**
 * Flush from an event loop: a descriptor that is readable when a flush is due,
 * for epoll, poll or select. Then call sli_flusher_run(), which is all that is
 * to be done with it. It is closed by destroy, not by stop, and by exec().
 *
 * Errors:   SLI_EINVAL (NULL), SLI_EBUSY (it has a thread), SLI_EACCES.
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_flusher_fd(struct sli_flusher *flusher, int *out,
    struct sli_error *err);

/**
 * Flush if it is due, in the calling thread; else do nothing.
 *
 * Errors:   SLI_EINVAL (NULL; no sli_flusher_fd() before), SLI_EIO (a sink
 *           failed: err has the first one's name and error; the others were
 *           flushed), SLI_EBUSY (another thread is flushing: counts as missed),
 *           SLI_EACCES.
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API int sli_flusher_run(struct sli_flusher *flusher, struct sli_error *err);

/**
 * Flush now, in the calling thread, beside the interval.
 *
 * Errors:   SLI_EINVAL (NULL), SLI_EIO (as above), SLI_EBUSY (another thread is
 *           flushing, or a sink calls this), SLI_EACCES.
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API int sli_flusher_now(struct sli_flusher *flusher, struct sli_error *err);

/**
 * Flush a last time and stop: all that was recorded before this call is
 * flushed. After it, the flusher may be started again. One that neither has a
 * thread nor belongs to an event loop is left alone.
 *
 * The last flush is the thread's, if there is one, else the caller's.
 *
 * @param timeout_ns  how long to wait for the thread; UINT64_MAX: for ever.
 * Errors:   SLI_EINVAL (NULL), SLI_EIO (stopped, but the last flush failed, as
 *           above), SLI_EBUSY (not stopped: a sink, which err names, has not
 *           returned; the thread will end when it does; call again; or a
 *           sink calls this), SLI_EACCES.
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API int sli_flusher_stop(struct sli_flusher *flusher, uint64_t timeout_ns,
    struct sli_error *err);

/**
 * What became of a sink.
 *
 * Errors:   SLI_EINVAL (NULL), SLI_ENOENT (no such sink), SLI_EACCES.
 * Thread:   MT-safe, inside a sink too.  Signal: not safe.  Since: 0.1
 */
SLI_API int sli_flusher_stats(struct sli_flusher *flusher, uint32_t sink,
    struct sli_flusher_stats *out);

/**
 * Free a flusher, and its consumers' places; before the registry is closed. In
 * a child of fork(), only what the child has of it.
 *
 * @param flusher  NULL does nothing.
 * Errors:   SLI_EBUSY (it was not stopped: nothing is freed).
 * Thread:   not with any other call on it.  Signal: not safe.  Since: 0.1
 */
SLI_API int sli_flusher_destroy(struct sli_flusher *flusher);

SLI_END_DECLS

#endif /* SLI_DELIVER_H */
