/* SPDX-License-Identifier: MIT */
#ifndef FUZZ_STILL_H
#define FUZZ_STILL_H

#include <stdint.h>

/*
 * The library's clock, which stands still but where it is moved, so that an
 * input does the same in each run.
 */
uint64_t still_now(void);
void still_reset(void);

/* By a time of any length, and now and then back. */
void still_move(uint64_t value);

#endif /* FUZZ_STILL_H */
