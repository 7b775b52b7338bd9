/* SPDX-License-Identifier: MIT */
#ifndef TOOL_REPLAY_PRINT_H
#define TOOL_REPLAY_PRINT_H

#include <jansson.h>

#include "replay.h"
#include "replay_track.h"

/* What came of a replay, for people and as a document. */

/* Alerts of an SLO, by what they are. */
struct replay_alerts {
	uint64_t pages, tickets, outages;
};

void replay_count_alerts(const struct replay_track *t,
    const struct track_slo *slo, struct replay_alerts *out);

/* All that was counted: by the SLO, from the first event to the last. */
void replay_totals(const struct replay_track *t, const struct track_slo *slo,
    uint64_t *good, uint64_t *bad);

void replay_print(const struct replay_result *r, const struct options *o);

/* If more than 1 % of lines were of no use, say so on stderr. */
void replay_warn(const struct replay_result *r);
json_t *replay_document(const struct replay_result *r);

#endif /* TOOL_REPLAY_PRINT_H */
