/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L

#include "trace.h"

#include <inttypes.h>
#include <microhttpd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TRACE_ID_HEX 32

/* "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" */
static int
copy_traceparent(const char *header, char *trace_id)
{
	static const char hex[] = "0123456789abcdef";
	const char *id;

	if (header == NULL || strspn(header, hex) != 2 || header[2] != '-' ||
	    strncmp(header, "ff", 2) == 0)
		return 0;
	id = header + 3;
	if (strspn(id, hex) != TRACE_ID_HEX || id[TRACE_ID_HEX] != '-' ||
	    strspn(id, "0") == TRACE_ID_HEX)
		return 0;
	memcpy(trace_id, id, TRACE_ID_HEX);
	trace_id[TRACE_ID_HEX] = '\0';
	return 1;
}

/* libsli keeps no id with characters that could harm who reads it. */
static int
copy_request_id(const char *header, char *trace_id)
{
	if (header == NULL || header[0] == '\0' ||
	    strlen(header) > SLI_TRACE_ID_MAX)
		return 0;
	strcpy(trace_id, header);
	return 1;
}

static const char *
header_of(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

void
trace_name(struct MHD_Connection *connection, uint64_t begun_ns,
    char trace_id[SLI_TRACE_ID_MAX + 1])
{
	if (!copy_traceparent(header_of(connection, "traceparent"), trace_id) &&
	    !copy_request_id(header_of(connection, "X-Request-Id"), trace_id))
		snprintf(trace_id, SLI_TRACE_ID_MAX + 1, "%016jx%016" PRIx64,
		    (uintmax_t)getpid(), begun_ns);
}
