/* SPDX-License-Identifier: MIT */
#ifndef EXPORT_DOCUMENT_H
#define EXPORT_DOCUMENT_H

#include <jansson.h>

#include "scrape.h"

/* What an exporter wrote, in memory that the next one takes again. */
struct written {
	size_t length;
	char bytes[1 << 20];
};

extern struct written written;

/* The function to write with; arg is not looked at. */
int write_down(const void *bytes, size_t length, void *arg);

/* What was written, as one document, strictly; the test fails if it is none. */
json_t *parse_written(void);

/*
 * What lies at a path, as "slos/0/budget/bad"; the test fails if there is
 * nothing.
 */
json_t *at(json_t *root, const char *path);
json_int_t number_at(json_t *root, const char *path);
const char *text_at(json_t *root, const char *path);

#endif /* EXPORT_DOCUMENT_H */
