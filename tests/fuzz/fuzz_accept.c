/* SPDX-License-Identifier: MIT */
/*
 * Hostile Accept headers, for libFuzzer. Beside what the sanitizers see, it is
 * a failure if
 *   - what names OpenMetrics nowhere gets it;
 *   - an empty element, which HTTP lets stand anywhere, makes a difference;
 *   - asking for nothing else than it, as well, does not give it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <sli/export.h>

#define OPEN "application/openmetrics-text"
#define LENGTH_MAX 512

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int is_so, const char *what)
{
	if (is_so)
		return;
	fprintf(stderr, "fuzz_accept: %s\n", what);
	abort();
}

static int
names_it(const char *accept)
{
	for (; *accept != '\0'; accept++)
		if (strncasecmp(accept, OPEN, strlen(OPEN)) == 0)
			return 1;
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char accept[LENGTH_MAX + 1], more[LENGTH_MAX + 64];
	enum sli_text_format format;

	if (size > LENGTH_MAX)
		return 0;
	memcpy(accept, data, size);
	accept[size] = '\0';
	format = sli_text_negotiate(accept);
	must(format == SLI_TEXT_PROMETHEUS || names_it(accept),
	    "OpenMetrics to who did not ask for it");
	snprintf(more, sizeof(more), " ,, %s", accept);
	must(sli_text_negotiate(more) == format, "an empty element");
	snprintf(more, sizeof(more), OPEN ";version=1.0.0,%s", accept);
	must(sli_text_negotiate(more) == SLI_TEXT_OPENMETRICS,
	    "Prometheus' text to who wants OpenMetrics most of all");
	return 0;
}
