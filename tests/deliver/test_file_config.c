/* SPDX-License-Identifier: MIT */
/* Which files an appender takes, and as what it makes them. */
#include <stdlib.h>

#include "appended.h"

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
	cfg.path = NULL;
	cfg.fd = 1;
	cfg.header = "# log\n";
	assert_int_equal(sli_appender_open(&cfg, &a, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "header", "path is NULL");
	cfg.path = scratch_path("log");
	cfg.header = "# log";
	assert_int_equal(sli_appender_open(&cfg, &a, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "header", "newline");
	cfg.header = NULL;
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
		TEST(test_file_of_a_relative_path_stays_where_it_was),
		TEST(test_file_that_is_no_file_is_refused),
		TEST(test_file_that_became_a_link_is_not_followed),
		TEST(test_file_has_the_mode_that_was_asked_for),
		TEST(test_file_config_out_of_range_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
