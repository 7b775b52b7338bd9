/* SPDX-License-Identifier: MIT */
#ifndef TOOL_DEFINITIONS_H
#define TOOL_DEFINITIONS_H

#include <sli/spec.h>

/* SLOs of files; their problems are printed. */
int definitions_load(const char *const *paths, uint32_t count,
    struct sli_spec **out, struct sli_error *err);

#endif /* TOOL_DEFINITIONS_H */
