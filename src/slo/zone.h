/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_ZONE_H
#define SLI_SLO_ZONE_H

/*
 * A time zone: what its clocks show, from 2000 on. A fixed-size struct without
 * pointers, so it may be copied anywhere, and kept in a registry's block: then
 * copy it out and sli__zone_check() it before it is used.
 *
 * "UTC" and "" need nothing. Every other name is looked up in the system's
 * time-zone database (TZif files, RFC 9636), once, by sli__zone_load(); never
 * in the environment, whose TZ means the user's zone and not the objective's.
 *
 * Before 2000 the offset is the one of 2000-01-01.
 *
 * Everything but sli__zone_load() is pure, allocates nothing and is safe in a
 * signal handler.
 */

#include <stddef.h>
#include <stdint.h>

#include <sli/status.h>

#define SLI__ZONE_NAME_MAX 63

/*
 * Asia/Gaza and Hebron have the most in tzdata 2025b, 236 from 2000 to 2086;
 * zones whose rules repeat have 76, up to 2037.
 */
#define SLI__ZONE_CHANGES 384

/* 2000-01-01 00:00 UTC, and the year 3058: times outside count as these. */
#define SLI__ZONE_FIRST_S INT64_C(946684800)
#define SLI__ZONE_LAST_S (INT64_C(1) << 35)

/* A day of each year, and a local time counted from its midnight. */
struct sli__zone_day {
	uint32_t kind; /* enum sli__zone_day_kind */
	/* Month 1..12, week 1..4 (5: the last), weekday 0..6 from Sunday. */
	uint32_t month, week;
	uint32_t day;
	int32_t time_s; /* within 167 h of midnight, either side */
};

enum sli__zone_day_kind {
	SLI__ZONE_WEEKDAY,    /* Mm.w.d */
	SLI__ZONE_DAY_COMMON, /* Jn: 1..365, as if there were no 29 February */
	SLI__ZONE_DAY_PLAIN   /* n: 0..365 */
};

/* Offsets are seconds that local time is ahead of UTC. */
struct sli__zone_rule {
	int32_t standard_s, daylight_s; /* either may be the greater */
	uint32_t has_daylight;
	struct sli__zone_day begin, end; /* of daylight-saving time */
};

struct sli__zone {
	char name[SLI__ZONE_NAME_MAX + 1];
	uint32_t change_count;
	/* offset_s[i] holds from at_s[i] to the next, or to rule_from_s. */
	int32_t offset_s[SLI__ZONE_CHANGES];
	int64_t at_s[SLI__ZONE_CHANGES]; /* the first: SLI__ZONE_FIRST_S */
	int64_t rule_from_s;
	struct sli__zone_rule rule;
};

/* UTC, which is always at hand. */
extern const struct sli__zone sli__zone_utc;

/**
 * Look a zone up. NULL is "", and "" is UTC.
 *
 * Errors: SLI_EINVAL (the name; or the zone counts leap seconds, which now_ns
 *         does not), SLI_ENOENT, SLI_EACCES, SLI_ECORRUPT, SLI_EVERSION (of
 *         TZif), SLI_ENOSPC (more changes than there is room for), SLI_ENOMEM,
 *         SLI_EIO. *out is untouched after one.
 * Signal: not safe (reads a file).
 */
int sli__zone_load(const char *name, struct sli__zone *out,
    struct sli_error *err);

/* The same, from another directory than the system's. */
int sli__zone_load_from(const char *directory, const char *name,
    struct sli__zone *out, struct sli_error *err);

/*
 * Make a zone of what is in a TZif file. The name, of at most
 * SLI__ZONE_NAME_MAX bytes, is only kept. Errors as above.
 */
int sli__zone_parse(const char *name, const void *file, size_t bytes,
    struct sli__zone *out, struct sli_error *err);

/* Is a zone that comes from shared memory one? SLI_OK or SLI_ECORRUPT. */
int sli__zone_check(const struct sli__zone *zone, struct sli_error *err);

/* By how much local time is ahead of UTC at that time. */
int32_t sli__zone_offset(const struct sli__zone *zone, int64_t utc_s);

/*
 * The first time at which the zone's clocks show local_s (seconds since
 * 1970-01-01 00:00, as they would be counted by these clocks) or later.
 *
 * So of a local time that is skipped when clocks go forward (or with a whole
 * day, as in Pacific/Apia at the end of 2011) it gives the end of the gap, and
 * of one that comes twice the first. It never decreases with local_s.
 */
int64_t sli__zone_first(const struct sli__zone *zone, int64_t local_s);

#endif /* SLI_SLO_ZONE_H */
