/* SPDX-License-Identifier: MIT */
#include "slo/windows.h"

#include <string.h>

#include "base/arith.h"
#include "base/atomic.h"
#include "slo/period.h"
#include "slo/slices.h"

struct sli__tally
sli__slo_admitted(const struct sli_slo *slo, const struct sli__events *e)
{
	struct sli__tally t;
	uint32_t i;

	t.good = 0;
	t.bad = e->cell[SLI__BAD];
	t.covered_ns = e->covered_ns;
	for (i = 0; i <= SLI_THRESHOLDS_MAX; i++)
		if (i < slo->slow_from)
			t.good += e->cell[(uint32_t)SLI__GOOD + i];
		else
			t.bad += e->cell[(uint32_t)SLI__GOOD + i];
	return t;
}

struct sli__tally
sli__slo_tally(const struct sli_slo *slo, const struct sli__events *e)
{
	struct sli__tally t = sli__slo_admitted(slo, e);

	if (slo->spec.flags & SLI_SLO_SHED_IS_BAD)
		t.bad += e->cell[SLI__SHED];
	return t;
}

void
sli__slo_windows(const struct sli_slo *slo, struct sli__moment m,
    const uint64_t *window_ns, uint32_t n, struct sli__events *out)
{
	uint32_t tries = 0;

	m = sli__slices_moment(slo, m);
	do
		sli__windows(slo->counted, m, window_ns, n, out);
	while (!sli__adjust_windows(slo, m, window_ns, n, out) &&
	    ++tries < SLI__ADJUST_TRIES);
}

/*
 * When the budget was last reset, and the totals then. Before the totals now,
 * so that no window is negative (I3).
 */
static uint64_t
read_mark(const struct sli_slo *slo, uint64_t *total)
{
	const struct sli__slo_mark *mark;
	uint64_t at;
	uint32_t i;

	/* Again if it was made ready for the next but one meanwhile. */
	do {
		mark = sli__slo_mark(slo->entry);
		/* Pair with the joins in reset_budget(). */
		at = load_acquire(&mark->at_ns);
		for (i = 0; i < SLI__EVENT_CELLS; i++)
			total[i] = load_acquire(&mark->total[i]);
	} while (mark != sli__slo_mark(slo->entry));
	return at;
}

/* As they were counted. */
static uint64_t
counted_windows(const struct sli_slo *slo, struct sli__moment m,
    const struct sli__period *period, const uint64_t *window_ns, uint32_t n,
    struct sli__events *out, struct sli__events *budget)
{
	struct sli__events e[SLI__WINDOWS_MAX];
	uint64_t total[SLI__EVENT_CELLS], length_ns[SLI__WINDOWS_MAX];
	uint64_t reset = read_mark(slo, total), since = reset;
	bool is_kept = reset > period->begin_ns;
	uint32_t i;

	if (!is_kept && !sli__slo_is_calendar(&slo->spec)) {
		sli__windows(slo->counted, m, window_ns, n, out);
		*budget = out[0];
		return 0;
	}
	if (!is_kept) {
		reset = 0;
		is_kept = sli__period_start(slo, period, total, &since);
	}
	memcpy(length_ns, window_ns, n * sizeof(*window_ns));
	length_ns[n] = is_kept ? UINT64_MAX :
				 sub_floor(m.at_ns, period->begin_ns);
	sli__windows(slo->counted, m, length_ns, n + 1, e);
	memcpy(out, e, n * sizeof(*out));
	*budget = e[n];
	if (!is_kept)
		return 0;
	for (i = 0; i < SLI__EVENT_CELLS; i++)
		budget->cell[i] = sub_floor(e[n].cell[i], total[i]);
	budget->covered_ns = sub_floor(m.at_ns, since);
	return reset;
}

uint64_t
sli__slo_budget_windows(const struct sli_slo *slo, struct sli__moment m,
    struct sli__period *period, const uint64_t *window_ns, uint32_t n,
    struct sli__events *out, struct sli__events *budget,
    struct sli__adjusted *did)
{
	uint64_t reset;
	uint32_t tries = 0;
	bool is_whole;

	m = sli__slices_moment(slo, m);
	do {
		reset = counted_windows(slo, m, period, window_ns, n, out,
		    budget);
		is_whole = sli__adjust_windows(slo, m, window_ns, n, out);
		is_whole &= sli__adjust_budget(slo, m, period,
		    reset > 0 ? reset : period->begin_ns, budget, did);
	} while (!is_whole && ++tries < SLI__ADJUST_TRIES);
	period->slices = sub_floor(period->slices, did->slices);
	if (period->whole > 0)
		period->whole = (uint128)period->slices * slo->unit;
	return reset;
}
