/* SPDX-License-Identifier: MIT */
/*
 * What lies in the block: of one who died over a change, of a claimer that was
 * held up, and of whoever writes to a file.
 */
#include "slo/slo.h"

#include "../support/random.h"
#include "adjusts.h"

#define MINUTE(n) (T0 + SLI_MINUTES(n))

static void
test_adjust_half_made_change_counts_for_nothing(void **state)
{
	struct sli_slo *slo = add_slo();
	struct sli__slo_entry *e = slo->entry;

	(void)state;
	count_each_second(ind, T0, 600, SLI_BAD, 1);
	assert_int_equal(exclude(slo, MINUTE(10), MINUTE(1), MINUTE(2)),
	    SLI_OK);
	/* It died when it had made two ready, and one to go. */
	e->adjustment[0].until = e->adjusted + 1;
	e->adjustment[1].since = e->adjustment[2].since = e->adjusted + 1;
	e->adjustment[1].from_ns = MINUTE(4);
	e->adjustment[1].to_ns = e->adjustment[2].from_ns = MINUTE(5);
	e->adjustment[2].to_ns = MINUTE(6);
	assert_budget(slo, MINUTE(10), 0, 540);
	assert_int_equal(adjustments(slo, MINUTE(10)), 1);
	/* And the next change does not complete it. */
	assert_int_equal(exclude(slo, MINUTE(10), MINUTE(7), MINUTE(8)),
	    SLI_OK);
	assert_budget(slo, MINUTE(10), 0, 480);
	assert_int_equal(adjustments(slo, MINUTE(10)), 2);
}

/* Its stores come after the place was given to another. */
static void
test_adjust_held_up_claimer_does_no_lasting_harm(void **state)
{
	struct sli_slo *slo = add_slo();
	struct sli__adjustment *a = slo->entry->adjustment;
	uint64_t zero = 0;

	(void)state;
	count_each_second(ind, T0, 600, SLI_BAD, 1);
	assert_int_equal(exclude(slo, MINUTE(10), MINUTE(1), MINUTE(2)),
	    SLI_OK);
	assert_true(sli__adjust_is_settled(&a[0]));
	a[0].cell[SLI__BAD] = 12345;
	a[0].seal = 99;
	assert_budget(slo, MINUTE(10), 0, 540);
	sli_count(ind, MINUTE(10) + SLI_SECONDS(1), SLI_BAD, 1);
	assert_true(sli__adjust_is_settled(&a[0]));
	assert_int_equal(a[0].cell[SLI__BAD], 60);
	assert_budget(slo, MINUTE(10) + SLI_SECONDS(1), 0, 541);

	/* A correction has nothing that such a claimer would change. */
	assert_int_equal(correct(slo, MINUTE(11), MINUTE(11), 0, 5), SLI_OK);
	assert_false(cas_acq_rel(&a[1].amount[0], &zero, 7));
	zero = 0;
	assert_false(cas_acq_rel(&a[1].amount[1], &zero, 7));
	a[1].seal = 99;
	assert_budget(slo, MINUTE(11), 0, 546);
}

/* What the power took: settled events that the history does not know. */
static void
test_adjust_resettle_takes_what_is_left(void **state)
{
	struct sli_slo *slo = add_slo();
	struct sli__adjustment *a = slo->entry->adjustment;

	(void)state;
	count_each_second(ind, T0, 600, SLI_BAD, 1);
	assert_int_equal(exclude(slo, MINUTE(10), MINUTE(8), MINUTE(9)),
	    SLI_OK);
	sli__adjust_resettle(slo, MINUTE(9) + 1); /* too old to be touched */
	assert_int_equal(a[0].cell[SLI__BAD], 60);
	store_relaxed(&a[0].cell[SLI__BAD], 100);
	sli__adjust_resettle(slo, MINUTE(9));
	assert_int_equal(a[0].cell[SLI__BAD], 60);
	assert_true(sli__adjust_is_settled(&a[0]));
}

static void
scramble(struct sli_slo *slo, struct random *rnd)
{
	static const uint64_t odd[] = { 0, 1, 2, UINT64_MAX, UINT64_MAX - 1,
		UINT64_C(1) << 63, UINT64_C(1) << 62, T0, T0 + SLI_HOURS(1) };
	uint64_t *word = (uint64_t *)slo->entry->adjustment;
	size_t i, words = sizeof(slo->entry->adjustment) / 8;

	for (i = 0; i < words; i++)
		word[i] = random_percent(rnd, 60) ?
		    odd[random_below(rnd, LENGTH(odd))] :
		    T0 + random_below(rnd, SLI_HOURS(2));
	slo->entry->adjusted = odd[random_below(rnd, LENGTH(odd))];
}

static void
test_adjust_words_of_any_value_are_safe(void **state)
{
	struct sli_slo *slo = add_slo();
	struct random rnd = { 4711 };
	struct sli_budget b;
	uint64_t i, now;
	double burn;
	int status;

	(void)state;
	for (i = 0; i < 2000; i++) {
		now = T0 + SLI_SECONDS(i);
		scramble(slo, &rnd);
		sli_count(ind, now, SLI_BAD, 1 + i % 3);
		b = budget_of(slo, now);
		assert_true(b.total == b.good + b.bad);
		assert_in_range(b.good, 0, INT64_MAX);
		assert_in_range(b.bad, 0, INT64_MAX);
		assert_true(b.sli >= 0.0 && b.sli <= 1.0);
		status = sli_slo_burn_rate(slo, now, SLI_HOURS(1), &burn);
		assert_true(status == SLI_ENODATA || burn >= 0.0);
		assert_in_range(adjustments(slo, now), 0,
		    SLI__ADJUSTMENT_PLACES);
		/* These may be refused: they must come to an end. */
		(void)exclude(slo, now, T0, now + SLI_SECONDS(i % 90));
		(void)include(slo, now, T0 + i, now);
		(void)correct(slo, now, now, 1, -1);
	}
}

/* A new beginning is one of what was corrected, too. */
static void
test_adjust_before_a_reset_counts_no_more(void **state)
{
	struct sli_slo *slo = add_slo();
	struct sli_budget b;
	struct sli_error err;

	(void)state;
	count_each_second(ind, T0, 600, SLI_BAD, 1);
	assert_int_equal(exclude(slo, MINUTE(10), MINUTE(1), MINUTE(2)),
	    SLI_OK);
	assert_int_equal(correct(slo, MINUTE(10), MINUTE(9), 7, 8), SLI_OK);
	assert_int_equal(exclude(slo, MINUTE(10), MINUTE(30), MINUTE(40)),
	    SLI_OK);
	assert_int_equal(sli_slo_reset_budget(slo, MINUTE(20), "x", NULL),
	    SLI_OK);
	b = budget_of(slo, MINUTE(20));
	assert_true(b.good == 0 && b.bad == 0 && b.corrected_bad == 0);
	assert_true(b.excluded == 0 && b.excluded_ns == 0);
	/* In burn rates the excluded time is still left out. */
	assert_int_equal(adjustments(slo, MINUTE(20)), 2);
	count_each_second(ind, MINUTE(20), 1200, SLI_BAD, 1);
	assert_budget(slo, MINUTE(40), 0, 600);
	assert_int_equal(correct(slo, MINUTE(40), MINUTE(20), 3, 0), SLI_OK);
	assert_budget(slo, MINUTE(40), 3, 600);
	assert_int_equal(
	    sli_slo_correct(slo, MINUTE(40), MINUTE(19), 1, 1, "x", &err),
	    SLI_ERANGE);
	assert_error(&err, SLI_ERANGE, "2025-01-01T00:19:00Z",
	    "2025-01-01T00:20:00Z");
}

/* The clock was set back by an hour: times are the caller's all the same. */
static void
test_adjust_after_a_clock_went_back_times_are_its(void **state)
{
	struct sli_slo *slo = add_slo();
	struct sli_adjustment a;
	uint64_t now = T0;

	(void)state;
	sli_count(ind, T0 + SLI_HOURS(1), SLI_GOOD, 1);
	count_each_second(ind, now, 120, SLI_GOOD, 1);
	now += SLI_SECONDS(200);
	sli_count(ind, now, SLI_GOOD, 1);
	assert_true(slo->ind->timeline->skew_ns > SLI_MINUTES(50));
	assert_int_equal(exclude(slo, now, now, now + SLI_SECONDS(60)), SLI_OK);
	count_each_second(ind, now, 60, SLI_BAD, 1);
	sli_count(ind, now + SLI_SECONDS(60), SLI_BAD, 1);
	assert_int_equal(budget_of(slo, now + SLI_SECONDS(60)).bad, 1);
	a = exclusion_from(slo, now + SLI_SECONDS(60), now);
	assert_true(a.settled == 1 && a.bad == 60);
	assert_true(a.to_ns == now + SLI_SECONDS(60));
	assert_int_equal(correct(slo, now + SLI_SECONDS(61), now, 0, 4),
	    SLI_OK);
	assert_int_equal(budget_of(slo, now + SLI_SECONDS(61)).bad, 5);
	assert_int_equal(
	    include(slo, now + SLI_SECONDS(61), now, now + SLI_SECONDS(60)),
	    SLI_OK);
	assert_int_equal(budget_of(slo, now + SLI_SECONDS(61)).bad, 65);
}

static void
expect_audit(enum sli_audit_kind kind, uint64_t value, const char *why)
{
	struct sli_audit audit;

	assert_int_equal(sli_audit_read(reg, 0, &audit), SLI_OK);
	assert_int_equal(audit.kind, kind);
	assert_true(audit.value == value && audit.at_ns == MINUTE(5));
	assert_string_equal(audit.subject, "availability");
	assert_string_equal(audit.why, why);
}

static void
test_adjust_audit_says_what_when_and_why(void **state)
{
	struct sli_slo *slo = add_slo();
	char longest[SLI_WHY_MAX + 1];

	(void)state;
	sli_count(ind, T0, SLI_BAD, 1);
	assert_int_equal(sli_slo_exclude(slo, MINUTE(5), T0,
			     MINUTE(90) + SLI_MILLIS(50), "new disks", NULL),
	    SLI_OK);
	expect_audit(SLI_AUDIT_EXCLUDED, T0,
	    "2025-01-01T00:00:00Z to 2025-01-01T01:30:00.05Z: new disks");
	assert_int_equal(sli_slo_include(slo, MINUTE(5), MINUTE(60),
			     MINUTE(120), "went well", NULL),
	    SLI_OK);
	expect_audit(SLI_AUDIT_INCLUDED, MINUTE(60),
	    "2025-01-01T01:00:00Z to 2025-01-01T02:00:00Z: went well");
	assert_int_equal(
	    sli_slo_correct(slo, MINUTE(5), T0 + 1, 5, -3, "DNS", NULL),
	    SLI_OK);
	expect_audit(SLI_AUDIT_CORRECTED, T0 + 1,
	    "2025-01-01T00:00:00.000000001Z good +5 bad -3: DNS");
	assert_int_equal(
	    sli_slo_correct(slo, MINUTE(5), T0, 0, -INT64_MAX, "x", NULL),
	    SLI_OK);
	expect_audit(SLI_AUDIT_CORRECTED, T0,
	    "2025-01-01T00:00:00Z bad -9223372036854775807: x");
	/* A reason of full length is kept whole. */
	memset(longest, 'y', SLI_WHY_MAX);
	longest[SLI_WHY_MAX] = '\0';
	assert_int_equal(
	    sli_slo_correct(slo, MINUTE(5), T0, 1, 0, longest, NULL), SLI_OK);
	expect_audit(SLI_AUDIT_CORRECTED, T0, longest);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_adjust_half_made_change_counts_for_nothing),
		TEST(test_adjust_held_up_claimer_does_no_lasting_harm),
		TEST(test_adjust_resettle_takes_what_is_left),
		TEST(test_adjust_words_of_any_value_are_safe),
		TEST(test_adjust_before_a_reset_counts_no_more),
		TEST(test_adjust_after_a_clock_went_back_times_are_its),
		TEST(test_adjust_audit_says_what_when_and_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
