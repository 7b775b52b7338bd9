/* SPDX-License-Identifier: MIT */
/*
 * A disk that is full, or may only be read.
 *
 * A quota is not tried, since to set one takes a file system that has them: the
 * kernel then says EDQUOT where a full disk says ENOSPC, and both are one case.
 */
#include <sched.h>
#include <sys/mount.h>

#include "limited.h"

static bool
write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool done = fd >= 0 && write(fd, text, strlen(text)) > 0;

	return close(fd) == 0 && done;
}

/* The same user as before, but root where it comes to mounts. */
static bool
become_root_of_mounts(void)
{
	char users[64], groups[64];

	if (geteuid() == 0 && unshare(CLONE_NEWNS) == 0)
		return true;
	snprintf(users, sizeof(users), "%u %u 1", geteuid(), geteuid());
	snprintf(groups, sizeof(groups), "%u %u 1", getegid(), getegid());
	return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
	    write_to("/proc/self/setgroups", "deny") &&
	    write_to("/proc/self/uid_map", users) &&
	    write_to("/proc/self/gid_map", groups);
}

/* A file system of so many KiB over the folder of a path, for us alone. */
static bool
mount_small(const char *path, unsigned int kibibytes)
{
	char folder[512], options[32];

	snprintf(folder, sizeof(folder), "%s", path);
	*strrchr(folder, '/') = '\0';
	snprintf(options, sizeof(options), "size=%uk", kibibytes);
	return become_root_of_mounts() &&
	    mount("none", "/", "none", MS_REC | MS_PRIVATE, "") == 0 &&
	    mount("tmpfs", folder, "tmpfs", 0, options) == 0;
}

static int
create_on_full_disk(const char *path)
{
	struct stat st;
	int fd;

	if (!mount_small(path, 64))
		return NOT_HERE;
	if (refuses(path, SLI_ENOSPC, "no space is left on the disk") ||
	    peer_expect(access(path, F_OK) != 0))
		return 1;
	/* One that was there, empty, is there still, and empty. */
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	if (peer_expect(fd >= 0) ||
	    refuses(path, SLI_ENOSPC, "no space is left on the disk"))
		return 1;
	return peer_expect(
	    fstat(fd, &st) == 0 && st.st_size == 0 && st.st_blocks == 0);
}

static void
test_full_disk_makes_no_file(void **state)
{
	(void)state;
	run_limited(create_on_full_disk, scratch_path("new"));
}

/* Until not a byte more is free. */
static bool
fill_disk(const char *path)
{
	static const char zeros[4096];
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	if (fd < 0)
		return false;
	while (write(fd, zeros, sizeof(zeros)) > 0)
		;
	return close(fd) == 0;
}

static int
register_on_full_disk(const char *path)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_indicator *ind, *large = NULL;
	struct sli_registry_info info;
	struct sli_error err = { 0 };
	struct sli_registry *reg;
	int returned;

	if (!mount_small(path, 1024))
		return NOT_HERE;
	reg = open_tiny(path);
	ind = reg != NULL ? tiny_indicator(reg, "requests") : NULL;
	if (peer_expect(ind != NULL && fill_disk(scratch_path("filler"))))
		return 1;
	cfg.name = "calls";
	cfg.lowest_ns = SLI_MILLIS(1);
	cfg.highest_ns = SLI_SECONDS(1);
	cfg.precision_bits = 4;
	returned = sli_indicator_register(reg, &cfg, &large, &err);
	if (says(&err, returned, SLI_ENOSPC, "no space is left on the disk") ||
	    peer_expect(sli_registry_info(reg, &info) == SLI_OK) ||
	    peer_expect(info.indicator_count == 1 && large == NULL))
		return 1;
	/* What was promised is there, with nothing left on the disk. */
	if (record_everywhere(ind))
		return 1;
	/* And once there is space again, all is well. */
	if (peer_expect(unlink(scratch_path("filler")) == 0))
		return 1;
	returned = sli_indicator_register(reg, &cfg, &large, &err);
	if (peer_expect(returned == SLI_OK) || record_everywhere(large))
		return 1;
	sli_registry_close(reg);
	return 0;
}

static void
test_full_disk_refuses_an_indicator_and_keeps_the_others(void **state)
{
	(void)state;
	run_limited(register_on_full_disk, scratch_path("file"));
}

/* A copy by a tool that makes holes of zeros has lost its space. */
static int
open_copy_on_full_disk(const char *path)
{
	struct sli_registry *reg;
	struct image before;

	if (!mount_small(path, 2048))
		return NOT_HERE;
	make_tiny(scratch_path("whole"));
	scratch_copy(scratch_path("whole"), path);
	before = image_of(path);
	if (peer_expect(truncate(path, 4096) == 0 &&
		truncate(path, (off_t)before.size) == 0))
		return 1;
	scratch_write(path, 0, before.bytes, before.size / 2);
	if (peer_expect(fill_disk(scratch_path("filler"))) ||
	    refuses(path, SLI_ENOSPC, "no space is left on the disk"))
		return 1;
	/* Who only looks needs none. */
	reg = scratch_view(path);
	if (peer_expect(reg != NULL))
		return 1;
	sli_registry_close(reg);
	image_drop(&before);
	return 0;
}

static void
test_full_disk_refuses_a_file_with_holes(void **state)
{
	(void)state;
	run_limited(open_copy_on_full_disk, scratch_path("copy"));
}

static int
repair_on_full_disk(const char *path)
{
	struct sli_error err = { 0 };
	int returned;

	if (!mount_small(path, 1024))
		return NOT_HERE;
	make_tiny(path);
	if (peer_expect(fill_disk(scratch_path("filler"))))
		return 1;
	returned = sli_file_repair(path, scratch_path("saved"), NULL, NULL,
	    NULL, &err);
	if (says(&err, returned, SLI_ENOSPC, "no space is left on the disk"))
		return 1;
	/* Neither under this name nor under another. */
	return peer_expect(access(scratch_path("saved"), F_OK) != 0) ||
	    peer_expect(access(scratch_path("saved.unfinished"), F_OK) != 0);
}

static void
test_full_disk_repairs_nothing_and_leaves_nothing(void **state)
{
	(void)state;
	run_limited(repair_on_full_disk, scratch_path("file"));
}

static int
open_on_read_only_mount(const char *path)
{
	struct sli_registry *reg;
	char folder[512];

	if (!mount_small(path, 1024))
		return NOT_HERE;
	make_tiny(path);
	snprintf(folder, sizeof(folder), "%s", path);
	*strrchr(folder, '/') = '\0';
	if (mount("none", folder, "none", MS_REMOUNT | MS_RDONLY, "") != 0)
		return NOT_HERE;
	if (refuses(path, SLI_EACCES, "read-only") ||
	    refuses(scratch_path("new"), SLI_EACCES, "read-only"))
		return 1;
	reg = scratch_view(path);
	if (peer_expect(reg != NULL))
		return 1;
	sli_registry_close(reg);
	return peer_expect(sli_file_check(path, NULL, NULL, NULL) == SLI_OK);
}

static void
test_full_read_only_mount_is_for_views(void **state)
{
	(void)state;
	run_limited(open_on_read_only_mount, scratch_path("file"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_full_disk_makes_no_file),
		TEST(test_full_disk_refuses_an_indicator_and_keeps_the_others),
		TEST(test_full_disk_refuses_a_file_with_holes),
		TEST(test_full_disk_repairs_nothing_and_leaves_nothing),
		TEST(test_full_read_only_mount_is_for_views),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
