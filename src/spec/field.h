/* SPDX-License-Identifier: MIT */
#ifndef SLI__SPEC_FIELD_H
#define SLI__SPEC_FIELD_H

#include "spec/loader.h"

/*
 * A place in a document while it is walked, with the way there for messages.
 * Places live on the stack of who walks.
 */
struct sli__spec_at {
	struct sli__spec_loader *loader;
	const char *file;
	const struct sli__spec_at *up; /* NULL: the document */
	const char *key;	       /* NULL: item `index` of a sequence */
	uint32_t index;
	const struct sli__spec_node *node; /* NULL: not there, or null */
};

struct sli__spec_at sli__spec_root(struct sli__spec_loader *loader,
    const struct sli__spec_document *document);
struct sli__spec_at sli__spec_field(const struct sli__spec_at *at,
    const char *key);
struct sli__spec_at sli__spec_item(const struct sli__spec_at *at,
    const struct sli__spec_link *link, uint32_t index);

/* Of the place; of where it should be if it isn't there. */
void sli__spec_complain(const struct sli__spec_at *at, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void sli__spec_warn(const struct sli__spec_at *at, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Whether it is a mapping of these fields (the list ends with NULL) only; each
 * other one has been complained of. Not there: false, and no complaint unless
 * it is required.
 */
bool sli__spec_mapping(const struct sli__spec_at *at, const char *const *fields,
    bool is_required);
/* The first item of a sequence, or NULL; else as above. */
const struct sli__spec_link *sli__spec_sequence(const struct sli__spec_at *at,
    bool is_required);

/* The text of a scalar; NULL: not there, or complained of. */
const char *sli__spec_text(const struct sli__spec_at *at, bool is_required);
/* The same, but "" in place of NULL. */
const char *sli__spec_text_or_none(const struct sli__spec_at *at);
bool sli__spec_bool(const struct sli__spec_at *at, bool fallback);
/* The index into names, which ends with NULL; -1: none, or complained of. */
int sli__spec_choice(const struct sli__spec_at *at, const char *const *names,
    bool is_required);

/* These give false without a value, complained of if that is an error. */
bool sli__spec_decimal(const struct sli__spec_at *at, unsigned places,
    bool is_required, uint64_t *out);
bool sli__spec_prometheus_ns(const struct sli__spec_at *at, bool is_required,
    uint64_t *out_ns);
bool sli__spec_go_ns(const struct sli__spec_at *at, uint64_t *out_ns);
/* OpenSLO's units of a fixed length. */
bool sli__spec_openslo_ns(const struct sli__spec_at *at, bool is_required,
    uint64_t *out_ns);

/* A mapping of texts. */
struct sli_spec_labels sli__spec_labels(const struct sli__spec_at *at);
/* Those of both; where a name is in both, the value of the second. */
struct sli_spec_labels sli__spec_join_labels(struct sli__spec_pool *pool,
    struct sli_spec_labels first, struct sli_spec_labels second);

#endif /* SLI__SPEC_FIELD_H */
