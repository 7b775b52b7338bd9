/* SPDX-License-Identifier: MIT */
#include "estate.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena/arena.h"
#include "base/clock.h"
#include "common.h"
#include "inspect.h"

#define SLOT ESTATE_SLOT
#define GOOD 5
#define BAD 2
#define WRITERS 2
/* "old", "gone" or "new", and "more". */
#define INDICATORS 3
#define SLOS 6

static const struct sli_level history[] = { { SLOT, 8, 0 },
	{ SLI_SECONDS(5), 8, 0 }, { SLI_SECONDS(20), 8, 0 } };
static const struct sli_level latency[] = { { SLI_SECONDS(5), 4, 0 } };

uint64_t
estate_start_ns(void)
{
	static uint64_t start; /* the same in all children, at any hour */

	if (start == 0)
		start = sli_clock_ns() / SLI_HOURS(1) * SLI_HOURS(1) -
		    SLI_HOURS(1);
	return start;
}

int
estate_try_open(const char *path, struct sli_registry **out,
    struct sli_error *err)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;

	cfg.max_indicators = INDICATORS;
	cfg.max_slos = SLOS;
	cfg.shards = cfg.atomic_shards = 1;
	cfg.writer_shards = WRITERS;
	cfg.arena_bytes = 1 << 18;
	cfg.sync = SLI_SYNC_NONE;
	memcpy(cfg.history, history, sizeof(history));
	memcpy(cfg.latency, latency, sizeof(latency));
	return sli_registry_open(path, &cfg, out, err);
}

static struct sli_registry *
open_path(const char *path)
{
	struct sli_registry *reg;
	struct sli_error err;

	if (estate_try_open(path, &reg, &err) != SLI_OK)
		fail_msg("open: %s", err.message);
	return reg;
}

int
estate_try_register(struct sli_registry *reg, const char *name,
    struct sli_indicator **out)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;

	cfg.name = name;
	cfg.precision_bits = 3;
	cfg.lowest_ns = SLI_MICROS(500);
	cfg.highest_ns = SLI_MILLIS(2);
	return sli_indicator_register(reg, &cfg, out, NULL);
}

int
estate_try_register_slo(struct sli_indicator *ind, const char *name,
    struct sli_slo **out)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;

	cfg.name = name;
	cfg.objective = 0.9;
	cfg.period_ns = SLI_MINUTES(2);
	return sli_slo_register(ind, &cfg, out, NULL);
}

static struct sli_indicator *
register_indicator(struct sli_registry *reg, const char *name)
{
	struct sli_indicator *ind;

	assert_int_equal(estate_try_register(reg, name, &ind), SLI_OK);
	return ind;
}

static struct sli_slo *
register_slo(struct sli_indicator *ind, const char *name)
{
	struct sli_slo *slo;

	assert_int_equal(estate_try_register_slo(ind, name, &slo), SLI_OK);
	return slo;
}

static void
record(struct sli_indicator *ind, uint64_t now_ns)
{
	for (int i = 0; i < GOOD; i++)
		sli_record(ind, now_ns, SLI_GOOD, SLI_MILLIS(1));
	for (int i = 0; i < BAD; i++)
		sli_record(ind, now_ns, SLI_BAD, SLI_MILLIS(1));
}

static void
reset(struct sli_slo *slo, uint64_t now_ns)
{
	assert_int_equal(sli_slo_reset_budget(slo, now_ns, "a test", NULL),
	    SLI_OK);
}

void
estate_prepare_old(const char *path)
{
	struct sli_registry *reg = open_path(path);
	struct sli_indicator *ind = register_indicator(reg, "old");
	struct sli_slo *slo = register_slo(ind, "old-slo");

	sli_begin(ind);
	record(ind, estate_start_ns());
	reset(slo, estate_start_ns() + SLOT);
	record(ind, estate_start_ns() + SLOT);
	sli_registry_close(reg);
}

void
estate_prepare_audited(const char *path)
{
	struct sli_registry *reg = open_path(path);
	struct sli_indicator *ind = register_indicator(reg, "old");
	struct sli_slo *slo = register_slo(ind, "old-slo");

	record(ind, estate_start_ns());
	for (int i = 0; i < SLI_AUDIT_MAX; i++)
		reset(slo, estate_start_ns() + SLOT);
	record(ind, estate_start_ns() + SLOT);
	sli_registry_close(reg);
}

void
estate_prepare_gone(const char *path)
{
	struct sli_registry *reg;
	struct sli_indicator *ind;

	estate_prepare_old(path);
	reg = open_path(path);
	ind = register_indicator(reg, "gone");
	record(ind, estate_start_ns());
	(void)register_slo(ind, "gone-slo");
	(void)register_slo(ind, "gone-too");
	sli_registry_close(reg);
}

void
estate_prepare_removed(const char *path)
{
	struct sli_registry *reg;

	estate_prepare_gone(path);
	reg = open_path(path);
	assert_int_equal(
	    sli_indicator_remove(reg, "gone", NULL, 0, "a test", NULL), SLI_OK);
	sli_registry_close(reg);
}

static void
check_registry(struct sli_registry *reg)
{
	struct sli_writer *writer;
	struct sli_registry_info info;
	struct sli_audit record;
	uint32_t back;

	assert_int_equal(inspect_twins(reg, estate_start_ns() + SLOT), 0);
	assert_int_equal(sli_registry_info(reg, &info), SLI_OK);
	assert_int_equal(info.process_count, 1);
	for (back = 0; sli_audit_read(reg, back, &record) == SLI_OK; back++)
		assert_true(record.kind == SLI_AUDIT_CREATED ||
		    record.kind == SLI_AUDIT_BUDGET_RESET ||
		    record.kind == SLI_AUDIT_INDICATOR_REMOVED ||
		    record.kind == SLI_AUDIT_SLO_REMOVED);
	assert_true(back == info.audit_count || back == SLI_AUDIT_MAX);
	for (int i = 0; i < WRITERS; i++)
		assert_int_equal(sli_writer_acquire(reg, &writer, NULL),
		    SLI_OK);
}

/* Nothing that a kill leaves is damage, or keeps anybody from looking. */
static void
check_file(const char *path, bool may_be_empty)
{
	int status = inspect_file(path);
	struct sli_registry *view;
	int viewed = sli_registry_view(path, &view, NULL);

	assert_int_equal(viewed, status);
	if (viewed == SLI_OK)
		sli_registry_close(view);
	if (may_be_empty && (status == SLI_ENOENT || status == SLI_EBUSY))
		return;
	assert_int_equal(status, SLI_OK);
}

/* Else the next to open it would mend what nothing has broken. */
static void
check_boot(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct sli__block block;
	uint64_t boot[2];

	if (fd < 0)
		return;
	memset(&block, 0, sizeof(block));
	(void)pread(fd, &block, sizeof(block), 0);
	close(fd);
	sli__clock_boot(boot);
	if (block.open_count > 0)
		assert_memory_equal(block.boot, boot, sizeof(boot));
}

static void
check_old(struct sli_registry *reg, const struct estate_case *c)
{
	struct sli_indicator *ind = register_indicator(reg, "old");
	struct sli_slo *slo = register_slo(ind, "old-slo");
	struct sli_slo *too = register_slo(ind, "old-too");
	struct sli_counts total;
	struct sli_budget budget;

	assert_int_equal(sli_total_counts(ind, &total), SLI_OK);
	assert_int_equal(total.good, 2 * GOOD);
	assert_int_equal(total.bad, 2 * BAD);
	assert_int_equal(sli_in_flight(ind), 0);
	assert_int_equal(sli_slo_budget(too, estate_start_ns() + SLOT, &budget),
	    SLI_OK);
	assert_int_equal(budget.total, total.good + total.bad);
	assert_int_equal(sli_slo_budget(slo, estate_start_ns() + SLOT, &budget),
	    SLI_OK);
	if (c->may_be_reset && budget.total == 0)
		return;
	assert_int_equal(budget.good, GOOD);
	assert_int_equal(budget.bad, BAD);
}

/* Its SLOs go first. */
static void
check_gone(struct sli_registry *reg)
{
	struct sli_counts total;
	struct sli_indicator *ind;
	struct sli_slo *slo;

	if (sli_indicator_find(reg, "gone", NULL, 0, &ind) != SLI_OK) {
		assert_int_equal(sli_slo_find(reg, "gone-slo", &slo),
		    SLI_ENOENT);
		assert_int_equal(sli_slo_find(reg, "gone-too", &slo),
		    SLI_ENOENT);
		return;
	}
	assert_int_equal(sli_total_counts(ind, &total), SLI_OK);
	assert_int_equal(total.good, GOOD);
	assert_int_equal(
	    sli_indicator_remove(reg, "gone", NULL, 0, "a test", NULL), SLI_OK);
}

/* Register it, and it is as new; then record, and it counts and is judged. */
static void
check_new(struct sli_registry *reg, const char *name, const char *slo_name)
{
	const uint64_t now_ns = estate_start_ns() + 3 * SLOT;
	struct sli_indicator *ind = register_indicator(reg, name);
	struct sli_slo *slo = register_slo(ind, slo_name);
	struct sli_verdict verdict;
	struct sli_counts counts;
	struct sli_budget budget;

	assert_int_equal(sli_total_counts(ind, &counts), SLI_OK);
	assert_int_equal(counts.good + counts.bad, 0);
	record(ind, now_ns);
	record(ind, now_ns + SLOT);
	assert_int_equal(sli_total_counts(ind, &counts), SLI_OK);
	assert_int_equal(counts.good, 2 * GOOD);
	assert_int_equal(sli_window_counts(ind, now_ns + SLOT + 1, 1, &counts),
	    SLI_OK);
	assert_int_equal(counts.good, GOOD);
	assert_int_equal(sli_slo_verdict(slo, now_ns + SLOT, &verdict), SLI_OK);
	assert_int_equal(verdict.at_ns, now_ns + SLOT);
	reset(slo, now_ns + SLOT);
	record(ind, now_ns + SLOT);
	assert_int_equal(sli_slo_budget(slo, now_ns + SLOT, &budget), SLI_OK);
	assert_int_equal(budget.good, GOOD);
	assert_int_equal(budget.bad, BAD);
}

void
estate_check(const char *path, const struct estate_case *c)
{
	struct sli_registry *reg;
	struct sli_indicator *ind;

	check_file(path, c->may_be_empty);
	check_boot(path);
	reg = open_path(path);
	check_registry(reg);
	if (!c->may_be_empty)
		check_old(reg, c);
	if (c->may_be_removed)
		check_gone(reg);
	check_new(reg, "new", "new-slo");
	sli_registry_close(reg);
	check_file(path, false);
	reg = open_path(path);
	check_registry(reg);
	assert_int_equal(sli_indicator_find(reg, "new", NULL, 0, &ind), SLI_OK);
	assert_int_equal(total_good(ind), 3 * GOOD);
	/* Whoever died over a place has not taken it away. */
	check_new(reg, "more", "more-slo");
	sli_registry_close(reg);
	check_file(path, false);
}
