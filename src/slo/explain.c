/* SPDX-License-Identifier: MIT */
/*
 * Why an SLO burns: nothing is concluded here, but what is known is put beside
 * each other, at the onset and now. All of it is read, and none is kept.
 */
#include <string.h>

#include <sli/context.h>

#include "base/text.h"
#include "indicator/labels.h"
#include "slo/dependency.h"
#include "slo/windows.h"

#define BURN_NS SLI_MINUTES(5) /* what a burn rate is measured over */
#define DEPTH_MAX 4
#define BEFORE_NS SLI_DAYS(1) /* annotations, from the onset */
#define AFTER_NS SLI_HOURS(1)
#define LEAD_NS SLI_MINUTES(5) /* exemplars, before the onset */
#define INCIDENT_NS SLI_HOURS(1)

/* Where we look: the 5 min from the onset on, and the last 5 min. */
struct look {
	const struct sli_slo *slo; /* that is explained */
	uint64_t now_ns;
	uint64_t from_ns, to_ns; /* from the onset, or so much up to now */
};

/* An indicator's events in both. */
struct seen {
	struct sli__events now, onset;
};

static void
read_events(const struct look *look, struct sli_indicator *ind,
    struct seen *seen)
{
	struct sli__moment m = sli__advance_to(ind, look->now_ns);
	uint64_t window_ns[3] = { BURN_NS,
		max_u64(look->now_ns - look->from_ns, 1),
		look->now_ns - look->to_ns };
	uint32_t n = window_ns[2] > 0 ? 3 : 2, i;
	struct sli__events e[3];

	memset(e, 0, sizeof(e));
	sli__windows(ind, m, window_ns, n, e);
	seen->now = e[0];
	/* The longer window has what the shorter has, but for their edges. */
	for (i = 0; i < SLI__EVENT_CELLS; i++)
		seen->onset.cell[i] = sub_floor(e[1].cell[i], e[2].cell[i]);
	seen->onset.covered_ns = sub_floor(e[1].covered_ns, e[2].covered_ns);
}

/* The first SLO of an indicator that is alive; NULL: it has none. */
static const struct sli_slo *
slo_of(const struct sli_indicator *ind)
{
	uint64_t i, count = sli__slo_count(ind->registry);
	const struct sli_slo *slo;

	for (i = 0; i < count; i++) {
		slo = sli__slo_get(ind->registry, i);
		if (slo != NULL && slo->ind == ind)
			return slo;
	}
	return NULL;
}

/* What is bad by its own SLO; without one, what failed. */
static struct sli__tally
tally_of(const struct sli_slo *its, const struct sli__events *e)
{
	struct sli__tally t = { sli__events_good(e), e->cell[SLI__BAD],
		e->covered_ns };

	return its != NULL ? sli__slo_tally(its, e) : t;
}

static double
ratio_of(const struct sli__tally *t)
{
	double total = (double)t->good + (double)t->bad;

	return total > 0 ? (double)t->bad / total : 0;
}

static double
burn_of(const struct sli_slo *slo, const struct sli__tally *t)
{
	return ratio_of(t) * (double)PPB / (double)slo->budget_ppb;
}

static void
name_series(const struct sli_indicator *ind, char name[SLI_NAME_MAX + 1])
{
	char series[SLI__SERIES_MAX + 1];
	size_t n;

	sli__labels_series(&ind->spec, series);
	n = sli__text_cut(series, SLI_NAME_MAX);
	memcpy(name, series, n);
	name[n] = '\0';
}

/* ---- dependencies ---- */

static void
read_dependency(const struct look *look, struct sli_indicator *ind,
    uint32_t depth, struct sli_explained_dependency *out)
{
	const struct sli_slo *its = slo_of(ind);
	const struct sli_slo *budget = its != NULL ? its : look->slo;
	struct sli__tally now, onset;
	struct seen seen;

	memset(out, 0, sizeof(*out));
	read_events(look, ind, &seen);
	now = tally_of(its, &seen.now);
	onset = tally_of(its, &seen.onset);
	name_series(ind, out->series);
	if (its != NULL)
		memcpy(out->slo, its->spec.name, sizeof(out->slo));
	out->depth = depth;
	out->has_data = now.good > 0 || now.bad > 0;
	out->had_data = onset.good > 0 || onset.bad > 0;
	out->error_ratio = ratio_of(&now);
	out->error_ratio_onset = ratio_of(&onset);
	out->burn_rate = burn_of(budget, &now);
	out->burn_rate_onset = burn_of(budget, &onset);
}

static double
worst_burn(const struct sli_explained_dependency *d)
{
	return d->burn_rate > d->burn_rate_onset ? d->burn_rate :
						   d->burn_rate_onset;
}

/* Of two that burn alike, the nearer one first. */
static void
add_dependency(struct sli_explanation *out,
    const struct sli_explained_dependency *d)
{
	struct sli_explained_dependency *list = out->dependency;
	uint32_t i = out->dependency_count;

	while (i > 0 && worst_burn(d) > worst_burn(&list[i - 1]))
		i--;
	if (i == SLI_EXPLAIN_DEPENDENCIES)
		return;
	if (out->dependency_count < SLI_EXPLAIN_DEPENDENCIES)
		out->dependency_count++;
	memmove(&list[i + 1], &list[i],
	    (out->dependency_count - i - 1) * sizeof(*list));
	list[i] = *d;
}

/* Breadth first, each once: an edge leads to one indicator at the most. */
struct walk {
	uint32_t count;
	struct sli_indicator *at[SLI_DEPENDENCIES_MAX + 1];
	uint32_t depth[SLI_DEPENDENCIES_MAX + 1];
};

static void
visit(struct walk *walk, struct sli_indicator *ind, uint32_t depth)
{
	uint32_t i;

	for (i = 0; i < walk->count; i++)
		if (walk->at[i] == ind)
			return;
	/* The table may have changed meanwhile. */
	if (walk->count > SLI_DEPENDENCIES_MAX)
		return;
	walk->at[walk->count] = ind;
	walk->depth[walk->count++] = depth;
}

static void
find_dependencies(const struct look *look, struct sli_explanation *out)
{
	struct sli_explained_dependency d;
	struct sli_indicator *on;
	struct walk walk;
	uint32_t i, place;

	walk.count = 0;
	visit(&walk, look->slo->ind, 0);
	for (i = 0; i < walk.count; i++) {
		if (i > 0) {
			read_dependency(look, walk.at[i], walk.depth[i], &d);
			add_dependency(out, &d);
		}
		if (walk.depth[i] == DEPTH_MAX)
			continue;
		place = 0;
		while ((on = sli__dependency_next(walk.at[i], &place)) != NULL)
			visit(&walk, on, walk.depth[i] + 1);
	}
}

/* ---- annotations ---- */

static uint64_t
length_of(int64_t distance_ns)
{
	return distance_ns < 0 ? (uint64_t)-distance_ns : (uint64_t)distance_ns;
}

/* Of two as far, the one before the onset is nearer. */
static bool
is_nearer(int64_t a, int64_t b)
{
	if (length_of(a) != length_of(b))
		return length_of(a) < length_of(b);
	return a < b;
}

static void
add_annotation(struct sli_explanation *out, const struct sli_annotation *a)
{
	struct sli_explained_annotation *list = out->annotation;
	uint32_t i = out->annotation_count;
	int64_t distance_ns = (int64_t)(a->at_ns - out->onset_ns);

	while (i > 0 && is_nearer(distance_ns, list[i - 1].distance_ns))
		i--;
	if (i == SLI_EXPLAIN_ANNOTATIONS)
		return;
	if (out->annotation_count < SLI_EXPLAIN_ANNOTATIONS)
		out->annotation_count++;
	memmove(&list[i + 1], &list[i],
	    (out->annotation_count - i - 1) * sizeof(*list));
	list[i].annotation = *a;
	list[i].distance_ns = distance_ns;
}

static void
find_annotations(const struct sli_registry *reg, struct sli_explanation *out)
{
	struct sli_annotation a;
	uint32_t back;
	int status;

	for (back = 0;; back++) {
		status = sli_annotation_read(reg, back, &a);
		if (status == SLI_ENOENT)
			return;
		if (status == SLI_OK &&
		    add_cap(a.at_ns, BEFORE_NS) >= out->onset_ns &&
		    sub_floor(a.at_ns, AFTER_NS) <= out->onset_ns)
			add_annotation(out, &a);
	}
}

/* ---- the SLO itself ---- */

/* A page, a ticket, an outage. */
static uint32_t
rank_of(const struct sli_alert_record *record)
{
	if (record->kind == SLI_ALERT_OUTAGE)
		return 2;
	return record->severity == SLI_PAGE ? 0 : 1;
}

/* Both are over: do they overlap, or end about together? */
static bool
is_same_incident(const struct sli_alert_record *a,
    const struct sli_alert_record *b)
{
	if (a->onset_ns < b->end_ns && b->onset_ns < a->end_ns)
		return true;
	return a->end_ns > b->end_ns ? a->end_ns - b->end_ns <= INCIDENT_NS :
				       b->end_ns - a->end_ns <= INCIDENT_NS;
}

/*
 * What is under way comes before what is over, then a page before a ticket, and
 * then the shorter window, whose onset is the more exact. Else the last to
 * begin, and of its incident the page: an outage may be a splinter of it.
 */
static bool
is_better(const struct sli_alert_record *a, const struct sli_alert_record *b)
{
	if ((a->end_ns == 0) != (b->end_ns == 0))
		return a->end_ns == 0;
	if (a->end_ns != 0)
		return rank_of(a) < rank_of(b) && is_same_incident(a, b);
	return a->severity != b->severity ? a->severity == SLI_PAGE :
					    a->long_ns < b->long_ns;
}

static void
find_record(const struct sli_slo *slo, struct sli_explanation *out)
{
	const struct sli_registry *reg = slo->ind->registry;
	struct sli_alert_record record;
	uint32_t back;
	int status;

	for (back = 0;; back++) {
		status = sli_alert_read(reg, back, &record);
		if (status == SLI_ENOENT)
			break;
		if (status != SLI_OK ||
		    strcmp(record.slo, slo->spec.name) != 0 ||
		    (out->has_record && !is_better(&record, &out->record)))
			continue;
		out->has_record = 1;
		out->record = record;
	}
	out->burning = out->has_record && out->record.end_ns == 0;
}

static void
find_exemplars(const struct sli_slo *slo, struct sli_explanation *out)
{
	bool is_over = out->has_record && !out->burning;
	uint64_t to_ns = is_over ? out->record.end_ns : add_cap(out->at_ns, 1);

	out->exemplar_count = sli_exemplars(slo->ind,
	    sub_floor(out->onset_ns, LEAD_NS), to_ns, out->exemplar,
	    SLI_EXPLAIN_EXEMPLARS);
}

int
sli_explain(struct sli_slo *slo, uint64_t now_ns, struct sli_explanation *out)
{
	struct sli__tally now, onset;
	struct look look;
	struct seen seen;

	if (slo == NULL || out == NULL)
		return SLI_EINVAL;
	memset(out, 0, sizeof(*out));
	memcpy(out->slo, slo->spec.name, sizeof(out->slo));
	name_series(slo->ind, out->series);
	out->at_ns = now_ns;
	out->method = (enum sli_method)slo->spec.method;
	sli_slo_budget(slo, now_ns, &out->budget);
	find_record(slo, out);
	out->onset_ns = out->has_record ? out->record.onset_ns : now_ns;
	look.slo = slo;
	look.now_ns = now_ns;
	look.to_ns = min_u64(now_ns, add_cap(out->onset_ns, BURN_NS));
	look.from_ns = sub_floor(look.to_ns, BURN_NS);
	read_events(&look, slo->ind, &seen);
	now = sli__slo_tally(slo, &seen.now);
	onset = sli__slo_tally(slo, &seen.onset);
	out->burn_rate = burn_of(slo, &now);
	out->burn_rate_onset = burn_of(slo, &onset);
	find_dependencies(&look, out);
	find_annotations(slo->ind->registry, out);
	find_exemplars(slo, out);
	return SLI_OK;
}
