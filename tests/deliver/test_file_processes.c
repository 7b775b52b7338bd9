/* SPDX-License-Identifier: MIT */
/*
 * Processes that append to one file and rotate it: every line is there once,
 * whole, and each process's are in order.
 */
#include <sys/file.h>
#include <sys/wait.h>

#include "../support/random.h"
#include "../support/scale.h"
#include "appended.h"

#define PROCESSES 4
#define LINES_MAX 100000
#define FILE_BYTES 65536
#define KEEP 999

/* Lines of one process, of batches of one to four. */
static void
append_lines(int process, uint64_t count)
{
	struct random rnd = { (uint64_t)process };
	char line[200];
	uint64_t i, n, first;
	int length;

	for (i = 0; i < count; i += n) {
		n = 1 + random_below(&rnd, 4);
		if (n > count - i)
			n = count - i;
		do {
			sli_appender_begin(appender);
			for (first = i; first < i + n; first++) {
				length = sprintf(line, "%d %llu %0*d\n",
				    process, (unsigned long long)first,
				    (int)(first % 90) + 1, 0);
				(void)sli_appender_write(line, (size_t)length,
				    appender);
			}
		} while (sli_appender_commit(appender, NULL) != SLI_OK);
	}
}

struct found {
	uint64_t next[PROCESSES]; /* number of the next line of each */
	uint64_t lines, wrong;
};

static void
check_line(struct found *found, const char *line)
{
	unsigned long long number;
	int process, at = 0;

	found->lines++;
	if (sscanf(line, "%d %llu %n", &process, &number, &at) != 2 ||
	    process < 0 || process >= PROCESSES ||
	    number != found->next[process] ||
	    strspn(line + at, "0") != number % 90 + 1 ||
	    line[at + (int)(number % 90) + 1] != '\n')
		found->wrong++;
	else
		found->next[process]++;
}

static void
check_file(struct found *found, const char *path)
{
	char line[256];
	FILE *in = fopen(path, "r");

	assert_non_null(in);
	assert_true(scratch_bytes(path) <= FILE_BYTES);
	while (fgets(line, sizeof(line), in) != NULL)
		check_line(found, line);
	fclose(in);
}

static void
wait_for(pid_t child)
{
	int status = -1;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* Those of fork() have inherited the open file, and with it its lock. */
static void
test_file_of_many_processes_loses_and_tears_nothing(void **state)
{
	uint64_t lines = test_scaled(LINES_MAX) / PROCESSES + 1;
	const char *path = scratch_path("log");
	struct found found = { 0 };
	char name[20];
	pid_t child[PROCESSES];
	int i;

	(void)state;
	open_path(path, FILE_BYTES, KEEP);
	assert_int_equal(put("inherited\n", NULL), SLI_OK);
	assert_int_equal(unlink(path), 0);
	for (i = 0; i < PROCESSES; i++) {
		child[i] = fork();
		assert_true(child[i] >= 0);
		if (child[i] == 0) {
			if (i % 2 == 0)
				open_path(path, FILE_BYTES, KEEP);
			append_lines(i, lines);
			_exit(0);
		}
	}
	for (i = 0; i < PROCESSES; i++)
		wait_for(child[i]);
	close_appender();
	for (i = KEEP; i > 0; i--) {
		sprintf(name, "log.%d", i);
		if (exists(scratch_path(name)))
			check_file(&found, scratch_path(name));
	}
	check_file(&found, scratch_path("log"));
	assert_int_equal(found.wrong, 0);
	assert_int_equal(found.lines, lines * PROCESSES);
}

/* A process that stands still with the lock makes nobody wait for long. */
static void
test_file_that_another_holds_is_busy_for_a_moment(void **state)
{
	const char *path = scratch_path("log");
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	struct sli_error err;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	open_path(path, 0, 0);
	assert_int_equal(put("a\n", &err), SLI_EBUSY);
	assert_error(&err, SLI_EBUSY, path, "in use");
	/* Moved away with its lock, it is no concern of ours. */
	assert_int_equal(rename(path, scratch_path("held")), 0);
	assert_int_equal(put("b\n", NULL), SLI_OK);
	expect_text(path, "b\n");
	close(fd);
	close_appender();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_file_of_many_processes_loses_and_tears_nothing),
		TEST(test_file_that_another_holds_is_busy_for_a_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
