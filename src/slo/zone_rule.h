/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_ZONE_RULE_H
#define SLI_SLO_ZONE_RULE_H

/*
 * The rule that a zone's clocks follow from the last listed change on: POSIX's
 * TZ string, as a TZif file ends with it.
 */

#include <stdbool.h>

#include "slo/zone.h"

/*
 * What RFC 9636 allows an offset: within these, exclusive. They bound by how
 * much any local time and UTC differ.
 */
#define SLI__ZONE_OFFSET_MIN_S (-90000)
#define SLI__ZONE_OFFSET_MAX_S 93600

static inline bool
sli__zone_offset_ok(int64_t offset_s)
{
	return offset_s > SLI__ZONE_OFFSET_MIN_S &&
	    offset_s < SLI__ZONE_OFFSET_MAX_S;
}

/* Read [text, end); false: it is none. */
bool sli__zone_rule_parse(const char *text, const char *end,
    struct sli__zone_rule *out);

/* Are all its fields in their ranges? */
bool sli__zone_rule_check(const struct sli__zone_rule *rule);

/*
 * The offset at a time, and a later one until which it holds (at least),
 * INT64_MAX if for ever. Only for times within SLI__ZONE_LAST_S of 1970.
 */
int32_t sli__zone_rule_at(const struct sli__zone_rule *rule, int64_t utc_s,
    int64_t *until_s);

#endif /* SLI_SLO_ZONE_RULE_H */
