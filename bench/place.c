/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* asprintf */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "bench.h"
#include "place.h"

#define FILES_MAX 64

static char *directories[PLACES];
static char *files[FILES_MAX];
static size_t file_count;

static const char *
parent_of(enum place place)
{
	const char *tmpdir = getenv("TMPDIR");

	if (place == PLACE_SHM)
		return "/dev/shm";
	return tmpdir != NULL && tmpdir[0] != '\0' ? tmpdir : "/tmp";
}

static void
remove_all(void)
{
	size_t i;

	for (i = 0; i < file_count; i++)
		unlink(files[i]);
	for (i = 0; i < PLACES; i++)
		if (directories[i] != NULL)
			rmdir(directories[i]);
}

static char *
format(const char *pattern, const char *a, const char *b)
{
	char *text;

	bench_require(asprintf(&text, pattern, a, b) >= 0, "out of memory");
	return text;
}

int
place_exists(enum place place)
{
	static int registered;

	if (place == PLACE_MEMORY || directories[place] != NULL)
		return 1;
	directories[place] = format("%s/%s", parent_of(place),
	    "sli-bench-XXXXXX");
	if (mkdtemp(directories[place]) == NULL) {
		free(directories[place]);
		directories[place] = NULL;
		return 0;
	}
	if (!registered)
		registered = atexit(remove_all) == 0;
	return 1;
}

/* Of statfs(2). */
static const char *
file_system(const char *directory)
{
	static const struct {
		unsigned long magic;
		const char *name;
	} known[] = {
		{ 0xef53, "ext4" },
		{ 0x01021994, "tmpfs" },
		{ 0x58465342, "xfs" },
		{ 0x9123683e, "btrfs" },
		{ 0x794c7630, "overlayfs" },
		{ 0x2fc12fc1, "zfs" },
	};
	struct statfs fs;
	size_t i;

	if (statfs(directory, &fs) == 0)
		for (i = 0; i < BENCH_LENGTH(known); i++)
			if ((unsigned long)fs.f_type == known[i].magic)
				return known[i].name;
	return "another file system";
}

const char *
place_name(enum place place)
{
	if (place == PLACE_MEMORY)
		return "memory";
	return format("%s, %s", parent_of(place),
	    file_system(parent_of(place)));
}

const char *
place_path(enum place place)
{
	char name[16];

	bench_require(place_exists(place) && file_count < FILES_MAX,
	    "no place for a file");
	snprintf(name, sizeof(name), "%zu.sli", file_count);
	files[file_count] = format("%s/%s", directories[place], name);
	return files[file_count++];
}
