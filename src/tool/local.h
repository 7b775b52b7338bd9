/* SPDX-License-Identifier: MIT */
#ifndef TOOL_LOCAL_H
#define TOOL_LOCAL_H

#include <stdint.h>

#include "format.h"

/*
 * A time as the zone's clocks show it, and how far they are from UTC:
 * 2026-11-01T00:00:00+01:00. In UTC if the zone cannot be read here.
 */
const char *local_time(char *buf, const char *zone, uint64_t at_ns);

#endif /* TOOL_LOCAL_H */
