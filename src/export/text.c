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

void
sli__text_series(struct sli__text *text, const char *name, const char *suffix)
{
	sli__put(&text->sink, name);
	sli__put(&text->sink, suffix);
	sli__put_bytes(&text->sink, text->labels.bytes, text->labels.used);
}

void
sli__text_outcome(struct sli__text *text, enum sli_outcome outcome)
{
	sli__put_label(&text->sink, false, "outcome",
	    sli__outcome_name(outcome));
}

void
sli__text_count(struct sli__text *text, uint64_t value)
{
	sli__put(&text->sink, "} ");
	sli__put_u64(&text->sink, value);
	sli__put_char(&text->sink, '\n');
}

void
sli__text_created(struct sli__text *text, const char *name,
    const struct sli_indicator_view *view, const enum sli_outcome *outcome)
{
	if (!sli__text_is_open(text) || view->birth_ns == 0 ||
	    (text->cfg.flags & SLI_TEXT_NO_CREATED) != 0)
		return;
	sli__text_series(text, name, "_created");
	if (outcome != NULL)
		sli__text_outcome(text, *outcome);
	sli__put(&text->sink, "} ");
	sli__put_seconds(&text->sink, view->birth_ns);
	sli__put_char(&text->sink, '\n');
}

static void
put_events(struct sli__text *text, const struct sli_indicator_view *view)
{
	const uint64_t counts[] = { view->total.good, view->total.bad,
		view->total.shed, view->total.ignored };
	enum sli_outcome outcome;
	uint32_t i;

	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		outcome = (enum sli_outcome)i;
		sli__text_series(text, "sli_events", "_total");
		sli__text_outcome(text, outcome);
		sli__text_count(text, counts[i]);
		sli__text_created(text, "sli_events", view, &outcome);
	}
}

static void
put_in_flight(struct sli__text *text, const struct sli_indicator_view *view)
{
	sli__text_series(text, "sli_in_flight", "");
	sli__text_count(text, view->in_flight);
}

static void
put_late(struct sli__text *text, const struct sli_indicator_view *view)
{
	sli__text_series(text, "sli_late_events", "_total");
	sli__text_count(text, view->late);
	sli__text_created(text, "sli_late_events", view, NULL);
}

typedef void put_fn(struct sli__text *text,
    const struct sli_indicator_view *view);

static void
for_each(struct sli__text *text, put_fn *put)
{
	uint32_t i, count = sli_snapshot_indicator_count(text->snapshot);
	struct sli_indicator_view view;

	for (i = 0; i < count; i++) {
		if (sli_snapshot_indicator(text->snapshot, i, &view) != SLI_OK)
			continue;
		text->labels.used = 0;
		sli__put_indicator(&text->labels, &view);
		put(text, &view);
	}
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
	sli__sink_open(&text.labels, NULL, NULL);
	put_indicators(&text);
	if ((text.cfg.flags & SLI_TEXT_NO_SLOS) == 0)
		sli__text_slos(&text);
	if (sli__text_is_open(&text))
		sli__put(&text.sink, "# EOF\n");
	return sli__sink_close(&text.sink, err);
}
