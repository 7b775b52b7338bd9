/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/status.h"
#include "slo/zone.h"
#include "slo/zone_rule.h"

const struct sli__zone sli__zone_utc = {
	.name = "UTC",
	.rule_from_s = SLI__ZONE_FIRST_S,
};

static int64_t
clamp(int64_t value, int64_t low, int64_t high)
{
	if (value < low)
		return low;
	return value > high ? high : value;
}

/* The offset at a time, and a later one until which it holds. */
static int32_t
offset_until(const struct sli__zone *zone, int64_t utc_s, int64_t *until_s)
{
	int64_t t = clamp(utc_s, SLI__ZONE_FIRST_S, SLI__ZONE_LAST_S);
	uint32_t low = 0, high = zone->change_count, middle;

	if (t >= zone->rule_from_s)
		return sli__zone_rule_at(&zone->rule, t, until_s);
	/* at_s[low] <= t < at_s[high], where the end has rule_from_s. */
	while (high - low > 1) {
		middle = low + (high - low) / 2;
		if (zone->at_s[middle] <= t)
			low = middle;
		else
			high = middle;
	}
	*until_s = high < zone->change_count ? zone->at_s[high] :
					       zone->rule_from_s;
	return zone->offset_s[low];
}

int32_t
sli__zone_offset(const struct sli__zone *zone, int64_t utc_s)
{
	int64_t until_s;

	return offset_until(zone, utc_s, &until_s);
}

int64_t
sli__zone_first(const struct sli__zone *zone, int64_t local_s)
{
	int64_t local = clamp(local_s, -SLI__ZONE_LAST_S, SLI__ZONE_LAST_S);
	/* No clock shows it before this. */
	int64_t t = local - SLI__ZONE_OFFSET_MAX_S, until_s, at;
	int32_t offset;

	for (;; t = until_s) {
		offset = offset_until(zone, t, &until_s);
		at = local - offset > t ? local - offset : t;
		if (at < until_s || t >= SLI__ZONE_LAST_S)
			return at;
	}
}

static bool
changes_check(const struct sli__zone *zone)
{
	int64_t last = SLI__ZONE_FIRST_S - 1;
	uint32_t i;

	if (zone->change_count > SLI__ZONE_CHANGES)
		return false;
	for (i = 0; i < zone->change_count; i++) {
		if (zone->at_s[i] <= last ||
		    !sli__zone_offset_ok(zone->offset_s[i]))
			return false;
		last = zone->at_s[i];
	}
	if (zone->change_count == 0)
		return zone->rule_from_s == SLI__ZONE_FIRST_S;
	return zone->at_s[0] == SLI__ZONE_FIRST_S && zone->rule_from_s > last &&
	    zone->rule_from_s <= SLI__ZONE_LAST_S;
}

int
sli__zone_check(const struct sli__zone *zone, struct sli_error *err)
{
	if (memchr(zone->name, '\0', sizeof(zone->name)) == NULL)
		return sli__fail(err, SLI_ECORRUPT,
		    "a time zone has no end to its name");
	if (!changes_check(zone))
		return sli__fail(err, SLI_ECORRUPT,
		    "the changes of time zone \"%s\" are damaged", zone->name);
	if (!sli__zone_rule_check(&zone->rule))
		return sli__fail(err, SLI_ECORRUPT,
		    "the rule of time zone \"%s\" is damaged", zone->name);
	return SLI_OK;
}
