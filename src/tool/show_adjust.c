/* SPDX-License-Identifier: MIT */
#include "format.h"
#include "show.h"

static const char *
state_of(const struct sli_adjustment *a, uint64_t now_ns)
{
	if (a->kind == SLI_CORRECTION)
		return "";
	if (a->settled)
		return "over";
	return a->from_ns > now_ns ? "planned" :
	    a->to_ns > now_ns	   ? "under way" :
				     "ending";
}

static void
put_adjustment(struct table *t, const struct sli_adjustment *a, uint64_t now_ns)
{
	char buf[FORMAT_MAX];

	table_row(t);
	table_cell(t, 0, STYLE_PLAIN, "%s", format_time(buf, a->from_ns));
	table_cell(t, 5, STYLE_PLAIN, "%s", state_of(a, now_ns));
	if (a->kind == SLI_CORRECTION) {
		table_cell(t, 1, STYLE_PLAIN, "-");
		table_cell(t, 2, STYLE_PLAIN, "correction");
		table_cell(t, 3, STYLE_PLAIN, "%+lld", (long long)a->add_good);
		table_cell(t, 4, STYLE_PLAIN, "%+lld", (long long)a->add_bad);
		return;
	}
	table_cell(t, 1, STYLE_PLAIN, "%s", format_time(buf, a->to_ns));
	table_cell(t, 2, STYLE_PLAIN, "excluded");
	table_cell(t, 3, STYLE_PLAIN, "%s", format_number(buf, a->good));
	table_cell(t, 4, STYLE_PLAIN, "%s", format_number(buf, a->bad));
}

void
show_adjustments(const struct view *v, const struct view_slo *slo, FILE *to)
{
	static const struct column columns[] = { { "FROM", 0, 0, 0 },
		{ "TO", 0, 0, 0 }, { "ADJUSTED", 0, 0, 0 }, { "GOOD", 1, 0, 0 },
		{ "BAD", 1, 0, 0 }, { "", 0, 0, 0 } };
	struct table t;
	uint32_t i;

	if (slo->adjustment_count == 0)
		return;
	table_begin(&t, columns, sizeof(columns) / sizeof(*columns));
	for (i = 0; i < slo->adjustment_count; i++)
		put_adjustment(&t, &slo->adjustments[i], v->now_ns);
	fputc('\n', to);
	table_print(&t, "  ", to);
	table_end(&t);
}

void
show_adjusted(const struct sli_budget *b, FILE *to)
{
	char span[FORMAT_MAX], events[FORMAT_MAX];

	if (b->excluded_ns > 0)
		fprintf(to, "  Excluded  %s, %s events\n",
		    format_span(span, b->excluded_ns),
		    format_number(events, b->excluded));
	if (b->corrected_good != 0 || b->corrected_bad != 0)
		fprintf(to, "  Corrected %+lld good, %+lld bad\n",
		    (long long)b->corrected_good, (long long)b->corrected_bad);
}
