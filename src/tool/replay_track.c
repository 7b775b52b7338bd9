/* SPDX-License-Identifier: MIT */
#include "replay_track.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "report.h"
#include "text.h"

#define FIRST_STEP_NS SLI_MINUTES(1)
#define INDICATOR "requests"

/* ---- budgets ---- */

/* Of two neighbours the lesser stays, so that no dip is lost. */
static void
halve(struct track_slo *s)
{
	uint32_t i;

	for (i = 0; i + 1 < s->sample_count; i += 2) {
		s->sample[i / 2] = s->sample[i + 1];
		if (s->sample[i].remaining < s->sample[i + 1].remaining)
			s->sample[i / 2].remaining = s->sample[i].remaining;
	}
	s->sample_count /= 2;
	s->step_ns *= 2;
}

static void
add_sample(struct track_slo *s, uint64_t at_ns, double remaining)
{
	struct track_sample *last;

	if (s->sample_count > 0) {
		last = &s->sample[s->sample_count - 1];
		if (at_ns / s->step_ns == last->at_ns / s->step_ns) {
			if (remaining < last->remaining)
				last->remaining = remaining;
			return;
		}
	}
	if (s->sample_count == TRACK_SAMPLES)
		halve(s);
	s->sample[s->sample_count].at_ns = at_ns;
	s->sample[s->sample_count++].remaining = remaining;
}

/*
 * A rolling period is judged at every look once there is a whole one; one of
 * the calendar when another has begun, as it was at the last look at it.
 */
static void
judge(struct track_slo *s, const struct sli_budget *now)
{
	const struct sli_budget *b = now;

	if (s->cfg->calendar != SLI_ROLLING)
		b = s->last.from_ns != now->from_ns ? &s->last : NULL;
	else if (now->covered_ns + SLI_MINUTES(1) <
	    replay_config_period(s->cfg))
		b = NULL;
	if (b == NULL || !b->has_data)
		return;
	s->judged++;
	s->met += b->remaining >= 0;
}

static void
look(struct track_slo *s, uint64_t at_ns)
{
	struct sli_budget budget;

	if (sli_slo_budget(s->slo, at_ns, &budget) != SLI_OK)
		return;
	judge(s, &budget);
	if (budget.has_data) {
		add_sample(s, at_ns, budget.remaining);
		if (s->worst_ns == 0 || budget.remaining < s->worst) {
			s->worst = budget.remaining;
			s->worst_ns = at_ns;
		}
	}
	s->last = budget;
}

/* ---- alerts ---- */

static void
keep_alert(struct replay_track *t, const struct sli_alert_record *record)
{
	if (record->number >= t->alert_count) {
		t->alert = mem_resize(t->alert, record->number + 1,
		    sizeof(*t->alert));
		memset(&t->alert[t->alert_count], 0,
		    (record->number + 1 - t->alert_count) * sizeof(*t->alert));
		t->alert_count = record->number + 1;
	}
	t->alert[record->number] = *record;
}

/* What has begun, and what was under way, since the log only has the last. */
static void
read_alerts(struct replay_track *t, struct sli_registry *reg)
{
	struct sli_alert_record record;
	uint32_t back;
	int status;

	for (back = 0;; back++) {
		status = sli_alert_read(reg, back, &record);
		if (status == SLI_EBUSY)
			continue;
		if (status != SLI_OK || record.number < t->settled)
			break;
		keep_alert(t, &record);
	}
	while (t->settled < t->alert_count && t->alert[t->settled].end_ns != 0)
		t->settled++;
}

void
track_look(struct replay_track *t, struct sli_registry *reg, uint64_t at_ns)
{
	uint32_t i;

	read_alerts(t, reg);
	for (i = 0; i < t->slo_count; i++)
		look(&t->slo[i], at_ns);
}

/* The last minute of a period of the calendar need not have an event. */
static void
judge_last(struct track_slo *s, uint64_t end_ns)
{
	if (s->cfg->calendar == SLI_ROLLING || !s->last.has_data ||
	    s->last.to_ns > end_ns + SLI_MINUTES(1))
		return;
	s->judged++;
	s->met += s->last.remaining >= 0;
}

void
track_finish(struct replay_track *t, struct sli_registry *reg, uint64_t end_ns)
{
	uint32_t i;

	track_look(t, reg, end_ns - 1);
	sli_advance(reg, end_ns);
	read_alerts(t, reg);
	for (i = 0; i < t->slo_count; i++)
		judge_last(&t->slo[i], end_ns);
}

/* ---- groups ---- */

/* What a name of an SLO may hold: [A-Za-z0-9_.:-]. */
static char *
name_of(const struct track_group *group, const char *slo)
{
	char *name, *at;

	if (*group->name == '\0')
		return mem_string(slo);
	name = mem_print("%s:%s", slo, group->name);
	for (at = name; *at != '\0'; at++)
		if (!isalnum((unsigned char)*at) && strchr("_.:-", *at) == NULL)
			*at = '_';
	if (strlen(name) > SLI_NAME_MAX)
		name[SLI_NAME_MAX] = '\0';
	return name;
}

/* "/a/b" and "/a-b" differ, though not once they are names: a number helps. */
static int
register_slo(struct track_slo *s, const struct track_group *group,
    const struct replay_config *c, struct sli_error *err)
{
	struct sli_slo_config cfg = *s->cfg;
	char *name = name_of(group, s->cfg->name), *numbered = NULL;
	int status;

	cfg.name = name;
	status = sli_slo_register(group->indicator, &cfg, &s->slo, err);
	if (status == SLI_EEXIST && *group->name != '\0') {
		numbered = mem_print("%.*s:%u", SLI_NAME_MAX - 4, name,
		    s->group);
		cfg.name = numbered;
		status = sli_slo_register(group->indicator, &cfg, &s->slo, err);
	}
	free(numbered);
	free(name);
	/* Of options, not of a definition; no zone is no file that is amiss. */
	if (status != SLI_OK && c->names != NULL) {
		report_by_options(err);
		if (status == SLI_ENOENT)
			status = SLI_EINVAL;
	}
	return status;
}

static int
register_indicator(const struct replay_config *c, struct sli_registry *reg,
    struct track_group *group, struct sli_error *err)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_label label = { "group", NULL };
	char *clean = text_clean_new(group->name);
	int status;

	cfg.name = INDICATOR;
	memcpy(cfg.threshold_ns, c->threshold_ns, sizeof(cfg.threshold_ns));
	cfg.threshold_count = c->threshold_count;
	if (*clean != '\0') {
		label.value = clean;
		cfg.labels = &label;
		cfg.label_count = 1;
	}
	status = sli_indicator_register(reg, &cfg, &group->indicator, err);
	free(clean);
	return status;
}

int
track_add_group(struct replay_track *t, struct sli_registry *reg,
    uint32_t number, struct sli_error *err)
{
	const struct replay_config *c = &t->config;
	struct track_group *group = mem_array(1, sizeof(*group));
	struct track_slo *s;
	uint32_t i;
	int status;

	t->group[number] = group;
	group->name = c->group_by == NULL ? "" : c->decoder.groups.name[number];
	status = register_indicator(c, reg, group, err);
	if (status == SLI_OK)
		status = sli_histogram_create(SLI_MICROS(1), SLI_HOURS(1), 0,
		    &group->latency, err);
	t->slo = mem_resize(t->slo, t->slo_count + c->slo_count, sizeof(*s));
	for (i = 0; i < c->slo_count && status == SLI_OK; i++) {
		s = &t->slo[t->slo_count];
		memset(s, 0, sizeof(*s));
		s->cfg = &c->slo[i];
		s->group = number;
		s->step_ns = FIRST_STEP_NS;
		status = register_slo(s, group, c, err);
		t->slo_count += status == SLI_OK;
	}
	return status;
}

/* ---- the rest ---- */

void
track_add_problem(struct replay_track *t, const char *path, uint64_t line,
    const struct log_why *why)
{
	struct track_problem *p;

	if (t->problem_count == TRACK_PROBLEMS)
		return;
	p = &t->problem[t->problem_count++];
	p->path = path;
	p->line = line;
	p->why = *why;
}

void
track_free(struct replay_track *t)
{
	uint32_t i;

	if (t == NULL)
		return;
	for (i = 0; i < LOG_GROUPS_MAX; i++) {
		if (t->group[i] != NULL)
			sli_histogram_destroy(t->group[i]->latency);
		free(t->group[i]);
	}
	for (i = 0; i < t->trouble_count; i++)
		free(t->trouble[i]);
	free(t->trouble);
	free(t->slo);
	free(t->alert);
	replay_config_free(&t->config);
	free(t);
}
