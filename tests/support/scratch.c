/* SPDX-License-Identifier: MIT */
#include "scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena/arena.h"
#include "common.h"

#define PATH_BYTES 512

static char folder[PATH_BYTES / 2];

int
scratch_setup(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%s/sli-test-XXXXXX",
	    base != NULL && base[0] != '\0' ? base : "/tmp");
	return mkdtemp(folder) == NULL;
}

int
scratch_teardown(void **state)
{
	struct dirent *entry;
	DIR *dir = opendir(folder);

	(void)state;
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			unlink(scratch_path(entry->d_name));
	if (dir != NULL)
		closedir(dir);
	return rmdir(folder);
}

char *
scratch_path(const char *name)
{
	static char paths[10][PATH_BYTES];
	static size_t next;
	char *path = paths[next++ % LENGTH(paths)];

	snprintf(path, PATH_BYTES, "%s/%s", folder, name);
	return path;
}

void
scratch_remove(const char *path)
{
	assert_int_equal(unlink(path), 0);
}

uint64_t
scratch_bytes(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return (uint64_t)st.st_size;
}

/* Holes stay holes: most of a file is one. */
void
scratch_copy(const char *from, const char *to)
{
	static char buffer[1 << 16];
	int in = open(from, O_RDONLY), out;
	off_t at = 0, end = 0;
	ssize_t n;

	out = open(to, O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_true(in >= 0 && out >= 0);
	assert_int_equal(ftruncate(out, (off_t)scratch_bytes(from)), 0);
	while ((at = lseek(in, end, SEEK_DATA)) >= 0) {
		end = lseek(in, at, SEEK_HOLE);
		for (; at < end; at += n) {
			n = pread(in, buffer, sizeof(buffer), at);
			assert_true(n > 0);
			assert_int_equal(pwrite(out, buffer, (size_t)n, at), n);
		}
	}
	close(in);
	close(out);
}

void
scratch_write(const char *path, uint64_t offset, const void *from, size_t bytes)
{
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, from, bytes, (off_t)offset), bytes);
	close(fd);
}

void
scratch_read(const char *path, uint64_t offset, void *to, size_t bytes)
{
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, to, bytes, (off_t)offset), bytes);
	close(fd);
}

struct sli_registry_config
scratch_config(void)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;

	cfg.max_indicators = 4;
	cfg.max_slos = 4;
	cfg.writer_shards = 2;
	cfg.max_consumers = 2;
	cfg.sync = SLI_SYNC_NONE;
	return cfg;
}

static void *
complain(const char *what, const struct sli_error *err)
{
	print_error("%s: %s\n", what, err->message);
	return NULL;
}

struct sli_registry *
scratch_open(const char *path)
{
	struct sli_registry_config cfg = scratch_config();
	struct sli_registry *reg = NULL;
	struct sli_error err = { 0 };

	if (sli_registry_open(path, &cfg, &reg, &err) != SLI_OK)
		return complain(path, &err);
	return reg;
}

struct sli_registry *
scratch_view(const char *path)
{
	struct sli_registry *reg = NULL;
	struct sli_error err = { 0 };

	if (sli_registry_view(path, &reg, &err) != SLI_OK)
		return complain(path, &err);
	return reg;
}

struct sli_indicator *
scratch_indicator(struct sli_registry *reg, const char *name)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_indicator *ind = NULL;
	struct sli_error err = { 0 };

	cfg.name = name;
	cfg.threshold_ns[0] = SLI_MILLIS(100);
	cfg.threshold_ns[1] = SLI_SECONDS(1);
	cfg.threshold_count = 2;
	if (sli_indicator_register(reg, &cfg, &ind, &err) != SLI_OK)
		return complain(name, &err);
	return ind;
}

struct sli_slo *
scratch_slo(struct sli_indicator *ind, const char *name)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_error err = { 0 };
	struct sli_slo *slo = NULL;

	cfg.name = name;
	cfg.objective = 0.999;
	if (sli_slo_register(ind, &cfg, &slo, &err) != SLI_OK)
		return complain(name, &err);
	return slo;
}

void
scratch_reboot(const char *path)
{
	struct sli__block block;

	scratch_read(path, 0, &block, sizeof(block));
	block.boot[0]++;
	block.epoch_ns += SLI_DAYS(1);
	scratch_write(path, offsetof(struct sli__block, boot), block.boot,
	    sizeof(block.boot));
	scratch_write(path, offsetof(struct sli__block, epoch_ns),
	    &block.epoch_ns, sizeof(block.epoch_ns));
}
