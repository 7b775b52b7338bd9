/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_ALERT_LOG_H
#define SLI_SLO_ALERT_LOG_H

/*
 * A ring of what alerts and micro-outages were like. A writer takes a number,
 * and with it a place. What a record begins with is written once, and has a
 * checksum; what becomes of it grows, by whoever judges the SLO.
 *
 * A record that has not ended counts only while its SLO's watch (watch.h) names
 * it: one whose writer died before that, or after another had taken over, is
 * nothing. So no record stays open that nobody is going to end.
 *
 *   word       written by                read by             order
 *   number     its writer                any                 release/acquire
 *   start      its writer                any                 number, checksum
 *   end_ns     claimers (join_max)       any                 release/acquire
 *   others     claimers (join_max)       any                 relaxed: each
 *              stands for itself
 *
 * Times are history times; readers subtract the skew that there was at the
 * start, so that lengths are right though the clock was set back meanwhile. A
 * claimer that is held up between a look at the number and its join while the
 * ring goes round once joins a word of another record: end_ns of an earlier
 * time than its start is none, and the others may then be too large.
 */

#include <sli/alert.h>

#include "indicator/indicator.h"

/* One more than is promised: the one that is being written. */
#define SLI__ALERT_PLACES (SLI_ALERT_LOG_MAX + 1)

struct sli__alert_start {
	char slo[SLI_NAME_MAX + 1];
	uint32_t slo_index;
	uint32_t watched; /* index in the SLO's watch */
	uint32_t severity;
	uint32_t reserved;
	uint64_t onset_ns, start_ns, skew_ns;
	uint64_t long_ns, short_ns; /* an outage: 0 */
	uint64_t factor_ppm;	    /* an outage: the ratio */
	uint64_t budget_ppb;
	uint64_t bad, total; /* the SLO's, up to the onset */
};

#define SLI__ALERT_START_WORDS                                                 \
	(sizeof(struct sli__alert_start) / sizeof(uint64_t))

_Static_assert(sizeof(struct sli__alert_start) % sizeof(uint64_t) == 0,
    "the start of a record is whole words");

struct sli__alert_growth {
	uint64_t peak_ppm;   /* burn rate */
	uint64_t total, bad; /* the SLO's, up to the last that counted */
	uint64_t missing_milli;
	uint64_t period_events; /* then; stored, not joined */
	uint64_t fired_ns;	/* the last slot at which it fired */
	uint64_t recovered_ns;
	uint64_t end_ns; /* last; 0: it fires */
};

struct sli__alert_entry {
	uint64_t number; /* 1 + n; 0: being written */
	uint64_t checksum;
	uint64_t start[SLI__ALERT_START_WORDS];
	struct sli__alert_growth growth;
};

/* The next number. Async-signal-safe, as all of these. */
uint64_t sli__alert_log_take(struct sli__arena *arena);

/* Write what a record begins with, in the place of its number. */
void sli__alert_log_write(struct sli__arena *arena, uint64_t n,
    const struct sli__alert_start *start);

/* Copy record n, checked; false: it is not there, or damaged. */
bool sli__alert_log_get(const struct sli__arena *arena, uint64_t n,
    struct sli__alert_start *start, struct sli__alert_growth *growth);

/* Its growing words; NULL: the place is not, or no longer, that record's. */
struct sli__alert_growth *sli__alert_log_growth(const struct sli__arena *arena,
    uint64_t n);

/* Has the ring gone round over record n? */
bool sli__alert_log_is_past(const struct sli__arena *arena, uint64_t n);

/*
 * Is record n there and worth telling; and has it ended? For who wants to know
 * no more: without the checksum.
 */
bool sli__alert_log_look(const struct sli_registry *reg, uint64_t n,
    bool *ended);

/* Numbers that were given out. */
uint64_t sli__alert_log_count(const struct sli__arena *arena);

/* Record n as users see it. Errors: SLI_EBUSY. */
int sli__alert_log_read(const struct sli_registry *reg, uint64_t n,
    struct sli_alert_record *out);

#endif /* SLI_SLO_ALERT_LOG_H */
