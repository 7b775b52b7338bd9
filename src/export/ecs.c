/* SPDX-License-Identifier: MIT */
#include <sli/alert.h>

#include "export/config.h"
#include "export/date.h"
#include "export/ecs.h"

#define KNOWN_FLAGS                                                            \
	(SLI_ECS_NO_INDICATORS | SLI_ECS_NO_SLOS | SLI_ECS_NO_ALERTS |         \
	    SLI_ECS_NO_IDLE)

/* ---- what all documents have ---- */

static bool
is_given(const char *text)
{
	return text != NULL && *text != '\0';
}

static void
put_given(struct sli__json *j, const char *key, const char *text)
{
	if (is_given(text))
		sli__member_text(j, key, text);
}

/* {"name":"..."} */
static void
put_named(struct sli__json *j, const char *key, const char *name)
{
	if (!is_given(name))
		return;
	sli__member_open(j, key, '{');
	sli__member_text(j, "name", name);
	sli__json_close(j, '}');
}

static void
put_service(struct sli__json *j, const struct sli_ecs_config *cfg)
{
	if (!is_given(cfg->service) && !is_given(cfg->environment) &&
	    !is_given(cfg->node))
		return;
	sli__member_open(j, "service", '{');
	put_given(j, "name", cfg->service);
	put_given(j, "environment", cfg->environment);
	put_named(j, "node", cfg->node);
	sli__json_close(j, '}');
}

void
sli__ecs_begin(struct sli__ecs *ecs, uint64_t at_ns, const char *kind,
    const char *dataset)
{
	struct sli__json *j = &ecs->json;

	j->is_next = false;
	sli__json_open(j, '{');
	sli__member_time(j, "@timestamp", at_ns != 0 ? at_ns : ecs->now_ns);
	sli__member_open(j, "ecs", '{');
	sli__member_text(j, "version", SLI_ECS_VERSION);
	sli__json_close(j, '}');
	put_service(j, &ecs->cfg);
	put_named(j, "host", ecs->cfg.host);
	sli__member_open(j, "event", '{');
	sli__member_text(j, "kind", kind);
	sli__member_text(j, "module", "sli");
	sli__member_text(j, "dataset", dataset);
}

void
sli__ecs_end(struct sli__ecs *ecs)
{
	sli__json_close(&ecs->json, '}');
	sli__put_char(&ecs->json.sink, '\n');
}

void
sli__ecs_span(struct sli__json *j, uint64_t from_ns, uint64_t to_ns)
{
	if (from_ns != 0)
		sli__member_time(j, "start", from_ns);
	if (to_ns != 0)
		sli__member_time(j, "end", to_ns);
	if (from_ns != 0 && to_ns >= from_ns)
		sli__member_u64(j, "duration", to_ns - from_ns);
}

/* ---- indicators ---- */

static void
put_outcomes(struct sli__json *j, const char *key,
    const struct sli_counts *counts)
{
	sli__member_open(j, key, '{');
	sli__member_u64(j, "good", counts->good);
	sli__member_u64(j, "bad", counts->bad);
	sli__member_u64(j, "shed", counts->shed);
	sli__member_u64(j, "ignored", counts->ignored);
	sli__json_close(j, '}');
}

/* Keyed by threshold: an array's elements have no order in Elasticsearch. */
static void
put_slow(struct sli__json *j, const struct sli_indicator_view *view)
{
	char key[SLI__DURATION_BYTES];
	uint32_t i;

	if (view->threshold_count == 0)
		return;
	sli__member_open(j, "slow", '{');
	for (i = 0; i < view->threshold_count; i++) {
		sli__member_open(j, sli__duration(key, view->threshold_ns[i]),
		    '{');
		sli__member_u64(j, "delta", view->delta.slow[i]);
		sli__member_u64(j, "total", view->total.slow[i]);
		sli__json_close(j, '}');
	}
	sli__json_close(j, '}');
}

static void
put_latency(struct sli__ecs *ecs, const struct sli_indicator_view *view)
{
	struct sli__json *j = &ecs->json;

	sli__member_open(j, "latency", '{');
	sli__json_latency(j, "good", &ecs->scratch, view, SLI_GOOD, ecs->now_ns,
	    ecs->cfg.window_ns);
	sli__json_latency(j, "bad", &ecs->scratch, view, SLI_BAD, ecs->now_ns,
	    ecs->cfg.window_ns);
	sli__json_close(j, '}');
}

static void
put_metricset(struct sli__ecs *ecs)
{
	struct sli__json *j = &ecs->json;

	sli__member_open(j, "metricset", '{');
	sli__member_text(j, "name", "indicator");
	if (ecs->since_ns != 0 && ecs->now_ns >= ecs->since_ns)
		sli__member_u64(j, "period",
		    (ecs->now_ns - ecs->since_ns) / SLI_MILLIS(1));
	sli__json_close(j, '}');
}

static bool
is_idle(const struct sli_indicator_view *view)
{
	const struct sli_counts *d = &view->delta;

	return d->good == 0 && d->bad == 0 && d->shed == 0 && d->ignored == 0 &&
	    view->in_flight == 0;
}

static void
put_indicator(struct sli__ecs *ecs, const struct sli_indicator_view *view)
{
	struct sli__json *j = &ecs->json;

	sli__ecs_begin(ecs, ecs->now_ns, "metric", "sli.indicator");
	sli__ecs_span(j, ecs->since_ns, ecs->now_ns);
	sli__json_close(j, '}');
	put_metricset(ecs);
	if (view->label_count > 0)
		sli__json_labels(j, "labels", view);
	sli__member_open(j, "sli", '{');
	sli__member_open(j, "indicator", '{');
	sli__member_text(j, "name", view->name);
	sli__json_title(j, "title", view);
	sli__member_u64(j, "in_flight", view->in_flight);
	sli__member_u64(j, "late", view->late);
	sli__json_close(j, '}');
	put_outcomes(j, "delta", &view->delta);
	put_outcomes(j, "total", &view->total);
	put_slow(j, view);
	put_latency(ecs, view);
	sli__json_close(j, '}');
	sli__ecs_end(ecs);
}

/* ---- all of it ---- */

static void
put_indicators(struct sli__ecs *ecs)
{
	uint32_t i, count = sli_snapshot_indicator_count(ecs->snapshot);
	struct sli_indicator_view view;

	for (i = 0; i < count; i++)
		if (sli_snapshot_indicator(ecs->snapshot, i, &view) == SLI_OK &&
		    ((ecs->cfg.flags & SLI_ECS_NO_IDLE) == 0 ||
			!is_idle(&view)))
			put_indicator(ecs, &view);
}

static void
put_slos(struct sli__ecs *ecs)
{
	uint32_t i, count = sli_snapshot_slo_count(ecs->snapshot);
	struct sli_slo_view view;

	for (i = 0; i < count; i++)
		if (sli_snapshot_slo(ecs->snapshot, i, &view) == SLI_OK)
			sli__ecs_slo(ecs, &view);
}

static void
put_transitions(struct sli__ecs *ecs)
{
	struct sli_transition t;
	int status = SLI_OK;
	uint32_t i;

	for (i = 0; status != SLI_ENOENT && i < SLI_ALERT_LOG_MAX; i++) {
		status = sli_snapshot_transition(ecs->snapshot, i, &t);
		if (status != SLI_OK)
			continue;
		if (t.began)
			sli__ecs_transition(ecs, &t.record, false);
		if (t.ended)
			sli__ecs_transition(ecs, &t.record, true);
	}
}

static int
check_config(const struct sli_ecs_config *cfg, struct sli_ecs_config *out,
    struct sli_error *err)
{
	const struct sli_ecs_config defaults = SLI_ECS_CONFIG_INIT;
	int status;

	*out = defaults;
	status = sli__config_take(out, sizeof(*out), cfg, "sli_ecs_config",
	    err);
	if (status == SLI_OK)
		status = sli__config_flags(out->flags, KNOWN_FLAGS, err);
	if (out->window_ns == 0)
		out->window_ns = SLI_MINUTES(1);
	return status;
}

int
sli_ecs_export(const struct sli_snapshot *snapshot,
    const struct sli_ecs_config *cfg, sli_export_write_fn *write, void *arg,
    struct sli_error *err)
{
	struct sli__ecs ecs;
	int status = sli__export_check(snapshot, write, err);

	memset(&ecs, 0, sizeof(ecs));
	if (status == SLI_OK)
		status = check_config(cfg, &ecs.cfg, err);
	if (status != SLI_OK)
		return status;
	ecs.snapshot = snapshot;
	ecs.now_ns = sli_snapshot_now(snapshot);
	ecs.since_ns = sli_snapshot_since(snapshot);
	sli__json_begin(&ecs.json, write, arg);
	ecs.json.is_long = true;
	if ((ecs.cfg.flags & SLI_ECS_NO_ALERTS) == 0)
		put_transitions(&ecs);
	if ((ecs.cfg.flags & SLI_ECS_NO_INDICATORS) == 0)
		put_indicators(&ecs);
	if ((ecs.cfg.flags & SLI_ECS_NO_SLOS) == 0)
		put_slos(&ecs);
	sli__scratch_end(&ecs.scratch);
	status = sli__sink_close(&ecs.json.sink, err);
	if (status == SLI_OK && ecs.scratch.failed)
		status = sli__addon_fail(err, SLI_ENOMEM,
		    "no memory for a histogram");
	return status;
}
