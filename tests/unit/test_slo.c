/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "slos.h"

static void
test_slo_objective_that_is_no_ratio_is_refused(void **state)
{
	static const struct {
		double objective;
		const char *value;
	} cases[] = {
		{ 0.0, "objective 0 " },
		{ 1.0, "objective 1 " },
		{ -0.999, "-0.999" },
		{ 99.9, "99.9" }, /* a percentage */
		{ 100.0, "100" },
		{ 1e-10, "within a billionth of 0" },
		{ 0.9999999999, "within a billionth of 1" },
		{ 1e300, "1e9 or more" },
	};
	struct sli_slo_config cfg;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		cfg = config(cases[i].objective);
		expect_refused(&cfg, SLI_ERANGE, "objective", cases[i].value);
	}
	cfg = config((double)NAN);
	expect_refused(&cfg, SLI_ERANGE, "objective", "NaN");
	cfg = config((double)INFINITY);
	expect_refused(&cfg, SLI_ERANGE, "objective", "1e9 or more");
}

/* sloth shows -4.69e-12 % where nothing has been spent. */
static void
test_slo_objective_is_kept_in_parts_per_billion(void **state)
{
	static const struct {
		double given, kept;
	} cases[] = {
		{ 0.999, 0.999 },
		{ 1 - (100 - 99.9) / 100, 0.999 }, /* 0.09999999999999432 % */
		{ 0.9990000001, 0.999 },
		{ 1e-9, 1e-9 },
		{ 0.999999999, 0.999999999 },
	};
	struct sli_slo_config cfg;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		cfg = config(cases[i].given);
		assert_true(
		    budget_of(add(&cfg), T0).objective == cases[i].kept);
		teardown(NULL);
		setup(NULL);
	}
}

static void
test_slo_period_beyond_its_limits_is_refused(void **state)
{
	struct sli_slo_config cfg = config(0.999);

	(void)state;
	cfg.period_ns = SLI_SECONDS(1) - 1;
	expect_refused(&cfg, SLI_ERANGE, "period_ns", "999999999");
	cfg.period_ns = SLI_HOURS(2) * 399 + 1;
	expect_refused(&cfg, SLI_ERANGE, "period_ns", "2872800000000001");
	cfg.period_ns = SLI_DAYS(90);
	expect_refused(&cfg, SLI_ERANGE, "period_ns 7776000000000000 (90 d)",
	    "2872800000000000 (33 d 6 h); more");
	cfg.period_ns = UINT64_MAX;
	expect_refused(&cfg, SLI_ERANGE, "(213503 d 23 h)", "reach further");
	cfg.period_ns = SLI_HOURS(2) * 399;
	add(&cfg);
	cfg.period_ns = SLI_SECONDS(1);
	cfg.name = "of_one_slot";
	add(&cfg);
}

static void
test_slo_bad_name_is_refused(void **state)
{
	static const char *const names[] = { "", ".a", "a b", "a\"b" };
	struct sli_slo_config cfg = config(0.999);
	char text[SLI_NAME_MAX + 2];
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(names); i++) {
		cfg.name = names[i];
		expect_refused(&cfg, SLI_EINVAL, "name", names[i]);
	}
	cfg.name = NULL;
	expect_refused(&cfg, SLI_EINVAL, "name", "(null)");
	memset(text, '9', sizeof(text));
	text[SLI_NAME_MAX + 1] = '\0';
	cfg.name = text;
	expect_refused(&cfg, SLI_EINVAL, "name", "127");
	text[SLI_NAME_MAX] = '\0';
	assert_string_equal(sli_slo_name(add(&cfg)), text);
	assert_string_equal(sli_slo_name(NULL), "");
}

static void
test_slo_field_it_does_not_know_is_refused(void **state)
{
	struct sli_slo_config cfg = config(0.999);

	(void)state;
	cfg.threshold_ns = SLI_MILLIS(100) + 1;
	expect_refused(&cfg, SLI_EINVAL, "threshold_ns", "100000001");
	cfg.threshold_ns = 0;
	cfg.method = (enum sli_method)3;
	expect_refused(&cfg, SLI_EINVAL, "method", "3");
	cfg.method = SLI_OCCURRENCES;
	cfg.flags = 0x40;
	expect_refused(&cfg, SLI_EINVAL, "flags", "64");
	cfg.flags = 0;
	cfg.struct_size += 8;
	expect_refused(&cfg, SLI_EVERSION, "struct_size", "newer");
	cfg.struct_size = 0;
	expect_refused(&cfg, SLI_EINVAL, "struct_size", "0");
	expect_refused(NULL, SLI_EINVAL, "config", "NULL");
}

static void
test_slo_registered_again_is_the_same(void **state)
{
	struct sli_slo_config cfg = config(0.999), other;
	struct sli_slo *slo = add(&cfg);

	(void)state;
	assert_ptr_equal(add(&cfg), slo);
	cfg.period_ns = SLI_DAYS(30); /* the default, spelt out */
	cfg.admit_min_events = 20;
	assert_ptr_equal(add(&cfg), slo);

#define EXPECT_EXISTS(statement)                                               \
	do {                                                                   \
		other = cfg;                                                   \
		statement;                                                     \
		expect_refused(&other, SLI_EEXIST, "name", "availability");    \
	} while (0)
	EXPECT_EXISTS(other.objective = 0.99);
	EXPECT_EXISTS(other.period_ns = SLI_DAYS(7));
	EXPECT_EXISTS(other.threshold_ns = SLI_MILLIS(100));
	EXPECT_EXISTS(other.flags = SLI_SLO_SHED_IS_BAD);
	EXPECT_EXISTS(other.alert_min_events = 5);
	EXPECT_EXISTS(other.alert_min_bad = 5);
	EXPECT_EXISTS(other.admit_min_events = 5);
	EXPECT_EXISTS(other.method = SLI_TIMESLICES);
	EXPECT_EXISTS(other.calendar = SLI_MONTH; other.period_ns = 0);
	ind = add_indicator(reg, "others");
	expect_refused(&cfg, SLI_EEXIST, "requests", "availability");
}

static void
test_slo_beyond_max_slos_is_refused(void **state)
{
	struct sli_slo_config cfg = config(0.999);
	struct sli_slo *first = add(&cfg);

	(void)state;
	cfg.name = "second";
	add(&cfg);
	cfg.name = "third";
	expect_refused(&cfg, SLI_ENOSPC, "max_slos", "2");
	cfg.name = "availability";
	assert_ptr_equal(add(&cfg), first);
}

static void
test_slo_null_is_refused(void **state)
{
	struct sli_slo_config cfg = config(0.999);
	struct sli_slo *slo = NULL, *const none = NULL;
	struct sli_budget b;
	struct sli_error err;
	double rate = 7.0;

	(void)state;
	assert_int_equal(sli_slo_register(NULL, &cfg, &slo, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "indicator", "NULL");
	assert_int_equal(sli_slo_register(ind, &cfg, NULL, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "out", "NULL");
	assert_null(slo);
	slo = add(&cfg);
	assert_int_equal(sli_slo_budget(none, T0, &b), SLI_EINVAL);
	assert_int_equal(sli_slo_budget(slo, T0, NULL), SLI_EINVAL);
	assert_int_equal(sli_slo_burn_rate(none, T0, 1, &rate), SLI_EINVAL);
	assert_int_equal(sli_slo_burn_rate(slo, T0, 1, NULL), SLI_EINVAL);
	assert_int_equal(sli_slo_burn_rate(slo, T0, 0, &rate), SLI_EINVAL);
	assert_true(rate == 7.0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_slo_objective_that_is_no_ratio_is_refused),
		TEST(test_slo_objective_is_kept_in_parts_per_billion),
		TEST(test_slo_period_beyond_its_limits_is_refused),
		TEST(test_slo_bad_name_is_refused),
		TEST(test_slo_field_it_does_not_know_is_refused),
		TEST(test_slo_registered_again_is_the_same),
		TEST(test_slo_beyond_max_slos_is_refused),
		TEST(test_slo_null_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
