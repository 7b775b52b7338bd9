/* SPDX-License-Identifier: MIT */
/*
 * Files that were cut: refused with a reason, and left as they are.
 */
#include "damage.h"

static void
expect_cut_is_refused(size_t size)
{
	struct sli_error err = { 0 };
	int status = try_both(&file.sound, size);

	if (status != SLI_ECORRUPT)
		fail_msg("cut to %zu bytes: status %d", size, status);
	assert_int_equal(sli_file_check(file.path, NULL, NULL, &err),
	    SLI_ECORRUPT);
	assert_int_equal(err.status, SLI_ECORRUPT);
	assert_true(is_as_written(&file.sound, size));
}

static void
test_cut_at_any_length_is_refused(void **state)
{
	const size_t stride = damage_stride();
	size_t size;

	(void)state;
	for (size = 1; size <= sizeof(struct sli__block); size += stride)
		expect_cut_is_refused(size);
	for (; size < file.sound.size; size += 997 * stride)
		expect_cut_is_refused(size);
	for (size = 4096; size < file.sound.size; size += 4096 * stride) {
		expect_cut_is_refused(size - 1);
		expect_cut_is_refused(size);
		expect_cut_is_refused(size + 1);
	}
	expect_cut_is_refused(file.sound.size - 1);
}

static void
test_cut_says_how_much_is_missing(void **state)
{
	char missing[64];

	(void)state;
	snprintf(missing, sizeof(missing), "10000 bytes of %zu",
	    file.sound.size);
	image_write(&file.sound, 10000, file.path);
	expect_open_refused(file.path, SLI_ECORRUPT, "truncated", missing);
	expect_view_refused(file.path, SLI_ECORRUPT, "truncated", missing);
}

/* The last page is but the copy of the header. */
static void
test_cut_behind_the_data_is_saved_whole(void **state)
{
	(void)state;
	image_write(&file.sound, file.sound.size - 4096, file.path);
	expect_saved(100, 100);
	image_write(&file.sound, file.sound.size - 1, file.path);
	expect_saved(100, 100);
}

static void
test_cut_anywhere_is_saved_or_said_not_to_be(void **state)
{
	struct sli_error err;
	size_t size;
	int status;

	(void)state;
	for (size = 1; size < file.sound.size; size += 5003) {
		image_write(&file.sound, size, file.path);
		memset(&err, 0, sizeof(err));
		status = sli_file_repair(file.path, file.saved, NULL, NULL,
		    NULL, &err);
		assert_int_equal(status, err.status);
		if (status == SLI_OK)
			scratch_remove(file.saved);
		else
			assert_int_not_equal(access(file.saved, F_OK), 0);
		assert_true(is_as_written(&file.sound, size));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_cut_at_any_length_is_refused),
		TEST(test_cut_says_how_much_is_missing),
		TEST(test_cut_behind_the_data_is_saved_whole),
		TEST(test_cut_anywhere_is_saved_or_said_not_to_be),
	};

	return cmocka_run_group_tests(tests, damage_group, NULL);
}
