/* SPDX-License-Identifier: MIT */
#include <unistd.h>

#include "files.h"

static struct sli_registry *reg;
static struct sli_indicator *ind;
static struct sli_slo *slo;

static void
open_audited(const char *path)
{
	reg = open_file(path);
	ind = scratch_indicator(reg, "requests");
	assert_non_null(ind);
	slo = scratch_slo(ind, "availability");
	assert_non_null(slo);
}

static void
reset(uint64_t now_ns, const char *why)
{
	struct sli_error err = { 0 };

	if (sli_slo_reset_budget(slo, now_ns, why, &err) != SLI_OK)
		fail_msg("%s", err.message);
}

static struct sli_budget
budget_at(uint64_t now_ns)
{
	struct sli_budget budget;

	assert_int_equal(sli_slo_budget(slo, now_ns, &budget), SLI_OK);
	return budget;
}

static void
test_audit_of_a_new_file_says_who_made_it_and_when(void **state)
{
	uint64_t before_ns = sli_clock_ns();
	struct sli_audit made, untouched = { .at_ns = 7 };

	(void)state;
	open_audited(scratch_path("new.sli"));
	made = audit_of(reg, 0);
	assert_int_equal(made.kind, SLI_AUDIT_CREATED);
	assert_int_equal(made.uid, getuid());
	assert_true(made.at_ns >= before_ns && made.at_ns <= sli_clock_ns());
	assert_int_not_equal(made.why[0], '\0');
	assert_int_equal(sli_audit_read(reg, 1, &untouched), SLI_ENOENT);
	assert_int_equal(sli_audit_read(reg, UINT32_MAX, &untouched),
	    SLI_ENOENT);
	assert_int_equal(untouched.at_ns, 7);
	assert_int_equal(sli_audit_read(NULL, 0, &made), SLI_EINVAL);
	assert_int_equal(sli_audit_read(reg, 0, NULL), SLI_EINVAL);
	sli_registry_close(reg);
}

/* The ring is full and goes on: the newest first, and none between is lost. */
static void
test_audit_ring_keeps_the_last_256_in_order(void **state)
{
	const char *path = scratch_path("ring.sli");
	struct sli_audit audit;
	char why[32];
	uint32_t i;

	(void)state;
	open_audited(path);
	for (i = 1; i <= 300; i++) {
		snprintf(why, sizeof(why), "number %u", i);
		reset(START + SLI_SECONDS(i), why);
		assert_int_equal(info_of(reg).audit_count, 1 + i);
	}
	sli_registry_close(reg);

	open_audited(path); /* it is all still there */
	assert_int_equal(info_of(reg).audit_count, 301);
	for (i = 0; i < SLI_AUDIT_MAX; i++) {
		audit = audit_of(reg, i);
		snprintf(why, sizeof(why), "number %u", 300 - i);
		assert_string_equal(audit.why, why);
		assert_string_equal(audit.subject, "availability");
		assert_int_equal(audit.kind, SLI_AUDIT_BUDGET_RESET);
		assert_true(audit.at_ns == START + SLI_SECONDS(300 - i));
	}
	assert_int_equal(sli_audit_read(reg, SLI_AUDIT_MAX, &audit),
	    SLI_ENOENT);
	sli_registry_close(reg);
}

static void
test_audit_reason_that_is_none_is_refused(void **state)
{
	char longest[SLI_WHY_MAX + 2];
	static const char *const bad[] = { NULL, "", "two\nlines", "tab\t",
		"\x7f", "\xff", "cut \xc3" };
	struct sli_error err;
	size_t i;

	(void)state;
	open_audited(scratch_path("why.sli"));
	for (i = 0; i < LENGTH(bad); i++) {
		err.status = 0;
		assert_int_equal(sli_slo_reset_budget(slo, START, bad[i], &err),
		    SLI_EINVAL);
		assert_error(&err, SLI_EINVAL, "why", "255 bytes");
		assert_int_equal(sli_indicator_remove(reg, "requests", NULL, 0,
				     bad[i], NULL),
		    SLI_EINVAL);
		assert_int_equal(
		    sli_slo_remove(reg, "availability", bad[i], NULL),
		    SLI_EINVAL);
	}
	memset(longest, 'x', sizeof(longest));
	longest[SLI_WHY_MAX + 1] = '\0';
	assert_int_equal(sli_slo_reset_budget(slo, START, longest, NULL),
	    SLI_EINVAL);
	assert_int_equal(info_of(reg).audit_count, 1);
	longest[SLI_WHY_MAX] = '\0';
	reset(START, longest);
	assert_string_equal(audit_of(reg, 0).why, longest);
	assert_int_equal(sli_slo_reset_budget(NULL, START, "why", NULL),
	    SLI_EINVAL);
	sli_registry_close(reg);
}

static int
make_indicator_with_long_labels(struct peer *peer, void *arg)
{
	char text[2][301];
	struct sli_label labels[] = { { "a", text[0] }, { "b", text[1] } };
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_registry *made = scratch_open(arg);
	struct sli_indicator *any;
	int i, failures = 0;

	(void)peer;
	for (i = 0; i < 300; i += 2)
		memcpy(text[0] + i, "\xc3\xa4", 2);
	memset(text[1], 'b', 300);
	text[0][300] = text[1][300] = '\0';
	cfg.labels = labels;
	cfg.label_count = 1;
	/* The cut is inside a character of two bytes, or it is not. */
	for (cfg.name = "xy"; *cfg.name != '\0'; cfg.name++)
		failures += peer_expect(
		    sli_indicator_register(made, &cfg, &any, NULL) == SLI_OK);
	cfg.name = "short";
	cfg.label_count = 0;
	failures += peer_expect(
	    sli_indicator_register(made, &cfg, &any, NULL) == SLI_OK);
	return failures;
}

/* Subjects that are too long are cut, and stay texts. */
static void
test_audit_subject_is_the_series_cut_at_a_character(void **state)
{
	char *path = scratch_path("long.sli"), value[301];
	struct sli_label label = { "a", value };
	struct sli_audit audit;
	const char *name;
	size_t n;

	(void)state;
	for (n = 0; n < 300; n += 2)
		memcpy(value + n, "\xc3\xa4", 2);
	value[300] = '\0';
	peer_run(make_indicator_with_long_labels, path);
	reg = open_file(path);
	for (name = "xy"; *name != '\0'; name++) {
		assert_int_equal(sli_indicator_remove(reg, name, &label, 1,
				     "its labels are too long", NULL),
		    SLI_OK);
		audit = audit_of(reg, 0);
		assert_int_equal(audit.kind, SLI_AUDIT_INDICATOR_REMOVED);
		assert_memory_equal(audit.subject, name, strlen(name));
		assert_memory_equal(audit.subject + strlen(name), "{a=\"", 4);
		n = strlen(audit.subject);
		/* As much as goes in, in whole characters. */
		assert_in_range(n, SLI_SUBJECT_MAX - 1, SLI_SUBJECT_MAX);
		assert_memory_equal(audit.subject + n - 2, "\xc3\xa4", 2);
	}
	assert_int_equal(
	    sli_indicator_remove(reg, "short", NULL, 0, "over", NULL), SLI_OK);
	assert_string_equal(audit_of(reg, 0).subject, "short");
	sli_registry_close(reg);
}

static void
test_reset_budget_begins_anew_and_windows_go_on(void **state)
{
	const char *path = scratch_path("reset.sli");
	struct sli_budget budget;
	uint64_t now_ns = START + SLI_SECONDS(100);

	(void)state;
	open_audited(path);
	count_each_second(ind, START, 100, SLI_GOOD, 9);
	count_each_second(ind, START, 100, SLI_BAD, 1);
	assert_int_equal(budget_at(now_ns).bad, 100);
	assert_int_equal(budget_at(now_ns).reset_ns, 0);
	reset(now_ns, "the load test of October");
	budget = budget_at(now_ns);
	assert_int_equal(budget.total, 0);
	assert_int_equal(budget.has_data, 0);
	assert_true(budget.remaining == 1.0);
	assert_true(budget.reset_ns == now_ns);
	/* It burns as it did, and the windows know it. */
	assert_near(budget.burn_rate_1h, 100.0);
	assert_int_equal(good_in(ind, now_ns, SLI_DAYS(30)), 900);
	assert_int_equal(total_good(ind), 900);

	sli_count(ind, now_ns, SLI_GOOD, 999);
	sli_count(ind, now_ns, SLI_BAD, 1);
	budget = budget_at(now_ns);
	assert_int_equal(budget.good, 999);
	assert_int_equal(budget.bad, 1);
	assert_true(budget.remaining == 0.0);
	sli_registry_close(reg);

	open_audited(path); /* and it stays reset */
	budget = budget_at(now_ns + SLI_DAYS(29));
	assert_int_equal(budget.total, 1000);
	assert_true(budget.reset_ns == now_ns);
	assert_true(budget.covered_ns == SLI_DAYS(29));
	/* Once it is older than the period, it is no more of interest. */
	assert_int_equal(budget_at(now_ns + SLI_DAYS(31)).reset_ns, 0);
	assert_int_equal(budget_at(now_ns + SLI_DAYS(31)).total, 0);
	sli_registry_close(reg);
}

/* In memory too: the records live as long as the registry does. */
static void
test_audit_in_memory_is_kept_too(void **state)
{
	struct sli_registry_config cfg = scratch_config();
	struct sli_registry_info info;
	struct sli_audit audit;

	(void)state;
	assert_int_equal(sli_registry_create(&cfg, &reg, NULL), SLI_OK);
	assert_int_equal(sli_registry_status(reg, NULL), SLI_OK);
	assert_int_equal(sli_registry_status(NULL, NULL), SLI_EINVAL);
	assert_int_equal(sli_registry_sync(reg, NULL), SLI_OK);
	assert_int_equal(sli_registry_fault(reg, reg), 0);
	assert_int_equal(sli_audit_read(reg, 0, &audit), SLI_ENOENT);
	ind = scratch_indicator(reg, "requests");
	slo = scratch_slo(ind, "availability");
	sli_count(ind, START, SLI_BAD, 5);
	reset(START, "a mistake of the load balancer");
	assert_int_equal(budget_at(START).bad, 0);
	audit = audit_of(reg, 0);
	assert_int_equal(audit.kind, SLI_AUDIT_BUDGET_RESET);
	assert_string_equal(audit.why, "a mistake of the load balancer");
	info = info_of(reg);
	assert_int_equal(info.is_file + info.is_view, 0);
	assert_int_equal(info.audit_count, 1);
	assert_int_equal(info.process_count, 1);
	assert_int_equal(info.indicator_count, 1);
	assert_int_equal(info.slo_count, 1);
	assert_true(info.used_bytes > 0 && info.used_bytes <= info.size_bytes);
	assert_string_equal(info.version, sli_version());
	/* The process that registered them lives. */
	assert_int_equal(
	    sli_indicator_remove(reg, "requests", NULL, 0, "why", NULL),
	    SLI_EBUSY);
	assert_int_equal(sli_slo_remove(reg, "availability", "why", NULL),
	    SLI_EBUSY);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_audit_of_a_new_file_says_who_made_it_and_when),
		TEST(test_audit_ring_keeps_the_last_256_in_order),
		TEST(test_audit_reason_that_is_none_is_refused),
		TEST(test_audit_subject_is_the_series_cut_at_a_character),
		TEST(test_reset_budget_begins_anew_and_windows_go_on),
		TEST(test_audit_in_memory_is_kept_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
