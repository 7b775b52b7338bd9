/* SPDX-License-Identifier: MIT */
/* Appending to a file where there is no room. */
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "appended.h"

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

static bool
write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool done = fd >= 0 &&
	    write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return done;
}

/* A disk of 64 KiB, in a world of this process's own; false: not allowed. */
static bool
mount_disk(const char *path)
{
	char users[40], groups[40];

	snprintf(users, sizeof(users), "0 %u 1", geteuid());
	snprintf(groups, sizeof(groups), "0 %u 1", getegid());
	return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
	    write_text("/proc/self/uid_map", users) &&
	    write_text("/proc/self/setgroups", "deny") &&
	    write_text("/proc/self/gid_map", groups) &&
	    mount("none", path, "tmpfs", 0, "size=64k") == 0;
}

/* In a child, whose status says at which step it went wrong. */
static int
fill_disk(const char *path, const char *other)
{
	struct sli_error err;
	uint64_t bytes;
	int fd = open(other, O_WRONLY | O_CREAT, 0600);

	if (fd < 0 || ftruncate(fd, 0) != 0 || write(fd, "x", 1) != 1)
		return 1;
	close(fd);
	open_path(path, 0, 0);
	while (put_line('a', 3000, &err) == SLI_OK)
		;
	bytes = scratch_bytes(path);
	if (err.status != SLI_ENOSPC || bytes < 30000 || bytes % 3000 != 0)
		return 2;
	if (put_line('a', 3000, NULL) != SLI_ENOSPC ||
	    scratch_bytes(path) != bytes)
		return 3;
	if (unlink(other) != 0 || put_line('a', 3000, NULL) != SLI_OK ||
	    scratch_bytes(path) != bytes + 3000)
		return 4;
	close_appender();
	return 0;
}

static void
test_file_on_a_disk_that_is_full_stays_whole(void **state)
{
	enum { NOT_ALLOWED = 77 };
	char *dir = scratch_path("disk");
	int status = -1;
	pid_t child;

	(void)state;
	assert_int_equal(mkdir(dir, 0700), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(mount_disk(dir) ? fill_disk(scratch_path("disk/log"),
					    scratch_path("disk/other")) :
					NOT_ALLOWED);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(rmdir(dir), 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_ALLOWED)
		skip();
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_file_without_room_takes_back_what_it_wrote),
		TEST(test_file_on_a_disk_that_is_full_stays_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
