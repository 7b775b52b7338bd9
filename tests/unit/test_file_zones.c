/* SPDX-License-Identifier: MIT */
/*
 * The rules of time zones stay with the registry that has SLOs in them.
 */
#include "periods.h"

/* The rules of the file are the ones of `from`, under another name. */
static void
change_zone(struct sli_registry *reg, const char *from, const char *name)
{
	struct sli__zone_entry *e = zone_entry(reg);
	struct sli__zone zone;

	assert_int_equal(sli__zone_load(from, &zone, NULL), SLI_OK);
	memset(zone.name, 0, sizeof(zone.name));
	memcpy(zone.name, name, strlen(name));
	e->zone = zone;
	e->life = sli__life_of(&zone, sizeof(zone));
}

static uint64_t
month_begin(struct sli_registry *reg)
{
	struct sli_budget b;

	assert_int_equal(
	    sli_slo_budget(monthly_slices(reg), MONTH + SLI_DAYS(1), &b),
	    SLI_OK);
	return b.from_ns;
}

static void
test_file_takes_the_systems_rules_when_they_change(void **state)
{
	const char *path = scratch_path("file");
	struct sli_registry *reg = open_at(path, MONTH);

	(void)state;
	monthly_slices(reg);
	change_zone(reg, "Asia/Tokyo", "Europe/Berlin");
	sli_registry_close(reg);
	reg = scratch_view(path); /* which has the file's rules */
	assert_int_equal(zone_entry(reg)->zone.rule.standard_s, 9 * 3600);
	sli_registry_close(reg);
	reg = open_at(path, MONTH);
	assert_int_equal(audit_of(reg, 0).kind, SLI_AUDIT_ZONE);
	assert_string_equal(audit_of(reg, 0).subject, "Europe/Berlin");
	assert_int_equal(month_begin(reg), MONTH);
	sli_registry_close(reg);
	/* Once. */
	reg = open_at(path, MONTH + SLI_DAYS(1));
	assert_int_equal(audit_of(reg, 1).kind, SLI_AUDIT_CREATED);
	sli_registry_close(reg);
}

/* The SLO's zone is one that the system has not (any more). */
static void
test_file_keeps_rules_that_the_system_has_not(void **state)
{
	const char *path = scratch_path("file"), *to = scratch_path("saved");
	struct sli_registry *reg = open_at(path, MONTH);
	struct sli__slo_entry *e;
	struct sli_slo *slo;
	struct sli_budget b;
	int times;

	(void)state;
	monthly_slices(reg);
	change_zone(reg, "Asia/Tokyo", "Mars/Olympus");
	e = sli__slo_entry(reg, 0);
	memcpy(e->spec.time_zone, "Mars/Olympus", sizeof("Mars/Olympus"));
	e->life = sli__life_of(&e->spec, sizeof(e->spec));
	sli_registry_close(reg);
	assert_int_equal(sli_file_repair(path, to, NULL, NULL, NULL, NULL),
	    SLI_OK);
	for (times = 0; times < 3; times++) {
		reg = open_at(times < 2 ? path : to, MONTH);
		assert_int_equal(sli_slo_find(reg, "monthly", &slo), SLI_OK);
		assert_int_equal(sli_slo_budget(slo, MONTH + SLI_DAYS(1), &b),
		    SLI_OK);
		assert_int_equal(b.from_ns, MONTH - SLI_HOURS(8));
		sli_registry_close(reg);
	}
}

static void
test_file_with_a_damaged_zone_is_refused(void **state)
{
	const char *path = scratch_path("file");
	struct sli_registry *reg = open_at(path, MONTH);
	struct sli_registry_config cfg = scratch_config();
	struct sli_error err = { 0 };

	(void)state;
	monthly_slices(reg);
	zone_entry(reg)->zone.at_s[1] ^= 1;
	sli_registry_close(reg);
	assert_int_equal(sli_registry_open(path, &cfg, &reg, &err),
	    SLI_ECORRUPT);
	assert_error(&err, SLI_ECORRUPT, "Europe/Berlin", "damaged");
}

/* Places for zones are those that SLOs have. */
static void
test_file_forgets_zones_of_no_slo(void **state)
{
	const char *path = scratch_path("file");
	struct sli_registry *reg = open_at(path, MONTH);

	(void)state;
	monthly_slices(reg);
	sli_registry_close(reg);
	reg = open_at(path, MONTH);
	assert_int_equal(sli_slo_remove(reg, "monthly", "why", NULL), SLI_OK);
	assert_true(zone_entry(reg)->life >= SLI__LIFE_ALIVE);
	sli_registry_close(reg);
	reg = open_at(path, MONTH);
	assert_int_equal(zone_entry(reg)->life, SLI__LIFE_FREE);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_file_takes_the_systems_rules_when_they_change),
		TEST(test_file_keeps_rules_that_the_system_has_not),
		TEST(test_file_with_a_damaged_zone_is_refused),
		TEST(test_file_forgets_zones_of_no_slo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
