/* SPDX-License-Identifier: MIT */
#ifndef TOOL_MEM_H
#define TOOL_MEM_H

#include <stddef.h>

/*
 * Memory, or the end of the program: a tool that only looks has nothing to
 * save. (The terminal is restored on exit.)
 */
void *mem_array(size_t count, size_t size); /* zeroed; of none: one */
void *mem_resize(void *old, size_t count, size_t size);
char *mem_string(const char *text);
__attribute__((format(printf, 1, 2))) char *mem_print(const char *format, ...);

#endif /* TOOL_MEM_H */
