/* SPDX-License-Identifier: MIT */
#include "header.h"

#include <string.h>
#include <strings.h>

#define BLANKS " \t"

static bool
is_word(const char *s, size_t length, const char *word)
{
	return length == strlen(word) && strncasecmp(s, word, length) == 0;
}

/*
 * Without the port; an address of IPv6 keeps its brackets. 0, which is no
 * name, if something else follows them.
 */
static size_t
name_length(const char *host)
{
	const char *end = host[0] == '[' ? strchr(host, ']') : NULL;

	if (end == NULL)
		return strcspn(host, ":");
	return end[1] == '\0' || end[1] == ':' ? (size_t)(end + 1 - host) : 0;
}

static bool
is_own_address(const char *host, size_t length, const char *address)
{
	if (host[0] == '[' && length > 2) {
		host++;
		length -= 2;
	}
	return is_word(host, length, address);
}

bool
sli__host_is_allowed(const struct sli_http_config *cfg, bool is_loopback,
    const char *host)
{
	size_t length;
	uint32_t i;

	if (host == NULL || (!is_loopback && cfg->host_count == 0))
		return true;
	length = name_length(host);
	/* A name of DNS may end in the root's dot. */
	if (length > 1 && host[length - 1] == '.')
		length--;
	for (i = 0; i < cfg->host_count; i++)
		if (is_word(host, length, cfg->hosts[i]))
			return true;
	return is_word(host, length, "localhost") ||
	    is_word(host, length, "127.0.0.1") ||
	    is_word(host, length, "[::1]") ||
	    is_own_address(host, length, cfg->address);
}

/* 0, 0.0, 0.00 and 0.000: not acceptable. */
static bool
is_refused(const char *parameters, const char *end)
{
	const char *s = parameters;

	s += strspn(s, BLANKS ";");
	if (end - s < 3 || strncasecmp(s, "q=0", 3) != 0)
		return false;
	s += 3;
	if (s < end && *s == '.')
		s++;
	s += strspn(s, "0");
	s += strspn(s, BLANKS);
	return s >= end;
}

bool
sli__encoding_takes_gzip(const char *accept)
{
	bool any = false, takes;
	const char *end;
	size_t length;

	if (accept == NULL)
		return false;
	for (; *accept != '\0'; accept = end + (*end == ',')) {
		end = accept + strcspn(accept, ",");
		accept += strspn(accept, BLANKS);
		length = strcspn(accept, BLANKS ";,");
		takes = !is_refused(accept + length, end);
		if (is_word(accept, length, "gzip") ||
		    is_word(accept, length, "x-gzip"))
			return takes;
		if (is_word(accept, length, "*"))
			any = takes;
	}
	return any;
}
