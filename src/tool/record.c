/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "mem.h"
#include "text.h"

/* "PAGE", "TICKET", "OUTAGE": as in the tables of SLOs. */
static const char *
kind_of(const struct sli_alert_record *r)
{
	if (r->kind == SLI_ALERT_OUTAGE)
		return "OUTAGE";
	return r->severity == SLI_PAGE ? "PAGE" : "TICKET";
}

enum style
record_style(const struct sli_alert_record *r)
{
	return r->kind != SLI_ALERT_OUTAGE && r->severity != SLI_PAGE ?
	    STYLE_WARN :
	    STYLE_BAD;
}

/* How long it was, or has been up to now. */
static uint64_t
length_ns(const struct sli_alert_record *r, uint64_t now_ns)
{
	uint64_t end_ns = r->end_ns == 0 ? now_ns : r->end_ns;

	return end_ns > r->start_ns ? end_ns - r->start_ns : 0;
}

char *
record_sentence_new(const struct view *v, const struct sli_alert_record *r)
{
	char length[FORMAT_MAX], ago[FORMAT_MAX];
	char *name = text_clean_new(r->slo), *sentence;
	uint64_t now_ns = v->now_ns;

	format_span(length, length_ns(r, now_ns));
	if (view_fires(v, r))
		sentence = mem_print("%s %s for %s", kind_of(r), name, length);
	else if (r->end_ns == 0)
		sentence = mem_print("%s %s, cut off", kind_of(r), name);
	else
		sentence = mem_print("%s %s for %s, ended %s ago", kind_of(r),
		    name, length,
		    format_span(ago,
			now_ns > r->end_ns ? now_ns - r->end_ns : 0));
	free(name);
	return sentence;
}

uint32_t
record_firing(const struct view *v)
{
	uint32_t i, n = 0;

	for (i = 0; i < v->record_count; i++)
		n += view_fires(v, &v->records[i]) != 0;
	return n;
}

/* ---- the table ---- */

enum record_column {
	RECORD_START,
	RECORD_SLO,
	RECORD_KIND,
	RECORD_WINDOWS,
	RECORD_LENGTH,
	RECORD_PEAK,
	RECORD_COST,
	RECORD_RESET,
	RECORD_STATE,
	RECORD_COLUMNS
};

#define COLUMNS(slo)                                                           \
	{                                                                      \
		{ "START", 0, 20, 0 }, { slo, 0, 0, 0 }, { "WHAT", 0, 6, 0 },  \
		    { "WINDOWS", 0, 0, 1 }, { "LENGTH", 1, 6, 0 },             \
		    { "PEAK", 1, 5, 3 }, { "COST", 1, 6, 4 },                  \
		    { "RESET", 1, 5, 2 },                                      \
		{                                                              \
			"", 0, 0, 0                                            \
		}                                                              \
	}

/* A column without a head and without cells is none. */
static const struct column columns[RECORD_COLUMNS] = COLUMNS("SLO");
static const struct column columns_of_one[RECORD_COLUMNS] = COLUMNS("");

void
record_keep(struct view *v, const char *slo)
{
	uint32_t i, kept = 0;

	for (i = 0; i < v->record_count; i++)
		if (strcmp(v->records[i].slo, slo) == 0)
			v->records[kept++] = v->records[i];
	v->record_count = kept;
}

/* For the order of qsort(), which hands nothing on. */
static const struct view *sorted;

/* Of what fires: as SLOs are sorted. */
static int
urgency(const struct sli_alert_record *r)
{
	if (!view_fires(sorted, r))
		return 0;
	if (r->kind == SLI_ALERT_OUTAGE)
		return 2;
	return r->severity == SLI_PAGE ? 3 : 1;
}

static int
compare(const void *left, const void *right)
{
	const struct sli_alert_record *a = left, *b = right;
	int order = urgency(b) - urgency(a);

	if (order != 0)
		return order;
	return a->number > b->number ? -1 : a->number < b->number;
}

void
record_sort(struct view *v)
{
	sorted = v;
	if (v->record_count > 0)
		qsort(v->records, v->record_count, sizeof(*v->records),
		    compare);
}

static void
put_times(struct table *t, const struct view *v,
    const struct sli_alert_record *r)
{
	char buf[FORMAT_MAX];
	int fires = view_fires(v, r);

	table_cell(t, RECORD_START, STYLE_PLAIN, "%s",
	    format_time(buf, r->start_ns));
	table_cell(t, RECORD_LENGTH, STYLE_PLAIN, "%s",
	    fires || r->end_ns != 0 ?
		format_span(buf, length_ns(r, v->now_ns)) :
		"-");
	table_cell(t, RECORD_RESET, STYLE_PLAIN, "%s",
	    r->recovered_ns != 0 && r->end_ns >= r->recovered_ns ?
		format_span(buf, r->end_ns - r->recovered_ns) :
		"-");
	table_cell(t, RECORD_STATE, fires ? record_style(r) : STYLE_DIM, "%s",
	    fires	       ? "fires" :
		r->end_ns == 0 ? "cut off" :
		r->silent      ? "silence" :
				 "");
}

static void
put_record(struct table *t, const struct view *v,
    const struct sli_alert_record *r, int with_slos)
{
	char buf[FORMAT_MAX], shorter[FORMAT_MAX];
	char *name = text_clean_new(r->slo);

	table_row(t);
	put_times(t, v, r);
	if (with_slos)
		table_cell(t, RECORD_SLO, STYLE_PLAIN, "%s", name);
	table_cell(t, RECORD_KIND, record_style(r), "%s", kind_of(r));
	if (r->kind == SLI_ALERT_OUTAGE)
		table_cell(t, RECORD_WINDOWS, STYLE_PLAIN, "-");
	else
		table_cell(t, RECORD_WINDOWS, STYLE_PLAIN, "%s %s",
		    format_duration(buf, r->long_ns),
		    format_duration(shorter, r->short_ns));
	table_cell(t, RECORD_PEAK, STYLE_PLAIN, "%s",
	    format_burn(buf, r->peak_burn));
	table_cell(t, RECORD_COST, STYLE_PLAIN, "%s",
	    format_cost(buf, r->budget_cost));
	free(name);
}

void
record_table(struct table *t, const struct view *v, uint32_t most,
    int with_slos)
{
	uint32_t i;

	table_begin(t, with_slos ? columns : columns_of_one, RECORD_COLUMNS);
	t->flexible = RECORD_SLO;
	for (i = 0; i < v->record_count && i < most; i++)
		put_record(t, v, &v->records[i], with_slos);
}

/* ---- JSON ---- */

json_t *
record_doc(const struct sli_alert_record *r, const struct view *v)
{
	json_t *o = json_object();
	int outage = r->kind == SLI_ALERT_OUTAGE;

	doc_put_number(o, "number", r->number);
	doc_put(o, "slo", doc_text(r->slo));
	if (v != NULL)
		doc_put(o, "firing", json_boolean(view_fires(v, r)));
	doc_put(o, "kind", json_string(outage ? "outage" : "burn"));
	doc_put(o, "severity", json_string(format_severity(r->severity)));
	doc_put(o, "silent", json_boolean(r->silent));
	doc_put_time(o, "onset_ns", "onset_at", r->onset_ns);
	doc_put_time(o, "start_ns", "start_at", r->start_ns);
	doc_put_time(o, "end_ns", "end_at", r->end_ns);
	doc_put_time(o, "recovered_ns", "recovered_at", r->recovered_ns);
	doc_put_number(o, "long_ns", r->long_ns);
	doc_put_number(o, "short_ns", r->short_ns);
	doc_put(o, "factor", doc_real(r->factor));
	doc_put(o, "peak_burn", doc_real(r->peak_burn));
	doc_put_number(o, "bad", r->bad);
	doc_put_number(o, "total", r->total);
	doc_put_number(o, "missing", r->missing);
	doc_put(o, "budget_cost", doc_real(r->budget_cost));
	return o;
}

json_t *
record_docs(const struct view *v)
{
	json_t *array = json_array();
	uint32_t i;

	for (i = 0; i < v->record_count; i++)
		json_array_append_new(array, record_doc(&v->records[i], v));
	return array;
}
