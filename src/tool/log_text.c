/* SPDX-License-Identifier: MIT */
#include "log_text.h"

#include <stdlib.h>
#include <string.h>

struct words {
	struct log_text word[LOG_WORDS_MAX];
	uint32_t count;
	uint32_t time; /* which it is */
	struct log_text method, path, protocol;
};

void
log_text_select(struct log_text_key *out, const char *key)
{
	static const char *const names[] = { "", "host", "user", "time",
		"method", "path", "protocol", "status", "bytes", "duration" };
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 1; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(key, names[i]) == 0) {
			out->part = (enum log_text_part)i;
			return;
		}
	if (*key != '\0' && strspn(key, "0123456789") == strlen(key)) {
		out->part = TEXT_WORD;
		out->word = (uint32_t)strtoul(key, NULL, 10);
		return;
	}
	out->part = TEXT_NAME;
	out->name = key;
	out->name_length = strlen(key);
}

/* The end of a word that begins here; a quote may be escaped in quotes. */
static const char *
word_end(const char *at, const char *end)
{
	char close = *at == '"' ? '"' : *at == '[' ? ']' : ' ';

	if (close == ' ') {
		at = memchr(at, ' ', (size_t)(end - at));
		return at == NULL ? end : at;
	}
	for (at++; at < end && *at != close; at++)
		if (*at == '\\' && close == '"' && at + 1 < end)
			at++;
	return at < end ? at + 1 : NULL;
}

static int
split(const char *at, const char *end, struct words *w, struct log_why *why)
{
	const char *to;
	struct log_text *word;

	w->count = 0;
	w->time = LOG_WORDS_MAX;
	for (; at < end; at = to) {
		if (*at == ' ') {
			to = at + 1;
			continue;
		}
		if (w->count == LOG_WORDS_MAX)
			return log_refuse(why, "more than %d words",
			    LOG_WORDS_MAX);
		to = word_end(at, end);
		if (to == NULL)
			return log_refuse(why,
			    "word %u begins with %c and never ends",
			    w->count + 1, *at);
		word = &w->word[w->count++];
		word->at = at;
		word->length = (size_t)(to - at);
		if (*at == '[' || *at == '"') {
			word->at++;
			word->length -= 2;
		}
		if (*at == '[' && w->time == LOG_WORDS_MAX)
			w->time = w->count - 1;
	}
	if (w->time + 3 < w->count)
		return 0;
	if (w->time == LOG_WORDS_MAX)
		return log_refuse(why, "no [time]");
	return log_refuse(why, "the line ends before its status");
}

/* The part of a text up to a blank; both are cut off it. */
static struct log_text
cut(struct log_text *from)
{
	struct log_text head = *from;
	size_t n = 0;

	while (n < from->length && from->at[n] != ' ')
		n++;
	head.length = n;
	if (n < from->length)
		n++;
	from->at += n;
	from->length -= n;
	return head;
}

static void
split_request(struct words *w)
{
	struct log_text request = w->word[w->time + 1];

	w->method = cut(&request);
	w->path = cut(&request);
	w->protocol = request;
}

/* Not the first of a line. In quotes it is the name of a browser. */
static int
is_number(const struct log_text *t)
{
	return t->length > 0 && t->at[0] >= '0' && t->at[0] <= '9' &&
	    t->at[-1] == ' ';
}

static struct log_text
find_name(const struct words *w, const struct log_text_key *key)
{
	struct log_text none = { NULL, 0 }, value;
	uint32_t i;

	for (i = 0; i < w->count; i++) {
		value = w->word[i];
		if (value.length <= key->name_length ||
		    value.at[key->name_length] != '=' ||
		    memcmp(value.at, key->name, key->name_length) != 0)
			continue;
		value.at += key->name_length + 1;
		value.length -= key->name_length + 1;
		if (value.length >= 2 && value.at[0] == '"' &&
		    value.at[value.length - 1] == '"') {
			value.at++;
			value.length -= 2;
		}
		return value;
	}
	return none;
}

static struct log_text
find(const struct words *w, const struct log_text_key *key)
{
	struct log_text none = { NULL, 0 };
	uint32_t i;

	switch (key->part) {
	case TEXT_HOST:
		return w->word[0];
	case TEXT_USER:
		return w->time == 0 ? none : w->word[w->time - 1];
	case TEXT_TIME:
		return w->word[w->time];
	case TEXT_METHOD:
		return w->method;
	case TEXT_PATH:
		return w->path;
	case TEXT_PROTOCOL:
		return w->protocol;
	case TEXT_STATUS:
		return w->word[w->time + 2];
	case TEXT_BYTES:
		return w->word[w->time + 3];
	case TEXT_DURATION:
		for (i = w->time + 4; i < w->count; i++)
			if (is_number(&w->word[i]))
				return w->word[i];
		return none;
	case TEXT_WORD:
		return key->word > 0 && key->word <= w->count ?
		    w->word[key->word - 1] :
		    none;
	case TEXT_NAME:
		return find_name(w, key);
	case TEXT_NONE:
		break;
	}
	return none;
}

int
log_text_line(const char *line, size_t length,
    const struct log_text_key keys[LOG_FIELDS], struct log_record *out,
    struct log_why *why)
{
	struct words w;
	struct log_text *text;
	int field;

	if (split(line, line + length, &w, why) != 0)
		return -1;
	split_request(&w);
	for (field = 0; field < LOG_FIELDS; field++) {
		if (keys[field].part == TEXT_NONE)
			continue;
		text = &out->field[field];
		*text = find(&w, &keys[field]);
		/* What there was none of. */
		if (text->length == 0 ||
		    (text->length == 1 && text->at[0] == '-'))
			text->at = NULL;
	}
	return 0;
}
