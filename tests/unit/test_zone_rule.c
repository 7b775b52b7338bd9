/* SPDX-License-Identifier: MIT */
#include "../support/scale.h"
#include "fixture.h"
#include "slo/zone_rule.h"
#include "zones.h"

static void
test_zone_rule_agrees_with_libc(void **state)
{
	static const char *const rules[] = { "UTC0", "EST5", "<+0545>-5:45",
		"LMT-0:19:32", "CET-1CEST,M3.5.0,M10.5.0/3",
		"EST5EDT,M3.2.0,M11.1.0", "IST-1GMT0,M10.5.0,M3.5.0/1",
		"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
		"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "IST-2IDT,M3.4.4/26,M10.5.0",
		"EET-2EEST,M3.4.4/50,M10.4.4/50",
		"<-04>4<-03>,M9.1.6/24,M4.1.6/24",
		"EET-2EEST,M4.5.5/0,M10.5.4/24", "AAA0BBB,J60/0,J300/0:30",
		"AAA0BBB,59/0,300/2:00:01", "AAA3BBB2:15:30,M1.1.1,M12.4.6" };
	int64_t t, until_s, step = (int64_t)(39119 * 100 / test_scaled(100));
	struct sli__zone_rule rule;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(rules); i++) {
		assert_true(sli__zone_rule_parse(rules[i],
		    rules[i] + strlen(rules[i]), &rule));
		assert_true(sli__zone_rule_check(&rule));
		libc_zone(rules[i]);
		for (t = SLI__ZONE_FIRST_S; t < UNTIL_2036_S; t += step)
			if (sli__zone_rule_at(&rule, t, &until_s) !=
			    libc_offset(t))
				fail_msg("%s at %lld", rules[i], (long long)t);
		for (t = FROM_2020_S; t < UNTIL_2036_S; t = until_s)
			if (sli__zone_rule_at(&rule, t, &until_s) !=
				libc_offset(t) ||
			    (until_s < UNTIL_2036_S &&
				libc_offset(until_s - 1) != libc_offset(t)))
				fail_msg("%s at %lld", rules[i], (long long)t);
	}
}

/* RFC 9636, 3.3.2: so a zone is written that is always on daylight time. */
static void
test_zone_rule_that_never_leaves_daylight_time_stays_in_it(void **state)
{
	static const char *const rules[] = { "XXX3EDT4,0/0,J365/23",
		"EST5EDT,0/0,J365/25" };
	struct sli__zone_rule rule;
	int64_t t, until_s;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(rules); i++) {
		assert_true(sli__zone_rule_parse(rules[i],
		    rules[i] + strlen(rules[i]), &rule));
		for (t = SLI__ZONE_FIRST_S; t < UNTIL_2036_S; t += 1800)
			if (sli__zone_rule_at(&rule, t, &until_s) != -4 * 3600)
				fail_msg("%s at %lld", rules[i], (long long)t);
	}
}

/* Both times are in the first week of the year after theirs. */
static void
test_zone_rule_of_late_december_counts_in_january(void **state)
{
	static const char text[] = "AAA0BBB,J364/167,J365/167";
	struct sli__zone_rule rule;
	int64_t until_s;

	(void)state;
	assert_true(sli__zone_rule_parse(text, text + strlen(text), &rule));
	assert_int_equal(
	    sli__zone_rule_at(&rule, utc(2023, 1, 3, 0, 0), &until_s), 0);
	assert_int_equal(until_s, utc(2023, 1, 5, 23, 0));
	assert_int_equal(sli__zone_rule_at(&rule, until_s, &until_s), 3600);
	assert_int_equal(until_s, utc(2023, 1, 6, 22, 0));
	assert_int_equal(sli__zone_rule_at(&rule, until_s, &until_s), 0);
	assert_int_equal(until_s, utc(2024, 1, 5, 23, 0));
}

static void
test_zone_rule_outside_the_grammar_is_none(void **state)
{
	static const char *const rules[] = { "", "U0", "UTC", "UTC+", "UTC25",
		"UTC0x", "UT<0", "<+1>1", "<UTC0", "UTC0:60", "UTC0:0:60",
		"UTC0:", "CET-1CEST", "CET-1CEST,", "CET-1CEST,M3.5.0",
		"CET-1CEST,M3.5.0,", "CET-1CEST,M0.5.0,M10.5.0",
		"CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0",
		"CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
		"CET-1CEST,M3.5,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0/168",
		"CET-1CEST,M3.5.0,M10.5.0/", "CET-1CEST,M3.5.0,M10.5.0/2 ",
		"CET-1CEST,J0,J365", "CET-1CEST,J1,J366", "CET-1CEST,0,366",
		"CET-1CEST,,", "CET-1CEST,-1,5", "CET-1CEST25,0,5",
		"CET-1CEST,99999999999,5", "CET--1", "CET-1CEST,M3.5.0;M10.5.0",
		"\xc4\x8cZT-1" };
	struct sli__zone_rule rule;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(rules); i++)
		if (sli__zone_rule_parse(rules[i], rules[i] + strlen(rules[i]),
			&rule))
			fail_msg("\"%s\" is taken for a rule", rules[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zone_rule_agrees_with_libc),
		cmocka_unit_test(
		    test_zone_rule_that_never_leaves_daylight_time_stays_in_it),
		cmocka_unit_test(
		    test_zone_rule_of_late_december_counts_in_january),
		cmocka_unit_test(test_zone_rule_outside_the_grammar_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
