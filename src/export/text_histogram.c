/* SPDX-License-Identifier: MIT */
#include "export/classic.h"
#include "export/text.h"

/* bound: as many as there are is +Inf */
static void
put_bucket(struct sli__text *text, const struct sli__latencies *latencies,
    const struct sli__classic *c, uint32_t bound)
{
	bool is_last = bound == c->bounds;
	struct sli__sink *sink = &text->sink;

	sli__text_series(text, "_bucket");
	sli__text_label(sink, false, &latencies->label);
	sli__put(sink, ",le=\"");
	if (is_last)
		sli__put(sink, "+Inf");
	else
		sli__put_seconds(sink, c->bound_ns[bound]);
	sli__put_char(sink, '"');
	sli__text_value(text);
	sli__put_u64(sink, is_last ? c->count : c->cumulative[bound]);
	sli__text_end(text,
	    sli__exemplars_newest(latencies->exemplars, latencies->outcome,
		bound == 0 ? 0 : c->bound_ns[bound - 1],
		is_last ? UINT64_MAX : c->bound_ns[bound]));
}

void
sli__text_histogram(void *to, const struct sli__latencies *latencies)
{
	struct sli__text *text = to;
	struct sli__classic c;
	uint32_t bound;

	sli__classic_read(latencies->view, latencies->outcome,
	    text->cfg.bound_ns, text->cfg.bound_count, &c);
	for (bound = 0; bound <= c.bounds; bound++)
		put_bucket(text, latencies, &c, bound);
	sli__text_series(text, "_sum");
	sli__text_label(&text->sink, false, &latencies->label);
	sli__text_value(text);
	sli__put_double(&text->sink, c.sum_s);
	sli__text_end(text, NULL);
	sli__text_series(text, "_count");
	sli__text_label(&text->sink, false, &latencies->label);
	sli__text_value(text);
	sli__put_u64(&text->sink, c.count);
	sli__text_end(text, NULL);
	sli__text_created(text, &latencies->label, latencies->created_ns);
}
