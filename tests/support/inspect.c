/* SPDX-License-Identifier: MIT */
#include "inspect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
print_finding(const struct sli_finding *finding, void *arg)
{
	(void)arg;
	if (finding->kind != SLI_FINDING_NOTE)
		fprintf(stderr, "%s\n", finding->what);
}

int
inspect_file(const char *path)
{
	return sli_file_check(path, print_finding, NULL, NULL);
}

static void
count_twins(const struct sli_snapshot *snapshot, void *arg)
{
	uint32_t n = sli_snapshot_indicator_count(snapshot);
	struct sli_indicator_view a, b;
	struct sli_slo_view c, d;
	int *twins = arg;

	for (uint32_t i = 0; i < n; i++)
		for (uint32_t j = 0; j < i; j++)
			*twins += sli_snapshot_indicator(snapshot, i, &a) ==
				SLI_OK &&
			    sli_snapshot_indicator(snapshot, j, &b) == SLI_OK &&
			    strcmp(a.name, b.name) == 0;
	n = sli_snapshot_slo_count(snapshot);
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t j = 0; j < i; j++)
			*twins += sli_snapshot_slo(snapshot, i, &c) == SLI_OK &&
			    sli_snapshot_slo(snapshot, j, &d) == SLI_OK &&
			    strcmp(c.name, d.name) == 0;
}

int
inspect_twins(struct sli_registry *reg, uint64_t now_ns)
{
	int twins = 0;

	if (sli_flush(reg, now_ns, count_twins, &twins) != SLI_OK ||
	    sli_flush_forget(reg, count_twins, &twins) != SLI_OK)
		abort();
	return twins;
}
