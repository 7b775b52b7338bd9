/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "doc_view.h"
#include "mem.h"
#include "record.h"
#include "report.h"
#include "source.h"
#include "text.h"

/* What was not measured is null. */
static json_t *
doc_dependency(const struct sli_explained_dependency *d)
{
	json_t *o = json_object();

	doc_put(o, "series", doc_text(d->series));
	doc_put(o, "slo", d->slo[0] == '\0' ? json_null() : doc_text(d->slo));
	doc_put_number(o, "depth", d->depth);
	doc_put(o, "error_ratio",
	    d->has_data ? doc_real(d->error_ratio) : json_null());
	doc_put(o, "burn_rate",
	    d->has_data ? doc_real(d->burn_rate) : json_null());
	doc_put(o, "error_ratio_onset",
	    d->had_data ? doc_real(d->error_ratio_onset) : json_null());
	doc_put(o, "burn_rate_onset",
	    d->had_data ? doc_real(d->burn_rate_onset) : json_null());
	return o;
}

static json_t *
doc_annotation(const struct sli_explained_annotation *a)
{
	json_t *o = json_object();

	doc_put_time(o, "at_ns", "at", a->annotation.at_ns);
	doc_put(o, "kind", doc_text(a->annotation.kind));
	doc_put(o, "text", doc_text(a->annotation.text));
	doc_put(o, "distance_ns", json_integer(a->distance_ns));
	return o;
}

static json_t *
doc_exemplar(const struct sli_exemplar *x)
{
	json_t *o = json_object();

	doc_put_time(o, "at_ns", "at", x->at_ns);
	doc_put(o, "outcome",
	    json_string(x->outcome == SLI_BAD ? "bad" : "good"));
	doc_put_number(o, "latency_ns", x->latency_ns);
	doc_put(o, "trace_id", doc_text(x->trace_id));
	return o;
}

static json_t *
doc_explanation(const struct sli_explanation *e)
{
	json_t *o = json_object(), *dependencies = json_array();
	json_t *annotations = json_array(), *exemplars = json_array();
	uint32_t i;

	for (i = 0; i < e->dependency_count; i++)
		json_array_append_new(dependencies,
		    doc_dependency(&e->dependency[i]));
	for (i = 0; i < e->annotation_count; i++)
		json_array_append_new(annotations,
		    doc_annotation(&e->annotation[i]));
	for (i = 0; i < e->exemplar_count; i++)
		json_array_append_new(exemplars, doc_exemplar(&e->exemplar[i]));
	doc_put(o, "slo", doc_text(e->slo));
	doc_put(o, "series", doc_text(e->series));
	doc_put_time(o, "now_ns", "now_at", e->at_ns);
	doc_put(o, "burning", json_boolean(e->burning));
	doc_put(o, "record",
	    e->has_record ? record_doc(&e->record, NULL) : json_null());
	doc_put_time(o, "onset_ns", "onset_at", e->onset_ns);
	doc_put(o, "burn_rate", doc_real(e->burn_rate));
	doc_put(o, "burn_rate_onset", doc_real(e->burn_rate_onset));
	doc_put(o, "budget", doc_budget(&e->budget));
	doc_put(o, "dependencies", dependencies);
	doc_put(o, "annotations", annotations);
	doc_put(o, "exemplars", exemplars);
	return o;
}

/* Line by line, as this terminal can show it. */
static void
print_text(const struct sli_explanation *e)
{
	size_t bytes = sli_explain_text(e, NULL, 0) + 1;
	char *text = mem_array(bytes, 1), *line = text, *clean;
	char *end;

	sli_explain_text(e, text, bytes);
	for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		*end = '\0';
		clean = text_clean_new(line);
		puts(clean);
		free(clean);
	}
	free(text);
}

/* What was found in a file that was cut meanwhile is not what it had. */
static int
explain(struct sli_registry *reg, const struct options *o)
{
	struct sli_explanation e;
	struct sli_error err = { SLI_OK, "" };
	struct sli_slo *slo;

	if (sli_slo_find(reg, o->args[2], &slo) != SLI_OK)
		return report_fail(EXIT_NO, SLI_ENOENT, "%s has no SLO \"%s\"",
		    o->args[1], o->args[2]);
	if (sli_explain(slo, sli_clock_ns(), &e) != SLI_OK ||
	    sli_registry_status(reg, &err) == SLI_EIO)
		return report_file(EXIT_FILE, o->args[1], &err);
	if (o->json)
		doc_print(doc_explanation(&e));
	else
		print_text(&e);
	return report_written(EXIT_DONE);
}

int
command_explain(const struct options *o)
{
	struct sli_error err = { SLI_OK, "" };
	struct source s;
	int status;

	memset(&s, 0, sizeof(s));
	if (source_open(&s, o->args[1], &err) != SLI_OK)
		return report_file(EXIT_FILE, o->args[1], &err);
	status = explain(s.registry, o);
	source_close(&s);
	return status;
}
