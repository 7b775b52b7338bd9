/* SPDX-License-Identifier: MIT */
/*
 * Prometheus' protobuf format. A message begins with its length, so a family is
 * gathered before it is written. It is not gathered as one message, though: the
 * bytes of messages, put together, are the bytes of the messages merged, and so
 * a family is its head, followed by families of one metric each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export/config.h"
#include "export/proto.h"
#include "export/sink.h"

/* An export that is under way. */
struct proto {
	struct sli__sink sink;
	struct sli_text_config cfg;
	uint32_t bucket_limit;
	bool out_of_memory;
	enum sli__kind kind; /* of the present family */
	uint32_t metrics;    /* of it */
	uint8_t *bytes;	     /* of it */
	size_t used, size;
	/* Of the present series; behind them, those of its samples. */
	uint32_t label_count;
	Sli__Prom__LabelPair label[SLI__WALK_LABELS], *labels[SLI__WALK_LABELS];
	struct sli__proto_histogram histogram;
};

/* Protobuf has no const strings; none is written to. */
static char *
text_of(const char *text)
{
	union {
		const char *from;
		char *to;
	} u = { text };

	return u.to;
}

void
sli__proto_label(Sli__Prom__LabelPair *to, const struct sli_label *label)
{
	sli__prom__label_pair__init(to);
	to->name = text_of(label->name);
	to->value = text_of(label->value);
}

void
sli__proto_time(Sli__Prom__Timestamp *to, uint64_t ns)
{
	sli__prom__timestamp__init(to);
	to->has_seconds = to->has_nanos = 1;
	to->seconds = (int64_t)(ns / 1000000000);
	to->nanos = (int32_t)(ns % 1000000000);
}

void
sli__proto_exemplar(struct sli__proto_exemplar *to,
    const struct sli_exemplar *from)
{
	const struct sli_label label = { "trace_id", from->trace_id };

	sli__prom__exemplar__init(&to->message);
	sli__proto_label(&to->label, &label);
	to->labels[0] = &to->label;
	sli__proto_time(&to->at, from->at_ns);
	to->message.label = to->labels;
	to->message.n_label = 1;
	to->message.has_value = 1;
	to->message.value = (double)from->latency_ns / 1e9;
	to->message.timestamp = &to->at;
}

static bool
reserve(struct proto *p, size_t length)
{
	size_t size = p->size == 0 ? 1 << 16 : p->size;
	uint8_t *bytes;

	while (size - p->used < length)
		size *= 2;
	if (size == p->size)
		return true;
	bytes = realloc(p->bytes, size);
	if (bytes == NULL)
		return false;
	p->bytes = bytes;
	p->size = size;
	return true;
}

static void
append(struct proto *p, const Sli__Prom__MetricFamily *family)
{
	if (p->out_of_memory)
		return;
	if (!reserve(p, sli__prom__metric_family__get_packed_size(family)))
		p->out_of_memory = true;
	else
		p->used += sli__prom__metric_family__pack(family,
		    p->bytes + p->used);
}

static void
append_metric(struct proto *p, Sli__Prom__Metric *metric, uint32_t label_count)
{
	Sli__Prom__MetricFamily family = SLI__PROM__METRIC_FAMILY__INIT;

	metric->label = p->labels;
	metric->n_label = label_count;
	family.metric = &metric;
	family.n_metric = 1;
	append(p, &family);
	p->metrics++;
}

static void
begin(void *to, const struct sli__family *family)
{
	static const Sli__Prom__MetricType types[] = {
		SLI__PROM__METRIC_TYPE__COUNTER, SLI__PROM__METRIC_TYPE__GAUGE,
		SLI__PROM__METRIC_TYPE__HISTOGRAM
	};
	Sli__Prom__MetricFamily head = SLI__PROM__METRIC_FAMILY__INIT;
	struct proto *p = to;
	char name[64];

	snprintf(name, sizeof(name), "%s%s", family->name,
	    family->kind == SLI__COUNTER ? "_total" : "");
	p->kind = family->kind;
	p->metrics = 0;
	p->used = 0;
	head.name = name;
	head.help = text_of(family->help);
	head.unit = *family->unit == '\0' ? NULL : text_of(family->unit);
	head.has_type = 1;
	head.type = types[family->kind];
	append(p, &head);
}

/* One without metrics says nothing. */
static void
end(void *to)
{
	struct proto *p = to;
	size_t length = p->used;

	if (p->out_of_memory || p->metrics == 0)
		return;
	for (; length > 0x7f; length >>= 7)
		sli__put_char(&p->sink, (char)(length | 0x80));
	sli__put_char(&p->sink, (char)length);
	sli__put_bytes(&p->sink, p->bytes, p->used);
}

/* Behind so many; returns how many there are then. */
static uint32_t
set_labels(struct proto *p, uint32_t behind, const struct sli_label *labels,
    uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		sli__proto_label(&p->label[behind + i], &labels[i]);
		p->labels[behind + i] = &p->label[behind + i];
	}
	return behind + count;
}

static void
series(void *to, const struct sli_label *labels, uint32_t count)
{
	struct proto *p = to;

	p->label_count = set_labels(p, 0, labels, count);
}

static void
append_counter(struct proto *p, const struct sli__sample *sample, double value,
    uint32_t label_count)
{
	Sli__Prom__Metric metric = SLI__PROM__METRIC__INIT;
	Sli__Prom__Counter counter = SLI__PROM__COUNTER__INIT;
	struct sli__proto_exemplar exemplar;
	Sli__Prom__Timestamp created;

	metric.counter = &counter;
	counter.has_value = 1;
	counter.value = value;
	if (sample->exemplar != NULL) {
		sli__proto_exemplar(&exemplar, sample->exemplar);
		counter.exemplar = &exemplar.message;
	}
	if (sample->created_ns != 0) {
		sli__proto_time(&created, sample->created_ns);
		counter.created_timestamp = &created;
	}
	append_metric(p, &metric, label_count);
}

static void
sample(void *to, const struct sli__sample *sample)
{
	Sli__Prom__Metric metric = SLI__PROM__METRIC__INIT;
	Sli__Prom__Gauge gauge = SLI__PROM__GAUGE__INIT;
	struct proto *p = to;
	uint32_t label_count = set_labels(p, p->label_count, sample->labels,
	    sample->label_count);
	double value = sample->is_count ? (double)sample->count :
					  sample->number;

	if (p->kind == SLI__COUNTER) {
		append_counter(p, sample, value, label_count);
		return;
	}
	metric.gauge = &gauge;
	gauge.has_value = 1;
	gauge.value = value;
	append_metric(p, &metric, label_count);
}

static void
histogram(void *to, const struct sli__latencies *latencies)
{
	Sli__Prom__Metric metric = SLI__PROM__METRIC__INIT;
	struct proto *p = to;

	sli__proto_histogram_read(&p->histogram, latencies, &p->cfg,
	    p->bucket_limit);
	metric.histogram = &p->histogram.message;
	append_metric(p, &metric,
	    set_labels(p, p->label_count, &latencies->label, 1));
}

static const struct sli__form form = { begin, end, series, sample, histogram };

static int export(struct proto *p, const struct sli_snapshot *snapshot,
    struct sli_error *err)
{
	struct sli__walk walk = { snapshot, &p->cfg, &form, p };

	sli__walk(&walk);
	if (p->out_of_memory && !p->sink.failed) {
		(void)sli__sink_close(&p->sink, NULL);
		return sli__addon_fail(err, SLI_ENOMEM,
		    "no memory for a family of metrics");
	}
	return sli__sink_close(&p->sink, err);
}

int
sli_proto_export(const struct sli_snapshot *snapshot,
    const struct sli_proto_config *cfg, sli_export_write_fn *write, void *arg,
    struct sli_error *err)
{
	int status = sli__export_check(snapshot, write, err);
	struct proto *p;

	if (status != SLI_OK)
		return status;
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		return sli__addon_fail(err, SLI_ENOMEM,
		    "no memory to export a snapshot");
	status = sli__proto_config_check(cfg, &p->cfg, &p->bucket_limit, err);
	if (status == SLI_OK) {
		sli__sink_open(&p->sink, write, arg);
		status = export(p, snapshot, err);
	}
	free(p->bytes);
	free(p);
	return status;
}
