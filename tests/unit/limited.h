/* SPDX-License-Identifier: MIT */
#ifndef UNIT_LIMITED_H
#define UNIT_LIMITED_H

/*
 * For tests of what there is not enough of: each in a process of its own, which
 * may be limited, and have a file system for itself.
 */

#include <sys/wait.h>

#include "broken.h"

#define NOT_HERE 77 /* exit status: this machine does not let us */

/* What is done in a process of its own; peer_expect() says what is wrong. */
typedef int limited_fn(const char *path);

static inline void
run_limited(limited_fn *fn, const char *path)
{
	int status = -1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		/* A failed assertion must not go on with the next test. */
		setenv("CMOCKA_TEST_ABORT", "1", 1);
		alarm(120);
		_exit(fn(path));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	/* A signal would be one that the library let through. */
	if (WIFSIGNALED(status))
		fail_msg("killed by signal %d", WTERMSIG(status));
	if (WEXITSTATUS(status) == NOT_HERE)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static inline int
says(const struct sli_error *err, int returned, int status, const char *what)
{
	if (returned != status || err->status != status)
		print_error("%d, and err says %d, not %d\n", returned,
		    err->status, status);
	else if (strstr(err->message, what) == NULL)
		print_error("\"%s\" does not name %s\n", err->message, what);
	else
		return 0;
	return 1;
}

static inline int
refuses(const char *path, int status, const char *what)
{
	struct sli_registry_config cfg = tiny_config();
	struct sli_registry *reg = NULL;
	struct sli_error err = { 0 };
	int returned = sli_registry_open(path, &cfg, &reg, &err);

	return says(&err, returned, status, what);
}

static inline uint64_t
all_events(struct sli_indicator *ind)
{
	struct sli_counts counts = { 0 };

	(void)sli_total_counts(ind, &counts);
	return counts.good + counts.bad;
}

/* Every bucket of latency and every slot of the rings is touched. */
static inline int
record_everywhere(struct sli_indicator *ind)
{
	const uint64_t now_ns = sli_clock_ns(), before = all_events(ind);
	uint64_t i, n = 4000;

	for (i = 0; i < n; i++)
		sli_record(ind, now_ns + SLI_MILLIS(100 * i),
		    i % 2 == 0 ? SLI_GOOD : SLI_BAD, SLI_MICROS(300 * i));
	return peer_expect(all_events(ind) == before + n);
}

#endif /* UNIT_LIMITED_H */
