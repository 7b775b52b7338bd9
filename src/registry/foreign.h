/* SPDX-License-Identifier: MIT */
#ifndef SLI_REGISTRY_FOREIGN_H
#define SLI_REGISTRY_FOREIGN_H

#include "slo/slo.h"

/*
 * The file was truncated, or overwritten, under this process: go on in memory
 * of its own, at the same address, with the indicators and SLOs that it knows,
 * all counts zero. False: there is no memory to go on in. Async-signal-safe.
 */
bool sli__registry_leave_file(struct sli_registry *reg);

#endif /* SLI_REGISTRY_FOREIGN_H */
