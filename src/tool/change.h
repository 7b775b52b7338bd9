/* SPDX-License-Identifier: MIT */
#ifndef TOOL_CHANGE_H
#define TOOL_CHANGE_H

#include "options.h"

/* What the commands have in common that change a file; args[1] is its path. */

/* It must be there. Returns an exit status. */
int change_open(const struct options *o, struct sli_registry **out);

typedef int change_fn(struct sli_registry *reg, const struct options *o);

/* Open it, do this, and close it; returns what that does. */
int change_run(const struct options *o, change_fn *change);

/* There is no SLO args[2]; says so, and which there are. */
int change_no_slo(struct sli_registry *reg, const struct options *o);

/* args[2] is the name of an SLO. */
int change_find_slo(struct sli_registry *reg, const struct options *o,
    struct sli_slo **out);

/* What was asked for is not possible, or the file is no good. */
int change_refused(const struct options *o, struct sli_error *err);

#endif /* TOOL_CHANGE_H */
