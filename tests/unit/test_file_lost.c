/* SPDX-License-Identifier: MIT */
/*
 * A file that is deleted or truncated while it is in use: the process goes on,
 * and is told.
 */
#include "lost.h"

static void
test_lost_deleted_lives_as_long_as_who_has_it_open(void **state)
{
	const char *path = scratch_path("deleted");
	struct sli_registry *reg, *view, *fresh;
	struct sli_indicator *ind;

	(void)state;
	reg = open_with_requests(path);
	view = scratch_view(path);
	assert_int_equal(sli_registry_status(reg, NULL), SLI_OK);
	scratch_remove(path);
	expect_status(reg, SLI_ENOENT, "deleted");
	expect_status(view, SLI_ENOENT, "deleted");

	ind = requests_of(reg);
	assert_int_equal(events_of(ind), 100);
	record(ind, sli_clock_ns(), 20);
	assert_int_equal(events_of(ind), 120);
	assert_int_equal(events_of(requests_of(view)), 120);
	assert_int_equal(sli_registry_sync(reg, NULL), SLI_OK);

	fresh = open_tiny(path);
	assert_non_null(fresh);
	assert_int_equal(info_of(fresh).indicator_count, 0);
	assert_int_equal(sli_registry_status(fresh, NULL), SLI_OK);
	record(tiny_indicator(fresh, "requests"), sli_clock_ns(), 7);
	assert_int_equal(events_of(requests_of(fresh)), 7);
	assert_int_equal(events_of(ind), 120);
	sli_registry_close(fresh);
	use_all(reg);
	expect_status(reg, SLI_ENOENT, "deleted");
	sli_registry_close(view);
	sli_registry_close(reg);
}

static void
test_lost_truncated_goes_on_in_memory(void **state)
{
	const char *path = scratch_path("truncated");
	struct sli_registry *reg;
	struct sli_indicator *ind;

	(void)state;
	need_sigbus();
	reg = open_with_requests(path);
	ind = requests_of(reg);
	assert_int_equal(truncate(path, 0), 0);
	expect_status(reg, SLI_EIO, "truncated");
	record(ind, sli_clock_ns() + SLI_SECONDS(2), 30);
	assert_int_equal(events_of(ind), 30);
	expect_goes_on_in_memory(reg);

	/* The name is not to be had by another while this one lives. */
	expect_open_refused(path, SLI_EBUSY, "truncated", "another path");
	assert_int_equal(scratch_bytes(path), 0);
	sli_registry_close(reg);
	reg = open_tiny(path);
	assert_non_null(reg);
	assert_int_equal(info_of(reg).indicator_count, 0);
	sli_registry_close(reg);
}

static void
expect_survives_truncation(off_t bytes, int call)
{
	const char *path = scratch_path("touched");
	struct sli_registry *reg = open_with_requests(path);
	struct sli_indicator *ind = requests_of(reg);
	const uint64_t now_ns = sli_clock_ns();
	struct sli_slo *slo = NULL;

	assert_int_equal(sli_slo_find(reg, "latency", &slo), SLI_OK);
	assert_int_equal(truncate(path, bytes), 0);
	touch(reg, ind, slo, call, now_ns);
	expect_status(reg, SLI_EIO, "truncated");
	record(ind, now_ns + SLI_SECONDS(40), 20);
	use_all(reg);
	sli_registry_close(reg);
	in_use[0] = NULL;
	assert_int_equal(scratch_bytes(path), bytes);
	scratch_remove(path);
}

static void
test_lost_truncated_at_any_length_is_survived_by_any_call(void **state)
{
	static const off_t bytes[] = { 0, 1, 4096, 65536, 163840, 200000 };
	size_t i;
	int call;

	(void)state;
	need_sigbus();
	for (i = 0; i < LENGTH(bytes); i++)
		for (call = 0; call < CALLS; call++)
			expect_survives_truncation(bytes[i], call);
}

static void
test_lost_truncated_under_a_view(void **state)
{
	static const off_t bytes[] = { 0, 4096, 180000 };
	const char *path = scratch_path("viewed");
	struct sli_registry *view;
	struct sli_indicator *ind;
	size_t i;

	(void)state;
	need_sigbus();
	for (i = 0; i < LENGTH(bytes); i++) {
		make_tiny(path);
		view = scratch_view(path);
		handle_sigbus(view);
		ind = requests_of(view);
		assert_int_equal(events_of(ind), 100);
		assert_int_equal(truncate(path, bytes[i]), 0);
		use_reads(view, sli_clock_ns());
		expect_status(view, SLI_EIO, "truncated");
		use_reads(view, sli_clock_ns());
		sli_record(ind, sli_clock_ns(), SLI_GOOD, 1);
		sli_registry_close(view);
		in_use[0] = NULL;
		assert_int_equal(scratch_bytes(path), bytes[i]);
		scratch_remove(path);
	}
}

/* Each process that has it open is on its own; this one has it open twice. */
static void
test_lost_truncated_under_two(void **state)
{
	const char *path = scratch_path("shared");
	struct sli_registry *reg, *other;
	const uint64_t now_ns = sli_clock_ns();

	(void)state;
	need_sigbus();
	reg = open_with_requests(path);
	other = open_tiny(path);
	assert_non_null(other);
	in_use[1] = other;
	assert_int_equal(truncate(path, 0), 0);
	record(requests_of(reg), now_ns + SLI_SECONDS(2), 5);
	record(requests_of(other), now_ns + SLI_SECONDS(2), 6);
	assert_int_equal(events_of(requests_of(reg)), 5);
	assert_int_equal(events_of(requests_of(other)), 6);
	sli_registry_close(other);
	in_use[1] = NULL;
	expect_open_refused(path, SLI_EBUSY, "truncated", "another path");
	sli_registry_close(reg);
}

static void
test_lost_fault_elsewhere_is_somebody_elses(void **state)
{
	const char *path = scratch_path("fault");
	struct sli_registry *reg = open_with_requests(path), *memory;

	(void)state;
	memory = small_registry();
	assert_int_equal(sli_registry_fault(NULL, &state), 0);
	assert_int_equal(sli_registry_fault(reg, NULL), 0);
	assert_int_equal(sli_registry_fault(reg, &path), 0);
	assert_int_equal(sli_registry_fault(reg, requests_of(reg)), 0);
	assert_int_equal(sli_registry_fault(memory, &path), 0);
	assert_int_equal(
	    sli_registry_fault(memory, (const void *)(uintptr_t)-1), 0);
	assert_int_equal(sli_registry_status(reg, NULL), SLI_OK);
	assert_int_equal(sli_registry_status(memory, NULL), SLI_OK);
	assert_int_equal(events_of(requests_of(reg)), 100);
	sli_registry_close(memory);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_lost_deleted_lives_as_long_as_who_has_it_open),
		TEST(test_lost_truncated_goes_on_in_memory),
		TEST(test_lost_truncated_at_any_length_is_survived_by_any_call),
		TEST(test_lost_truncated_under_a_view),
		TEST(test_lost_truncated_under_two),
		TEST(test_lost_fault_elsewhere_is_somebody_elses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
