/* SPDX-License-Identifier: MIT */
#ifndef UNIT_BROKEN_H
#define UNIT_BROKEN_H

/* For tests of files that are no registry, or no longer one. */

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"

/* All bytes of a file. */
struct image {
	unsigned char *bytes;
	size_t size;
};

static inline struct image
image_of(const char *path)
{
	struct image image = { NULL, (size_t)scratch_bytes(path) };

	image.bytes = malloc(image.size + 1);
	assert_non_null(image.bytes);
	scratch_read(path, 0, image.bytes, image.size);
	return image;
}

static inline void
image_drop(struct image *image)
{
	free(image->bytes);
	image->bytes = NULL;
}

/* A file of the first `size` bytes of an image, and of nothing else. */
static inline void
image_write(const struct image *image, size_t size, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	assert_int_equal(write(fd, image->bytes, size), size);
	assert_int_equal(close(fd), 0);
}

static inline void
expect_image(const struct image *image, const char *path)
{
	struct image now = image_of(path);

	assert_int_equal(now.size, image->size);
	assert_memory_equal(now.bytes, image->bytes, image->size);
	image_drop(&now);
}

static inline void
write_text(const char *path, const void *text, size_t bytes)
{
	const struct image image = { (unsigned char *)(uintptr_t)text, bytes };

	image_write(&image, bytes, path);
}

/* Short rings: a few hundred kilobytes in all. */
static inline struct sli_registry_config
tiny_config(void)
{
	struct sli_registry_config cfg = scratch_config();

	cfg.max_indicators = 4;
	cfg.max_slos = 3;
	cfg.shards = 1;
	cfg.atomic_shards = 1;
	cfg.writer_shards = 1;
	cfg.arena_bytes = 160 * 1024;
	cfg.history[0] = (struct sli_level){ SLI_SECONDS(1), 10, 0 };
	cfg.history[1] = (struct sli_level){ SLI_SECONDS(5), 8, 0 };
	cfg.latency[0] = (struct sli_level){ SLI_SECONDS(1), 5, 0 };
	return cfg;
}

static inline struct sli_registry *
open_tiny(const char *path)
{
	struct sli_registry_config cfg = tiny_config();
	struct sli_registry *reg = NULL;

	return sli_registry_open(path, &cfg, &reg, NULL) == SLI_OK ? reg : NULL;
}

static inline struct sli_indicator *
tiny_indicator(struct sli_registry *reg, const char *name)
{
	static const struct sli_label labels[] = { { "method", "GET" } };
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_indicator *ind = NULL;

	cfg.name = name;
	cfg.help = "Requests.";
	cfg.labels = labels;
	cfg.label_count = 1;
	cfg.threshold_ns[0] = SLI_MILLIS(10);
	cfg.threshold_count = 1;
	cfg.lowest_ns = SLI_MILLIS(1);
	cfg.highest_ns = SLI_SECONDS(1);
	cfg.precision_bits = 3;
	return sli_indicator_register(reg, &cfg, &ind, NULL) == SLI_OK ? ind :
									 NULL;
}

/*
 * Two indicators, two SLOs, one of them of slices in a calendar, full rings,
 * and a present that is now.
 */
static inline void
make_tiny(const char *path)
{
	struct sli_slo_config cfg[2] = { SLI_SLO_CONFIG_INIT,
		SLI_SLO_CONFIG_INIT };
	struct sli_registry *reg = open_tiny(path);
	struct sli_indicator *ind[2];
	uint64_t i, now_ns = sli_clock_ns() - SLI_SECONDS(50);
	struct sli_slo *slo;

	assert_non_null(reg);
	cfg[0].name = "availability";
	cfg[0].method = SLI_TIMESLICES;
	cfg[0].slice_ns = SLI_SECONDS(1);
	cfg[0].calendar = SLI_DAY;
	cfg[0].time_zone = "Europe/Berlin";
	cfg[1].name = "latency";
	cfg[1].threshold_ns = SLI_MILLIS(10);
	cfg[1].period_ns = SLI_SECONDS(30);
	for (i = 0; i < 2; i++) {
		ind[i] = tiny_indicator(reg, i == 0 ? "requests" : "calls");
		assert_non_null(ind[i]);
		cfg[i].objective = 0.95;
		assert_int_equal(sli_slo_register(ind[i], &cfg[i], &slo, NULL),
		    SLI_OK);
	}
	assert_int_equal(sli_depends(ind[0], ind[1], NULL), SLI_OK);
	for (i = 0; i < 200; i++, now_ns += SLI_MILLIS(250))
		sli_record_exemplar(ind[i % 2], now_ns,
		    i % 9 == 0 ? SLI_BAD : SLI_GOOD, SLI_MILLIS(i),
		    "4bf92f3577b34da6");
	sli_registry_close(reg);
}

/* An error whose sentence has both of these, from a call that returned it. */
static inline void
expect_error(int returned, const struct sli_error *err, int status,
    const char *what, const char *more)
{
	assert_int_equal(returned, status);
	assert_error(err, status, what, more);
}

static inline void
expect_open_refused(const char *path, int status, const char *what,
    const char *more)
{
	struct sli_registry *const untouched = (void *)&path, *reg = untouched;
	struct sli_registry_config cfg = tiny_config();
	struct sli_error err = { 0 };

	expect_error(sli_registry_open(path, &cfg, &reg, &err), &err, status,
	    what, more);
	assert_ptr_equal(reg, untouched);
	assert_int_equal(sli_registry_open(path, &cfg, &reg, NULL), status);
}

static inline void
expect_view_refused(const char *path, int status, const char *what,
    const char *more)
{
	struct sli_registry *const untouched = (void *)&path, *reg = untouched;
	struct sli_error err = { 0 };

	expect_error(sli_registry_view(path, &reg, &err), &err, status, what,
	    more);
	assert_ptr_equal(reg, untouched);
	assert_int_equal(sli_registry_view(path, &reg, NULL), status);
}

/* By whoever would look into it: and none has changed the file, or made one. */
static inline void
expect_refused(const char *path, int status, const char *what, const char *more)
{
	const char *saved = scratch_path("refused.sli");
	struct sli_error err = { 0 };

	expect_open_refused(path, status, what, more);
	expect_view_refused(path, status, what, more);
	expect_error(sli_file_check(path, NULL, NULL, &err), &err, status, what,
	    more);
	memset(&err, 0, sizeof(err));
	expect_error(sli_file_repair(path, saved, NULL, NULL, NULL, &err), &err,
	    status, what, more);
	assert_int_not_equal(access(saved, F_OK), 0);
}

#endif /* UNIT_BROKEN_H */
