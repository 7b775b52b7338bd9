/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_COMMON_H
#define SUPPORT_COMMON_H

/* What the tests of every folder share. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sli/sli.h>

/* A midnight, UTC: a boundary of every default ring. */
#define START SLI_DAYS(20000)

/* A now_ns above 2^62 is no time. */
#define LAST_TIME (UINT64_C(1) << 62)

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* An error with this status, whose sentence has both of these words. */
#define assert_error(err, expected, field, value)                              \
	do {                                                                   \
		assert_int_equal((err)->status, expected);                     \
		if (strstr((err)->message, field) == NULL ||                   \
		    strstr((err)->message, value) == NULL)                     \
			fail_msg("\"%s\" does not name %s and %s",             \
			    (err)->message, field, value);                     \
	} while (0)

/*
 * Valgrind has limits of its own, and forgets registers that the handler of a
 * fault should come back to (but for a slow option of its own).
 */
static inline bool
is_under_valgrind(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload != NULL && strstr(preload, "vgpreload") != NULL;
}

/* The good events that an indicator has counted, of all times. */
static inline uint64_t
total_good(const struct sli_indicator *ind)
{
	struct sli_counts counts;

	assert_int_equal(sli_total_counts(ind, &counts), SLI_OK);
	return counts.good;
}

#endif /* SUPPORT_COMMON_H */
