/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_ECS_INTERNAL_H
#define SLI_EXPORT_ECS_INTERNAL_H

#include <sli/export_ecs.h>

#include "export/parts.h"

/* An export that is under way. */
struct sli__ecs {
	struct sli__json json;
	struct sli__scratch scratch;
	const struct sli_snapshot *snapshot;
	struct sli_ecs_config cfg;
	uint64_t now_ns;
	uint64_t since_ns; /* of the last flush; 0: this is the first */
};

/*
 * Begin a document, with the members that all have; inside of event, which the
 * caller closes.
 */
void sli__ecs_begin(struct sli__ecs *ecs, uint64_t at_ns, const char *kind,
    const char *dataset);
void sli__ecs_end(struct sli__ecs *ecs);

/* Members of event: when it began and ended. 0: not, or not yet. */
void sli__ecs_span(struct sli__json *j, uint64_t from_ns, uint64_t to_ns);

/* One document each. */
void sli__ecs_slo(struct sli__ecs *ecs, const struct sli_slo_view *view);
void sli__ecs_transition(struct sli__ecs *ecs,
    const struct sli_alert_record *record, bool has_ended);

#endif /* SLI_EXPORT_ECS_INTERNAL_H */
