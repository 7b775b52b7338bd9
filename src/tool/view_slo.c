/* SPDX-License-Identifier: MIT */
/* What follows from a view of an SLO. */
#include <string.h>

#include "view.h"

uint64_t
view_unit(const struct view_slo *slo)
{
	return slo->is.method == SLI_RATIO_TIMESLICES ? 1000000000 : 1;
}

/* What was corrected is no slice that had data. */
uint64_t
view_no_data(const struct view_slo *slo)
{
	const struct sli_budget *b = &slo->is.budget;
	uint64_t known, slices;

	if (slo->is.slice_ns == 0 || b->covered_ns <= b->excluded_ns)
		return 0;
	slices = (b->covered_ns - b->excluded_ns) / slo->is.slice_ns;
	known = (b->good + b->bad - (uint64_t)b->corrected_good -
		    (uint64_t)b->corrected_bad) /
	    view_unit(slo);
	return slices > known ? slices - known : 0;
}

int
view_is_out(const struct view_slo *slo)
{
	return slo->is.active && slo->outage.state == SLI_ALERT_FIRING;
}

/* Of the dead, what a view judges now: nobody is left to end the record. */
static int
may_fire(const struct view_slo *slo, const struct sli_alert_record *record)
{
	const struct sli_budget *b = &slo->is.budget;

	if (record->kind == SLI_ALERT_OUTAGE)
		return slo->is.active;
	return slo->is.active ||
	    (record->severity == SLI_PAGE ? b->page : b->ticket) ==
	    SLI_ALERT_FIRING;
}

int
view_fires(const struct view *v, const struct sli_alert_record *record)
{
	uint32_t i;

	if (record->end_ns != 0)
		return 0;
	for (i = 0; i < v->slo_count; i++)
		if (strcmp(v->slos[i].name, record->slo) == 0)
			return may_fire(&v->slos[i], record);
	return 0;
}
