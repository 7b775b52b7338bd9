/* SPDX-License-Identifier: MIT */
#include "slo/calendar.h"
#include <sli/time.h>

#include "base/arith.h"
#include "base/status.h"
#include "history/timeline.h"
#include "slo/civil.h"

#define DAYS_OF_WEEK 7
/* Further than any period that lies in time can be from 1970. */
#define FIRST_MAX_S (SLI__ZONE_LAST_S / 2)

static const struct {
	uint32_t days, months; /* one of them is 0 */
} units[] = {
	[SLI_DAY] = { 1, 0 },
	[SLI_WEEK] = { DAYS_OF_WEEK, 0 },
	[SLI_MONTH] = { 0, 1 },
	[SLI_QUARTER] = { 0, 3 },
	[SLI_YEAR] = { 0, 12 },
};

static bool
is_unit(uint32_t unit)
{
	return unit >= SLI_DAY && unit <= SLI_YEAR;
}

/* Of the year 0, January is month 0. */
static int64_t
month_number(struct sli__date date)
{
	return date.year * 12 + date.month - 1;
}

/* The local time at which period k begins. */
static int64_t
local_begin(const struct sli__calendar *c, int64_t k)
{
	int64_t days = sli__floor_div(c->first_s, SLI__DAY_S), month;
	int64_t of_day = c->first_s - days * SLI__DAY_S;
	struct sli__date date;
	uint32_t last;

	k *= c->count;
	if (units[c->unit].months == 0)
		return c->first_s + k * units[c->unit].days * SLI__DAY_S;
	date = sli__date_of(days);
	month = month_number(date) + k * units[c->unit].months;
	date.year = sli__floor_div(month, 12);
	date.month = (uint32_t)(month - date.year * 12) + 1;
	last = sli__month_days(date.year, date.month);
	if (date.day > last)
		date.day = last;
	return sli__days_of(date) * SLI__DAY_S + of_day;
}

static int64_t
begin_s(const struct sli__calendar *c, const struct sli__zone *zone, int64_t k)
{
	return sli__zone_first(zone, local_begin(c, k));
}

/* A period near the one that this local time lies in. */
static int64_t
guess(const struct sli__calendar *c, int64_t local_s)
{
	int64_t days = sli__floor_div(local_s, SLI__DAY_S);
	int64_t first = sli__floor_div(c->first_s, SLI__DAY_S);

	if (units[c->unit].months == 0)
		return sli__floor_div(days - first,
		    (int64_t)units[c->unit].days * c->count);
	return sli__floor_div(month_number(sli__date_of(days)) -
		month_number(sli__date_of(first)),
	    (int64_t)units[c->unit].months * c->count);
}

static uint64_t
to_ns(int64_t utc_s)
{
	return utc_s > 0 ? SLI_SECONDS(utc_s) : 0;
}

void
sli__calendar_period(const struct sli__calendar *c,
    const struct sli__zone *zone, uint64_t now_ns, uint64_t *from_ns,
    uint64_t *to)
{
	int64_t now_s = (int64_t)(min_u64(now_ns, SLI__TIME_MAX) / PPB);
	int64_t k = guess(c, now_s + sli__zone_offset(zone, now_s));
	int64_t from_s = begin_s(c, zone, k), to_s;

	/* It is off by one or two at the most: begin_s() grows with k. */
	while (from_s > now_s)
		from_s = begin_s(c, zone, --k);
	while ((to_s = begin_s(c, zone, k + 1)) <= now_s) {
		from_s = to_s;
		k++;
	}
	*from_ns = to_ns(from_s);
	*to = to_ns(to_s);
}

uint64_t
sli__calendar_slices(uint64_t from_ns, uint64_t to, uint64_t slice_ns)
{
	uint64_t before = from_ns / slice_ns + (from_ns % slice_ns > 0);
	uint64_t until = to / slice_ns + (to % slice_ns > 0);

	return sub_floor(until, before);
}

static int
check_week_start(const struct sli__calendar_config *cfg, struct sli_error *err)
{
	if (cfg->week_start > DAYS_OF_WEEK)
		return sli__fail(err, SLI_EINVAL,
		    "week_start %u is no day of the week; accepted: 1, Monday, "
		    "to 7, Sunday, or 0 for Monday",
		    (uint64_t)cfg->week_start);
	if (cfg->week_start > 0 && (cfg->unit != SLI_WEEK || cfg->start_ns > 0))
		return sli__fail(err, SLI_EINVAL,
		    "week_start %u has no effect; accepted: only with weeks, "
		    "and without a calendar_start_ns, whose day of the week "
		    "decides",
		    (uint64_t)cfg->week_start);
	return SLI_OK;
}

static int
check_start(uint64_t start_ns, struct sli_error *err)
{
	if (start_ns % PPB != 0 || start_ns > SLI__TIME_MAX)
		return sli__fail(err, SLI_ERANGE,
		    "calendar_start_ns %u is no start of a period; accepted: a "
		    "time in "
		    "whole seconds, up to 2^62 ns",
		    start_ns);
	return SLI_OK;
}

int
sli__calendar_make(const struct sli__calendar_config *cfg,
    const struct sli__zone *zone, struct sli__calendar *out,
    struct sli_error *err)
{
	uint32_t count = cfg->count > 0 ? cfg->count : 1, day;
	int64_t start_s = (int64_t)(cfg->start_ns / PPB), first_s = 0;
	int status;

	if (!is_unit((uint32_t)cfg->unit))
		return sli__fail(err, SLI_EINVAL,
		    "calendar %u is no unit; accepted: SLI_DAY, SLI_WEEK, "
		    "SLI_MONTH, SLI_QUARTER, SLI_YEAR",
		    (uint64_t)cfg->unit);
	if (count > SLI__CALENDAR_COUNT_MAX)
		return sli__fail(err, SLI_ERANGE,
		    "calendar_count %u is out of range; accepted: up to %u "
		    "units",
		    (uint64_t)count, (uint64_t)SLI__CALENDAR_COUNT_MAX);
	status = check_week_start(cfg, err);
	if (status == SLI_OK)
		status = check_start(cfg->start_ns, err);
	if (status != SLI_OK)
		return status;
	if (cfg->start_ns > 0) {
		first_s = start_s + sli__zone_offset(zone, start_s);
	} else if (cfg->unit == SLI_WEEK) {
		day = cfg->week_start > 0 ? cfg->week_start - 1 : 0;
		/* Back to it from 1970-01-01, a Thursday. */
		first_s = -(int64_t)((sli__weekday_of(0) + DAYS_OF_WEEK - day) %
			      DAYS_OF_WEEK) *
		    SLI__DAY_S;
	}
	out->unit = (uint32_t)cfg->unit;
	out->count = count;
	out->first_s = first_s;
	return SLI_OK;
}

int
sli__calendar_check(const struct sli__calendar *c, struct sli_error *err)
{
	if (is_unit(c->unit) && c->count >= 1 &&
	    c->count <= SLI__CALENDAR_COUNT_MAX && c->first_s >= -FIRST_MAX_S &&
	    c->first_s <= FIRST_MAX_S)
		return SLI_OK;
	return sli__fail(err, SLI_ECORRUPT, "a calendar is damaged");
}
