/* SPDX-License-Identifier: MIT */
#include <sli/context.h>

#include "base/arith.h"
#include "slo/windows.h"

/*
 * Two windows that end at the same moment, of which one is in the other: what
 * comes while they are read is in both, and so not in the difference (I3).
 */
int
sli_slo_counts(struct sli_slo *slo, uint64_t now_ns, uint64_t from_ns,
    uint64_t to_ns, struct sli_slo_counts *out)
{
	enum { FROM, TO, WINDOWS };
	struct sli__events e[WINDOWS];
	uint64_t window_ns[WINDOWS];
	struct sli__tally from, to = { 0, 0, 0 };

	if (slo == NULL || out == NULL || from_ns >= to_ns || from_ns >= now_ns)
		return SLI_EINVAL;
	window_ns[FROM] = now_ns - from_ns;
	window_ns[TO] = sub_floor(now_ns, to_ns);
	sli__slo_windows(slo, sli__advance_to(slo->ind, now_ns), window_ns,
	    window_ns[TO] > 0 ? WINDOWS : TO, e);
	from = sli__slo_tally(slo, &e[FROM]);
	if (window_ns[TO] > 0)
		to = sli__slo_tally(slo, &e[TO]);
	out->good = sub_floor(from.good, to.good);
	out->bad = sub_floor(from.bad, to.bad);
	out->covered_ns = sub_floor(from.covered_ns, to.covered_ns);
	return SLI_OK;
}
