/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_STATSD_H_
#define SLI_EXPORT_STATSD_H_

#include <sli/export_statsd.h>

#include "export/sink.h"
#include "export/statsd_packet.h"

/* The buckets in use of one outcome, upwards; there are only ever more. */
struct sli__statsd_buckets {
	struct sli__statsd_cell *cells;
	uint32_t count, room;
};

enum sli__statsd_count {
	SLI__STATSD_EVENTS, /* and what follows: by outcome */
	SLI__STATSD_LATE = SLI__STATSD_EVENTS + 4,
	SLI__STATSD_COUNTS
};

/* What the server has been told of an indicator. */
struct sli__statsd_series {
	struct sli__statsd_cell counts[SLI__STATSD_COUNTS];
	struct sli__statsd_buckets latencies[2]; /* of good, of bad */
};

#define SLI__STATSD_TAG_BYTES 1024
#define SLI__STATSD_PREFIX_BYTES 64
#define SLI__STATSD_ID_BYTES 256

struct sli_statsd {
	/* The config, checked; its pointers are to what follows. */
	struct sli_statsd_config cfg;
	char prefix[SLI__STATSD_PREFIX_BYTES];
	char container_id[SLI__STATSD_ID_BYTES];
	char tags[SLI__STATSD_TAG_BYTES]; /* "name:value,name:value" */

	struct sli__statsd_packet packet;
	const struct sli_snapshot *snapshot; /* that is being exported */
	uint64_t stamp_s;		     /* of the last with timestamps */
	bool is_stamped; /* counts and gauges of this second have been sent */

	uint32_t first; /* the part that the next export begins with */
	uint32_t series_count;
	struct sli__statsd_series *series; /* by place in the registry */
	const struct sli_indicator *known; /* one, to tell the registry by */
	uint32_t known_at;
	struct sli__statsd_cell dropped[2 * SLI_STATSD_REASONS];

	/* The line that is being made: see statsd_line.h. */
	struct sli__statsd_frame frame;
	struct sli__sink object, head, tail, value;
};

/* The sinks have no function to write to: what is put into them fits. */
_Static_assert(SLI__SINK_BYTES > 256 + SLI__STATSD_PREFIX_BYTES + SLI_NAME_MAX +
	    SLI_LABEL_BYTES_MAX + 16 * SLI_LABELS_MAX + SLI__STATSD_TAG_BYTES +
	    SLI__STATSD_ID_BYTES,
    "a line without its values is rendered in one piece");

/* Check, and fill the defaults in. Errors as of sli_statsd_create(). */
int sli__statsd_config_check(const struct sli_statsd_config *cfg,
    struct sli_statsd_config *out, struct sli_error *err);

static inline bool
sli__statsd_is_plain(const struct sli_statsd *statsd)
{
	return statsd->cfg.dialect == SLI_STATSD_PLAIN;
}

/* Read the buckets of an outcome anew; false: there is no memory. */
bool sli__statsd_buckets_read(struct sli__statsd_buckets *buckets,
    const struct sli_indicator *ind, enum sli_outcome outcome);

/* Put what is left of them, of the present object. */
void sli__statsd_put_buckets(struct sli_statsd *statsd,
    struct sli__statsd_buckets *buckets, enum sli_outcome outcome);

/* The gauges of an SLO. */
void sli__statsd_put_slo(struct sli_statsd *statsd,
    const struct sli_slo_view *view);

#endif /* SLI_EXPORT_STATSD_H_ */
