/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "export/series.h"
#include "export/walk.h"

/* The labels that every sample of an indicator has. */
struct series {
	uint32_t count;
	struct sli_label labels[1 + SLI_LABELS_MAX];
	/* Of those that are renamed. */
	char
	    names[SLI_LABEL_BYTES_MAX + SLI_LABELS_MAX * sizeof(SLI__EXPORTED)];
};

static void
name_series(struct series *series, const struct sli_indicator_view *view)
{
	char *free_name = series->names;
	struct sli_label *label;
	const char *prefix;
	uint32_t i;

	series->labels[0].name = "sli";
	series->labels[0].value = view->name;
	series->count = 1 + view->label_count;
	for (i = 0; i < view->label_count; i++) {
		label = &series->labels[1 + i];
		*label = view->labels[i];
		prefix = sli__label_prefix(label->name);
		if (*prefix == '\0')
			continue;
		strcpy(free_name, prefix);
		strcat(free_name, label->name);
		label->name = free_name;
		free_name += strlen(free_name) + 1;
	}
}

static bool
has(const struct sli__walk *walk, uint32_t flag)
{
	return (walk->cfg->flags & flag) == 0;
}

static uint64_t
created(const struct sli__walk *walk, const struct sli_indicator_view *view)
{
	return has(walk, SLI_TEXT_NO_CREATED) ? view->birth_ns : 0;
}

static void
read_exemplars(const struct sli__walk *walk,
    const struct sli_indicator_view *view, struct sli__exemplars *out)
{
	out->count = 0;
	if (has(walk, SLI_TEXT_NO_EXEMPLARS))
		sli__exemplars_read(view->indicator,
		    sli_snapshot_now(walk->snapshot), out);
}

static void
put_events(const struct sli__walk *walk, const struct sli_indicator_view *view)
{
	struct sli__exemplars exemplars;
	const uint64_t counts[] = { view->total.good, view->total.bad,
		view->total.shed, view->total.ignored };
	struct sli_label label = { "outcome", NULL };
	struct sli__sample sample = { .labels = &label,
		.label_count = 1,
		.is_count = true,
		.created_ns = created(walk, view) };
	uint32_t i;

	read_exemplars(walk, view, &exemplars);
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		label.value = sli__outcome_name((enum sli_outcome)i);
		sample.count = counts[i];
		sample.exemplar = sli__exemplars_newest(&exemplars,
		    (enum sli_outcome)i, 0, UINT64_MAX);
		walk->form->sample(walk->to, &sample);
	}
}

static void
put_latencies(const struct sli__walk *walk,
    const struct sli_indicator_view *view)
{
	static const enum sli_outcome outcomes[] = { SLI_GOOD, SLI_BAD };
	struct sli__exemplars exemplars;
	struct sli__latencies latencies = { .view = view,
		.exemplars = &exemplars,
		.created_ns = created(walk, view) };
	uint32_t i;

	read_exemplars(walk, view, &exemplars);
	for (i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
		latencies.outcome = outcomes[i];
		latencies.label.name = "outcome";
		latencies.label.value = sli__outcome_name(outcomes[i]);
		walk->form->histogram(walk->to, &latencies);
	}
}

static void
put_in_flight(const struct sli__walk *walk,
    const struct sli_indicator_view *view)
{
	struct sli__sample sample = { .is_count = true,
		.count = view->in_flight };

	walk->form->sample(walk->to, &sample);
}

static void
put_late(const struct sli__walk *walk, const struct sli_indicator_view *view)
{
	struct sli__sample sample = { .is_count = true,
		.count = view->late,
		.created_ns = created(walk, view) };

	walk->form->sample(walk->to, &sample);
}

typedef void put_fn(const struct sli__walk *walk,
    const struct sli_indicator_view *view);

static void
put_family(const struct sli__walk *walk, const struct sli__family *family,
    put_fn *put)
{
	uint32_t i, count = sli_snapshot_indicator_count(walk->snapshot);
	struct sli_indicator_view view;
	struct series series;

	walk->form->begin(walk->to, family);
	for (i = 0; i < count; i++) {
		if (sli_snapshot_indicator(walk->snapshot, i, &view) != SLI_OK)
			continue;
		name_series(&series, &view);
		walk->form->series(walk->to, series.labels, series.count);
		put(walk, &view);
	}
	walk->form->end(walk->to);
}

void
sli__walk(const struct sli__walk *walk)
{
	static const struct {
		struct sli__family family;
		put_fn *put;
	} families[] = {
		{ { "sli_events", SLI__COUNTER, "", "Events by outcome." },
		    put_events },
		{ { "sli_latency_seconds", SLI__HISTOGRAM, "seconds",
		      "Latencies of good and bad events." },
		    put_latencies },
		{ { "sli_in_flight", SLI__GAUGE, "",
		      "Events that have begun and not ended." },
		    put_in_flight },
		{ { "sli_late_events", SLI__COUNTER, "",
		      "Events that came with a time from before the present "
		      "slot." },
		    put_late },
	};
	size_t i;

	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (families[i].family.kind != SLI__HISTOGRAM ||
		    has(walk, SLI_TEXT_NO_HISTOGRAMS))
			put_family(walk, &families[i].family, families[i].put);
	if (has(walk, SLI_TEXT_NO_SLOS))
		sli__walk_slos(walk);
}
