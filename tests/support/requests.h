/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_REQUESTS_H
#define SUPPORT_REQUESTS_H

#include <stdint.h>

#include <sli/sli.h>

/*
 * One indicator, `requests`, with a threshold of 100 ms, on the default rings:
 * 1 s x 128, 10 s x 384, 5 min x 900, 2 h x 400. For named tests of what its
 * windows show.
 */

extern struct sli_indicator *requests;

int requests_setup(void **state);
int requests_teardown(void **state);

/* One good event. */
void record(uint64_t now_ns);

/* n good events in each of so many seconds, evenly, from a time on. */
void record_seconds(uint64_t from_ns, uint64_t seconds, uint64_t n);

struct sli_counts window(uint64_t now_ns, uint64_t window_ns);
uint64_t good_in(uint64_t now_ns, uint64_t window_ns);
uint64_t good_in_total(void);

#endif /* SUPPORT_REQUESTS_H */
