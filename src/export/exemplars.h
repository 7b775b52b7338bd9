/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_EXEMPLARS_H
#define SLI_EXPORT_EXEMPLARS_H

#include <sli/exemplar.h>
#include <sli/time.h>

/* Exemplars of the last minutes: of each 10 s the worst good and bad one. */
#define SLI__EXEMPLARS_NS SLI_MINUTES(5)
#define SLI__EXEMPLARS_MAX 72

struct sli__exemplars {
	uint32_t count;
	struct sli_exemplar list[SLI__EXEMPLARS_MAX];
};

void sli__exemplars_read(const struct sli_indicator *ind, uint64_t now_ns,
    struct sli__exemplars *out);

/*
 * The newest of those in (above_ns, to_ns], which does not go back in time from
 * one export to the next, as readers want it; NULL: there is none.
 */
const struct sli_exemplar *sli__exemplars_newest(
    const struct sli__exemplars *exemplars, enum sli_outcome outcome,
    uint64_t above_ns, uint64_t to_ns);

#endif /* SLI_EXPORT_EXEMPLARS_H */
