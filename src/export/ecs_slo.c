/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>

#include <sli/alert.h>

#include "export/ecs.h"

/* ---- SLOs ---- */

/* Of one that never looks, no state is known. */
static void
put_outage(struct sli__json *j, struct sli_slo *slo, uint64_t now_ns)
{
	struct sli_outage outage;

	if (sli_slo_outage(slo, now_ns, &outage) != SLI_OK ||
	    outage.status == SLI_EACCES || outage.status == SLI_ERANGE)
		sli__member_null(j, "outage");
	else
		sli__member_text(j, "outage", sli__state_name(outage.state));
}

static void
put_burn_rates(struct sli__json *j, struct sli_slo *slo, uint64_t now_ns)
{
	double burn;
	size_t i;

	sli__member_open(j, "burn_rate", '{');
	for (i = 0; i < SLI__BURN_WINDOWS; i++)
		if (sli_slo_burn_rate(slo, now_ns,
			sli__burn_window[i].window_ns, &burn) == SLI_OK)
			sli__member_real(j, sli__burn_window[i].name, burn);
		else
			sli__member_null(j, sli__burn_window[i].name);
	sli__json_close(j, '}');
}

static void
put_shed(struct sli__json *j, const struct sli_verdict *verdict)
{
	uint32_t i;

	sli__member_open(j, "shed_probability", '{');
	for (i = 0; i < SLI_CRITICALITIES; i++)
		sli__member_real(j, sli__criticality[i],
		    verdict->fresh ? verdict->shed_probability[i] : 0);
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
	put_outage(j, view->slo, ecs->now_ns);
	put_burn_rates(j, view->slo, ecs->now_ns);
	put_shed(j, &view->verdict);
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
