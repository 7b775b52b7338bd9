/* SPDX-License-Identifier: MIT */
#include "aftermath.h"

#include <string.h>

#include "common.h"
#include "inspect.h"

static uint64_t
now_of(struct aftermath *a)
{
	return children_now(a->children, &a->rnd);
}

void
aftermath_start_over(struct aftermath *a)
{
	memset(a->base, 0, sizeof(a->base));
	a->resets_min = a->resets_max = 0;
}

/* What the dead had is to be had again. */
static void
check_registry(struct aftermath *a, struct sli_registry *reg)
{
	struct sli_writer *writer[CHILD_WRITERS + 1];
	struct sli_registry_info info;

	assert_int_equal(inspect_twins(reg, now_of(a)), 0);
	assert_int_equal(sli_registry_info(reg, &info), SLI_OK);
	assert_int_equal(info.process_count, 1);
	assert_int_equal(info.writer_shards, CHILD_WRITERS);
	for (size_t i = 0; i < CHILD_WRITERS; i++)
		assert_int_equal(sli_writer_acquire(reg, &writer[i], NULL),
		    SLI_OK);
	assert_int_equal(sli_writer_acquire(reg, &writer[CHILD_WRITERS], NULL),
	    SLI_ENOSPC);
	for (size_t i = 0; i < CHILD_WRITERS; i++)
		sli_writer_release(writer[i]);
	assert_int_equal(sli_registry_status(reg, NULL), SLI_OK);
}

/* A reset that was killed may have its record, or lack it. */
static void
check_audit(struct aftermath *a, struct sli_registry *reg)
{
	uint64_t created = 0, resets = 0;
	struct sli_registry_info info;
	struct sli_audit record;
	uint32_t back;

	for (uint32_t i = 0; i < CHILDREN; i++) {
		a->resets_min += atomic_load(&a->children->page[i].resets_done);
		a->resets_max += atomic_load(
		    &a->children->page[i].resets_begun);
	}
	for (back = 0; sli_audit_read(reg, back, &record) == SLI_OK; back++) {
		created += record.kind == SLI_AUDIT_CREATED;
		resets += record.kind == SLI_AUDIT_BUDGET_RESET;
		assert_int_not_equal(record.kind, SLI_AUDIT_MENDED);
		assert_int_not_equal(record.kind, SLI_AUDIT_CLOCK_SET_BACK);
	}
	assert_int_equal(sli_registry_info(reg, &info), SLI_OK);
	if (info.audit_count > SLI_AUDIT_MAX) {
		assert_int_equal(back, SLI_AUDIT_MAX);
		return;
	}
	assert_int_equal(back, info.audit_count);
	assert_int_equal(created, 1);
	assert_in_range(resets, a->resets_min, a->resets_max);
	a->resets_min = a->resets_max = resets;
}

/*
 * Nothing is missing that was reported, nor, as the pages know, that was done;
 * and nothing is there that was not at least begun.
 */
static void
check_events(struct aftermath *a, struct sli_indicator *ind, uint32_t i)
{
	struct ledger_view seen, reported = a->base[i];
	struct ledger_view least = a->base[i], most = a->base[i];
	uint64_t done[LEDGER_KINDS], begun[LEDGER_KINDS];
	struct ledger_line *line;

	for (uint32_t c = 0; c < CHILDREN; c++)
		for (uint32_t t = 0; t < CHILD_THREADS; t++) {
			line = &a->children->page[c].line[t][i];
			for (uint32_t kind = 0; kind < LEDGER_KINDS; kind++) {
				done[kind] = atomic_load(&line->done[kind]);
				begun[kind] = atomic_load(&line->begun[kind]);
			}
			ledger_add(&least, done);
			ledger_add(&most, begun);
			ledger_add(&reported, a->reported[c][t].done[i]);
		}
	assert_true(ledger_look(ind, now_of(a), &seen));
	assert_int_equal(ledger_differences(&seen, &reported, &most), 0);
	assert_int_equal(ledger_differences(&seen, &least, &most), 0);
	a->base[i] = seen;
}

/* An indicator and its SLO, whatever somebody was at with them. */
static void
check_works(struct aftermath *a, struct sli_indicator *ind, struct sli_slo *slo)
{
	struct sli_counts before, after;
	struct sli_budget budget;

	assert_int_equal(sli_total_counts(ind, &before), SLI_OK);
	assert_int_equal(sli_slo_reset_budget(slo, now_of(a), "a test", NULL),
	    SLI_OK);
	a->resets_min++;
	a->resets_max++;
	assert_int_equal(sli_slo_budget(slo, now_of(a), &budget), SLI_OK);
	assert_int_equal(budget.total, 0);
	sli_count(ind, now_of(a), SLI_BAD, 1);
	assert_int_equal(sli_slo_budget(slo, now_of(a), &budget), SLI_OK);
	assert_int_equal(budget.bad, 1);
	assert_int_equal(budget.total, 1);
	assert_int_equal(sli_total_counts(ind, &after), SLI_OK);
	assert_int_equal(after.bad, before.bad + 1);
}

static void
check_indicators(struct aftermath *a, struct sli_registry *reg, bool alone)
{
	struct sli_indicator *ind;
	struct sli_slo *slo;

	for (uint32_t i = 0; i < CHILD_BOOKED; i++) {
		assert_int_equal(child_register(reg, "booked", i, &ind, NULL),
		    SLI_OK);
		assert_int_equal(
		    child_register_slo(ind, "booked", i, &slo, NULL), SLI_OK);
		check_events(a, ind, i);
		if (alone)
			assert_int_equal(sli_in_flight(ind), 0);
		for (int n = 0; n < 5; n++)
			assert_int_equal(
			    ledger_witness(ind, slo, &a->rnd, now_of(a)), 0);
		check_works(a, ind, slo);
		a->base[i].aspect[SLI_BAD]++;
	}
	/* Without a close by all, the places of what was removed are taken. */
	for (uint32_t i = 0; i < CHILD_FLEETING && alone; i++) {
		assert_int_equal(child_register(reg, "fleeting", i, &ind, NULL),
		    SLI_OK);
		assert_int_equal(
		    child_register_slo(ind, "fleeting", i, &slo, NULL), SLI_OK);
		check_works(a, ind, slo);
	}
}

/* At most one event of each thread that was killed was begun and not done. */
static void
check_pages(const struct aftermath *a, uint64_t threads_killed)
{
	uint64_t unfinished = 0;
	struct ledger_line *line;

	for (uint32_t c = 0; c < CHILDREN; c++)
		for (uint32_t t = 0; t < CHILD_THREADS; t++)
			for (uint32_t i = 0; i < CHILD_BOOKED; i++) {
				line = &a->children->page[c].line[t][i];
				for (int k = 0; k < LEDGER_KINDS; k++)
					unfinished += atomic_load(
							  &line->begun[k]) -
					    atomic_load(&line->done[k]);
			}
	assert_in_range(unfinished, 0, threads_killed);
}

void
aftermath_check(struct aftermath *a, struct sli_registry *reg,
    uint64_t threads_killed, bool alone)
{
	check_pages(a, threads_killed);
	check_audit(a, reg);
	check_registry(a, reg);
	check_indicators(a, reg, alone);
	/* The next round has clean pages. */
	memset(a->children->page, 0, sizeof(a->children->page));
	memset(a->reported, 0, sizeof(a->reported));
}

void
aftermath_check_slots(struct sli_registry *reg, uint64_t now_ns)
{
	const uint64_t slot_ns = SLI_MILLIS(10);
	const uint64_t first_ns = now_ns / slot_ns * slot_ns + 2 * slot_ns;
	struct sli_indicator *ind;
	struct sli_counts counts;
	uint64_t at_ns;

	assert_int_equal(child_register(reg, "booked", 0, &ind, NULL), SLI_OK);
	for (uint64_t i = 0; i < 100; i++) {
		at_ns = first_ns + i * slot_ns;
		for (uint64_t n = 0; n < 10; n++)
			sli_count(ind, at_ns + n, SLI_BAD, 1);
		for (uint64_t back = 0; back <= i; back += 7) {
			assert_int_equal(sli_window_counts(ind, at_ns + 9,
					     back * slot_ns + 9, &counts),
			    SLI_OK);
			assert_int_equal(counts.bad, 10 * (back + 1));
		}
	}
}
