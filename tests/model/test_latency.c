/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include <sli/sli.h>

#include "../support/model.h"

/* Where a quantile is asked: the ends, the usual, and anywhere. In 1e-12. */
static uint64_t
random_rank(struct model *m)
{
	static const uint64_t usual[] = { 0, 500000000000, 900000000000,
		990000000000, 999000000000, 1000000000000 };

	if (random_percent(&m->rnd, 50))
		return usual[random_below(&m->rnd, 6)];
	return random_below(&m->rnd, 1000000000001);
}

static struct sli_histogram *
new_histogram(const struct model *m)
{
	struct sli_histogram *h;

	if (sli_histogram_create(m->cfg.lowest_ns, m->cfg.highest_ns,
		m->cfg.precision_bits, &h, NULL) != SLI_OK)
		model_fail(m, "sli_histogram_create\n");
	return h;
}

/* By nearest rank: the bucket of the exact one, its highest value at that. */
static void
check_quantile(struct model *m, uint64_t window_ns, enum sli_outcome outcome,
    const struct sli_histogram *h, const uint64_t *sorted, size_t n)
{
	uint64_t q_e12 = random_rank(m), got = 1, exact, lower, upper;
	int status = sli_window_quantile(m->ind, m->now_ns, window_ns, outcome,
	    (double)q_e12 / 1e12, &got);

	if (n == 0) {
		if (status != SLI_ENODATA || got != 1)
			model_fail(m, "empty window: status %d\n", status);
		return;
	}
	if (status != SLI_OK)
		model_fail(m, "sli_window_quantile: %d\n", status);
	exact = oracle_quantile(sorted, n, q_e12);
	(void)sli_histogram_bounds(h, exact, &lower, &upper);
	if (q_e12 == 0 || upper == UINT64_MAX)
		model_expect(m, "quantile, lower bound", got, lower, lower);
	else
		model_expect(m, "quantile", got, upper - 1, upper - 1);
}

/* Bucket for bucket what the events since the edge give. */
static void
check_histogram(struct model *m, uint64_t window_ns, enum sli_outcome outcome,
    const struct sli_histogram *want)
{
	struct sli_histogram *got = new_histogram(m);
	struct sli_bucket a, b;
	uint32_t i = 0, j = 0;

	if (sli_window_histogram(m->ind, m->now_ns, window_ns, outcome, got) !=
	    SLI_OK)
		model_fail(m, "sli_window_histogram\n");
	model_expect(m, "histogram", sli_histogram_count(got),
	    sli_histogram_count(want), sli_histogram_count(want));
	while (sli_histogram_next(want, &i, &a)) {
		if (!sli_histogram_next(got, &j, &b))
			model_fail(m, "a bucket is missing\n");
		model_expect(m, "bucket", b.lower, a.lower, a.lower);
		model_expect(m, "bucket's count", b.count, a.count, a.count);
	}
	sli_histogram_destroy(got);
}

static void
check_refused(struct model *m, uint64_t window_ns, enum sli_outcome outcome)
{
	uint64_t got = 1;
	int status = sli_window_quantile(m->ind, m->now_ns, window_ns, outcome,
	    0.5, &got);

	if (status != SLI_ERANGE || got != 1)
		model_fail(m, "window longer than the rings: %d\n", status);
}

static void
check_latency(struct model *m)
{
	enum sli_outcome outcome = random_percent(&m->rnd, 50) ? SLI_GOOD :
								 SLI_BAD;
	uint64_t window_ns = model_window(m);
	struct sli_histogram *want;
	struct oracle_edge edge;
	uint64_t *sorted;
	size_t n;

	if (window_ns > oracle_reach(m->latency)) {
		check_refused(m, window_ns, outcome);
		return;
	}
	oracle_edge(&m->oracle, m->latency, oracle_read(&m->oracle, m->now_ns),
	    window_ns, &edge);
	sorted = oracle_latencies(&m->oracle, edge.older_ns, outcome, &n);
	want = new_histogram(m);
	for (size_t i = 0; i < n; i++)
		sli_histogram_record(want, sorted[i], 1);
	check_quantile(m, window_ns, outcome, want, sorted, n);
	check_histogram(m, window_ns, outcome, want);
	sli_histogram_destroy(want);
	free(sorted);
}

static void
test_latency_random_histories_match_list_of_events(void **state)
{
	(void)state;
	model_check(300, 1000, check_latency);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_latency_random_histories_match_list_of_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
