/* SPDX-License-Identifier: MIT */
#include <stdbool.h>

#include "../support/burn_run.h"
#include "../support/common.h"
#include "../support/scale.h"
#include "../support/scratch.h"

/* The library against Prometheus, evaluation by evaluation. */

/* Does the period begin on a slot's boundary, or before the data? */
static bool
is_on_slot(const struct burnrate *b, uint64_t t_s, uint64_t slot_s)
{
	return t_s <= b->period_s || (t_s - b->period_s) % slot_s == 0;
}

/* Where the period's old edge lies inside a slot: off by what is in that. */
static void
expect_within_slot(const struct burnrate *b, const struct sli_budget *budget,
    uint64_t t_s, uint64_t slot_s)
{
	uint64_t into_s = (t_s - b->period_s) % slot_s;
	struct burn_row most = burnrate_sum(b, t_s, b->period_s + into_s);
	struct burn_row least = burnrate_sum(b, t_s,
	    b->period_s + into_s - slot_s);

	assert_in_range(budget->good, least.good, most.good);
	assert_in_range(budget->bad, least.bad, most.bad);
}

static void
check_budget(struct burn_run *run, uint64_t t_s)
{
	const struct burn_budget *expected = &run->b.budget[run->hour];
	uint64_t slot_s = burn_coarsest_slot_s(run);
	struct sli_budget budget;
	double off;

	assert_int_equal(sli_slo_budget(run->slo, burn_at_ns(t_s), &budget),
	    SLI_OK);
	if (budget.remaining < run->least.remaining) {
		run->least.remaining = budget.remaining;
		run->least.t_s = t_s;
	}
	if (budget.remaining <= 0 && run->spent_t_s == 0)
		run->spent_t_s = t_s;
	if (!is_on_slot(&run->b, t_s, slot_s)) {
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
expect_changes(const struct burn_run *run, uint32_t alert,
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

/* Of a scenario: every alert and the budget; the tickets may be so far off. */
static void
play_checked(struct burn_run *run, const char *name, uint64_t ticket_off_s)
{
	uint32_t alert;
	double off;

	burn_begin(run, name);
	burn_play(run, check_budget);
	for (alert = 0; alert < BURN_ALERTS; alert++)
		expect_changes(run, alert, &run->b.alert[alert],
		    alert < BURN_TICKET_1D ? 0 : ticket_off_s);
	off = run->least.remaining - run->b.least.remaining;
	assert_true(off >= -1e-9 && off <= 1e-9);
	assert_int_equal(run->least.t_s, run->b.least.t_s);
	assert_int_equal(run->spent_t_s, run->b.spent_t_s);
	burn_end(run);
}

#define RESTARTS 9 /* "14_restart_during_burn" */

/* From the one with restarts on, in strides that come to each. */
static const char *
choose(struct burn_run *run, size_t i)
{
	size_t index = (RESTARTS + 5 * i) % burnrate_count;

	run->path = index == RESTARTS ? scratch_path("burn") : NULL;
	return burnrate_names[index];
}

static void
play_all(struct burn_run *run, uint64_t ticket_off_s)
{
	size_t i, n = test_scaled(burnrate_count);

	for (i = 0; i < n; i++)
		play_checked(run, choose(run, i), ticket_off_s);
}

/*
 * One slot of the ring that the edges of the tickets' windows lie in. The 6 h
 * of a page lie in it, too, but what fires and ends it is exact here.
 */
#define SLOT_S 300

static void
test_burnrate_default_rings_agree_with_prometheus(void **state)
{
	struct burn_run run = { .placement = BURN_BOTH,
		.flags = SLI_SLO_ALERT_BY_RATIO };

	(void)state;
	burn_default_rings(&run);
	play_all(&run, SLOT_S);
}

static void
test_burnrate_rings_of_a_minute_agree_exactly(void **state)
{
	struct burn_run run = { .placement = BURN_BOTH,
		.flags = SLI_SLO_ALERT_BY_RATIO };

	(void)state;
	burn_minute_rings(&run);
	play_all(&run, 0);
}

/* Wherever in its step an event happens, to the nanosecond. */
static void
test_burnrate_ends_of_a_step_belong_to_it(void **state)
{
	static const char *const names[] = { "02_outage_1m",
		"16_cold_start_outage" };
	struct burn_run run = { .placement = BURN_FIRST,
		.flags = SLI_SLO_ALERT_BY_RATIO };
	size_t i;

	(void)state;
	for (i = 0; i < 2 * LENGTH(names); i++) {
		run.placement = i < LENGTH(names) ? BURN_FIRST : BURN_LAST;
		burn_default_rings(&run);
		play_checked(&run, names[i % LENGTH(names)], SLOT_S);
		burn_minute_rings(&run);
		play_checked(&run, names[i % LENGTH(names)], 0);
	}
}

/* 14.4 is no binary fraction: a policy may not fire at just that. */
static void
test_burnrate_policy_of_ones_own_agrees_exactly(void **state)
{
	static const char *const names[] = { "17_boundary_exactly_14p4x",
		"03_outage_5m", "08_burn_0p4pct_2d" };
	struct burn_run run = { .placement = BURN_BOTH,
		.flags = SLI_SLO_ALERT_BY_RATIO,
		.has_policy = true };
	size_t i;

	(void)state;
	burn_minute_rings(&run);
	for (i = 0; i < LENGTH(names); i++)
		play_checked(&run, names[i], 0);
}

/* What the file is for: with each start in memory, alerts begin anew. */
static void
test_burnrate_restarts_in_memory_forget(void **state)
{
	struct burn_run run = { .placement = BURN_BOTH,
		.flags = SLI_SLO_ALERT_BY_RATIO };
	uint32_t alert;

	(void)state;
	burn_minute_rings(&run);
	burn_begin(&run, burnrate_names[RESTARTS]);
	burn_play(&run, NULL);
	for (alert = 0; alert < BURN_ALERTS; alert++)
		expect_changes(&run, alert, &run.b.forgetful[alert], 0);
	burn_end(&run);
}

/* What alert `index` was like for the n-th time; false: it was not. */
static bool
find_record(const struct burn_run *run, uint32_t index, size_t n,
    struct sli_alert_record *record)
{
	struct sli_alert_record r;
	uint32_t back = 0;
	bool found = false;

	/* From the last to the first: the n-th of them is what is left. */
	while (sli_alert_read(run->reg, back, &r) == SLI_OK)
		back++;
	while (back-- > 0 && !found) {
		assert_int_equal(sli_alert_read(run->reg, back, &r), SLI_OK);
		found = r.kind == SLI_ALERT_BURN && r.alert_index == index &&
		    n-- == 0;
	}
	*record = r;
	return found;
}

/* The events from the onset to the end; those of a step come at its begin. */
static void
expect_cost(const struct burn_run *run, const struct sli_alert_record *r,
    uint64_t end_s)
{
	const struct burnrate *b = &run->b;
	uint64_t onset_s = (r->onset_ns - START) / SLI_SECONDS(1);
	uint64_t first_s = (onset_s + b->step_s - 1) / b->step_s * b->step_s;
	struct burn_row since = burnrate_sum(b, end_s, end_s - first_s);
	struct burn_row period = burnrate_sum(b, end_s, b->period_s);
	double cost = (double)since.bad / (1 - b->objective) /
	    (double)(period.good + period.bad);

	assert_int_equal(r->bad, since.bad);
	assert_int_equal(r->total, since.good + since.bad);
	assert_true(r->budget_cost > cost * (1 - 1e-9) &&
	    r->budget_cost < cost * (1 + 1e-9));
}

static void
expect_record(const struct burn_run *run, uint32_t index, size_t n)
{
	const struct burn_changes *changes = &run->alert[index];
	uint64_t start_s = changes->t_s[2 * n], end_s = changes->t_s[2 * n + 1];
	struct sli_alert_record r;

	if (!find_record(run, index, n, &r))
		fail_msg("%s: alert %u has no record %zu", run->b.name, index,
		    n);
	assert_int_equal(r.start_ns, burn_at_ns(start_s));
	assert_int_equal(r.end_ns, burn_at_ns(end_s));
	assert_int_equal(r.severity,
	    index < BURN_TICKET_1D ? SLI_PAGE : SLI_TICKET);
	assert_true(r.peak_burn > r.factor);
	assert_in_range(r.onset_ns, START, r.start_ns);
	assert_in_range(r.recovered_ns, r.start_ns, r.end_ns);
	expect_cost(run, &r, end_s);
}

/*
 * The log has what was seen at the evaluations: judged only there, since all
 * events of a step come in its first slot.
 */
static void
test_burnrate_log_has_each_alert_and_its_cost(void **state)
{
	struct burn_run run = { .placement = BURN_FIRST,
		.flags = SLI_SLO_ALERT_BY_RATIO };
	size_t i, k, n = test_scaled(burnrate_count);
	struct sli_alert_record r;
	uint32_t alert;

	(void)state;
	burn_minute_rings(&run);
	for (i = 0; i < n; i++) {
		burn_begin(&run, choose(&run, i));
		burn_play(&run, NULL);
		for (alert = 0; alert < BURN_ALERTS; alert++) {
			for (k = 0; k < run.alert[alert].count / 2; k++)
				expect_record(&run, alert, k);
			assert_false(find_record(&run, alert, k, &r));
		}
		burn_end(&run);
	}
}

__extension__ typedef unsigned __int128 uint128;

/* b / n / B * (n / w) / (N / W) > factor, of whole numbers. */
static bool
is_above(const struct burnrate *b, uint64_t t_s, uint64_t window_s,
    uint64_t factor_ppm)
{
	struct burn_row window = burnrate_sum(b, t_s, window_s);
	struct burn_row period = burnrate_sum(b, t_s, b->period_s);
	uint64_t covered_s = t_s < b->period_s ? t_s : b->period_s;
	uint64_t budget_ppb = (uint64_t)((1 - b->objective) * 1e9 + 0.5);
	const uint128 whole = (uint128)1000000 * 1000000000;

	return window.bad * whole * covered_s > (uint128)factor_ppm *
	    budget_ppb * (period.good + period.bad) * window_s;
}

/* The states that the definition in alert.h gives. */
static void
check_weights(struct burn_run *run, uint64_t t_s)
{
	static const struct {
		uint64_t long_s, short_s, factor_ppm;
	} rules[BURN_ALERTS] = { { 3600, 300, 14400000 },
		{ 21600, 1800, 6000000 }, { 86400, 7200, 3000000 },
		{ 259200, 21600, 1000000 } };
	const struct burnrate *b = &run->b;
	bool fires;
	uint32_t i;

	if (!is_on_slot(b, t_s, burn_coarsest_slot_s(run)))
		return;
	for (i = 0; i < BURN_ALERTS; i++) {
		fires = is_above(b, t_s, rules[i].long_s,
			    rules[i].factor_ppm) &&
		    is_above(b, t_s, rules[i].short_s, rules[i].factor_ppm);
		if (fires != (run->alert[i].count % 2 == 1))
			fail_msg("%s, alert %u at %u: %s", b->name, i,
			    (unsigned int)t_s, fires ? "silent" : "fires");
	}
}

/* The weights that are the default: not what Prometheus's rules say. */
static void
test_burnrate_by_weight_is_the_definitions(void **state)
{
	struct burn_run run = { .placement = BURN_BOTH };
	size_t i, n = test_scaled(burnrate_count), fired = 0;
	uint32_t alert;

	(void)state;
	burn_minute_rings(&run);
	for (i = 0; i < n; i++) {
		burn_begin(&run, choose(&run, i));
		burn_play(&run, check_weights);
		for (alert = 0; alert < BURN_ALERTS; alert++)
			fired += run.alert[alert].count / 2;
		burn_end(&run);
	}
	assert_true(fired > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_burnrate_default_rings_agree_with_prometheus),
		cmocka_unit_test(test_burnrate_rings_of_a_minute_agree_exactly),
		cmocka_unit_test(test_burnrate_ends_of_a_step_belong_to_it),
		cmocka_unit_test(
		    test_burnrate_policy_of_ones_own_agrees_exactly),
		cmocka_unit_test(test_burnrate_restarts_in_memory_forget),
		cmocka_unit_test(test_burnrate_log_has_each_alert_and_its_cost),
		cmocka_unit_test(test_burnrate_by_weight_is_the_definitions),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
