/* SPDX-License-Identifier: MIT */
/*
 * What is no registry file, or not one that this user may have: refused by
 * name, without waiting, and left as it is.
 */
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

#include "broken.h"

#include "arena/arena.h"

static void
test_refused_directory(void **state)
{
	const char *path = scratch_path("directory");

	(void)state;
	assert_int_equal(mkdir(path, 0700), 0);
	expect_refused(path, SLI_EACCES, "directory", "regular file");
	assert_int_equal(rmdir(path), 0);
}

static void
test_refused_fifo_without_waiting_for_its_other_end(void **state)
{
	const char *path = scratch_path("fifo");

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	alarm(20);
	expect_refused(path, SLI_EACCES, "FIFO", "regular file");
	alarm(0);
}

/* Its path may be longer than a socket's address can be. */
static void
test_refused_socket(void **state)
{
	const char *path = scratch_path("socket");
	int home = open(".", O_RDONLY | O_DIRECTORY);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr_un address;
	char folder[512];

	(void)state;
	memset(&address, 0, sizeof(address));
	address.sun_family = AF_UNIX;
	memcpy(address.sun_path, "socket", sizeof("socket"));
	snprintf(folder, sizeof(folder), "%s", path);
	*strrchr(folder, '/') = '\0';
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(bind(fd, (void *)&address, sizeof(address)), 0);
	assert_int_equal(fchdir(home), 0);
	close(home);
	expect_refused(path, SLI_EACCES, "no regular file", "open");
	close(fd);
}

static void
test_refused_device(void **state)
{
	(void)state;
	expect_open_refused("/dev/null", SLI_EACCES, "device", "regular file");
	expect_view_refused("/dev/null", SLI_EACCES, "device", "regular file");
}

static void
test_refused_symbolic_link_whatever_it_leads_to(void **state)
{
	const char *path = scratch_path("link"), *sound = scratch_path("sound");
	const char *none = scratch_path("none");
	struct image before;

	(void)state;
	make_tiny(sound);
	before = image_of(sound);
	assert_int_equal(symlink(sound, path), 0);
	expect_refused(path, SLI_EACCES, "symbolic link", "regular file");
	expect_image(&before, sound);
	image_drop(&before);

	scratch_remove(path);
	assert_int_equal(symlink(none, path), 0);
	expect_refused(path, SLI_EACCES, "symbolic link", "regular file");
	assert_int_not_equal(access(none, F_OK), 0);
}

static void
test_refused_without_its_directory(void **state)
{
	const char *file = scratch_path("file");
	char path[512];

	(void)state;
	expect_refused(scratch_path("none/file"), SLI_ENOENT, "open",
	    "no such file or directory");
	write_text(file, "x", 1);
	snprintf(path, sizeof(path), "%s/file", file);
	expect_refused(path, SLI_ENOENT, "open", "no directory");
	expect_view_refused(scratch_path("none"), SLI_ENOENT, "open",
	    "no such file");
	assert_int_not_equal(access(scratch_path("none"), F_OK), 0);
}

static void
test_refused_null(void **state)
{
	struct sli_registry *reg = NULL;
	struct sli_error err = { 0 };

	(void)state;
	expect_open_refused(NULL, SLI_EINVAL, "path", "NULL");
	expect_view_refused(NULL, SLI_EINVAL, "path", "NULL");
	assert_int_equal(sli_registry_view("x", NULL, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "out", "NULL");
	assert_int_equal(sli_file_check(NULL, NULL, NULL, &err), SLI_EINVAL);
	assert_int_equal(sli_file_repair(NULL, "x", NULL, NULL, NULL, &err),
	    SLI_EINVAL);
	assert_int_equal(sli_file_repair("x", NULL, NULL, NULL, NULL, &err),
	    SLI_EINVAL);
	assert_null(reg);
}

/* ---- contents ---- */

static void
expect_contents_refused(const void *bytes, size_t n, const char *what)
{
	const char *path = scratch_path("contents");
	struct image before;

	write_text(path, bytes, n);
	before = image_of(path);
	expect_refused(path, SLI_ECORRUPT, "the file", what);
	expect_image(&before, path);
	image_drop(&before);
}

static void
test_refused_other_contents(void **state)
{
	static const char text[] = "This is a letter to somebody.\n";
	static char zeros[1 << 20], words[1 << 16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words); i++)
		words[i] = text[i % (sizeof(text) - 1)];
	expect_contents_refused("", 1, "");
	expect_contents_refused("x", 1, "");
	expect_contents_refused("\x89", 1, "");
	expect_contents_refused(text, sizeof(text) - 1, "");
	expect_contents_refused(words, sizeof(words), "no registry");
	expect_contents_refused(zeros, 4096, "no registry");
	expect_contents_refused(zeros, sizeof(zeros), "no registry");
}

static void
test_refused_empty_file_is_one_that_is_being_made(void **state)
{
	const char *path = scratch_path("empty");
	struct sli_error err = { 0 };

	(void)state;
	write_text(path, "", 0);
	expect_view_refused(path, SLI_EBUSY, "the file", "being made");
	expect_error(sli_file_check(path, NULL, NULL, &err), &err, SLI_EBUSY,
	    "the file", "being made");
	assert_int_equal(scratch_bytes(path), 0);
}

/* ---- versions ---- */

/* One field of the header is as a version yet to come might have it. */
static void
expect_version_refused(size_t offset, size_t bytes, const char *what,
    const char *more)
{
	static const char version[16] = "7.5.3";
	const char *path = scratch_path("future");
	struct image image;
	size_t i;

	make_tiny(path);
	image = image_of(path);
	for (i = 0; i < bytes; i++)
		image.bytes[offset + i] ^= 3;
	memcpy(image.bytes + offsetof(struct sli__block, version), version,
	    sizeof(version));
	/* Neither its checksum nor its copy need to be where ours are. */
	memset(image.bytes + image.size - 4096, 0x77, 4096);
	image_write(&image, image.size, path);
	expect_refused(path, SLI_EVERSION, what, more);
	expect_refused(path, SLI_EVERSION, "7.5.3", sli_version());
	expect_image(&image, path);
	image_drop(&image);
}

static void
test_refused_layout_of_another_version(void **state)
{
	(void)state;
	expect_version_refused(offsetof(struct sli__block, layout), 1,
	    "layout 2", "layout 1");
}

static void
test_refused_byte_order_of_another_machine(void **state)
{
	(void)state;
	expect_version_refused(offsetof(struct sli__block, byte_order), 4,
	    "byte order", "accepted");
}

static void
test_refused_layout_of_another_abi(void **state)
{
	(void)state;
	expect_version_refused(offsetof(struct sli__block, layout_hash), 8,
	    "ABI", "accepted");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_refused_directory),
		TEST(test_refused_fifo_without_waiting_for_its_other_end),
		TEST(test_refused_socket),
		TEST(test_refused_device),
		TEST(test_refused_symbolic_link_whatever_it_leads_to),
		TEST(test_refused_without_its_directory),
		TEST(test_refused_null),
		TEST(test_refused_other_contents),
		TEST(test_refused_empty_file_is_one_that_is_being_made),
		TEST(test_refused_layout_of_another_version),
		TEST(test_refused_byte_order_of_another_machine),
		TEST(test_refused_layout_of_another_abi),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
