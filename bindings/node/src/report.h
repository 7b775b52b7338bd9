/* SPDX-License-Identifier: MIT */
#ifndef NODE_REPORT_H
#define NODE_REPORT_H

#include "addon.h"

/*
 * Flush once, as a consumer that is then forgotten: it is told of totals only.
 * NULL; an exception may be pending.
 */
napi_value flush_once(napi_env env, const struct object *o, uint64_t now,
    sli_flush_fn *fn, void *arg);

/* What sli_flush() said. */
napi_value throw_flush(napi_env env, int status);

#endif /* NODE_REPORT_H */
