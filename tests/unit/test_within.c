/* SPDX-License-Identifier: MIT */
#include "files.h"
#include "indicator/indicator.h"

static void
test_within_counts_latencies_at_or_below_each_threshold(void **state)
{
	struct sli_registry *reg = small_registry();
	struct sli_indicator *ind = add_indicator(reg, "a");
	uint64_t within[SLI_THRESHOLDS_MAX];

	(void)state;
	sli_record(ind, T0, SLI_GOOD, SLI_MILLIS(100));
	sli_record(ind, T0, SLI_GOOD, SLI_MILLIS(100) + 1);
	sli_record(ind, T0, SLI_GOOD, SLI_SECONDS(1));
	sli_record(ind, T0, SLI_GOOD, SLI_DAYS(1));
	sli_record(ind, T0, SLI_BAD, 1);
	/* These have no latency. */
	sli_count(ind, T0, SLI_GOOD, 1000);
	memset(within, 0xff, sizeof(within));
	assert_int_equal(sli_total_within(ind, within), SLI_OK);
	assert_true(within[0] == 1 && within[1] == 3);
	assert_true(within[2] == 0 && within[3] == 0);
	assert_int_equal(sli_total_within(NULL, within), SLI_EINVAL);
	assert_int_equal(sli_total_within(ind, NULL), SLI_EINVAL);
	sli_registry_close(reg);
}

/* It does not write what it would tell. */
static void
test_within_of_a_view_is_what_others_were_told(void **state)
{
	const char *path = scratch_path("within.sli");
	struct sli_registry *reg = scratch_open(path), *view;
	struct sli_indicator *ind = scratch_indicator(reg, "a"), *seen;
	uint64_t within[SLI_THRESHOLDS_MAX];

	(void)state;
	sli_record(ind, T0, SLI_GOOD, SLI_MILLIS(1));
	view = scratch_view(path);
	assert_int_equal(sli_indicator_find(view, "a", NULL, 0, &seen), SLI_OK);
	assert_int_equal(sli_total_within(seen, within), SLI_OK);
	assert_true(within[0] == 0);
	assert_int_equal(sli_total_within(ind, within), SLI_OK);
	assert_int_equal(sli_total_within(seen, within), SLI_OK);
	assert_true(within[0] == 1 && within[1] == 1);
	/* It outlives the process. */
	sli_registry_close(view);
	sli_registry_close(reg);
	view = scratch_view(path);
	assert_int_equal(sli_indicator_find(view, "a", NULL, 0, &seen), SLI_OK);
	assert_int_equal(sli_total_within(seen, within), SLI_OK);
	assert_true(within[0] == 1 && within[1] == 1);
	sli_registry_close(view);
}

/* An event whose recorder died before its latency: never less than told. */
static void
test_within_is_never_less_than_was_told(void **state)
{
	struct sli_registry *reg = small_registry();
	struct sli_indicator *ind = add_indicator(reg, "a");
	uint64_t within[SLI_THRESHOLDS_MAX];

	(void)state;
	sli_record(ind, T0, SLI_GOOD, 1000);
	assert_int_equal(sli_total_within(ind, within), SLI_OK);
	assert_true(within[0] == 1 && within[1] == 1);
	add_relaxed(sli__cell(&ind->events, ind->shards.atomic_first,
			(uint32_t)SLI__GOOD + 2),
	    1);
	assert_int_equal(sli_total_within(ind, within), SLI_OK);
	assert_true(within[0] == 1 && within[1] == 1);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_within_counts_latencies_at_or_below_each_threshold),
		cmocka_unit_test(
		    test_within_of_a_view_is_what_others_were_told),
		cmocka_unit_test(test_within_is_never_less_than_was_told),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
