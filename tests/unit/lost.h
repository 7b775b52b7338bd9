/* SPDX-License-Identifier: MIT */
#ifndef UNIT_LOST_H
#define UNIT_LOST_H

/* For tests of files that get lost while they are in use. */

#include <signal.h>

#include "use.h"

static const struct sli_label method_get[] = { { "method", "GET" } };

/* The registries that the handler of SIGBUS knows. */
static struct sli_registry *in_use[2];

static inline void
on_sigbus(int number, siginfo_t *info, void *context)
{
	size_t i;

	(void)context;
	for (i = 0; i < LENGTH(in_use); i++)
		if (sli_registry_fault(in_use[i], info->si_addr))
			return;
	signal(number, SIG_DFL);
}

/* In the test itself: cmocka has a handler of its own, which it puts back. */
static inline void
handle_sigbus(struct sli_registry *reg)
{
	struct sigaction action;

	in_use[0] = reg;
	memset(&action, 0, sizeof(action));
	action.sa_sigaction = on_sigbus;
	action.sa_flags = SA_SIGINFO;
	assert_int_equal(sigaction(SIGBUS, &action, NULL), 0);
}

/* For tests in which SIGBUS is raised. */
static inline void
need_sigbus(void)
{
	if (is_under_valgrind())
		skip();
}

static inline int
teardown(void **state)
{
	memset(in_use, 0, sizeof(in_use));
	return scratch_teardown(state);
}

/* Good and bad events of all time. */
static inline uint64_t
events_of(const struct sli_indicator *ind)
{
	struct sli_counts counts;

	assert_int_equal(sli_total_counts(ind, &counts), SLI_OK);
	return counts.good + counts.bad;
}

static inline struct sli_indicator *
requests_of(struct sli_registry *reg)
{
	struct sli_indicator *ind = NULL;

	assert_int_equal(
	    sli_indicator_find(reg, "requests", method_get, 1, &ind), SLI_OK);
	return ind;
}

static inline void
expect_status(struct sli_registry *reg, int status, const char *what)
{
	struct sli_error err = { 0 };

	assert_int_equal(sli_registry_status(reg, &err), status);
	assert_int_equal(sli_registry_status(reg, NULL), status);
	assert_error(&err, status, what, "the registry's file");
}

/* In slots that open one after the other. */
static inline void
record(struct sli_indicator *ind, uint64_t now_ns, uint64_t n)
{
	for (; n > 0; n--, now_ns += SLI_MILLIS(300))
		sli_record(ind, now_ns, SLI_GOOD, SLI_MILLIS(n));
}

static inline struct sli_registry *
open_with_requests(const char *path)
{
	struct sli_registry *reg;

	make_tiny(path);
	reg = open_tiny(path);
	assert_non_null(reg);
	handle_sigbus(reg);
	return reg;
}

/* It is a registry as any, of this process alone, which begins at 0. */
static inline void
expect_goes_on_in_memory(struct sli_registry *reg)
{
	const uint64_t now_ns = sli_clock_ns();
	struct sli_indicator *ind = requests_of(reg);
	struct sli_error err = { 0 };
	uint64_t before;

	before = events_of(ind);
	record(ind, now_ns + SLI_MINUTES(1), 40);
	assert_int_equal(events_of(ind), before + 40);
	expect_status(reg, SLI_EIO, "truncated or overwritten");
	assert_int_equal(good_in(ind, now_ns + SLI_SECONDS(72), SLI_SECONDS(9)),
	    30);
	assert_int_equal(sli_registry_sync(reg, &err), SLI_EIO);
	assert_true(strlen(err.message) > 20);
	use_all(reg);
	expect_status(reg, SLI_EIO, "truncated or overwritten");
}

#define CALLS 8 /* the last is sli_begin() */

/* Whichever call is the first to touch what is not there any more. */
static inline void
touch(struct sli_registry *reg, struct sli_indicator *ind, struct sli_slo *slo,
    int call, uint64_t now_ns)
{
	switch (call) {
	case 0:
		record(ind, now_ns, 1);
		break;
	case 1:
		use_reads(reg, now_ns);
		break;
	case 2:
		(void)tiny_indicator(reg, "new");
		break;
	case 3:
		use_status(sli_slo_reset_budget(slo, now_ns, "a test", NULL));
		break;
	case 4:
		assert_int_equal(sli_advance(reg, now_ns + SLI_SECONDS(20)),
		    SLI_OK);
		break;
	case 5:
		use_status(sli_indicator_remove(reg, "calls", method_get, 1,
		    "a test", NULL));
		break;
	case 6:
		use_slo(slo, now_ns);
		break;
	default:
		sli_begin(ind);
	}
}

#undef TEST
#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, teardown)

#endif /* UNIT_LOST_H */
