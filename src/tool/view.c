/* SPDX-License-Identifier: MIT */
#include "view.h"

#include <stdlib.h>
#include <string.h>

#include "detail.h"
#include "mem.h"
#include "name.h"
#include "report.h"

const double view_quantiles[VIEW_QUANTILES] = { 0.5, 0.9, 0.99, 0.95, 0.999,
	0.9999 };

double
view_rate(const struct sli_counts *counts)
{
	uint64_t ns = counts->covered_ns;
	double events;

	if (ns == 0)
		return -1;
	events = (double)counts->good + (double)counts->bad +
	    (double)counts->shed + (double)counts->ignored;
	return events * 1e9 / (double)ns;
}

uint64_t
view_reach(const struct sli_registry_info *info)
{
	const struct sli_level *level;
	uint64_t reach, best = 0;
	uint32_t i;

	for (i = 0; i < SLI_LEVELS_MAX; i++) {
		level = &info->history[i];
		if (level->slot_ns == 0 || level->slots == 0)
			break;
		/* A file may say anything: no wrapping around. */
		reach = level->slots - 1 > UINT64_MAX / level->slot_ns ?
		    UINT64_MAX :
		    level->slot_ns * (level->slots - 1);
		if (reach > best)
			best = reach;
	}
	return best;
}

uint32_t
view_windows(const struct sli_registry_info *info, uint64_t own,
    uint64_t out[VIEW_WINDOWS_MAX])
{
	const uint64_t usual[] = { SLI_SECONDS(10), SLI_MINUTES(1),
		SLI_MINUTES(5), SLI_HOURS(1), SLI_HOURS(6), SLI_DAYS(1),
		SLI_DAYS(3), SLI_DAYS(7), SLI_DAYS(30) };
	uint64_t reach = view_reach(info);
	uint32_t i, n = 0;

	for (i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		if (own != 0 && own < usual[i]) {
			out[n++] = own;
			own = 0;
		}
		if (own == usual[i])
			own = 0;
		if (usual[i] <= reach)
			out[n++] = usual[i];
	}
	if (own != 0)
		out[n++] = own;
	if (n == 0)
		out[n++] = reach == 0 ? usual[0] : reach;
	return n;
}

/* Returns what is behind the copy. */
static char *
copy_text(char *to, const char *from)
{
	size_t size = strlen(from) + 1;

	memcpy(to, from, size);
	return to + size;
}

/* The array and its texts are one piece of memory. */
static void
copy_labels(struct view_indicator *to, const struct sli_indicator_view *from)
{
	size_t bytes = from->label_count * sizeof(*to->labels);
	uint32_t i;
	char *text;

	for (i = 0; i < from->label_count; i++)
		bytes += strlen(from->labels[i].name) +
		    strlen(from->labels[i].value) + 2;
	to->labels = mem_array(bytes, 1);
	to->label_count = from->label_count;
	text = (char *)&to->labels[from->label_count];
	for (i = 0; i < from->label_count; i++) {
		to->labels[i].name = text;
		text = copy_text(text, from->labels[i].name);
		to->labels[i].value = text;
		text = copy_text(text, from->labels[i].value);
	}
}

static struct view_indicator *
collect_indicator(struct view_request *r, uint32_t index,
    const struct sli_indicator_view *from)
{
	struct view *v = r->into;
	struct view_indicator *to = &v->indicators[v->indicator_count++];

	to->index = index;
	to->name = mem_string(from->name);
	to->help = mem_string(from->help);
	copy_labels(to, from);
	to->title = name_title_new(to->name, to->labels, to->label_count);
	to->brief = name_short_new(to->name, to->labels, to->label_count);
	memcpy(to->threshold_ns, from->threshold_ns, sizeof(to->threshold_ns));
	to->threshold_count = from->threshold_count < SLI_THRESHOLDS_MAX ?
	    from->threshold_count :
	    SLI_THRESHOLDS_MAX;
	to->lowest_ns = from->lowest_ns;
	to->highest_ns = from->highest_ns;
	to->precision_bits = from->precision_bits;
	to->total = from->total;
	to->in_flight = from->in_flight;
	to->late = from->late;
	to->last_ns = from->last_ns;
	to->active = from->active;
	sli_window_counts(from->indicator, v->now_ns, v->window_ns,
	    &to->window);
	detail_latency(r, to, from->indicator, SLI_GOOD, v->window_ns,
	    VIEW_QUANTILES_BRIEF, &to->latency);
	if (r->only != NULL)
		detail_indicator(r, to, from->indicator);
	return to;
}

static void
collect_slo(struct view_request *r, const struct sli_slo_view *from,
    const char *title)
{
	struct view_slo *to = &r->into->slos[r->into->slo_count++];

	/* Its texts are gone with the snapshot. */
	to->is = *from;
	to->is.name = to->name = mem_string(from->name);
	to->is.time_zone = to->time_zone = mem_string(from->time_zone);
	to->indicator_title = mem_string(title);
	if (sli_slo_outage(from->slo, r->into->now_ns, &to->outage) != SLI_OK)
		memset(&to->outage, 0, sizeof(to->outage));
	if (r->only != NULL)
		detail_slo(r, to, from->slo);
}

static char *
title_new(const struct sli_indicator_view *ind)
{
	return name_title_new(ind->name, ind->labels, ind->label_count);
}

/* Of an indicator that this one depends on. */
static char *
title_of_new(const struct sli_snapshot *snapshot,
    const struct sli_indicator *on)
{
	uint32_t i, n = sli_snapshot_indicator_count(snapshot);
	struct sli_indicator_view view;

	for (i = 0; i < n; i++)
		if (sli_snapshot_indicator(snapshot, i, &view) == SLI_OK &&
		    view.indicator == on)
			return title_new(&view);
	return mem_string(sli_indicator_name(on));
}

static void
collect_depends(const struct sli_snapshot *snapshot, struct sli_indicator *ind,
    struct view_names *to)
{
	struct sli_indicator *on;

	while (to->count < SLI_DEPENDENCIES_MAX &&
	    sli_dependency(ind, to->count, &on) == SLI_OK) {
		to->names = mem_resize(to->names, to->count + 1,
		    sizeof(*to->names));
		to->names[to->count++] = title_of_new(snapshot, on);
	}
}

static void
collect_slos(struct view_request *r, const struct sli_snapshot *snapshot)
{
	uint32_t i, n = sli_snapshot_slo_count(snapshot);
	struct sli_indicator_view owner;
	struct sli_slo_view slo;
	char *title;
	int owned;

	r->into->slos = mem_array(n, sizeof(*r->into->slos));
	for (i = 0; i < n; i++) {
		if (sli_snapshot_slo(snapshot, i, &slo) != SLI_OK)
			continue;
		if (r->only != NULL &&
		    (!r->only->is_bare || strcmp(r->only->name, slo.name) != 0))
			continue;
		owned = sli_snapshot_indicator(snapshot, slo.indicator_index,
			    &owner) == SLI_OK;
		title = owned ? title_new(&owner) : mem_string("");
		collect_slo(r, &slo, title);
		if (owned && r->only != NULL)
			collect_depends(snapshot, owner.indicator,
			    &r->into->slos[r->into->slo_count - 1].depends);
		free(title);
	}
}

/* The flush's callback. */
static void
collect(const struct sli_snapshot *snapshot, void *arg)
{
	struct view_request *r = arg;
	uint32_t i, n = sli_snapshot_indicator_count(snapshot);
	struct sli_indicator_view from;
	struct view_indicator *to;

	r->into->indicators = mem_array(n, sizeof(*r->into->indicators));
	for (i = 0; i < n; i++) {
		if (sli_snapshot_indicator(snapshot, i, &from) != SLI_OK)
			continue;
		if (r->only != NULL &&
		    !selector_matches(r->only, from.name, from.labels,
			from.label_count))
			continue;
		to = collect_indicator(r, i, &from);
		if (r->only != NULL)
			collect_depends(snapshot, from.indicator, &to->depends);
	}
	collect_slos(r, snapshot);
}

typedef int read_fn(const struct sli_registry *reg, uint32_t back, void *array,
    uint32_t at);

static int
read_audit(const struct sli_registry *reg, uint32_t back, void *array,
    uint32_t at)
{
	return sli_audit_read(reg, back, (struct sli_audit *)array + at);
}

static int
read_annotation(const struct sli_registry *reg, uint32_t back, void *array,
    uint32_t at)
{
	return sli_annotation_read(reg, back,
	    (struct sli_annotation *)array + at);
}

static int
read_record(const struct sli_registry *reg, uint32_t back, void *array,
    uint32_t at)
{
	return sli_alert_read(reg, back, (struct sli_alert_record *)array + at);
}

/* How many there are; one that is damaged hides none behind it. */
static uint32_t
read_newest(const struct sli_registry *reg, read_fn *read, void *array,
    uint32_t most, uint32_t kept)
{
	uint32_t back, n = 0;
	int status = SLI_OK;

	for (back = 0; back < kept && n < most && status != SLI_ENOENT;
	     back++) {
		status = read(reg, back, array, n);
		n += status == SLI_OK;
	}
	return n;
}

static void
collect_logs(struct view *v, const struct sli_registry *reg,
    const struct view_request *r)
{
	v->audits = mem_array(r->audits, sizeof(*v->audits));
	v->audit_count = read_newest(reg, read_audit, v->audits, r->audits,
	    SLI_AUDIT_MAX);
	v->annotations = mem_array(r->annotations, sizeof(*v->annotations));
	v->annotation_count = read_newest(reg, read_annotation, v->annotations,
	    r->annotations, SLI_ANNOTATION_MAX);
	v->records = mem_array(r->records, sizeof(*v->records));
	v->record_count = read_newest(reg, read_record, v->records, r->records,
	    SLI_ALERT_LOG_MAX);
}

int
view_collect(struct view *v, struct sli_registry *reg,
    struct view_request *request, struct sli_error *err)
{
	int status;

	memset(v, 0, sizeof(*v));
	status = sli_registry_info(reg, &v->info);
	if (status != SLI_OK)
		return report_set(err, status, "%s", sli_strerror(status));
	v->now_ns = sli_clock_ns();
	v->window_ns = request->window_ns;
	v->window_count = view_windows(&v->info, v->window_ns, v->windows);
	v->has_details = request->only != NULL;
	request->into = v;
	status = sli_flush(reg, v->now_ns, collect, request);
	if (status != SLI_OK) {
		view_free(v);
		return report_set(err, status,
		    "the registry cannot be read: "
		    "%s",
		    sli_strerror(status));
	}
	collect_logs(v, reg, request);
	return SLI_OK;
}

static void
free_names(struct view_names *n)
{
	uint32_t i;

	for (i = 0; i < n->count; i++)
		free(n->names[i]);
	free(n->names);
}

static void
free_indicator(struct view_indicator *i)
{
	free(i->labels);
	free(i->name);
	free(i->title);
	free(i->brief);
	free(i->help);
	free(i->buckets);
	free_names(&i->depends);
}

static void
free_slo(struct view_slo *s)
{
	uint32_t k;

	for (k = 0; k < s->alert_count; k++)
		free(s->alerts[k].reason);
	free(s->name);
	free(s->time_zone);
	free(s->indicator_title);
	free_names(&s->depends);
}

void
view_free(struct view *v)
{
	uint32_t i;

	for (i = 0; i < v->indicator_count; i++)
		free_indicator(&v->indicators[i]);
	for (i = 0; i < v->slo_count; i++)
		free_slo(&v->slos[i]);
	free(v->indicators);
	free(v->slos);
	free(v->audits);
	free(v->annotations);
	free(v->records);
	memset(v, 0, sizeof(*v));
}

void
view_request_end(struct view_request *request)
{
	sli_histogram_destroy(request->scratch);
	request->scratch = NULL;
}
