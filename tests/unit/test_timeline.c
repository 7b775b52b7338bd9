/* SPDX-License-Identifier: MIT */
#include "fixture.h"
#include "history/timeline.h"

#define SLOT SLI_SECONDS(1)

static struct sli__timeline timeline;

static int
setup(void **state)
{
	(void)state;
	memset(&timeline, 0, sizeof(timeline));
	return 0;
}

static bool
claim(uint64_t now_ns)
{
	struct sli__claim unused;

	return sli__timeline_claim(&timeline, SLOT, now_ns, &unused);
}

static bool
is_open(uint64_t now_ns)
{
	return sli__timeline_is_open(&timeline, SLOT, now_ns);
}

static uint64_t
open_slot(void)
{
	return sli__timeline_moment(&timeline, SLOT, UINT64_MAX).open_ns;
}

static bool
is_late(uint64_t now_ns)
{
	return sli__timeline_is_late(&timeline, SLOT, now_ns);
}

static bool
late(uint64_t now_ns, uint64_t on_time, uint64_t late_so_far)
{
	const struct sli__lateness before = { on_time, late_so_far };

	return sli__timeline_late(&timeline, SLOT, now_ns, before);
}

static void
test_timeline_first_claim_is_birth(void **state)
{
	struct sli__claim c;

	(void)state;
	assert_true(sli__timeline_claim(&timeline, SLOT, T0 + 7, &c));
	assert_true(c.from_ns == T0 && c.open_ns == T0);
	assert_true(timeline.birth_ns == T0 + 7);
	assert_true(claim(T0 + SLOT));
	assert_true(timeline.birth_ns == T0 + 7);
}

/* A replay may start its clock at 0: that slot is opened like any other. */
static void
test_timeline_first_slot_since_the_epoch_is_claimed(void **state)
{
	(void)state;
	assert_false(is_open(0));
	assert_false(is_open(SLOT - 1));
	assert_false(is_open(T0));
	assert_true(claim(0));
	assert_true(timeline.birth_ns != 0);
	assert_true(is_open(0) && is_open(SLOT - 1) && !is_open(SLOT));
	assert_false(claim(SLOT - 1));
	assert_true(claim(SLOT));
}

static void
test_timeline_boundary_is_claimed_once(void **state)
{
	struct sli__claim c;

	(void)state;
	assert_true(claim(T0));
	assert_false(claim(T0));
	assert_false(claim(T0 + SLOT - 1));
	assert_true(sli__timeline_claim(&timeline, SLOT, T0 + SLOT, &c));
	assert_true(c.from_ns == T0 && c.open_ns == T0 + SLOT);
	assert_false(claim(T0 + SLOT));
}

static void
test_timeline_gap_is_one_claim(void **state)
{
	struct sli__claim c;

	(void)state;
	assert_true(claim(T0));
	assert_true(
	    sli__timeline_claim(&timeline, SLOT, T0 + SLI_DAYS(1) + 5, &c));
	assert_true(c.from_ns == T0 && c.open_ns == T0 + SLI_DAYS(1));
	assert_false(claim(T0 + SLI_HOURS(1)));
}

/* Half-open: [open, open + slot). */
static void
test_timeline_slot_is_open_from_start_to_before_end(void **state)
{
	(void)state;
	assert_true(claim(T0 + 5));
	assert_false(is_open(T0 - 1));
	assert_true(is_open(T0));
	assert_true(is_open(T0 + SLOT - 1));
	assert_false(is_open(T0 + SLOT));
	assert_false(is_open(UINT64_MAX));
}

static void
test_timeline_late_is_before_the_open_slot(void **state)
{
	(void)state;
	assert_true(claim(T0 + 5));
	assert_true(is_late(T0 - 1));
	assert_false(is_late(T0));
	assert_false(is_late(T0 + SLI_DAYS(1)));
}

static void
test_timeline_garbage_is_late_and_claims_nothing(void **state)
{
	(void)state;
	assert_true(claim(T0));
	assert_false(claim(LAST_TIME + 1));
	assert_false(claim(UINT64_MAX));
	assert_true(is_late(LAST_TIME + 1));
	assert_true(is_late(UINT64_MAX));
	assert_false(sli__timeline_late_is_due(&timeline, SLOT, LAST_TIME + 1));
	assert_false(late(UINT64_MAX, 0, 0));
	assert_true(open_slot() == T0 && timeline.skew_ns == 0);
	assert_true(claim(LAST_TIME));
}

static void
test_timeline_confirm_fails_once_a_later_claim_is_made(void **state)
{
	struct sli__claim older, newer;

	(void)state;
	assert_true(sli__timeline_claim(&timeline, SLOT, T0, &older));
	assert_true(sli__timeline_confirm(&timeline, SLOT, &older));
	assert_true(sli__timeline_confirm(&timeline, SLOT, &older));
	assert_true(sli__timeline_claim(&timeline, SLOT, T0 + SLOT, &newer));
	assert_false(sli__timeline_confirm(&timeline, SLOT, &older));
	assert_true(sli__timeline_confirm(&timeline, SLOT, &newer));
}

/* A clock set back runs for 60 slots before it is believed. */
static void
test_timeline_clock_set_back_is_believed_after_sixty_slots(void **state)
{
	const uint64_t back = T0 - SLI_HOURS(1);

	(void)state;
	assert_true(claim(T0));
	assert_false(late(back, 10, 0));
	assert_false(late(back + SLOT, 10, 1));
	assert_false(late(back + 60 * SLOT - 1, 10, 2));
	assert_false(late(T0, 10, 3)); /* not late at all */
	assert_true(late(back + 60 * SLOT, 10, 3));

	assert_true(is_open(back + 60 * SLOT));
	assert_true(open_slot() == T0);
	assert_false(claim(back + 60 * SLOT));
	assert_true(claim(back + 61 * SLOT));
	assert_true(open_slot() == T0 + SLOT);
}

/* One stale now_ns among many on time must not shift the whole history. */
static void
test_timeline_stale_record_among_others_is_just_late(void **state)
{
	const uint64_t stale = T0 - SLI_HOURS(1);
	uint64_t i;

	(void)state;
	assert_true(claim(T0));
	for (i = 0; i < 100; i++)
		assert_false(late(stale + i * SLOT, 100 * i, i));
	assert_true(timeline.skew_ns == 0);
}

static void
test_timeline_one_in_sixteen_on_time_is_forgiven(void **state)
{
	const uint64_t back = T0 - SLI_HOURS(1);

	(void)state;
	assert_true(claim(T0));
	assert_false(late(back, 100, 0));
	assert_true(late(back + 60 * SLOT, 102, 32));

	setup(NULL);
	assert_true(claim(T0));
	assert_false(late(back, 100, 0));
	assert_false(late(back + 60 * SLOT, 103, 32));
}

static void
test_timeline_late_is_due_when_it_could_decide(void **state)
{
	const uint64_t back = T0 - SLI_HOURS(1);

	(void)state;
	assert_true(claim(T0));
	assert_true(sli__timeline_late_is_due(&timeline, SLOT, back));
	assert_false(late(back, 0, 0));
	assert_false(sli__timeline_late_is_due(&timeline, SLOT, back));
	assert_false(
	    sli__timeline_late_is_due(&timeline, SLOT, back + 60 * SLOT - 1));
	assert_true(
	    sli__timeline_late_is_due(&timeline, SLOT, back + 60 * SLOT));
	/* Set back once more: look again from there. */
	assert_true(sli__timeline_late_is_due(&timeline, SLOT, back - 1));
	/* In a new slot the marks are void. */
	assert_true(claim(T0 + SLOT));
	assert_true(sli__timeline_late_is_due(&timeline, SLOT, back + SLOT));
}

static void
test_timeline_moment_stays_in_the_open_slot(void **state)
{
	struct sli__moment m;

	(void)state;
	assert_true(claim(T0));
	m = sli__timeline_moment(&timeline, SLOT, T0 + 7);
	assert_true(m.open_ns == T0 && m.at_ns == T0 + 7);
	/* A reader that has been overtaken, or that was set back. */
	m = sli__timeline_moment(&timeline, SLOT, T0 - SLI_DAYS(1));
	assert_true(m.open_ns == T0 && m.at_ns == T0);
	/* One that lost the claim to a claimer of a slot before its own. */
	m = sli__timeline_moment(&timeline, SLOT, T0 + 5 * SLOT);
	assert_true(m.open_ns == T0 && m.at_ns == T0 + SLOT - 1);
	m = sli__timeline_moment(&timeline, SLOT, UINT64_MAX);
	assert_true(m.open_ns == T0 && m.at_ns == T0);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_timeline_first_claim_is_birth),
		TEST(test_timeline_first_slot_since_the_epoch_is_claimed),
		TEST(test_timeline_boundary_is_claimed_once),
		TEST(test_timeline_gap_is_one_claim),
		TEST(test_timeline_slot_is_open_from_start_to_before_end),
		TEST(test_timeline_late_is_before_the_open_slot),
		TEST(test_timeline_garbage_is_late_and_claims_nothing),
		TEST(test_timeline_confirm_fails_once_a_later_claim_is_made),
		TEST(
		    test_timeline_clock_set_back_is_believed_after_sixty_slots),
		TEST(test_timeline_stale_record_among_others_is_just_late),
		TEST(test_timeline_one_in_sixteen_on_time_is_forgiven),
		TEST(test_timeline_late_is_due_when_it_could_decide),
		TEST(test_timeline_moment_stays_in_the_open_slot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
