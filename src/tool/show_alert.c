/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* strtok_r */

#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "mem.h"
#include "record.h"
#include "show.h"
#include "text.h"

/* The last of the log; sli alerts has all. */
#define RECORDS_SHOWN 10

void
show_burns(const struct view *v, const struct view_slo *slo, FILE *to)
{
	struct column columns[VIEW_WINDOWS_MAX + 1] = { { "LAST", 0, 9, 0 } };
	char heads[VIEW_WINDOWS_MAX][FORMAT_MAX], burn[FORMAT_MAX];
	struct table t;
	uint32_t i;

	for (i = 0; i < v->window_count; i++) {
		format_duration(heads[i], slo->burns[i].window_ns);
		columns[i + 1].head = heads[i];
		columns[i + 1].to_right = 1;
		columns[i + 1].width = 5;
	}
	table_begin(&t, columns, v->window_count + 1);
	table_row(&t);
	table_cell(&t, 0, STYLE_PLAIN, "burn rate");
	for (i = 0; i < v->window_count; i++)
		table_cell(&t, i + 1, STYLE_PLAIN, "%s",
		    slo->burns[i].status == SLI_OK ?
			format_burn(burn, slo->burns[i].burn_rate) :
			"-");
	fputc('\n', to);
	table_print(&t, "  ", to);
	table_end(&t);
}

/* ---- its alerts ---- */

enum alert_column {
	ALERT_SEVERITY,
	ALERT_STATE,
	ALERT_FACTOR,
	ALERT_LONG,
	ALERT_LONG_BURN,
	ALERT_SHORT,
	ALERT_SHORT_BURN,
	ALERT_EVENTS,
	ALERT_BAD,
	ALERT_AFTER,
	ALERT_COLUMNS
};

static const struct column alert_columns[ALERT_COLUMNS] = {
	{ "ALERT", 0, 6, 0 },
	{ "STATE", 0, 7, 0 },
	{ "FACTOR", 1, 6, 0 },
	{ "LONG", 1, 5, 0 },
	{ "BURN", 1, 6, 0 },
	{ "SHORT", 1, 5, 0 },
	{ "BURN", 1, 6, 0 },
	{ "MIN EVENTS", 1, 0, 0 },
	{ "MIN BAD", 1, 0, 0 },
	{ "AFTER", 1, 0, 0 },
};

static const char *
severity(const struct sli_alert *a)
{
	return a->severity == SLI_PAGE ? "page" : "ticket";
}

static const char *
state(const struct sli_alert *a)
{
	if (a->status != SLI_OK)
		return "dropped";
	if (a->state == SLI_ALERT_FIRING)
		return "FIRING";
	return a->pending_ns != 0 ? "pending" : "ok";
}

static void
put_alert(struct table *t, const struct view_slo *slo,
    const struct sli_alert *a)
{
	char buf[FORMAT_MAX];

	table_row(t);
	table_cell(t, ALERT_SEVERITY, STYLE_PLAIN, "%s", severity(a));
	table_cell(t, ALERT_STATE, STYLE_PLAIN, "%s", state(a));
	table_cell(t, ALERT_FACTOR, STYLE_PLAIN, "%.4g", a->factor);
	table_cell(t, ALERT_LONG, STYLE_PLAIN, "%s",
	    format_duration(buf, a->long_ns));
	table_cell(t, ALERT_LONG_BURN, STYLE_PLAIN, "%s",
	    format_burn(buf, a->long_burn));
	table_cell(t, ALERT_SHORT, STYLE_PLAIN, "%s",
	    format_duration(buf, a->short_ns));
	table_cell(t, ALERT_SHORT_BURN, STYLE_PLAIN, "%s",
	    format_burn(buf, a->short_burn));
	table_cell(t, ALERT_EVENTS, STYLE_PLAIN, "%s",
	    show_amount(buf, slo, a->min_events));
	table_cell(t, ALERT_BAD, STYLE_PLAIN, "%s",
	    show_amount(buf, slo, a->min_bad));
	table_cell(t, ALERT_AFTER, STYLE_PLAIN, "%s",
	    a->after_ns == 0 ? "-" : format_duration(buf, a->after_ns));
}

/* A sentence, in lines of at most 78 columns; it is clean and cut up. */
static void
put_sentence(char *text, FILE *to)
{
	size_t column = 1, width;
	char *word, *rest;

	fputc(' ', to);
	for (word = strtok_r(text, " ", &rest); word != NULL;
	     word = strtok_r(NULL, " ", &rest)) {
		width = text_width(word) + 1;
		if (column + width > 78) {
			fputs("\n   ", to);
			column = 3;
		}
		fprintf(to, " %s", word);
		column += width;
	}
	fputc('\n', to);
}

static void
tell_reasons(const struct view_slo *slo, FILE *to)
{
	const struct sli_alert *a;
	char since[FORMAT_MAX], *reason, *sentence;
	uint32_t i;

	for (i = 0; i < slo->alert_count; i++) {
		a = &slo->alerts[i].alert;
		if (a->status != SLI_OK) {
			reason = text_clean_new(slo->alerts[i].reason);
			sentence = mem_print("%s of %.4g: %s", severity(a),
			    a->factor, reason);
			put_sentence(sentence, to);
			free(sentence);
			free(reason);
		} else if (a->pending_ns != 0 && a->state != SLI_ALERT_FIRING) {
			fprintf(to, "  %s of %.4g: pending since %s\n",
			    severity(a), a->factor,
			    format_time(since, a->pending_ns));
		}
	}
}

void
show_alerts(const struct view_slo *slo, FILE *to)
{
	struct table t;
	uint32_t i;

	if (slo->alert_count == 0) {
		fputs("\n  It has no alerts.\n", to);
		return;
	}
	table_begin(&t, alert_columns, ALERT_COLUMNS);
	for (i = 0; i < slo->alert_count; i++)
		put_alert(&t, slo, &slo->alerts[i].alert);
	fputc('\n', to);
	table_print(&t, "  ", to);
	table_end(&t);
	tell_reasons(slo, to);
}

/* ---- micro-outages ---- */

/* Why the rule rests; the library's words are in the JSON. */
static void
tell_rest(const struct view *v, const struct view_slo *slo, FILE *to)
{
	const struct sli_outage *o = &slo->outage;
	char slot[FORMAT_MAX];

	if (o->status == SLI_EACCES)
		fputs("  Outages   not looked for: switched off\n", to);
	else if (o->status == SLI_ERANGE)
		fputs("  Outages   not looked for: slots of history are longer "
		      "than 2s\n",
		    to);
	else
		fprintf(to,
		    "  Outages   the rule rests: %.3g events per %s in the "
		    "last 5m, below %llu\n",
		    o->traffic,
		    format_duration(slot, v->info.history[0].slot_ns),
		    (unsigned long long)slo->is.outage_min_events);
}

void
show_outage(const struct view *v, const struct view_slo *slo, FILE *to)
{
	const struct sli_outage *o = &slo->outage;
	char slot[FORMAT_MAX], length[FORMAT_MAX], from[FORMAT_MAX];

	format_duration(slot, v->info.history[0].slot_ns);
	if (view_is_out(slo))
		fprintf(to, "  Outages   UNDER WAY since %s, for %s\n",
		    format_time(from, o->from_ns),
		    format_span(length, o->length_ns));
	else if (o->status != SLI_OK)
		tell_rest(v, slo, to);
	else
		fprintf(to,
		    "  Outages   none now; looked for in each %s, over %g %% "
		    "bad or silent\n",
		    slot, 100 * slo->is.outage_ratio);
	if (!view_is_out(slo) && o->from_ns != 0)
		fprintf(to, "            the last was at %s, for %s\n",
		    format_time(from, o->from_ns),
		    format_span(length, o->length_ns));
}

/* ---- the log ---- */

void
show_records(const struct view *v, const char *indent, FILE *to)
{
	char count[FORMAT_MAX];
	struct table t;

	if (v->record_count == 0)
		return;
	record_table(&t, v, RECORDS_SHOWN, !v->has_details);
	fputc('\n', to);
	table_print(&t, indent, to);
	table_end(&t);
	if (v->record_count > RECORDS_SHOWN)
		fprintf(to, "%s%s older, which sli alerts has\n", indent,
		    format_number(count, v->record_count - RECORDS_SHOWN));
}
