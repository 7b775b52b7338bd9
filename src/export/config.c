/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "export/config.h"
#include "export/json.h"

#define KNOWN_FLAGS                                                            \
	(SLI_TEXT_NO_HISTOGRAMS | SLI_TEXT_NO_SLOS | SLI_TEXT_NO_EXEMPLARS |   \
	    SLI_TEXT_NO_CREATED)

static const uint64_t default_bounds[] = { 1000000, 2500000, 5000000, 10000000,
	25000000, 50000000, 100000000, 250000000, 500000000, 1000000000,
	2500000000, 5000000000, 10000000000 };

int
sli__export_check(const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, struct sli_error *err)
{
	if (snapshot != NULL && write != NULL)
		return SLI_OK;
	return sli__addon_fail(err, SLI_EINVAL, "%s is NULL",
	    snapshot == NULL ? "snapshot" : "write");
}

int
sli__config_take(void *into, size_t known, const void *from, const char *name,
    struct sli_error *err)
{
	return from == NULL ? SLI_OK :
			      sli__addon_config(into, known, from, name, err);
}

int
sli__config_flags(uint32_t flags, uint32_t known, struct sli_error *err)
{
	if ((flags & ~known) == 0)
		return SLI_OK;
	return sli__addon_fail(err, SLI_EINVAL,
	    "flags 0x%x has unknown bits; accepted: of 0x%x", flags, known);
}

static int
check_bounds(const struct sli_text_config *cfg, struct sli_error *err)
{
	uint32_t i;

	if (cfg->bound_count > SLI_BOUNDS_MAX)
		return sli__addon_fail(err, SLI_ERANGE,
		    "bound_count %u is out of range; accepted: up to %u",
		    cfg->bound_count, SLI_BOUNDS_MAX);
	if (cfg->bound_count > 0 && cfg->bound_ns == NULL)
		return sli__addon_fail(err, SLI_EINVAL,
		    "bound_ns is NULL; accepted: bound_count %u bounds",
		    cfg->bound_count);
	for (i = 0; i < cfg->bound_count; i++)
		if (cfg->bound_ns[i] == 0 ||
		    (i > 0 && cfg->bound_ns[i] <= cfg->bound_ns[i - 1]))
			return sli__addon_fail(err, SLI_ERANGE,
			    "bound_ns[%u] %" PRIu64 " is out of range; "
			    "accepted: above the one before, from 1",
			    i, cfg->bound_ns[i]);
	return SLI_OK;
}

/* What the formats of Prometheus' have in common; defaults are filled in. */
static int
check_common(struct sli_text_config *cfg, uint32_t known_flags,
    struct sli_error *err)
{
	int status = sli__config_flags(cfg->flags, known_flags, err);

	if (status == SLI_OK)
		status = check_bounds(cfg, err);
	if (status != SLI_OK)
		return status;
	if (cfg->bound_count == 0) {
		cfg->bound_ns = default_bounds;
		cfg->bound_count = sizeof(default_bounds) /
		    sizeof(default_bounds[0]);
	}
	if (cfg->service == NULL)
		cfg->service = "";
	if (strlen(cfg->service) > SLI_LABEL_BYTES_MAX)
		return sli__addon_fail(err, SLI_ERANGE,
		    "service has %zu bytes; accepted: up to %d",
		    strlen(cfg->service), SLI_LABEL_BYTES_MAX);
	/* One that is not makes Prometheus drop the whole scrape. */
	if (!sli__is_utf8(cfg->service))
		return sli__addon_fail(err, SLI_EINVAL,
		    "service is not valid; accepted: UTF-8");
	return SLI_OK;
}

int
sli__text_config_check(const struct sli_text_config *cfg,
    struct sli_text_config *out, struct sli_error *err)
{
	struct sli_text_config made = SLI_TEXT_CONFIG_INIT;
	int status = sli__config_take(&made, sizeof(made), cfg,
	    "sli_text_config", err);

	if (status != SLI_OK)
		return status;
	if ((unsigned int)made.format > SLI_TEXT_PROMETHEUS)
		return sli__addon_fail(err, SLI_EINVAL,
		    "format %u is not valid; accepted: SLI_TEXT_OPENMETRICS, "
		    "SLI_TEXT_PROMETHEUS",
		    (unsigned int)made.format);
	status = check_common(&made, KNOWN_FLAGS, err);
	if (status == SLI_OK)
		*out = made;
	return status;
}

/* One set of flags for both. */
_Static_assert(SLI_PROTO_NO_HISTOGRAMS == SLI_TEXT_NO_HISTOGRAMS &&
	SLI_PROTO_NO_SLOS == SLI_TEXT_NO_SLOS &&
	SLI_PROTO_NO_EXEMPLARS == SLI_TEXT_NO_EXEMPLARS &&
	SLI_PROTO_NO_CREATED == SLI_TEXT_NO_CREATED,
    "flags of the two configs");

int
sli__proto_config_check(const struct sli_proto_config *cfg,
    struct sli_text_config *out, uint32_t *bucket_limit, struct sli_error *err)
{
	struct sli_proto_config made = SLI_PROTO_CONFIG_INIT;
	int status = sli__config_take(&made, sizeof(made), cfg,
	    "sli_proto_config", err);

	if (status != SLI_OK)
		return status;
	if (made.bucket_limit == 0)
		made.bucket_limit = SLI_BUCKET_LIMIT_DEFAULT;
	if (made.bucket_limit < SLI_BUCKET_LIMIT_MIN ||
	    made.bucket_limit > SLI_BUCKET_LIMIT_MAX)
		return sli__addon_fail(err, SLI_ERANGE,
		    "bucket_limit %u is out of range; accepted: %d to %d, or 0 "
		    "for %d",
		    made.bucket_limit, SLI_BUCKET_LIMIT_MIN,
		    SLI_BUCKET_LIMIT_MAX, SLI_BUCKET_LIMIT_DEFAULT);
	*bucket_limit = made.bucket_limit;
	*out = (struct sli_text_config){
		.struct_size = sizeof(*out),
		.flags = made.flags,
		.bound_count = made.bound_count,
		.bound_ns = made.bound_ns,
		.service = made.service,
	};
	return check_common(out, KNOWN_FLAGS | SLI_PROTO_CLASSIC, err);
}
