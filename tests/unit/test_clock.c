/* SPDX-License-Identifier: MIT */
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

static void
test_clock_units_are_nanoseconds_in_64_bits(void **state)
{
	(void)state;
	assert_true(SLI_MICROS(1) == 1000);
	assert_true(SLI_MILLIS(1) == SLI_MICROS(1000));
	assert_true(SLI_SECONDS(1) == SLI_MILLIS(1000));
	assert_true(SLI_MINUTES(1) == SLI_SECONDS(60));
	assert_true(SLI_HOURS(1) == SLI_MINUTES(60));
	assert_true(SLI_DAYS(1) == SLI_HOURS(24));
	/* An int argument does not make an int product. */
	assert_true(SLI_DAYS(33) == UINT64_C(2851200000000000));
	assert_true(SLI_SECONDS(1 + 1) == UINT64_C(2000000000));
}

static void
test_clock_never_goes_back(void **state)
{
	uint64_t before = sli_clock_ns(), now;
	int i;

	(void)state;
	for (i = 0; i < 100000; i++, before = now) {
		now = sli_clock_ns();
		assert_true(now >= before);
	}
}

static void
test_clock_is_aligned_with_the_wall(void **state)
{
	struct timespec wall;
	uint64_t wall_ns, now = sli_clock_ns();

	(void)state;
	assert_int_equal(clock_gettime(CLOCK_REALTIME, &wall), 0);
	wall_ns = SLI_SECONDS(wall.tv_sec) + (uint64_t)wall.tv_nsec;
	/* A minute: for what an NTP daemon may do to the wall meanwhile. */
	assert_true(now < wall_ns + SLI_MINUTES(1));
	assert_true(wall_ns < now + SLI_MINUTES(1));
	assert_true(now < LAST_TIME);
}

static void
test_clock_of_a_child_lies_between_its_parents(void **state)
{
	uint64_t before = sli_clock_ns(), childs = 0, after;
	int ends[2], status;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		childs = sli_clock_ns();
		_exit(
		    write(ends[1], &childs, sizeof(childs)) != sizeof(childs));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	after = sli_clock_ns();
	assert_int_equal(status, 0);
	assert_int_equal(read(ends[0], &childs, sizeof(childs)),
	    sizeof(childs));
	close(ends[0]);
	close(ends[1]);
	assert_true(before <= childs && childs <= after);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clock_units_are_nanoseconds_in_64_bits),
		cmocka_unit_test(test_clock_never_goes_back),
		cmocka_unit_test(test_clock_is_aligned_with_the_wall),
		cmocka_unit_test(
		    test_clock_of_a_child_lies_between_its_parents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
