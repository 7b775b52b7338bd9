/* SPDX-License-Identifier: MIT */
#ifndef SLI_REGISTRY_SALVAGE_H
#define SLI_REGISTRY_SALVAGE_H

/*
 * A look into a file that may be damaged, from a copy of it in memory: read,
 * not mapped, so that nothing that happens to the file raises a signal. Where a
 * file ends too early, zeros go on.
 */

#include <sli/file.h>

#include "slo/slo.h"

/* Where findings go, and how many there were. */
struct sli__report {
	sli_finding_fn *fn;
	void *arg;
	uint64_t damages, losses;
};

/* What sli__fail() has put into a sentence. */
void sli__report(struct sli__report *report, enum sli_finding_kind kind,
    const struct sli_error *sentence);

struct sli__salvage {
	struct sli_registry *reg; /* a view of the copy */
	uint64_t file_bytes;
};

/*
 * Errors: as sli_file_check(); SLI_ECORRUPT only if nothing can be made of it.
 */
int sli__salvage_open(struct sli__salvage *s, const char *path,
    struct sli__report *report, struct sli_error *err);
void sli__salvage_close(struct sli__salvage *s);

/*
 * Find all that is wrong. Afterwards the handles that can be had are those of
 * what can be saved.
 */
int sli__salvage_examine(struct sli__salvage *s, struct sli__report *report,
    struct sli_error *err);

/* What can be saved at this index; NULL: nothing. */
struct sli_indicator *sli__salvage_indicator(const struct sli__salvage *s,
    uint64_t index);

#endif /* SLI_REGISTRY_SALVAGE_H */
