/* SPDX-License-Identifier: MIT */
#include "../support/burnrate.h"

#include <stdlib.h>
#include <string.h>

#include "../support/common.h"
#include "../support/scale.h"
#include "../support/scratch.h"

/*
 * The library against Prometheus, evaluation by evaluation.
 *
 * Prometheus evaluates windows (t - W, t] over rows that stand at the end of
 * their step; the library's are [t - W, t) of events that have times of their
 * own. So that both speak of the same events, those of the row at t happen in
 * [t - step, t), and the library is asked at t: what happens at t itself is of
 * the next row. The alerts are asked for directly, and in the budget, as they
 * were judged when the slot opened, which for a slot that begins at t is the
 * same.
 */
enum placement {
	FIRST, /* in the step's first nanosecond */
	LAST,  /* in its last one */
	BOTH   /* half and half */
};

struct run {
	struct burnrate b;
	struct sli_registry_config cfg;
	enum placement placement;
	const char *path; /* of its file; NULL: in memory */
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_slo *slo;
	struct burn_changes alert[BURN_ALERTS]; /* as the library has them */
	struct burn_budget least;
	uint64_t spent_t_s;
};

static uint64_t
at_ns(uint64_t t_s)
{
	return START + SLI_SECONDS(t_s);
}

static void
open_run(struct run *run, uint64_t t_s)
{
	struct sli_indicator_config icfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config scfg = SLI_SLO_CONFIG_INIT;
	struct sli_error err = { 0 };
	int status;

	icfg.name = "requests";
	scfg.name = "availability";
	scfg.objective = run->b.objective;
	scfg.period_ns = SLI_SECONDS(run->b.period_s);
	scfg.flags = SLI_SLO_ALERT_BY_RATIO;
	scfg.alert_min_events = 1;
	scfg.alert_min_bad = 1;
	run->cfg.now_ns = at_ns(t_s);
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
record(struct run *run, const struct burn_row *row)
{
	uint64_t first_ns = at_ns(row->t_s - run->b.step_s);
	uint64_t last_ns = at_ns(row->t_s) - 1;
	uint64_t good = row->good, bad = row->bad;

	if (run->placement == BOTH) {
		sli_count(run->ind, first_ns, SLI_GOOD, good / 2);
		sli_count(run->ind, first_ns, SLI_BAD, bad / 2);
		good -= good / 2;
		bad -= bad / 2;
	}
	if (run->placement == FIRST)
		last_ns = first_ns;
	/* A silent step has no event to open a slot with. */
	if (good > 0)
		sli_count(run->ind, last_ns, SLI_GOOD, good);
	if (bad > 0)
		sli_count(run->ind, last_ns, SLI_BAD, bad);
}

static void
note_alerts(struct run *run, uint64_t t_s)
{
	bool fires[BURN_ALERTS];
	struct burn_changes *changes;
	struct sli_budget budget;
	struct sli_alert alert;
	uint32_t i;

	for (i = 0; i < BURN_ALERTS; i++) {
		changes = &run->alert[i];
		assert_int_equal(sli_slo_alert(run->slo, at_ns(t_s), i, &alert),
		    SLI_OK);
		fires[i] = alert.state == SLI_ALERT_FIRING;
		if (fires[i] != (changes->count % 2 == 1))
			changes->t_s[changes->count++] = t_s;
	}
	assert_int_equal(sli_slo_budget(run->slo, at_ns(t_s), &budget), SLI_OK);
	assert_int_equal(budget.page,
	    fires[BURN_PAGE_1H] || fires[BURN_PAGE_6H]);
	assert_int_equal(budget.ticket,
	    fires[BURN_TICKET_1D] || fires[BURN_TICKET_3D]);
}

/* Good and bad events of the rows in (from_s, to_s]. */
static struct burn_row
sum_of(const struct burnrate *b, uint64_t from_s, uint64_t to_s)
{
	struct burn_row sum = { to_s, 0, 0 };
	size_t i;

	for (i = (size_t)(from_s / b->step_s); i < to_s / b->step_s; i++) {
		sum.good += b->rows[i].good;
		sum.bad += b->rows[i].bad;
	}
	return sum;
}

/* Where the period's old edge lies inside a slot: off by what is in that. */
static void
expect_within_slot(const struct burnrate *b, const struct sli_budget *budget,
    uint64_t t_s, uint64_t slot_s)
{
	uint64_t old_s = (t_s - b->period_s) / slot_s * slot_s;
	struct burn_row most = sum_of(b, old_s, t_s);
	struct burn_row least = sum_of(b, old_s + slot_s, t_s);

	assert_in_range(budget->good, least.good, most.good);
	assert_in_range(budget->bad, least.bad, most.bad);
}

/* The coarsest ring is the one that reaches over the period's old edge. */
static uint64_t
coarsest_slot_s(const struct run *run)
{
	struct sli_registry_info info;
	uint32_t i = 0;

	assert_int_equal(sli_registry_info(run->reg, &info), SLI_OK);
	while (i + 1 < SLI_LEVELS_MAX && info.history[i + 1].slot_ns > 0)
		i++;
	return info.history[i].slot_ns / SLI_SECONDS(1);
}

static void
check_budget(struct run *run, uint64_t t_s, const struct burn_budget *expected)
{
	uint64_t slot_s = coarsest_slot_s(run);
	struct sli_budget budget;
	double off;

	assert_int_equal(sli_slo_budget(run->slo, at_ns(t_s), &budget), SLI_OK);
	if (budget.remaining < run->least.remaining) {
		run->least.remaining = budget.remaining;
		run->least.t_s = t_s;
	}
	if (budget.remaining <= 0 && run->spent_t_s == 0)
		run->spent_t_s = t_s;
	if (t_s > run->b.period_s && (t_s - run->b.period_s) % slot_s != 0) {
		expect_within_slot(&run->b, &budget, t_s, slot_s);
		return;
	}
	if (t_s != expected->t_s)
		return;
	off = budget.remaining - expected->remaining;
	if (!(off >= -1e-9 && off <= 1e-9))
		fail_msg("%s: remaining at %u is %.15g, not %.15g", run->b.name,
		    (unsigned int)t_s, budget.remaining, expected->remaining);
}

/* Each change of an alert, at most `most_s` away from where it should be. */
static void
expect_changes(const struct run *run, uint32_t alert,
    const struct burn_changes *wanted, uint64_t most_s)
{
	const struct burn_changes *got = &run->alert[alert];
	uint64_t off;
	size_t i;

	if (got->count != wanted->count)
		fail_msg("%s, alert %u: %zu changes, not %zu", run->b.name,
		    alert, got->count, wanted->count);
	for (i = 0; i < got->count; i++) {
		off = got->t_s[i] > wanted->t_s[i] ?
		    got->t_s[i] - wanted->t_s[i] :
		    wanted->t_s[i] - got->t_s[i];
		if (off > most_s)
			fail_msg("%s, alert %u: %s at %u, not at %u",
			    run->b.name, alert, i % 2 == 0 ? "fires" : "ends",
			    (unsigned int)got->t_s[i],
			    (unsigned int)wanted->t_s[i]);
	}
}

static void
begin_run(struct run *run, const char *name)
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
	open_run(run, 0);
}

static void
end_run(struct run *run)
{
	uint32_t i;

	sli_registry_close(run->reg);
	if (run->path != NULL)
		scratch_remove(run->path);
	for (i = 0; i < BURN_ALERTS; i++)
		free(run->alert[i].t_s);
	burnrate_free(&run->b);
}

/* Drive a scenario: at each step its events, then all that is to be said. */
static void
play(struct run *run, bool with_budget)
{
	const struct burnrate *b = &run->b;
	size_t i, hour = 0, restart = 0;
	uint64_t t_s;

	for (i = 0; i < b->row_count; i++) {
		t_s = b->rows[i].t_s;
		record(run, &b->rows[i]);
		note_alerts(run, t_s);
		if (with_budget)
			check_budget(run, t_s, &b->budget[hour]);
		if (t_s == b->budget[hour].t_s)
			hour++;
		if (restart < b->restart.count &&
		    t_s == b->restart.t_s[restart]) {
			restart++;
			sli_registry_close(run->reg);
			open_run(run, t_s);
		}
	}
	assert_int_equal(hour, b->budget_count);
	assert_int_equal(restart, b->restart.count);
}

/* Of a scenario: every alert and the budget; the tickets may be so far off. */
static void
play_checked(struct run *run, const char *name, uint64_t ticket_off_s)
{
	uint32_t alert;
	double off;

	begin_run(run, name);
	play(run, true);
	for (alert = 0; alert < BURN_ALERTS; alert++)
		expect_changes(run, alert, &run->b.alert[alert],
		    alert < BURN_TICKET_1D ? 0 : ticket_off_s);
	off = run->least.remaining - run->b.least.remaining;
	assert_true(off >= -1e-9 && off <= 1e-9);
	assert_int_equal(run->least.t_s, run->b.least.t_s);
	assert_int_equal(run->spent_t_s, run->b.spent_t_s);
	end_run(run);
}

#define RESTARTS 9 /* "14_restart_during_burn" */

/* From the one with restarts on, in strides that come to each. */
static void
play_all(struct run *run, uint64_t ticket_off_s)
{
	size_t i, n = test_scaled(burnrate_count);
	const char *name;

	for (i = 0; i < n; i++) {
		name = burnrate_names[(RESTARTS + 5 * i) % burnrate_count];
		run->path = i == 0 ? scratch_path("burn") : NULL;
		play_checked(run, name, ticket_off_s);
	}
}

/* A registry for one SLO, with the rings of the default configuration. */
static void
default_rings(struct run *run)
{
	const struct sli_registry_config init = SLI_REGISTRY_CONFIG_INIT;

	run->cfg = init;
	run->cfg.max_indicators = 1;
	run->cfg.max_slos = 1;
	run->cfg.sync = SLI_SYNC_NONE;
}

/* Rings that reach three days and more in slots of an evaluation's step. */
static void
minute_rings(struct run *run)
{
	static const struct sli_level rings[] = { { SLI_SECONDS(1), 128, 0 },
		{ SLI_MINUTES(1), 4400, 0 }, { SLI_HOURS(2), 400, 0 } };

	default_rings(run);
	memcpy(run->cfg.history, rings, sizeof(rings));
	run->cfg.arena_bytes = UINT64_C(16) << 20;
}

/*
 * One slot of the ring that the edges of the tickets' windows lie in. The 6 h
 * of a page lie in it, too, but what fires and ends it is exact here.
 */
#define SLOT_S 300

static void
test_burnrate_default_rings_agree_with_prometheus(void **state)
{
	struct run run = { .placement = BOTH };

	(void)state;
	default_rings(&run);
	play_all(&run, SLOT_S);
}

static void
test_burnrate_rings_of_a_minute_agree_exactly(void **state)
{
	struct run run = { .placement = BOTH };

	(void)state;
	minute_rings(&run);
	play_all(&run, 0);
}

/* Wherever in its step an event happens, to the nanosecond. */
static void
test_burnrate_ends_of_a_step_belong_to_it(void **state)
{
	static const char *const names[] = { "02_outage_1m",
		"16_cold_start_outage" };
	struct run run = { .placement = FIRST };
	size_t i;

	(void)state;
	for (i = 0; i < 2 * LENGTH(names); i++) {
		run.placement = i < LENGTH(names) ? FIRST : LAST;
		default_rings(&run);
		play_checked(&run, names[i % LENGTH(names)], SLOT_S);
		minute_rings(&run);
		play_checked(&run, names[i % LENGTH(names)], 0);
	}
}

/* What the file is for: with each start in memory, alerts begin anew. */
static void
test_burnrate_restarts_in_memory_forget(void **state)
{
	struct run run = { .placement = BOTH };
	uint32_t alert;

	(void)state;
	minute_rings(&run);
	begin_run(&run, burnrate_names[RESTARTS]);
	play(&run, false);
	for (alert = 0; alert < BURN_ALERTS; alert++)
		expect_changes(&run, alert, &run.b.forgetful[alert], 0);
	end_run(&run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_burnrate_default_rings_agree_with_prometheus),
		cmocka_unit_test(test_burnrate_rings_of_a_minute_agree_exactly),
		cmocka_unit_test(test_burnrate_ends_of_a_step_belong_to_it),
		cmocka_unit_test(test_burnrate_restarts_in_memory_forget),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
