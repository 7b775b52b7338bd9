/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_SCALE_H
#define SUPPORT_SCALE_H

#include <stdint.h>
#include <stdlib.h>

/*
 * How much of a long test to run: SLI_TEST_SCALE, in percent, default 100.
 * A test asks for what it wants at 100 and gets at least one of it.
 */
static inline uint64_t
test_scaled(uint64_t at_100)
{
	const char *text = getenv("SLI_TEST_SCALE");
	uint64_t percent = text != NULL ? strtoull(text, NULL, 10) : 100;
	uint64_t scaled = at_100 * percent / 100;

	return scaled != 0 ? scaled : 1;
}

#endif /* SUPPORT_SCALE_H */
