/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_DATE_H
#define SLI_EXPORT_DATE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Dates in UTC, which are made here, since those of libc are in the user's
 * language; and lengths of time.
 */
struct sli__date {
	uint64_t year;
	uint32_t month, day; /* from 1 */
	uint32_t hour, minute, second;
	uint32_t weekday; /* from 0, a Thursday, as 1970 began */
};

void sli__date_of(uint64_t at_s, struct sli__date *out);

/* 2026-11-22T14:43:00.123Z, cut to milliseconds. */
#define SLI__ISO_BYTES 32
void sli__date_iso(char out[SLI__ISO_BYTES], uint64_t at_ns);

/* As Prometheus has it: 30d, 1h30m, 250ms; and beside that us, ns. */
#define SLI__DURATION_BYTES 48
const char *sli__duration(char out[SLI__DURATION_BYTES], uint64_t ns);

#endif /* SLI_EXPORT_DATE_H */
