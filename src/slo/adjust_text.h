/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_ADJUST_TEXT_H
#define SLI_SLO_ADJUST_TEXT_H

/* What is said of adjustments, in audit records and errors. */

#include <stdint.h>

#include <sli/audit.h>

#define SLI__TIME_TEXT 32 /* bytes */
#define SLI__RANGE_TEXT 96

/* 2026-11-22T10:00:00Z, and what there is of a second. */
const char *sli__time_text(char *out, uint64_t at_ns);

/* 2026-11-22T10:00:00Z to 2026-11-22T10:20:00Z */
const char *sli__range_text(char *out, uint64_t from_ns, uint64_t to_ns);

/* 2026-11-22T10:00:00Z good +5 bad -3; what is 0 is not named. */
const char *sli__correction_text(char *out, uint64_t at_ns, int64_t good,
    int64_t bad);

/* "what: why"; where that is too long for a reason, why alone. */
void sli__adjust_why(char out[SLI_WHY_MAX + 1], const char *what,
    const char *why);

#endif /* SLI_SLO_ADJUST_TEXT_H */
