/* SPDX-License-Identifier: MIT */
/*
 * The limits of a process: file size, descriptors, address space.
 */
#include <sys/mman.h>
#include <sys/resource.h>

#include "limited.h"

static bool
limit(int resource, rlim_t at)
{
	struct rlimit limit;

	if (getrlimit((__rlimit_resource_t)resource, &limit) != 0)
		return false;
	limit.rlim_cur = at;
	return setrlimit((__rlimit_resource_t)resource, &limit) == 0;
}

/* SIGXFSZ would end the process. */
static int
create_past_file_size_limit(const char *path)
{
	static const rlim_t limits[] = { 0, 4, 4096, 100000 };
	struct sli_registry *reg;
	size_t i;

	for (i = 0; i < LENGTH(limits); i++)
		if (peer_expect(limit(RLIMIT_FSIZE, limits[i])) ||
		    refuses(path, SLI_ENOSPC, "RLIMIT_FSIZE") ||
		    peer_expect(access(path, F_OK) != 0))
			return 1;
	if (peer_expect(limit(RLIMIT_FSIZE, 1 << 20)))
		return 1;
	make_tiny(path);
	/* One that is as long as it will be does not grow. */
	if (peer_expect(limit(RLIMIT_FSIZE, 4096)))
		return 1;
	reg = open_tiny(path);
	if (peer_expect(reg != NULL) ||
	    peer_expect(tiny_indicator(reg, "new") != NULL) ||
	    record_everywhere(tiny_indicator(reg, "new")))
		return 1;
	sli_registry_close(reg);
	return 0;
}

static void
test_limits_file_size_limit_is_an_error_and_no_signal(void **state)
{
	(void)state;
	run_limited(create_past_file_size_limit, scratch_path("file"));
}

static int
open_without_descriptors(const char *path)
{
	struct sli_registry *reg;
	int next = dup(0);

	if (is_under_valgrind())
		return NOT_HERE;
	if (peer_expect(next >= 0 && close(next) == 0) ||
	    peer_expect(limit(RLIMIT_NOFILE, (rlim_t)next)))
		return 1;
	if (refuses(path, SLI_ENOMEM, "too many files are open") ||
	    peer_expect(access(path, F_OK) != 0))
		return 1;
	/* One is enough. */
	if (peer_expect(limit(RLIMIT_NOFILE, (rlim_t)next + 1)))
		return 1;
	reg = open_tiny(path);
	if (peer_expect(reg != NULL))
		return 1;
	if (refuses(path, SLI_ENOMEM, "too many files are open") ||
	    record_everywhere(tiny_indicator(reg, "requests")))
		return 1;
	sli_registry_close(reg);
	return 0;
}

static void
test_limits_descriptors_are_an_error(void **state)
{
	(void)state;
	run_limited(open_without_descriptors, scratch_path("file"));
}

/* So much as there is, and so many bytes more. */
static bool
limit_address_space(size_t more)
{
	char text[64] = "";
	int fd = open("/proc/self/statm", O_RDONLY);
	size_t pages;
	void *probe;

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return false;
	close(fd);
	pages = strtoull(text, NULL, 10);
	if (!limit(RLIMIT_AS, pages * (size_t)sysconf(_SC_PAGESIZE) + more))
		return false;
	/* Not every system keeps to it. */
	probe = mmap(NULL, more + (1 << 20), PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (probe == MAP_FAILED)
		return true;
	munmap(probe, more + (1 << 20));
	return false;
}

static int
open_without_address_space(const char *path)
{
	const char *sound = scratch_path("sound");
	struct sli_registry *reg = NULL;
	struct image before;
	size_t kibibytes;

	if (is_under_valgrind())
		return NOT_HERE;
	make_tiny(sound);
	before = image_of(sound);
	/* None for the file; none for the tables beside it; enough. */
	for (kibibytes = 0; reg == NULL && kibibytes < 4096; kibibytes += 16) {
		if (!limit_address_space(kibibytes << 10))
			return NOT_HERE;
		if (kibibytes == 0 &&
		    refuses(path, SLI_ENOMEM, "address space"))
			return 1;
		reg = open_tiny(path);
		if (reg == NULL && peer_expect(access(path, F_OK) != 0))
			return 1;
		if (reg == NULL && refuses(sound, SLI_ENOMEM, "address space"))
			return 1;
		limit(RLIMIT_AS, RLIM_INFINITY);
		if (reg == NULL)
			expect_image(&before, sound);
	}
	image_drop(&before);
	if (peer_expect(reg != NULL && kibibytes > 128))
		return 1;
	sli_registry_close(reg);
	return 0;
}

static void
test_limits_address_space_is_an_error(void **state)
{
	(void)state;
	run_limited(open_without_address_space, scratch_path("file"));
}

/* ---- files that are as long as can be ---- */

static int
check_holes(const char *path)
{
	struct sli_registry_config cfg = tiny_config();
	struct sli_registry *reg = NULL;
	struct sli_indicator *ind;

	cfg.arena_bytes = UINT64_C(1) << 40;
	/* Not every file system has such files, nor every machine the room. */
	if (sli_registry_open(path, &cfg, &reg, NULL) != SLI_OK)
		return NOT_HERE;
	ind = tiny_indicator(reg, "requests");
	if (peer_expect(ind != NULL) || record_everywhere(ind))
		return 1;
	sli_registry_close(reg);
	reg = scratch_view(path);
	if (peer_expect(reg != NULL))
		return 1;
	sli_registry_close(reg);
	return peer_expect(sli_file_check(path, NULL, NULL, NULL) == SLI_OK) ||
	    peer_expect(sli_file_repair(path, scratch_path("saved"), NULL, NULL,
			    NULL, NULL) == SLI_OK);
}

static void
test_limits_file_of_a_tebibyte_of_holes_is_checked_at_once(void **state)
{
	(void)state;
	run_limited(check_holes, scratch_path("long"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_limits_file_size_limit_is_an_error_and_no_signal),
		TEST(test_limits_descriptors_are_an_error),
		TEST(test_limits_address_space_is_an_error),
		TEST(
		    test_limits_file_of_a_tebibyte_of_holes_is_checked_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
