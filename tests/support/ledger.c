/* SPDX-License-Identifier: MIT */
#include "ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOWEST_NS SLI_MICROS(10)
#define HIGHEST_NS SLI_SECONDS(10)

static const uint64_t threshold_ns[LEDGER_THRESHOLDS] = { SLI_MILLIS(1),
	SLI_SECONDS(1) };

/* Each in a bucket of its own; the first and the last are out of range. */
static const uint64_t latency_ns[LEDGER_LATENCIES] = { SLI_MICROS(1),
	SLI_MICROS(20), SLI_MILLIS(1), SLI_MILLIS(20), SLI_SECONDS(2),
	SLI_MINUTES(10) };

/* Longer than any run, shorter than what the latency rings reach. */
#define WINDOW_NS SLI_HOURS(48)

static const char *const aspect_name[LEDGER_ASPECTS] = { "good", "bad", "shed",
	"ignored", "slow[0]", "slow[1]", "good 0", "good 1", "good 2", "good 3",
	"good 4", "good 5", "bad 0", "bad 1", "bad 2", "bad 3", "bad 4",
	"bad 5" };

/* The aspects of buckets come last. */
#define FIRST_BUCKET (4 + LEDGER_THRESHOLDS)

void
ledger_configure(struct sli_registry_config *cfg)
{
	static const struct sli_level history[] = { { SLI_MILLIS(10), 128, 0 },
		{ SLI_MILLIS(100), 64, 0 }, { SLI_SECONDS(5), 64, 0 },
		{ SLI_MINUTES(5), 64, 0 }, { SLI_HOURS(1), 64, 0 } };
	static const struct sli_level latency[] = { { SLI_MILLIS(100), 16, 0 },
		{ SLI_SECONDS(1), 64, 0 }, { SLI_MINUTES(1), 64, 0 },
		{ SLI_HOURS(1), 64, 0 } };

	memcpy(cfg->history, history, sizeof(history));
	memcpy(cfg->latency, latency, sizeof(latency));
}

void
ledger_configure_indicator(struct sli_indicator_config *cfg)
{
	cfg->lowest_ns = LOWEST_NS;
	cfg->highest_ns = HIGHEST_NS;
	cfg->precision_bits = 3;
	cfg->threshold_count = LEDGER_THRESHOLDS;
	memcpy(cfg->threshold_ns, threshold_ns, sizeof(threshold_ns));
}

static bool
has_latency(uint32_t kind)
{
	return kind < 2 * LEDGER_LATENCIES;
}

static enum sli_outcome
outcome_of(uint32_t kind)
{
	return has_latency(kind) ?
	    (enum sli_outcome)(kind / LEDGER_LATENCIES) :
	    (enum sli_outcome)(kind - 2 * LEDGER_LATENCIES);
}

void
ledger_record(struct ledger_line *line, struct sli_indicator *ind,
    struct sli_writer *writer, struct random *rnd, uint64_t now_ns)
{
	/* A writer has no way to count an event without a latency. */
	uint32_t kind = (uint32_t)random_below(rnd,
	    writer != NULL ? 2 * LEDGER_LATENCIES : LEDGER_KINDS);
	uint64_t latency = latency_ns[kind % LEDGER_LATENCIES];

	atomic_fetch_add(&line->begun[kind], 1);
	if (!has_latency(kind))
		sli_count(ind, now_ns, outcome_of(kind), 1);
	else if (writer == NULL)
		sli_record(ind, now_ns, outcome_of(kind), latency);
	else
		sli_writer_record(writer, ind, now_ns, outcome_of(kind),
		    latency);
	atomic_fetch_add(&line->done[kind], 1);
}

void
ledger_add(struct ledger_view *into, const uint64_t kinds[LEDGER_KINDS])
{
	for (uint32_t kind = 0; kind < LEDGER_KINDS; kind++) {
		into->aspect[outcome_of(kind)] += kinds[kind];
		if (!has_latency(kind))
			continue;
		into->aspect[FIRST_BUCKET + kind] += kinds[kind];
		for (uint32_t k = 0; k < LEDGER_THRESHOLDS; k++)
			if (outcome_of(kind) == SLI_GOOD &&
			    latency_ns[kind] > threshold_ns[k])
				into->aspect[4 + k] += kinds[kind];
	}
}

static struct sli_histogram *
new_histogram(void)
{
	struct sli_histogram *h;

	if (sli_histogram_create(LOWEST_NS, HIGHEST_NS, 3, &h, NULL) != SLI_OK)
		abort();
	return h;
}

static uint64_t
count_at(const struct sli_histogram *h, uint64_t value)
{
	struct sli_bucket bucket;
	uint64_t lower, upper;
	uint32_t cursor = 0;

	if (sli_histogram_bounds(h, value, &lower, &upper) != SLI_OK)
		abort();
	while (sli_histogram_next(h, &cursor, &bucket))
		if (bucket.lower == lower)
			return bucket.count;
	return 0;
}

/* The buckets of an outcome; false: there is something in others. */
static bool
look_at_buckets(struct sli_indicator *ind, uint64_t now_ns,
    enum sli_outcome outcome, uint64_t bucket[LEDGER_LATENCIES])
{
	struct sli_histogram *h = new_histogram();
	uint64_t value, sum = 0;
	int status, expected;
	bool good;

	if (sli_window_histogram(ind, now_ns, WINDOW_NS, outcome, h) != SLI_OK)
		abort();
	for (size_t i = 0; i < LEDGER_LATENCIES; i++) {
		bucket[i] = count_at(h, latency_ns[i]);
		sum += bucket[i];
	}
	expected = sum > 0 ? SLI_OK : SLI_ENODATA;
	status = sli_window_quantile(ind, now_ns, WINDOW_NS, outcome, 0.5,
	    &value);
	good = sum == sli_histogram_count(h) && status == expected;
	if (!good)
		fprintf(stderr,
		    "outcome %d: %" PRIu64 " of %" PRIu64
		    " latencies are where they belong; quantile: %d\n",
		    (int)outcome, sum, sli_histogram_count(h), status);
	sli_histogram_destroy(h);
	return good;
}

bool
ledger_look(struct sli_indicator *ind, uint64_t now_ns, struct ledger_view *out)
{
	struct sli_counts total, window;
	bool good;

	if (sli_total_counts(ind, &total) != SLI_OK ||
	    sli_window_counts(ind, now_ns, WINDOW_NS, &window) != SLI_OK)
		abort();
	out->aspect[SLI_GOOD] = total.good;
	out->aspect[SLI_BAD] = total.bad;
	out->aspect[SLI_SHED] = total.shed;
	out->aspect[SLI_IGNORED] = total.ignored;
	for (size_t k = 0; k < LEDGER_THRESHOLDS; k++)
		out->aspect[4 + k] = total.slow[k];
	good = total.good == window.good && total.bad == window.bad &&
	    total.shed == window.shed && total.ignored == window.ignored &&
	    memcmp(total.slow, window.slow, sizeof(total.slow)) == 0;
	if (!good)
		fprintf(stderr,
		    "good %" PRIu64 ", bad %" PRIu64
		    " in the window of all, %" PRIu64 " and %" PRIu64
		    " in all\n",
		    window.good, window.bad, total.good, total.bad);
	good &= look_at_buckets(ind, now_ns, SLI_GOOD,
	    &out->aspect[FIRST_BUCKET]);
	good &= look_at_buckets(ind, now_ns, SLI_BAD,
	    &out->aspect[FIRST_BUCKET + LEDGER_LATENCIES]);
	return good;
}

int
ledger_differences(const struct ledger_view *seen,
    const struct ledger_view *least, const struct ledger_view *most)
{
	int wrong = 0;

	for (size_t i = 0; i < LEDGER_ASPECTS; i++) {
		if (seen->aspect[i] >= least->aspect[i] &&
		    seen->aspect[i] <= most->aspect[i])
			continue;
		fprintf(stderr,
		    "%s: read %" PRIu64 ", recorded %" PRIu64 " to %" PRIu64
		    "\n",
		    aspect_name[i], seen->aspect[i], least->aspect[i],
		    most->aspect[i]);
		wrong++;
	}
	return wrong;
}

static bool
is_above(const struct sli_counts *a, const struct sli_counts *b)
{
	bool above = a->good > b->good || a->bad > b->bad ||
	    a->shed > b->shed || a->ignored > b->ignored;

	for (size_t k = 0; k < SLI_THRESHOLDS_MAX; k++)
		above |= a->slow[k] > b->slow[k];
	return above;
}

int
ledger_witness(struct sli_indicator *ind, struct sli_slo *slo,
    struct random *rnd, uint64_t now_ns)
{
	uint64_t window_ns = 1 + random_magnitude(rnd, 47), value;
	struct sli_budget budget = { .has_data = 0 };
	struct sli_counts window, total;
	int wrong = 0, status;

	wrong += sli_window_counts(ind, now_ns, window_ns, &window) != SLI_OK;
	if (slo != NULL)
		wrong += sli_slo_budget(slo, now_ns, &budget) != SLI_OK;
	wrong += sli_total_counts(ind, &total) != SLI_OK;
	wrong += is_above(&window, &total);
	wrong += window.covered_ns > window_ns;
	wrong += budget.total > total.good + total.bad;
	status = sli_window_quantile(ind, now_ns, window_ns, SLI_BAD, 0.99,
	    &value);
	wrong += status != SLI_OK && status != SLI_ENODATA;
	if (wrong > 0)
		fprintf(stderr,
		    "a window of %" PRIu64 " ns has good %" PRIu64
		    ", bad %" PRIu64 ", a budget %" PRIu64
		    "; in all there are good %" PRIu64 ", bad %" PRIu64 "\n",
		    window_ns, window.good, window.bad, budget.total,
		    total.good, total.bad);
	return wrong;
}
