/* SPDX-License-Identifier: MIT */
/*
 * A view writes nothing: not by what would write, which is refused or does
 * nothing, nor by any read.
 */
#include "use.h"

static const struct sli_label method_get[] = { { "method", "GET" } };

static void
expect_refused_by_view(int returned, const struct sli_error *err)
{
	assert_int_equal(returned, SLI_EACCES);
	assert_error(err, SLI_EACCES, "view", "");
}

static void
test_view_refuses_what_would_write(void **state)
{
	const char *path = scratch_path("viewed");
	struct sli_indicator_config icfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config scfg = SLI_SLO_CONFIG_INIT;
	struct sli_indicator *ind = NULL, *new_ind = NULL;
	struct sli_writer *writer = NULL;
	struct sli_slo *slo = NULL, *new_slo = NULL;
	struct sli_registry *view;
	struct sli_error err;
	struct image before;

	(void)state;
	make_tiny(path);
	before = image_of(path);
	view = scratch_view(path);
	assert_int_equal(
	    sli_indicator_find(view, "requests", method_get, 1, &ind), SLI_OK);
	assert_int_equal(sli_slo_find(view, "availability", &slo), SLI_OK);

	icfg.name = "new";
	expect_refused_by_view(
	    sli_indicator_register(view, &icfg, &new_ind, &err), &err);
	assert_null(new_ind);
	scfg.name = "new";
	scfg.objective = 0.9;
	scfg.period_ns = SLI_SECONDS(20);
	expect_refused_by_view(sli_slo_register(ind, &scfg, &new_slo, &err),
	    &err);
	assert_null(new_slo);
	expect_refused_by_view(
	    sli_indicator_remove(view, "calls", method_get, 1, "a test", &err),
	    &err);
	expect_refused_by_view(sli_slo_remove(view, "latency", "a test", &err),
	    &err);
	expect_refused_by_view(
	    sli_slo_reset_budget(slo, sli_clock_ns(), "a test", &err), &err);
	expect_refused_by_view(sli_writer_acquire(view, &writer, &err), &err);
	assert_null(writer);
	expect_refused_by_view(sli_registry_sync(view, &err), &err);
	sli_registry_close(view);
	expect_image(&before, path);
	image_drop(&before);
}

static void
test_view_does_nothing_where_nothing_can_be_refused(void **state)
{
	const uint64_t now_ns = sli_clock_ns();
	const char *path = scratch_path("viewed");
	struct sli_counts first, then;
	struct sli_indicator *ind = NULL;
	struct sli_slo *slo = NULL;
	struct sli_registry *view;
	struct image before;
	uint64_t i;

	(void)state;
	make_tiny(path);
	before = image_of(path);
	view = scratch_view(path);
	assert_int_equal(
	    sli_indicator_find(view, "requests", method_get, 1, &ind), SLI_OK);
	assert_int_equal(sli_slo_find(view, "availability", &slo), SLI_OK);
	assert_int_equal(sli_total_counts(ind, &first), SLI_OK);
	/* In the open slot, before it, and long after. */
	for (i = 0; i < 100; i++) {
		sli_record(ind, now_ns - SLI_SECONDS(60) + SLI_SECONDS(i),
		    i % 2 == 0 ? SLI_GOOD : SLI_BAD, SLI_MILLIS(i));
		sli_count(ind, now_ns + SLI_SECONDS(i), SLI_SHED, i);
		sli_begin(ind);
		sli_admit(slo, now_ns + SLI_SECONDS(i), SLI_SHEDDABLE, i);
	}
	sli_end(ind);
	sli_record(ind, UINT64_MAX, SLI_GOOD, 1);
	sli_writer_record(NULL, ind, now_ns, SLI_GOOD, 1);
	sli_writer_release(NULL);
	assert_int_equal(sli_advance(view, now_ns + SLI_DAYS(1)), SLI_OK);
	assert_int_equal(sli_total_counts(ind, &then), SLI_OK);
	assert_memory_equal(&first, &then, sizeof(first));
	assert_int_equal(sli_in_flight(ind), 0);
	assert_int_equal(sli_late_count(ind), 0);
	sli_registry_close(view);
	expect_image(&before, path);
	image_drop(&before);
}

static void
test_view_reads_write_nothing(void **state)
{
	const char *path = scratch_path("viewed");
	struct sli_registry *view;
	struct image before;

	(void)state;
	make_tiny(path);
	before = image_of(path);
	view = scratch_view(path);
	use_reads(view, 0);
	use_reads(view, sli_clock_ns());
	use_reads(view, sli_clock_ns() + SLI_DAYS(400));
	use_reads(view, UINT64_MAX);
	assert_int_equal(sli_registry_status(view, NULL), SLI_OK);
	expect_image(&before, path);
	sli_registry_close(view);
	expect_image(&before, path);
	assert_int_equal(sli_file_check(path, NULL, NULL, NULL), SLI_OK);
	expect_image(&before, path);
	image_drop(&before);
}

/* Nor is it counted among those who have the file open. */
static void
test_view_is_no_process_of_the_file(void **state)
{
	const char *path = scratch_path("viewed");
	struct sli_registry *reg, *view;

	(void)state;
	make_tiny(path);
	view = scratch_view(path);
	assert_int_equal(info_of(view).process_count, 0);
	assert_int_equal(info_of(view).is_view, 1);
	reg = open_tiny(path);
	assert_int_equal(info_of(view).process_count, 1);
	assert_int_equal(info_of(reg).process_count, 1);
	sli_registry_close(reg);
	assert_int_equal(info_of(view).process_count, 0);
	sli_registry_close(view);
}

/* What others do to the file meanwhile, sound or not, is no harm to it. */
static void
test_view_of_a_file_that_is_changed_under_it(void **state)
{
	const char *path = scratch_path("viewed");
	static const unsigned char bytes[] = { 0, 0xff, 0x5a };
	struct sli_registry *view;
	struct image image, other;
	size_t i, at;

	(void)state;
	make_tiny(path);
	image = image_of(path);
	other = image_of(path);
	for (i = 0; i < LENGTH(bytes); i++) {
		image_write(&image, image.size, path);
		view = scratch_view(path);
		use_reads(view, sli_clock_ns());
		for (at = 0; at < image.size; at += 4096) {
			memset(other.bytes, bytes[i], 4096);
			scratch_write(path, at, other.bytes, 4096);
			use_reads(view, sli_clock_ns());
		}
		assert_int_equal(sli_registry_status(view, NULL), SLI_EIO);
		sli_registry_close(view);
	}
	image_drop(&other);
	image_drop(&image);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_view_refuses_what_would_write),
		TEST(test_view_does_nothing_where_nothing_can_be_refused),
		TEST(test_view_reads_write_nothing),
		TEST(test_view_is_no_process_of_the_file),
		TEST(test_view_of_a_file_that_is_changed_under_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
