/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_SCRATCH_H
#define SUPPORT_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

#include <sli/sli.h>

/* A folder of its own for the files of a test; fixtures of cmocka. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

/* The path of a file in it; good until the tenth call after this. */
char *scratch_path(const char *name);

void scratch_remove(const char *path);
void scratch_copy(const char *from, const char *to);
uint64_t scratch_bytes(const char *path);

/* Overwrite a part of a file, and read one. */
void scratch_write(const char *path, uint64_t offset, const void *from,
    size_t bytes);
void scratch_read(const char *path, uint64_t offset, void *to, size_t bytes);

/* A small registry in a file: four indicators and SLOs, nothing synced. */
struct sli_registry_config scratch_config(void);

/* These may be used in other processes, too; NULL: refused, and why is said. */
struct sli_registry *scratch_open(const char *path);
struct sli_registry *scratch_view(const char *path);

/* Thresholds of 100 ms and 1 s. */
struct sli_indicator *scratch_indicator(struct sli_registry *reg,
    const char *name);

/* 99.9 % without an error, over 30 days. */
struct sli_slo *scratch_slo(struct sli_indicator *ind, const char *name);

/*
 * What a start of the machine does to a file: another boot id. With it comes
 * another mapping of boot time to wall time.
 */
void scratch_reboot(const char *path);

#endif /* SUPPORT_SCRATCH_H */
