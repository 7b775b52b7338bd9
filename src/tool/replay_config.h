/* SPDX-License-Identifier: MIT */
#ifndef TOOL_REPLAY_CONFIG_H
#define TOOL_REPLAY_CONFIG_H

#include <sli/spec.h>

#include "log_event.h"
#include "options.h"

/* The options of a replay, understood. */

struct replay_config {
	struct log_decoder decoder;
	const char *group_by; /* NULL: one indicator for all */
	uint64_t from_ns, to_ns;
	uint64_t reorder_ns;
	const char *save;

	struct sli_slo_config *slo; /* of each group */
	uint32_t slo_count, slice_count;
	uint64_t threshold_ns[SLI_THRESHOLDS_MAX];
	uint32_t threshold_count;
	uint64_t period_ns; /* the longest; of calendars the most it can be */
	struct sli_spec *spec; /* what definitions point to */
	char **names;	       /* of candidates; NULL of definitions */
};

int replay_config_read(const struct options *o, struct replay_config *out,
    struct sli_error *err);
/* The length of an SLO's period; of one by the calendar, the most it can be. */
uint64_t replay_config_period(const struct sli_slo_config *cfg);

void replay_config_free(struct replay_config *c);

#endif /* TOOL_REPLAY_CONFIG_H */
