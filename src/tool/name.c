/* SPDX-License-Identifier: MIT */
#include "name.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "report.h"

/* As stpcpy(), with what ends a value or a line escaped. */
static char *
append_value(char *at, const char *value)
{
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\' || *value == '\n')
			*at++ = '\\';
		*at++ = *value == '\n' ? 'n' : *value;
	}
	*at = '\0';
	return at;
}

static char *
append(char *at, const char *text)
{
	size_t len = strlen(text);

	memcpy(at, text, len + 1);
	return at + len;
}

static char *
title_new(const char *name, const struct sli_label *labels, uint32_t count,
    int whole)
{
	size_t size = strlen(name) + sizeof("{}");
	char *title, *at;
	uint32_t i;

	for (i = 0; i < count; i++)
		size += strlen(labels[i].name) + 2 * strlen(labels[i].value) +
		    sizeof(",=\"\"");
	title = mem_array(size, 1);
	at = append(title, name);
	for (i = 0; i < count; i++) {
		at = append(at, i == 0 ? "{" : ",");
		if (whole)
			at = append(append(at, labels[i].name), "=\"");
		at = append_value(at, labels[i].value);
		if (whole)
			at = append(at, "\"");
	}
	append(at, count == 0 ? "" : "}");
	return title;
}

char *
name_title_new(const char *name, const struct sli_label *labels, uint32_t count)
{
	return title_new(name, labels, count, 1);
}

char *
name_short_new(const char *name, const struct sli_label *labels, uint32_t count)
{
	return title_new(name, labels, count, 0);
}

/*
 * "value" with its quotes, unescaped where it stands; what comes behind it, or
 * NULL if it does not end.
 */
static char *
parse_value(char *at, const char **value)
{
	char *to;

	if (*at++ != '"')
		return NULL;
	*value = to = at;
	while (*at != '"') {
		if (*at == '\\')
			at++;
		if (*at == '\0')
			return NULL;
		*to++ = at[-1] == '\\' && *at == 'n' ? '\n' : *at;
		at++;
	}
	*to = '\0';
	return at + 1;
}

/* label="value",...}; 0, or -1. */
static int
parse_labels(char *at, struct selector *out)
{
	struct sli_label *label;

	if (*at == '}')
		return at[1] == '\0' ? 0 : -1;
	for (;;) {
		if (out->label_count == SLI_LABELS_MAX)
			return -1;
		label = &out->labels[out->label_count];
		label->name = at;
		at = strchr(at, '=');
		if (at == NULL)
			return -1;
		*at = '\0';
		at = parse_value(at + 1, &label->value);
		if (at == NULL)
			return -1;
		out->label_count++;
		if (*at == '}')
			return at[1] == '\0' ? 0 : -1;
		if (*at++ != ',')
			return -1;
	}
}

int
selector_parse(const char *text, struct selector *out, struct sli_error *err)
{
	char *brace;

	memset(out, 0, sizeof(*out));
	out->name = mem_string(text);
	brace = strchr(out->name, '{');
	out->is_bare = brace == NULL;
	if (brace == NULL)
		return SLI_OK;
	*brace = '\0';
	if (parse_labels(brace + 1, out) == 0)
		return SLI_OK;
	selector_free(out);
	return report_set(err, SLI_EPARSE,
	    "\"%s\" is no name; accepted: name or name{label=\"value\",...}",
	    text);
}

void
selector_free(struct selector *s)
{
	free(s->name);
	memset(s, 0, sizeof(*s));
}

int
selector_matches(const struct selector *s, const char *name,
    const struct sli_label *labels, uint32_t count)
{
	uint32_t i, k, found;

	if (strcmp(s->name, name) != 0)
		return 0;
	if (s->is_bare)
		return 1;
	if (s->label_count != count)
		return 0;
	for (i = 0, found = 0; i < count; i++)
		for (k = 0; k < count; k++)
			if (strcmp(s->labels[i].name, labels[k].name) == 0 &&
			    strcmp(s->labels[i].value, labels[k].value) == 0)
				found++;
	return found == count;
}
