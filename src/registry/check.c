/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/status.h"
#include "registry/salvage.h"

/*
 * A file in use is copied while it changes, and a slot may be joined anew
 * between its stamp and its words: what is really damaged stays so.
 */
#define TRIES 3

static int
examine(const char *path, struct sli__report *report, struct sli_error *err)
{
	struct sli_registry_info info;
	struct sli__salvage s;
	struct sli_error e;
	int status = sli__salvage_open(&s, path, report, err);

	if (status != SLI_OK)
		return status;
	status = sli__salvage_examine(&s, report, err);
	if (status == SLI_OK && sli_registry_info(s.reg, &info) == SLI_OK) {
		sli__fail(&e, SLI_OK,
		    "%u indicators, %u SLOs and %u audit records; made by "
		    "libsli %s, opened %u times, open in %u processes",
		    (uint64_t)info.indicator_count, (uint64_t)info.slo_count,
		    info.audit_count, info.version, info.open_count,
		    (uint64_t)info.process_count);
		sli__report(report, SLI_FINDING_NOTE, &e);
	}
	sli__salvage_close(&s);
	return status;
}

int
sli_file_check(const char *path, sli_finding_fn *fn, void *arg,
    struct sli_error *err)
{
	struct sli__report report;
	int status, tries;

	if (path == NULL)
		return sli__fail(err, SLI_EINVAL, "path is NULL");
	for (tries = 1; tries < TRIES; tries++) {
		memset(&report, 0, sizeof(report));
		status = examine(path, &report, err);
		if (status != SLI_OK)
			return status;
		if (report.damages + report.losses == 0)
			break;
	}
	memset(&report, 0, sizeof(report));
	report.fn = fn;
	report.arg = arg;
	status = examine(path, &report, err);
	if (status == SLI_OK && report.damages + report.losses > 0)
		status = sli__fail(err, SLI_ECORRUPT,
		    "the file is damaged: %u findings, of %u of which nothing "
		    "can be saved",
		    report.damages + report.losses, report.losses);
	return status;
}
