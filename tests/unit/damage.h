/* SPDX-License-Identifier: MIT */
#ifndef UNIT_DAMAGE_H
#define UNIT_DAMAGE_H

/* For tests of files that were sound once. */

#include "use.h"

#include "../support/random.h"
#include "../support/scale.h"
#include "arena/arena.h"

/* A sound file, the parts of it, and a damaged one beside it. */
static struct {
	struct image sound;
	const char *path, *saved;
	struct sli__geometry geometry;
	struct random rnd;
	uint64_t seed;
} file;

static inline int
damage_setup(void **state)
{
	struct sli__block block;
	int failed = scratch_setup(state);

	if (failed)
		return failed;
	file.rnd.state = file.seed;
	file.path = strdup(scratch_path("damaged"));
	file.saved = strdup(scratch_path("saved"));
	make_tiny(file.path);
	file.sound = image_of(file.path);
	memcpy(&block, file.sound.bytes, sizeof(block));
	file.geometry = block.geometry;
	return 0;
}

static inline int
damage_teardown(void **state)
{
	image_drop(&file.sound);
	free((void *)(uintptr_t)file.path);
	free((void *)(uintptr_t)file.saved);
	return scratch_teardown(state);
}

static inline bool
is_as_written(const struct image *image, size_t size)
{
	struct image now = image_of(file.path);
	bool same = now.size == size &&
	    memcmp(now.bytes, image->bytes, size) == 0;

	image_drop(&now);
	return same;
}

/* The status of opening it; all is used if that is SLI_OK. */
static inline int
try_open(const struct image *image, size_t size)
{
	struct sli_registry_config cfg = tiny_config();
	struct sli_registry *reg = NULL;
	struct sli_error err = { 0 };
	int status = sli_registry_open(file.path, &cfg, &reg, &err);

	if (status == SLI_OK) {
		use_all(reg);
		sli_registry_close(reg);
		return SLI_OK;
	}
	assert_int_equal(err.status, status);
	assert_true(strlen(err.message) > 20);
	assert_true(is_as_written(image, size));
	return status;
}

static inline int
try_view(void)
{
	struct sli_registry *reg = NULL;
	struct sli_error err = { 0 };
	int status = sli_registry_view(file.path, &reg, &err);

	if (status == SLI_OK) {
		use_reads(reg, sli_clock_ns());
		use_reads(reg, UINT64_MAX);
		sli_registry_close(reg);
		return SLI_OK;
	}
	assert_int_equal(err.status, status);
	assert_true(strlen(err.message) > 20);
	return status;
}

/* A view of what is only there, an open that must not add to the damage. */
static inline int
try_both(const struct image *image, size_t size)
{
	int status, viewed;

	image_write(image, size, file.path);
	viewed = try_view();
	assert_true(is_as_written(image, size));
	status = try_open(image, size);
	/* A view shows what can be shown where an open refuses the whole. */
	assert_true(viewed == SLI_OK || viewed == status);
	return status;
}

/* Good and bad events of the sound file and of what was saved of this one. */
static inline uint64_t
events_of(const char *path, const char *name)
{
	static const struct sli_label labels[] = { { "method", "GET" } };
	struct sli_registry *reg = scratch_view(path);
	struct sli_indicator *ind = NULL;
	struct sli_counts counts = { 0 };

	assert_non_null(reg);
	if (sli_indicator_find(reg, name, labels, 1, &ind) == SLI_OK)
		assert_int_equal(sli_total_counts(ind, &counts), SLI_OK);
	sli_registry_close(reg);
	return counts.good + counts.bad;
}

static inline void
expect_saved(uint64_t requests, uint64_t calls)
{
	struct sli_error err = { 0 };

	if (sli_file_repair(file.path, file.saved, NULL, NULL, NULL, &err) !=
	    SLI_OK)
		fail_msg("%s", err.message);
	assert_int_equal(sli_file_check(file.saved, NULL, NULL, NULL), SLI_OK);
	assert_int_equal(events_of(file.saved, "requests"), requests);
	assert_int_equal(events_of(file.saved, "calls"), calls);
	scratch_remove(file.saved);
}

/* Where every place in turn is tried: on a smaller scale, one of so many. */
static inline size_t
damage_stride(void)
{
	size_t percent = test_scaled(100);

	return percent < 100 ? 100 / percent : 1;
}

/* Each test begins with the same seed, so that it can be run alone. */
static inline int
damage_group(void **state)
{
	(void)state;
	file.seed = random_seed();
	print_message("SLI_TEST_SEED=%llu\n", (unsigned long long)file.seed);
	return 0;
}

#undef TEST
#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, damage_setup, damage_teardown)

#endif /* UNIT_DAMAGE_H */
