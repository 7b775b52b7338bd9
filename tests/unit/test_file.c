/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena/arena.h"

#include "files.h"

static mode_t
mode_made_under(mode_t mask)
{
	const char *path = scratch_path("mode.sli");
	mode_t before = umask(mask);
	struct sli_registry *reg = open_file(path);
	struct stat st;

	umask(before);
	sli_registry_close(reg);
	assert_int_equal(stat(path, &st), 0);
	scratch_remove(path);
	return st.st_mode;
}

static void
test_file_new_has_mode_0600_whatever_the_umask(void **state)
{
	static const mode_t masks[] = { 0, 022, 077, 0177, 0277, 0777 };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(masks); i++)
		assert_int_equal(mode_made_under(masks[i]), S_IFREG | 0600);
}

static void
test_file_relative_path_is_opened_where_the_process_is(void **state)
{
	const char *path = scratch_path("here.sli");
	char folder[512], *slash;
	struct sli_registry *reg;
	int home = open(".", O_RDONLY | O_DIRECTORY);

	(void)state;
	assert_true(home >= 0);
	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	*slash = '\0';
	assert_int_equal(chdir(folder), 0);
	reg = scratch_open("here.sli");
	assert_int_equal(fchdir(home), 0);
	close(home);
	assert_non_null(reg);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(sli_registry_status(reg, NULL), SLI_OK);
	sli_registry_close(reg);
}

static void
test_file_must_exist_makes_none(void **state)
{
	const char *path = scratch_path("none.sli");
	struct sli_registry_config cfg = scratch_config();
	struct sli_registry *reg = NULL;
	struct sli_error err = { 0 };

	(void)state;
	cfg.flags = SLI_REGISTRY_MUST_EXIST;
	assert_int_equal(sli_registry_open(path, &cfg, &reg, &err), SLI_ENOENT);
	assert_int_equal(err.status, SLI_ENOENT);
	assert_null(reg);
	assert_int_not_equal(access(path, F_OK), 0);
	sli_registry_close(open_file(path));
	assert_int_equal(sli_registry_open(path, &cfg, &reg, NULL), SLI_OK);
	sli_registry_close(reg);
}

static void
test_file_empty_one_is_taken_for_new(void **state)
{
	const char *path = scratch_path("empty.sli");
	int fd = open(path, O_CREAT | O_WRONLY, 0600);
	struct sli_registry *reg;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	reg = open_file(path);
	assert_int_equal(audit_of(reg, 0).kind, SLI_AUDIT_CREATED);
	sli_registry_close(reg);
}

/* Killed over the first page: its lock is free, and nobody's data is in it. */
static void
test_file_whose_maker_died_is_made_anew(void **state)
{
	static const char making[] = "\x89SLI-new";
	const char *path = scratch_path("torso.sli");
	struct sli_registry *reg;
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	(void)state;
	assert_int_equal(write(fd, making, 8), 8);
	close(fd);
	reg = open_file(path);
	assert_non_null(scratch_indicator(reg, "requests"));
	sli_registry_close(reg);
	reg = open_file(path);
	assert_int_equal(info_of(reg).indicator_count, 1);
	sli_registry_close(reg);
}

/* The file's levels, and one that differs: `field` is named. */
static void
expect_other_levels(const char *path, const struct sli_registry_config *cfg,
    const char *field, const char *value)
{
	struct sli_registry *reg = NULL;
	struct sli_error err = { 0 };

	assert_int_equal(sli_registry_open(path, cfg, &reg, &err), SLI_EEXIST);
	assert_error(&err, SLI_EEXIST, field, value);
	assert_null(reg);
}

static const struct sli_level slow_history[] = {
	{ SLI_MILLIS(100), 40, 0 },
	{ SLI_MILLIS(700), 100, 0 },
};
static const struct sli_level slow_latency[] = { { SLI_MILLIS(700), 9, 0 } };

static void
test_file_levels_that_differ_are_refused_by_name(void **state)
{
	const char *path = scratch_path("levels.sli");
	struct sli_registry_config cfg = scratch_config(), other;
	struct sli_registry *reg = NULL;

	(void)state;
	memcpy(cfg.history, slow_history, sizeof(slow_history));
	memcpy(cfg.latency, slow_latency, sizeof(slow_latency));
	assert_int_equal(sli_registry_open(path, &cfg, &reg, NULL), SLI_OK);
	sli_registry_close(reg);

	other = cfg;
	other.history[1].slots = 101;
	expect_other_levels(path, &other, "history[1]", "101");
	other = cfg;
	other.history[1].slot_ns = SLI_MILLIS(1400);
	expect_other_levels(path, &other, "history[1]", "1400000000");
	other = cfg;
	other.latency[0].slots = 8;
	expect_other_levels(path, &other, "latency[0]", "8 slots");
	other = cfg; /* one more than the file has */
	other.latency[1].slot_ns = SLI_MILLIS(2100);
	other.latency[1].slots = 8;
	expect_other_levels(path, &other, "latency[1]", "2100000000");
	assert_int_equal(sli_registry_open(path, &cfg, &reg, NULL), SLI_OK);
	sli_registry_close(reg);
}

static void
test_file_levels_of_zero_take_over_the_files(void **state)
{
	const char *path = scratch_path("levels.sli");
	struct sli_registry_config cfg = scratch_config(), none = cfg, half;
	struct sli_registry *reg = NULL;
	struct sli_registry_info info;

	(void)state;
	memcpy(cfg.history, slow_history, sizeof(slow_history));
	memcpy(cfg.latency, slow_latency, sizeof(slow_latency));
	assert_int_equal(sli_registry_open(path, &cfg, &reg, NULL), SLI_OK);
	sli_registry_close(reg);

	assert_int_equal(sli_registry_open(path, &none, &reg, NULL), SLI_OK);
	info = info_of(reg);
	assert_memory_equal(info.history, cfg.history, sizeof(cfg.history));
	assert_memory_equal(info.latency, cfg.latency, sizeof(cfg.latency));
	sli_registry_close(reg);

	/* One is given, the other is not: no default comes between the two. */
	half = cfg;
	memset(half.history, 0, sizeof(half.history));
	assert_int_equal(sli_registry_open(path, &half, &reg, NULL), SLI_OK);
	sli_registry_close(reg);
	half = cfg;
	memset(half.latency, 0, sizeof(half.latency));
	assert_int_equal(sli_registry_open(path, &half, &reg, NULL), SLI_OK);
	sli_registry_close(reg);
}

static void
test_file_sizes_are_those_it_was_made_with(void **state)
{
	const char *path = scratch_path("sizes.sli");
	struct sli_registry_config cfg = scratch_config();
	struct sli_registry *reg = NULL;
	struct sli_registry_info before, after;

	(void)state;
	cfg.shards = 3;
	assert_int_equal(sli_registry_open(path, &cfg, &reg, NULL), SLI_OK);
	before = info_of(reg);
	sli_registry_close(reg);
	assert_int_equal(before.max_indicators, 4);
	assert_int_equal(before.max_slos, 4);
	assert_int_equal(before.shards, 3);
	assert_int_equal(before.atomic_shards, 4);
	assert_int_equal(before.writer_shards, 2);

	cfg.max_indicators = cfg.max_slos = cfg.shards = 50;
	cfg.atomic_shards = cfg.writer_shards = 7;
	cfg.arena_bytes = 1 << 20;
	assert_int_equal(sli_registry_open(path, &cfg, &reg, NULL), SLI_OK);
	after = info_of(reg);
	sli_registry_close(reg);
	assert_int_equal(after.max_indicators, 4);
	assert_int_equal(after.max_slos, 4);
	assert_int_equal(after.shards, 3);
	assert_int_equal(after.atomic_shards, 4);
	assert_int_equal(after.writer_shards, 2);
	assert_int_equal(after.size_bytes, before.size_bytes);
}

static void
test_file_info_tells_what_it_is(void **state)
{
	const char *path = scratch_path("info.sli");
	uint64_t before_ns = sli_clock_ns();
	struct sli_registry *reg = open_file(path);
	struct sli_registry_info info = info_of(reg);
	uint64_t empty_bytes = info.used_bytes;
	struct sli_indicator *ind;
	struct stat st;

	(void)state;
	assert_true(info.created_ns >= before_ns);
	assert_true(info.created_ns <= sli_clock_ns());
	assert_int_equal(info.is_file, 1);
	assert_int_equal(info.is_view, 0);
	assert_int_equal(info.open_count, 1);
	assert_int_equal(info.process_count, 1);
	assert_int_equal(info.audit_count, 1);
	assert_int_equal(info.indicator_count + info.slo_count, 0);
	assert_string_equal(info.version, sli_version());
	assert_int_equal(info.history[0].slot_ns, SLI_SECONDS(1));
	assert_int_equal(info.latency[2].slots, 8);

	ind = scratch_indicator(reg, "requests");
	assert_non_null(scratch_slo(ind, "availability"));
	info = info_of(reg);
	assert_int_equal(info.indicator_count, 1);
	assert_int_equal(info.slo_count, 1);
	assert_true(info.used_bytes > empty_bytes);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(info.size_bytes, st.st_size);
	/* What is in use is allocated, and beside it the header's copy. */
	assert_true((uint64_t)st.st_blocks * 512 >= info.used_bytes);
	sli_registry_close(reg);

	reg = open_file(path);
	assert_int_equal(info_of(reg).open_count, 2);
	assert_int_equal(info_of(reg).audit_count, 1);
	assert_true(info_of(reg).created_ns == info.created_ns);
	assert_int_equal(sli_registry_info(NULL, &info), SLI_EINVAL);
	assert_int_equal(sli_registry_info(reg, NULL), SLI_EINVAL);
	sli_registry_close(reg);
}

/* When it was written out last, after records a second apart. */
static uint64_t
synced_after(enum sli_sync sync, uint64_t sync_ns, uint64_t seconds)
{
	const char *path = scratch_path("sync.sli");
	struct sli_registry_config cfg = scratch_config();
	struct sli_registry *reg = NULL;
	struct sli_indicator *ind;
	uint64_t synced_ns;

	cfg.sync = sync;
	cfg.sync_ns = sync_ns;
	assert_int_equal(sli_registry_open(path, &cfg, &reg, NULL), SLI_OK);
	ind = scratch_indicator(reg, "requests");
	count_each_second(ind, START, seconds, SLI_GOOD, 1);
	synced_ns = info_of(reg).synced_ns;
	sli_registry_close(reg);
	scratch_remove(path);
	return synced_ns;
}

static void
test_file_sync_policy_says_when_it_is_written_out(void **state)
{
	(void)state;
	assert_int_equal(synced_after(SLI_SYNC_NONE, 0, 100), 0);
	/* At the first slot that opens, and then every 5 s: the default. */
	assert_true(synced_after(SLI_SYNC_PERIODIC, 0, 1) == START);
	assert_true(synced_after(SLI_SYNC_PERIODIC, 0, 5) == START);
	assert_true(
	    synced_after(SLI_SYNC_PERIODIC, 0, 6) == START + SLI_SECONDS(5));
	assert_true(synced_after(SLI_SYNC_PERIODIC, SLI_MINUTES(1), 100) ==
	    START + SLI_MINUTES(1));
}

static void
test_file_sync_writes_now_in_a_file_and_not_in_a_view(void **state)
{
	const char *path = scratch_path("sync.sli");
	struct sli_registry *reg = open_file(path), *view = NULL;
	struct sli_error err = { 0 };

	(void)state;
	assert_int_equal(sli_registry_sync(reg, &err), SLI_OK);
	assert_int_equal(sli_registry_view(path, &view, NULL), SLI_OK);
	assert_int_equal(sli_registry_sync(view, &err), SLI_EACCES);
	assert_int_equal(sli_registry_sync(NULL, &err), SLI_EINVAL);
	sli_registry_close(view);
	sli_registry_close(reg);
}

static void
test_file_future_config_is_refused_and_makes_nothing(void **state)
{
	struct {
		struct sli_registry_config cfg;
		uint64_t newer;
	} future = { .cfg = scratch_config(), .newer = 1 };
	const char *path = scratch_path("future.sli");
	struct sli_registry *reg = NULL;
	struct sli_error err = { 0 };

	(void)state;
	future.cfg.struct_size = sizeof(future);
	assert_int_equal(sli_registry_open(path, &future.cfg, &reg, &err),
	    SLI_EVERSION);
	assert_int_equal(err.status, SLI_EVERSION);
	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_equal(sli_registry_open(path, NULL, &reg, NULL), SLI_EINVAL);
	assert_int_equal(sli_registry_open(NULL, &future.cfg, &reg, NULL),
	    SLI_EINVAL);
	assert_null(reg);
}

static void
test_file_two_handles_in_a_process_are_one_registry(void **state)
{
	const char *path = scratch_path("twice.sli");
	struct sli_registry *a = open_file(path), *b = open_file(path);
	struct sli_indicator *in_a = scratch_indicator(a, "requests"), *in_b;

	(void)state;
	assert_ptr_not_equal(a, b);
	assert_int_equal(sli_indicator_find(b, "requests", NULL, 0, &in_b),
	    SLI_OK);
	sli_count(in_a, START, SLI_GOOD, 3);
	sli_count(in_b, START + SLI_SECONDS(1), SLI_GOOD, 4);
	assert_int_equal(total_good(in_a), 7);
	assert_int_equal(good_in(in_a, START + SLI_SECONDS(2), SLI_SECONDS(1)),
	    4);
	assert_int_equal(info_of(a).process_count, 2);
	sli_registry_close(a);
	assert_int_equal(info_of(b).process_count, 1);
	sli_count(in_b, START + SLI_SECONDS(2), SLI_GOOD, 1);
	assert_int_equal(total_good(in_b), 8);
	sli_registry_close(b);
}

/* What a library of another version, but the same layout, has made. */
static void
test_file_of_another_version_goes_on(void **state)
{
	const char *path = scratch_path("older.sli");
	const char version[16] = "0.0.9";
	struct sli_registry *reg = open_file(path);
	struct sli_indicator *ind;
	int fd;

	(void)state;
	sli_count(scratch_indicator(reg, "requests"), START, SLI_GOOD, 7);
	sli_registry_close(reg);
	fd = open(path, O_WRONLY);
	assert_int_equal(pwrite(fd, version, sizeof(version),
			     offsetof(struct sli__block, version)),
	    sizeof(version));
	close(fd);

	reg = open_file(path);
	assert_string_equal(info_of(reg).version, "0.0.9");
	assert_int_equal(sli_indicator_find(reg, "requests", NULL, 0, &ind),
	    SLI_OK);
	assert_int_equal(total_good(ind), 7);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_file_new_has_mode_0600_whatever_the_umask),
		TEST(test_file_relative_path_is_opened_where_the_process_is),
		TEST(test_file_must_exist_makes_none),
		TEST(test_file_empty_one_is_taken_for_new),
		TEST(test_file_whose_maker_died_is_made_anew),
		TEST(test_file_levels_that_differ_are_refused_by_name),
		TEST(test_file_levels_of_zero_take_over_the_files),
		TEST(test_file_sizes_are_those_it_was_made_with),
		TEST(test_file_info_tells_what_it_is),
		TEST(test_file_sync_policy_says_when_it_is_written_out),
		TEST(test_file_sync_writes_now_in_a_file_and_not_in_a_view),
		TEST(test_file_future_config_is_refused_and_makes_nothing),
		TEST(test_file_two_handles_in_a_process_are_one_registry),
		TEST(test_file_of_another_version_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
