/* SPDX-License-Identifier: MIT */
#include <sli/alert.h>

#include "export/gauge.h"
#include "export/slo_json.h"

static void
put_period(struct sli__json *j, const struct sli_slo_view *view)
{
	bool is_rolling = view->calendar == SLI_ROLLING;

	sli__member_open(j, "period", '{');
	sli__member_text(j, "kind", sli__calendar_name(view->calendar));
	sli__member_u64(j, "count", is_rolling ? 1 : view->calendar_count);
	sli__member_text(j, "time_zone",
	    is_rolling			 ? NULL :
		*view->time_zone == '\0' ? "UTC" :
					   view->time_zone);
	sli__member_when(j, "from_ns", "from_at", view->budget.from_ns);
	sli__member_when(j, "to_ns", "to_at", view->budget.to_ns);
	sli__json_close(j, '}');
}

static void
put_slices(struct sli__json *j, const struct sli_slo_view *view)
{
	if (view->slice_ns == 0) {
		sli__member_null(j, "slices");
		return;
	}
	sli__member_open(j, "slices", '{');
	sli__member_u64(j, "length_ns", view->slice_ns);
	sli__member_real(j, "objective", view->slice_objective);
	sli__member_u64(j, "min_events", view->slice_min_events);
	sli__member_u64(j, "in_period", view->budget.slices);
	sli__member_u64(j, "unit",
	    view->method == SLI_RATIO_TIMESLICES ? 1000000000 : 1);
	sli__json_close(j, '}');
}

static void
put_outage(struct sli__json *j, const struct sli_slo_view *view,
    uint64_t now_ns)
{
	struct sli_outage outage;

	if (sli_slo_outage(view->slo, now_ns, &outage) != SLI_OK) {
		sli__member_null(j, "outage");
		return;
	}
	sli__member_open(j, "outage", '{');
	sli__member_text(j, "state", sli__state_name(outage.state));
	sli__member_when(j, "from_ns", "from_at", outage.from_ns);
	sli__member_u64(j, "length_ns", outage.length_ns);
	sli__member_bool(j, "at_work", outage.status == SLI_OK);
	sli__member_text(j, "reason", outage.reason);
	sli__member_real(j, "traffic", outage.traffic);
	sli__member_real(j, "ratio", view->outage_ratio);
	sli__member_u64(j, "min_events", view->outage_min_events);
	sli__json_close(j, '}');
}

static void
put_verdict(struct sli__json *j, const struct sli_verdict *verdict)
{
	static const char *const class[SLI_CRITICALITIES] = { "critical+",
		"critical", "sheddable+", "sheddable" };
	uint32_t i;

	sli__member_open(j, "verdict", '{');
	sli__member_open(j, "shed_probability", '{');
	for (i = 0; i < SLI_CRITICALITIES; i++)
		sli__member_real(j, class[i], verdict -> shed_probability[i]);
	sli__json_close(j, '}');
	sli__member_bool(j, "fresh", verdict->fresh != 0);
	sli__member_when(j, "at_ns", "at", verdict->at_ns);
	sli__json_close(j, '}');
}

static void
put_burn_rates(struct sli__json *j, struct sli_slo *slo, uint64_t now_ns)
{
	uint64_t window_ns;
	double burn;
	size_t i;

	sli__member_open(j, "burn_rates", '[');
	for (i = 0; i < SLI__BURN_WINDOWS; i++) {
		window_ns = sli__burn_window[i].window_ns;
		sli__json_open(j, '{');
		sli__member_u64(j, "window_ns", window_ns);
		if (sli_slo_burn_rate(slo, now_ns, window_ns, &burn) == SLI_OK)
			sli__member_real(j, "burn_rate", burn);
		else
			sli__member_null(j, "burn_rate");
		sli__json_close(j, '}');
	}
	sli__json_close(j, ']');
}

static void
put_alert(struct sli__json *j, const struct sli_alert *alert)
{
	sli__json_open(j, '{');
	sli__member_text(j, "severity", sli__severity_name(alert->severity));
	sli__member_text(j, "state", sli__state_name(alert->state));
	sli__member_u64(j, "long_ns", alert->long_ns);
	sli__member_u64(j, "short_ns", alert->short_ns);
	sli__member_real(j, "factor", alert->factor);
	sli__member_real(j, "long_burn", alert->long_burn);
	sli__member_real(j, "short_burn", alert->short_burn);
	sli__member_u64(j, "min_events", alert->min_events);
	sli__member_u64(j, "min_bad", alert->min_bad);
	sli__member_u64(j, "after_ns", alert->after_ns);
	sli__member_when(j, "pending_ns", "pending_at", alert->pending_ns);
	sli__member_bool(j, "dropped", alert->status != SLI_OK);
	sli__member_text(j, "reason", alert->reason);
	sli__json_close(j, '}');
}

static void
put_alerts(struct sli__json *j, struct sli_slo *slo, uint64_t now_ns)
{
	uint32_t i, count = sli_slo_alert_count(slo);
	struct sli_alert alert;

	sli__member_open(j, "alerts", '[');
	for (i = 0; i < count; i++)
		if (sli_slo_alert(slo, now_ns, i, &alert) == SLI_OK)
			put_alert(j, &alert);
	sli__json_close(j, ']');
}

void
sli__slo_json(struct sli__json *j, const struct sli_snapshot *snapshot,
    const struct sli_slo_view *view)
{
	uint64_t now_ns = sli_snapshot_now(snapshot);

	sli__json_open(j, '{');
	sli__member_text(j, "name", view->name);
	sli__json_slo_indicator(j, snapshot, view);
	sli__member_real(j, "objective", view->budget.objective);
	sli__member_u64(j, "period_ns", view->period_ns);
	sli__json_threshold(j, view);
	sli__member_text(j, "method", sli__method_name(view->method));
	put_slices(j, view);
	put_period(j, view);
	sli__member_bool(j, "shed_is_bad",
	    (view->flags & SLI_SLO_SHED_IS_BAD) != 0);
	sli__member_bool(j, "active", view->active != 0);
	sli__json_budget(j, "budget", &view->budget);
	sli__member_text(j, "page", sli__state_name(view->budget.page));
	sli__member_text(j, "ticket", sli__state_name(view->budget.ticket));
	put_outage(j, view, now_ns);
	put_verdict(j, &view->verdict);
	put_burn_rates(j, view->slo, now_ns);
	put_alerts(j, view->slo, now_ns);
	sli__json_close(j, '}');
}
