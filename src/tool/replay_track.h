/* SPDX-License-Identifier: MIT */
#ifndef TOOL_REPLAY_TRACK_H
#define TOOL_REPLAY_TRACK_H

#include "log.h"
#include "replay_config.h"

/* What is seen of a replay on its way, minute by minute. */

#define TRACK_SAMPLES 512
#define TRACK_PROBLEMS 5

struct track_sample {
	uint64_t at_ns;
	double remaining;
};

struct track_slo {
	struct sli_slo *slo;
	const struct sli_slo_config *cfg; /* but for the name */
	uint32_t group;
	struct sli_budget last; /* as it was looked at last */
	/* At every step_ns, the least since the one before. */
	struct track_sample sample[TRACK_SAMPLES];
	uint32_t sample_count;
	uint64_t step_ns;
	double worst;
	uint64_t worst_ns;
	/* Of a rolling period: looks; of a calendar's: periods that ended. */
	uint64_t judged, met;
};

struct track_group {
	const char *name; /* "" if there is but one */
	struct sli_indicator *indicator;
	struct sli_histogram *latency; /* of good events, all along */
};

/* A line that was of no use. */
struct track_problem {
	const char *path;
	uint64_t line;
	struct log_why why;
};

struct replay_track {
	struct replay_config config;
	struct track_group *group[LOG_GROUPS_MAX]; /* NULL: no event yet */
	struct track_slo *slo;
	uint32_t slo_count;
	struct sli_alert_record *alert; /* by number */
	size_t alert_count;
	size_t settled; /* of these, all before have ended */
	struct track_problem problem[TRACK_PROBLEMS];
	uint32_t problem_count;
	char **trouble; /* files that ended early */
	uint32_t trouble_count;
	uint64_t outside; /* lines outside --from and --to */
};

/* Look at every SLO; at_ns is just before a slot is opened. */
void track_look(struct replay_track *t, struct sli_registry *reg,
    uint64_t at_ns);

/* The same after the last event, and move the history on to end_ns. */
void track_finish(struct replay_track *t, struct sli_registry *reg,
    uint64_t end_ns);

int track_add_group(struct replay_track *t, struct sli_registry *reg,
    uint32_t group, struct sli_error *err);
void track_add_problem(struct replay_track *t, const char *path, uint64_t line,
    const struct log_why *why);
void track_free(struct replay_track *t);

#endif /* TOOL_REPLAY_TRACK_H */
