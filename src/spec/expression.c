/* SPDX-License-Identifier: MIT */
/*
 * A series that counts failures may not be there before the first: then there
 * are none, as long as there is a total (sloth#231 is about what a missing one
 * does). An indicator of good and total has the rest as its bad events.
 */
#include <string.h>

#include "spec/expression.h"
#include "spec/number.h"

/* Of one query, by how it becomes a vector. */
static enum sli__spec_measure
measure_of(const struct sli_spec_query *query)
{
	return query->kind == SLI_SPEC_QUERY_TEMPLATE ?
	    sli__spec_measure_of(query->text) :
	    SLI__SPEC_RATE;
}

const char *
sli__spec_not_askable(const struct sli_spec_indicator *indicator)
{
	static const char opaque[] =
	    "the query is none that rules can be made of; accepted: a "
	    "Prometheus query with {{.window}}, or a series selector of a "
	    "counter (counter: true)";
	const struct sli_spec_query *const queries[] = { &indicator->good,
		&indicator->bad, &indicator->total, &indicator->value };
	size_t i;

	if (indicator->kind == SLI_SPEC_LATENCY &&
	    indicator->total.text == NULL)
		return "the metric is a latency without counts; accepted: a "
		       "ratioMetric, such as of a histogram's buckets";
	for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		if (queries[i]->text != NULL &&
		    queries[i]->kind == SLI_SPEC_QUERY_OPAQUE)
			return opaque;
	}
	if ((indicator->kind == SLI_SPEC_RAW_GOOD ||
		indicator->kind == SLI_SPEC_RAW_BAD) &&
	    indicator->value.kind != SLI_SPEC_QUERY_TEMPLATE)
		return opaque;
	return NULL;
}

enum sli__spec_measure
sli__spec_indicator_measure(const struct sli_spec_indicator *indicator)
{
	enum sli__spec_measure part, total;

	switch (indicator->kind) {
	case SLI_SPEC_GOOD_TOTAL:
	case SLI_SPEC_BAD_TOTAL:
		part = measure_of(indicator->kind == SLI_SPEC_GOOD_TOTAL ?
			&indicator->good :
			&indicator->bad);
		total = measure_of(&indicator->total);
		return part == total ? total : SLI__SPEC_UNKNOWN;
	case SLI_SPEC_LATENCY:
		return SLI__SPEC_RATE;
	case SLI_SPEC_BOOL_GAUGE:
		return SLI__SPEC_COUNT;
	default:
		return SLI__SPEC_UNKNOWN;
	}
}

/* sum(function(selector[window])) */
static void
put_selector(struct sli__spec_output *out, const char *function,
    const struct sli_spec_query *query, uint64_t window_ns)
{
	char window[SLI__SPEC_TEXT_BYTES];
	size_t len = sli__spec_selector_length(query->text);

	sli__spec_put(out, "sum(%s(", function);
	sli__spec_put_bytes(out, query->text, len);
	sli__spec_put(out, "[%s]%s))",
	    sli__spec_duration_text(window_ns, window), query->text + len);
}

/* A query as a vector, in parentheses. */
static void
put_query(struct sli__spec_output *out, const struct sli_spec_query *query,
    uint64_t window_ns)
{
	char window[SLI__SPEC_TEXT_BYTES];
	const char *text = query->text, *next;

	sli__spec_put(out, "(");
	if (query->kind == SLI_SPEC_QUERY_HISTOGRAM) {
		sli__spec_put(out, "histogram_count(");
		put_selector(out, "rate", query, window_ns);
		sli__spec_put(out, ")");
	} else if (query->kind != SLI_SPEC_QUERY_TEMPLATE)
		put_selector(out, "rate", query, window_ns);
	else {
		sli__spec_duration_text(window_ns, window);
		while ((next = strstr(text, "{{")) != NULL) {
			sli__spec_put_bytes(out, text, (size_t)(next - text));
			sli__spec_put(out, "%s", window);
			text = next + sli__spec_window_length(next);
		}
		/* A comment in it ends with its line. */
		sli__spec_put(out, "%s%s", text,
		    strchr(query->text, '#') != NULL ? "\n" : "");
	}
	sli__spec_put(out, ")");
}

static void
put_total(struct sli__spec_output *out,
    const struct sli_spec_indicator *indicator, uint64_t window_ns)
{
	if (indicator->kind != SLI_SPEC_BOOL_GAUGE) {
		put_query(out, &indicator->total, window_ns);
		return;
	}
	put_selector(out, "count_over_time", &indicator->value, window_ns);
}

/* Of native histograms: the share above the threshold, NaN without events. */
static void
put_slow(struct sli__spec_output *out,
    const struct sli_spec_indicator *indicator, uint64_t window_ns)
{
	char threshold[SLI__SPEC_TEXT_BYTES];

	sli__spec_put(out, "((1 - histogram_fraction(0, %s, ",
	    sli__spec_decimal_text(indicator->threshold_ns, 9, threshold));
	put_selector(out, "rate", &indicator->total, window_ns);
	sli__spec_put(out, ")) * ");
	put_total(out, indicator, window_ns);
	sli__spec_put(out, " >= 0 or 0 * ");
	put_total(out, indicator, window_ns);
	sli__spec_put(out, ")");
}

/* What is in the total and not good. */
static void
put_rest(struct sli__spec_output *out,
    const struct sli_spec_indicator *indicator, uint64_t window_ns)
{
	sli__spec_put(out, "clamp_min(");
	put_total(out, indicator, window_ns);
	sli__spec_put(out, " - (");
	if (indicator->kind == SLI_SPEC_BOOL_GAUGE)
		put_selector(out, "sum_over_time", &indicator->value,
		    window_ns);
	else
		put_query(out, &indicator->good, window_ns);
	sli__spec_put(out, " or 0 * ");
	put_total(out, indicator, window_ns);
	sli__spec_put(out, "), 0)");
}

static void
put_bad(struct sli__spec_output *out,
    const struct sli_spec_indicator *indicator, uint64_t window_ns)
{
	if (indicator->kind == SLI_SPEC_BAD_TOTAL) {
		sli__spec_put(out, "(");
		put_query(out, &indicator->bad, window_ns);
		sli__spec_put(out, " or 0 * ");
		put_total(out, indicator, window_ns);
		sli__spec_put(out, ")");
	} else if (indicator->total.kind == SLI_SPEC_QUERY_HISTOGRAM)
		put_slow(out, indicator, window_ns);
	else
		put_rest(out, indicator, window_ns);
}

void
sli__spec_put_ratio(struct sli__spec_output *out,
    const struct sli_spec_indicator *indicator, uint64_t window_ns)
{
	if (indicator->kind == SLI_SPEC_RAW_BAD) {
		put_query(out, &indicator->value, window_ns);
		return;
	}
	if (indicator->kind == SLI_SPEC_RAW_GOOD) {
		sli__spec_put(out, "1 - ");
		put_query(out, &indicator->value, window_ns);
		return;
	}
	put_bad(out, indicator, window_ns);
	sli__spec_put(out, "\n/\n(");
	put_total(out, indicator, window_ns);
	sli__spec_put(out, " > 0)");
}

static void
put_per_second(struct sli__spec_output *out,
    const struct sli_spec_indicator *indicator, uint64_t window_ns)
{
	char seconds[SLI__SPEC_TEXT_BYTES];

	if (sli__spec_indicator_measure(indicator) == SLI__SPEC_COUNT)
		sli__spec_put(out, " / %s",
		    sli__spec_decimal_text(window_ns, 9, seconds));
}

void
sli__spec_put_bad_rate(struct sli__spec_output *out,
    const struct sli_spec_indicator *indicator, uint64_t window_ns)
{
	put_bad(out, indicator, window_ns);
	put_per_second(out, indicator, window_ns);
}

void
sli__spec_put_total_rate(struct sli__spec_output *out,
    const struct sli_spec_indicator *indicator, uint64_t window_ns)
{
	put_total(out, indicator, window_ns);
	put_per_second(out, indicator, window_ns);
}

void
sli__spec_put_promql_text(struct sli__spec_output *out, const char *text)
{
	sli__spec_put(out, "\"");
	for (; *text != '\0'; text++) {
		if (*text == '\n')
			sli__spec_put(out, "\\n");
		else if (*text == '"' || *text == '\\')
			sli__spec_put(out, "\\%c", *text);
		else
			sli__spec_put_bytes(out, text, 1);
	}
	sli__spec_put(out, "\"");
}
