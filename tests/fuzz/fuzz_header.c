/* SPDX-License-Identifier: MIT */
/*
 * Hostile Host and Accept-Encoding headers, for libFuzzer. Beside what the
 * sanitizers see, it is a failure if
 *   - a Host is answered that is none of the endpoint's names, with or without
 *     the root's dot, and with or without something after a colon;
 *   - gzip is given to whom neither names it nor takes anything;
 *   - refusing it first does not keep it away.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/header.h"

#define LENGTH_MAX 512

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int is_so, const char *what)
{
	if (is_so)
		return;
	fprintf(stderr, "fuzz_header: %s\n", what);
	abort();
}

static int
has(const char *text, const char *part)
{
	for (; *text != '\0'; text++)
		if (strncasecmp(text, part, strlen(part)) == 0)
			return 1;
	return 0;
}

/* Written unlike the code that is tested: what may follow a name, spelt out. */
static int
is_named(const char *host, const char *name)
{
	size_t length = strlen(name);

	if (strncasecmp(host, name, length) != 0)
		return 0;
	host += length;
	return *host == '\0' || *host == ':' || strcmp(host, ".") == 0 ||
	    strncmp(host, ".:", 2) == 0;
}

static void
fuzz_host(const char *host)
{
	static const char *const hosts[] = { "metrics.internal" };
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	int expected = is_named(host, "localhost") ||
	    is_named(host, "127.0.0.1") || is_named(host, "[::1]") ||
	    is_named(host, "metrics.internal") || is_named(host, "[127.0.0.1]");

	cfg.address = "127.0.0.1";
	cfg.hosts = hosts;
	cfg.host_count = 1;
	must(expected || !sli__host_is_allowed(&cfg, true, host),
	    "answers another's host");
}

static void
fuzz_encoding(const char *accept)
{
	char refused[LENGTH_MAX + 16];

	must(has(accept, "gzip") || strchr(accept, '*') != NULL ||
		!sli__encoding_takes_gzip(accept),
	    "gzip for nobody");
	snprintf(refused, sizeof(refused), "gzip;q=0,%s", accept);
	must(!sli__encoding_takes_gzip(refused), "gzip though refused");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[LENGTH_MAX + 1];

	if (size > LENGTH_MAX)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	fuzz_host(text);
	fuzz_encoding(text);
	return 0;
}
