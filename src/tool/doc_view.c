/* SPDX-License-Identifier: MIT */
#include "doc_view.h"

#include <stdlib.h>

#include "format.h"
#include "text.h"

/* ---- indicators ---- */

json_t *
doc_titles(const struct view_names *n)
{
	json_t *array = json_array();
	uint32_t i;

	for (i = 0; i < n->count; i++)
		json_array_append_new(array, doc_text(n->names[i]));
	return array;
}

static json_t *
counts(const struct sli_counts *c, uint32_t thresholds)
{
	json_t *o = json_object(), *slow = json_array();
	double events = (double)c->good + (double)c->bad;
	uint32_t i;

	if (c->window_ns != 0) {
		doc_put_number(o, "window_ns", c->window_ns);
		doc_put_number(o, "covered_ns", c->covered_ns);
		doc_put(o, "rate",
		    c->covered_ns == 0 ? json_null() : doc_real(view_rate(c)));
	}
	doc_put_number(o, "good", c->good);
	doc_put_number(o, "bad", c->bad);
	doc_put_number(o, "shed", c->shed);
	doc_put_number(o, "ignored", c->ignored);
	for (i = 0; i < thresholds; i++)
		json_array_append_new(slow, doc_number(c->slow[i]));
	doc_put(o, "slow", slow);
	doc_put(o, "good_ratio",
	    events > 0 ? doc_real((double)c->good / events) : json_null());
	return o;
}

/* null where the rings do not reach; without events only the count. */
static json_t *
latency(const struct view_latency *l, uint32_t quantiles)
{
	static const char *const names[VIEW_QUANTILES] = { "p50_ns", "p90_ns",
		"p99_ns", "p95_ns", "p99_9_ns", "p99_99_ns" };
	json_t *o;
	uint32_t i;

	if (l->status != SLI_OK && l->status != SLI_ENODATA)
		return json_null();
	o = json_object();
	doc_put_number(o, "window_ns", l->window_ns);
	doc_put_number(o, "count", l->count);
	if (l->status != SLI_OK)
		return o;
	for (i = 0; i < quantiles; i++)
		doc_put_number(o, names[i], l->quantile_ns[i]);
	doc_put_number(o, "max_ns", l->max_ns);
	doc_put(o, "mean_ns", doc_real(l->mean_ns));
	return o;
}

static json_t *
histogram(const struct view_indicator *ind)
{
	json_t *array = json_array(), *o;
	const struct sli_bucket *b;
	uint32_t i;

	for (i = 0; i < ind->bucket_count; i++) {
		b = &ind->buckets[i];
		o = json_object();
		doc_put_number(o, "lower_ns", b->lower);
		doc_put(o, "upper_ns",
		    b->upper == UINT64_MAX ? json_null() :
					     doc_number(b->upper));
		doc_put_number(o, "count", b->count);
		json_array_append_new(array, o);
	}
	return array;
}

static void
put_indicator_details(json_t *o, const struct view *v,
    const struct view_indicator *ind)
{
	json_t *windows = json_array(), *w;
	uint32_t i;

	for (i = 0; i < v->window_count; i++) {
		w = counts(&ind->windows[i], ind->threshold_count);
		doc_put(w, "latency_good",
		    latency(&ind->good[i], VIEW_QUANTILES));
		doc_put(w, "latency_bad",
		    latency(&ind->bad[i], VIEW_QUANTILES));
		json_array_append_new(windows, w);
	}
	doc_put(o, "windows", windows);
	doc_put(o, "depends", doc_titles(&ind->depends));
	doc_put(o, "histogram_good", histogram(ind));
}

static json_t *
indicator(const struct view *v, const struct view_indicator *ind, int details)
{
	json_t *o = json_object(), *labels = json_object();
	json_t *thresholds = json_array();
	uint32_t i;
	char *key;

	doc_put(o, "name", doc_text(ind->name));
	for (i = 0; i < ind->label_count; i++) {
		key = text_clean_new(ind->labels[i].name);
		doc_put(labels, key, doc_text(ind->labels[i].value));
		free(key);
	}
	doc_put(o, "labels", labels);
	doc_put(o, "title", doc_text(ind->title));
	doc_put(o, "help", doc_text(ind->help));
	doc_put(o, "active", json_boolean(ind->active));
	doc_put_number(o, "in_flight", ind->in_flight);
	doc_put_number(o, "late", ind->late);
	doc_put_time(o, "last_ns", "last_at", ind->last_ns);
	for (i = 0; i < ind->threshold_count; i++)
		json_array_append_new(thresholds,
		    doc_number(ind->threshold_ns[i]));
	doc_put(o, "threshold_ns", thresholds);
	doc_put(o, "total", counts(&ind->total, ind->threshold_count));
	doc_put(o, "window", counts(&ind->window, ind->threshold_count));
	doc_put(o, "latency_good",
	    latency(&ind->latency, VIEW_QUANTILES_BRIEF));
	if (details)
		put_indicator_details(o, v, ind);
	return o;
}

/* ---- the file ---- */

static json_t *
levels(const struct sli_level *level)
{
	json_t *array = json_array(), *o;
	uint32_t i;

	for (i = 0; i < SLI_LEVELS_MAX && level[i].slot_ns != 0; i++) {
		o = json_object();
		doc_put_number(o, "slot_ns", level[i].slot_ns);
		doc_put_number(o, "slots", level[i].slots);
		json_array_append_new(array, o);
	}
	return array;
}

static json_t *
file(const struct view *v, const char *path)
{
	const struct sli_registry_info *info = &v->info;
	json_t *o = json_object();

	doc_put(o, "path", doc_text(path));
	doc_put(o, "version", doc_text(info->version));
	doc_put_time(o, "created_ns", "created_at", info->created_ns);
	doc_put_time(o, "synced_ns", "synced_at", info->synced_ns);
	doc_put_number(o, "size_bytes", info->size_bytes);
	doc_put_number(o, "used_bytes", info->used_bytes);
	doc_put_number(o, "indicator_count", info->indicator_count);
	doc_put_number(o, "max_indicators", info->max_indicators);
	doc_put_number(o, "slo_count", info->slo_count);
	doc_put_number(o, "max_slos", info->max_slos);
	doc_put_number(o, "shards", info->shards);
	doc_put_number(o, "atomic_shards", info->atomic_shards);
	doc_put_number(o, "writer_shards", info->writer_shards);
	doc_put_number(o, "process_count", info->process_count);
	doc_put_number(o, "open_count", info->open_count);
	doc_put_number(o, "audit_count", info->audit_count);
	doc_put(o, "history", levels(info->history));
	doc_put(o, "latency", levels(info->latency));
	return o;
}

json_t *
doc_audits(const struct sli_audit *audits, uint32_t count)
{
	json_t *array = json_array(), *o;
	uint32_t i;

	for (i = 0; i < count; i++) {
		o = json_object();
		doc_put_number(o, "at_ns", audits[i].at_ns);
		doc_put(o, "at", doc_time(audits[i].at_ns));
		doc_put(o, "kind", json_string(format_audit(audits[i].kind)));
		doc_put_number(o, "uid", audits[i].uid);
		doc_put_number(o, "value", audits[i].value);
		doc_put(o, "subject", doc_text(audits[i].subject));
		doc_put(o, "why", doc_text(audits[i].why));
		json_array_append_new(array, o);
	}
	return array;
}

json_t *
doc_annotations(const struct view *v)
{
	json_t *array = json_array(), *o;
	uint32_t i;

	for (i = 0; i < v->annotation_count; i++) {
		o = json_object();
		doc_put_number(o, "at_ns", v->annotations[i].at_ns);
		doc_put(o, "at", doc_time(v->annotations[i].at_ns));
		doc_put(o, "kind", doc_text(v->annotations[i].kind));
		doc_put(o, "text", doc_text(v->annotations[i].text));
		json_array_append_new(array, o);
	}
	return array;
}

/* ---- all of it ---- */

json_t *
doc_view(const struct view *v, const char *path)
{
	json_t *o = json_object(), *indicators = json_array();
	json_t *slos = json_array();
	uint32_t i;

	doc_put(o, "file", file(v, path));
	doc_put_time(o, "now_ns", "now_at", v->now_ns);
	doc_put_number(o, "window_ns", v->window_ns);
	for (i = 0; i < v->indicator_count; i++)
		json_array_append_new(indicators,
		    indicator(v, &v->indicators[i], v->has_details));
	for (i = 0; i < v->slo_count; i++)
		json_array_append_new(slos,
		    doc_slo(v, &v->slos[i], v->has_details));
	doc_put(o, "indicators", indicators);
	doc_put(o, "slos", slos);
	return o;
}
