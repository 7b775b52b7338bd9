/* SPDX-License-Identifier: MIT */
#include "fixture.h"
#include "history/history.h"

/* Rings of 1 s x 4 and 3 s x 5 over vectors of three cells. */
enum { CELLS = 3 };

static const struct sli_level levels[SLI_LEVELS_MAX] = {
	{ SLI_SECONDS(1), 4, 0 },
	{ SLI_SECONDS(3), 5, 0 },
};

static uint64_t memory[64];
static struct sli__history history;

static int
setup(void **state)
{
	(void)state;
	memset(memory, 0, sizeof(memory));
	sli__history_map(&history, levels, CELLS, memory);
	return 0;
}

static void
join(uint32_t level, uint64_t k, uint64_t a, uint64_t b, uint64_t c)
{
	const uint64_t totals[CELLS] = { a, b, c };

	sli__slot_begin(&history, level, k);
	sli__slot_join(&history, level, k, 0, CELLS, totals);
	sli__slot_end(&history, level, k);
}

static void
expect_slot(uint32_t level, uint64_t k, uint64_t a, uint64_t b, uint64_t c)
{
	const uint64_t expected[CELLS] = { a, b, c };
	uint64_t totals[CELLS];

	assert_true(sli__slot_read(&history, level, k, 0, CELLS, totals));
	assert_memory_equal(totals, expected, sizeof(totals));
}

static bool
can_read(uint32_t level, uint64_t k)
{
	uint64_t totals[CELLS];

	return sli__slot_read(&history, level, k, 0, CELLS, totals);
}

/* Every word of every slot has a place of its own. */
static void
test_history_slots_do_not_overlap(void **state)
{
	size_t words = sli__history_words(levels, CELLS);
	uint32_t level;
	uint64_t k;

	(void)state;
	assert_int_equal(words, (4 + 5) * (1 + CELLS));
	for (level = 0; level < 2; level++)
		for (k = 1; k <= levels[level].slots; k++)
			join(level, k, 100 * level + k, 200 * k, 300 * k);
	for (level = 0; level < 2; level++)
		for (k = 1; k <= levels[level].slots; k++)
			expect_slot(level, k, 100 * level + k, 200 * k,
			    300 * k);
	for (k = 0; k < words; k++)
		assert_true(memory[k] != 0);
	assert_int_equal(memory[words], 0);
}

static void
test_history_slot_begun_but_not_ended_is_not_shown(void **state)
{
	const uint64_t totals[CELLS] = { 1, 2, 3 };

	(void)state;
	assert_false(can_read(0, 1));
	sli__slot_begin(&history, 0, 1);
	assert_false(can_read(0, 1));
	sli__slot_join(&history, 0, 1, 0, CELLS, totals);
	assert_false(can_read(0, 1));
	assert_false(sli__slot_is_joined(&history, 0, 1));
	sli__slot_end(&history, 0, 1);
	assert_true(sli__slot_is_joined(&history, 0, 1));
	expect_slot(0, 1, 1, 2, 3);
}

/* A slot that is being reused is neither the old one nor yet the new one. */
static void
test_history_slot_half_reused_is_not_shown(void **state)
{
	const uint64_t totals[1] = { 9 };

	(void)state;
	join(0, 1, 1, 2, 3);
	sli__slot_begin(&history, 0, 1 + 4);
	sli__slot_join(&history, 0, 1 + 4, 0, 1, totals);
	assert_false(can_read(0, 1));
	assert_false(can_read(0, 1 + 4));
}

static void
test_history_slot_joins_by_the_larger_word(void **state)
{
	(void)state;
	join(0, 1, 5, 1, 7);
	join(0, 1, 2, 6, 7);
	expect_slot(0, 1, 5, 6, 7);
	join(0, 1, 0, 0, 0);
	expect_slot(0, 1, 5, 6, 7);
}

static void
test_history_ring_reuses_a_slot_for_the_next_lap(void **state)
{
	(void)state;
	join(0, 3, 1, 2, 3);
	join(0, 3 + 4, 4, 5, 6);
	assert_false(can_read(0, 3));
	expect_slot(0, 3 + 4, 4, 5, 6);
	assert_false(can_read(0, 3 + 8));
}

/* Whoever slept through a lap writes to a slot that has moved on. */
static void
test_history_writer_a_whole_ring_late_changes_nothing(void **state)
{
	uint64_t before[LENGTH(memory)];

	(void)state;
	join(0, 3 + 4, 40, 50, 60);
	memcpy(before, memory, sizeof(before));
	join(0, 3, 10, 50, 0);
	assert_memory_equal(memory, before, sizeof(before));
	expect_slot(0, 3 + 4, 40, 50, 60);
}

static void
test_history_slot_is_joined_and_read_in_pieces(void **state)
{
	const uint64_t totals[CELLS] = { 7, 8, 9 };
	uint64_t got[2];

	(void)state;
	sli__slot_begin(&history, 1, 2);
	sli__slot_join(&history, 1, 2, 0, 1, &totals[0]);
	sli__slot_join(&history, 1, 2, 1, 2, &totals[1]);
	sli__slot_end(&history, 1, 2);
	expect_slot(1, 2, 7, 8, 9);
	assert_true(sli__slot_read(&history, 1, 2, 1, 2, got));
	assert_true(got[0] == 8 && got[1] == 9);
}

static void
test_history_level_is_the_finest_that_reaches(void **state)
{
	const uint64_t open = SLI_SECONDS(300);
	uint32_t level = 9;

	(void)state;
	assert_true(sli__history_level(&history, open, open, &level));
	assert_int_equal(level, 0);
	assert_true(
	    sli__history_level(&history, open, SLI_SECONDS(297), &level));
	assert_int_equal(level, 0);
	assert_true(
	    sli__history_level(&history, open, SLI_SECONDS(297) - 1, &level));
	assert_int_equal(level, 1);
	assert_true(
	    sli__history_level(&history, open, SLI_SECONDS(288), &level));
	assert_int_equal(level, 1);
	assert_false(
	    sli__history_level(&history, open, SLI_SECONDS(288) - 1, &level));
	assert_true(sli__history_reach_ns(&history) == SLI_SECONDS(12));
}

static void
test_history_next_is_the_first_joined_up_to_the_open_slot(void **state)
{
	uint64_t k = 11;

	(void)state;
	join(0, 12, 1, 1, 1);
	join(0, 14, 2, 2, 2);
	assert_true(sli__history_next(&history, SLI_SECONDS(14), 0, &k));
	assert_true(k == 12);
	k = 13;
	assert_true(sli__history_next(&history, SLI_SECONDS(14), 0, &k));
	assert_true(k == 14);
	/* What is joined after the open slot is not there yet. */
	k = 13;
	assert_false(sli__history_next(&history, SLI_SECONDS(13), 0, &k));
	k = 15;
	assert_false(sli__history_next(&history, SLI_SECONDS(14), 0, &k));
	k = 1;
	assert_false(sli__history_next(&history, SLI_SECONDS(14), 1, &k));
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_history_slots_do_not_overlap),
		TEST(test_history_slot_begun_but_not_ended_is_not_shown),
		TEST(test_history_slot_half_reused_is_not_shown),
		TEST(test_history_slot_joins_by_the_larger_word),
		TEST(test_history_ring_reuses_a_slot_for_the_next_lap),
		TEST(test_history_writer_a_whole_ring_late_changes_nothing),
		TEST(test_history_slot_is_joined_and_read_in_pieces),
		TEST(test_history_level_is_the_finest_that_reaches),
		TEST(test_history_next_is_the_first_joined_up_to_the_open_slot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
