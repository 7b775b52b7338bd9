/* SPDX-License-Identifier: MIT */
#ifndef SLI_BENCH_PEER_H
#define SLI_BENCH_PEER_H

#include <stddef.h>
#include <stdint.h>

/*
 * prometheus-cpp, with the families that libsli exports of an indicator. In
 * C++, and linked only where it is installed: else the functions are NULL.
 */

#ifdef __cplusplus
extern "C" {
#endif

struct peer;

/* So many indicators, with histograms of these bounds in nanoseconds. */
__attribute__((weak)) struct peer *peer_open(uint32_t indicators,
    const uint64_t *bound_ns, size_t bound_count);

__attribute__((weak)) void peer_record(struct peer *peer, uint32_t indicator,
    int is_bad, uint64_t latency_ns);

/* Collect and write it all as text; returns its length. */
__attribute__((weak)) size_t peer_export(struct peer *peer);

#ifdef __cplusplus
}
#endif

#endif /* SLI_BENCH_PEER_H */
