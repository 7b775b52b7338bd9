/* SPDX-License-Identifier: MIT */
#include <sli/exemplar.h>

#include "export/classic.h"
#include "export/text.h"

#define NAME "sli_latency_seconds"

/* Exemplars of the last minutes: of each 10 s the worst good and bad one. */
#define EXEMPLARS_NS SLI_MINUTES(5)
#define EXEMPLARS_MAX 72

struct exemplars {
	uint32_t count;
	struct sli_exemplar list[EXEMPLARS_MAX];
};

static void
read_exemplars(const struct sli__text *text,
    const struct sli_indicator_view *view, struct exemplars *out)
{
	uint64_t now = sli_snapshot_now(text->snapshot);

	out->count = 0;
	if (sli__text_is_open(text) &&
	    (text->cfg.flags & SLI_TEXT_NO_EXEMPLARS) == 0)
		out->count = sli_exemplars(view->indicator,
		    now < EXEMPLARS_NS ? 0 : now - EXEMPLARS_NS, now + 1,
		    out->list, EXEMPLARS_MAX);
}

/* The newest of those in (above_ns, to_ns]; NULL: there is none. */
static const struct sli_exemplar *
find_exemplar(const struct exemplars *exemplars, enum sli_outcome outcome,
    uint64_t above_ns, uint64_t to_ns)
{
	const struct sli_exemplar *e, *newest = NULL;

	for (e = exemplars->list; e < exemplars->list + exemplars->count; e++)
		if (e->outcome == outcome && e->latency_ns > above_ns &&
		    e->latency_ns <= to_ns &&
		    (newest == NULL || e->at_ns > newest->at_ns))
			newest = e;
	return newest;
}

static void
put_exemplar(struct sli__sink *sink, const struct sli_exemplar *e)
{
	sli__put(sink, " # ");
	sli__put_label(sink, true, "trace_id", e->trace_id);
	sli__put(sink, "} ");
	sli__put_seconds(sink, e->latency_ns);
	sli__put_char(sink, ' ');
	sli__put_seconds(sink, e->at_ns);
}

/* bound: as many as there are is +Inf */
static void
put_bucket(struct sli__text *text, enum sli_outcome outcome,
    const struct sli__classic *c, const struct exemplars *exemplars,
    uint32_t bound)
{
	bool is_last = bound == c->bounds;
	const struct sli_exemplar *exemplar;
	struct sli__sink *sink = &text->sink;

	sli__text_series(text, NAME, "_bucket");
	sli__text_outcome(text, outcome);
	sli__put(sink, ",le=\"");
	if (is_last)
		sli__put(sink, "+Inf");
	else
		sli__put_seconds(sink, c->bound_ns[bound]);
	sli__put(sink, "\"} ");
	sli__put_u64(sink, is_last ? c->count : c->cumulative[bound]);
	exemplar = find_exemplar(exemplars, outcome,
	    bound == 0 ? 0 : c->bound_ns[bound - 1],
	    is_last ? UINT64_MAX : c->bound_ns[bound]);
	if (exemplar != NULL)
		put_exemplar(sink, exemplar);
	sli__put_char(sink, '\n');
}

static void
put_outcome(struct sli__text *text, const struct sli_indicator_view *view,
    enum sli_outcome outcome, const struct exemplars *exemplars)
{
	struct sli__sink *sink = &text->sink;
	struct sli__classic c;
	uint32_t bound;

	sli__classic_read(view, outcome, text->cfg.bound_ns,
	    text->cfg.bound_count, &c);
	for (bound = 0; bound <= c.bounds; bound++)
		put_bucket(text, outcome, &c, exemplars, bound);
	sli__text_series(text, NAME, "_sum");
	sli__text_outcome(text, outcome);
	sli__put(sink, "} ");
	sli__put_double(sink, c.sum_s);
	sli__put_char(sink, '\n');
	sli__text_series(text, NAME, "_count");
	sli__text_outcome(text, outcome);
	sli__text_count(text, c.count);
	sli__text_created(text, NAME, view, &outcome);
}

void
sli__text_histogram(struct sli__text *text,
    const struct sli_indicator_view *view)
{
	struct exemplars exemplars;

	read_exemplars(text, view, &exemplars);
	put_outcome(text, view, SLI_GOOD, &exemplars);
	put_outcome(text, view, SLI_BAD, &exemplars);
}
