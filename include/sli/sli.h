/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLI_H
#define SLI_SLI_H

/* All of the core of libsli. */
#include <sli/adjust.h>
#include <sli/admit.h>
#include <sli/alert.h>
#include <sli/annotate.h>
#include <sli/api.h>
#include <sli/audit.h>
#include <sli/context.h>
#include <sli/exemplar.h>
#include <sli/file.h>
#include <sli/flush.h>
#include <sli/histogram.h>
#include <sli/indicator.h>
#include <sli/latency.h>
#include <sli/registry.h>
#include <sli/retry.h>
#include <sli/slo.h>
#include <sli/status.h>
#include <sli/time.h>
#include <sli/version.h>
#include <sli/writer.h>

#endif /* SLI_SLI_H */
