/* SPDX-License-Identifier: MIT */
/*
 * From libyaml's events to a tree, within bounds: a file may be hostile.
 *
 *   - An alias shares the node it names, so the tree takes no more memory than
 *     the text; but whoever walks it meets the node again. Hence each node
 *     knows its weight, which counts aliases written out, and the sum of them
 *     is bounded: no billion laughs.
 *   - An anchor is known only once its node is complete: no cycles.
 *   - Keys are scalars, and each is there once: YAML leaves it open which of
 *     two would count.
 */
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "spec/loader.h"
#include "spec/node.h"

#define DEPTH_MAX 64
#define WEIGHT_MAX 100000 /* of a file */
#define TEXT_WEIGHT 256	  /* bytes of a text that weigh as much as a node */
#define TEXT_MAX 65536
#define KEYS_MAX 1000 /* of a mapping: they are compared with each other */
#define CORE_TAG "tag:yaml.org,2002:"
#define ANCHORS_MAX 1000 /* of a document */

struct anchor {
	struct anchor *next;
	const char *name;
	const struct sli__spec_node *node;
};

struct reader {
	struct sli__spec_loader *loader;
	const char *file;
	yaml_parser_t parser;
	yaml_event_t event;
	bool has_event, failed;
	struct anchor *anchors;
	uint32_t anchor_count;
	uint64_t weight; /* of all of the file so far */
};

static struct sli__spec_node *read_node(struct reader *r, uint32_t depth);

static uint32_t
line_of(const yaml_mark_t *mark)
{
	return (uint32_t)mark->line + 1;
}

static uint32_t
column_of(const yaml_mark_t *mark)
{
	return (uint32_t)mark->column + 1;
}

static void
give_up(struct reader *r, const yaml_mark_t *mark, const char *why,
    const char *value)
{
	if (!r->failed)
		sli__spec_complain_of(r->loader, r->file, line_of(mark),
		    column_of(mark), "%s%.64s", why, value);
	r->failed = true;
}

static void
tell_of_syntax(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;

	if (r->failed)
		return;
	r->failed = true;
	if (p->error == YAML_MEMORY_ERROR)
		r->loader->pool->failed = true;
	else if (p->error == YAML_READER_ERROR)
		sli__spec_complain_of(r->loader, r->file, 0, 0,
		    "is not YAML in UTF-8: %s at byte %zu",
		    p->problem != NULL ? p->problem : "damaged",
		    p->problem_offset);
	else
		sli__spec_complain_of(r->loader, r->file,
		    line_of(&p->problem_mark), column_of(&p->problem_mark),
		    "is not YAML: %s%s%s", p->context != NULL ? p->context : "",
		    p->context != NULL ? ": " : "",
		    p->problem != NULL ? p->problem : "damaged");
}

/* The next event is in r->event. */
static bool
advance(struct reader *r)
{
	if (r->has_event)
		yaml_event_delete(&r->event);
	r->has_event = false;
	if (r->failed)
		return false;
	if (!yaml_parser_parse(&r->parser, &r->event)) {
		tell_of_syntax(r);
		return false;
	}
	r->has_event = true;
	return true;
}

static struct sli__spec_node *
new_node(struct reader *r, enum sli__spec_node_kind kind)
{
	struct sli__spec_node *node = sli__spec_get(r->loader->pool,
	    sizeof(*node));

	if (node == NULL) {
		r->failed = true;
		return NULL;
	}
	node->kind = kind;
	node->line = line_of(&r->event.start_mark);
	node->column = column_of(&r->event.start_mark);
	node->weight = 1;
	return node;
}

/* *end takes a link. */
static void
add_link(struct reader *r, struct sli__spec_node *node,
    struct sli__spec_link ***end, const struct sli__spec_node *key,
    const struct sli__spec_node *value)
{
	struct sli__spec_link *link = sli__spec_get(r->loader->pool,
	    sizeof(*link));

	if (link == NULL) {
		r->failed = true;
		return;
	}
	link->key = key;
	link->value = value;
	**end = link;
	*end = &link->next;
	node->count++;
	node->weight += value->weight + (key != NULL ? 1 : 0);
}

static void
remember(struct reader *r, const char *name, const struct sli__spec_node *node)
{
	struct anchor *anchor;

	if (++r->anchor_count > ANCHORS_MAX) {
		give_up(r, &r->event.start_mark,
		    "a document has more than 1000 anchors", "");
		return;
	}
	anchor = sli__spec_get(r->loader->pool, sizeof(*anchor));
	if (anchor == NULL) {
		r->failed = true;
		return;
	}
	anchor->name = name;
	anchor->node = node;
	anchor->next = r->anchors;
	r->anchors = anchor;
}

/* The caller gets the node as it is: it belongs to others too. */
static struct sli__spec_node *
read_alias(struct reader *r)
{
	const char *name = (const char *)r->event.data.alias.anchor;
	struct sli__spec_node *copy;
	const struct anchor *a;

	for (a = r->anchors; a != NULL; a = a->next) {
		if (strcmp(a->name, name) != 0)
			continue;
		copy = new_node(r, a->node->kind);
		if (copy != NULL)
			*copy = *a->node;
		return copy;
	}
	give_up(r, &r->event.start_mark,
	    "an alias names an anchor that is not complete before it: *", name);
	return NULL;
}

static struct sli__spec_node *
read_scalar(struct reader *r)
{
	const char *text = (const char *)r->event.data.scalar.value;
	size_t len = r->event.data.scalar.length;
	struct sli__spec_node *node;

	if (memchr(text, '\0', len) != NULL) {
		give_up(r, &r->event.start_mark,
		    "a text has a NUL in it: ", text);
		return NULL;
	}
	node = new_node(r, SLI__SPEC_SCALAR);
	if (node == NULL)
		return NULL;
	if (len > TEXT_MAX)
		give_up(r, &r->event.start_mark,
		    "a text is too long; accepted: 65536 bytes", "");
	node->text = sli__spec_copy(r->loader->pool, text, len);
	node->weight += len / TEXT_WEIGHT;
	node->is_plain = r->event.data.scalar.style ==
		YAML_PLAIN_SCALAR_STYLE &&
	    r->event.data.scalar.plain_implicit;
	return node;
}

/* <<: the pairs of another mapping, where there is no such key. */
static void
merge(struct reader *r, struct sli__spec_node *node,
    struct sli__spec_link ***end, const struct sli__spec_node *from,
    const yaml_mark_t *mark)
{
	const struct sli__spec_link *each;

	if (from->kind == SLI__SPEC_SEQUENCE) {
		for (each = from->first; each != NULL && !r->failed;
		     each = each->next) {
			if (each->value->kind == SLI__SPEC_SEQUENCE)
				give_up(r, mark, "<< takes mappings only", "");
			else
				merge(r, node, end, each->value, mark);
		}
		return;
	}
	if (from->kind != SLI__SPEC_MAPPING) {
		give_up(r, mark,
		    "<< takes a mapping, or a list of them, not: ", from->text);
		return;
	}
	for (each = from->first; each != NULL && !r->failed;
	     each = each->next) {
		if (sli__spec_find(node, each->key->text) != NULL)
			continue;
		if (node->count >= KEYS_MAX) {
			give_up(r, mark, "a mapping has too many keys", "");
			return;
		}
		add_link(r, node, end, each->key, each->value);
	}
}

static void
read_pairs(struct reader *r, struct sli__spec_node *node, uint32_t depth)
{
	struct sli__spec_link **end = &node->first;
	const struct sli__spec_node *key, *value;
	const struct sli__spec_node *merged = NULL;
	const struct sli__spec_link *twin;
	yaml_mark_t mark;

	while (advance(r) && r->event.type != YAML_MAPPING_END_EVENT) {
		mark = r->event.start_mark;
		key = read_node(r, depth + 1);
		if (key == NULL)
			return;
		if (key->kind != SLI__SPEC_SCALAR) {
			give_up(r, &mark, "a key has to be a text", "");
			return;
		}
		if (node->count >= KEYS_MAX) {
			give_up(r, &mark, "a mapping has too many keys", "");
			return;
		}
		if (!advance(r))
			return;
		value = read_node(r, depth + 1);
		if (value == NULL)
			return;
		twin = sli__spec_find(node, key->text);
		if (twin != NULL ||
		    (merged != NULL && key->is_plain &&
			strcmp(key->text, "<<") == 0))
			sli__spec_complain_of(r->loader, r->file,
			    line_of(&mark), column_of(&mark),
			    "the key \"%.64s\" is there twice, in line %u too",
			    key->text,
			    twin != NULL ? twin->key->line : merged->line);
		else if (key->is_plain && strcmp(key->text, "<<") == 0)
			merged = value;
		else
			add_link(r, node, &end, key, value);
	}
	if (merged != NULL && !r->failed)
		merge(r, node, &end, merged, &r->event.start_mark);
}

static void
read_items(struct reader *r, struct sli__spec_node *node, uint32_t depth)
{
	struct sli__spec_link **end = &node->first;
	const struct sli__spec_node *value;

	while (advance(r) && r->event.type != YAML_SEQUENCE_END_EVENT) {
		value = read_node(r, depth + 1);
		if (value != NULL)
			add_link(r, node, &end, NULL, value);
	}
}

/* What the present event begins; NULL if reading failed. */
static struct sli__spec_node *
read_node(struct reader *r, uint32_t depth)
{
	struct sli__spec_node *node = NULL;
	const char *anchor = NULL, *tag = NULL;
	const yaml_event_t *e = &r->event;
	yaml_event_type_t type = e->type;

	if (depth > DEPTH_MAX) {
		give_up(r, &e->start_mark,
		    "is nested too deeply; accepted: 64 levels", "");
		return NULL;
	}
	/* The three have it in places of their own. */
	if (type == YAML_SCALAR_EVENT) {
		anchor = (const char *)e->data.scalar.anchor;
		tag = (const char *)e->data.scalar.tag;
	} else if (type == YAML_SEQUENCE_START_EVENT) {
		anchor = (const char *)e->data.sequence_start.anchor;
		tag = (const char *)e->data.sequence_start.tag;
	} else if (type == YAML_MAPPING_START_EVENT) {
		anchor = (const char *)e->data.mapping_start.anchor;
		tag = (const char *)e->data.mapping_start.tag;
	}
	if (tag != NULL && strncmp(tag, CORE_TAG, strlen(CORE_TAG)) != 0 &&
	    strcmp(tag, "!") != 0) {
		give_up(r, &e->start_mark,
		    "has a tag of no known meaning: ", tag);
		return NULL;
	}
	if (anchor != NULL)
		anchor = sli__spec_copy(r->loader->pool, anchor,
		    strlen(anchor));

	switch (type) {
	case YAML_ALIAS_EVENT:
		node = read_alias(r);
		break;
	case YAML_SCALAR_EVENT:
		node = read_scalar(r);
		break;
	case YAML_SEQUENCE_START_EVENT:
		node = new_node(r, SLI__SPEC_SEQUENCE);
		if (node != NULL)
			read_items(r, node, depth);
		break;
	case YAML_MAPPING_START_EVENT:
		node = new_node(r, SLI__SPEC_MAPPING);
		if (node != NULL)
			read_pairs(r, node, depth);
		break;
	default:
		give_up(r, &e->start_mark, "is not YAML", "");
		break;
	}
	if (node == NULL || r->failed)
		return NULL;
	/* Of collections, what is in them has been counted before them. */
	r->weight += node->kind == SLI__SPEC_SCALAR ||
		type == YAML_ALIAS_EVENT ?
	    node->weight :
	    1;
	if (r->weight > WEIGHT_MAX || node->weight > WEIGHT_MAX) {
		give_up(r, &e->start_mark,
		    "is too much; accepted: 100000 values in a file, aliases "
		    "written out",
		    "");
		return NULL;
	}
	if (anchor != NULL)
		remember(r, anchor, node);
	return r->failed ? NULL : node;
}

static void
add_document(struct reader *r, const struct sli__spec_node *root)
{
	struct sli__spec_document *document;

	if (sli__spec_is_null(root))
		return;
	document = sli__spec_get(r->loader->pool, sizeof(*document));
	if (document == NULL)
		return;
	document->file = r->file;
	document->root = root;
	document->kind = document->name = "";
	*r->loader->documents_end = document;
	r->loader->documents_end = &document->next;
}

void
sli__spec_read_yaml(struct sli__spec_loader *loader, const char *file,
    const unsigned char *text, size_t len)
{
	struct reader r;
	const struct sli__spec_node *root;

	memset(&r, 0, sizeof(r));
	r.loader = loader;
	r.file = file;
	if (!yaml_parser_initialize(&r.parser)) {
		loader->pool->failed = true;
		return;
	}
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, text, len);
	while (advance(&r) && r.event.type != YAML_STREAM_END_EVENT) {
		if (r.event.type == YAML_STREAM_START_EVENT ||
		    r.event.type == YAML_DOCUMENT_END_EVENT)
			continue;
		if (r.event.type == YAML_DOCUMENT_START_EVENT) {
			r.anchors = NULL;
			r.anchor_count = 0;
			continue;
		}
		root = read_node(&r, 0);
		if (root != NULL)
			add_document(&r, root);
	}
	if (r.has_event)
		yaml_event_delete(&r.event);
	yaml_parser_delete(&r.parser);
}
