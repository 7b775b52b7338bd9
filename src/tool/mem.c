/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* strdup */

#include "mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

static void *
have(void *memory)
{
	if (memory == NULL)
		exit(report_fail(EXIT_FILE, SLI_ENOMEM, "out of memory"));
	return memory;
}

void *
mem_array(size_t count, size_t size)
{
	return have(calloc(count == 0 ? 1 : count, size));
}

void *
mem_resize(void *old, size_t count, size_t size)
{
	if (count > SIZE_MAX / size)
		return have(NULL);
	return have(realloc(old, count * size));
}

char *
mem_string(const char *text)
{
	return have(strdup(text));
}

char *
mem_print(const char *format, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		return have(NULL);
	text = mem_array((size_t)n + 1, 1);
	va_start(args, format);
	vsnprintf(text, (size_t)n + 1, format, args);
	va_end(args);
	return text;
}
