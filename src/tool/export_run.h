/* SPDX-License-Identifier: MIT */
#ifndef TOOL_EXPORT_RUN_H
#define TOOL_EXPORT_RUN_H

#include "export_place.h"
#include "options.h"
#include "source.h"

/*
 * Side-cars: they go on until SIGINT or SIGTERM, or until the file is not the
 * one any more that was opened. Each returns the program's exit status.
 */

/* Flush at an interval, and a last time. */
int export_every(struct source *s, const struct options *o, struct place *p);

/* Serve by HTTP. */
int export_listen(struct source *s, const struct options *o);

#endif /* TOOL_EXPORT_RUN_H */
