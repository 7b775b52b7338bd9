/* SPDX-License-Identifier: MIT */
#ifndef SLI_BASE_ARITH_H
#define SLI_BASE_ARITH_H

/* Integer arithmetic that neither wraps nor rounds where it matters. */

#include <stdbool.h>
#include <stdint.h>

#define PPB UINT64_C(1000000000)
#define PPM UINT64_C(1000000)

__extension__ typedef unsigned __int128 uint128;

static inline uint64_t
min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline uint64_t
max_u64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* a - b, or 0 */
static inline uint64_t
sub_floor(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/* a + b, or UINT64_MAX */
static inline uint64_t
add_cap(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* value * part / whole, rounded down; part <= whole, whole > 0 */
static inline uint64_t
share_of(uint64_t value, uint64_t part, uint64_t whole)
{
	return (uint64_t)((uint128)value * part / whole);
}

static inline uint64_t
round_up(uint64_t value, uint64_t multiple)
{
	return (value + multiple - 1) / multiple * multiple;
}

/* a * b > c * d, exactly: both sides are 192 bits wide */
static inline bool
product_exceeds(uint128 a, uint64_t b, uint128 c, uint64_t d)
{
	uint128 a_low = (uint128)(uint64_t)a * b,
		c_low = (uint128)(uint64_t)c * d;
	uint128 a_high = (a >> 64) * b + (a_low >> 64);
	uint128 c_high = (c >> 64) * d + (c_low >> 64);

	if (a_high != c_high)
		return a_high > c_high;
	return (uint64_t)a_low > (uint64_t)c_low;
}

#endif /* SLI_BASE_ARITH_H */
