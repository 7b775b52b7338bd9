/* SPDX-License-Identifier: MIT */
/*
 * OpenMetrics 1.0 and Prometheus' text 0.0.4, which differ in the names of
 * counters' families, in _created and exemplars, and in the last line.
 */
#include <string.h>

#include "export/config.h"
#include "export/text.h"

const char *
sli_text_content_type(enum sli_text_format format)
{
	return format == SLI_TEXT_OPENMETRICS ?
	    "application/openmetrics-text; version=1.0.0; charset=utf-8" :
	    "text/plain; version=0.0.4; charset=utf-8";
}

bool
sli__text_is_open(const struct sli__text *text)
{
	return text->cfg.format == SLI_TEXT_OPENMETRICS;
}

/* A counter's family is named without _total by OpenMetrics only. */
void
sli__text_family(struct sli__text *text, const char *name, const char *type,
    const char *unit, const char *help)
{
	struct sli__sink *sink = &text->sink;
	const char *total = strcmp(type, "counter") == 0 &&
		!sli__text_is_open(text) ?
	    "_total" :
	    "";
	const char *const keyword[] = { "# HELP ", "# TYPE ", "# UNIT " };
	const char *const value[] = { help, type, unit };
	uint32_t i;

	for (i = 0; i < 3; i++) {
		if (*value[i] == '\0' || (i == 2 && !sli__text_is_open(text)))
			continue;
		sli__put(sink, keyword[i]);
		sli__put(sink, name);
		sli__put(sink, total);
		sli__put_char(sink, ' ');
		sli__put_escaped(sink, value[i], sli__text_is_open(text));
		sli__put_char(sink, '\n');
	}
}

static void
put_events(struct sli__text *text, const struct sli_indicator_view *view)
{
	const uint64_t counts[] = { view->total.good, view->total.bad,
		view->total.shed, view->total.ignored };
	struct sli__sink *sink = &text->sink;
	uint32_t i;

	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		sli__put(sink, "sli_events_total");
		sli__put_indicator(sink, view);
		sli__put_label(sink, false, "outcome",
		    sli__outcome_name((enum sli_outcome)i));
		sli__put(sink, "} ");
		sli__put_u64(sink, counts[i]);
		sli__put_char(sink, '\n');
	}
}

static void
put_value(struct sli__text *text, const char *name,
    const struct sli_indicator_view *view, uint64_t value)
{
	struct sli__sink *sink = &text->sink;

	sli__put(sink, name);
	sli__put_indicator(sink, view);
	sli__put(sink, "} ");
	sli__put_u64(sink, value);
	sli__put_char(sink, '\n');
}

static void
put_in_flight(struct sli__text *text, const struct sli_indicator_view *view)
{
	put_value(text, "sli_in_flight", view, view->in_flight);
}

static void
put_late(struct sli__text *text, const struct sli_indicator_view *view)
{
	put_value(text, "sli_late_events_total", view, view->late);
}

typedef void put_fn(struct sli__text *text,
    const struct sli_indicator_view *view);

static void
for_each(struct sli__text *text, put_fn *put)
{
	uint32_t i, count = sli_snapshot_indicator_count(text->snapshot);
	struct sli_indicator_view view;

	for (i = 0; i < count; i++)
		if (sli_snapshot_indicator(text->snapshot, i, &view) == SLI_OK)
			put(text, &view);
}

static void
put_indicators(struct sli__text *text)
{
	sli__text_family(text, "sli_events", "counter", "",
	    "Events by outcome.");
	for_each(text, put_events);
	if ((text->cfg.flags & SLI_TEXT_NO_HISTOGRAMS) == 0) {
		sli__text_family(text, "sli_latency_seconds", "histogram",
		    "seconds", "Latencies of good and bad events.");
		for_each(text, sli__text_histogram);
	}
	sli__text_family(text, "sli_in_flight", "gauge", "",
	    "Events that have begun and not ended.");
	for_each(text, put_in_flight);
	sli__text_family(text, "sli_late_events", "counter", "",
	    "Events that came with a time from before the present slot.");
	for_each(text, put_late);
}

int
sli_text_export(const struct sli_snapshot *snapshot,
    const struct sli_text_config *cfg, sli_export_write_fn *write, void *arg,
    struct sli_error *err)
{
	struct sli__text text;
	int status;

	if (snapshot == NULL || write == NULL)
		return sli__export_fail(err, SLI_EINVAL, "%s is NULL",
		    snapshot == NULL ? "snapshot" : "write");
	status = sli__text_config_check(cfg, &text.cfg, err);
	if (status != SLI_OK)
		return status;
	text.snapshot = snapshot;
	sli__sink_open(&text.sink, write, arg);
	put_indicators(&text);
	if ((text.cfg.flags & SLI_TEXT_NO_SLOS) == 0)
		sli__text_slos(&text);
	if (sli__text_is_open(&text))
		sli__put(&text.sink, "# EOF\n");
	return sli__sink_close(&text.sink, err);
}
