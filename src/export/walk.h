/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_WALK_H
#define SLI_EXPORT_WALK_H

/*
 * What all formats of Prometheus' have in common: which families there are, in
 * which order, and of what samples. A format says how they are written.
 */

#include <stdbool.h>

#include <sli/export.h>
#include <sli/flush.h>

#include "export/exemplars.h"

enum sli__kind { SLI__COUNTER, SLI__GAUGE, SLI__HISTOGRAM };

struct sli__family {
	const char *name; /* of a counter: without _total */
	enum sli__kind kind;
	const char *unit; /* "": none */
	const char *help;
};

/* A value of the present series. */
struct sli__sample {
	const struct sli_label *labels; /* beside those of the series */
	uint32_t label_count;
	bool is_count;
	uint64_t count;
	double number;
	uint64_t created_ns; /* of a counter; 0: not to be told */
	const struct sli_exemplar *exemplar; /* NULL: none */
};

/* Latencies of the present series. */
struct sli__latencies {
	const struct sli_indicator_view *view;
	enum sli_outcome outcome;
	struct sli_label label; /* that says which outcome */
	const struct sli__exemplars *exemplars;
	uint64_t created_ns;
};

struct sli__form {
	void (*begin)(void *to, const struct sli__family *family);
	void (*end)(void *to);
	/* Whose samples follow; every one of them has these labels. */
	void (
	    *series)(void *to, const struct sli_label *labels, uint32_t count);
	void (*sample)(void *to, const struct sli__sample *sample);
	void (*histogram)(void *to, const struct sli__latencies *latencies);
};

struct sli__walk {
	const struct sli_snapshot *snapshot;
	const struct sli_text_config *cfg; /* checked; flags, service */
	const struct sli__form *form;
	void *to;
};

/* More labels than those of any series and sample together. */
#define SLI__WALK_LABELS (1 + SLI_LABELS_MAX + 8)

void sli__walk(const struct sli__walk *walk);

/* The families of SLOs. */
void sli__walk_slos(const struct sli__walk *walk);

#endif /* SLI_EXPORT_WALK_H */
