/* SPDX-License-Identifier: MIT */
#include "../support/random.h"
#include "../support/scale.h"
#include "exclusions.h"

static void
remove_span(struct sli__exclusion_list *list, uint64_t from, uint64_t to)
{
	assert_int_equal(sli__exclusion_remove(list, from, to, NULL), SLI_OK);
}

static void
test_exclusion_intervals_that_meet_become_one(void **state)
{
	struct sli__exclusion_list list = { 0 };

	(void)state;
	add(&list, 100, 200);
	add(&list, 300, 400);
	EXPECT_SPANS(&list, 100, 200, 300, 400);
	add(&list, 201, 299);
	EXPECT_SPANS(&list, 100, 200, 201, 299, 300, 400);
	add(&list, 299, 300);
	EXPECT_SPANS(&list, 100, 200, 201, 400);
	add(&list, 120, 130);
	EXPECT_SPANS(&list, 100, 200, 201, 400);
	add(&list, 150, 201);
	EXPECT_SPANS(&list, 100, 400);
	add(&list, 50, 60);
	add(&list, 500, 600);
	add(&list, 40, 700);
	EXPECT_SPANS(&list, 40, 700);
	add(&list, 0, UINT64_MAX);
	EXPECT_SPANS(&list, 0, UINT64_MAX);
}

static void
test_exclusion_removed_part_counts_again(void **state)
{
	struct sli__exclusion_list list = { 0 };

	(void)state;
	add(&list, 100, 200);
	add(&list, 300, 400);
	remove_span(&list, 200, 300);
	remove_span(&list, 0, 100);
	EXPECT_SPANS(&list, 100, 200, 300, 400);
	remove_span(&list, 120, 130);
	EXPECT_SPANS(&list, 100, 120, 130, 200, 300, 400);
	remove_span(&list, 190, 310);
	EXPECT_SPANS(&list, 100, 120, 130, 190, 310, 400);
	remove_span(&list, 0, 311);
	EXPECT_SPANS(&list, 311, 400);
	remove_span(&list, 311, 400);
	assert_int_equal(list.count, 0);
	remove_span(&list, 0, UINT64_MAX);
	assert_int_equal(list.count, 0);
}

static void
test_exclusion_of_nothing_is_refused(void **state)
{
	struct sli__exclusion_list list = { 0 };
	struct sli_error err;

	(void)state;
	assert_int_equal(sli__exclusion_add(&list, 70, 70, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "from_ns", "70");
	assert_int_equal(sli__exclusion_remove(&list, 71, 70, &err),
	    SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "from_ns", "71");
	assert_int_equal(list.count, 0);
}

static void
test_exclusion_list_that_is_full_stays_as_it_is(void **state)
{
	struct sli__exclusion_list list = { 0 }, full;
	struct sli_error err;
	uint64_t i;

	(void)state;
	for (i = 0; i < SLI__EXCLUSIONS; i++)
		add(&list, 100 * i, 100 * i + 50);
	full = list;
	assert_int_equal(sli__exclusion_add(&list, 60, 70, &err), SLI_ENOSPC);
	assert_error(&err, SLI_ENOSPC, "64", "remove");
	assert_int_equal(sli__exclusion_remove(&list, 10, 20, &err),
	    SLI_ENOSPC);
	assert_memory_equal(&list, &full, sizeof(full));
	/* These need no room. */
	add(&list, 40, 60);
	remove_span(&list, 0, 10);
	add(&list, 50, 1010);
	assert_int_equal(list.count, SLI__EXCLUSIONS - 10);
	remove_span(&list, 100, 200);
	assert_int_equal(list.count, SLI__EXCLUSIONS - 9);
	/* From 0 on: what is past is forgotten. */
	remove_span(&list, 0, 6000);
	assert_int_equal(list.count, 4);
	assert_int_equal(sli__exclusion_length(&list, 0, UINT64_MAX), 200);
}

static void
test_exclusion_length_is_that_of_the_overlap(void **state)
{
	struct sli__exclusion_list list = { 0 };

	(void)state;
	assert_int_equal(sli__exclusion_length(&list, 0, UINT64_MAX), 0);
	add(&list, 100, 200);
	add(&list, 300, UINT64_MAX);
	assert_int_equal(sli__exclusion_length(&list, 0, 100), 0);
	assert_int_equal(sli__exclusion_length(&list, 0, 101), 1);
	assert_int_equal(sli__exclusion_length(&list, 199, 301), 2);
	assert_int_equal(sli__exclusion_length(&list, 120, 130), 10);
	assert_int_equal(sli__exclusion_length(&list, 130, 120), 0);
	assert_true(
	    sli__exclusion_length(&list, 300, UINT64_MAX) == UINT64_MAX - 300);
}

/* ---- against a brute-force oracle ---- */

#define CELLS 400

static int excluded[CELLS];

static void
expect_oracle(const struct sli__exclusion_list *list, struct random *rnd)
{
	uint64_t a = random_below(rnd, CELLS + 1), runs = 0, length = 0, i;
	uint64_t b = random_below(rnd, CELLS + 1);

	for (i = 0; i < CELLS; i++)
		runs += excluded[i] && (i == 0 || !excluded[i - 1]);
	for (i = a; i < b; i++)
		length += (uint64_t)excluded[i];
	assert_int_equal(list->count, runs);
	assert_int_equal(sli__exclusion_length(list, a, b), length);
	for (i = 0; i < CELLS; i++)
		if (sli__exclusion_length(list, i, i + 1) !=
		    (uint64_t)excluded[i])
			fail_msg("cell %llu", (unsigned long long)i);
}

static void
test_exclusion_random_changes_agree_with_an_oracle(void **state)
{
	struct random rnd = { random_seed() };
	struct sli__exclusion_list list = { 0 };
	uint64_t round, rounds = test_scaled(20000), a, b, refused = 0, i;
	int status, saved[CELLS];
	bool adds;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)rnd.state);
	memset(excluded, 0, sizeof(excluded));
	for (round = 0; round < rounds; round++) {
		a = random_below(&rnd, CELLS);
		/* Short ones fill the list, long ones sweep it. */
		b = a + 1 + random_magnitude(&rnd, round % 4096 < 3900 ? 1 : 8);
		b = b < CELLS ? b : CELLS;
		adds = random_percent(&rnd, 60);
		memcpy(saved, excluded, sizeof(saved));
		for (i = a; i < b; i++)
			excluded[i] = adds;
		status = adds ? sli__exclusion_add(&list, a, b, NULL) :
				sli__exclusion_remove(&list, a, b, NULL);
		if (status != SLI_OK) {
			assert_int_equal(status, SLI_ENOSPC);
			assert_int_equal(list.count, SLI__EXCLUSIONS);
			memcpy(excluded, saved, sizeof(saved));
			refused++;
		}
		expect_oracle(&list, &rnd);
	}
	if (rounds >= 4000)
		assert_in_range(refused, 1, rounds);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exclusion_intervals_that_meet_become_one),
		cmocka_unit_test(test_exclusion_removed_part_counts_again),
		cmocka_unit_test(test_exclusion_of_nothing_is_refused),
		cmocka_unit_test(
		    test_exclusion_list_that_is_full_stays_as_it_is),
		cmocka_unit_test(test_exclusion_length_is_that_of_the_overlap),
		cmocka_unit_test(
		    test_exclusion_random_changes_agree_with_an_oracle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
