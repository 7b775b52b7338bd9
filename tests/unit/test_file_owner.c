/* SPDX-License-Identifier: MIT */
/*
 * Files that this user may not write, or that others may: who could write into
 * a registry could do to its processes what he likes.
 */
#include <grp.h>
#include <sys/wait.h>

#include "broken.h"

#define SOMEBODY 65534 /* a user who is nobody in particular */

/* What another user does with a path; runs in a process of his. */
typedef int as_user_fn(const char *path);

/* False: this user cannot become another. */
static bool
run_as_somebody(as_user_fn *fn, const char *path)
{
	int status = -1;
	pid_t pid;

	if (geteuid() != 0)
		return false;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (setgroups(0, NULL) != 0 || setgid(SOMEBODY) != 0 ||
		    setuid(SOMEBODY) != 0)
			_exit(77);
		alarm(60);
		_exit(fn(path));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		return false;
	assert_int_equal(WEXITSTATUS(status), 0);
	return true;
}

static bool
says(const struct sli_error *err, const char *what, const char *more)
{
	if (strstr(err->message, what) != NULL &&
	    strstr(err->message, more) != NULL)
		return true;
	print_error("\"%s\" does not name %s and %s\n", err->message, what,
	    more);
	return false;
}

/* Everybody may enter the folder that the file is in. */
static void
open_folder(const char *path)
{
	char folder[512];

	snprintf(folder, sizeof(folder), "%s", path);
	*strrchr(folder, '/') = '\0';
	assert_int_equal(chmod(folder, 0777), 0);
}

static void
expect_mode_refused(mode_t mode, const char *what)
{
	const char *path = scratch_path("shared");
	struct sli_registry *reg;
	struct image before;

	make_tiny(path);
	before = image_of(path);
	assert_int_equal(chmod(path, mode), 0);
	expect_open_refused(path, SLI_EACCES, what, "0600");
	expect_image(&before, path);
	image_drop(&before);
	/* Who only looks trusts nothing anyway. */
	reg = scratch_view(path);
	assert_non_null(reg);
	sli_registry_close(reg);
	scratch_remove(path);
}

static void
test_owner_file_that_others_may_write_is_refused(void **state)
{
	(void)state;
	expect_mode_refused(0620, "group");
	expect_mode_refused(0660, "group");
	expect_mode_refused(0602, "everybody");
	expect_mode_refused(0666, "everybody");
	expect_mode_refused(0777, "everybody");
}

static void
test_owner_file_that_others_may_read_is_opened(void **state)
{
	const char *path = scratch_path("readable");
	struct sli_registry *reg;

	(void)state;
	make_tiny(path);
	assert_int_equal(chmod(path, 0644), 0);
	reg = open_tiny(path);
	assert_non_null(reg);
	sli_registry_close(reg);
}

static int
open_file_of_another(const char *path)
{
	struct sli_registry_config cfg = tiny_config();
	struct sli_registry *reg = NULL;
	struct sli_error err = { 0 };
	int status = sli_registry_open(path, &cfg, &reg, &err);

	return status == SLI_EACCES && says(&err, "permission denied", "open") ?
	    0 :
	    1;
}

static int
view_file_of_another(const char *path)
{
	struct sli_registry *reg = NULL;

	if (sli_registry_view(path, &reg, NULL) != SLI_OK)
		return 1;
	sli_registry_close(reg);
	return 0;
}

static void
test_owner_another_user_may_look_if_the_mode_lets_him(void **state)
{
	const char *path = scratch_path("mine");
	struct image before;
	bool done;

	(void)state;
	make_tiny(path);
	open_folder(path);
	assert_int_equal(chmod(path, 0644), 0);
	before = image_of(path);
	done = run_as_somebody(open_file_of_another, path) &&
	    run_as_somebody(view_file_of_another, path);
	expect_image(&before, path);
	image_drop(&before);
	if (!done)
		skip();
}

static int
look_at_unreadable(const char *path)
{
	struct sli_registry *reg = NULL;
	struct sli_error err = { 0 };

	if (sli_registry_view(path, &reg, &err) != SLI_EACCES ||
	    !says(&err, "permission denied", "open"))
		return 1;
	if (sli_file_check(path, NULL, NULL, &err) != SLI_EACCES)
		return 2;
	return open_file_of_another(path);
}

static void
test_owner_unreadable_file_is_refused(void **state)
{
	const char *path = scratch_path("unreadable");

	(void)state;
	make_tiny(path);
	open_folder(path);
	assert_int_equal(chmod(path, 0), 0);
	if (geteuid() != 0) /* whom no mode keeps out */
		assert_int_equal(look_at_unreadable(path), 0);
	else if (!run_as_somebody(look_at_unreadable, path))
		skip();
}

static void
test_owner_file_of_another_user_is_refused_by_root(void **state)
{
	const char *path = scratch_path("theirs");
	struct sli_registry *reg;
	struct image before;

	(void)state;
	make_tiny(path);
	if (geteuid() != 0 || chown(path, SOMEBODY, (gid_t)-1) != 0)
		skip();
	before = image_of(path);
	expect_open_refused(path, SLI_EACCES, "user 65534", "accepted");
	expect_image(&before, path);
	image_drop(&before);
	reg = scratch_view(path);
	assert_non_null(reg);
	sli_registry_close(reg);
}

static int
make_in_closed_folder(const char *path)
{
	struct sli_registry_config cfg = tiny_config();
	struct sli_registry *reg = NULL;
	struct sli_error err = { 0 };

	if (sli_registry_open(path, &cfg, &reg, &err) != SLI_EACCES ||
	    !says(&err, "permission denied", "open"))
		return 1;
	return access(path, F_OK) == 0 ? 2 : 0;
}

static void
test_owner_folder_that_may_not_be_written_is_refused(void **state)
{
	const char *path = scratch_path("new");
	char folder[512];

	(void)state;
	snprintf(folder, sizeof(folder), "%s", path);
	*strrchr(folder, '/') = '\0';
	assert_int_equal(chmod(folder, 0555), 0);
	if (geteuid() != 0)
		assert_int_equal(make_in_closed_folder(path), 0);
	else if (!run_as_somebody(make_in_closed_folder, path))
		skip();
	assert_int_equal(chmod(folder, 0700), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_owner_file_that_others_may_write_is_refused),
		TEST(test_owner_file_that_others_may_read_is_opened),
		TEST(test_owner_another_user_may_look_if_the_mode_lets_him),
		TEST(test_owner_unreadable_file_is_refused),
		TEST(test_owner_file_of_another_user_is_refused_by_root),
		TEST(test_owner_folder_that_may_not_be_written_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
