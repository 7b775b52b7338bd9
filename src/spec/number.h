/* SPDX-License-Identifier: MIT */
#ifndef SLI__SPEC_NUMBER_H
#define SLI__SPEC_NUMBER_H

#include <stddef.h>
#include <stdint.h>

/*
 * Numbers and durations as files write them, and back. The readers give NULL
 * if the text is one, else what is wrong with it, to follow its name and value.
 */

#define SLI__SPEC_MINUTE_NS UINT64_C(60000000000)
#define SLI__SPEC_HOUR_NS (60 * SLI__SPEC_MINUTE_NS)
#define SLI__SPEC_DAY_NS (24 * SLI__SPEC_HOUR_NS)

/* A decimal times 10^places, which has to be whole: nothing is rounded. */
const char *sli__spec_read_decimal(const char *text, unsigned places,
    uint64_t *out);
/* 30d, 4w, 1h30m: each unit once, the larger first; a year has 365 days. */
const char *sli__spec_read_prometheus(const char *text, uint64_t *out_ns);
/* 1h30m, 1.5h, 300ms */
const char *sli__spec_read_go(const char *text, uint64_t *out_ns);
/* A count and one of m h d w M Q Y. */
const char *sli__spec_read_openslo(const char *text, uint64_t *out_count,
    char *out_unit);
/* YYYY-MM-DD HH:MM:SS, as seconds since 1970 as if it were UTC. */
const char *sli__spec_read_civil(const char *text, int64_t *out_s);

#define SLI__SPEC_TEXT_BYTES 48
/* 1500 with 3 places is 1.5. */
const char *sli__spec_decimal_text(unsigned __int128 value, unsigned places,
    char text[SLI__SPEC_TEXT_BYTES]);
/* As Prometheus names it: 1h30m, 30d, 4w. */
const char *sli__spec_duration_text(uint64_t ns,
    char text[SLI__SPEC_TEXT_BYTES]);

#endif /* SLI__SPEC_NUMBER_H */
