/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "../support/common.h"
#include "../support/random.h"
#include "../support/scale.h"

#include <sli/sli.h>

/*
 * The life of alerts against a naive oracle, which has each second in a list
 * and adds a window up each time: random policies, over minutes that are calm,
 * bad, or empty. Windows lie inside the finest ring, so all of it is exact.
 */

#define SECONDS 900
#define WINDOW_MAX 120
#define BUDGET_PPM 1000 /* 99.9 % */
#define EXPECTED_MAX 512

struct second {
	uint64_t good, bad;
	bool opened; /* somebody was there at its start */
};

struct episode {
	uint64_t start, end; /* seconds; end 0: it fires */
	uint64_t last;	     /* that it was seen to fire */
	double peak;
	bool told;
};

struct policy {
	struct sli_alert_config cfg;
	uint64_t long_s, short_s, after_s, factor;
	/* The oracle's state. */
	bool holds, fires;
	uint64_t since;
	uint32_t episodes;
	struct episode episode[EXPECTED_MAX];
};

static struct second seconds[SECONDS];
static struct policy policies[SLI_ALERTS_MAX];

static void
make_policy(struct random *rnd, struct policy *p)
{
	memset(p, 0, sizeof(*p));
	p->long_s = 2 + random_below(rnd, WINDOW_MAX - 1);
	p->short_s = 1 + random_below(rnd, p->long_s);
	p->factor = 1 + random_below(rnd, 500);
	p->after_s = random_percent(rnd, 50) ? 0 : random_below(rnd, 10);
	p->cfg.severity = SLI_PAGE;
	p->cfg.long_ns = SLI_SECONDS(p->long_s);
	p->cfg.short_ns = SLI_SECONDS(p->short_s);
	p->cfg.factor = (double)p->factor;
	p->cfg.after_ns = SLI_SECONDS(p->after_s);
	p->cfg.min_events = 1 + random_below(rnd, 50);
	p->cfg.min_bad = 1 + random_below(rnd, 5);
}

/* Calm, bad to some degree, or nothing at all, for some time each. */
static void
make_seconds(struct random *rnd)
{
	uint64_t i = 0, end, rate, percent;
	bool nothing;

	memset(seconds, 0, sizeof(seconds));
	while (i < SECONDS) {
		end = i + 1 + random_below(rnd, 40);
		rate = random_below(rnd, 60);
		percent = random_percent(rnd, 50) ? 0 : random_below(rnd, 101);
		nothing = random_percent(rnd, 15);
		for (; i < end && i < SECONDS; i++) {
			seconds[i].opened = !nothing;
			if (nothing)
				continue;
			seconds[i].bad = rate * percent / 100;
			seconds[i].good = rate - seconds[i].bad;
		}
	}
}

static struct second
sum(uint64_t to, uint64_t n)
{
	struct second s = { 0, 0, false };
	uint64_t i;

	for (i = to > n ? to - n : 0; i < to; i++) {
		s.good += seconds[i].good;
		s.bad += seconds[i].bad;
	}
	return s;
}

static bool
exceeds(const struct policy *p, struct second s)
{
	return s.bad * 1000000 > p->factor * BUDGET_PPM * (s.good + s.bad);
}

/* What the oracle makes of the start of a second. */
static void
judge(struct policy *p, uint64_t at)
{
	struct second in_long = sum(at, p->long_s),
		      in_short = sum(at, p->short_s);
	bool holds = exceeds(p, in_long) && exceeds(p, in_short) &&
	    in_long.good + in_long.bad >= p->cfg.min_events &&
	    in_long.bad >= p->cfg.min_bad;
	struct episode *e;
	bool fires;
	double burn;

	if (holds && !p->holds)
		p->since = at;
	p->holds = holds;
	fires = holds && at - p->since >= p->after_s;
	if (fires && !p->fires) {
		assert_in_range(p->episodes, 0, EXPECTED_MAX - 1);
		p->episode[p->episodes++].start = at;
	}
	e = &p->episode[p->episodes > 0 ? p->episodes - 1 : 0];
	/* With no event in its short window it cannot fire, seen or not. */
	if (!fires && p->fires)
		e->end = at < e->last + 1 + p->short_s ?
		    at :
		    e->last + 1 + p->short_s;
	if (fires) {
		e->last = at;
		burn = (double)in_short.bad * 1000000 / BUDGET_PPM /
		    (double)(in_short.good + in_short.bad);
		e->peak = burn > e->peak ? burn : e->peak;
	}
	p->fires = fires;
}

static uint64_t
second_of(uint64_t ns)
{
	assert_true(ns >= START && ns % SLI_SECONDS(1) == 0);
	return (ns - START) / SLI_SECONDS(1);
}

static void
check_record(const struct sli_alert_record *r)
{
	struct policy *p = &policies[r->alert_index];
	uint64_t start = second_of(r->start_ns), onset = second_of(r->onset_ns);
	struct episode *e = NULL;
	struct second all;
	uint32_t i;

	for (i = 0; i < p->episodes; i++)
		if (p->episode[i].start == start)
			e = &p->episode[i];
	assert_non_null(e);
	assert_false(e->told);
	e->told = true;
	assert_true(onset < start && start - onset <= p->long_s + 60);
	assert_true(
	    r->peak_burn > e->peak - 1e-5 && r->peak_burn < e->peak + 1e-5);
	if (e->end == 0) {
		assert_true(r->end_ns == 0 && r->recovered_ns == 0);
		return;
	}
	assert_int_equal(second_of(r->end_ns), e->end);
	assert_in_range(second_of(r->recovered_ns), onset, e->end);
	all = sum(e->end, e->end - onset);
	/* What came in a gap may be at its edge, in a ring with wider slots. */
	if (e->end - onset < WINDOW_MAX) {
		assert_int_equal(r->bad, all.bad);
		assert_int_equal(r->total, all.good + all.bad);
	}
}

static void
check_log(const struct sli_registry *reg)
{
	struct sli_alert_record r;
	uint32_t i, k, back;
	int status;

	for (back = 0; (status = sli_alert_read(reg, back, &r)) != SLI_ENOENT;
	     back++) {
		assert_int_equal(status, SLI_OK);
		check_record(&r);
	}
	assert_true(back < SLI_ALERT_LOG_MAX);
	for (i = 0; i < SLI_ALERTS_MAX; i++)
		for (k = 0; k < policies[i].episodes; k++)
			assert_true(policies[i].episode[k].told);
}

static uint64_t
run_scenario(struct random *rnd)
{
	struct sli_registry_config reg_cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config ind_cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_alert_config alerts[SLI_ALERTS_MAX];
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_slo *slo;
	uint64_t i, k, at_ns, episodes = 0;

	make_seconds(rnd);
	seconds[0].opened = true;
	for (i = 0; i < SLI_ALERTS_MAX; i++) {
		make_policy(rnd, &policies[i]);
		alerts[i] = policies[i].cfg;
	}
	reg_cfg.max_indicators = reg_cfg.max_slos = 1;
	assert_int_equal(sli_registry_create(&reg_cfg, &reg, NULL), SLI_OK);
	ind_cfg.name = "requests";
	assert_int_equal(sli_indicator_register(reg, &ind_cfg, &ind, NULL),
	    SLI_OK);
	cfg.name = "availability";
	cfg.objective = 0.999;
	cfg.flags = SLI_SLO_ALERT_BY_RATIO | SLI_SLO_NO_OUTAGES;
	cfg.alerts = alerts;
	cfg.alert_count = SLI_ALERTS_MAX;
	assert_int_equal(sli_slo_register(ind, &cfg, &slo, NULL), SLI_OK);
	for (i = 0; i < SECONDS; i++) {
		at_ns = START + SLI_SECONDS(i);
		if (!seconds[i].opened)
			continue;
		assert_int_equal(sli_advance(reg, at_ns), SLI_OK);
		sli_count(ind, at_ns, SLI_GOOD, seconds[i].good);
		sli_count(ind, at_ns, SLI_BAD, seconds[i].bad);
		for (k = 0; k < SLI_ALERTS_MAX; k++)
			judge(&policies[k], i);
	}
	check_log(reg);
	for (k = 0; k < SLI_ALERTS_MAX; k++)
		episodes += policies[k].episodes;
	sli_registry_close(reg);
	return episodes;
}

static void
test_alert_lives_as_the_oracle_says(void **state)
{
	struct random rnd = { random_seed() };
	uint64_t run, episodes = 0;

	(void)state;
	print_message("SLI_TEST_SEED=%llu\n", (unsigned long long)rnd.state);
	for (run = 0; run < test_scaled(100); run++)
		episodes += run_scenario(&rnd);
	print_message("%llu episodes\n", (unsigned long long)episodes);
	assert_true(episodes > run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alert_lives_as_the_oracle_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
