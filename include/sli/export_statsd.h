/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_STATSD_H
#define SLI_EXPORT_STATSD_H

#include <stddef.h>
#include <stdint.h>

#include <sli/api.h>
#include <sli/flush.h>
#include <sli/indicator.h>
#include <sli/status.h>

/*
 * Packets for a StatsD server, plain or Datadog's. Part of libsli-export;
 * deliver_statsd.h sends them.
 *
 * StatsD adds up what it is told, so an exporter has to know what it has told.
 * A struct sli_statsd keeps, of every count and of every bucket of latencies,
 * how much was accepted, that is, was in a packet that `send` took; a line is
 * total - accepted. What could not be sent goes with the next export: as far as
 * `send` tells the truth nothing is lost and nothing is sent twice.
 *
 * It belongs to one registry, and to one thread at a time. It starts from
 * nothing, so its first export has the totals: of a registry in a file that has
 * a past, call sli_statsd_skip() first, and of several processes let one send.
 */

struct sli_statsd;

enum sli_statsd_dialect {
	SLI_STATSD_DATADOG, /* DogStatsD: tags, distributions */
	SLI_STATSD_PLAIN    /* Etsy's: no tags, timers */
};

/* flags of struct sli_statsd_config */
#define SLI_STATSD_NO_LATENCIES 0x1u
#define SLI_STATSD_NO_SLOS 0x2u
/*
 * Counts and gauges say of what second they are (|T, Agent 7.40). A second
 * export in one second leaves them to the next, as a server keeps but the last.
 */
#define SLI_STATSD_TIMESTAMPS 0x4u
/*
 * Plain: leave labels out of names. Indicators that differ in nothing else are
 * then added up; those with labels have no in_flight.
 */
#define SLI_STATSD_DROP_LABELS 0x8u

#define SLI_STATSD_PACKET_UDP 1432  /* of an MTU of 1500, for max_packet */
#define SLI_STATSD_PACKET_UNIX 8192 /* what Datadog's Agent reads at once */

struct sli_statsd_config {
	uint32_t struct_size;
	uint32_t flags;
	enum sli_statsd_dialect dialect;
	uint32_t max_packet; /* bytes, 256 to 65507; default 1432 */
	/* Of every name, [A-Za-z0-9_.-], up to 63 bytes. Default "sli." */
	const char *prefix;
	/* Datadog only: tags of every line, up to SLI_LABELS_MAX. */
	const struct sli_label *tags;
	uint32_t tag_count;
	uint32_t max_lines; /* of an export, from 16; default 100000 */
	/*
	 * Plain only: timer lines of one outcome's latencies in an export, 1 to
	 * 10000, default 100. A percentile that the server makes of them is off
	 * in rank by half the events of a line.
	 */
	uint32_t timer_lines;
	uint32_t reserved; /* 0 */
	/* Datadog only: c:, an id, or "ci-" and an id, or "in-" and an inode */
	const char *container_id;
};

#define SLI_STATSD_CONFIG_INIT SLI_CONFIG_INIT(struct sli_statsd_config)

/* Why a packet was dropped. */
enum sli_statsd_reason {
	SLI_STATSD_FULL = 1, /* no room: the receiver is slow */
	SLI_STATSD_GONE,     /* there is no receiver */
	SLI_STATSD_TOO_LONG, /* it takes no packet of this length */
	SLI_STATSD_REFUSED,  /* sent, and then refused: see sli_statsd_lost() */
	SLI_STATSD_OTHER
};

#define SLI_STATSD_REASONS 6

/*
 * Takes a packet, whole lines without a newline at its end. 0: it is accepted;
 * else a reason why not. Must not wait.
 */
typedef int sli_statsd_send_fn(const void *packet, size_t length, void *arg);

/* Since creation. */
struct sli_statsd_stats {
	uint64_t packets, bytes; /* accepted */
	/* By reason; [0] is 0. */
	uint64_t dropped_packets[SLI_STATSD_REASONS];
	uint64_t dropped_bytes[SLI_STATSD_REASONS];
	uint64_t long_lines; /* that fit into no packet, so were not sent */
	uint64_t cut_short;  /* exports that ended at max_lines */
};

SLI_BEGIN_DECLS

/**
 * Make an exporter that has accepted nothing yet.
 *
 * @param cfg  NULL: defaults.
 * Memory:   up to 9 bytes per byte of max_packet, 200 bytes per indicator and
 *           64 for each bucket in use; a bucket is allocated for at most once.
 * Errors:   SLI_EINVAL (a field), SLI_ERANGE, SLI_EVERSION, SLI_ENOMEM.
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_statsd_create(
    const struct sli_statsd_config *cfg, struct sli_statsd **out,
    struct sli_error *err);

/** Free it; NULL does nothing. */
SLI_API void sli_statsd_destroy(struct sli_statsd *statsd);

/**
 * Send what a snapshot has and was not accepted yet. Metrics of Datadog, after
 * the prefix; those without an event since, and ratios of nothing, are left
 * out:
 *
 *   events           c  sli, outcome, labels  events
 *   late_events      c  sli, labels           see sli_late_count()
 *   latency_ms       d  sli, outcome, labels  latencies of good and bad ones
 *   in_flight        g  sli, labels
 *   slo.budget_remaining   g  slo             of the period, 1 to below 0
 *   slo.burn_rate          g  slo, window     5m, 1h, 6h, 3d
 *   slo.alert_firing       g  slo, severity   0 or 1
 *   slo.outage_firing      g  slo             0 or 1
 *   slo.shed_probability   g  slo, criticality
 *   statsd.dropped_packets, statsd.dropped_bytes  c  reason
 *
 * A label that is called sli, outcome, le or quantile becomes exported_ and its
 * name. In tags commas, bars and control characters become _.
 *
 * A plain name has the values of the tags behind the metric, with dots:
 * sli.events.checkout.region_eu.good. In it each label is one part, and what is
 * not a letter, digit, - or _ becomes _. Latencies are timers (ms).
 *
 * A latency is sent as the middle of its bucket, to five digits; in the
 * overflow bucket as its lower bound. Several events of one or more buckets are
 * sent as one value with a sample rate whose inverse is their number exactly,
 * as double (Datadog: powers of two, so as float, too). So the server's count
 * is ours; Datadog's sketch has each event in its bucket, while a plain server,
 * which gives every line the same weight in percentiles, is sent one for each
 * of equally many events.
 *
 * It begins where the last one ended, if that was cut short by max_lines or
 * by packets that were dropped, four of them in a row.
 *
 * Accuracy: see above. A line counts at most 2^53 events, as doubles do; the
 *           rest is of the next export.
 * Errors:   SLI_EINVAL (NULL, or a snapshot of another registry), SLI_EIO
 *           (packets were dropped), SLI_ERANGE (a line is longer than a
 *           packet), SLI_ENOMEM. All the rest was sent.
 * Thread:   one at a time; else as the snapshot.  Signal: not safe.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_statsd_export(struct sli_statsd *statsd,
    const struct sli_snapshot *snapshot, sli_statsd_send_fn *send, void *arg,
    struct sli_error *err);

/**
 * Take everything that a snapshot has as accepted, and send nothing: the
 * exports that follow have what is counted from here on.
 *
 * Errors:   SLI_EINVAL, SLI_ENOMEM, as sli_statsd_export().
 * Thread:   as sli_statsd_export().  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_statsd_skip(struct sli_statsd *statsd,
    const struct sli_snapshot *snapshot, struct sli_error *err);

/**
 * Count a packet as dropped that `send` had accepted, and that is known to be
 * lost by now. What was in it stays accepted.
 *
 * @param reason  any other number is SLI_STATSD_OTHER.
 * Errors: none.  Thread: one at a time; `send` may call it.  Since: 0.1
 */
SLI_API void sli_statsd_lost(struct sli_statsd *statsd, int reason,
    size_t length);

/**
 * What became of the packets.
 *
 * Errors:   SLI_EINVAL (NULL).  Thread: not with an export.  Since: 0.1
 */
SLI_API int sli_statsd_stats(const struct sli_statsd *statsd,
    struct sli_statsd_stats *out);

/**
 * A reason as tags have it: "full", "gone", "too_long", "refused"; else
 * "other".
 *
 * Errors: none.  Thread: MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API const char *sli_statsd_reason_name(int reason);

SLI_END_DECLS

#endif /* SLI_EXPORT_STATSD_H */
