/* SPDX-License-Identifier: MIT */
#include "change.h"

#include "report.h"
#include "source.h"

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

int
change_find_slo(struct sli_registry *reg, const struct options *o,
    struct sli_slo **out)
{
	if (sli_slo_find(reg, o->args[2], out) == SLI_OK)
		return EXIT_DONE;
	return report_fail(EXIT_NO, SLI_ENOENT, "%s has no SLO \"%s\"",
	    o->args[1], o->args[2]);
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
