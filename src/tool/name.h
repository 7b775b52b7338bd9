/* SPDX-License-Identifier: MIT */
#ifndef TOOL_NAME_H
#define TOOL_NAME_H

#include <sli/sli.h>

/*
 * Indicators as people write them: name, or name{label="value",...} with \",
 * \\ and \n in a value, as in OpenMetrics.
 */

/* All of it; and what is enough to tell label sets apart: name{value,...}. */
char *name_title_new(const char *name, const struct sli_label *labels,
    uint32_t count);
char *name_short_new(const char *name, const struct sli_label *labels,
    uint32_t count);

/* What a person has named. A bare name means every label set. */
struct selector {
	char *name; /* the texts are in one piece of memory, from here */
	struct sli_label labels[SLI_LABELS_MAX];
	uint32_t label_count;
	int is_bare;
};

int selector_parse(const char *text, struct selector *out,
    struct sli_error *err);
void selector_free(struct selector *s);

int selector_matches(const struct selector *s, const char *name,
    const struct sli_label *labels, uint32_t count);

#endif /* TOOL_NAME_H */
