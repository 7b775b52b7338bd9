/* SPDX-License-Identifier: MIT */
/*
 * Hostile Accept headers, for libFuzzer. Beside what the sanitizers see, it is
 * a failure if
 *   - what names OpenMetrics, or the protobuf format, nowhere gets it;
 *   - an empty element, which HTTP lets stand anywhere, makes a difference;
 *   - asking for nothing else than it, as well, does not give it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <sli/export.h>
#include <sli/export_proto.h>

#define OPEN "application/openmetrics-text"
#define PROTO "application/vnd.google.protobuf"
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
names(const char *accept, const char *type)
{
	for (; *accept != '\0'; accept++)
		if (strncasecmp(accept, type, strlen(type)) == 0)
			return 1;
	return 0;
}

static void
negotiate_text(const char *accept)
{
	enum sli_text_format format = sli_text_negotiate(accept);
	char more[LENGTH_MAX + 64];

	must(format == SLI_TEXT_PROMETHEUS || names(accept, OPEN),
	    "OpenMetrics to who did not ask for it");
	snprintf(more, sizeof(more), " ,, %s", accept);
	must(sli_text_negotiate(more) == format, "an empty element");
	snprintf(more, sizeof(more), OPEN ";version=1.0.0,%s", accept);
	must(sli_text_negotiate(more) == SLI_TEXT_OPENMETRICS,
	    "Prometheus' text to who wants OpenMetrics most of all");
}

static void
negotiate_proto(const char *accept)
{
	int is_proto = sli_proto_negotiate(accept);
	char more[LENGTH_MAX + 128];

	must(!is_proto || names(accept, PROTO),
	    "protobuf to who did not ask for it");
	snprintf(more, sizeof(more), " ,, %s", accept);
	must(sli_proto_negotiate(more) == is_proto, "an empty element");
	snprintf(more, sizeof(more), "%s,%s", sli_proto_content_type(), accept);
	must(sli_proto_negotiate(more), "text to who wants protobuf most");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char accept[LENGTH_MAX + 1];

	if (size > LENGTH_MAX)
		return 0;
	memcpy(accept, data, size);
	accept[size] = '\0';
	negotiate_text(accept);
	negotiate_proto(accept);
	return 0;
}
