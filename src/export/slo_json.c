/* SPDX-License-Identifier: MIT */
#include <sli/alert.h>
#include <sli/annotate.h>
#include <sli/export_slo.h>
#include <sli/status.h>

#include "export/config.h"
#include "export/slo_json.h"

#define KNOWN_FLAGS (SLI_SLO_JSON_NO_INDICATORS | SLI_SLO_JSON_NO_SERIES)
#define LOG_MAX 50

#define SERIES_STEPS 60
#define SERIES_STEP_NS SLI_MINUTES(1)

/* A document that is under way. */
struct document {
	struct sli__json json;
	struct sli__scratch scratch;
	const struct sli_snapshot *snapshot;
	struct sli_slo_json_config cfg;
	uint64_t now_ns;
};

/* ---- indicators ---- */

static void
put_windows(struct document *d, const struct sli_indicator_view *view)
{
	static const uint64_t window_ns[] = { SLI_SECONDS(10), SLI_MINUTES(1),
		SLI_MINUTES(5), SLI_HOURS(1) };
	struct sli__json *j = &d->json;
	struct sli_counts counts;
	size_t i;

	sli__member_open(j, "windows", '[');
	for (i = 0; i < sizeof(window_ns) / sizeof(window_ns[0]); i++) {
		if (sli_window_counts(view->indicator, d->now_ns, window_ns[i],
			&counts) != SLI_OK)
			continue;
		sli__json_open(j, '{');
		sli__json_counts(j, &counts, view->threshold_count);
		sli__json_latency(j, "latency_good", &d->scratch, view,
		    SLI_GOOD, d->now_ns, window_ns[i]);
		sli__json_latency(j, "latency_bad", &d->scratch, view, SLI_BAD,
		    d->now_ns, window_ns[i]);
		sli__json_close(j, '}');
	}
	sli__json_close(j, ']');
}

/*
 * What windows hold that each end now: the step that begins the i-th is what it
 * has more than the one before.
 */
struct series {
	uint64_t count[3][SERIES_STEPS];
	uint32_t covered; /* so many of them */
};

static void
read_series(const struct document *d, const struct sli_indicator_view *view,
    struct series *out)
{
	struct sli_counts counts;
	uint64_t window_ns;
	uint32_t i;

	out->covered = 0;
	for (i = 0; i < SERIES_STEPS; i++) {
		window_ns = (i + 1) * SERIES_STEP_NS;
		if (sli_window_counts(view->indicator, d->now_ns, window_ns,
			&counts) != SLI_OK ||
		    (i > 0 && counts.covered_ns <= i * SERIES_STEP_NS))
			return;
		out->count[0][i] = counts.good;
		out->count[1][i] = counts.bad;
		out->count[2][i] = counts.shed;
		out->covered++;
	}
}

static void
put_series(struct document *d, const struct sli_indicator_view *view)
{
	static const char *const keys[] = { "good", "bad", "shed" };
	struct sli__json *j = &d->json;
	struct series series;
	uint64_t now, before;
	uint32_t k, i;

	read_series(d, view, &series);
	sli__member_open(j, "series", '{');
	sli__member_u64(j, "step_ns", SERIES_STEP_NS);
	for (k = 0; k < 3; k++) {
		sli__member_open(j, keys[k], '[');
		for (i = SERIES_STEPS; i-- > 0;) {
			if (i >= series.covered) {
				sli__json_null(j);
				continue;
			}
			now = series.count[k][i];
			before = i == 0 ? 0 : series.count[k][i - 1];
			sli__json_number(j, now > before ? now - before : 0);
		}
		sli__json_close(j, ']');
	}
	sli__json_close(j, '}');
}

static void
put_indicator(struct document *d, const struct sli_indicator_view *view)
{
	struct sli__json *j = &d->json;
	uint32_t i;

	sli__json_open(j, '{');
	sli__member_text(j, "name", view->name);
	sli__json_labels(j, "labels", view);
	sli__json_title(j, "title", view);
	sli__member_text(j, "help", view->help);
	sli__member_bool(j, "active", view->active != 0);
	sli__member_u64(j, "in_flight", view->in_flight);
	sli__member_u64(j, "late", view->late);
	sli__member_when(j, "last_ns", "last_at", view->last_ns);
	sli__member_open(j, "threshold_ns", '[');
	for (i = 0; i < view->threshold_count; i++)
		sli__json_number(j, view->threshold_ns[i]);
	sli__json_close(j, ']');
	sli__member_open(j, "total", '{');
	sli__json_counts(j, &view->total, view->threshold_count);
	sli__json_close(j, '}');
	put_windows(d, view);
	if ((d->cfg.flags & SLI_SLO_JSON_NO_SERIES) == 0)
		put_series(d, view);
	sli__json_close(j, '}');
}

static void
put_indicators(struct document *d)
{
	uint32_t i, count = sli_snapshot_indicator_count(d->snapshot);
	struct sli_indicator_view view;

	sli__member_open(&d->json, "indicators", '[');
	for (i = 0; i < count; i++)
		if (sli_snapshot_indicator(d->snapshot, i, &view) == SLI_OK)
			put_indicator(d, &view);
	sli__json_close(&d->json, ']');
}

/* ---- SLOs and logs ---- */

static void
put_slos(struct document *d)
{
	uint32_t i, count = sli_snapshot_slo_count(d->snapshot);
	struct sli_slo_view view;

	sli__member_open(&d->json, "slos", '[');
	for (i = 0; i < count; i++)
		if (sli_snapshot_slo(d->snapshot, i, &view) == SLI_OK)
			sli__slo_json(&d->json, d->snapshot, &view);
	sli__json_close(&d->json, ']');
}

/*
 * One that was not ended goes on if a process is left to end it, or if its
 * severity fires now.
 */
static bool
is_firing(const struct document *d, const struct sli_alert_record *record)
{
	uint32_t i, count = sli_snapshot_slo_count(d->snapshot);
	struct sli_slo_view view;

	if (record->end_ns != 0)
		return false;
	for (i = 0; i < count; i++)
		if (sli_snapshot_slo(d->snapshot, i, &view) == SLI_OK &&
		    strcmp(view.name, record->slo) == 0)
			break;
	if (i == count)
		return false;
	return view.active ||
	    (record->kind != SLI_ALERT_OUTAGE &&
		(record->severity == SLI_PAGE ?
			view.budget.page :
			view.budget.ticket) == SLI_ALERT_FIRING);
}

static void
put_alert_log(struct document *d)
{
	const struct sli_registry *reg = sli_snapshot_registry(d->snapshot);
	struct sli_alert_record record;
	uint32_t back, told = 0;
	int status = SLI_OK;

	sli__member_open(&d->json, "alert_log", '[');
	for (back = 0; back < SLI_ALERT_LOG_MAX && told < d->cfg.log_max &&
	     status != SLI_ENOENT;
	     back++) {
		status = sli_alert_read(reg, back, &record);
		if (status != SLI_OK)
			continue;
		sli__json_open(&d->json, '{');
		sli__json_record(&d->json, &record);
		sli__member_bool(&d->json, "firing", is_firing(d, &record));
		sli__json_close(&d->json, '}');
		told++;
	}
	sli__json_close(&d->json, ']');
}

static void
put_annotations(struct document *d)
{
	const struct sli_registry *reg = sli_snapshot_registry(d->snapshot);
	struct sli_annotation a;
	uint32_t back, told = 0;
	int status = SLI_OK;

	sli__member_open(&d->json, "annotations", '[');
	for (back = 0; back < SLI_ANNOTATION_MAX && told < d->cfg.log_max &&
	     status != SLI_ENOENT;
	     back++) {
		status = sli_annotation_read(reg, back, &a);
		if (status != SLI_OK)
			continue;
		sli__json_open(&d->json, '{');
		sli__member_when(&d->json, "at_ns", "at", a.at_ns);
		sli__member_text(&d->json, "kind", a.kind);
		sli__member_text(&d->json, "text", a.text);
		sli__json_close(&d->json, '}');
		told++;
	}
	sli__json_close(&d->json, ']');
}

/* ---- all of it ---- */

static void
put_document(struct document *d)
{
	struct sli__json *j = &d->json;

	sli__json_open(j, '{');
	sli__member_u64(j, "version", 1);
	sli__member_text(j, "libsli", sli_version());
	sli__member_text(j, "service", d->cfg.service);
	sli__member_when(j, "now_ns", "now_at", d->now_ns);
	if ((d->cfg.flags & SLI_SLO_JSON_NO_INDICATORS) == 0)
		put_indicators(d);
	put_slos(d);
	put_alert_log(d);
	put_annotations(d);
	sli__json_close(j, '}');
}

int
sli_slo_json_export(const struct sli_snapshot *snapshot,
    const struct sli_slo_json_config *cfg, sli_export_write_fn *write,
    void *arg, struct sli_error *err)
{
	const struct sli_slo_json_config defaults = SLI_SLO_JSON_CONFIG_INIT;
	struct document d;
	int status = sli__export_check(snapshot, write, err);

	memset(&d, 0, sizeof(d));
	d.cfg = defaults;
	if (status == SLI_OK)
		status = sli__config_take(&d.cfg, sizeof(d.cfg), cfg,
		    "sli_slo_json_config", err);
	if (status == SLI_OK)
		status = sli__config_flags(d.cfg.flags, KNOWN_FLAGS, err);
	if (status != SLI_OK)
		return status;
	if (d.cfg.log_max == 0)
		d.cfg.log_max = LOG_MAX;
	d.snapshot = snapshot;
	d.now_ns = sli_snapshot_now(snapshot);
	sli__json_begin(&d.json, write, arg);
	put_document(&d);
	sli__scratch_end(&d.scratch);
	status = sli__sink_close(&d.json.sink, err);
	if (status == SLI_OK && d.scratch.failed)
		status = sli__addon_fail(err, SLI_ENOMEM,
		    "no memory for a histogram");
	return status;
}
