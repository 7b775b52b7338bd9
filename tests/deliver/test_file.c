/* SPDX-License-Identifier: MIT */
/* Appending to a file, alone. */
#include "appended.h"

static void
test_file_batch_is_appended_whole(void **state)
{
	const char *path = scratch_path("log");

	(void)state;
	open_path(path, 0, 0);
	assert_true(exists(path));
	sli_appender_begin(appender);
	assert_int_equal(sli_appender_write("a", 1, appender), 0);
	assert_int_equal(sli_appender_write("", 0, appender), 0);
	assert_int_equal(sli_appender_write("b\nc", 3, appender), 0);
	expect_text(path, "");
	assert_int_equal(sli_appender_write("d\n", 2, appender), 0);
	assert_int_equal(sli_appender_commit(appender, NULL), SLI_OK);
	expect_text(path, "ab\ncd\n");
	assert_int_equal(put("e\n", NULL), SLI_OK);
	expect_text(path, "ab\ncd\ne\n");
	assert_true(appended().batches == 2 && appended().bytes == 8);
	assert_int_equal(appended().dropped_batches, 0);
	close_appender();

	open_path(path, 0, 0);
	assert_int_equal(put("f\n", NULL), SLI_OK);
	expect_text(path, "ab\ncd\ne\nf\n");
	close_appender();
}

static void
test_file_batch_that_is_not_committed_is_gone(void **state)
{
	const char *path = scratch_path("log");

	(void)state;
	open_path(path, 0, 0);
	sli_appender_begin(appender);
	assert_int_equal(sli_appender_write("lost\n", 5, appender), 0);
	assert_int_equal(put("kept\n", NULL), SLI_OK);
	/* Nothing is committed twice. */
	assert_int_equal(sli_appender_commit(appender, NULL), SLI_OK);
	expect_text(path, "kept\n");
	assert_int_equal(appended().batches, 1);
	close_appender();
}

static void
test_file_batch_that_is_no_batch_is_refused(void **state)
{
	struct sli_appender_config cfg = SLI_APPENDER_CONFIG_INIT;
	struct sli_error err;

	(void)state;
	cfg.path = scratch_path("log");
	cfg.batch_max_bytes = 10;
	assert_int_equal(sli_appender_open(&cfg, &appender, NULL), SLI_OK);
	assert_int_equal(put("half a", &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "last line", "whole lines");
	sli_appender_begin(appender);
	assert_int_equal(sli_appender_write("0123456\n", 8, appender), 0);
	assert_int_equal(sli_appender_write("01\n", 3, appender), -1);
	assert_int_equal(sli_appender_write("\n", 1, appender), -1);
	assert_int_equal(sli_appender_commit(appender, &err), SLI_ERANGE);
	assert_error(&err, SLI_ERANGE, "batch_max_bytes", "10");
	expect_text(cfg.path, "");
	assert_int_equal(put("012345678\n", NULL), SLI_OK);
	expect_text(cfg.path, "012345678\n");
	assert_true(appended().dropped_batches == 2);
	assert_true(appended().dropped_bytes == 6 + 8);
	assert_true(appended().batches == 1);
	close_appender();
}

/* Full to the last byte, and not one more. */
static void
test_file_is_rotated_at_its_size(void **state)
{
	const char *path = scratch_path("log");
	uint32_t i;

	(void)state;
	open_path(path, 100, 2);
	for (i = 0; i < 10; i++)
		assert_int_equal(put_line('a', 10, NULL), SLI_OK);
	assert_int_equal(scratch_bytes(path), 100);
	assert_false(exists(scratch_path("log.1")));

	assert_int_equal(put_line('b', 60, NULL), SLI_OK);
	assert_int_equal(scratch_bytes(path), 60);
	assert_int_equal(scratch_bytes(scratch_path("log.1")), 100);
	assert_int_equal(put_line('b', 41, NULL), SLI_OK);
	assert_int_equal(scratch_bytes(path), 41);
	assert_int_equal(scratch_bytes(scratch_path("log.1")), 60);
	assert_int_equal(scratch_bytes(scratch_path("log.2")), 100);
	assert_int_equal(put_line('c', 99, NULL), SLI_OK);
	assert_int_equal(scratch_bytes(path), 99);
	assert_int_equal(scratch_bytes(scratch_path("log.1")), 41);
	assert_int_equal(scratch_bytes(scratch_path("log.2")), 60);
	assert_false(exists(scratch_path("log.3")));
	assert_int_equal(appended().rotations, 3);
	assert_int_equal(appended().reopened, 0);
	close_appender();
}

static void
test_file_batch_longer_than_a_file_has_its_own(void **state)
{
	const char *path = scratch_path("log");

	(void)state;
	open_path(path, 100, 2);
	assert_int_equal(put_line('a', 500, NULL), SLI_OK);
	assert_int_equal(scratch_bytes(path), 500);
	assert_int_equal(put_line('b', 10, NULL), SLI_OK);
	assert_int_equal(put_line('c', 5000, NULL), SLI_OK);
	assert_int_equal(scratch_bytes(path), 5000);
	assert_int_equal(scratch_bytes(scratch_path("log.1")), 10);
	assert_int_equal(scratch_bytes(scratch_path("log.2")), 500);
	close_appender();
}

static void
test_file_has_its_header_with_its_first_batch(void **state)
{
	struct sli_appender_config cfg = SLI_APPENDER_CONFIG_INIT;
	const char *path = scratch_path("log");
	char header[] = "# log\n";
	int status;

	(void)state;
	cfg.path = path;
	cfg.header = header;
	cfg.max_bytes = 20;
	assert_int_equal(sli_appender_open(&cfg, &appender, NULL), SLI_OK);
	memset(header, 'x', sizeof(header) - 1);
	expect_text(path, "");
	assert_int_equal(put_line('a', 10, NULL), SLI_OK);
	assert_int_equal(put_line('b', 4, NULL), SLI_OK);
	expect_text(path, "# log\naaaaaaaaa\nbbb\n");
	assert_int_equal(put_line('c', 4, NULL), SLI_OK);
	expect_text(path, "# log\nccc\n");
	assert_true(appended().bytes == 18 && appended().rotations == 1);

	/* Without the batch, there is no header. */
	assert_int_equal(unlink(path), 0);
	limit_files(8);
	status = put_line('d', 10, NULL);
	limit_files(0);
	assert_int_equal(status, SLI_ENOSPC);
	expect_text(path, "");
	assert_int_equal(put_line('e', 4, NULL), SLI_OK);
	expect_text(path, "# log\neee\n");
	close_appender();
}

/* Of a rotation that was killed half-way, nothing is lost by the next. */
static void
test_file_rotation_fills_a_gap_first(void **state)
{
	const char *path = scratch_path("log");

	(void)state;
	open_path(path, 10, 3);
	assert_int_equal(put_line('a', 10, NULL), SLI_OK);
	assert_int_equal(put_line('b', 10, NULL), SLI_OK);
	assert_int_equal(put_line('c', 10, NULL), SLI_OK);
	assert_int_equal(put_line('d', 10, NULL), SLI_OK);
	assert_int_equal(unlink(scratch_path("log.2")), 0);
	assert_int_equal(put_line('e', 10, NULL), SLI_OK);
	expect_text(path, "eeeeeeeee\n");
	expect_text(scratch_path("log.1"), "ddddddddd\n");
	expect_text(scratch_path("log.2"), "ccccccccc\n");
	expect_text(scratch_path("log.3"), "aaaaaaaaa\n");
	close_appender();
}

static void
test_file_that_was_moved_is_made_anew(void **state)
{
	const char *path = scratch_path("log"), *old = scratch_path("log.old");

	(void)state;
	open_path(path, 0, 0);
	assert_int_equal(put("a\n", NULL), SLI_OK);
	assert_int_equal(rename(path, old), 0);
	assert_int_equal(put("b\n", NULL), SLI_OK);
	expect_text(old, "a\n");
	expect_text(path, "b\n");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(put("c\n", NULL), SLI_OK);
	expect_text(path, "c\n");
	assert_int_equal(rename(old, path), 0);
	assert_int_equal(put("d\n", NULL), SLI_OK);
	expect_text(path, "a\nd\n");
	/* As logrotate's copytruncate does. */
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(put("e\n", NULL), SLI_OK);
	expect_text(path, "e\n");
	assert_int_equal(appended().reopened, 3);
	close_appender();
}

/* Killed in a write, a process leaves the beginning of a line. */
static void
test_file_torn_line_is_ended_first(void **state)
{
	const char *path = scratch_path("log");
	FILE *torn;

	(void)state;
	open_path(path, 0, 0);
	assert_int_equal(put("a\n", NULL), SLI_OK);
	torn = fopen(path, "a");
	assert_non_null(torn);
	fputs("tor", torn);
	fclose(torn);
	assert_int_equal(put("b\n", NULL), SLI_OK);
	assert_int_equal(put("c\n", NULL), SLI_OK);
	expect_text(path, "a\ntor\nb\nc\n");
	close_appender();
}

static void
test_file_in_a_directory_that_has_gone_is_an_error(void **state)
{
	const char *dir = scratch_path("logs"), *path = scratch_path("logs/a");
	struct sli_error err;

	(void)state;
	assert_int_equal(mkdir(dir, 0700), 0);
	open_path(path, 0, 0);
	assert_int_equal(put("a\n", NULL), SLI_OK);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(put("b\n", &err), SLI_ENOENT);
	assert_error(&err, SLI_ENOENT, path, "opened");
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_int_equal(put("c\n", NULL), SLI_OK);
	expect_text(path, "c\n");
	close_appender();
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_file_batch_is_appended_whole),
		TEST(test_file_batch_that_is_not_committed_is_gone),
		TEST(test_file_batch_that_is_no_batch_is_refused),
		TEST(test_file_is_rotated_at_its_size),
		TEST(test_file_batch_longer_than_a_file_has_its_own),
		TEST(test_file_has_its_header_with_its_first_batch),
		TEST(test_file_rotation_fills_a_gap_first),
		TEST(test_file_that_was_moved_is_made_anew),
		TEST(test_file_torn_line_is_ended_first),
		TEST(test_file_in_a_directory_that_has_gone_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
