/* SPDX-License-Identifier: MIT */
#include "calls.h"
#include "expect.h"
#include "indicator/bind.h"
#include "sample.h"
#include "still.h"

static struct sli_indicator *
some_indicator(struct sli_registry *reg, uint32_t which)
{
	uint64_t count = sli__indicator_count(reg);

	return count == 0 ? NULL : sli__indicator_get(reg, which % count);
}

static uint64_t
all_events(const struct sli_indicator *ind)
{
	struct sli_counts counts;

	must(sli_total_counts(ind, &counts) == SLI_OK, "no totals");
	return counts.good + counts.bad + counts.shed + counts.ignored;
}

static void
write_by_writer(struct sli_registry *reg, struct sli_indicator *ind,
    uint64_t value)
{
	struct sli_writer *writer = NULL;

	forget_error();
	if (said(sli_writer_acquire(reg, &writer, &err)) != SLI_OK) {
		sli_record(ind, still_now(), SLI_GOOD, value);
		return;
	}
	sli_writer_record(writer, ind, still_now(), SLI_GOOD, value);
	sli_writer_release(writer);
}

void
calls_write(struct sli_registry *reg, uint16_t index, uint64_t value)
{
	struct sli_indicator *ind;
	uint64_t before, n = 1;

	if (reg == NULL)
		return;
	ind = some_indicator(reg, index >> 3);
	if (ind == NULL)
		return;
	before = all_events(ind);
	switch (index & 7) {
	case 0:
		sli_record(ind, still_now(), SLI_GOOD, value);
		break;
	case 1:
		sli_record(ind, still_now(), SLI_BAD, value);
		break;
	case 2:
		sli_record(ind, still_now(), (enum sli_outcome)(value & 7),
		    value);
		break;
	case 3:
		sli_record(ind, value, SLI_GOOD, value);
		break;
	case 4:
		n = value;
		sli_count(ind, still_now(), SLI_GOOD, n);
		break;
	case 5:
		write_by_writer(reg, ind, value);
		break;
	case 6:
		n = 0;
		sli_begin(ind);
		sli_end(ind);
		break;
	default: /* with no time to lose for an advance */
		n = 64;
		for (value = 0; value < n; value++)
			sli_record(ind, still_now(), SLI_GOOD, value << 16);
	}
	/* One that has lost its file counts from 0. */
	must(all_events(ind) == before + n ||
		sli_registry_status(reg, NULL) == SLI_EIO,
	    "what was recorded is not in the totals");
}

static void
flush_nothing(const struct sli_snapshot *s, void *arg)
{
	(void)s;
	(void)arg;
}

void
calls_change(struct sli_registry *reg, uint16_t index, uint64_t value)
{
	struct sli_indicator_config cfg;
	struct sli_indicator *ind;
	struct sli_slo *slo;
	bool done = false;

	if (reg == NULL)
		return;
	forget_error();
	cfg = sample_indicator(index >> 3);
	switch (index & 7) {
	case 0:
		done = sample_add_indicator(reg, index >> 3) != NULL;
		break;
	case 1:
		ind = some_indicator(reg, index >> 3);
		done = ind != NULL && sample_add_slo(ind, index >> 3) != NULL;
		break;
	case 2:
		done = said(sli_indicator_remove(reg, cfg.name, cfg.labels,
			   cfg.label_count, "a test", &err)) == SLI_OK;
		break;
	case 3:
		done = said(sli_slo_remove(reg, sample_slo(index >> 3).name,
			   "a test", &err)) == SLI_OK;
		break;
	case 4:
		if (sli_slo_find(reg, sample_slo(index >> 3).name, &slo) ==
		    SLI_OK)
			done = said(sli_slo_reset_budget(slo, still_now(),
				   "a test", &err)) == SLI_OK;
		break;
	case 5:
		done = said(sli_registry_sync(reg, &err)) == SLI_OK;
		break;
	case 6:
		(void)sli_flush(reg, value, flush_nothing, NULL);
		if (value % 2 == 0)
			(void)sli_flush_forget(reg, flush_nothing, NULL);
		break;
	default:
		(void)sli_advance(reg, index % 2 == 0 ? still_now() : value);
	}
	must(!done || !reg->arena.is_view, "a view was written to");
}
