/* SPDX-License-Identifier: MIT */
#include <ftw.h>
#include <string.h>

#include <sli/slo.h>

#include "../support/random.h"
#include "../support/scale.h"
#include "fixture.h"
#include "slo/zone_rule.h"
#include "zones.h"

#define UNTIL_2060_S INT64_C(2840140800)

/* Those whose clocks do what others do not. */
static const char *const odd[] = { "Africa/Casablanca", "Africa/Cairo",
	"America/Nuuk", "America/Santiago", "America/St_Johns",
	"Antarctica/Troll", "Asia/Beirut", "Asia/Gaza", "Asia/Jerusalem",
	"Asia/Kathmandu", "Australia/Lord_Howe", "Europe/Berlin",
	"Europe/Dublin", "Pacific/Apia", "Pacific/Chatham" };

/* As long as a name may be. */
#define LONGEST                                                                \
	"a2345678901234567890123456789012345678901234567890123456789012"       \
	"3"

static void
test_zone_utc_needs_no_database(void **state)
{
	static const char *const names[] = { "UTC", "", NULL };
	struct sli__zone zone;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(names); i++) {
		memset(&zone, 0xff, sizeof(zone));
		assert_int_equal(
		    sli__zone_load_from("/nowhere", names[i], &zone, NULL),
		    SLI_OK);
		assert_string_equal(zone.name, "UTC");
		assert_int_equal(sli__zone_check(&zone, NULL), SLI_OK);
		assert_int_equal(sli__zone_offset(&zone, FROM_2020_S), 0);
		assert_int_equal(sli__zone_first(&zone, FROM_2020_S),
		    FROM_2020_S);
	}
}

static void
test_zone_name_that_is_none_is_refused(void **state)
{
	static const char *const names[] = { ".", "..", "../UTC", "/UTC",
		"/usr/share/zoneinfo/UTC", "Europe/../UTC", "Europe//Berlin",
		"Europe/", "Europe/./Berlin", "zone.tab", "Europe Berlin",
		"Europe/Berlin\n", "Z\xc3\xbcrich", "C:\\UTC" };
	struct sli__zone zone;
	struct sli_error err;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(names); i++) {
		assert_int_equal(sli__zone_load(names[i], &zone, &err),
		    SLI_EINVAL);
		assert_error(&err, SLI_EINVAL, "time_zone", "no name");
	}
	assert_int_equal(sli__zone_load(LONGEST "4", &zone, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "time_zone", "63");
}

static void
test_zone_that_is_not_in_the_database_is_not_found(void **state)
{
	struct sli__zone zone;
	struct sli_error err;

	(void)state;
	memset(&zone, 0x5a, sizeof(zone));
	assert_int_equal(sli__zone_load("Europe/Berln", &zone, &err),
	    SLI_ENOENT);
	assert_error(&err, SLI_ENOENT, "Europe/Berln", "tzdata");
	assert_int_equal(sli__zone_load("UTC/Berlin", &zone, &err), SLI_ENOENT);
	assert_int_equal(sli__zone_load(LONGEST, &zone, &err), SLI_ENOENT);
	assert_int_equal(
	    sli__zone_load_from("/nowhere", "Europe/Berlin", &zone, &err),
	    SLI_ENOENT);
	assert_error(&err, SLI_ENOENT, "Europe/Berlin", "/nowhere");
	assert_int_equal(zone.change_count, 0x5a5a5a5a);
}

/* ---- against libc ---- */

static uint64_t zones_seen, changes_seen;

static void
expect_libc_offset(const char *name, const struct sli__zone *zone, int64_t t)
{
	int64_t is = sli__zone_offset(zone, t), said = libc_offset(t);

	if (is != said)
		fail_msg("%s at %lld: %lld, but libc says %lld", name,
		    (long long)t, (long long)is, (long long)said);
}

/* Around each change up to 2060, and at times a day or so apart. */
static void
expect_libc_agrees(const char *name)
{
	int64_t t, until_s, step = (int64_t)(79201 * 100 / test_scaled(100));
	struct sli__zone zone;
	uint32_t i;

	load_zone(name, &zone);
	assert_int_equal(sli__zone_check(&zone, NULL), SLI_OK);
	libc_zone(name);
	for (t = SLI__ZONE_FIRST_S; t < utc(2045, 1, 1, 0, 0); t += step)
		expect_libc_offset(name, &zone, t);
	for (i = 0; i < zone.change_count; i++, changes_seen++) {
		expect_libc_offset(name, &zone, zone.at_s[i]);
		expect_libc_offset(name, &zone, zone.at_s[i] + 1);
		if (i > 0)
			expect_libc_offset(name, &zone, zone.at_s[i] - 1);
	}
	for (t = zone.rule_from_s; t < UNTIL_2060_S; t = until_s) {
		expect_libc_offset(name, &zone, t);
		sli__zone_rule_at(&zone.rule, t, &until_s);
		if (until_s < UNTIL_2060_S)
			expect_libc_offset(name, &zone, until_s - 1);
	}
	zones_seen++;
}

static int
visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	const char *name = path + sizeof(DATABASE);

	(void)st;
	(void)ftw;
	if (type != FTW_F || strncmp(name, "right/", 6) == 0 ||
	    strncmp(name, "posix/", 6) == 0 || strchr(name, '.') != NULL ||
	    strcmp(name, "leapseconds") == 0 ||
	    strncmp(name, "SECURITY", 8) == 0)
		return 0;
	expect_libc_agrees(name);
	return 0;
}

static void
test_zone_every_one_of_the_database_agrees_with_libc(void **state)
{
	size_t i;

	(void)state;
	/* Where libc finds no zone it says UTC; both must have found one. */
	libc_zone("Europe/Berlin");
	assert_int_equal(libc_offset(utc(2024, 7, 1, 0, 0)), 7200);
	assert_int_equal(nftw(DATABASE, visit, 16, 0), 0);
	for (i = 0; i < LENGTH(odd); i++)
		expect_libc_agrees(odd[i]);
	assert_in_range(zones_seen, 300, 10000);
	print_message("%llu zones, %llu changes\n",
	    (unsigned long long)zones_seen, (unsigned long long)changes_seen);
}

/* ---- local time to UTC ---- */

/* Brute force, in minutes, over the offsets that libc knows. */
static int64_t
libc_first(int64_t local_s)
{
	int64_t t = local_s - 26 * 3600;

	while (t + libc_offset(t) < local_s)
		t += 60;
	return t;
}

static void
test_zone_local_time_is_its_first_instant(void **state)
{
	static const struct {
		const char *name;
		int64_t near;
	} changes[] = {
		{ "Europe/Berlin", INT64_C(1711846800) },	/* a gap */
		{ "Europe/Berlin", INT64_C(1729990800) },	/* an overlap */
		{ "Australia/Lord_Howe", INT64_C(1712415600) }, /* 30 min */
		{ "Pacific/Apia", INT64_C(1325239200) },	/* a day less */
		{ "America/St_Johns", INT64_C(1257042660) }, /* over midnight */
		{ "Asia/Beirut", INT64_C(1711836000) },	     /* at midnight */
		{ "America/Santiago", INT64_C(1712458800) }, /* to 23:00 */
		{ "Pacific/Kwajalein", INT64_C(1711846800) }, /* none */
	};
	struct sli__zone zone;
	int64_t local, is, said;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(changes); i++) {
		load_zone(changes[i].name, &zone);
		libc_zone(changes[i].name);
		local = changes[i].near / 60 * 60 - 30 * 3600;
		for (; local < changes[i].near + 30 * 3600; local += 15 * 60) {
			is = sli__zone_first(&zone, local);
			said = libc_first(local);
			if (is != said)
				fail_msg("%s, %lld: %lld, not %lld",
				    changes[i].name, (long long)local,
				    (long long)is, (long long)said);
		}
	}
}

static void
test_zone_resolve_refuses_what_is_no_time_of_a_zone(void **state)
{
	static const struct {
		const char *zone;
		int64_t local_s;
		int status;
	} cases[] = {
		{ NULL, 0, SLI_EINVAL },
		{ "../Berlin", 0, SLI_EINVAL },
		{ "Europe/Atlantis", 0, SLI_ENOENT },
		{ "UTC", -1, SLI_ERANGE },
		/* An hour before 1970 there. */
		{ "Europe/Berlin", 0, SLI_ERANGE },
		{ "UTC", INT64_C(1) << 62, SLI_ERANGE },
		{ "UTC", INT64_MIN, SLI_ERANGE },
		{ "UTC", INT64_MAX, SLI_ERANGE },
	};
	uint64_t ns = 7;
	struct sli_error err;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		assert_int_equal(sli_time_zone_resolve(cases[i].zone,
				     cases[i].local_s, &ns, &err),
		    cases[i].status);
		assert_non_null(strstr(err.message, "accepted: "));
		assert_int_equal(ns, 7);
	}
	assert_int_equal(sli_time_zone_resolve("UTC", 0, NULL, &err),
	    SLI_EINVAL);
	assert_int_equal(sli_time_zone_resolve("", 1, &ns, NULL), SLI_OK);
	assert_int_equal(ns, 1000000000);
}

static void
test_zone_before_2000_has_the_offset_of_2000(void **state)
{
	struct sli__zone zone;

	(void)state;
	load_zone("Europe/Berlin", &zone);
	assert_int_equal(sli__zone_offset(&zone, utc(1980, 7, 1, 0, 0)), 3600);
	assert_int_equal(sli__zone_offset(&zone, INT64_MIN), 3600);
	assert_int_equal(sli__zone_first(&zone, 0), -3600);
	assert_int_equal(sli__zone_offset(&zone, INT64_MAX),
	    sli__zone_offset(&zone, SLI__ZONE_LAST_S));
}

/* Times from all over: none may take long or lead outside. */
static void
use_zone(const struct sli__zone *zone, struct random *rnd)
{
	int64_t t, first, before = INT64_MIN;
	int i;

	for (i = 0; i < 8; i++) {
		t = (int64_t)(random_magnitude(rnd, 36) >> 1);
		if (!sli__zone_offset_ok(sli__zone_offset(zone, t)))
			fail_msg("an offset of %d",
			    (int)sli__zone_offset(zone, t));
		first = sli__zone_first(zone, t);
		if (first < t - SLI__ZONE_OFFSET_MAX_S ||
		    first > t - SLI__ZONE_OFFSET_MIN_S)
			fail_msg("local %lld comes at %lld", (long long)t,
			    (long long)first);
	}
	for (i = 0; i < 8; i++) {
		first = sli__zone_first(zone, FROM_2020_S + i * 100000);
		assert_true(first >= before);
		before = first;
	}
}

/* ---- zones from shared memory ---- */

static void
test_zone_in_shared_memory_is_checked_field_by_field(void **state)
{
	struct sli__zone good, zone;

	(void)state;
	load_zone("Europe/Berlin", &good);
	assert_in_range(good.change_count, 2, SLI__ZONE_CHANGES);
#define EXPECT_DAMAGE(change)                                                  \
	do {                                                                   \
		zone = good;                                                   \
		change;                                                        \
		assert_int_equal(sli__zone_check(&zone, NULL), SLI_ECORRUPT);  \
	} while (0)
	EXPECT_DAMAGE(memset(zone.name, 'a', sizeof(zone.name)));
	EXPECT_DAMAGE(zone.change_count = SLI__ZONE_CHANGES + 1);
	EXPECT_DAMAGE(zone.change_count = UINT32_MAX);
	EXPECT_DAMAGE(zone.change_count = 0);
	EXPECT_DAMAGE(zone.at_s[0]++);
	EXPECT_DAMAGE(zone.at_s[1] = zone.at_s[0]);
	EXPECT_DAMAGE(zone.offset_s[1] = 93600);
	EXPECT_DAMAGE(zone.offset_s[1] = -90000);
	EXPECT_DAMAGE(zone.rule_from_s = zone.at_s[zone.change_count - 1]);
	EXPECT_DAMAGE(zone.rule_from_s = SLI__ZONE_LAST_S + 1);
	EXPECT_DAMAGE(zone.rule.standard_s = INT32_MIN);
	EXPECT_DAMAGE(zone.rule.daylight_s = INT32_MAX);
	EXPECT_DAMAGE(zone.rule.has_daylight = 2);
	EXPECT_DAMAGE(zone.rule.begin.kind = 3);
	EXPECT_DAMAGE(zone.rule.begin.month = 0);
	EXPECT_DAMAGE(zone.rule.begin.month = 13);
	EXPECT_DAMAGE(zone.rule.begin.week = 0);
	EXPECT_DAMAGE(zone.rule.end.week = 6);
	EXPECT_DAMAGE(zone.rule.end.day = 7);
	EXPECT_DAMAGE(zone.rule.end.time_s = 168 * 3600);
	EXPECT_DAMAGE(zone.rule.end.time_s = -168 * 3600);
	EXPECT_DAMAGE(zone.rule.end.kind = SLI__ZONE_DAY_COMMON;
		      zone.rule.end.day = 0);
	EXPECT_DAMAGE(zone.rule.end.kind = SLI__ZONE_DAY_PLAIN;
		      zone.rule.end.day = 366);
#undef EXPECT_DAMAGE
}

/* What passes the check can be used, whatever it is. */
static void
test_zone_in_hostile_memory_is_refused_or_harmless(void **state)
{
	struct random rnd = { random_seed() };
	uint64_t round, rounds = test_scaled(200000), used = 0;
	struct sli__zone good[LENGTH(odd)], zone;
	size_t i;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)rnd.state);
	for (i = 0; i < LENGTH(odd); i++)
		load_zone(odd[i], &good[i]);
	for (round = 0; round < rounds; round++) {
		zone = good[random_below(&rnd, LENGTH(odd))];
		for (i = random_below(&rnd, 3) + 1; i > 0; i--)
			((unsigned char *)&zone)[random_below(&rnd,
			    sizeof(zone))] ^= (unsigned char)(1
			    << random_below(&rnd, 8));
		if (sli__zone_check(&zone, NULL) != SLI_OK)
			continue;
		use_zone(&zone, &rnd);
		used++;
	}
	assert_in_range(used, 1, rounds);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zone_utc_needs_no_database),
		cmocka_unit_test(test_zone_name_that_is_none_is_refused),
		cmocka_unit_test(
		    test_zone_that_is_not_in_the_database_is_not_found),
		cmocka_unit_test(
		    test_zone_every_one_of_the_database_agrees_with_libc),
		cmocka_unit_test(test_zone_local_time_is_its_first_instant),
		cmocka_unit_test(
		    test_zone_resolve_refuses_what_is_no_time_of_a_zone),
		cmocka_unit_test(test_zone_before_2000_has_the_offset_of_2000),
		cmocka_unit_test(
		    test_zone_in_shared_memory_is_checked_field_by_field),
		cmocka_unit_test(
		    test_zone_in_hostile_memory_is_refused_or_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
