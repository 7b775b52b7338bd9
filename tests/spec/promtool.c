/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "load.h"
#include "promtool.h"

extern char **environ;

static char directory[512];

const char *
promtool_path(const char *name)
{
	static char path[1024];
	const char *parent = getenv("TMPDIR");

	if (directory[0] == '\0') {
		snprintf(directory, sizeof(directory), "%s/sli-spec-XXXXXX",
		    parent != NULL ? parent : "/tmp");
		assert_non_null(mkdtemp(directory));
	}
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

void
promtool_write(const char *name, const char *text)
{
	FILE *file = fopen(promtool_path(name), "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

int
promtool_remove(void **state)
{
	(void)state;
	return directory[0] != '\0' ?
	    nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS) :
	    0;
}

static void
show(const char *path)
{
	char line[1024];
	FILE *file = fopen(path, "r");
	int lines = 0;

	if (file == NULL)
		return;
	while (fgets(line, sizeof(line), file) != NULL && lines++ < 100)
		print_error("%s", line);
	fclose(file);
}

void
promtool(const char *word, const char *what, const char *name)
{
	char path[1024], log[1024];
	char tool[] = "promtool", words[2][32];
	char *const argv[] = { tool, words[0], words[1], path, NULL };
	posix_spawn_file_actions_t actions;
	int error, status = -1;
	pid_t child;

	snprintf(words[0], sizeof(words[0]), "%s", word);
	snprintf(words[1], sizeof(words[1]), "%s", what);
	snprintf(path, sizeof(path), "%s", promtool_path(name));
	snprintf(log, sizeof(log), "%s", promtool_path("log"));
	assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
	posix_spawn_file_actions_addopen(&actions, 1, log,
	    O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_adddup2(&actions, 1, 2);
	/* Its garbage collector would take a third of the time. */
	assert_int_equal(setenv("GOGC", "800", 0), 0);
	error = posix_spawnp(&child, tool, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (error != 0)
		fail_msg("promtool cannot be run (%s): it is in Debian's "
			 "package prometheus",
		    strerror(error));
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	if (status != 0)
		show(log);
	assert_int_equal(status, 0);
}
