/* SPDX-License-Identifier: MIT */
#include "file_model.h"

#include <string.h>

#include "common.h"
#include "scratch.h"

/* The default, and rings so small that an idle gap soon goes all round. */
static const struct {
	struct sli_level history[SLI_LEVELS_MAX];
	struct sli_level latency[SLI_LEVELS_MAX];
} shapes[] = {
	{ { { SLI_SECONDS(1), 128, 0 }, { SLI_SECONDS(10), 384, 0 },
	      { SLI_MINUTES(5), 900, 0 }, { SLI_HOURS(2), 400, 0 } },
	    { { SLI_SECONDS(10), 8, 0 }, { SLI_MINUTES(1), 12, 0 },
		{ SLI_MINUTES(10), 8, 0 } } },
	{ { { SLI_SECONDS(1), 4, 0 }, { SLI_SECONDS(2), 4, 0 },
	      { SLI_SECONDS(6), 4, 0 } },
	    { { SLI_SECONDS(2), 4, 0 }, { SLI_SECONDS(4), 4, 0 } } },
	{ { { SLI_MILLIS(100), 31, 0 }, { SLI_MILLIS(700), 43, 0 },
	      { SLI_MILLIS(7700), 13, 0 } },
	    { { SLI_MILLIS(700), 11, 0 }, { SLI_MILLIS(2100), 9, 0 } } },
};

static void
register_all(struct file_model *f)
{
	struct sli_slo_config slo = SLI_SLO_CONFIG_INIT;
	struct model *m = &f->m;

	slo.name = "availability";
	slo.objective = 0.99;
	slo.period_ns = f->period_ns;
	if (sli_indicator_register(m->reg, &m->cfg, &m->ind, NULL) != SLI_OK)
		model_fail(m, "sli_indicator_register\n");
	if (sli_slo_register(m->ind, &slo, &f->slo, NULL) != SLI_OK)
		model_fail(m, "sli_slo_register\n");
}

void
file_model_attach(struct file_model *f)
{
	struct sli_registry_config cfg = scratch_config();
	struct sli_error err = { 0 };
	struct model *m = &f->m;

	/* On an existing file these are other machines' and users' ideas. */
	cfg.shards = random_percent(&m->rnd, 50) ? 1 : 8;
	cfg.max_indicators = 1 + (uint32_t)random_below(&m->rnd, 4);
	cfg.recorder = random_percent(&m->rnd, 50) ? SLI_RECORDER_AUTO :
						     SLI_RECORDER_ATOMIC;
	if (m->cfg.name == NULL || random_percent(&m->rnd, 50)) {
		memcpy(cfg.history, m->history, sizeof(cfg.history));
		memcpy(cfg.latency, m->latency, sizeof(cfg.latency));
	}
	if (sli_registry_open(f->path, &cfg, &m->reg, &err) != SLI_OK)
		model_fail(m, "%s\n", err.message);
	if (m->cfg.name != NULL)
		register_all(f);
}

void
file_model_open(struct file_model *f, char *path, uint64_t seed,
    uint64_t start_ns)
{
	struct sli_indicator_config init = SLI_INDICATOR_CONFIG_INIT;
	struct model *m = &f->m;
	size_t shape;

	memset(f, 0, sizeof(*f));
	f->path = path;
	m->seed = m->rnd.state = seed;
	shape = random_below(&m->rnd, LENGTH(shapes));
	memcpy(m->history, shapes[shape].history, sizeof(shapes[0].history));
	memcpy(m->latency, shapes[shape].latency, sizeof(shapes[0].latency));
	file_model_attach(f);
	m->cfg = init;
	m->cfg.name = "requests";
	m->cfg.slot_ns = m->history[0].slot_ns;
	m->cfg.threshold_count = (uint32_t)random_below(&m->rnd, 3);
	m->cfg.threshold_ns[0] = SLI_MILLIS(1);
	m->cfg.threshold_ns[1] = SLI_MILLIS(100);
	m->cfg.precision_bits = 4;
	f->period_ns = oracle_reach(m->history) < SLI_DAYS(30) ?
	    oracle_reach(m->history) :
	    SLI_DAYS(30);
	register_all(f);
	oracle_init(&m->oracle, &m->cfg);
	m->now_ns = start_ns;
}

void
file_model_close(struct file_model *f)
{
	oracle_free(&f->m.oracle);
	sli_registry_close(f->m.reg);
	scratch_remove(f->path);
}

static void
move_clock(struct model *m)
{
	const struct sli_level *level =
	    &m->history[random_below(&m->rnd, m->history[3].slot_ns ? 4 : 3)];
	uint64_t kind = random_below(&m->rnd, 100);

	if (kind < 50)
		m->now_ns += random_below(&m->rnd, m->cfg.slot_ns);
	else if (kind < 70) /* a boundary exactly */
		m->now_ns += level->slot_ns - m->now_ns % level->slot_ns;
	else if (kind < 90)
		m->now_ns += random_below(&m->rnd, 3 * level->slot_ns);
	else if (kind < 92) /* set back, to stay there */
		m->now_ns -= random_magnitude(&m->rnd, 38);
}

static void
reset_budget(struct file_model *f)
{
	struct model *m = &f->m;

	f->reset_ns = oracle_read(&m->oracle, m->now_ns);
	oracle_counts(&m->oracle, 0, &f->reset);
	if (sli_slo_reset_budget(f->slo, m->now_ns, "why not", NULL) != SLI_OK)
		model_fail(m, "sli_slo_reset_budget\n");
}

void
file_model_step(struct file_model *f)
{
	struct model *m = &f->m;
	enum sli_outcome outcome = (enum sli_outcome)random_below(&m->rnd, 4);
	uint64_t kind = random_below(&m->rnd, 1000), x;

	move_clock(m);
	if (kind < 700) {
		x = random_magnitude(&m->rnd, 38);
		sli_record(m->ind, m->now_ns, outcome, x);
		oracle_record(&m->oracle, m->now_ns, outcome, x);
	} else if (kind < 900) {
		x = 1 + random_magnitude(&m->rnd, 20);
		sli_count(m->ind, m->now_ns, outcome, x);
		oracle_count(&m->oracle, m->now_ns, outcome, x);
	} else if (kind < 997) {
		(void)sli_advance(m->reg, m->now_ns);
		oracle_advance(&m->oracle, m->now_ns);
	} else {
		reset_budget(f);
	}
}

static void
expect_counts(const struct model *m, const struct sli_counts *got,
    const struct sli_counts *least, const struct sli_counts *most)
{
	model_expect(m, "good", got->good, least->good, most->good);
	model_expect(m, "bad", got->bad, least->bad, most->bad);
	model_expect(m, "shed", got->shed, least->shed, most->shed);
	model_expect(m, "ignored", got->ignored, least->ignored, most->ignored);
	for (uint32_t k = 0; k < SLI_THRESHOLDS_MAX; k++)
		model_expect(m, "slow", got->slow[k], least->slow[k],
		    most->slow[k]);
}

void
file_model_check_totals(const struct file_model *f,
    const struct sli_indicator *ind)
{
	struct sli_counts got, want;

	if (sli_total_counts(ind, &got) != SLI_OK)
		model_fail(&f->m, "sli_total_counts\n");
	oracle_counts(&f->m.oracle, 0, &want);
	expect_counts(&f->m, &got, &want, &want);
	model_expect(&f->m, "late", sli_late_count(ind), f->m.oracle.late,
	    f->m.oracle.late);
}

void
file_model_check_counts(const struct file_model *f, uint64_t older_ns,
    uint64_t newer_ns, const struct sli_counts *got)
{
	struct sli_counts least, most;

	oracle_counts(&f->m.oracle, newer_ns, &least);
	oracle_counts(&f->m.oracle, older_ns, &most);
	expect_counts(&f->m, got, &least, &most);
}

void
file_model_check_budget(const struct file_model *f, uint64_t at_ns,
    uint64_t older_ns, uint64_t newer_ns, const struct sli_budget *got)
{
	struct sli_counts least, most;

	if (f->reset_ns == 0 || at_ns - f->period_ns >= f->reset_ns) {
		oracle_counts(&f->m.oracle, newer_ns, &least);
		oracle_counts(&f->m.oracle, older_ns, &most);
	} else {
		oracle_counts(&f->m.oracle, 0, &least);
		least.good -= f->reset.good;
		least.bad -= f->reset.bad;
		most = least;
	}
	model_expect(&f->m, "budget, good", got->good, least.good, most.good);
	model_expect(&f->m, "budget, bad", got->bad, least.bad, most.bad);
	model_expect(&f->m, "budget, total", got->total, got->good + got->bad,
	    got->good + got->bad);
}

static void
check_quantile(struct file_model *f)
{
	struct model *m = &f->m;
	uint64_t window_ns = 1 +
	    random_below(&m->rnd, oracle_reach(m->latency));
	enum sli_outcome outcome = random_percent(&m->rnd, 50) ? SLI_GOOD :
								 SLI_BAD;
	struct oracle_edge edge;
	uint64_t *sorted, exact, got = 0;
	size_t n;
	int status;

	oracle_edge(&m->oracle, m->latency, oracle_read(&m->oracle, m->now_ns),
	    window_ns, &edge);
	sorted = oracle_latencies(&m->oracle, edge.older_ns, outcome, &n);
	status = sli_window_quantile(m->ind, m->now_ns, window_ns, outcome, 0.5,
	    &got);
	model_expect(m, "quantile's status", status == SLI_OK, n > 0, n > 0);
	if (n > 0) {
		exact = oracle_quantile(sorted, n, 500000000000);
		/* Half a bucket of 2^-3, and the lowest and highest of all. */
		if (exact >= SLI_MICROS(2) && exact < SLI_SECONDS(50))
			model_expect(m, "median", got, exact - exact / 8,
			    exact + exact / 8);
	}
	free(sorted);
}

void
file_model_check(struct file_model *f)
{
	struct model *m = &f->m;
	uint64_t window_ns = model_window(m);
	uint64_t at_ns = oracle_read(&m->oracle, m->now_ns);
	struct sli_budget budget;
	struct oracle_edge edge;
	struct sli_counts got;

	file_model_check_totals(f, m->ind);
	if (sli_window_counts(m->ind, m->now_ns, window_ns, &got) != SLI_OK ||
	    sli_slo_budget(f->slo, m->now_ns, &budget) != SLI_OK)
		model_fail(m, "a read\n");
	oracle_edge(&m->oracle, m->history, at_ns, window_ns, &edge);
	file_model_check_counts(f, edge.older_ns, edge.newer_ns, &got);
	model_expect(m, "covered_ns", got.covered_ns, edge.covered_ns,
	    edge.covered_ns);
	oracle_edge(&m->oracle, m->history, at_ns, f->period_ns, &edge);
	file_model_check_budget(f, at_ns, edge.older_ns, edge.newer_ns,
	    &budget);
	check_quantile(f);
}
