/* SPDX-License-Identifier: MIT */
#ifndef FUZZ_CALLS_H
#define FUZZ_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include <sli/sli.h>

/* Calls on a file of which nothing is known, and what must hold of them. */

/* NULL: refused. */
struct sli_registry *calls_view(const char *path);
struct sli_registry *calls_open(const char *path);
void calls_close(struct sli_registry *reg);

int calls_check(const char *path);
bool calls_repair(const char *from, const char *to, uint16_t index);

/* Nothing, on NULL. */
void calls_read(struct sli_registry *reg, uint16_t index, uint64_t value);
void calls_write(struct sli_registry *reg, uint16_t index, uint64_t value);
void calls_change(struct sli_registry *reg, uint16_t index, uint64_t value);

#endif /* FUZZ_CALLS_H */
