/* SPDX-License-Identifier: MIT */
#ifndef EXPORT_MEMORY_H
#define EXPORT_MEMORY_H

/*
 * Memory that runs out. To be included by one file of a program, whose calls
 * of the allocator these are then.
 */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

/* What frees must be of those that allocate. clang tells it in its own way. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED
#endif

#ifdef IS_SANITIZED
#define ALLOCATOR(f) __interceptor_##f
#else
#define ALLOCATOR(f) __libc_##f
#endif

void *ALLOCATOR(malloc)(size_t);
void *ALLOCATOR(calloc)(size_t, size_t);
void *ALLOCATOR(realloc)(void *, size_t);

static int memory_left = -1; /* calls that succeed; -1: all of them */
static int memory_refused;   /* calls that did not */

static bool
is_out_of_memory(void)
{
	if (memory_left != 0) {
		memory_left -= memory_left > 0;
		return false;
	}
	memory_refused++;
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t bytes)
{
	return is_out_of_memory() ? NULL : ALLOCATOR(malloc)(bytes);
}

void *
calloc(size_t n, size_t bytes)
{
	return is_out_of_memory() ? NULL : ALLOCATOR(calloc)(n, bytes);
}

void *
realloc(void *old, size_t bytes)
{
	return is_out_of_memory() ? NULL : ALLOCATOR(realloc)(old, bytes);
}

#endif /* EXPORT_MEMORY_H */
