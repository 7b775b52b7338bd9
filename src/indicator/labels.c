/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/status.h"
#include "base/text.h"
#include "indicator/labels.h"

static int
check_label(const struct sli_label *label, uint64_t i, struct sli_error *err)
{
	if (label->name == NULL ||
	    !sli__is_label_name(label->name, SLI_NAME_MAX))
		return sli__fail(err, SLI_EINVAL,
		    "labels[%u].name \"%s\" is not valid; accepted: "
		    "[A-Za-z_][A-Za-z0-9_]*, up to %u bytes, not starting "
		    "with __",
		    i, label->name, (uint64_t)SLI_NAME_MAX);
	if (label->value == NULL ||
	    !sli__is_text(label->value, SLI_LABEL_BYTES_MAX))
		return sli__fail(err, SLI_EINVAL,
		    "labels[%u].value \"%s\" is not valid; accepted: UTF-8 "
		    "without control characters",
		    i, label->value);
	return SLI_OK;
}

/*
 * By repeated selection of the least name above the last one: there are at
 * most 16, and it needs no memory.
 */
static int
sort_labels(const struct sli_label *labels, uint32_t count,
    struct sli__labels *out, struct sli_error *err)
{
	const struct sli_label *least, *last = NULL;
	size_t used = 0, name_bytes, value_bytes;
	uint32_t i, n;

	memset(out, 0, sizeof(*out));
	for (n = 0; n < count; n++) {
		least = NULL;
		for (i = 0; i < count; i++)
			if ((last == NULL ||
				strcmp(labels[i].name, last->name) > 0) &&
			    (least == NULL ||
				strcmp(labels[i].name, least->name) < 0))
				least = &labels[i];
		if (least == NULL)
			return sli__fail(err, SLI_EINVAL,
			    "labels has the same name twice; accepted: each "
			    "name once");
		name_bytes = strlen(least->name) + 1;
		value_bytes = strlen(least->value) + 1;
		if (name_bytes + value_bytes > sizeof(out->text) - used)
			return sli__fail(err, SLI_EINVAL,
			    "labels are too long at \"%s\"; accepted: %u bytes "
			    "in all",
			    least->name, (uint64_t)SLI_LABEL_BYTES_MAX);
		memcpy(out->text + used, least->name, name_bytes);
		used += name_bytes;
		memcpy(out->text + used, least->value, value_bytes);
		used += value_bytes;
		last = least;
	}
	out->count = count;
	return SLI_OK;
}

int
sli__labels_check(const struct sli_label *labels, uint32_t count,
    struct sli__labels *out, struct sli_error *err)
{
	uint32_t i;
	int status;

	if (count > SLI_LABELS_MAX)
		return sli__fail(err, SLI_EINVAL,
		    "label_count %u is too large; accepted: up to %u",
		    (uint64_t)count, (uint64_t)SLI_LABELS_MAX);
	if (count > 0 && labels == NULL)
		return sli__fail(err, SLI_EINVAL,
		    "labels is NULL with label_count %u", (uint64_t)count);
	for (i = 0; i < count; i++) {
		status = check_label(&labels[i], i, err);
		if (status != SLI_OK)
			return status;
	}
	return sort_labels(labels, count, out, err);
}

void
sli__labels_map(const char *text, uint32_t count, struct sli_label *out)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		out[i].name = text;
		text += strlen(text) + 1;
		out[i].value = text;
		text += strlen(text) + 1;
	}
}

static void
put(char *series, size_t *at, const char *text)
{
	size_t n = sli__text_cut(text, SLI__SERIES_MAX - *at);

	memcpy(series + *at, text, n);
	*at += n;
	series[*at] = '\0';
}

static void
put_escaped(char *series, size_t *at, const char *text)
{
	char one[3] = "\\";

	for (; *text != '\0'; text++) {
		one[1] = *text;
		put(series, at, *text == '"' || *text == '\\' ? one : one + 1);
	}
}

void
sli__labels_series(const struct sli__indicator_spec *spec,
    char series[SLI__SERIES_MAX + 1])
{
	struct sli_label labels[SLI_LABELS_MAX];
	size_t at = 0;
	uint32_t i;

	sli__labels_map(spec->labels, spec->label_count, labels);
	put(series, &at, spec->name);
	for (i = 0; i < spec->label_count; i++) {
		put(series, &at, i == 0 ? "{" : ",");
		put(series, &at, labels[i].name);
		put(series, &at, "=\"");
		put_escaped(series, &at, labels[i].value);
		put(series, &at, "\"");
	}
	put(series, &at, spec->label_count > 0 ? "}" : "");
}
