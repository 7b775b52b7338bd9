/* SPDX-License-Identifier: MIT */
#ifndef TOOL_REPLAY_H
#define TOOL_REPLAY_H

#include "options.h"
#include "report.h"

struct replay_track;

/* What a log would have been told, had the library been there. */
struct replay_result {
	struct sli_registry *reg;
	uint64_t from_ns, to_ns; /* first event; the second after the last */
	/* lines = used + malformed + late + those outside --from and --to */
	uint64_t lines, used, malformed, late;
	struct replay_track *track; /* what was seen on the way */
};

/*
 * Read o->args[1..] as logs, with o's --slo and the rest, into a registry.
 * Problems of definitions and of lines go to stderr.
 */
int replay_run(const struct options *o, struct replay_result *out,
    struct sli_error *err);
void replay_result_free(struct replay_result *r);

/* What the program says when that fails with this status. */
enum exit_status replay_exit(int status);

#endif /* TOOL_REPLAY_H */
