/* SPDX-License-Identifier: MIT */
#ifndef FUZZ_SAMPLE_H
#define FUZZ_SAMPLE_H

#include <stdint.h>

#include <sli/sli.h>

/* What is in the files: little, so that an execution is short. */
struct sli_registry_config sample_config(void);
struct sli_indicator_config sample_indicator(uint32_t which);
struct sli_slo_config sample_slo(uint32_t which);

/* The length of a slot of one of their levels. */
uint64_t sample_slot_ns(uint64_t which);

/* NULL: refused. */
struct sli_indicator *sample_add_indicator(struct sli_registry *reg,
    uint32_t which);
struct sli_slo *sample_add_slo(struct sli_indicator *ind, uint32_t which);

/* A file with some of everything in it. */
void sample_make_file(const char *path);

#endif /* FUZZ_SAMPLE_H */
