/* SPDX-License-Identifier: MIT */
#include "change.h"

#include <stdio.h>
#include <string.h>

#include "report.h"
#include "source.h"

#define NAMES_MAX 8 /* in a message */
#define MORE_MAX 24 /* bytes for " and 16383 more" */

int
change_open(const struct options *o, struct sli_registry **out)
{
	struct sli_registry_config config = SLI_REGISTRY_CONFIG_INIT;
	struct sli_error err = { SLI_OK, "" };

	config.flags = SLI_REGISTRY_MUST_EXIST;
	if (sli_registry_open(o->args[1], &config, out, &err) == SLI_OK)
		return EXIT_DONE;
	return report_file(EXIT_FILE, o->args[1], &err);
}

int
change_run(const struct options *o, change_fn *change)
{
	struct sli_registry *reg;
	int status = change_open(o, &reg);

	if (status != EXIT_DONE)
		return status;
	source_watch(reg);
	status = change(reg, o);
	source_watch(NULL);
	sli_registry_close(reg);
	return status;
}

/* Those that there are, as far as there is room for them in a message. */
static void
list_slos(const struct sli_snapshot *snapshot, void *arg)
{
	struct sli_error *err = arg;
	size_t used = strlen(err->message), length;
	char *end = err->message + used;
	struct sli_slo_view slo;
	uint32_t i, listed = 0, more = 0;
	size_t room;

	if (used + MORE_MAX >= sizeof(err->message))
		return;
	room = sizeof(err->message) - used - MORE_MAX;
	for (i = 0; i < sli_snapshot_slo_count(snapshot); i++) {
		if (sli_snapshot_slo(snapshot, i, &slo) != SLI_OK)
			continue;
		length = strlen(slo.name) + strlen("; there is ");
		if (listed == NAMES_MAX || length >= room) {
			more++;
			continue;
		}
		length = (size_t)snprintf(end, room, "%s%s",
		    listed++ == 0 ? "; there is " : ", ", slo.name);
		end += length;
		room -= length;
	}
	if (listed == 0)
		snprintf(end, MORE_MAX, "; there is %s",
		    more == 0 ? "none" : "another");
	else if (more > 0)
		snprintf(end, MORE_MAX, " and %u more", more);
}

int
change_no_slo(struct sli_registry *reg, const struct options *o)
{
	struct sli_error err;

	report_set(&err, SLI_ENOENT, "%s has no SLO \"%s\"", o->args[1],
	    o->args[2]);
	/* Only a help to who reads it: the answer is the same without. */
	if (sli_flush(reg, sli_clock_ns(), list_slos, &err) == SLI_OK)
		sli_flush_forget(reg, list_slos, &err);
	return report_error(EXIT_NO, &err);
}

int
change_find_slo(struct sli_registry *reg, const struct options *o,
    struct sli_slo **out)
{
	if (sli_slo_find(reg, o->args[2], out) == SLI_OK)
		return EXIT_DONE;
	return change_no_slo(reg, o);
}

int
change_refused(const struct options *o, struct sli_error *err)
{
	report_by_options(err);
	switch (err->status) {
	case SLI_EBUSY:
	case SLI_ENOENT:
	case SLI_ERANGE:
	case SLI_ENOSPC:
		return report_file(EXIT_NO, o->args[1], err);
	case SLI_EINVAL:
		return report_error(EXIT_USAGE, err);
	default:
		return report_file(EXIT_FILE, o->args[1], err);
	}
}
