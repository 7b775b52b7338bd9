/* SPDX-License-Identifier: MIT */
/*
 * What does something to a file, or vouches for one. A "no" (damage, refused,
 * not there) is told apart from a file that cannot be opened.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "commands.h"
#include "doc.h"
#include "mem.h"
#include "name.h"
#include "report.h"
#include "source.h"
#include "text.h"

/* ---- check, repair ---- */

struct findings {
	int as_json;
	json_t *list;
	uint32_t count[3]; /* by enum sli_finding_kind */
};

static const char *
kind_name(enum sli_finding_kind kind)
{
	return kind == SLI_FINDING_NOTE ? "note" :
	    kind == SLI_FINDING_DAMAGE	? "damage" :
					  "loss";
}

static void
on_finding(const struct sli_finding *finding, void *arg)
{
	struct findings *f = arg;
	char *what;

	f->count[finding->kind > SLI_FINDING_LOSS ? SLI_FINDING_LOSS :
						    finding->kind]++;
	if (f->as_json) {
		json_array_append_new(f->list,
		    json_pack("{s:s, s:o}", "kind", kind_name(finding->kind),
			"what", doc_text(finding->what)));
		return;
	}
	what = text_clean_new(finding->what);
	printf("%-7s %s\n", kind_name(finding->kind), what);
	free(what);
}

static void
begin_findings(struct findings *f, const struct options *o)
{
	memset(f, 0, sizeof(*f));
	f->as_json = o->json;
	f->list = json_array();
}

int
command_check(const struct options *o)
{
	struct sli_error err = { SLI_OK, "" };
	struct findings f;
	char *path;
	int status;

	begin_findings(&f, o);
	status = sli_file_check(o->args[1], on_finding, &f, &err);
	if (status != SLI_OK && status != SLI_ECORRUPT) {
		json_decref(f.list);
		return report_file(EXIT_FILE, o->args[1], &err);
	}
	if (o->json) {
		doc_print(
		    json_pack("{s:o, s:b, s:o}", "file", doc_text(o->args[1]),
			"sound", status == SLI_OK, "findings", f.list));
	} else {
		json_decref(f.list);
		path = text_clean_new(o->args[1]);
		printf("%s is %s\n", path,
		    status == SLI_OK ?
			"sound" :
			f.count[SLI_FINDING_LOSS] > 0 ?
			"damaged, and not all of it can be saved" :
			"damaged; sli repair can save it");
		free(path);
	}
	return report_written(status == SLI_OK ? EXIT_DONE : EXIT_NO);
}

int
command_repair(const struct options *o)
{
	struct sli_error err = { SLI_OK, "" };
	struct findings f;
	char *from, *to;
	int status, lost;

	begin_findings(&f, o);
	status = sli_file_repair(o->args[1], o->args[2], &o->sizes, on_finding,
	    &f, &err);
	if (status != SLI_OK) {
		json_decref(f.list);
		return report_file(EXIT_FILE, o->args[1], &err);
	}
	lost = f.count[SLI_FINDING_LOSS] > 0;
	if (o->json) {
		doc_print(json_pack("{s:o, s:o, s:b, s:o}", "from",
		    doc_text(o->args[1]), "to", doc_text(o->args[2]),
		    "complete", !lost, "findings", f.list));
	} else {
		json_decref(f.list);
		from = text_clean_new(o->args[1]);
		to = text_clean_new(o->args[2]);
		printf("%s of %s is in %s\n",
		    lost ? "what could be saved" : "all", from, to);
		free(from);
		free(to);
	}
	return report_written(lost ? EXIT_NO : EXIT_DONE);
}

/* ---- rm, reset-budget ---- */

static int
done(const struct options *o, const char *what, const char *name)
{
	char *clean;

	if (o->json) {
		doc_print(json_pack("{s:o, s:s, s:o, s:o*}", "file",
		    doc_text(o->args[1]), "done", what, "name", doc_text(name),
		    "why", o->why == NULL ? NULL : doc_text(o->why)));
	} else {
		clean = text_clean_new(name);
		printf("%s: %s\n", what, clean);
		free(clean);
	}
	return report_written(EXIT_DONE);
}

/* Every label set of a bare name, for a message. */
struct namesakes {
	const char *name;
	struct sli_error *err;
	uint32_t count;
};

static void
list_namesakes(const struct sli_snapshot *snapshot, void *arg)
{
	struct namesakes *n = arg;
	struct sli_indicator_view ind;
	size_t used = strlen(n->err->message);
	uint32_t i;
	char *title;

	for (i = 0; i < sli_snapshot_indicator_count(snapshot); i++) {
		if (sli_snapshot_indicator(snapshot, i, &ind) != SLI_OK ||
		    strcmp(ind.name, n->name) != 0)
			continue;
		title = name_title_new(ind.name, ind.labels, ind.label_count);
		snprintf(n->err->message + used, sizeof(n->err->message) - used,
		    "%s %s", n->count == 0 ? "; there is" : ",", title);
		used = strlen(n->err->message);
		n->count++;
		free(title);
	}
}

static int
not_there(struct sli_registry *reg, const struct options *o,
    const struct selector *s)
{
	struct sli_error err;
	struct namesakes n = { s->name, &err, 0 };

	report_set(&err, SLI_ENOENT, "%s has no indicator and no SLO \"%s\"",
	    o->args[1], o->args[2]);
	/* Only a help to who reads it: the answer is the same without. */
	if (sli_flush(reg, sli_clock_ns(), list_namesakes, &n) == SLI_OK)
		sli_flush_forget(reg, list_namesakes, &n);
	return report_error(EXIT_NO, &err);
}

/* The SLO or the indicator of that name, and of these labels exactly. */
static int
remove_named(struct sli_registry *reg, const struct options *o,
    const struct selector *s)
{
	struct sli_error err = { SLI_OK, "" };
	struct sli_indicator *ind;
	struct sli_slo *slo;
	int is_indicator, is_slo, status;

	is_indicator = sli_indicator_find(reg, s->name, s->labels,
			   s->label_count, &ind) == SLI_OK;
	is_slo = s->is_bare && sli_slo_find(reg, s->name, &slo) == SLI_OK;
	if (!is_indicator && !is_slo)
		return not_there(reg, o, s);
	/* name{} is the indicator without labels, and no SLO. */
	if (is_indicator && is_slo)
		return report_fail(EXIT_NO, SLI_EBUSY,
		    "\"%s\" is both an SLO and an indicator: first remove the "
		    "indicator as \"%s{}\", which removes its SLOs too, or "
		    "keep both",
		    s->name, s->name);
	status = is_slo ? sli_slo_remove(reg, s->name, o->why, &err) :
			  sli_indicator_remove(reg, s->name, s->labels,
			      s->label_count, o->why, &err);
	if (status != SLI_OK)
		return change_refused(o, &err);
	return done(o, is_slo ? "removed SLO" : "removed indicator",
	    o->args[2]);
}

int
command_rm(const struct options *o)
{
	struct sli_error err = { SLI_OK, "" };
	struct sli_registry *reg;
	struct selector s;
	int status;

	if (selector_parse(o->args[2], &s, &err) != SLI_OK)
		return report_error(EXIT_USAGE, &err);
	status = change_open(o, &reg);
	if (status == EXIT_DONE) {
		source_watch(reg);
		status = remove_named(reg, o, &s);
		source_watch(NULL);
		sli_registry_close(reg);
	}
	selector_free(&s);
	return status;
}

static int
reset_named(struct sli_registry *reg, const struct options *o)
{
	struct sli_error err = { SLI_OK, "" };
	struct sli_slo *slo;
	int status = change_find_slo(reg, o, &slo);

	if (status != EXIT_DONE)
		return status;
	if (sli_slo_reset_budget(slo, sli_clock_ns(), o->why, &err) != SLI_OK)
		return change_refused(o, &err);
	return done(o, "reset the budget of SLO", o->args[2]);
}

int
command_reset_budget(const struct options *o)
{
	return change_run(o, reset_named);
}

/* ---- annotate ---- */

static int
annotate(struct sli_registry *reg, const struct options *o)
{
	struct sli_error err = { SLI_OK, "" };

	if (sli_annotate(reg, sli_clock_ns(), o->kind, o->args[2], &err) !=
	    SLI_OK)
		return change_refused(o, &err);
	return done(o, o->kind, o->args[2]);
}

int
command_annotate(const struct options *o)
{
	return change_run(o, annotate);
}
