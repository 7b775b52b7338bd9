/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "export/exemplars.h"
#include "export/exponential.h"
#include "export/otlp.h"
#include "export/series.h"

/* How many a point has, as in OpenTelemetry's own libraries. */
#define POINT_EXEMPLARS_MAX 20

typedef void put_fn(struct sli__otlp *otlp,
    const struct sli_indicator_view *view);

/* sli.name, labels (whose names have no dots), and the outcome if any. */
static void
open_point(struct sli__otlp *otlp, const struct sli_indicator_view *view,
    const enum sli_outcome *outcome)
{
	uint32_t i;

	sli__otlp_point(otlp);
	sli__otlp_attribute(otlp, "sli.name", view->name);
	for (i = 0; i < view->label_count; i++)
		sli__otlp_attribute(otlp, view->labels[i].name,
		    view->labels[i].value);
	if (outcome != NULL)
		sli__otlp_attribute(otlp, "sli.outcome",
		    sli__outcome_name(*outcome));
}

/* asInt is signed: no more fits. */
static void
put_count(struct sli__otlp *otlp, uint64_t value)
{
	if (value <= INT64_MAX) {
		sli__json_key(&otlp->json, "asInt");
		sli__json_u64(&otlp->json, value);
	} else {
		sli__json_key(&otlp->json, "asDouble");
		sli__json_double(&otlp->json, (double)value);
	}
	sli__otlp_point_end(otlp);
}

static void
put_events(struct sli__otlp *otlp, const struct sli_indicator_view *view)
{
	const uint64_t counts[] = { view->total.good, view->total.bad,
		view->total.shed, view->total.ignored };
	enum sli_outcome outcome;
	uint32_t i;

	if (view->birth_ns == 0)
		return;
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		outcome = (enum sli_outcome)i;
		open_point(otlp, view, &outcome);
		sli__otlp_times(otlp, view->birth_ns);
		put_count(otlp, counts[i]);
	}
}

static void
put_late(struct sli__otlp *otlp, const struct sli_indicator_view *view)
{
	if (view->birth_ns == 0)
		return;
	open_point(otlp, view, NULL);
	sli__otlp_times(otlp, view->birth_ns);
	put_count(otlp, view->late);
}

static void
put_in_flight(struct sli__otlp *otlp, const struct sli_indicator_view *view)
{
	open_point(otlp, view, NULL);
	sli__otlp_times(otlp, 0);
	put_count(otlp, view->in_flight);
}

/* W3C Trace Context: 32 hexadecimal digits, not all of them 0. */
static bool
is_trace_id(const char *id)
{
	return strlen(id) == 32 && strspn(id, "0123456789abcdefABCDEF") == 32 &&
	    strspn(id, "0") < 32;
}

static void
put_exemplar(struct sli__json *json, const struct sli_exemplar *exemplar)
{
	sli__json_open(json, '{');
	sli__json_key(json, "timeUnixNano");
	sli__json_u64(json, exemplar->at_ns);
	sli__json_key(json, "asDouble");
	sli__json_double(json, (double)exemplar->latency_ns / 1e9);
	if (is_trace_id(exemplar->trace_id)) {
		sli__json_key(json, "traceId");
		sli__json_string(json, exemplar->trace_id);
	} else {
		sli__json_key(json, "filteredAttributes");
		sli__json_open(json, '[');
		sli__otlp_key_value(json, "trace_id", exemplar->trace_id);
		sli__json_close(json, ']');
	}
	sli__json_close(json, '}');
}

static void
put_exemplars(struct sli__otlp *otlp, const struct sli_indicator_view *view,
    enum sli_outcome outcome)
{
	struct sli__exemplars all;
	uint32_t i, used = 0;

	if ((otlp->cfg.flags & SLI_OTLP_NO_EXEMPLARS) != 0)
		return;
	sli__json_key(&otlp->json, "exemplars");
	sli__json_open(&otlp->json, '[');
	sli__exemplars_read(view->indicator, sli_snapshot_now(otlp->snapshot),
	    &all);
	for (i = 0; i < all.count && used < POINT_EXEMPLARS_MAX; i++)
		if (all.list[i].outcome == outcome) {
			put_exemplar(&otlp->json, &all.list[i]);
			used++;
		}
	sli__json_close(&otlp->json, ']');
}

/* OTLP counts its buckets from 0 at (1, base]. */
static void
put_buckets(struct sli__json *json, const struct sli__exponential *e)
{
	uint32_t i;

	sli__json_key(json, "positive");
	sli__json_open(json, '{');
	sli__json_key(json, "offset");
	sli__json_int(json, e->length == 0 ? 0 : e->first - 1);
	sli__json_key(json, "bucketCounts");
	sli__json_open(json, '[');
	for (i = 0; i < e->length; i++)
		sli__json_u64(json, e->count[i]);
	sli__json_close(json, ']');
	sli__json_close(json, '}');
}

static void
put_histogram(struct sli__otlp *otlp, const struct sli_indicator_view *view,
    enum sli_outcome outcome)
{
	struct sli__json *json = &otlp->json;
	struct sli__exponential e;

	sli__exponential_read(view, outcome, otlp->cfg.max_buckets, &e);
	open_point(otlp, view, &outcome);
	sli__otlp_times(otlp, view->birth_ns);
	sli__json_key(json, "count");
	sli__json_u64(json, e.total);
	sli__json_key(json, "sum");
	sli__json_double(json, e.sum_s);
	sli__json_key(json, "scale");
	sli__json_int(json, e.schema);
	sli__json_key(json, "zeroCount");
	sli__json_u64(json, e.zero);
	sli__json_key(json, "zeroThreshold");
	sli__json_double(json, e.zero_s);
	put_buckets(json, &e);
	put_exemplars(otlp, view, outcome);
	sli__otlp_point_end(otlp);
}

static void
put_histograms(struct sli__otlp *otlp, const struct sli_indicator_view *view)
{
	if (view->birth_ns == 0 ||
	    (otlp->cfg.flags & SLI_OTLP_NO_HISTOGRAMS) != 0)
		return;
	put_histogram(otlp, view, SLI_GOOD);
	put_histogram(otlp, view, SLI_BAD);
}

static const struct {
	struct sli__otlp_metric metric;
	put_fn *put;
} metrics[] = {
	{ { "sli.events", "{event}", "Events by outcome.", SLI__OTLP_SUM },
	    put_events },
	{ { "sli.late_events", "{event}",
	      "Events that came with a time from before the present slot.",
	      SLI__OTLP_SUM },
	    put_late },
	{ { "sli.latency", "s", "Latencies of good and bad events.",
	      SLI__OTLP_HISTOGRAM },
	    put_histograms },
	{ { "sli.in_flight", "{event}", "Events that have begun and not ended.",
	      SLI__OTLP_GAUGE },
	    put_in_flight },
};

void
sli__otlp_indicators(struct sli__otlp *otlp)
{
	uint32_t i, count = sli_snapshot_indicator_count(otlp->snapshot);
	struct sli_indicator_view view;
	size_t m;

	for (m = 0; m < sizeof(metrics) / sizeof(metrics[0]); m++) {
		sli__otlp_begin(otlp, &metrics[m].metric);
		for (i = 0; i < count; i++)
			if (sli_snapshot_indicator(otlp->snapshot, i, &view) ==
			    SLI_OK)
				metrics[m].put(otlp, &view);
		sli__otlp_end(otlp);
	}
}
