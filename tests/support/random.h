/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_RANDOM_H
#define SUPPORT_RANDOM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

/*
 * Random numbers that can be had again: splitmix64 (Steele, Lea, Flood 2014),
 * which is good enough to choose test cases and starts from any seed.
 */
struct random {
	uint64_t state;
};

static inline uint64_t
random_next(struct random *rnd)
{
	uint64_t z = rnd->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* One of [0, limit); limit is above 0. The modulo's bias is no matter here. */
static inline uint64_t
random_below(struct random *rnd, uint64_t limit)
{
	return random_next(rnd) % limit;
}

/* True so many times in a hundred. */
static inline bool
random_percent(struct random *rnd, unsigned int percent)
{
	return random_below(rnd, 100) < percent;
}

/*
 * A number of random magnitude: every count of significant bits from 0 to
 * `bits` (at most 64) is equally likely.
 */
static inline uint64_t
random_magnitude(struct random *rnd, unsigned int bits)
{
	uint64_t shift = 64 - random_below(rnd, (uint64_t)bits + 1);

	return shift == 64 ? 0 : random_next(rnd) >> shift;
}

/*
 * The seed of this run: SLI_TEST_SEED to have a failed run again, otherwise a
 * new one each time. The caller prints it.
 */
static inline uint64_t
random_seed(void)
{
	const char *text = getenv("SLI_TEST_SEED");
	struct timespec now;

	if (text != NULL)
		return strtoull(text, NULL, 0);
	timespec_get(&now, TIME_UTC);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#endif /* SUPPORT_RANDOM_H */
