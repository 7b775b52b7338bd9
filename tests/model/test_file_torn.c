/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include "../support/common.h"
#include "../support/file_model.h"
#include "../support/scale.h"
#include "../support/scratch.h"
#include "indicator/indicator.h"

/*
 * Power losses: the disk has some pages as they were at the last write, and
 * some as they were at one before. What comes back is not exact, but
 *
 * - never less than at the older write, nor than any snapshot that is kept;
 * - nothing is counted that never was, and no window is negative;
 * - from then on everything is exact again.
 */

#define PAGE 4096

/* Put older pages back, each so many times in a hundred; returns how many. */
static uint64_t
tear(struct model *m, const char *path, const char *older, unsigned int percent)
{
	unsigned char newer_page[PAGE], older_page[PAGE];
	uint64_t at, bytes = scratch_bytes(path), torn = 0;

	for (at = 0; at < bytes; at += PAGE) {
		scratch_read(path, at, newer_page, PAGE);
		scratch_read(older, at, older_page, PAGE);
		if (memcmp(newer_page, older_page, PAGE) == 0 ||
		    !random_percent(&m->rnd, percent))
			continue;
		scratch_write(path, at, older_page, PAGE);
		torn++;
	}
	return torn;
}

static void
expect_between(const struct model *m, const struct sli_counts *got,
    const struct sli_counts *least, const struct sli_counts *most)
{
	model_expect(m, "good", got->good, least->good, most->good);
	model_expect(m, "bad", got->bad, least->bad, most->bad);
	model_expect(m, "shed", got->shed, least->shed, most->shed);
	model_expect(m, "ignored", got->ignored, least->ignored, most->ignored);
	for (uint32_t k = 0; k < SLI_THRESHOLDS_MAX; k++)
		model_expect(m, "slow", got->slow[k], least->slow[k],
		    most->slow[k]);
}

static struct sli_counts
totals_of(const struct model *m)
{
	struct sli_counts total;

	if (sli_total_counts(m->ind, &total) != SLI_OK)
		model_fail(m, "sli_total_counts\n");
	return total;
}

/* What a reader of the torn file would be shown, if nobody mended it. */
static struct sli_counts
totals_in_view(const struct model *m, const char *path)
{
	struct sli_registry *view = scratch_view(path);
	struct sli_indicator *ind = NULL;
	struct sli_counts total = { 0 };

	if (view == NULL ||
	    sli_indicator_find(view, m->cfg.name, NULL, 0, &ind) != SLI_OK ||
	    sli_total_counts(ind, &total) != SLI_OK)
		model_fail(m, "a view of the torn file\n");
	sli_registry_close(view);
	return total;
}

static void
check_snapshots(const struct model *m, const struct sli__history *h,
    const struct sli__cells *cells)
{
	uint64_t total, value;
	uint32_t cell, level, place;

	for (cell = 0; cell < h->cells; cell++) {
		sli__cells_sum(&m->ind->shards, cells, NULL, cell, 1, &total);
		for (level = 0; level < h->levels; level++)
			for (place = 0; place < h->level[level].slots;
			     place++) {
				value = h->level[level]
					    .cells[cell * h->all_slots + place];
				if (h->level[level].stamps[place] != 0)
					model_expect(m, "snapshot", value, 0,
					    total);
			}
	}
}

/*
 * Longer windows have no fewer events, if by more than what a slot of the
 * coarsest ring may hide; and none has more than all.
 */
static void
check_windows(const struct model *m)
{
	struct sli_counts before = { 0 }, got, total = totals_of(m);
	const struct sli_level *last = m->history;
	uint64_t window_ns;

	while (last[1].slot_ns != 0)
		last++;
	for (window_ns = m->cfg.slot_ns / 2; window_ns < SLI_DAYS(60);
	     window_ns += window_ns / 3 + 2 * last->slot_ns) {
		if (sli_window_counts(m->ind, m->now_ns, window_ns, &got) !=
		    SLI_OK)
			model_fail(m, "sli_window_counts\n");
		expect_between(m, &got, &before, &total);
		before = got;
	}
}

static uint64_t
latencies_in(const struct model *m, uint64_t now_ns, uint64_t window_ns)
{
	struct sli_histogram *h;
	uint64_t count;

	if (sli_histogram_create(m->cfg.lowest_ns ? m->cfg.lowest_ns : 1000,
		SLI_SECONDS(60), m->cfg.precision_bits, &h, NULL) != SLI_OK ||
	    sli_window_histogram(m->ind, now_ns, window_ns, SLI_GOOD, h) !=
		SLI_OK)
		model_fail(m, "sli_window_histogram\n");
	count = sli_histogram_count(h);
	sli_histogram_destroy(h);
	return count;
}

static uint64_t
budget_good(const struct file_model *f, uint64_t now_ns)
{
	struct sli_budget budget;

	if (sli_slo_budget(f->slo, now_ns, &budget) != SLI_OK)
		model_fail(&f->m, "sli_slo_budget\n");
	return budget.good;
}

/* So many latencies in a slot after all that was: they are counted exactly. */
static void
check_new_events(struct file_model *f)
{
	struct model *m = &f->m;
	uint64_t skew_ns = m->ind->timeline->skew_ns;
	uint64_t slot_ns = m->latency[0].slot_ns, now_ns, i, n = 7, before;
	struct sli_counts total = totals_of(m), got;

	now_ns = m->ind->timeline->next_ns + SLI_MINUTES(1);
	now_ns += slot_ns - now_ns % slot_ns - skew_ns;
	before = budget_good(f, now_ns);
	for (i = 0; i < n; i++)
		sli_record(m->ind, now_ns, SLI_GOOD, SLI_MILLIS(5));
	got = totals_of(m);
	model_expect(m, "total", got.good, total.good + n, total.good + n);
	if (budget_good(f, now_ns) != before + n)
		model_fail(m, "budget, good: %llu more, wanted 7\n",
		    (unsigned long long)(budget_good(f, now_ns) - before));
	if (sli_window_counts(m->ind, now_ns + m->cfg.slot_ns, m->cfg.slot_ns,
		&got) != SLI_OK)
		model_fail(m, "sli_window_counts\n");
	model_expect(m, "window", got.good, n, n);
	model_expect(m, "latencies", latencies_in(m, now_ns + slot_ns, slot_ns),
	    n, n);
}

static uint64_t
count_mended(const struct file_model *f, uint64_t *audits)
{
	struct sli_registry_info info;
	struct sli_audit audit;
	uint32_t back;
	uint64_t mended = 0;

	if (sli_registry_info(f->m.reg, &info) != SLI_OK)
		model_fail(&f->m, "sli_registry_info\n");
	*audits = info.audit_count;
	for (back = 0; sli_audit_read(f->m.reg, back, &audit) == SLI_OK; back++)
		if (audit.kind == SLI_AUDIT_MENDED) {
			model_expect(&f->m, "mended words", audit.value, 1,
			    UINT64_MAX);
			mended++;
		}
	return mended;
}

/* One power loss; returns whether there was something to mend. */
static bool
lose_power(uint64_t seed)
{
	struct sli_counts least, most, shown, got;
	char *path = scratch_path("run.sli"), *older = scratch_path("old.sli");
	uint64_t i, steps, mended, audits, audits_again;
	struct file_model f;

	file_model_open(&f, path, seed, START + seed % SLI_DAYS(1));
	for (steps = random_below(&f.m.rnd, 400), i = 0; i < steps; i++)
		file_model_step(&f);
	least = totals_of(&f.m);
	sli_registry_close(f.m.reg);
	scratch_copy(path, older);

	file_model_attach(&f);
	for (steps = random_below(&f.m.rnd, 400), i = 0; i < steps; i++)
		file_model_step(&f);
	most = totals_of(&f.m);
	sli_registry_close(f.m.reg);

	tear(&f.m, path, older, (unsigned int)random_below(&f.m.rnd, 101));
	scratch_reboot(path);
	shown = totals_in_view(&f.m, path);
	file_model_attach(&f);
	mended = count_mended(&f, &audits);
	got = totals_of(&f.m);
	expect_between(&f.m, &got, &least, &most);
	expect_between(&f.m, &got, &shown, &most);
	if (mended == 0)
		expect_between(&f.m, &got, &shown, &shown);
	check_snapshots(&f.m, &f.m.ind->counts, &f.m.ind->events);
	check_snapshots(&f.m, &f.m.ind->latency, &f.m.ind->latencies);
	check_windows(&f.m);
	check_new_events(&f);

	/* Once is enough: the next start finds nothing. */
	sli_registry_close(f.m.reg);
	scratch_reboot(path);
	file_model_attach(&f);
	(void)count_mended(&f, &audits_again);
	model_expect(&f.m, "audits", audits_again, audits, audits);
	file_model_close(&f);
	scratch_remove(older);
	return mended > 0;
}

static void
test_file_torn_loses_no_more_than_since_older_write(void **state)
{
	uint64_t seed = random_seed(), i, runs = test_scaled(80), mended = 0;

	(void)state;
	print_message("SLI_TEST_SEED=%llu\n", (unsigned long long)seed);
	for (i = 0; i < runs; i++)
		mended += lose_power(seed + i);
	print_message("%llu of %llu were mended\n", (unsigned long long)mended,
	    (unsigned long long)runs);
	if (runs > 20)
		assert_true(mended > 0);
}

/* A fresh indicator, or the one that is there, works: events are exact. */
static void
check_registers(struct model *m, const char *name)
{
	uint64_t now_ns = START + SLI_DAYS(2), before;
	struct sli_indicator *ind = scratch_indicator(m->reg, name);
	struct sli_slo *slo = ind == NULL ? NULL : scratch_slo(ind, name);
	struct sli_budget budget;
	struct sli_counts got;

	if (slo == NULL)
		model_fail(m, "%s cannot be registered\n", name);
	before = total_good(ind);
	sli_record(ind, now_ns, SLI_GOOD, SLI_MILLIS(5));
	model_expect(m, name, total_good(ind), before + 1, before + 1);
	if (sli_window_counts(ind, now_ns, SLI_SECONDS(1), &got) != SLI_OK ||
	    sli_slo_budget(slo, now_ns, &budget) != SLI_OK)
		model_fail(m, "a read of %s\n", name);
	model_expect(m, name, got.good, 1, 1);
	model_expect(m, name, budget.total, 1, total_good(ind));
}

static const char *const names[] = { "first", "second", "third" };

static void
register_first(struct model *m, const char *path, size_t count)
{
	struct sli_registry_config cfg = scratch_config();
	struct sli_indicator *ind;
	size_t i;

	/* The place of one whose entry was lost may be lost with it. */
	cfg.max_indicators = cfg.max_slos = 3 * LENGTH(names);
	if (sli_registry_open(path, &cfg, &m->reg, NULL) != SLI_OK)
		model_fail(m, "sli_registry_open\n");
	for (i = 0; i < count; i++) {
		ind = scratch_indicator(m->reg, names[i]);
		if (ind == NULL || scratch_slo(ind, names[i]) == NULL)
			model_fail(m, "%s\n", names[i]);
		sli_count(ind, START + SLI_SECONDS(count), SLI_GOOD, 10);
	}
	sli_registry_close(m->reg);
}

/* What is lost of what was registered since the older write was young. */
static void
lose_registrations(uint64_t seed)
{
	char *path = scratch_path("run.sli"), *older = scratch_path("old.sli");
	struct model m = { .seed = seed, .rnd = { seed } };
	struct sli_indicator *ind;
	size_t i;

	register_first(&m, path, 1);
	scratch_copy(path, older);
	register_first(&m, path, LENGTH(names));
	tear(&m, path, older, (unsigned int)random_below(&m.rnd, 101));
	scratch_reboot(path);
	m.reg = scratch_open(path);
	if (m.reg == NULL)
		model_fail(&m, "the file cannot be opened\n");
	if (sli_indicator_find(m.reg, "first", NULL, 0, &ind) != SLI_OK)
		model_fail(&m, "what had been written is gone\n");
	model_expect(&m, "first", total_good(ind), 10, 20);
	for (i = 0; i < LENGTH(names); i++)
		check_registers(&m, names[i]);
	sli_registry_close(m.reg);
	scratch_remove(path);
	scratch_remove(older);
}

static void
test_file_torn_while_registering_keeps_what_was_there(void **state)
{
	uint64_t seed = random_seed(), i;

	(void)state;
	print_message("SLI_TEST_SEED=%llu\n", (unsigned long long)seed);
	for (i = 0; i < test_scaled(60); i++)
		lose_registrations(seed + i);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_file_torn_loses_no_more_than_since_older_write),
		TEST(test_file_torn_while_registering_keeps_what_was_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
