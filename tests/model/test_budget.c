/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include <sli/sli.h>

#include "../support/model.h"

#define PPB 1000000000u

__extension__ typedef __int128 int128;

/* The good and bad events of an SLO, by its definition. */
struct share {
	uint64_t good, bad;
};

/* `slow` is the threshold that makes a good event bad; none: its maximum. */
static struct share
share_of(const struct sli_counts *counts, uint32_t slow, bool shed_is_bad)
{
	struct share share = { counts->good, counts->bad };

	if (slow < SLI_THRESHOLDS_MAX) {
		share.good -= counts->slow[slow];
		share.bad += counts->slow[slow];
	}
	if (shed_is_bad)
		share.bad += counts->shed;
	return share;
}

/*
 * A double is as near to numerator / denominator as doubles allow: exactly if
 * that is 0 or 1, else to three roundings of 2^-53 in the library, and three
 * here. (A long double would not do: valgrind computes it as a double, and
 * converts 128-bit integers to it wrongly.)
 */
#define ROUNDINGS 1e-15

static void
expect_ratio(const struct model *m, const char *what, double number,
    int128 numerator, int128 denominator)
{
	double exact = (double)numerator / (double)denominator;
	double most = ROUNDINGS * (exact < 0 ? -exact : exact);
	double off = number - exact;

	if (numerator == 0 || numerator == denominator)
		most = 0;
	if (!(off >= -most && off <= most))
		model_fail(m, "%s: got %.17g, wanted %.17g\n", what, number,
		    exact);
}

/* What an SLO of this run is like; the same at every call. */
struct plan {
	struct sli_slo_config cfg;
	struct sli_slo *slo;
	uint64_t budget_ppb;
	uint32_t slow;
	bool shed_is_bad;
	char name[16];
};

static void
register_slo(struct model *m, struct plan *plan)
{
	struct sli_slo_config init = SLI_SLO_CONFIG_INIT;
	struct random rnd = { m->seed };
	uint64_t kind = random_below(&m->rnd, 8);
	uint64_t objective_ppb;

	/* One of eight of this run. */
	rnd.state += kind;
	objective_ppb = random_percent(&rnd, 30) ?
	    999000000 :
	    1 + random_below(&rnd, PPB - 1);
	(void)snprintf(plan->name, sizeof(plan->name), "slo.%u",
	    (unsigned int)kind);
	plan->cfg = init;
	plan->cfg.name = plan->name;
	plan->cfg.objective = (double)objective_ppb / PPB;
	plan->cfg.period_ns = m->cfg.slot_ns +
	    random_below(&rnd, oracle_reach(m->history) - 2 * m->cfg.slot_ns);
	plan->budget_ppb = PPB - objective_ppb;
	plan->slow = (uint32_t)random_below(&rnd, m->cfg.threshold_count + 1);
	if (plan->slow == m->cfg.threshold_count)
		plan->slow = SLI_THRESHOLDS_MAX;
	else
		plan->cfg.threshold_ns = m->cfg.threshold_ns[plan->slow];
	plan->shed_is_bad = random_percent(&rnd, 50);
	plan->cfg.flags = plan->shed_is_bad ? SLI_SLO_SHED_IS_BAD : 0;
	if (sli_slo_register(m->ind, &plan->cfg, &plan->slo, NULL) != SLI_OK)
		model_fail(m, "sli_slo_register\n");
}

/* Its events over a window, as the window's counts have them. */
static struct share
share_in(struct model *m, const struct plan *plan, uint64_t window_ns)
{
	struct sli_counts counts;

	if (sli_window_counts(m->ind, m->now_ns, window_ns, &counts) != SLI_OK)
		model_fail(m, "sli_window_counts\n");
	return share_of(&counts, plan->slow, plan->shed_is_bad);
}

/* burn = (b / n) / B */
static void
expect_burn(const struct model *m, const struct plan *plan, double burn,
    struct share s)
{
	if (s.good + s.bad == 0)
		expect_ratio(m, "burn rate of nothing", burn, 0, 1);
	else
		expect_ratio(m, "burn rate", burn, (int128)s.bad * PPB,
		    (int128)(s.good + s.bad) * plan->budget_ppb);
}

/*
 * remaining * period / burn, with the burn rate of the last hour: how long the
 * part of the budget that is left will last.
 */
static void
expect_exhausted(const struct model *m, const struct plan *plan,
    uint64_t got_ns, double remaining, struct share hour)
{
	double n = (double)(hour.good + hour.bad);
	double spent = (double)hour.bad * PPB;
	double ns = remaining * (double)plan->cfg.period_ns * n *
	    (double)plan->budget_ppb;

	if (remaining <= 0)
		model_expect(m, "exhausted", got_ns, 0, 0);
	else if (hour.bad == 0 || ns >= spent * (double)UINT64_MAX)
		model_expect(m, "never exhausted", got_ns, UINT64_MAX,
		    UINT64_MAX);
	else
		model_expect(m, "exhausted_in_ns", got_ns,
		    (uint64_t)(ns / spent * (1 - 10 * ROUNDINGS)) - 1,
		    (uint64_t)(ns / spent * (1 + 10 * ROUNDINGS)) + 1);
}

/* remaining = (B n - b) / (B n) */
static void
expect_remaining(const struct model *m, const struct plan *plan,
    const struct sli_budget *budget, struct share s, struct share hour)
{
	int128 allowed = (int128)(s.good + s.bad) * plan->budget_ppb;
	int128 left = allowed - (int128)s.bad * PPB;

	expect_ratio(m, "sli", budget->sli, s.good, s.good + s.bad);
	expect_ratio(m, "remaining", budget->remaining, left, allowed);
	expect_exhausted(m, plan, budget->exhausted_in_ns,
	    (double)left / (double)allowed, hour);
}

/* The period's events, against the list. */
static void
expect_period(struct model *m, const struct plan *plan,
    const struct sli_budget *budget)
{
	uint64_t at_ns = oracle_read(&m->oracle, m->now_ns);
	struct oracle_edge edge;
	struct sli_counts least, most;
	struct share a, b;

	oracle_edge(&m->oracle, m->history, at_ns, plan->cfg.period_ns, &edge);
	oracle_counts(&m->oracle, edge.newer_ns, &least);
	oracle_counts(&m->oracle, edge.older_ns, &most);
	a = share_of(&least, plan->slow, plan->shed_is_bad);
	b = share_of(&most, plan->slow, plan->shed_is_bad);
	model_expect(m, "good", budget->good, a.good, b.good);
	model_expect(m, "bad", budget->bad, a.bad, b.bad);
	model_expect(m, "total", budget->total, budget->good + budget->bad,
	    budget->good + budget->bad);
	model_expect(m, "covered_ns", budget->covered_ns, edge.covered_ns,
	    edge.covered_ns);
}

static void
check_burn_rate(struct model *m, const struct plan *plan)
{
	uint64_t window_ns = model_window(m);
	struct share s = share_in(m, plan, window_ns);
	double burn = -1;
	int status = sli_slo_burn_rate(plan->slo, m->now_ns, window_ns, &burn);

	if (s.good + s.bad > 0 && status == SLI_OK)
		expect_burn(m, plan, burn, s);
	else if (s.good + s.bad > 0 || status != SLI_ENODATA || burn > -1)
		model_fail(m, "sli_slo_burn_rate: %d\n", status);
}

static void
check_budget(struct model *m)
{
	struct sli_budget budget;
	struct plan plan;
	struct share s;

	register_slo(m, &plan);
	if (sli_slo_budget(plan.slo, m->now_ns, &budget) != SLI_OK)
		model_fail(m, "sli_slo_budget\n");
	expect_period(m, &plan, &budget);
	s = share_in(m, &plan, plan.cfg.period_ns);
	model_expect(m, "good again", budget.good, s.good, s.good);
	model_expect(m, "bad again", budget.bad, s.bad, s.bad);
	model_expect(m, "has_data", (uint64_t)budget.has_data, budget.total > 0,
	    budget.total > 0);
	if (budget.has_data)
		expect_remaining(m, &plan, &budget, s,
		    share_in(m, &plan, SLI_HOURS(1)));
	else
		expect_ratio(m, "no data", budget.sli + budget.remaining, 2, 1);
	expect_burn(m, &plan, budget.burn_rate_1h,
	    share_in(m, &plan, SLI_HOURS(1)));
	expect_burn(m, &plan, budget.burn_rate_6h,
	    share_in(m, &plan, SLI_HOURS(6)));
	check_burn_rate(m, &plan);
}

static void
test_budget_random_histories_match_list_of_events(void **state)
{
	(void)state;
	model_check(200, 1000, check_budget);
}

/* 0.999 of these events is a whole number of bad ones: 1 in each 1000. */
static void
test_budget_spent_to_the_event_leaves_exactly_zero(void **state)
{
	struct sli_registry_config rcfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config icfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config scfg = SLI_SLO_CONFIG_INIT;
	uint64_t now_ns = SLI_DAYS(20000);
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_slo *slo;
	struct sli_budget budget;

	(void)state;
	icfg.name = "requests";
	scfg.name = "availability";
	scfg.objective = 0.999;
	assert_int_equal(sli_registry_create(&rcfg, &reg, NULL), SLI_OK);
	assert_int_equal(sli_indicator_register(reg, &icfg, &ind, NULL),
	    SLI_OK);
	assert_int_equal(sli_slo_register(ind, &scfg, &slo, NULL), SLI_OK);
	for (uint64_t n = 1; n < (uint64_t)1 << 40; n *= 3) {
		struct sli_counts total;

		sli_count(ind, now_ns, SLI_GOOD, 999 * n);
		assert_int_equal(sli_total_counts(ind, &total), SLI_OK);
		assert_int_equal(sli_slo_budget(slo, now_ns, &budget), SLI_OK);
		if (total.bad == 0)
			assert_true(
			    budget.remaining >= 1.0 && budget.remaining <= 1.0);
		sli_count(ind, now_ns, SLI_BAD, n);
		assert_int_equal(sli_slo_budget(slo, now_ns, &budget), SLI_OK);
		assert_true(budget.remaining >= 0.0 && budget.remaining <= 0.0);
		assert_true(
		    budget.burn_rate_1h >= 1.0 && budget.burn_rate_1h <= 1.0);
		assert_int_equal(budget.exhausted_in_ns, 0);
	}
	sli_count(ind, now_ns, SLI_BAD, 1);
	assert_int_equal(sli_slo_budget(slo, now_ns, &budget), SLI_OK);
	assert_true(budget.remaining < 0.0);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_budget_random_histories_match_list_of_events),
		cmocka_unit_test(
		    test_budget_spent_to_the_event_leaves_exactly_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
