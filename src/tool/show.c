/* SPDX-License-Identifier: MIT */
#include "show.h"

#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "doc_view.h"
#include "format.h"
#include "mem.h"
#include "name.h"
#include "record.h"
#include "report.h"
#include "source.h"
#include "text.h"

void
show_tables(const struct view *v, enum sort_key key, FILE *to)
{
	char window[FORMAT_MAX], now[FORMAT_MAX];
	size_t width = text_columns(to);
	struct table t;
	int inactive = 0;
	uint32_t i;

	fprintf(to, "%s, windows of the last %s\n", format_time(now, v->now_ns),
	    format_duration(window, v->window_ns));
	if (v->slo_count > 0) {
		fputc('\n', to);
		rows_slos(&t, v, 10);
		table_print_within(&t, width, to);
		table_end(&t);
	}
	fputc('\n', to);
	rows_indicators(&t, v, key);
	table_print_within(&t, width, to);
	table_end(&t);
	for (i = 0; i < v->indicator_count; i++)
		inactive |= !v->indicators[i].active;
	for (i = 0; i < v->slo_count; i++)
		inactive |= !v->slos[i].is.active;
	if (inactive)
		fputs("\n~ inactive: no living process has it registered\n",
		    to);
}

static void
put_levels(const struct sli_level *level, FILE *to)
{
	char buf[FORMAT_MAX];
	uint32_t i;

	for (i = 0; i < SLI_LEVELS_MAX && level[i].slot_ns != 0; i++)
		fprintf(to, "%s%s x %u", i == 0 ? "" : ", ",
		    format_duration(buf, level[i].slot_ns), level[i].slots);
	fputc('\n', to);
}

/* When, and how long ago that is. */
static void
put_time(uint64_t at_ns, uint64_t now_ns, FILE *to)
{
	char at[FORMAT_MAX], ago[FORMAT_MAX];

	if (at_ns == 0)
		fputs("never", to);
	else if (at_ns > now_ns)
		fputs(format_time(at, at_ns), to);
	else
		fprintf(to, "%s, %s ago", format_time(at, at_ns),
		    format_span(ago, now_ns - at_ns));
}

void
show_file(const struct view *v, const char *path, FILE *to)
{
	const struct sli_registry_info *info = &v->info;
	char buf[FORMAT_MAX], used[FORMAT_MAX];
	char *name = text_clean_new(path);
	char *version = text_clean_new(info->version);

	fprintf(to, "File        %s\n", name);
	fprintf(to, "Size        %s, %s of it allocated\n",
	    format_bytes(buf, info->size_bytes),
	    format_bytes(used, info->used_bytes));
	fputs("Made        ", to);
	put_time(info->created_ns, v->now_ns, to);
	fprintf(to, ", by libsli %s\n", version);
	fputs("Written out ", to);
	put_time(info->synced_ns, v->now_ns, to);
	fprintf(to, "\nProcesses   %u have it open; opened %s time%s\n",
	    info->process_count, format_number(buf, info->open_count),
	    info->open_count == 1 ? "" : "s");
	fprintf(to, "Places      %u of %u indicators, %u of %u SLOs\n",
	    info->indicator_count, info->max_indicators, info->slo_count,
	    info->max_slos);
	fprintf(to, "Shards      %u by CPU, %u atomic, %u of writers\n",
	    info->shards, info->atomic_shards, info->writer_shards);
	fputs("History     ", to);
	put_levels(info->history, to);
	fputs("Latencies   ", to);
	put_levels(info->latency, to);
	free(version);
	free(name);
}

/* A record's value, which means something else in each kind. */
static void
put_value(struct table *t, size_t column, const struct sli_audit *audit)
{
	char buf[FORMAT_MAX];

	if (audit->kind == SLI_AUDIT_CLOCK_SET_BACK)
		table_cell(t, column, STYLE_PLAIN, "%s",
		    format_duration(buf, audit->value));
	else if (audit->kind == SLI_AUDIT_MENDED)
		table_cell(t, column, STYLE_PLAIN, "%s words",
		    format_number(buf, audit->value));
	else if (audit->kind >= SLI_AUDIT_EXCLUDED &&
	    audit->kind <= SLI_AUDIT_CORRECTED)
		table_cell(t, column, STYLE_PLAIN, "%s",
		    format_time(buf, audit->value));
	else
		table_cell(t, column, STYLE_PLAIN, "-");
}

void
show_audits(const struct view *v, FILE *to)
{
	static const struct column columns[] = { { "AUDIT RECORD", 0, 20, 0 },
		{ "UID", 1, 0, 0 }, { "WHAT", 0, 0, 0 }, { "VALUE", 0, 0, 0 },
		{ "SUBJECT", 0, 0, 0 }, { "WHY", 0, 0, 0 } };
	const struct sli_audit *audit;
	char buf[FORMAT_MAX];
	char *subject, *why;
	struct table t;
	uint32_t i;

	if (v->audit_count == 0)
		return;
	table_begin(&t, columns, sizeof(columns) / sizeof(columns[0]));
	for (i = 0; i < v->audit_count; i++) {
		audit = &v->audits[i];
		subject = text_clean_new(audit->subject);
		why = text_clean_new(audit->why);
		table_row(&t);
		table_cell(&t, 0, STYLE_PLAIN, "%s",
		    format_time(buf, audit->at_ns));
		table_cell(&t, 1, STYLE_PLAIN, "%u", audit->uid);
		table_cell(&t, 2, STYLE_PLAIN, "%s", format_audit(audit->kind));
		put_value(&t, 3, audit);
		table_cell(&t, 4, STYLE_PLAIN, "%s",
		    *subject == '\0' ? "-" : subject);
		table_cell(&t, 5, STYLE_PLAIN, "%s", *why == '\0' ? "-" : why);
		free(subject);
		free(why);
	}
	fputc('\n', to);
	table_print(&t, "", to);
	table_end(&t);
	if (v->info.audit_count > v->audit_count)
		fprintf(to, "%s older ones are not kept\n",
		    format_number(buf, v->info.audit_count - v->audit_count));
}

static void
show_annotations(const struct view *v, FILE *to)
{
	static const struct column columns[] = { { "ANNOTATION", 0, 20, 0 },
		{ "KIND", 0, 0, 0 }, { "TEXT", 0, 0, 0 } };
	char buf[FORMAT_MAX], *text;
	struct table t;
	uint32_t i;

	if (v->annotation_count == 0)
		return;
	table_begin(&t, columns, sizeof(columns) / sizeof(columns[0]));
	for (i = 0; i < v->annotation_count; i++) {
		text = text_clean_new(v->annotations[i].text);
		table_row(&t);
		table_cell(&t, 0, STYLE_PLAIN, "%s",
		    format_time(buf, v->annotations[i].at_ns));
		table_cell(&t, 1, STYLE_PLAIN, "%s", v->annotations[i].kind);
		table_cell(&t, 2, STYLE_PLAIN, "%s", text);
		free(text);
	}
	fputc('\n', to);
	table_print(&t, "", to);
	table_end(&t);
}

/* ---- the command ---- */

/*
 * Is a record about what was asked for? Of a bare name that is every label set,
 * also of one that has been removed.
 */
static int
concerns(const struct sli_audit *audit, const struct view *v,
    const struct options *o)
{
	const char *subject = audit->subject, *name = o->args[2];
	size_t len = strlen(name);
	uint32_t i;

	if (*subject == '\0')
		return 0;
	if (strncmp(subject, name, len) == 0 &&
	    (subject[len] == '\0' || subject[len] == '{'))
		return 1;
	for (i = 0; i < v->indicator_count; i++)
		if (strcmp(subject, v->indicators[i].title) == 0)
			return 1;
	return 0;
}

static void
keep_what_concerns(struct view *v, const struct options *o)
{
	uint32_t i, kept = 0;

	for (i = 0; i < v->audit_count; i++)
		if (concerns(&v->audits[i], v, o))
			v->audits[kept++] = v->audits[i];
	v->audit_count = kept;
	v->info.audit_count = kept;
	record_keep(v, v->slo_count > 0 ? v->slos[0].name : "");
}

static void
print_text(const struct view *v, const struct options *o)
{
	uint32_t i;

	if (!v->has_details) {
		show_file(v, o->args[1], stdout);
		fputc('\n', stdout);
		show_tables(v, o->sort, stdout);
		show_records(v, "", stdout);
	}
	for (i = 0; v->has_details && i < v->slo_count; i++)
		show_slo(v, &v->slos[i], stdout);
	for (i = 0; v->has_details && i < v->indicator_count; i++) {
		if (i > 0 || v->slo_count > 0)
			fputc('\n', stdout);
		show_indicator(v, &v->indicators[i], stdout);
	}
	show_annotations(v, stdout);
	show_audits(v, stdout);
}

static int
print(struct view *v, const struct options *o)
{
	json_t *root;

	if (v->has_details)
		keep_what_concerns(v, o);
	if (v->has_details && v->indicator_count == 0 && v->slo_count == 0 &&
	    v->audit_count == 0)
		return report_fail(EXIT_NO, SLI_ENOENT,
		    "%s has no indicator and no SLO \"%s\"", o->args[1],
		    o->args[2]);
	rows_sort(v, o->sort, o->reverse);
	record_sort(v);
	if (o->json) {
		root = doc_view(v, o->args[1]);
		doc_put(root, "annotations", doc_annotations(v));
		doc_put(root, "alert_log", record_docs(v));
		doc_put(root, "audit", doc_audits(v->audits, v->audit_count));
		doc_print(root);
	} else {
		print_text(v, o);
	}
	return report_written(EXIT_DONE);
}

int
command_show(const struct options *o)
{
	struct sli_error err = { SLI_OK, "" };
	struct selector only;
	struct source s;
	struct view v;
	int status;

	memset(&only, 0, sizeof(only));
	memset(&s, 0, sizeof(s));
	s.request.window_ns = o->window_ns;
	s.request.audits = SLI_AUDIT_MAX;
	s.request.annotations = SLI_ANNOTATION_MAX;
	s.request.records = SLI_ALERT_LOG_MAX;
	if (o->arg_count > 2) {
		if (selector_parse(o->args[2], &only, &err) != SLI_OK)
			return report_error(EXIT_USAGE, &err);
		s.request.only = &only;
	}
	if (source_open(&s, o->args[1], &err) != SLI_OK) {
		status = report_file(EXIT_FILE, o->args[1], &err);
	} else if (source_read(&s, &v, &err) != SLI_OK) {
		status = report_file(EXIT_FILE, o->args[1], &err);
		source_close(&s);
	} else {
		status = print(&v, o);
		view_free(&v);
		source_close(&s);
	}
	selector_free(&only);
	return status;
}
