/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_INSPECT_H
#define SUPPORT_INSPECT_H

#include <stdint.h>

#include <sli/sli.h>

/* sli_file_check(); what it finds wrong is printed. */
int inspect_file(const char *path);

/* How many indicators and SLOs of a registry have the name of another. */
int inspect_twins(struct sli_registry *reg, uint64_t now_ns);

#endif /* SUPPORT_INSPECT_H */
