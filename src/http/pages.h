/* SPDX-License-Identifier: MIT */
#ifndef SLI_HTTP_PAGES_H
#define SLI_HTTP_PAGES_H

#include <stddef.h>

/* The files of the page, which are in the binary. */
struct sli__page {
	const char *path;
	const char *type;
	const char *bytes;
	const char *end;
};

/* NULL if no file of the page has this path. */
const struct sli__page *sli__page_find(const char *path);

#endif /* SLI_HTTP_PAGES_H */
