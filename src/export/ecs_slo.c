/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>

#include <sli/alert.h>

#include "export/ecs.h"
#include "export/gauge.h"

/* ---- SLOs ---- */

static void
put_outage(struct sli__json *j, const struct sli_slo_view *view,
    uint64_t now_ns)
{
	double firing;

	if (sli__gauge_read(SLI__OUTAGE, 0, view, now_ns, &firing))
		sli__member_text(j, "outage",
		    sli__state_name(
			firing > 0 ? SLI_ALERT_FIRING : SLI_ALERT_OK));
	else
		sli__member_null(j, "outage");
}

/* All values of a gauge, by what tells them apart. */
static void
put_gauge(struct sli__json *j, const char *key, enum sli__gauge gauge,
    uint32_t values, const struct sli_slo_view *view, uint64_t now_ns)
{
	double value;
	uint32_t i;

	sli__member_open(j, key, '{');
	for (i = 0; i < values; i++)
		if (sli__gauge_read(gauge, i, view, now_ns, &value))
			sli__member_real(j, sli__gauge_value(gauge, i), value);
		else
			sli__member_null(j, sli__gauge_value(gauge, i));
	sli__json_close(j, '}');
}

static void
put_slo(struct sli__ecs *ecs, const struct sli_slo_view *view)
{
	struct sli__json *j = &ecs->json;

	sli__member_open(j, "slo", '{');
	sli__member_text(j, "name", view->name);
	sli__json_slo_indicator(j, ecs->snapshot, view);
	sli__member_real(j, "objective", view->budget.objective);
	sli__member_u64(j, "period_ns", view->period_ns);
	sli__json_threshold(j, view);
	sli__member_text(j, "method", sli__method_name(view->method));
	sli__member_bool(j, "active", view->active != 0);
	sli__json_budget(j, "budget", &view->budget);
	sli__member_text(j, "page", sli__state_name(view->budget.page));
	sli__member_text(j, "ticket", sli__state_name(view->budget.ticket));
	put_outage(j, view, ecs->now_ns);
	put_gauge(j, "burn_rate", SLI__BURN_RATE, SLI__BURN_WINDOWS, view,
	    ecs->now_ns);
	put_gauge(j, "shed_probability", SLI__SHED, SLI_CRITICALITIES, view,
	    ecs->now_ns);
	sli__json_close(j, '}');
}

void
sli__ecs_slo(struct sli__ecs *ecs, const struct sli_slo_view *view)
{
	struct sli__json *j = &ecs->json;

	sli__ecs_begin(ecs, ecs->now_ns, "state", "sli.slo");
	sli__json_close(j, '}');
	sli__member_open(j, "sli", '{');
	put_slo(ecs, view);
	sli__json_close(j, '}');
	sli__ecs_end(ecs);
}

/* ---- alerts ---- */

/* Elastic's own rules score low 21, medium 47, high 73, critical 99. */
#define SEVERITY_PAGE 73
#define SEVERITY_TICKET 47

/* The same of its begin and its end, and of no other record. */
static void
put_id(struct sli__json *j, const struct sli_alert_record *r)
{
	char id[64];

	snprintf(id, sizeof(id), "%" PRIu64 "-%" PRIu64, r->start_ns,
	    r->number);
	sli__member_text(j, "id", id);
}

void
sli__ecs_transition(struct sli__ecs *ecs, const struct sli_alert_record *r,
    bool has_ended)
{
	static const char *const actions[2][2] = {
		{ "alert-began", "alert-ended" },
		{ "outage-began", "outage-ended" },
	};
	struct sli__json *j = &ecs->json;

	sli__ecs_begin(ecs, has_ended ? r->end_ns : r->start_ns, "alert",
	    "sli.alert");
	sli__member_text(j, "action",
	    actions[r->kind == SLI_ALERT_OUTAGE][has_ended]);
	sli__member_open(j, "type", '[');
	sli__json_string(j, has_ended ? "end" : "start");
	sli__json_close(j, ']');
	put_id(j, r);
	sli__member_u64(j, "severity",
	    r->severity == SLI_PAGE ? SEVERITY_PAGE : SEVERITY_TICKET);
	sli__ecs_span(j, r->start_ns, has_ended ? r->end_ns : 0);
	sli__json_close(j, '}');
	sli__member_open(j, "rule", '{');
	sli__member_text(j, "name", r->slo);
	sli__json_close(j, '}');
	sli__member_open(j, "sli", '{');
	sli__member_open(j, "alert", '{');
	sli__json_record(j, r);
	sli__json_close(j, '}');
	sli__json_close(j, '}');
	sli__ecs_end(ecs);
}
