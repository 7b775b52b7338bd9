/* SPDX-License-Identifier: MIT */
/*
 * OpenMetrics 1.0 and Prometheus' text 0.0.4, which differ in the names of
 * counters' families, in _created and exemplars, and in the last line.
 */
#include <string.h>

#include "export/config.h"
#include "export/text.h"

/* Labels are rendered into a sink that has no function to write to. */
_Static_assert(SLI__SINK_BYTES >
	2 * (2 * SLI_NAME_MAX + SLI_LABEL_BYTES_MAX) + 16 * SLI__WALK_LABELS,
    "labels are rendered in one piece");

bool
sli__text_is_open(const struct sli__text *text)
{
	return text->cfg.format == SLI_TEXT_OPENMETRICS;
}

/* With \, newline and (of a label's value) " escaped. */
static void
put_escaped(struct sli__sink *sink, const char *text, bool quoted)
{
	const char *special = quoted ? "\n\\\"" : "\n\\";
	size_t plain;

	for (;;) {
		plain = strcspn(text, special);
		sli__put_bytes(sink, text, plain);
		text += plain;
		if (*text == '\0')
			return;
		sli__put_char(sink, '\\');
		sli__put_char(sink, *text == '\n' ? 'n' : *text);
		text++;
	}
}

void
sli__text_label(struct sli__sink *sink, bool first,
    const struct sli_label *label)
{
	sli__put_char(sink, first ? '{' : ',');
	sli__put(sink, label->name);
	sli__put(sink, "=\"");
	put_escaped(sink, label->value, true);
	sli__put_char(sink, '"');
}

/* A counter's family is named without _total by OpenMetrics only. */
static void
begin(void *to, const struct sli__family *family)
{
	static const char *const types[] = { "counter", "gauge", "histogram" };
	struct sli__text *text = to;
	struct sli__sink *sink = &text->sink;
	const char *total = family->kind == SLI__COUNTER &&
		!sli__text_is_open(text) ?
	    "_total" :
	    "";
	const char *const keyword[] = { "# HELP ", "# TYPE ", "# UNIT " };
	const char *const value[] = { family->help, types[family->kind],
		family->unit };
	uint32_t i;

	text->family = family;
	for (i = 0; i < 3; i++) {
		if (*value[i] == '\0' || (i == 2 && !sli__text_is_open(text)))
			continue;
		sli__put(sink, keyword[i]);
		sli__put(sink, family->name);
		sli__put(sink, total);
		sli__put_char(sink, ' ');
		put_escaped(sink, value[i], sli__text_is_open(text));
		sli__put_char(sink, '\n');
	}
}

static void
end(void *to)
{
	(void)to;
}

static void
series(void *to, const struct sli_label *labels, uint32_t count)
{
	struct sli__text *text = to;
	uint32_t i;

	text->labels.used = 0;
	for (i = 0; i < count; i++)
		sli__text_label(&text->labels, i == 0, &labels[i]);
}

void
sli__text_series(struct sli__text *text, const char *suffix)
{
	sli__put(&text->sink, text->family->name);
	sli__put(&text->sink, suffix);
	sli__put_bytes(&text->sink, text->labels.bytes, text->labels.used);
}

void
sli__text_value(struct sli__text *text)
{
	sli__put(&text->sink, "} ");
}

void
sli__text_end(struct sli__text *text, const struct sli_exemplar *exemplar)
{
	struct sli__sink *sink = &text->sink;

	if (exemplar != NULL) {
		sli__put(sink, " # {trace_id=\"");
		sli__put(sink, exemplar->trace_id);
		sli__put(sink, "\"} ");
		sli__put_seconds(sink, exemplar->latency_ns);
		sli__put_char(sink, ' ');
		sli__put_seconds(sink, exemplar->at_ns);
	}
	sli__put_char(sink, '\n');
}

void
sli__text_created(struct sli__text *text, const struct sli_label *label,
    uint64_t created_ns)
{
	if (created_ns == 0)
		return;
	sli__text_series(text, "_created");
	if (label != NULL)
		sli__text_label(&text->sink, false, label);
	sli__text_value(text);
	sli__put_seconds(&text->sink, created_ns);
	sli__text_end(text, NULL);
}

static void
sample(void *to, const struct sli__sample *sample)
{
	struct sli__text *text = to;
	uint32_t i;

	sli__text_series(text,
	    text->family->kind == SLI__COUNTER ? "_total" : "");
	for (i = 0; i < sample->label_count; i++)
		sli__text_label(&text->sink, false, &sample->labels[i]);
	sli__text_value(text);
	if (sample->is_count)
		sli__put_u64(&text->sink, sample->count);
	else
		sli__put_double(&text->sink, sample->number);
	sli__text_end(text, sample->exemplar);
	sli__text_created(text, sample->labels, sample->created_ns);
}

static const struct sli__form form = { begin, end, series, sample,
	sli__text_histogram };

int
sli_text_export(const struct sli_snapshot *snapshot,
    const struct sli_text_config *cfg, sli_export_write_fn *write, void *arg,
    struct sli_error *err)
{
	struct sli__text text;
	struct sli__walk walk = { snapshot, &text.cfg, &form, &text };
	int status = sli__export_check(snapshot, write, err);

	if (status == SLI_OK)
		status = sli__text_config_check(cfg, &text.cfg, err);
	if (status != SLI_OK)
		return status;
	if (!sli__text_is_open(&text))
		text.cfg.flags |= SLI_TEXT_NO_EXEMPLARS | SLI_TEXT_NO_CREATED;
	sli__sink_open(&text.sink, write, arg);
	sli__sink_open(&text.labels, NULL, NULL);
	sli__walk(&walk);
	if (sli__text_is_open(&text))
		sli__put(&text.sink, "# EOF\n");
	return sli__sink_close(&text.sink, err);
}
