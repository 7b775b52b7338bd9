/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <sli/sli.h>

#include "../support/model.h"

/* Each count of `got` lies between what `least` and `most` have. */
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

static void
check_totals(struct model *m)
{
	struct sli_counts got, want;

	if (sli_total_counts(m->ind, &got) != SLI_OK)
		model_fail(m, "sli_total_counts\n");
	oracle_counts(&m->oracle, 0, &want);
	expect_counts(m, &got, &want, &want);
	model_expect(m, "late", sli_late_count(m->ind), m->oracle.late,
	    m->oracle.late);
}

/*
 * Exact where the old edge is on a boundary of the finest ring that reaches
 * it; otherwise off by what happened in that one slot.
 */
static void
check_window(struct model *m)
{
	uint64_t window_ns = model_window(m);
	uint64_t at_ns = oracle_read(&m->oracle, m->now_ns);
	struct sli_counts got, least, most;
	struct oracle_edge edge;

	check_totals(m);
	if (sli_window_counts(m->ind, m->now_ns, window_ns, &got) != SLI_OK)
		model_fail(m, "sli_window_counts\n");
	model_expect(m, "window_ns", got.window_ns, window_ns, window_ns);
	oracle_edge(&m->oracle, m->history, at_ns, window_ns, &edge);
	oracle_counts(&m->oracle, edge.newer_ns, &least);
	oracle_counts(&m->oracle, edge.older_ns, &most);
	expect_counts(m, &got, &least, &most);
	model_expect(m, "covered_ns", got.covered_ns, edge.covered_ns,
	    edge.covered_ns);
}

static void
test_windows_random_histories_match_list_of_events(void **state)
{
	(void)state;
	model_check(400, 1000, check_window);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_windows_random_histories_match_list_of_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
