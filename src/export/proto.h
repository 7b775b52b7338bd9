/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_PROTO_INTERNAL_H
#define SLI_EXPORT_PROTO_INTERNAL_H

#include "export/classic.h"
#include "export/exponential.h"
#include "export/walk.h"
#include "metrics.pb-c.h"

/* Messages are made of these, with what they point to; nothing is allocated. */

struct sli__proto_exemplar {
	Sli__Prom__Exemplar message;
	Sli__Prom__LabelPair label, *labels[1];
	Sli__Prom__Timestamp at;
};

/* So many native exemplars as the clients of Prometheus' keep. */
#define SLI__PROTO_EXEMPLARS 10

/* Unused buckets in a row that are cheaper written than left out. */
#define SLI__PROTO_GAP 2
#define SLI__PROTO_SPANS (SLI_BUCKET_LIMIT_MAX / (SLI__PROTO_GAP + 2) + 1)

struct sli__proto_histogram {
	Sli__Prom__Histogram message;
	Sli__Prom__Timestamp created;
	struct sli__exponential exponential;
	Sli__Prom__BucketSpan span[SLI__PROTO_SPANS], *spans[SLI__PROTO_SPANS];
	int64_t delta[SLI_BUCKET_LIMIT_MAX];
	struct sli__classic classic;
	Sli__Prom__Bucket bucket[SLI__CLASSIC_BOUNDS + 1],
	    *buckets[SLI__CLASSIC_BOUNDS + 1];
	struct sli__proto_exemplar of_bucket[SLI__CLASSIC_BOUNDS + 1];
	struct sli__proto_exemplar exemplar[SLI__PROTO_EXEMPLARS];
	Sli__Prom__Exemplar *exemplars[SLI__PROTO_EXEMPLARS];
};

void sli__proto_label(Sli__Prom__LabelPair *to, const struct sli_label *label);
void sli__proto_time(Sli__Prom__Timestamp *to, uint64_t ns);
void sli__proto_exemplar(struct sli__proto_exemplar *to,
    const struct sli_exemplar *from);

/* cfg: for the classic buckets, if its flags want those. */
void sli__proto_histogram_read(struct sli__proto_histogram *h,
    const struct sli__latencies *latencies, const struct sli_text_config *cfg,
    uint32_t bucket_limit);

#endif /* SLI_EXPORT_PROTO_INTERNAL_H */
