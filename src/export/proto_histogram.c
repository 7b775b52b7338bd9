/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "export/proto.h"

static void
add_bucket(struct sli__proto_histogram *h, uint64_t count, uint64_t *before)
{
	Sli__Prom__Histogram *m = &h->message;

	h->delta[m->n_positive_delta++] = (int64_t)(count - *before);
	m->positive_span[m->n_positive_span - 1]->length++;
	*before = count;
}

static void
add_span(struct sli__proto_histogram *h, int32_t offset)
{
	Sli__Prom__BucketSpan *span = &h->span[h->message.n_positive_span];

	sli__prom__bucket_span__init(span);
	span->has_offset = span->has_length = 1;
	span->offset = offset;
	h->spans[h->message.n_positive_span++] = span;
}

static void
set_native(struct sli__proto_histogram *h)
{
	const struct sli__exponential *e = &h->exponential;
	Sli__Prom__Histogram *m = &h->message;
	uint32_t i, unused = 0;
	uint64_t before = 0;

	m->has_schema = m->has_zero_threshold = m->has_zero_count = 1;
	m->schema = e->schema;
	m->zero_threshold = e->zero_s;
	m->zero_count = e->zero;
	m->positive_span = h->spans;
	m->positive_delta = h->delta;
	for (i = 0; i < e->length; i++) {
		if (e->count[i] == 0) {
			unused++;
			continue;
		}
		if (i == 0 || unused > SLI__PROTO_GAP)
			add_span(h, i == 0 ? e->first : (int32_t)unused);
		else
			while (unused-- > 0)
				add_bucket(h, 0, &before);
		unused = 0;
		add_bucket(h, e->count[i], &before);
	}
}

/* The last one has all of them, as the native ones have. */
static void
set_classic(struct sli__proto_histogram *h,
    const struct sli__latencies *latencies)
{
	const struct sli__classic *c = &h->classic;
	const struct sli_exemplar *exemplar;
	Sli__Prom__Bucket *bucket;
	uint32_t i;

	for (i = 0; i <= c->bounds; i++) {
		bucket = h->buckets[i] = &h->bucket[i];
		sli__prom__bucket__init(bucket);
		bucket->has_upper_bound = bucket->has_cumulative_count = 1;
		bucket->upper_bound = i == c->bounds ?
		    INFINITY :
		    (double)c->bound_ns[i] / 1e9;
		bucket->cumulative_count = i == c->bounds ?
		    h->exponential.total :
		    c->cumulative[i];
		exemplar = sli__exemplars_newest(latencies->exemplars,
		    latencies->outcome, i == 0 ? 0 : c->bound_ns[i - 1],
		    i == c->bounds ? UINT64_MAX : c->bound_ns[i]);
		if (exemplar == NULL)
			continue;
		sli__proto_exemplar(&h->of_bucket[i], exemplar);
		bucket->exemplar = &h->of_bucket[i].message;
	}
	h->message.bucket = h->buckets;
	h->message.n_bucket = c->bounds + 1;
}

/* The newest, in the order of their times: readers pass over the others. */
static void
set_exemplars(struct sli__proto_histogram *h,
    const struct sli__latencies *latencies)
{
	const struct sli__exemplars *all = latencies->exemplars;
	const struct sli_exemplar *newest[SLI__EXEMPLARS_MAX];
	uint32_t i, k, n = 0, skip;

	for (i = 0; i < all->count; i++) {
		if (all->list[i].outcome != latencies->outcome)
			continue;
		for (k = n++;
		     k > 0 && newest[k - 1]->at_ns > all->list[i].at_ns; k--)
			newest[k] = newest[k - 1];
		newest[k] = &all->list[i];
	}
	skip = n > SLI__PROTO_EXEMPLARS ? n - SLI__PROTO_EXEMPLARS : 0;
	for (i = 0; i < n - skip; i++) {
		sli__proto_exemplar(&h->exemplar[i], newest[skip + i]);
		h->exemplars[i] = &h->exemplar[i].message;
	}
	h->message.exemplars = h->exemplars;
	h->message.n_exemplars = n - skip;
}

void
sli__proto_histogram_read(struct sli__proto_histogram *h,
    const struct sli__latencies *latencies, const struct sli_text_config *cfg,
    uint32_t bucket_limit)
{
	bool is_classic = (cfg->flags & SLI_PROTO_CLASSIC) != 0;
	Sli__Prom__Histogram *m = &h->message;

	sli__prom__histogram__init(m);
	/* First, so that none of its counts is above the total. */
	if (is_classic)
		sli__classic_read(latencies->view, latencies->outcome,
		    cfg->bound_ns, cfg->bound_count, &h->classic);
	sli__exponential_read(latencies->view, latencies->outcome, bucket_limit,
	    &h->exponential);
	m->has_sample_count = m->has_sample_sum = 1;
	m->sample_count = h->exponential.total;
	m->sample_sum = h->exponential.sum_s;
	set_native(h);
	if (is_classic)
		set_classic(h, latencies);
	set_exemplars(h, latencies);
	if (latencies->created_ns == 0)
		return;
	sli__proto_time(&h->created, latencies->created_ns);
	m->created_timestamp = &h->created;
}
