/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1 /* F_OFD_SETLK */

#include <fcntl.h>
#include <unistd.h>

#include "files.h"

#include "../support/scale.h"
#include "arena/arena.h"

/*
 * Who is there: processes that come, fork and go, and what they register at
 * the same time.
 */

#define RACERS 4

static char *path;

/* All create the file, and register the same three names, in any order. */
static int
race(struct peer *peer, void *arg)
{
	static const char *const names[] = { "a", "b", "c" };
	size_t first = (size_t)(uintptr_t)arg, i;
	struct sli_registry *reg;
	struct sli_indicator *ind;
	int failures = 0;

	peer_pause(peer);
	reg = scratch_open(path);
	for (i = 0; i < LENGTH(names); i++) {
		ind = scratch_indicator(reg, names[(first + i) % 3]);
		failures += peer_expect(ind != NULL);
		sli_count(ind, START, SLI_GOOD, 1);
		failures += peer_expect(
		    scratch_slo(ind, names[(first + i) % 3]) != NULL);
	}
	peer_pause(peer);
	return failures;
}

static void
expect_one_each(void)
{
	static const char *const names[] = { "a", "b", "c" };
	struct sli_registry *reg = open_file(path);
	struct sli_registry_info info = info_of(reg);
	struct sli_indicator *ind;
	struct sli_budget budget;
	struct sli_slo *slo;
	size_t i;

	assert_int_equal(info.indicator_count, LENGTH(names));
	assert_int_equal(info.slo_count, LENGTH(names));
	assert_int_equal(info.audit_count, 1); /* made once */
	assert_int_equal(info.process_count, 1 + RACERS);
	assert_int_equal(info.open_count, 1 + RACERS);
	for (i = 0; i < LENGTH(names); i++) {
		assert_int_equal(
		    sli_indicator_find(reg, names[i], NULL, 0, &ind), SLI_OK);
		assert_int_equal(total_good(ind), RACERS);
		assert_int_equal(sli_slo_find(reg, names[i], &slo), SLI_OK);
		assert_int_equal(sli_slo_budget(slo, START, &budget), SLI_OK);
		assert_int_equal(budget.total, RACERS);
	}
	sli_registry_close(reg);
}

static void
test_fork_race_to_register_makes_one_of_each(void **state)
{
	struct peer peers[RACERS];
	uint64_t round;
	size_t i;

	(void)state;
	path = scratch_path("race.sli");
	for (round = 0; round < test_scaled(50); round++) {
		for (i = 0; i < RACERS; i++)
			peer_start(&peers[i], race, (void *)(uintptr_t)i);
		for (i = 0; i < RACERS; i++)
			peer_reach(&peers[i]);
		for (i = 0; i < RACERS; i++)
			peer_go(&peers[i]);
		for (i = 0; i < RACERS; i++)
			peer_reach(&peers[i]);
		expect_one_each();
		for (i = 0; i < RACERS; i++)
			peer_go(&peers[i]);
		for (i = 0; i < RACERS; i++)
			peer_end(&peers[i]);
		scratch_remove(path);
	}
}

static int
stay(struct peer *peer, void *arg)
{
	peer_pause(peer);
	if (arg == NULL && scratch_open(path) == NULL)
		return 1;
	peer_pause(peer);
	return 0;
}

/* A child that goes on with what it inherited is one with its parent. */
static void
test_fork_processes_are_counted_while_they_live(void **state)
{
	struct sli_registry *reg, *view;
	struct peer opens, inherits;

	(void)state;
	path = scratch_path("count.sli");
	peer_start(&opens, stay, NULL); /* before there is what to inherit */
	peer_reach(&opens);
	reg = open_file(path);
	view = scratch_view(path);
	assert_int_equal(info_of(reg).process_count, 1);
	peer_start(&inherits, stay, reg);
	peer_reach(&inherits);
	assert_int_equal(info_of(reg).process_count, 1);
	peer_go(&opens);
	peer_reach(&opens);
	assert_int_equal(info_of(reg).process_count, 2);
	assert_int_equal(info_of(view).process_count, 2);
	sli_registry_close(reg);
	assert_int_equal(info_of(view).process_count, 2);
	peer_kill(&inherits);
	assert_int_equal(info_of(view).process_count, 1);
	peer_go(&opens);
	peer_end(&opens);
	assert_int_equal(info_of(view).process_count, 0);
	sli_registry_close(view);
}

struct family {
	struct sli_registry *reg;
	struct sli_indicator *ind;
};

static int
register_in_child(struct peer *peer, void *arg)
{
	struct family *family = arg;
	struct sli_indicator *ind = scratch_indicator(family->reg, "child");
	struct sli_indicator *later;
	int failures = peer_expect(ind != NULL);

	sli_count(ind, START, SLI_GOOD, 2);
	sli_count(family->ind, START, SLI_GOOD, 3);
	peer_pause(peer);
	/* Its parent has closed its handle meanwhile. */
	later = scratch_indicator(family->reg, "orphan");
	failures += peer_expect(later != NULL);
	failures += peer_expect(scratch_slo(later, "orphan") != NULL);
	sli_count(later, START, SLI_GOOD, 4);
	peer_pause(peer);
	return failures;
}

static void
test_fork_child_registers_and_outlives_its_parents_handle(void **state)
{
	struct family family;
	struct sli_indicator *ind;
	struct peer peer;

	(void)state;
	path = scratch_path("family.sli");
	family.reg = open_file(path);
	family.ind = scratch_indicator(family.reg, "parent");
	peer_start(&peer, register_in_child, &family);
	peer_reach(&peer);
	assert_int_equal(sli_indicator_find(family.reg, "child", NULL, 0, &ind),
	    SLI_OK);
	assert_int_equal(total_good(ind), 2);
	assert_int_equal(total_good(family.ind), 3);
	/* The parent's lock works as before. */
	assert_non_null(scratch_indicator(family.reg, "second"));
	sli_registry_close(family.reg);
	peer_go(&peer);
	peer_reach(&peer);

	family.reg = open_file(path);
	assert_int_equal(
	    sli_indicator_find(family.reg, "orphan", NULL, 0, &ind), SLI_OK);
	assert_int_equal(total_good(ind), 4);
	assert_int_equal(info_of(family.reg).process_count, 2);
	/* What the child has registered is in use by a process that lives. */
	assert_int_equal(
	    sli_indicator_remove(family.reg, "parent", NULL, 0, "why", NULL),
	    SLI_EBUSY);
	peer_go(&peer);
	peer_end(&peer);
	assert_int_equal(
	    sli_indicator_remove(family.reg, "parent", NULL, 0, "why", NULL),
	    SLI_OK);
	sli_registry_close(family.reg);
}

static int
register_many(struct peer *peer, void *arg)
{
	struct sli_registry *reg = arg;
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_indicator *ind = NULL;
	char name[] = "ind-00";
	int failures = 0;

	if (peer != NULL)
		peer_pause(peer);
	for (cfg.name = name; name[4] < '4'; name[4]++)
		for (name[5] = '0'; name[5] <= '9'; name[5]++) {
			failures += peer_expect(
			    sli_indicator_register(reg, &cfg, &ind, NULL) ==
			    SLI_OK);
			sli_count(ind, START, SLI_GOOD, 1);
		}
	return failures;
}

/* They share a file description, and must not share its lock. */
static void
test_fork_parent_and_children_register_at_once(void **state)
{
	struct sli_registry_config cfg = scratch_config();
	struct sli_registry *reg = NULL;
	struct sli_indicator *ind;
	struct peer peers[2];

	(void)state;
	path = scratch_path("many.sli");
	cfg.max_indicators = 40;
	assert_int_equal(sli_registry_open(path, &cfg, &reg, NULL), SLI_OK);
	peer_start(&peers[0], register_many, reg);
	peer_start(&peers[1], register_many, reg);
	peer_reach(&peers[0]);
	peer_reach(&peers[1]);
	peer_go(&peers[0]);
	peer_go(&peers[1]);
	assert_int_equal(register_many(NULL, reg), 0);
	peer_end(&peers[0]);
	peer_end(&peers[1]);
	assert_int_equal(info_of(reg).indicator_count, 40);
	assert_int_equal(sli_indicator_find(reg, "ind-39", NULL, 0, &ind),
	    SLI_OK);
	assert_int_equal(total_good(ind), 3);
	sli_registry_close(reg);
}

/* The bytes that say which processes live: see arena/file.h. */
static void
lock_places(int fd, short type, int first, int count)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET };

	lock.l_start = (INT64_C(1) << 62) + 1 + first;
	lock.l_len = count;
	assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
}

/* As many as there can be, without so many processes. */
static void
test_fork_no_more_than_1024_have_a_file_open(void **state)
{
	struct sli_registry *reg;
	struct sli_registry_config cfg = scratch_config();
	struct sli_error err = { 0 };
	int fd;

	(void)state;
	path = scratch_path("full.sli");
	sli_registry_close(open_file(path));
	fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	lock_places(fd, F_WRLCK, 0, SLI__PROCESSES);
	assert_int_equal(sli_registry_open(path, &cfg, &reg, &err), SLI_ENOSPC);
	assert_error(&err, SLI_ENOSPC, "1024", "processes");
	lock_places(fd, F_UNLCK, 700, 1);
	reg = open_file(path);
	assert_non_null(scratch_indicator(reg, "requests"));
	assert_int_equal(
	    sli_indicator_remove(reg, "requests", NULL, 0, "why", NULL),
	    SLI_EBUSY);
	assert_int_equal(sli_registry_open(path, &cfg, &reg, &err), SLI_ENOSPC);
	close(fd);
	assert_int_equal(info_of(reg).process_count, 1);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_fork_race_to_register_makes_one_of_each),
		TEST(test_fork_processes_are_counted_while_they_live),
		TEST(test_fork_child_registers_and_outlives_its_parents_handle),
		TEST(test_fork_parent_and_children_register_at_once),
		TEST(test_fork_no_more_than_1024_have_a_file_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
