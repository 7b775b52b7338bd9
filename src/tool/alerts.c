/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "commands.h"
#include "format.h"
#include "record.h"
#include "report.h"
#include "source.h"
#include "text.h"

static int
has_slo(const struct view *v, const char *name)
{
	uint32_t i;

	for (i = 0; i < v->slo_count; i++)
		if (strcmp(v->slos[i].name, name) == 0)
			return 1;
	return 0;
}

static int
is_cut_off(const struct view *v)
{
	uint32_t i;

	for (i = 0; i < v->record_count; i++)
		if (v->records[i].end_ns == 0 && !view_fires(v, &v->records[i]))
			return 1;
	return 0;
}

static void
print_text(const struct view *v, const char *slo)
{
	char now[FORMAT_MAX], count[FORMAT_MAX];
	char *name = text_clean_new(slo == NULL ? "" : slo);
	const char *of = slo == NULL ? "" : " of ";
	uint32_t firing = record_firing(v);
	struct table t;

	format_time(now, v->now_ns);
	if (v->record_count == 0)
		printf("%s, no alert and no micro-outage%s%s so far\n", now, of,
		    name);
	else
		printf("%s, %s%s%s fire%s now\n\n", now,
		    firing == 0 ? "nothing" : format_number(count, firing), of,
		    name, firing <= 1 ? "s" : "");
	free(name);
	if (v->record_count == 0)
		return;
	record_table(&t, v, v->record_count, 1);
	table_print_within(&t, text_columns(stdout), stdout);
	table_end(&t);
	if (is_cut_off(v))
		puts("\ncut off: the processes ended first, so that its end is "
		     "not known");
}

static json_t *
document(const struct view *v, const char *path)
{
	json_t *o = json_object();

	doc_put(o, "file", doc_text(path));
	doc_put_time(o, "now_ns", "now_at", v->now_ns);
	doc_put(o, "alerts", record_docs(v));
	return o;
}

static int
print(struct view *v, const struct options *o, struct sli_registry *reg)
{
	const char *slo = o->arg_count > 2 ? o->args[2] : NULL;

	if (slo != NULL) {
		record_keep(v, slo);
		if (v->record_count == 0 && !has_slo(v, slo))
			return change_no_slo(reg, o);
	}
	record_sort(v);
	if (o->json)
		doc_print(document(v, o->args[1]));
	else
		print_text(v, slo);
	return report_written(EXIT_DONE);
}

int
command_alerts(const struct options *o)
{
	struct sli_error err = { SLI_OK, "" };
	struct source s;
	struct view v;
	int status;

	memset(&s, 0, sizeof(s));
	s.request.window_ns = o->window_ns;
	s.request.records = SLI_ALERT_LOG_MAX;
	if (source_open(&s, o->args[1], &err) != SLI_OK)
		return report_file(EXIT_FILE, o->args[1], &err);
	if (source_read(&s, &v, &err) != SLI_OK) {
		status = report_file(EXIT_FILE, o->args[1], &err);
	} else {
		status = print(&v, o, s.registry);
		view_free(&v);
	}
	source_close(&s);
	return status;
}
