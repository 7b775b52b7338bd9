/* SPDX-License-Identifier: MIT */
#include "export/classic.h"
#include "export/text.h"

/* name{labels,outcome="...", with more labels to come */
static void
put_begin(struct sli__sink *sink, const char *suffix,
    const struct sli_indicator_view *view, enum sli_outcome outcome)
{
	sli__put(sink, "sli_latency_seconds");
	sli__put(sink, suffix);
	sli__put_indicator(sink, view);
	sli__put_label(sink, false, "outcome", sli__outcome_name(outcome));
}

/* bound: UINT32_MAX is +Inf */
static void
put_bucket(struct sli__sink *sink, const struct sli_indicator_view *view,
    enum sli_outcome outcome, const struct sli__classic *c, uint32_t bound)
{
	put_begin(sink, "_bucket", view, outcome);
	sli__put(sink, ",le=\"");
	if (bound < c->bounds)
		sli__put_seconds(sink, c->bound_ns[bound]);
	else
		sli__put(sink, "+Inf");
	sli__put(sink, "\"} ");
	sli__put_u64(sink, bound < c->bounds ? c->cumulative[bound] : c->count);
	sli__put_char(sink, '\n');
}

void
sli__text_histogram(struct sli__text *text,
    const struct sli_indicator_view *view)
{
	static const enum sli_outcome outcomes[] = { SLI_GOOD, SLI_BAD };
	struct sli__sink *sink = &text->sink;
	struct sli__classic c;
	uint32_t i, bound;

	for (i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
		sli__classic_read(view, outcomes[i], text->cfg.bound_ns,
		    text->cfg.bound_count, &c);
		for (bound = 0; bound <= c.bounds; bound++)
			put_bucket(sink, view, outcomes[i], &c, bound);
		put_begin(sink, "_sum", view, outcomes[i]);
		sli__put(sink, "} ");
		sli__put_double(sink, c.sum_s);
		sli__put_char(sink, '\n');
		put_begin(sink, "_count", view, outcomes[i]);
		sli__put(sink, "} ");
		sli__put_u64(sink, c.count);
		sli__put_char(sink, '\n');
	}
}
