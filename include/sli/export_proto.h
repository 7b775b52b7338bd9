/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_PROTO_H
#define SLI_EXPORT_PROTO_H

#include <stdint.h>

#include <sli/api.h>
#include <sli/export.h>
#include <sli/flush.h>
#include <sli/status.h>

/*
 * Prometheus' protobuf format: the families of sli_text_export(), but latencies
 * as native histograms, which need no bounds: their buckets are a constant
 * factor wide. Prometheus takes them from 2.40 on if it runs with
 * --enable-feature=native-histograms, or 3 is told scrape_native_histograms,
 * and then asks for this format: sli_proto_negotiate() sees that.
 */

/* flags of struct sli_proto_config; those of struct sli_text_config, and */
#define SLI_PROTO_NO_HISTOGRAMS 0x1u
#define SLI_PROTO_NO_SLOS 0x2u
#define SLI_PROTO_NO_EXEMPLARS 0x4u
#define SLI_PROTO_NO_CREATED 0x8u
/*
 * Classic buckets, too. Prometheus does not keep them beside native ones, but
 * it is there that 2.42, at least, looks for a histogram's exemplars.
 */
#define SLI_PROTO_CLASSIC 0x10u

#define SLI_BUCKET_LIMIT_MIN 8
#define SLI_BUCKET_LIMIT_MAX 1024
#define SLI_BUCKET_LIMIT_DEFAULT 160

struct sli_proto_config {
	uint32_t struct_size;
	uint32_t flags;
	/* From a histogram's first to its last bucket in use; 0: 160. */
	uint32_t bucket_limit;
	/* For the classic buckets, as in struct sli_text_config. */
	uint32_t bound_count;
	const uint64_t *bound_ns;
	/* The SLOs' label sloth_service, up to 1 KiB of UTF-8; NULL: "". */
	const char *service;
};

#define SLI_PROTO_CONFIG_INIT SLI_CONFIG_INIT(struct sli_proto_config)

SLI_BEGIN_DECLS

/**
 * The content type, for an HTTP response.
 *
 * Errors: none.  Thread: MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API const char *sli_proto_content_type(void);

/**
 * Would a scraper that sent this Accept header rather have this format than
 * what sli_text_negotiate() says? 1: it names this one, delimited, with no
 * less weight. 0 also of NULL.
 *
 * Errors: none.  Thread: MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API int sli_proto_negotiate(const char *accept);

/**
 * Write a snapshot as delimited messages io.prometheus.client.MetricFamily.
 *
 * Takes memory for one family at a time: some 500 bytes for each histogram,
 * and 100 KiB beside.
 *
 * Accuracy: counts exact; a latency may be one bucket off, as it is placed by
 *           the middle of its bucket in libsli, within 2^-precision_bits of it.
 *           A bucket is 2^(2^-schema) - 1 of its lower bound wide. The schema
 *           is precision_bits - 2 or, if that is too fine for bucket_limit
 *           buckets to reach from the fastest latency so far to the slowest,
 *           the finest that is not: by default, if the slowest is 30 times the
 *           fastest a bucket is 2.2 % wide, 900 times 4.4 %, 900,000 times 9.1
 *           %. Latencies up to the indicator's lowest_ns are in the zero
 *           bucket; those above highest_ns count as just above it. No count
 *           ever decreases from one export to the next, but by a coarser
 *           schema, which Prometheus can tell from a restart.
 * Errors:   SLI_EINVAL (NULL, a field of the config), SLI_EVERSION, SLI_ERANGE
 *           (bounds, bucket_limit, service), SLI_ENOMEM (in the middle: what
 *           was written is whole families), SLI_EIO (write said so).
 * Thread:   as the snapshot.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_proto_export(const struct sli_snapshot *snapshot,
    const struct sli_proto_config *cfg, sli_export_write_fn *write, void *arg,
    struct sli_error *err);

SLI_END_DECLS

#endif /* SLI_EXPORT_PROTO_H */
