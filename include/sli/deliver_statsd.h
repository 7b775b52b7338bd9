/* SPDX-License-Identifier: MIT */
#ifndef SLI_DELIVER_STATSD_H
#define SLI_DELIVER_STATSD_H

#include <stdint.h>

#include <sli/api.h>
#include <sli/export_statsd.h>
#include <sli/flush.h>
#include <sli/status.h>

/*
 * A socket that sends a registry's state to a StatsD server. Part of
 * libsli-deliver. It does not wait unless it is told to: what has no room is
 * counted as dropped, and its counts go with the next export.
 *
 *	sli_statsd_open("unix:///var/run/datadog/dsd.socket", NULL, &sender,
 *	    &err);
 *
 * Then either, in a callback of sli_flush(), sli_statsd_sink(snapshot, sender,
 * &err), or sli_statsd_sink and sender as a sink of the flusher (deliver.h).
 *
 * What is lost on the way of UDP, or in a receiver that reads too late, nobody
 * is told of: it counts as accepted. Where no one listens at all, the
 * receiver's host says so: this machine at once (unless it is very busy), so
 * that nothing is lost; another one later, when the packet was accepted
 * already. That one is counted as dropped, SLI_STATSD_REFUSED, and the next is
 * sent all the same. A Unix socket loses nothing but what a receiver that dies
 * has not read yet.
 */

struct sli_statsd_sender;

SLI_BEGIN_DECLS

/**
 * Make a sender to a server, which need not run yet: its socket is opened with
 * the first export.
 *
 * @param address  "udp://host:port" (a name is looked up here, once, and may
 *                 take its time; of one that has both, IPv4; IPv6 in
 *                 brackets), or "unix:///path" (a datagram socket).
 * @param cfg      NULL: defaults. The default of max_packet is
 *                 SLI_STATSD_PACKET_UDP or SLI_STATSD_PACKET_UNIX.
 * Errors:   as sli_statsd_create(); SLI_EINVAL (NULL, address), SLI_ENOENT (no
 *           such host).
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_statsd_open(const char *address,
    const struct sli_statsd_config *cfg, struct sli_statsd_sender **out,
    struct sli_error *err);

/**
 * Let an export wait for room, for so long in all: 0, the default, to 10 s. Of
 * use on a thread that may wait (the flusher's): by default, Linux has room for
 * no more than 10 packets in a Unix socket that is slower than an export.
 *
 * Errors:   SLI_EINVAL (NULL), SLI_ERANGE.
 * Thread:   MT-safe (waits for an export that runs).  Since: 0.1
 */
SLI_API int sli_statsd_sender_wait(struct sli_statsd_sender *sender,
    uint64_t wait_ns);

/** Close and free it; NULL does nothing. */
SLI_API void sli_statsd_close(struct sli_statsd_sender *sender);

/**
 * Send what a snapshot has and was not accepted yet: sli_statsd_export().
 *
 * A Unix socket that has gone is looked for again, once an export and when it
 * refuses a packet.
 *
 * Errors:   as sli_statsd_export(); SLI_EIO says how many packets were dropped,
 *           and why.
 * Thread:   MT-safe; a child of fork() has a copy of what was accepted, so only
 *           one of both may go on, and not the child if an export was under way
 *           just then.  Signal: not safe.
 * Progress: waits for the receiver as long as sli_statsd_sender_wait() has it.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_statsd_sink(const struct sli_snapshot *snapshot,
    void *sender, struct sli_error *err);

/**
 * Take everything that a snapshot has as accepted: sli_statsd_skip(). A sink,
 * too, to be called once, before any other.
 */
SLI_API SLI_MUST_CHECK int sli_statsd_skip_sink(
    const struct sli_snapshot *snapshot, void *sender, struct sli_error *err);

/**
 * What became of the packets.
 *
 * Errors:   SLI_EINVAL (NULL).  Thread: MT-safe.  Since: 0.1
 */
SLI_API int sli_statsd_sender_stats(struct sli_statsd_sender *sender,
    struct sli_statsd_stats *out);

SLI_END_DECLS

#endif /* SLI_DELIVER_STATSD_H */
