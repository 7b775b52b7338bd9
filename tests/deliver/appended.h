/* SPDX-License-Identifier: MIT */
#ifndef DELIVER_APPENDED_H
#define DELIVER_APPENDED_H

/* What the tests of appenders share: one, and how it is looked after. */

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sli/deliver_file.h>

#include "../support/common.h"
#include "../support/scratch.h"

static struct sli_appender *appender;

static inline void
open_path(const char *path, uint64_t max_bytes, uint32_t keep)
{
	struct sli_appender_config cfg = SLI_APPENDER_CONFIG_INIT;

	cfg.path = path;
	cfg.max_bytes = max_bytes;
	cfg.keep = keep;
	assert_int_equal(sli_appender_open(&cfg, &appender, NULL), SLI_OK);
}

static inline void
open_fd(int fd)
{
	struct sli_appender_config cfg = SLI_APPENDER_CONFIG_INIT;

	cfg.fd = fd;
	assert_int_equal(sli_appender_open(&cfg, &appender, NULL), SLI_OK);
}

static inline void
close_appender(void)
{
	assert_int_equal(sli_appender_close(appender, NULL), SLI_OK);
	appender = NULL;
}

static inline int
put(const char *text, struct sli_error *err)
{
	sli_appender_begin(appender);
	assert_int_equal(sli_appender_write(text, strlen(text), appender), 0);
	return sli_appender_commit(appender, err);
}

/* A line of so many bytes, its newline included, all of them c. */
static inline int
put_line(char c, size_t bytes, struct sli_error *err)
{
	char piece[1000];
	size_t n;

	memset(piece, c, sizeof(piece));
	sli_appender_begin(appender);
	for (bytes--; bytes > 0; bytes -= n) {
		n = bytes < sizeof(piece) ? bytes : sizeof(piece);
		assert_int_equal(sli_appender_write(piece, n, appender), 0);
	}
	assert_int_equal(sli_appender_write("\n", 1, appender), 0);
	return sli_appender_commit(appender, err);
}

static inline struct sli_appender_stats
appended(void)
{
	struct sli_appender_stats stats;

	assert_int_equal(sli_appender_stats(appender, &stats), SLI_OK);
	return stats;
}

static inline void
expect_text(const char *path, const char *text)
{
	char found[4096];
	size_t n;
	FILE *in = fopen(path, "r");

	if (in == NULL)
		fail_msg("there is no %s", path);
	n = fread(found, 1, sizeof(found) - 1, in);
	found[n] = '\0';
	fclose(in);
	assert_string_equal(found, text);
}

/* No file of this process grows longer; 0: as long as it likes. */
static inline void
limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes == 0 ? limit.rlim_max : bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static inline bool
exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

#endif /* DELIVER_APPENDED_H */
