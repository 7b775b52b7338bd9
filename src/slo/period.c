/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/arith.h"
#include "base/atomic.h"
#include "slo/period.h"
#include "slo/slices.h"

static void
rolling(const struct sli_slo *slo, uint64_t at_ns, struct sli__period *out)
{
	out->from_ns = sub_floor(at_ns, slo->spec.period_ns);
	out->to_ns = at_ns;
	out->begin_ns = out->from_ns;
	if (sli__slo_has_slices(&slo->spec))
		out->slices = slo->spec.period_ns / slo->spec.slice_ns;
}

/* A slice over its beginning is the previous period's. */
static void
set_slices(const struct sli_slo *slo, struct sli__period *out)
{
	uint64_t slice_ns = slo->spec.slice_ns;

	out->slices = sli__calendar_slices(out->from_ns, out->to_ns, slice_ns);
	out->whole = (uint128)out->slices * slo->unit;
	out->begin_ns = round_up(out->from_ns, slice_ns);
}

void
sli__slo_period(const struct sli_slo *slo, uint64_t at_ns,
    struct sli__period *out)
{
	uint64_t skew = sli__timeline_skew(slo->ind->timeline);

	memset(out, 0, sizeof(*out));
	if (!sli__slo_is_calendar(&slo->spec)) {
		rolling(slo, at_ns, out);
		return;
	}
	sli__calendar_period(&slo->spec.calendar, slo->zone,
	    sub_floor(at_ns, skew), &out->from_ns, &out->to_ns);
	out->from_ns += skew;
	out->to_ns += skew;
	out->begin_ns = out->from_ns;
	if (sli__slo_has_slices(&slo->spec))
		set_slices(slo, out);
}

/*
 * Between the slot that was judged last and this one nothing was recorded: if
 * the period began there, the totals then are those at m, exactly, however long
 * ago that is. Else history knows them as well as it reaches.
 */
void
sli__period_begin(const struct sli_slo *slo, struct sli__moment m,
    const struct sli__period *period, uint64_t judged_ns)
{
	struct sli__history h = sli__slo_snapshot(&slo->entry->period_start);
	uint64_t window_ns[2] = { 0, UINT64_MAX }, total[SLI__EVENT_CELLS + 1];
	uint64_t begin = period->begin_ns;
	struct sli__events e[2];
	uint32_t i;

	if (!sli__slo_is_calendar(&slo->spec) || m.at_ns < begin ||
	    begin == 0 || sli__slot_is_joined(&h, 0, begin))
		return;
	if (judged_ns == 0 || judged_ns >= begin)
		window_ns[0] = m.at_ns - begin;
	sli__windows(slo->counted, m, window_ns, 2, e);
	for (i = 0; i < SLI__EVENT_CELLS; i++)
		total[i] = e[1].cell[i] - e[0].cell[i];
	total[i] = window_ns[0] > 0 ? m.at_ns - e[0].covered_ns : begin;
	sli__slot_begin(&h, 0, begin);
	sli__slot_join(&h, 0, begin, 0, h.cells, total);
	sli__slot_end(&h, 0, begin);
}

bool
sli__period_start(const struct sli_slo *slo, const struct sli__period *period,
    uint64_t *total, uint64_t *since_ns)
{
	struct sli__history h = sli__slo_snapshot(&slo->entry->period_start);
	uint64_t value[SLI__EVENT_CELLS + 1];

	if (!sli__slo_is_calendar(&slo->spec) ||
	    !sli__slot_read(&h, 0, period->begin_ns, 0, h.cells, value))
		return false;
	memcpy(total, value, SLI__EVENT_CELLS * sizeof(*total));
	*since_ns = value[SLI__EVENT_CELLS];
	return true;
}
