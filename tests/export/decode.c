/* SPDX-License-Identifier: MIT */
#include "decode.h"

static uint8_t page[4 << 20];
static size_t page_length;

static int
append(const void *bytes, size_t length, void *arg)
{
	(void)arg;
	if (length > sizeof(page) - page_length)
		return -1;
	memcpy(page + page_length, bytes, length);
	page_length += length;
	return 0;
}

struct request {
	const struct sli_proto_config *cfg;
	struct sli_error err;
	int status;
};

static void
respond(const struct sli_snapshot *snapshot, void *arg)
{
	struct request *r = arg;

	page_length = 0;
	r->status = sli_proto_export(snapshot, r->cfg, append, NULL, &r->err);
}

static size_t
read_varint(size_t *at)
{
	size_t value = 0;
	unsigned int shift;

	for (shift = 0; shift < 35; shift += 7) {
		assert_true(*at < page_length);
		value |= (size_t)(page[*at] & 0x7f) << shift;
		if (page[(*at)++] < 0x80)
			return value;
	}
	fail_msg("a length has more than five bytes");
	return 0;
}

void
scrape_proto(struct sli_registry *reg, uint64_t now_ns,
    const struct sli_proto_config *cfg, struct families *out)
{
	static struct request r;
	size_t at = 0, length;

	r.cfg = cfg;
	assert_int_equal(sli_flush(reg, now_ns, respond, &r), SLI_OK);
	if (r.status != SLI_OK)
		fail_msg("%s", r.err.message);
	for (out->count = 0; at < page_length; out->count++) {
		assert_true(out->count < FAMILIES_MAX);
		length = read_varint(&at);
		assert_true(length > 0 && length <= page_length - at);
		out->family[out->count] = sli__prom__metric_family__unpack(NULL,
		    length, page + at);
		assert_non_null(out->family[out->count]);
		at += length;
	}
}

void
free_families(struct families *families)
{
	size_t i;

	for (i = 0; i < families->count; i++)
		sli__prom__metric_family__free_unpacked(families->family[i],
		    NULL);
}

const Sli__Prom__MetricFamily *
find_family(const struct families *families, const char *name)
{
	size_t i;

	for (i = 0; i < families->count; i++)
		if (strcmp(families->family[i]->name, name) == 0)
			return families->family[i];
	return NULL;
}

static void
write_labels(const Sli__Prom__Metric *metric, char *to, size_t size)
{
	size_t i;

	*to = '\0';
	for (i = 0; i < metric->n_label; i++)
		snprintf(to + strlen(to), size - strlen(to), "%s%s=%s",
		    i == 0 ? "" : ",", metric->label[i]->name,
		    metric->label[i]->value);
}

const Sli__Prom__Metric *
metric_of(const struct families *families, const char *name, const char *labels)
{
	const Sli__Prom__MetricFamily *family = find_family(families, name);
	char its[4096];
	size_t i;

	if (family == NULL)
		fail_msg("no family %s", name);
	for (i = 0; i < family->n_metric; i++) {
		write_labels(family->metric[i], its, sizeof(its));
		if (strcmp(its, labels) == 0)
			return family->metric[i];
	}
	fail_msg("no %s{%s}", name, labels);
	return NULL;
}

void
read_native(const Sli__Prom__Histogram *h, struct native *out)
{
	size_t span, delta = 0;
	uint64_t count = 0, sum = h->zero_count;
	uint32_t i;

	memset(out, 0, sizeof(*out));
	for (span = 0; span < h->n_positive_span; span++) {
		const Sli__Prom__BucketSpan *s = h->positive_span[span];

		if (span == 0)
			out->first = s->offset;
		else
			out->length += (uint32_t)s->offset;
		assert_true(span == 0 || s->offset > 2);
		assert_true(s->length > 0);
		for (i = 0; i < s->length; i++) {
			assert_true(delta < h->n_positive_delta);
			assert_true(out->length < NATIVE_MAX);
			count += (uint64_t)h->positive_delta[delta++];
			out->count[out->length++] = count;
			sum += count;
		}
	}
	assert_true(delta == h->n_positive_delta);
	assert_true(h->has_sample_count && h->sample_count == sum);
	assert_in_range(h->schema + 4, 0, 12);
	/* Else an empty one would be taken for a classic one. */
	assert_true(h->zero_threshold > 0);
}
