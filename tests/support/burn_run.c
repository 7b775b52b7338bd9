/* SPDX-License-Identifier: MIT */
#include "burn_run.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "scratch.h"

uint64_t
burn_at_ns(uint64_t t_s)
{
	return START + SLI_SECONDS(t_s);
}

/* What the default alerts are, for 30 days. */
static const struct sli_alert_config policy[BURN_ALERTS] = {
	{ .severity = SLI_PAGE, .long_ns = SLI_HOURS(1), .budget_share = 0.02 },
	{ .severity = SLI_PAGE, .long_ns = SLI_HOURS(6), .budget_share = 0.05 },
	{ .severity = SLI_TICKET, .long_ns = SLI_DAYS(1), .budget_share = 0.1 },
	{ .severity = SLI_TICKET, .long_ns = SLI_DAYS(3), .budget_share = 0.1 },
};

static void
open_run(struct burn_run *run, uint64_t t_s)
{
	struct sli_indicator_config icfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config scfg = SLI_SLO_CONFIG_INIT;
	struct sli_error err = { 0 };
	int status;

	icfg.name = "requests";
	scfg.name = "availability";
	scfg.objective = run->b.objective;
	scfg.period_ns = SLI_SECONDS(run->b.period_s);
	scfg.flags = run->flags;
	scfg.alert_min_events = 1;
	scfg.alert_min_bad = 1;
	if (run->has_policy) {
		scfg.alerts = policy;
		scfg.alert_count = BURN_ALERTS;
	}
	run->cfg.now_ns = burn_at_ns(t_s);
	status = run->path != NULL ?
	    sli_registry_open(run->path, &run->cfg, &run->reg, &err) :
	    sli_registry_create(&run->cfg, &run->reg, &err);
	if (status != SLI_OK)
		fail_msg("%s", err.message);
	if (sli_indicator_register(run->reg, &icfg, &run->ind, &err) !=
		SLI_OK ||
	    sli_slo_register(run->ind, &scfg, &run->slo, &err) != SLI_OK)
		fail_msg("%s", err.message);
}

static void
record(struct burn_run *run, const struct burn_row *row)
{
	uint64_t first_ns = burn_at_ns(row->t_s - run->b.step_s);
	uint64_t last_ns = burn_at_ns(row->t_s) - 1;
	uint64_t good = row->good, bad = row->bad;

	if (run->placement == BURN_BOTH) {
		sli_count(run->ind, first_ns, SLI_GOOD, good / 2);
		sli_count(run->ind, first_ns, SLI_BAD, bad / 2);
		good -= good / 2;
		bad -= bad / 2;
	}
	if (run->placement == BURN_FIRST)
		last_ns = first_ns;
	/* A silent step has no event to open a slot with. */
	if (good > 0)
		sli_count(run->ind, last_ns, SLI_GOOD, good);
	if (bad > 0)
		sli_count(run->ind, last_ns, SLI_BAD, bad);
}

static void
note_alerts(struct burn_run *run, uint64_t t_s)
{
	bool fires[BURN_ALERTS];
	struct burn_changes *changes;
	struct sli_budget budget;
	struct sli_alert alert;
	uint32_t i;

	for (i = 0; i < BURN_ALERTS; i++) {
		changes = &run->alert[i];
		assert_int_equal(
		    sli_slo_alert(run->slo, burn_at_ns(t_s), i, &alert),
		    SLI_OK);
		fires[i] = alert.state == SLI_ALERT_FIRING;
		if (fires[i] != (changes->count % 2 == 1))
			changes->t_s[changes->count++] = t_s;
	}
	assert_int_equal(sli_slo_budget(run->slo, burn_at_ns(t_s), &budget),
	    SLI_OK);
	assert_int_equal(budget.page,
	    fires[BURN_PAGE_1H] || fires[BURN_PAGE_6H]);
	assert_int_equal(budget.ticket,
	    fires[BURN_TICKET_1D] || fires[BURN_TICKET_3D]);
}

void
burn_begin(struct burn_run *run, const char *name)
{
	uint32_t i;

	burnrate_load(name, &run->b);
	for (i = 0; i < BURN_ALERTS; i++) {
		run->alert[i].count = 0;
		run->alert[i].t_s = calloc(run->b.row_count,
		    sizeof(*run->alert[i].t_s));
		assert_non_null(run->alert[i].t_s);
	}
	run->least.remaining = 2;
	run->spent_t_s = 0;
	run->hour = 0;
	open_run(run, 0);
}

void
burn_end(struct burn_run *run)
{
	uint32_t i;

	sli_registry_close(run->reg);
	if (run->path != NULL)
		scratch_remove(run->path);
	for (i = 0; i < BURN_ALERTS; i++)
		free(run->alert[i].t_s);
	burnrate_free(&run->b);
}

void
burn_play(struct burn_run *run, burn_step_fn *look)
{
	const struct burnrate *b = &run->b;
	size_t i, restart = 0;
	uint64_t t_s;

	for (i = 0; i < b->row_count; i++) {
		t_s = b->rows[i].t_s;
		record(run, &b->rows[i]);
		note_alerts(run, t_s);
		if (look != NULL)
			look(run, t_s);
		if (t_s == b->budget[run->hour].t_s)
			run->hour++;
		if (restart < b->restart.count &&
		    t_s == b->restart.t_s[restart]) {
			restart++;
			sli_registry_close(run->reg);
			open_run(run, t_s);
		}
	}
	assert_int_equal(run->hour, b->budget_count);
	assert_int_equal(restart, b->restart.count);
}

void
burn_default_rings(struct burn_run *run)
{
	const struct sli_registry_config init = SLI_REGISTRY_CONFIG_INIT;

	run->cfg = init;
	run->cfg.max_indicators = 1;
	run->cfg.max_slos = 1;
	run->cfg.sync = SLI_SYNC_NONE;
}

void
burn_minute_rings(struct burn_run *run)
{
	static const struct sli_level rings[] = { { SLI_SECONDS(1), 128, 0 },
		{ SLI_MINUTES(1), 4400, 0 }, { SLI_HOURS(2), 400, 0 } };

	burn_default_rings(run);
	memcpy(run->cfg.history, rings, sizeof(rings));
	run->cfg.arena_bytes = UINT64_C(16) << 20;
}

uint64_t
burn_coarsest_slot_s(const struct burn_run *run)
{
	struct sli_registry_info info;
	uint32_t i = 0;

	assert_int_equal(sli_registry_info(run->reg, &info), SLI_OK);
	while (i + 1 < SLI_LEVELS_MAX && info.history[i + 1].slot_ns > 0)
		i++;
	return info.history[i].slot_ns / SLI_SECONDS(1);
}
