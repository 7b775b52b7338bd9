/* SPDX-License-Identifier: MIT */
#ifndef TOOL_LOG_TEXT_H
#define TOOL_LOG_TEXT_H

#include "log.h"

/*
 * Lines of the common and combined log formats, of nginx, Apache and those who
 * took them over:
 *
 *   host ident user [time] "method path protocol" status bytes ...
 *
 * What follows differs from server to server. By a key one means one of these:
 * host, user, time, method, path, protocol, status, bytes; a word of the line
 * by its number from 1, [...] and "..." being one; or name for name=value.
 */

enum log_text_part {
	TEXT_NONE,
	TEXT_HOST,
	TEXT_USER,
	TEXT_TIME,
	TEXT_METHOD,
	TEXT_PATH,
	TEXT_PROTOCOL,
	TEXT_STATUS,
	TEXT_BYTES,
	TEXT_DURATION, /* the first number behind the bytes */
	TEXT_WORD,
	TEXT_NAME
};

struct log_text_key {
	enum log_text_part part;
	uint32_t word;	  /* from 1 */
	const char *name; /* before = */
	size_t name_length;
};

#define LOG_WORDS_MAX 64

void log_text_select(struct log_text_key *out, const char *key);
int log_text_line(const char *line, size_t length,
    const struct log_text_key keys[LOG_FIELDS], struct log_record *out,
    struct log_why *why);

#endif /* TOOL_LOG_TEXT_H */
