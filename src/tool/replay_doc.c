/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "doc.h"
#include "record.h"
#include "replay_print.h"

static json_t *
problems(const struct replay_track *t)
{
	json_t *list = json_array();
	uint32_t i;

	for (i = 0; i < t->problem_count; i++)
		json_array_append_new(list,
		    json_pack("{s:o, s:o, s:o}", "file",
			doc_text(t->problem[i].path), "line",
			doc_number(t->problem[i].line), "message",
			doc_text(t->problem[i].why.text)));
	return list;
}

static json_t *
troubles(const struct replay_track *t)
{
	json_t *list = json_array();
	uint32_t i;

	for (i = 0; i < t->trouble_count; i++)
		json_array_append_new(list, doc_text(t->trouble[i]));
	return list;
}

static json_t *
latency(const struct sli_histogram *h)
{
	static const struct {
		const char *key;
		double q;
	} quantiles[] = { { "p50_ns", 0.5 }, { "p90_ns", 0.9 },
		{ "p99_ns", 0.99 }, { "p999_ns", 0.999 }, { "max_ns", 1 } };
	json_t *doc = json_object();
	uint64_t ns;
	size_t i;

	doc_put_number(doc, "count", sli_histogram_count(h));
	for (i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++)
		if (sli_histogram_quantile(h, quantiles[i].q, &ns) == SLI_OK)
			doc_put_number(doc, quantiles[i].key, ns);
	return doc;
}

static json_t *
groups(const struct replay_track *t)
{
	json_t *list = json_array(), *doc, *slow;
	struct sli_counts counts;
	uint32_t i, k;

	for (i = 0; i < LOG_GROUPS_MAX; i++) {
		if (t->group[i] == NULL)
			continue;
		sli_total_counts(t->group[i]->indicator, &counts);
		doc = json_object();
		doc_put(doc, "group", doc_text(t->group[i]->name));
		doc_put_number(doc, "good", counts.good);
		doc_put_number(doc, "bad", counts.bad);
		doc_put_number(doc, "shed", counts.shed);
		doc_put_number(doc, "ignored", counts.ignored);
		slow = json_array();
		for (k = 0; k < t->config.threshold_count; k++)
			json_array_append_new(slow,
			    json_pack("{s:o, s:o}", "threshold_ns",
				doc_number(t->config.threshold_ns[k]), "count",
				doc_number(counts.slow[k])));
		doc_put(doc, "slow", slow);
		doc_put(doc, "good_latency", latency(t->group[i]->latency));
		json_array_append_new(list, doc);
	}
	return list;
}

static json_t *
samples(const struct track_slo *s)
{
	json_t *list = json_array(), *doc;
	uint32_t i;

	for (i = 0; i < s->sample_count; i++) {
		doc = json_object();
		doc_put_time(doc, "at_ns", "at", s->sample[i].at_ns);
		doc_put(doc, "remaining", doc_real(s->sample[i].remaining));
		json_array_append_new(list, doc);
	}
	return list;
}

static json_t *
describe_slo(const struct replay_track *t, const struct track_slo *s)
{
	struct replay_alerts alerts;
	json_t *doc = json_object();
	uint64_t good, bad;

	replay_count_alerts(t, s, &alerts);
	replay_totals(t, s, &good, &bad);
	doc_put(doc, "name", doc_text(sli_slo_name(s->slo)));
	doc_put(doc, "group", doc_text(t->group[s->group]->name));
	doc_put(doc, "objective", doc_real(s->cfg->objective));
	doc_put_number(doc, "threshold_ns", s->cfg->threshold_ns);
	doc_put_number(doc, "good", good);
	doc_put_number(doc, "bad", bad);
	doc_put(doc, "sli",
	    good + bad == 0 ? json_null() :
			      doc_real((double)good / (double)(good + bad)));
	doc_put(doc, "remaining",
	    s->last.has_data ? doc_real(s->last.remaining) : json_null());
	doc_put(doc, "worst",
	    s->worst_ns == 0 ? json_null() : doc_real(s->worst));
	doc_put_time(doc, "worst_ns", "worst_at", s->worst_ns);
	doc_put(doc, "met_of",
	    json_string(
		s->cfg->calendar == SLI_ROLLING ? "minutes" : "periods"));
	doc_put_number(doc, "judged", s->judged);
	doc_put_number(doc, "met", s->met);
	doc_put_number(doc, "pages", alerts.pages);
	doc_put_number(doc, "tickets", alerts.tickets);
	doc_put_number(doc, "outages", alerts.outages);
	doc_put(doc, "budget", samples(s));
	return doc;
}

static json_t *
slos(const struct replay_track *t)
{
	json_t *list = json_array();
	uint32_t i;

	for (i = 0; i < t->slo_count; i++)
		json_array_append_new(list, describe_slo(t, &t->slo[i]));
	return list;
}

static json_t *
alerts(const struct replay_track *t)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < t->alert_count; i++)
		if (t->alert[i].slo[0] != '\0')
			json_array_append_new(list,
			    record_doc(&t->alert[i], NULL));
	return list;
}

json_t *
replay_document(const struct replay_result *r)
{
	json_t *doc = json_object();

	doc_put_time(doc, "from_ns", "from_at", r->from_ns);
	doc_put_time(doc, "to_ns", "to_at", r->to_ns);
	doc_put_number(doc, "lines", r->lines);
	doc_put_number(doc, "used", r->used);
	doc_put_number(doc, "malformed", r->malformed);
	doc_put_number(doc, "late", r->late);
	doc_put_number(doc, "outside", r->track->outside);
	doc_put(doc, "problems", problems(r->track));
	doc_put(doc, "troubles", troubles(r->track));
	doc_put(doc, "requests", groups(r->track));
	doc_put(doc, "slos", slos(r->track));
	doc_put(doc, "alerts", alerts(r->track));
	return doc;
}
