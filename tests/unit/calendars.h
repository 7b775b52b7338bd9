/* SPDX-License-Identifier: MIT */
#ifndef UNIT_CALENDARS_H
#define UNIT_CALENDARS_H

/* For tests of calendar periods. */

#include "fixture.h"
#include "slo/calendar.h"
#include "zones.h"

struct period {
	uint64_t from_ns, to_ns;
};

static inline struct sli__calendar
make(enum sli_calendar unit, uint32_t count, uint32_t week_start,
    int64_t start_s, const struct sli__zone *zone)
{
	struct sli__calendar_config cfg = { unit, count, week_start,
		SLI_SECONDS(start_s) };
	struct sli__calendar calendar;
	struct sli_error err;

	if (sli__calendar_make(&cfg, zone, &calendar, &err) != SLI_OK)
		fail_msg("%s", err.message);
	assert_int_equal(sli__calendar_check(&calendar, NULL), SLI_OK);
	return calendar;
}

static inline struct period
period_of(const struct sli__calendar *c, const struct sli__zone *zone,
    uint64_t now_ns)
{
	struct period p;

	sli__calendar_period(c, zone, now_ns, &p.from_ns, &p.to_ns);
	return p;
}

static inline void
expect_period(const struct sli__calendar *c, const struct sli__zone *zone,
    int64_t now_s, int64_t from_s, int64_t to_s)
{
	struct period p = period_of(c, zone, SLI_SECONDS(now_s));

	if (p.from_ns != SLI_SECONDS(from_s) || p.to_ns != SLI_SECONDS(to_s))
		fail_msg("%s, unit %u: at %lld [%lld, %lld), not [%lld, %lld)",
		    zone->name, c->unit, (long long)now_s,
		    (long long)(p.from_ns / 1000000000),
		    (long long)(p.to_ns / 1000000000), (long long)from_s,
		    (long long)to_s);
}

#endif /* UNIT_CALENDARS_H */
