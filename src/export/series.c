/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <string.h>

#include "export/series.h"

/*
 * Labels that the exporter sets itself, or that mean something to readers. One
 * that would be called as another is when it has been renamed is renamed, too.
 */
const char *
sli__label_prefix(const char *name)
{
	static const char *const taken[] = { "sli", "outcome", "le",
		"quantile" };
	size_t i;

	while (strncmp(name, SLI__EXPORTED, strlen(SLI__EXPORTED)) == 0)
		name += strlen(SLI__EXPORTED);
	for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (strcmp(name, taken[i]) == 0)
			return SLI__EXPORTED;
	return "";
}

const char *
sli__outcome_name(enum sli_outcome outcome)
{
	static const char *const names[] = { "good", "bad", "shed", "ignored" };

	return names[outcome];
}
