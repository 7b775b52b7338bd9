/* SPDX-License-Identifier: MIT */
/*
 * An application that closes descriptors it did not open, as daemons do when
 * they start, and processes that inherit a registry and close it.
 */
#include <sys/wait.h>

#include "use.h"

#define DESCRIPTORS 1024

/* Those of this process. */
struct descriptors {
	bool is_open[DESCRIPTORS];
};

static struct descriptors
descriptors_now(void)
{
	struct descriptors now;
	int fd;

	for (fd = 0; fd < DESCRIPTORS; fd++)
		now.is_open[fd] = fcntl(fd, F_GETFD) >= 0;
	return now;
}

static void
close_new(const struct descriptors *before)
{
	int fd;

	for (fd = 0; fd < DESCRIPTORS; fd++)
		if (!before->is_open[fd])
			close(fd);
}

static uint64_t
good_of(struct sli_indicator *ind)
{
	struct sli_counts counts;

	assert_int_equal(sli_total_counts(ind, &counts), SLI_OK);
	return counts.good;
}

/* What needs the file says so; all else goes on, in the file. */
static void
expect_goes_on_without_descriptor(struct sli_registry *reg,
    struct sli_indicator *ind, const char *path)
{
	static const struct sli_label labels[] = { { "method", "GET" } };
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_indicator *other = NULL;
	struct sli_error err = { 0 };
	struct sli_registry *view;
	uint64_t before = good_of(ind);

	sli_record(ind, sli_clock_ns(), SLI_GOOD, SLI_MILLIS(1));
	sli_record(ind, sli_clock_ns() + SLI_SECONDS(3), SLI_GOOD, 1);
	assert_int_equal(good_of(ind), before + 2);
	view = scratch_view(path);
	assert_non_null(view);
	assert_int_equal(
	    sli_indicator_find(view, "requests", labels, 1, &other), SLI_OK);
	assert_int_equal(good_of(other), before + 2);
	sli_registry_close(view);

	cfg.name = "late";
	cfg.lowest_ns = SLI_MILLIS(1);
	cfg.highest_ns = SLI_SECONDS(1);
	cfg.precision_bits = 3;
	other = NULL;
	assert_int_equal(sli_indicator_register(reg, &cfg, &other, &err),
	    SLI_EIO);
	assert_error(&err, SLI_EIO, "descriptor", "closed by the application");
	assert_null(other);
	memset(&err, 0, sizeof(err));
	assert_int_equal(sli_registry_sync(reg, &err), SLI_EIO);
	assert_error(&err, SLI_EIO, "descriptor", "closed by the application");
	assert_int_equal(sli_registry_status(reg, NULL), SLI_OK);
	use_reads(reg, sli_clock_ns() + SLI_SECONDS(9));
}

static void
test_descriptors_closed_by_the_application(void **state)
{
	const char *path = scratch_path("closed");
	struct descriptors before = descriptors_now();
	struct sli_registry *reg;
	struct sli_indicator *ind;

	(void)state;
	make_tiny(path);
	reg = open_tiny(path);
	assert_non_null(reg);
	ind = tiny_indicator(reg, "requests");
	assert_non_null(ind);
	close_new(&before);
	expect_goes_on_without_descriptor(reg, ind, path);
	sli_registry_close(reg);
}

/* Their numbers are those of other files then, which are not the library's. */
static void
test_descriptors_of_others_are_left_alone(void **state)
{
	const char *path = scratch_path("closed"), *own = scratch_path("own");
	struct descriptors before = descriptors_now();
	int fd[8];
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct stat st;
	size_t i;

	(void)state;
	make_tiny(path);
	reg = open_tiny(path);
	assert_non_null(reg);
	ind = tiny_indicator(reg, "requests");
	assert_non_null(ind);
	close_new(&before);
	write_text(own, "mine", 4);
	for (i = 0; i < LENGTH(fd); i++) {
		fd[i] = open(own, O_RDWR);
		assert_true(fd[i] >= 0);
	}
	/* Shorter than a registry's, and deleted: not what was asked about. */
	scratch_remove(own);
	expect_goes_on_without_descriptor(reg, ind, path);
	sli_registry_close(reg);
	for (i = 0; i < LENGTH(fd); i++) {
		assert_int_equal(fstat(fd[i], &st), 0);
		assert_int_equal(st.st_size, 4);
		assert_int_equal(close(fd[i]), 0);
	}
}

static void
test_descriptors_are_not_inherited_by_exec(void **state)
{
	const char *path = scratch_path("exec");
	struct descriptors before = descriptors_now();
	int fd, flags, found = 0;
	struct sli_registry *reg;

	(void)state;
	reg = open_tiny(path);
	assert_non_null(reg);
	for (fd = 0; fd < DESCRIPTORS; fd++) {
		flags = fcntl(fd, F_GETFD);
		if (flags < 0 || before.is_open[fd])
			continue;
		assert_true((flags & FD_CLOEXEC) != 0);
		found++;
	}
	assert_in_range(found, 1, 2);
	sli_registry_close(reg);
}

static void
test_descriptors_are_all_given_back(void **state)
{
	const char *path = scratch_path("given"),
		   *none = scratch_path("none/x");
	struct descriptors before = descriptors_now(), after;
	int i;
	struct sli_registry_config cfg = tiny_config();
	struct sli_registry *reg = NULL;

	(void)state;
	make_tiny(path);
	for (i = 0; i < 5; i++) {
		reg = open_tiny(path);
		assert_non_null(reg);
		sli_registry_close(reg);
		sli_registry_close(scratch_view(path));
		assert_int_equal(sli_file_check(path, NULL, NULL, NULL),
		    SLI_OK);
		assert_int_equal(sli_registry_open(none, &cfg, &reg, NULL),
		    SLI_ENOENT);
	}
	assert_int_equal(sli_file_repair(path, scratch_path("saved"), NULL,
			     NULL, NULL, NULL),
	    SLI_OK);
	write_text(path, "x", 1);
	expect_refused(path, SLI_ECORRUPT, "the file", "byte 1");
	after = descriptors_now();
	assert_memory_equal(&after, &before, sizeof(after));
}

/* ---- a child that closes what it inherited ---- */

static int
close_inherited(struct peer *peer, void *arg)
{
	(void)peer;
	sli_registry_close(arg);
	return 0;
}

static int
open_and_count_processes(struct peer *peer, void *arg)
{
	struct sli_registry_info info;
	struct sli_registry *reg = open_tiny(arg);
	int failed;

	(void)peer;
	if (peer_expect(reg != NULL))
		return 1;
	failed = peer_expect(sli_registry_info(reg, &info) == SLI_OK) ||
	    peer_expect(info.process_count == 2);
	sli_registry_close(reg);
	return failed;
}

static void
test_descriptors_closed_in_a_child_are_its_own(void **state)
{
	char *path = scratch_path("fork");
	struct sli_registry *reg;
	struct sli_indicator *ind;

	(void)state;
	reg = open_tiny(path);
	assert_non_null(reg);
	ind = tiny_indicator(reg, "requests");
	sli_begin(ind);
	sli_record(ind, sli_clock_ns(), SLI_GOOD, 1);
	peer_run(close_inherited, reg);
	/* The parent is still in the file, and others see that it is. */
	peer_run(open_and_count_processes, path);
	assert_int_equal(sli_in_flight(ind), 1);
	assert_int_equal(sli_registry_status(reg, NULL), SLI_OK);
	assert_non_null(tiny_indicator(reg, "another"));
	use_indicator(ind, sli_clock_ns());
	assert_int_equal(sli_registry_sync(reg, NULL), SLI_OK);
	sli_registry_close(reg);
}

/* In a child all descriptors may be closed, but the parent's are not. */
static int
close_descriptors(struct peer *peer, void *arg)
{
	struct sli_registry *reg = arg;
	struct sli_counts before, after;
	struct sli_indicator *ind = NULL;
	static const struct sli_label labels[] = { { "method", "GET" } };
	int fd;

	for (fd = 3; fd < 1024; fd++)
		if (fd != peer->told && fd != peer->tell)
			close(fd);
	if (peer_expect(
		sli_indicator_find(reg, "requests", labels, 1, &ind) == SLI_OK))
		return 1;
	sli_total_counts(ind, &before);
	sli_record(ind, sli_clock_ns(), SLI_GOOD, 1);
	sli_total_counts(ind, &after);
	if (peer_expect(after.good == before.good + 1) ||
	    peer_expect(tiny_indicator(reg, "late") == NULL))
		return 1;
	sli_registry_close(reg);
	return 0;
}

static void
test_descriptors_closed_by_a_daemon_are_not_the_parents(void **state)
{
	char *path = scratch_path("daemon");
	struct sli_registry *reg;
	struct sli_indicator *ind;

	(void)state;
	reg = open_tiny(path);
	assert_non_null(reg);
	ind = tiny_indicator(reg, "requests");
	peer_run(close_descriptors, reg);
	assert_int_equal(good_of(ind), 1);
	peer_run(open_and_count_processes, path);
	assert_non_null(tiny_indicator(reg, "another"));
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_descriptors_closed_by_the_application),
		TEST(test_descriptors_of_others_are_left_alone),
		TEST(test_descriptors_are_not_inherited_by_exec),
		TEST(test_descriptors_are_all_given_back),
		TEST(test_descriptors_closed_in_a_child_are_its_own),
		TEST(test_descriptors_closed_by_a_daemon_are_not_the_parents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
