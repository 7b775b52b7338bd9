/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_SLO_JSON_H
#define SLI_EXPORT_SLO_JSON_H

#include "export/parts.h"

/* An SLO of a snapshot, with all that is known of it. */
void sli__slo_json(struct sli__json *j, const struct sli_snapshot *snapshot,
    const struct sli_slo_view *view);

#endif /* SLI_EXPORT_SLO_JSON_H */
