/* SPDX-License-Identifier: MIT */
#ifndef SLI__SPEC_NODE_H
#define SLI__SPEC_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A YAML document as a tree. Aliases share their node, so it is a DAG; merge
 * keys (<<) have been carried out. Never changed once it is read.
 */

enum sli__spec_node_kind {
	SLI__SPEC_SCALAR,
	SLI__SPEC_SEQUENCE,
	SLI__SPEC_MAPPING
};

struct sli__spec_node {
	enum sli__spec_node_kind kind;
	bool is_plain; /* a scalar without quotes */
	uint32_t line, column;
	const char *text; /* of a scalar */
	struct sli__spec_link *first;
	uint32_t count; /* of links */
	/* Nodes below it and itself, each alias counted as what it names. */
	uint64_t weight;
};

/* An item of a sequence, or a pair of a mapping. */
struct sli__spec_link {
	struct sli__spec_link *next;
	const struct sli__spec_node *key; /* a scalar; NULL in a sequence */
	const struct sli__spec_node *value;
};

struct sli__spec_document {
	struct sli__spec_document *next;
	const char *file;
	const struct sli__spec_node *root;
	/* Of openslo/v1: by what others refer to it; else "". */
	const char *kind, *name;
};

struct sli__spec_loader;

/*
 * Append the documents of a file to the loader's. What is wrong has been
 * complained of; documents before a syntax error are there.
 */
void sli__spec_read_yaml(struct sli__spec_loader *loader, const char *file,
    const unsigned char *text, size_t len);

/* ~, null and nothing at all: as if the field were not there. */
bool sli__spec_is_null(const struct sli__spec_node *node);
/* Of a mapping. */
const struct sli__spec_link *sli__spec_find(const struct sli__spec_node *node,
    const char *key);
/* The value of a key, or NULL. */
const struct sli__spec_node *sli__spec_value(const struct sli__spec_node *node,
    const char *key);

#endif /* SLI__SPEC_NODE_H */
