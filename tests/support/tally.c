/* SPDX-License-Identifier: MIT */
#include "tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOWEST_NS SLI_MICROS(10)
#define HIGHEST_NS SLI_SECONDS(10)
#define THRESHOLDS 3

static const uint64_t threshold_ns[THRESHOLDS] = { SLI_MILLIS(1),
	SLI_MILLIS(20), SLI_SECONDS(1) };

static const uint64_t latency_ns[TALLY_LATENCIES] = { 0, SLI_MICROS(10) - 1,
	SLI_MICROS(10), SLI_MILLIS(1), SLI_MILLIS(1) + 1, SLI_MILLIS(20),
	SLI_MILLIS(20) + 1, SLI_SECONDS(1), SLI_SECONDS(1) + 1, SLI_SECONDS(10),
	SLI_MINUTES(10), UINT64_MAX };

void
tally_configure(struct sli_registry_config *cfg)
{
	static const struct sli_level history[] = { { SLI_MILLIS(10), 128, 0 },
		{ SLI_MILLIS(100), 64, 0 }, { SLI_SECONDS(5), 64, 0 },
		{ SLI_MINUTES(5), 64, 0 }, { SLI_HOURS(1), 64, 0 },
		{ 0, 0, 0 } };
	static const struct sli_level latency[] = { { SLI_MILLIS(100), 16, 0 },
		{ SLI_SECONDS(1), 64, 0 }, { SLI_MINUTES(1), 64, 0 },
		{ SLI_HOURS(1), 64, 0 }, { 0, 0, 0 } };

	memcpy(cfg->history, history, sizeof(history));
	memcpy(cfg->latency, latency, sizeof(latency));
}

struct sli_indicator *
tally_register(struct sli_registry *reg)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_indicator *ind;
	struct sli_error err;

	cfg.name = "requests";
	cfg.lowest_ns = LOWEST_NS;
	cfg.highest_ns = HIGHEST_NS;
	cfg.threshold_count = THRESHOLDS;
	memcpy(cfg.threshold_ns, threshold_ns, sizeof(threshold_ns));
	if (sli_indicator_register(reg, &cfg, &ind, &err) != SLI_OK) {
		fprintf(stderr, "%s\n", err.message);
		return NULL;
	}
	return ind;
}

struct sli_slo *
tally_register_slo(struct sli_indicator *ind)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_slo *slo;
	struct sli_error err;

	cfg.name = "availability";
	cfg.objective = 0.99;
	cfg.period_ns = SLI_HOURS(1);
	if (sli_slo_register(ind, &cfg, &slo, &err) != SLI_OK) {
		fprintf(stderr, "%s\n", err.message);
		return NULL;
	}
	return slo;
}

void
tally_record(struct tally *tally, struct sli_indicator *ind,
    struct sli_writer *writer, struct random *rnd, uint64_t now_ns)
{
	enum sli_outcome outcome = (enum sli_outcome)random_below(rnd, 4);
	size_t i = (size_t)random_below(rnd, TALLY_LATENCIES);
	uint64_t n = 1 + random_below(rnd, TALLY_STEP_MAX);

	if (writer == NULL && random_percent(rnd, 10)) {
		sli_count(ind, now_ns, outcome, n);
		tally->outcome[outcome] += n;
		return;
	}
	if (writer != NULL)
		sli_writer_record(writer, ind, now_ns, outcome, latency_ns[i]);
	else
		sli_record(ind, now_ns, outcome, latency_ns[i]);
	tally->outcome[outcome]++;
	if (outcome == SLI_GOOD || outcome == SLI_BAD)
		tally->timed[outcome][i]++;
}

void
tally_add(struct tally *into, const struct tally *from)
{
	for (size_t i = 0; i < 4; i++)
		into->outcome[i] += from->outcome[i];
	for (size_t i = 0; i < TALLY_LATENCIES; i++) {
		into->timed[SLI_GOOD][i] += from->timed[SLI_GOOD][i];
		into->timed[SLI_BAD][i] += from->timed[SLI_BAD][i];
	}
}

static uint64_t
slow_at(const struct tally *tally, uint32_t k)
{
	uint64_t slow = 0;

	for (size_t i = 0; i < TALLY_LATENCIES; i++)
		if (latency_ns[i] > threshold_ns[k])
			slow += tally->timed[SLI_GOOD][i];
	return slow;
}

/* 1 if a value does not lie in [least, least + slack]; says so. */
static int
outside(const char *what, uint64_t got, uint64_t least, uint64_t slack)
{
	if (got >= least && got - least <= slack)
		return 0;
	fprintf(stderr,
	    "%s: read %" PRIu64 ", recorded %" PRIu64 " (and %" PRIu64
	    " at most)\n",
	    what, got, least, slack);
	return 1;
}

static struct sli_histogram *
new_histogram(void)
{
	struct sli_histogram *h;

	if (sli_histogram_create(LOWEST_NS, HIGHEST_NS, 0, &h, NULL) != SLI_OK)
		abort();
	return h;
}

/* The count of the bucket that starts at `lower`; 0 if there is none. */
static uint64_t
count_at(const struct sli_histogram *h, uint64_t lower)
{
	struct sli_bucket bucket;
	uint32_t cursor = 0;

	while (sli_histogram_next(h, &cursor, &bucket))
		if (bucket.lower == lower)
			return bucket.count;
	return 0;
}

static int
bucket_differences(const struct tally *tally, struct sli_indicator *ind,
    uint64_t now_ns, enum sli_outcome outcome, uint64_t slack)
{
	struct sli_histogram *want = new_histogram(), *got = new_histogram();
	struct sli_bucket bucket;
	uint32_t cursor = 0;
	int wrong = 0;

	for (size_t i = 0; i < TALLY_LATENCIES; i++)
		sli_histogram_record(want, latency_ns[i],
		    tally->timed[outcome][i]);
	if (sli_window_histogram(ind, now_ns, TALLY_WINDOW_NS, outcome, got) !=
	    SLI_OK)
		abort();
	while (sli_histogram_next(want, &cursor, &bucket))
		wrong += outside(
		    outcome == SLI_GOOD ? "bucket of good" : "bucket of bad",
		    count_at(got, bucket.lower), bucket.count, slack);
	wrong += outside("all buckets", sli_histogram_count(got),
	    sli_histogram_count(want), slack);
	sli_histogram_destroy(want);
	sli_histogram_destroy(got);
	return wrong;
}

int
tally_differences(const struct tally *tally, struct sli_indicator *ind,
    uint64_t now_ns, uint64_t slack)
{
	static const char *const slow_name[THRESHOLDS] = { "slow[0]", "slow[1]",
		"slow[2]" };
	struct sli_counts total, window;
	uint64_t all = 0;
	int wrong = 0;

	if (sli_total_counts(ind, &total) != SLI_OK ||
	    sli_window_counts(ind, now_ns, TALLY_WINDOW_NS, &window) != SLI_OK)
		abort();
	for (size_t i = 0; i < 4; i++)
		all += tally->outcome[i];
	wrong += outside("good", total.good, tally->outcome[SLI_GOOD], slack);
	wrong += outside("bad", total.bad, tally->outcome[SLI_BAD], slack);
	wrong += outside("shed", total.shed, tally->outcome[SLI_SHED], slack);
	wrong += outside("ignored", total.ignored, tally->outcome[SLI_IGNORED],
	    slack);
	wrong += outside("all",
	    total.good + total.bad + total.shed + total.ignored, all, slack);
	for (uint32_t k = 0; k < THRESHOLDS; k++)
		wrong += outside(slow_name[k], total.slow[k], slow_at(tally, k),
		    slack);
	wrong += outside("the window's good", window.good, total.good, 0);
	wrong += outside("the window's bad", window.bad, total.bad, 0);
	wrong += bucket_differences(tally, ind, now_ns, SLI_GOOD, slack);
	wrong += bucket_differences(tally, ind, now_ns, SLI_BAD, slack);
	return wrong;
}

/* 1 if some count of `a` is above the same of `b`; says so. */
static int
above(const char *what, const struct sli_counts *a, const struct sli_counts *b)
{
	int wrong = a->good > b->good || a->bad > b->bad || a->shed > b->shed ||
	    a->ignored > b->ignored;

	for (uint32_t k = 0; k < SLI_THRESHOLDS_MAX; k++)
		wrong |= a->slow[k] > b->slow[k];
	if (wrong)
		fprintf(stderr,
		    "%s: good %" PRIu64 " after %" PRIu64 ", bad %" PRIu64
		    " after %" PRIu64 "\n",
		    what, a->good, b->good, a->bad, b->bad);
	return wrong;
}

int
witness_look(struct witness *witness, struct sli_indicator *ind,
    struct sli_slo *slo, struct random *rnd, uint64_t now_ns)
{
	uint64_t window_ns = 1 + random_below(rnd, SLI_MINUTES(2));
	struct sli_budget budget;
	struct sli_counts window, total;
	uint64_t p99;
	int wrong = 0, status;

	if (sli_window_counts(ind, now_ns, window_ns, &window) != SLI_OK ||
	    sli_slo_budget(slo, now_ns, &budget) != SLI_OK ||
	    sli_total_counts(ind, &total) != SLI_OK)
		return 1;
	wrong += above("total went down", &witness->total, &total);
	wrong += above("window above total", &window, &total);
	wrong += window.covered_ns > window_ns;
	wrong += budget.total != budget.good + budget.bad;
	wrong += budget.total > total.good + total.bad;
	wrong += budget.remaining > 1;
	status = sli_window_quantile(ind, now_ns, window_ns, SLI_GOOD, 0.99,
	    &p99);
	wrong += status != SLI_OK && status != SLI_ENODATA;
	witness->total = total;
	witness->looks++;
	return wrong;
}
