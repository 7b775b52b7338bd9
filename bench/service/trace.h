/* SPDX-License-Identifier: MIT */
#ifndef TRACE_H
#define TRACE_H

#include <stdint.h>

#include <sli/sli.h>

struct MHD_Connection;

/*
 * By which a request is found again: the trace id of its traceparent (W3C Trace
 * Context), or its X-Request-Id, or one of our own. All requests of a process
 * begin on one thread, so that no two have the same begun_ns.
 */
void trace_name(struct MHD_Connection *connection, uint64_t begun_ns,
    char trace_id[SLI_TRACE_ID_MAX + 1]);

#endif /* TRACE_H */
