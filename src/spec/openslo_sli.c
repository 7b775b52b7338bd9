/* SPDX-License-Identifier: MIT */
/*
 * Indicators of openslo/v1: a ratio of two queries, what is a ratio already, or
 * a metric with a threshold. What a query is depends on its source: here it is
 * text.
 */
#include <stdio.h>
#include <string.h>

#include "spec/format.h"
#include "spec/output.h"

/* A query that is not one text: as JSON, so that nothing is lost. */
static void
put_node(struct sli__spec_output *out, const struct sli__spec_node *node)
{
	const struct sli__spec_link *link;

	if (node->kind == SLI__SPEC_SCALAR) {
		sli__spec_put_quoted(out, node->text);
		return;
	}
	sli__spec_put(out, "%c", node->kind == SLI__SPEC_MAPPING ? '{' : '[');
	for (link = node->first; link != NULL; link = link->next) {
		if (link->key != NULL) {
			sli__spec_put_quoted(out, link->key->text);
			sli__spec_put(out, ": ");
		}
		put_node(out, link->value);
		if (link->next != NULL)
			sli__spec_put(out, ", ");
	}
	sli__spec_put(out, "%c", node->kind == SLI__SPEC_MAPPING ? '}' : ']');
}

static const char *
text_of(const struct sli__spec_at *spec)
{
	struct sli__spec_output out = { 0 };
	struct sli__spec_at query = sli__spec_field(spec, "query");
	const char *text;

	if (query.node != NULL && query.node->kind == SLI__SPEC_SCALAR)
		return query.node->text;
	put_node(&out, spec->node);
	text = sli__spec_copy(spec->loader->pool,
	    out.text != NULL ? out.text : "", out.len);
	if (out.failed)
		spec->loader->pool->failed = true;
	sli__spec_output_free(&out);
	return text;
}

/* The type of a DataSource, if the files have it. */
static const char *
source_type(const struct sli__spec_at *ref)
{
	const char *name = sli__spec_text(ref, false);
	struct sli__spec_at source, field;
	bool is_found;

	if (name == NULL)
		return "";
	source = sli__spec_resolve(ref, "DataSource", name, &is_found);
	if (!is_found)
		return "";
	field = sli__spec_field(&source, "spec");
	field.up = &source;
	source = sli__spec_field(&field, "type");
	return source.node != NULL && source.node->kind == SLI__SPEC_SCALAR ?
	    source.node->text :
	    "";
}

static void
read_metric(const struct sli__spec_at *at, bool is_counter,
    struct sli_spec_query *query)
{
	static const char *const fields[] = { "metricSource", NULL };
	static const char *const of_source[] = { "metricSourceRef", "type",
		"spec", NULL };
	struct sli__spec_at source = sli__spec_field(at, "metricSource");
	struct sli__spec_at ref = sli__spec_field(&source, "metricSourceRef");
	struct sli__spec_at type = sli__spec_field(&source, "type");
	struct sli__spec_at spec = sli__spec_field(&source, "spec");
	const char *type_text;

	if (!sli__spec_mapping(at, fields, true) ||
	    !sli__spec_mapping(&source, of_source, true))
		return;
	type_text = sli__spec_text_or_none(&type);
	/* Where the type is told, the source may be known elsewhere only. */
	if (type_text[0] == '\0')
		type_text = source_type(&ref);
	if (type_text[0] == '\0' && ref.node == NULL)
		sli__spec_complain(&source,
		    "has no type; accepted: type, or metricSourceRef");
	if (spec.node == NULL || spec.node->kind != SLI__SPEC_MAPPING)
		sli__spec_complain(&spec,
		    "is %s; accepted: a mapping, with `query` or as the source "
		    "needs it",
		    spec.node == NULL ? "missing" : "no mapping");
	else
		sli__spec_set_query(query, &spec, text_of(&spec), type_text,
		    is_counter);
}

static void
read_ratio(const struct sli__spec_at *at, struct sli_spec_indicator *indicator)
{
	static const char *const fields[] = { "counter", "good", "bad", "total",
		"rawType", "raw", NULL };
	static const char *const raw_types[] = { "success", "failure", NULL };
	struct sli__spec_at counter = sli__spec_field(at, "counter");
	struct sli__spec_at good = sli__spec_field(at, "good");
	struct sli__spec_at bad = sli__spec_field(at, "bad");
	struct sli__spec_at total = sli__spec_field(at, "total");
	struct sli__spec_at raw_type = sli__spec_field(at, "rawType");
	struct sli__spec_at raw = sli__spec_field(at, "raw");
	bool is_counter;

	if (!sli__spec_mapping(at, fields, true))
		return;
	is_counter = sli__spec_bool(&counter, false);
	if (raw.node != NULL) {
		if (good.node != NULL || bad.node != NULL || total.node != NULL)
			sli__spec_complain(&raw,
			    "is there beside good, bad or total; accepted: "
			    "either");
		indicator->kind = sli__spec_choice(&raw_type, raw_types,
				      true) == 1 ?
		    SLI_SPEC_RAW_BAD :
		    SLI_SPEC_RAW_GOOD;
		read_metric(&raw, false, &indicator->value);
		return;
	}
	if (raw_type.node != NULL)
		sli__spec_complain(&raw_type,
		    "has no meaning; accepted: with raw");
	if ((good.node != NULL) == (bad.node != NULL)) {
		sli__spec_complain(at,
		    "has %s of good and bad; accepted: one of them, and total; "
		    "or raw",
		    good.node != NULL ? "both" : "none");
		return;
	}
	indicator->kind = good.node != NULL ? SLI_SPEC_GOOD_TOTAL :
					      SLI_SPEC_BAD_TOTAL;
	if (good.node != NULL)
		read_metric(&good, is_counter, &indicator->good);
	else
		read_metric(&bad, is_counter, &indicator->bad);
	read_metric(&total, is_counter, &indicator->total);
}

static void
read_sli(const struct sli__spec_at *spec, struct sli_spec_slo *slo)
{
	static const char *const fields[] = { "description", "thresholdMetric",
		"ratioMetric", NULL };
	struct sli__spec_at threshold = sli__spec_field(spec,
	    "thresholdMetric");
	struct sli__spec_at ratio = sli__spec_field(spec, "ratioMetric");

	if (!sli__spec_mapping(spec, fields, true))
		return;
	sli__spec_openslo_description(spec, NULL);
	if ((threshold.node != NULL) == (ratio.node != NULL))
		sli__spec_complain(spec,
		    "has %s of thresholdMetric and ratioMetric; accepted: one "
		    "of them",
		    ratio.node != NULL ? "both" : "none");
	else if (ratio.node != NULL)
		read_ratio(&ratio, &slo->indicator);
	else {
		slo->indicator.kind = SLI_SPEC_LATENCY;
		read_metric(&threshold, false, &slo->indicator.value);
	}
}

/*
 * Of an SLO's spec: its indicator, or the one that it refers to. Of an SLI
 * document, which has neither: its own spec.
 */
void
sli__spec_openslo_sli(const struct sli__spec_at *spec, struct sli_spec_slo *slo)
{
	static const char *const fields[] = { "metadata", "spec", NULL };
	struct sli__spec_at inline_ = sli__spec_field(spec, "indicator");
	struct sli__spec_at ref = sli__spec_field(spec, "indicatorRef");
	struct sli__spec_at own = sli__spec_field(spec, "spec");
	struct sli__spec_at found, at;
	const char *name;
	bool is_found;

	if (spec->up == NULL) {
		read_sli(&own, slo);
		return;
	}
	if ((inline_.node != NULL) == (ref.node != NULL)) {
		sli__spec_complain(spec,
		    "has %s of indicator and indicatorRef; accepted: one of "
		    "them",
		    ref.node != NULL ? "both" : "none");
		return;
	}
	if (inline_.node != NULL) {
		at = sli__spec_field(&inline_, "metadata");
		if (!sli__spec_mapping(&inline_, fields, true))
			return;
		if (at.node != NULL)
			sli__spec_openslo_metadata(&inline_, true, NULL);
		at = sli__spec_field(&inline_, "spec");
		read_sli(&at, slo);
		return;
	}
	name = sli__spec_text(&ref, true);
	if (name == NULL)
		return;
	found = sli__spec_resolve(&ref, "SLI", name, &is_found);
	if (!is_found)
		return;
	at = sli__spec_field(&found, "spec");
	/* What is wrong there is said of that document itself. */
	spec->loader->muted++;
	read_sli(&at, slo);
	spec->loader->muted--;
}
