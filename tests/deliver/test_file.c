/* SPDX-License-Identifier: MIT */
/* Appending to a file, alone. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

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
limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes == 0 ? limit.rlim_max : bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* SIGXFSZ has its default, which would be our end. */
static void
test_file_without_room_takes_back_what_it_wrote(void **state)
{
	const char *path = scratch_path("log");
	struct sli_error err;
	int status, torn;
	FILE *out;

	(void)state;
	open_path(path, 0, 0);
	assert_int_equal(put_line('a', 9000, NULL), SLI_OK);
	limit_files(10000);
	status = put_line('b', 3000, &err);
	limit_files(0);
	assert_int_equal(status, SLI_ENOSPC);
	assert_error(&err, SLI_ENOSPC, path, "3000 bytes");
	assert_error(&err, SLI_ENOSPC, path, "0 of them");
	assert_int_equal(scratch_bytes(path), 9000);
	assert_true(appended().dropped_batches == 1);
	assert_true(appended().dropped_bytes == 3000);

	/* The end of a torn line is taken back with it. */
	out = fopen(path, "a");
	assert_non_null(out);
	fputs("tor", out);
	fclose(out);
	for (torn = 9003; torn <= 9004; torn++) {
		limit_files((rlim_t)torn);
		status = put_line('b', 3000, NULL);
		limit_files(0);
		assert_int_equal(status, SLI_ENOSPC);
		assert_int_equal(scratch_bytes(path), 9003);
	}
	assert_int_equal(put_line('b', 3000, NULL), SLI_OK);
	assert_int_equal(scratch_bytes(path), 9003 + 1 + 3000);
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

static void
test_file_of_a_relative_path_stays_where_it_was(void **state)
{
	const char *path = scratch_path("log");
	char *before = getcwd(NULL, 0), *slash;

	(void)state;
	assert_non_null(before);
	slash = strrchr(path, '/');
	*slash = '\0';
	assert_int_equal(chdir(path), 0);
	*slash = '/';
	open_path("log", 10, 1);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(put_line('a', 10, NULL), SLI_OK);
	assert_int_equal(put_line('b', 10, NULL), SLI_OK);
	assert_int_equal(chdir(before), 0);
	expect_text(path, "bbbbbbbbb\n");
	expect_text(scratch_path("log.1"), "aaaaaaaaa\n");
	close_appender();
	free(before);
}

static void
refuse(const char *path, int status, const char *field, const char *value)
{
	struct sli_appender_config cfg = SLI_APPENDER_CONFIG_INIT;
	struct sli_appender *const untouched = (void *)&cfg, *a = untouched;
	struct sli_error err;

	cfg.path = path;
	assert_int_equal(sli_appender_open(&cfg, &a, &err), status);
	assert_error(&err, status, field, value);
	assert_ptr_equal(a, untouched);
}

static void
test_file_that_is_no_file_is_refused(void **state)
{
	const char *link = scratch_path("link"), *fifo = scratch_path("fifo");

	(void)state;
	assert_int_equal(symlink(scratch_path("elsewhere"), link), 0);
	refuse(link, SLI_EACCES, link, "symbolic link");
	assert_false(exists(scratch_path("elsewhere")));
	assert_int_equal(mkfifo(fifo, 0600), 0);
	refuse(fifo, SLI_EINVAL, fifo, "regular file");
	refuse("/dev/null", SLI_EINVAL, "/dev/null", "regular file");
	refuse(scratch_path("no/where"), SLI_ENOENT, "no/where", "opened");
	refuse("/", SLI_EIO, "/", "opened");
}

/* After it was opened, too. */
static void
test_file_that_became_a_link_is_not_followed(void **state)
{
	const char *path = scratch_path("log"), *to = scratch_path("precious");
	struct sli_error err;

	(void)state;
	open_path(path, 0, 0);
	assert_int_equal(put("a\n", NULL), SLI_OK);
	assert_int_equal(rename(path, to), 0);
	assert_int_equal(symlink(to, path), 0);
	assert_int_equal(put("b\n", &err), SLI_EACCES);
	assert_error(&err, SLI_EACCES, path, "symbolic link");
	expect_text(to, "a\n");
	close_appender();
}

static void
test_file_has_the_mode_that_was_asked_for(void **state)
{
	struct sli_appender_config cfg = SLI_APPENDER_CONFIG_INIT;
	mode_t before = umask(022);
	struct stat st, open;
	int fd, found = 0;

	(void)state;
	open_path(scratch_path("a"), 0, 0);
	assert_int_equal(stat(scratch_path("a"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	close_appender();
	cfg.path = scratch_path("b");
	cfg.mode = 0666;
	cfg.max_bytes = 1;
	assert_int_equal(sli_appender_open(&cfg, &appender, NULL), SLI_OK);
	assert_int_equal(put("a\n", NULL), SLI_OK);
	assert_int_equal(put("b\n", NULL), SLI_OK);
	umask(before);
	assert_int_equal(stat(cfg.path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	assert_int_equal(st.st_uid, geteuid());
	for (fd = 3; fd < 100 && found == 0; fd++)
		if (fstat(fd, &open) == 0 && open.st_dev == st.st_dev &&
		    open.st_ino == st.st_ino)
			found = fd;
	assert_true(found > 0);
	assert_true((fcntl(found, F_GETFD) & FD_CLOEXEC) != 0);
	close_appender();
}

static void
test_file_config_out_of_range_is_refused(void **state)
{
	struct sli_appender_config cfg = SLI_APPENDER_CONFIG_INIT;
	struct sli_appender *a;
	struct sli_error err;

	(void)state;
	assert_int_equal(sli_appender_open(&cfg, &a, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "path", "fd is 0");
	cfg.fd = -1;
	assert_int_equal(sli_appender_open(&cfg, &a, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "path", "fd is -1");
	cfg.path = "";
	assert_int_equal(sli_appender_open(&cfg, &a, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "path", "empty");
	cfg.path = scratch_path("log");
	cfg.keep = 1000;
	assert_int_equal(sli_appender_open(&cfg, &a, &err), SLI_ERANGE);
	assert_error(&err, SLI_ERANGE, "keep", "1000");
	cfg.keep = 999;
	cfg.mode = 01000;
	assert_int_equal(sli_appender_open(&cfg, &a, &err), SLI_ERANGE);
	assert_error(&err, SLI_ERANGE, "mode", "01000");
	cfg.mode = 0;
	cfg.batch_max_bytes = (UINT64_C(1) << 30) + 1;
	assert_int_equal(sli_appender_open(&cfg, &a, &err), SLI_ERANGE);
	assert_error(&err, SLI_ERANGE, "batch_max_bytes", "1073741825");
	cfg.struct_size += 8;
	assert_int_equal(sli_appender_open(&cfg, &a, &err), SLI_EVERSION);
	assert_error(&err, SLI_EVERSION, "struct_size", "sli_appender_config");
	assert_int_equal(sli_appender_open(NULL, &a, &err), SLI_EINVAL);
	assert_int_equal(sli_appender_open(&cfg, NULL, &err), SLI_EINVAL);
	assert_false(exists(scratch_path("log")));

	assert_int_equal(sli_appender_commit(NULL, NULL), SLI_EINVAL);
	assert_int_equal(sli_appender_write("a", 1, NULL), -1);
	assert_int_equal(sli_appender_stats(NULL, NULL), SLI_EINVAL);
	assert_int_equal(sli_appender_close(NULL, NULL), SLI_OK);
	sli_appender_begin(NULL);
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
		TEST(test_file_rotation_fills_a_gap_first),
		TEST(test_file_that_was_moved_is_made_anew),
		TEST(test_file_torn_line_is_ended_first),
		TEST(test_file_without_room_takes_back_what_it_wrote),
		TEST(test_file_in_a_directory_that_has_gone_is_an_error),
		TEST(test_file_of_a_relative_path_stays_where_it_was),
		TEST(test_file_that_is_no_file_is_refused),
		TEST(test_file_that_became_a_link_is_not_followed),
		TEST(test_file_has_the_mode_that_was_asked_for),
		TEST(test_file_config_out_of_range_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
