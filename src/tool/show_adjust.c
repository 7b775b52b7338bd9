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

/* With its sign: one more than FORMAT_MAX. */
static const char *
change(char *buf, const struct view_slo *slo, int64_t by)
{
	buf[0] = by < 0 ? '-' : '+';
	show_amount(buf + 1, slo, by < 0 ? 0 - (uint64_t)by : (uint64_t)by);
	return buf;
}

static void
put_adjustment(struct table *t, const struct view_slo *slo,
    const struct sli_adjustment *a, uint64_t now_ns)
{
	char buf[FORMAT_MAX + 1];

	table_row(t);
	table_cell(t, 0, STYLE_PLAIN, "%s", format_time(buf, a->from_ns));
	table_cell(t, 5, STYLE_PLAIN, "%s", state_of(a, now_ns));
	if (a->kind == SLI_CORRECTION) {
		table_cell(t, 1, STYLE_PLAIN, "-");
		table_cell(t, 2, STYLE_PLAIN, "correction");
		table_cell(t, 3, STYLE_PLAIN, "%s",
		    change(buf, slo, a->add_good));
		table_cell(t, 4, STYLE_PLAIN, "%s",
		    change(buf, slo, a->add_bad));
		return;
	}
	table_cell(t, 1, STYLE_PLAIN, "%s", format_time(buf, a->to_ns));
	table_cell(t, 2, STYLE_PLAIN, "excluded");
	table_cell(t, 3, STYLE_PLAIN, "%s", show_amount(buf, slo, a->good));
	table_cell(t, 4, STYLE_PLAIN, "%s", show_amount(buf, slo, a->bad));
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
		put_adjustment(&t, slo, &slo->adjustments[i], v->now_ns);
	fputc('\n', to);
	table_print(&t, "  ", to);
	table_end(&t);
}

void
show_adjusted(const struct view_slo *slo, FILE *to)
{
	const struct sli_budget *b = &slo->is.budget;
	char span[FORMAT_MAX], count[FORMAT_MAX + 1], good[FORMAT_MAX + 1];

	if (b->excluded_ns > 0)
		fprintf(to, "  Excluded  %s, %s %s\n",
		    format_span(span, b->excluded_ns),
		    show_amount(count, slo, b->excluded),
		    slo->is.slice_ns == 0 ? "events" : "slices");
	if (b->corrected_good != 0 || b->corrected_bad != 0)
		fprintf(to, "  Corrected %s good, %s bad\n",
		    change(good, slo, b->corrected_good),
		    change(count, slo, b->corrected_bad));
}
