/* SPDX-License-Identifier: MIT */
#include "files.h"

static struct sli_registry *reg;

/* Another program had it: two indicators, one with two SLOs. */
static int
register_both(struct peer *peer, void *arg)
{
	struct sli_registry *other = scratch_open(arg);
	struct sli_indicator *old = scratch_indicator(other, "old");
	struct sli_indicator *kept = scratch_indicator(other, "kept");

	if (old == NULL || kept == NULL ||
	    scratch_slo(old, "old-slo") == NULL ||
	    scratch_slo(old, "old-slo-2") == NULL ||
	    scratch_slo(kept, "kept-slo") == NULL)
		return 1;
	sli_count(old, START, SLI_GOOD, 11);
	sli_record(old, START, SLI_BAD, SLI_MILLIS(3));
	sli_count(kept, START, SLI_GOOD, 5);
	if (peer != NULL)
		peer_pause(peer);
	return 0;
}

static int
register_and_end(struct peer *peer, void *arg)
{
	(void)peer;
	return register_both(NULL, arg);
}

/* What a flush lists: names, and whether a living process has them. */
struct listing {
	char indicators[64], slos[64];
};

static void
list(const struct sli_snapshot *s, void *arg)
{
	struct listing *l = arg;
	struct sli_indicator_view ind;
	struct sli_slo_view slo;
	size_t at;
	uint32_t i;

	l->indicators[0] = l->slos[0] = '\0';
	for (i = 0; i < sli_snapshot_indicator_count(s); i++) {
		at = strlen(l->indicators);
		if (sli_snapshot_indicator(s, i, &ind) == SLI_OK)
			snprintf(l->indicators + at, sizeof(l->indicators) - at,
			    "%s=%d ", ind.name, ind.active);
	}
	for (i = 0; i < sli_snapshot_slo_count(s); i++) {
		at = strlen(l->slos);
		if (sli_snapshot_slo(s, i, &slo) == SLI_OK)
			snprintf(l->slos + at, sizeof(l->slos) - at, "%s=%d ",
			    slo.name, slo.active);
	}
}

static void
expect_listed(struct sli_registry *in, const char *indicators, const char *slos)
{
	struct listing l;

	assert_int_equal(sli_flush(in, START, list, &l), SLI_OK);
	assert_int_equal(sli_flush_forget(in, list, &l), SLI_OK);
	assert_string_equal(l.indicators, indicators);
	assert_string_equal(l.slos, slos);
}

static int
remove_indicator(const char *name)
{
	return sli_indicator_remove(reg, name, NULL, 0, "no longer served",
	    NULL);
}

/* What the new program does not register is kept, and listed as inactive. */
static void
test_remove_unregistered_indicator_is_kept_and_inactive(void **state)
{
	char *path = scratch_path("keep.sli");
	struct sli_indicator *ind;
	struct sli_registry *view;

	(void)state;
	peer_run(register_and_end, path);
	reg = open_file(path);
	expect_listed(reg, "old=0 kept=0 ",
	    "old-slo=0 old-slo-2=0 kept-slo=0 ");
	ind = scratch_indicator(reg, "kept");
	assert_non_null(scratch_slo(ind, "kept-slo"));
	expect_listed(reg, "old=0 kept=1 ",
	    "old-slo=0 old-slo-2=0 kept-slo=1 ");
	view = scratch_view(path);
	expect_listed(view, "old=0 kept=1 ",
	    "old-slo=0 old-slo-2=0 kept-slo=1 ");
	assert_int_equal(sli_indicator_find(reg, "old", NULL, 0, &ind), SLI_OK);
	assert_int_equal(total_good(ind), 11);
	sli_registry_close(reg);
	expect_listed(view, "old=0 kept=0 ",
	    "old-slo=0 old-slo-2=0 kept-slo=0 ");
	sli_registry_close(view);
}

static void
test_remove_active_indicator_is_refused(void **state)
{
	char *path = scratch_path("active.sli");
	struct sli_error err = { 0 };
	struct peer peer;

	(void)state;
	peer_start(&peer, register_both, path);
	peer_reach(&peer);
	reg = open_file(path);
	expect_listed(reg, "old=1 kept=1 ",
	    "old-slo=1 old-slo-2=1 kept-slo=1 ");
	assert_int_equal(sli_indicator_remove(reg, "old", NULL, 0, "why", &err),
	    SLI_EBUSY);
	assert_error(&err, SLI_EBUSY, "old", "registered");
	assert_int_equal(sli_slo_remove(reg, "old-slo", "why", &err),
	    SLI_EBUSY);
	assert_error(&err, SLI_EBUSY, "old-slo", "registered");
	assert_int_equal(info_of(reg).audit_count, 1);
	peer_kill(&peer);

	/* Its own registration counts too, until it is gone itself. */
	assert_non_null(scratch_indicator(reg, "kept"));
	assert_int_equal(remove_indicator("kept"), SLI_EBUSY);
	assert_int_equal(remove_indicator("old"), SLI_OK);
	sli_registry_close(reg);
	reg = open_file(path);
	assert_int_equal(remove_indicator("kept"), SLI_OK);
	sli_registry_close(reg);
}

static void
test_remove_unknown_or_nothing_is_refused(void **state)
{
	static const struct sli_label label = { "method", "GET" };
	struct sli_registry *view;
	char *path = scratch_path("unknown.sli");
	struct sli_error err = { 0 };

	(void)state;
	peer_run(register_and_end, path);
	reg = open_file(path);
	assert_int_equal(
	    sli_indicator_remove(reg, "oldest", NULL, 0, "why", &err),
	    SLI_ENOENT);
	assert_error(&err, SLI_ENOENT, "oldest", "no indicator");
	assert_int_equal(
	    sli_indicator_remove(reg, "old", &label, 1, "why", NULL),
	    SLI_ENOENT);
	assert_int_equal(sli_slo_remove(reg, "no-slo", "why", &err),
	    SLI_ENOENT);
	assert_error(&err, SLI_ENOENT, "no-slo", "no SLO");
	assert_int_equal(sli_indicator_remove(NULL, "old", NULL, 0, "w", NULL),
	    SLI_EINVAL);
	assert_int_equal(sli_indicator_remove(reg, NULL, NULL, 0, "w", NULL),
	    SLI_EINVAL);
	assert_int_equal(sli_slo_remove(reg, NULL, "w", NULL), SLI_EINVAL);
	view = scratch_view(path);
	assert_int_equal(
	    sli_indicator_remove(view, "old", NULL, 0, "why", NULL),
	    SLI_EACCES);
	assert_int_equal(sli_slo_remove(view, "old-slo", "why", NULL),
	    SLI_EACCES);
	sli_registry_close(view);
	expect_listed(reg, "old=0 kept=0 ",
	    "old-slo=0 old-slo-2=0 kept-slo=0 ");
	sli_registry_close(reg);
}

static void
test_remove_takes_indicator_and_its_slos_out_of_all_lists(void **state)
{
	char *path = scratch_path("gone.sli");
	struct sli_registry *other;
	struct sli_indicator *ind = NULL;
	struct sli_slo *slo = NULL;

	(void)state;
	peer_run(register_and_end, path);
	reg = open_file(path);
	other = open_file(path);
	assert_int_equal(remove_indicator("old"), SLI_OK);
	assert_int_equal(remove_indicator("old"), SLI_ENOENT);
	assert_int_equal(sli_indicator_find(other, "old", NULL, 0, &ind),
	    SLI_ENOENT);
	assert_int_equal(sli_slo_find(other, "old-slo", &slo), SLI_ENOENT);
	expect_listed(reg, "kept=0 ", "kept-slo=0 ");
	expect_listed(other, "kept=0 ", "kept-slo=0 ");
	assert_int_equal(info_of(reg).indicator_count, 1);
	assert_int_equal(info_of(reg).slo_count, 1);
	assert_int_equal(audit_of(reg, 0).kind, SLI_AUDIT_INDICATOR_REMOVED);
	assert_string_equal(audit_of(reg, 0).subject, "old");
	assert_string_equal(audit_of(reg, 0).why, "no longer served");
	assert_int_equal(audit_of(reg, 1).kind, SLI_AUDIT_SLO_REMOVED);
	assert_int_equal(audit_of(reg, 2).kind, SLI_AUDIT_SLO_REMOVED);

	assert_int_equal(sli_slo_remove(reg, "kept-slo", "by itself", NULL),
	    SLI_OK);
	expect_listed(other, "kept=0 ", "");
	assert_string_equal(audit_of(reg, 0).subject, "kept-slo");
	sli_registry_close(reg);
	sli_registry_close(other);
	reg = open_file(path);
	expect_listed(reg, "kept=0 ", "");
	sli_registry_close(reg);
}

/* The same name is another indicator then: from zero, as it likes. */
static void
test_remove_then_register_begins_at_zero(void **state)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	char *path = scratch_path("again.sli");
	struct sli_indicator *before, *after;
	struct sli_budget budget;
	struct sli_slo *slo;
	uint64_t value;
	int reopened;

	(void)state;
	for (reopened = 0; reopened < 2; reopened++) {
		peer_run(register_and_end, path);
		reg = open_file(path);
		assert_int_equal(
		    sli_indicator_find(reg, "old", NULL, 0, &before), SLI_OK);
		assert_int_equal(remove_indicator("old"), SLI_OK);
		if (reopened) {
			sli_registry_close(reg);
			reg = open_file(path);
		}
		cfg.name = "old";
		cfg.precision_bits = 5;
		assert_int_equal(
		    sli_indicator_register(reg, &cfg, &after, NULL), SLI_OK);
		assert_int_equal(total_good(after), 0);
		sli_record(after, START, SLI_GOOD, SLI_MILLIS(1));
		assert_int_equal(good_in(after, START, SLI_DAYS(30)), 1);
		assert_int_equal(sli_window_quantile(after, START,
				     SLI_MINUTES(1), SLI_BAD, 0.5, &value),
		    SLI_ENODATA);
		slo = scratch_slo(after, "old-slo");
		assert_non_null(slo);
		assert_int_equal(sli_slo_budget(slo, START, &budget), SLI_OK);
		assert_int_equal(budget.total, 1);
		assert_int_equal(budget.bad, 0);
		/* A handle to the old one counts where nobody looks. */
		if (!reopened) {
			sli_count(before, START, SLI_GOOD, 100);
			assert_int_equal(total_good(after), 1);
		}
		sli_registry_close(reg);
		scratch_remove(path);
	}
}

/*
 * A find makes nobody hold an indicator, an SLO on it does: what it is of does
 * not go under it, and it is not registered on what is gone.
 */
static void
test_remove_minds_slos_that_are_registered(void **state)
{
	char *path = scratch_path("minds.sli");
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_indicator *found;
	struct sli_registry *other;
	struct sli_slo *slo = NULL;
	struct sli_error err;

	(void)state;
	cfg.name = "late";
	cfg.objective = 0.9;
	cfg.period_ns = SLI_HOURS(1);
	peer_run(register_and_end, path);
	other = open_file(path);
	reg = open_file(path);
	assert_int_equal(sli_indicator_find(other, "old", NULL, 0, &found),
	    SLI_OK);
	assert_int_equal(remove_indicator("old"), SLI_OK);
	assert_int_equal(sli_slo_register(found, &cfg, &slo, &err), SLI_ENOENT);
	assert_error(&err, SLI_ENOENT, "old", "removed");
	assert_null(slo);

	assert_int_equal(sli_indicator_find(other, "kept", NULL, 0, &found),
	    SLI_OK);
	assert_int_equal(sli_slo_register(found, &cfg, &slo, NULL), SLI_OK);
	assert_int_equal(remove_indicator("kept"), SLI_EBUSY);
	sli_registry_close(other);
	sli_registry_close(reg);
	reg = open_file(path);
	expect_listed(reg, "kept=0 ", "kept-slo=0 late=0 ");
	sli_registry_close(reg);
}

static int
fill(struct sli_registry *in)
{
	char name[] = "fill-0";
	int made = 0;
	struct sli_indicator *any;
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;

	for (cfg.name = name; name[5] < '9'; name[5]++)
		if (sli_indicator_register(in, &cfg, &any, NULL) == SLI_OK)
			made++;
	return made;
}

/*
 * A place is used again only when nobody can have a handle to what was there:
 * not while the process that removed it goes on, nor another that came before.
 */
static void
test_remove_place_is_free_once_all_have_closed(void **state)
{
	char *path = scratch_path("place.sli");
	struct sli_registry *other;
	uint64_t used_bytes;

	(void)state;
	peer_run(register_and_end, path);
	reg = open_file(path);
	assert_int_equal(fill(reg), 2); /* of four */
	sli_registry_close(reg);
	reg = open_file(path);
	other = open_file(path);
	used_bytes = info_of(reg).used_bytes;
	assert_int_equal(remove_indicator("old"), SLI_OK);
	assert_null(scratch_indicator(reg, "new"));
	sli_registry_close(reg);
	reg = open_file(path); /* while `other` has it open */
	assert_null(scratch_indicator(reg, "new"));
	sli_registry_close(reg);
	sli_registry_close(other);

	reg = open_file(path);
	assert_non_null(scratch_indicator(reg, "new"));
	assert_null(scratch_indicator(reg, "newer"));
	/* No more of the disk than before. */
	assert_true(info_of(reg).used_bytes == used_bytes);
	expect_listed(reg, "new=1 kept=0 fill-0=0 fill-1=0 ", "kept-slo=0 ");
	sli_registry_close(reg);
	reg = open_file(path);
	expect_listed(reg, "new=0 kept=0 fill-0=0 fill-1=0 ", "kept-slo=0 ");
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_remove_unregistered_indicator_is_kept_and_inactive),
		TEST(test_remove_active_indicator_is_refused),
		TEST(test_remove_unknown_or_nothing_is_refused),
		TEST(test_remove_takes_indicator_and_its_slos_out_of_all_lists),
		TEST(test_remove_then_register_begins_at_zero),
		TEST(test_remove_minds_slos_that_are_registered),
		TEST(test_remove_place_is_free_once_all_have_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
