/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "export/series.h"

void
sli__put_escaped(struct sli__sink *sink, const char *text, bool quoted)
{
	const char *special = quoted ? "\n\\\"" : "\n\\";
	size_t plain;

	for (;;) {
		plain = strcspn(text, special);
		sli__put_bytes(sink, text, plain);
		text += plain;
		if (*text == '\0')
			return;
		sli__put_char(sink, '\\');
		sli__put_char(sink, *text == '\n' ? 'n' : *text);
		text++;
	}
}

void
sli__put_label(struct sli__sink *sink, bool first, const char *name,
    const char *value)
{
	sli__put_char(sink, first ? '{' : ',');
	sli__put(sink, name);
	sli__put(sink, "=\"");
	sli__put_escaped(sink, value, true);
	sli__put_char(sink, '"');
}

#define EXPORTED "exported_"

/*
 * Labels that the exporter sets itself, or that mean something to readers. One
 * that would be called as another is when it has been renamed is renamed, too.
 */
static bool
is_taken(const char *name)
{
	static const char *const taken[] = { "sli", "outcome", "le",
		"quantile" };
	size_t i;

	while (strncmp(name, EXPORTED, strlen(EXPORTED)) == 0)
		name += strlen(EXPORTED);
	for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (strcmp(name, taken[i]) == 0)
			return true;
	return false;
}

const char *
sli__label_prefix(const char *name)
{
	return is_taken(name) ? EXPORTED : "";
}

void
sli__put_indicator(struct sli__sink *sink,
    const struct sli_indicator_view *view)
{
	uint32_t i;

	sli__put_label(sink, true, "sli", view->name);
	for (i = 0; i < view->label_count; i++) {
		sli__put_char(sink, ',');
		sli__put(sink, sli__label_prefix(view->labels[i].name));
		sli__put(sink, view->labels[i].name);
		sli__put(sink, "=\"");
		sli__put_escaped(sink, view->labels[i].value, true);
		sli__put_char(sink, '"');
	}
}

const char *
sli__outcome_name(enum sli_outcome outcome)
{
	static const char *const names[] = { "good", "bad", "shed", "ignored" };

	return names[outcome];
}
