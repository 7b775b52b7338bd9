/* SPDX-License-Identifier: MIT */
/*
 * How SLOs of slices are registered, and that nobody sees how they are counted.
 */
#include "slices.h"

struct seen {
	uint32_t indicators, slos;
	struct sli_slo_view slo;
};

static void
look(const struct sli_snapshot *snapshot, void *arg)
{
	struct sli_indicator_view view;
	struct seen *seen = arg;
	uint32_t i;

	for (i = 0; i < sli_snapshot_indicator_count(snapshot); i++)
		if (sli_snapshot_indicator(snapshot, i, &view) == SLI_OK)
			seen->indicators++;
	for (i = 0; i < sli_snapshot_slo_count(snapshot); i++)
		if (sli_snapshot_slo(snapshot, i, &seen->slo) == SLI_OK)
			seen->slos++;
}

static void
test_slices_are_no_indicator_of_a_user(void **state)
{
	static const struct sli_label label[] = { { "slo", "availability" } };
	struct sli_slo_config cfg = sliced(SLI_TIMESLICES);
	struct sli_indicator_config own = SLI_INDICATOR_CONFIG_INIT;
	struct sli_registry_info info;
	struct sli_indicator *found;
	struct seen seen = { 0 };
	struct sli_error err;

	(void)state;
	add(&cfg);
	fill_minute(0, 1, 0);
	assert_int_equal(sli_advance(reg, T0 + SLI_DAYS(1)), SLI_OK);
	assert_int_equal(sli_indicator_find(reg, "slices", label, 1, &found),
	    SLI_ENOENT);
	assert_int_equal(
	    sli_indicator_remove(reg, "slices", label, 1, "why", NULL),
	    SLI_ENOENT);
	assert_int_equal(sli_registry_info(reg, &info), SLI_OK);
	assert_int_equal(info.indicator_count, 1);
	assert_int_equal(sli_flush(reg, T0 + SLI_DAYS(1), look, &seen), SLI_OK);
	assert_int_equal(seen.indicators, 1);
	assert_int_equal(seen.slos, 1);
	assert_int_equal(seen.slo.method, SLI_TIMESLICES);
	assert_int_equal(seen.slo.slice_ns, SLI_MINUTES(1));
	assert_true(seen.slo.slice_objective == 0.9);
	assert_int_equal(seen.slo.slice_min_events, 1);
	assert_int_equal(seen.slo.calendar, SLI_ROLLING);
	assert_string_equal(seen.slo.time_zone, "");
	/* The registry has two places. */
	own.name = "slices";
	own.labels = label;
	own.label_count = 1;
	assert_int_equal(sli_indicator_register(reg, &own, &found, &err),
	    SLI_ENOSPC);
}

static void
test_slices_without_a_place_are_refused(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_TIMESLICES);
	struct sli_slo *slo = NULL;
	struct sli_error err;

	(void)state;
	add_indicator(reg, "others");
	assert_int_equal(sli_slo_register(ind, &cfg, &slo, &err), SLI_ENOSPC);
	assert_error(&err, SLI_ENOSPC, "one more indicator",
	    "max_indicators, 2");
	assert_int_equal(sli_slo_find(reg, cfg.name, &slo), SLI_ENOENT);
	cfg = config(0.9);
	add(&cfg);
}

/* ---- what is refused ---- */

static void
test_slices_of_no_sensible_length_are_refused(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_TIMESLICES);

	(void)state;
	cfg.slice_ns = SLI_MILLIS(500);
	expect_refused(&cfg, SLI_ERANGE, "slice_ns", "500000000");
	cfg.slice_ns = SLI_MILLIS(1500);
	expect_refused(&cfg, SLI_ERANGE, "slice_ns", "1500000000");
	cfg.slice_ns = SLI_DAYS(1) + SLI_SECONDS(1);
	expect_refused(&cfg, SLI_ERANGE, "slice_ns", "86401000000000");
	cfg.slice_ns = SLI_HOURS(1);
	cfg.period_ns = SLI_MINUTES(59);
	expect_refused(&cfg, SLI_ERANGE, "period_ns", "one slice");
	cfg.period_ns = SLI_DAYS(90);
	expect_refused(&cfg, SLI_ERANGE, "period_ns", "history[]");
	cfg.period_ns = SLI_DAYS(1);
	cfg.slice_ns = SLI_DAYS(1);
	add(&cfg);
}

static void
test_slices_with_objectives_that_are_none_are_refused(void **state)
{
	static const double ratios[] = { -0.5, 1.000001, 99.9, 1e-10 };
	struct sli_slo_config cfg = sliced(SLI_TIMESLICES);
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(ratios); i++) {
		cfg.slice_objective = ratios[i];
		expect_refused(&cfg, SLI_ERANGE, "slice_objective", "1e-9 to");
	}
	cfg.slice_objective = 0.5;
	cfg.method = SLI_RATIO_TIMESLICES;
	expect_refused(&cfg, SLI_EINVAL, "slice_objective", "no effect");
}

static void
test_slices_that_nothing_would_count_are_refused(void **state)
{
	struct sli_slo_config cfg = config(0.9);

	(void)state;
	cfg.slice_ns = SLI_MINUTES(1);
	expect_refused(&cfg, SLI_EINVAL, "slice_ns", "no effect");
	cfg.slice_ns = 0;
	cfg.slice_objective = 0.5;
	expect_refused(&cfg, SLI_EINVAL, "slice_objective", "no effect");
	cfg.slice_objective = 0;
	cfg.slice_min_events = 3;
	expect_refused(&cfg, SLI_EINVAL, "slice_min_events", "no effect");
}

static void
test_slices_registered_again_are_the_same(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_TIMESLICES), other;
	struct sli_slo *slo = add(&cfg);

	(void)state;
	cfg.slice_ns = SLI_MINUTES(1); /* the defaults, spelt out */
	cfg.slice_objective = 0.9;
	cfg.slice_min_events = 1;
	assert_ptr_equal(add(&cfg), slo);
	other = cfg;
	other.slice_ns = SLI_MINUTES(2);
	expect_refused(&other, SLI_EEXIST, "another slice_ns", cfg.name);
	other = cfg;
	other.slice_objective = 0.8;
	expect_refused(&other, SLI_EEXIST, "another slice_objective", cfg.name);
	other = cfg;
	other.slice_min_events = 2;
	expect_refused(&other, SLI_EEXIST, "another slice_min_events",
	    cfg.name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_slices_are_no_indicator_of_a_user),
		TEST(test_slices_without_a_place_are_refused),
		TEST(test_slices_of_no_sensible_length_are_refused),
		TEST(test_slices_with_objectives_that_are_none_are_refused),
		TEST(test_slices_that_nothing_would_count_are_refused),
		TEST(test_slices_registered_again_are_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
