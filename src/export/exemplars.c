/* SPDX-License-Identifier: MIT */
#include <stddef.h>

#include "export/exemplars.h"

void
sli__exemplars_read(const struct sli_indicator *ind, uint64_t now_ns,
    struct sli__exemplars *out)
{
	uint64_t from = now_ns < SLI__EXEMPLARS_NS ? 0 :
						     now_ns - SLI__EXEMPLARS_NS;

	out->count = sli_exemplars(ind, from, now_ns + 1, out->list,
	    SLI__EXEMPLARS_MAX);
}

const struct sli_exemplar *
sli__exemplars_newest(const struct sli__exemplars *exemplars,
    enum sli_outcome outcome, uint64_t above_ns, uint64_t to_ns)
{
	const struct sli_exemplar *e, *newest = NULL;

	for (e = exemplars->list; e < exemplars->list + exemplars->count; e++)
		if (e->outcome == outcome && e->latency_ns > above_ns &&
		    e->latency_ns <= to_ns &&
		    (newest == NULL || e->at_ns > newest->at_ns))
			newest = e;
	return newest;
}
