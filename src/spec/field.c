/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "spec/field.h"
#include "spec/number.h"

#define PATH_BYTES 256
#define LABELS_MAX 100 /* of a mapping: they are copied to each SLO */

struct sli__spec_at
sli__spec_root(struct sli__spec_loader *loader,
    const struct sli__spec_document *document)
{
	struct sli__spec_at at = { loader, document->file, NULL, NULL, 0,
		document->root };

	return at;
}

struct sli__spec_at
sli__spec_field(const struct sli__spec_at *at, const char *key)
{
	const struct sli__spec_node *node = at->node != NULL ?
	    sli__spec_value(at->node, key) :
	    NULL;
	struct sli__spec_at field = { at->loader, at->file, at, key, 0,
		sli__spec_is_null(node) ? NULL : node };

	return field;
}

struct sli__spec_at
sli__spec_item(const struct sli__spec_at *at, const struct sli__spec_link *link,
    uint32_t index)
{
	struct sli__spec_at item = { at->loader, at->file, at, NULL, index,
		sli__spec_is_null(link->value) ? NULL : link->value };

	return item;
}

/* The way to a place, as in slos[0].sli.events; cut at its beginning. */
static const char *
path_of(const struct sli__spec_at *at, char path[PATH_BYTES])
{
	char *begin = path + PATH_BYTES - 1, step[80];
	size_t len;

	*begin = '\0';
	for (; at->up != NULL; at = at->up) {
		if (at->key == NULL)
			snprintf(step, sizeof(step), "[%u]", at->index);
		else
			snprintf(step, sizeof(step), "%s%.64s",
			    at->up->up != NULL ? "." : "", at->key);
		len = strlen(step);
		if (len > (size_t)(begin - path))
			break;
		begin -= len;
		memcpy(begin, step, len);
	}
	return begin;
}

static void
tell(const struct sli__spec_at *at, enum sli_spec_gravity gravity,
    const char *format, va_list args)
{
	const struct sli__spec_at *there = at;
	char path[PATH_BYTES];

	while (there->node == NULL && there->up != NULL)
		there = there->up;
	sli__spec_problem(at->loader, gravity, at->file,
	    there->node != NULL ? there->node->line : 0,
	    there->node != NULL ? there->node->column : 0, path_of(at, path),
	    format, args);
}

void
sli__spec_complain(const struct sli__spec_at *at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(at, SLI_SPEC_ERROR, format, args);
	va_end(args);
}

void
sli__spec_warn(const struct sli__spec_at *at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(at, SLI_SPEC_WARNING, format, args);
	va_end(args);
}

static const char *
name_of(enum sli__spec_node_kind kind)
{
	return kind == SLI__SPEC_MAPPING ? "a mapping" :
	    kind == SLI__SPEC_SEQUENCE	 ? "a list" :
					   "a single value";
}

/* Whether it is there, and of that kind. */
static bool
is_kind(const struct sli__spec_at *at, enum sli__spec_node_kind kind,
    bool is_required)
{
	if (at->node == NULL) {
		if (is_required)
			sli__spec_complain(at, "is missing; accepted: %s",
			    name_of(kind));
		return false;
	}
	if (at->node->kind == kind)
		return true;
	sli__spec_complain(at, "is %s; accepted: %s", name_of(at->node->kind),
	    name_of(kind));
	return false;
}

/* Names, one after the other: a, b, c. */
static const char *
list_names(const char *const *names, char text[], size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (; *names != NULL && len < size; names++)
		len += (size_t)snprintf(text + len, size - len, "%s%s",
		    len > 0 ? ", " : "", *names);
	return text;
}

static bool
is_among(const char *name, const char *const *names)
{
	for (; *names != NULL; names++) {
		if (strcmp(name, *names) == 0)
			return true;
	}
	return false;
}

bool
sli__spec_mapping(const struct sli__spec_at *at, const char *const *fields,
    bool is_required)
{
	const struct sli__spec_link *link;
	struct sli__spec_at field = *at;
	char names[200];

	if (!is_kind(at, SLI__SPEC_MAPPING, is_required))
		return false;
	for (link = at->node->first; link != NULL; link = link->next) {
		/* At the top, x-* is where anchors may be kept. */
		if (is_among(link->key->text, fields) ||
		    (at->up == NULL && strncmp(link->key->text, "x-", 2) == 0))
			continue;
		field.up = at;
		field.key = link->key->text;
		field.node = link->key;
		sli__spec_complain(&field, "is not a known field; accepted: %s",
		    list_names(fields, names, sizeof(names)));
	}
	return true;
}

const struct sli__spec_link *
sli__spec_sequence(const struct sli__spec_at *at, bool is_required)
{
	if (!is_kind(at, SLI__SPEC_SEQUENCE, is_required))
		return NULL;
	if (at->node->first == NULL && is_required)
		sli__spec_complain(at, "is empty; accepted: one or more items");
	return at->node->first;
}

const char *
sli__spec_text(const struct sli__spec_at *at, bool is_required)
{
	if (!is_kind(at, SLI__SPEC_SCALAR, is_required))
		return NULL;
	if (is_required && at->node->text[0] == '\0')
		sli__spec_complain(at, "is empty; accepted: a text");
	return at->node->text;
}

const char *
sli__spec_text_or_none(const struct sli__spec_at *at)
{
	const char *text = sli__spec_text(at, false);

	return text != NULL ? text : "";
}

bool
sli__spec_bool(const struct sli__spec_at *at, bool fallback)
{
	/* YAML 1.1 has "no" for false, 1.2 and JSON have not. */
	static const char *const names[] = { "false", "true", NULL };
	int choice = sli__spec_choice(at, names, false);

	if (at->node != NULL && choice >= 0 && !at->node->is_plain)
		sli__spec_complain(at,
		    "is the text \"%s\"; accepted: true or false without "
		    "quotes",
		    at->node->text);
	return choice >= 0 ? choice == 1 : fallback;
}

int
sli__spec_choice(const struct sli__spec_at *at, const char *const *names,
    bool is_required)
{
	const char *text;
	char list[200];
	int i;

	if (at->node == NULL && is_required) {
		sli__spec_complain(at, "is missing; accepted: %s",
		    list_names(names, list, sizeof(list)));
		return -1;
	}
	text = sli__spec_text(at, false);
	if (text == NULL)
		return -1;
	for (i = 0; names[i] != NULL; i++) {
		if (strcmp(text, names[i]) == 0)
			return i;
	}
	sli__spec_complain(at, "\"%.64s\" is unknown; accepted: %s", text,
	    list_names(names, list, sizeof(list)));
	return -1;
}

/* Tell why a value is wrong, if it is. */
static bool
is_right(const struct sli__spec_at *at, const char *text, const char *why)
{
	if (why == NULL)
		return true;
	sli__spec_complain(at, "\"%.64s\" %s", text, why);
	return false;
}

bool
sli__spec_decimal(const struct sli__spec_at *at, unsigned places,
    bool is_required, uint64_t *out)
{
	const char *text = sli__spec_text(at, is_required);

	return text != NULL &&
	    is_right(at, text, sli__spec_read_decimal(text, places, out));
}

bool
sli__spec_prometheus_ns(const struct sli__spec_at *at, bool is_required,
    uint64_t *out_ns)
{
	const char *text = sli__spec_text(at, is_required);

	return text != NULL &&
	    is_right(at, text, sli__spec_read_prometheus(text, out_ns));
}

bool
sli__spec_go_ns(const struct sli__spec_at *at, uint64_t *out_ns)
{
	const char *text = sli__spec_text(at, false);

	return text != NULL &&
	    is_right(at, text, sli__spec_read_go(text, out_ns));
}

bool
sli__spec_openslo_ns(const struct sli__spec_at *at, bool is_required,
    uint64_t *out_ns)
{
	const char *text = sli__spec_text(at, is_required);
	uint64_t count, one;
	char unit;

	if (text == NULL ||
	    !is_right(at, text, sli__spec_read_openslo(text, &count, &unit)))
		return false;
	one = unit == 'm' ? SLI__SPEC_MINUTE_NS :
	    unit == 'h'	  ? SLI__SPEC_HOUR_NS :
	    unit == 'd'	  ? SLI__SPEC_DAY_NS :
	    unit == 'w'	  ? 7 * SLI__SPEC_DAY_NS :
			    0;
	if (one == 0) {
		sli__spec_complain(at,
		    "\"%.64s\" is no fixed time: months (M), quarters (Q) and "
		    "years (Y) are of the calendar; accepted: m (minutes), h, "
		    "d, w",
		    text);
		return false;
	}
	if (count > UINT64_MAX / one)
		return is_right(at, text, "is too long");
	*out_ns = count * one;
	return true;
}

/* Several values of a label are one text: a,b. */
static const char *
label_value(const struct sli__spec_at *at)
{
	const struct sli__spec_link *link;
	struct sli__spec_at item;
	size_t len = 0, more;
	uint32_t i = 0;
	char *text, *end;

	if (at->node == NULL)
		return "";
	if (at->node->kind != SLI__SPEC_SEQUENCE)
		return sli__spec_text_or_none(at);
	for (link = at->node->first; link != NULL; link = link->next) {
		item = sli__spec_item(at, link, i++);
		len += strlen(sli__spec_text_or_none(&item)) + 1;
	}
	end = text = sli__spec_get(at->loader->pool, len + 1);
	if (text == NULL)
		return "";
	for (link = at->node->first; link != NULL; link = link->next) {
		if (link->value->kind != SLI__SPEC_SCALAR)
			continue;
		if (end > text)
			*end++ = ',';
		more = strlen(link->value->text);
		memcpy(end, link->value->text, more);
		end += more;
	}
	return text;
}

struct sli_spec_labels
sli__spec_labels(const struct sli__spec_at *at)
{
	struct sli_spec_labels labels = { NULL, 0 };
	const struct sli__spec_link *link;
	struct sli__spec_at field;
	struct sli_label *list;

	if (!is_kind(at, SLI__SPEC_MAPPING, false) || at->node->count == 0)
		return labels;
	if (at->node->count > LABELS_MAX) {
		sli__spec_complain(at, "has %u entries; accepted: up to %u",
		    at->node->count, LABELS_MAX);
		return labels;
	}
	list = sli__spec_get(at->loader->pool, at->node->count * sizeof(*list));
	if (list == NULL)
		return labels;
	for (link = at->node->first; link != NULL; link = link->next) {
		field = sli__spec_field(at, link->key->text);
		list[labels.count].name = link->key->text;
		list[labels.count++].value = label_value(&field);
	}
	labels.list = list;
	return labels;
}

struct sli_spec_labels
sli__spec_join_labels(struct sli__spec_pool *pool, struct sli_spec_labels first,
    struct sli_spec_labels second)
{
	struct sli_spec_labels joined = { NULL, 0 };
	struct sli_label *list;
	uint32_t i, k;

	if (first.count == 0 || second.count == 0)
		return first.count == 0 ? second : first;
	list = sli__spec_get(pool,
	    ((size_t)first.count + second.count) * sizeof(*list));
	if (list == NULL)
		return joined;
	memcpy(list, first.list, first.count * sizeof(*list));
	joined.list = list;
	joined.count = first.count;
	for (i = 0; i < second.count; i++) {
		for (k = 0; k < joined.count; k++) {
			if (strcmp(list[k].name, second.list[i].name) == 0)
				break;
		}
		list[k] = second.list[i];
		if (k == joined.count)
			joined.count++;
	}
	return joined;
}
