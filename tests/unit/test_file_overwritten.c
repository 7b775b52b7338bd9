/* SPDX-License-Identifier: MIT */
/*
 * A file that becomes another while it is in use: the process leaves it, and is
 * told.
 */
#include "lost.h"

/* As dd conv=notrunc does, and some editors: the same file, other bytes. */
static void
overwrite(const char *path, const struct image *image)
{
	scratch_write(path, 0, image->bytes, image->size);
}

static void
test_overwritten_by_another_pollutes_a_slot_at_most(void **state)
{
	const char *path = scratch_path("over"), *other = scratch_path("other");
	const uint64_t slot = SLI_SECONDS(1);
	uint64_t now_ns, open;
	struct sli_registry *reg = open_with_requests(path), *view;
	struct sli_indicator *ind = requests_of(reg);
	struct image image;

	(void)state;
	make_tiny(other);
	image = image_of(other);
	now_ns = (sli_clock_ns() + SLI_SECONDS(5)) / slot * slot;
	record(ind, now_ns, 1);
	overwrite(path, &image);
	expect_status(reg, SLI_EIO, "overwritten");
	/* In the slot that is open it cannot have noticed. */
	for (open = 0; open < 10; open++)
		sli_record(ind, now_ns, SLI_GOOD, SLI_MILLIS(1));
	for (open = 0; open < 50; open++)
		sli_record(ind, now_ns + slot, SLI_GOOD, SLI_MILLIS(1));
	view = scratch_view(path);
	assert_in_range(events_of(requests_of(view)), 100, 110);
	sli_registry_close(view);
	assert_in_range(events_of(ind), 50, 60);
	expect_goes_on_in_memory(reg);
	sli_registry_close(reg);
	/* It is the other's file now, and sound. */
	assert_int_equal(sli_file_check(path, NULL, NULL, NULL), SLI_OK);
	reg = open_tiny(path);
	assert_non_null(reg);
	assert_in_range(events_of(requests_of(reg)), 100, 110);
	sli_registry_close(reg);
	image_drop(&image);
}

/*
 * Nor by what would register, remove or reset. (A record in the open slot, and
 * sli_begin() and sli_end(), which know no time, add to a word of it.)
 */
static void
test_overwritten_by_another_which_is_not_damaged(void **state)
{
	const char *path = scratch_path("over"), *other = scratch_path("other");
	const uint64_t now_ns = sli_clock_ns() + SLI_SECONDS(5);
	struct sli_registry_config cfg = tiny_config();
	struct sli_registry *reg = NULL, *view;
	struct sli_slo *slo = NULL;
	struct sli_indicator *ind;
	struct image image;
	int call;

	(void)state;
	cfg.max_indicators = 2;
	cfg.shards = 2;
	assert_int_equal(sli_registry_open(other, &cfg, &reg, NULL), SLI_OK);
	record(tiny_indicator(reg, "others"), now_ns, 9);
	sli_registry_close(reg);
	image = image_of(other);
	for (call = 0; call < CALLS - 1; call++) {
		reg = open_with_requests(path);
		ind = requests_of(reg);
		assert_int_equal(sli_slo_find(reg, "latency", &slo), SLI_OK);
		overwrite(path, &image);
		touch(reg, ind, slo, call, now_ns);
		record(ind, now_ns + SLI_SECONDS(30), 20);
		use_all(reg);
		sli_registry_close(reg);
		in_use[0] = NULL;
		assert_int_equal(sli_file_check(path, NULL, NULL, NULL),
		    SLI_OK);
		view = scratch_view(path);
		assert_int_equal(info_of(view).indicator_count, 1);
		assert_int_equal(info_of(view).audit_count, 1);
		assert_int_equal(
		    sli_indicator_find(view, "others", method_get, 1, &ind),
		    SLI_OK);
		assert_in_range(events_of(ind), 9, 10);
		sli_registry_close(view);
		scratch_remove(path);
	}
	image_drop(&image);
}

/* As cp does: truncated first, then written, and not as long as it was. */
static void
expect_copied_over_goes_on(const struct sli_registry_config *cfg)
{
	const char *path = scratch_path("over"), *other = scratch_path("other");
	struct sli_registry *reg, *another = NULL;
	struct sli_indicator *ind;

	assert_int_equal(sli_registry_open(other, cfg, &another, NULL), SLI_OK);
	assert_non_null(tiny_indicator(another, "others"));
	sli_registry_close(another);
	reg = open_with_requests(path);
	ind = requests_of(reg);
	scratch_copy(other, path);
	record(ind, sli_clock_ns() + SLI_SECONDS(3), 20);
	assert_in_range(events_of(ind), 19, 20);
	expect_goes_on_in_memory(reg);
	sli_registry_close(reg);
	in_use[0] = NULL;
	another = scratch_view(path);
	assert_non_null(another);
	assert_int_equal(info_of(another).indicator_count, 1);
	sli_registry_close(another);
	scratch_remove(path);
	scratch_remove(other);
}

static void
test_overwritten_by_a_copy_goes_on_in_memory(void **state)
{
	struct sli_registry_config cfg = tiny_config();

	(void)state;
	need_sigbus();
	expect_copied_over_goes_on(&cfg);
	cfg.max_indicators = 60;
	cfg.shards = 7;
	expect_copied_over_goes_on(&cfg);
	cfg = tiny_config();
	cfg.max_indicators = 1;
	cfg.max_slos = 1;
	cfg.arena_bytes = 72000;
	expect_copied_over_goes_on(&cfg);
}

static void
test_overwritten_by_anything_goes_on_in_memory(void **state)
{
	static const unsigned char bytes[] = { 0, 0xff, 0x5a };
	const char *path = scratch_path("over");
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct image image;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(bytes); i++) {
		reg = open_with_requests(path);
		ind = requests_of(reg);
		image = image_of(path);
		memset(image.bytes, bytes[i], image.size);
		overwrite(path, &image);
		use_reads(reg, sli_clock_ns() + SLI_SECONDS(2));
		expect_status(reg, SLI_EIO, "overwritten");
		record(ind, sli_clock_ns() + SLI_SECONDS(4), 20);
		expect_goes_on_in_memory(reg);
		sli_registry_close(reg);
		image_drop(&image);
		scratch_remove(path);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_overwritten_by_another_pollutes_a_slot_at_most),
		TEST(test_overwritten_by_another_which_is_not_damaged),
		TEST(test_overwritten_by_a_copy_goes_on_in_memory),
		TEST(test_overwritten_by_anything_goes_on_in_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
