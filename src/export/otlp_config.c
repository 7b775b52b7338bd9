/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "export/config.h"
#include "export/exponential.h"
#include "export/otlp.h"

#define KNOWN_FLAGS                                                            \
	(SLI_OTLP_NO_HISTOGRAMS | SLI_OTLP_NO_SLOS | SLI_OTLP_NO_EXEMPLARS)

static bool
has_attribute(const struct sli_otlp_config *cfg, const char *name,
    uint32_t before)
{
	uint32_t i;

	for (i = 0; i < before; i++)
		if (strcmp(cfg->attributes[i].name, name) == 0)
			return true;
	return false;
}

static int
check_attribute(const struct sli_otlp_config *cfg, uint32_t i,
    struct sli_error *err)
{
	const struct sli_label *a = &cfg->attributes[i];

	if (a->name == NULL || *a->name == '\0' || a->value == NULL)
		return sli__addon_fail(err, SLI_EINVAL,
		    "attributes[%u].%s is %s; accepted: %s", i,
		    a->name == NULL || *a->name == '\0' ? "name" : "value",
		    a->name != NULL && *a->name == '\0' ? "empty" : "NULL",
		    a->name == NULL || *a->name == '\0' ?
			"a name, as service.version" :
			"a text");
	if (has_attribute(cfg, a->name, i) ||
	    (cfg->service != NULL && strcmp(a->name, SLI__OTLP_SERVICE) == 0))
		return sli__addon_fail(err, SLI_EINVAL,
		    "attributes[%u].name \"%s\" is there twice; accepted: each "
		    "name once, and " SLI__OTLP_SERVICE " not beside service",
		    i, a->name);
	return SLI_OK;
}

static int
check_attributes(const struct sli_otlp_config *cfg, struct sli_error *err)
{
	uint32_t i;
	int status = SLI_OK;

	if (cfg->attribute_count > SLI_OTLP_ATTRIBUTES_MAX)
		return sli__addon_fail(err, SLI_ERANGE,
		    "attribute_count %u is out of range; accepted: up to %u",
		    cfg->attribute_count, SLI_OTLP_ATTRIBUTES_MAX);
	if (cfg->attribute_count > 0 && cfg->attributes == NULL)
		return sli__addon_fail(err, SLI_EINVAL,
		    "attributes is NULL; accepted: attribute_count %u of them",
		    cfg->attribute_count);
	for (i = 0; i < cfg->attribute_count && status == SLI_OK; i++)
		status = check_attribute(cfg, i, err);
	return status;
}

static int
check_fields(const struct sli_otlp_config *cfg, struct sli_error *err)
{
	int status = sli__config_flags(cfg->flags, KNOWN_FLAGS, err);

	if (status != SLI_OK)
		return status;
	if (cfg->max_buckets != 0 &&
	    (cfg->max_buckets < SLI_BUCKET_LIMIT_MIN ||
		cfg->max_buckets > SLI_BUCKET_LIMIT_MAX))
		return sli__addon_fail(err, SLI_ERANGE,
		    "max_buckets %u is out of range; accepted: %u to %u",
		    cfg->max_buckets, SLI_BUCKET_LIMIT_MIN,
		    SLI_BUCKET_LIMIT_MAX);
	return check_attributes(cfg, err);
}

int
sli__otlp_config_check(const struct sli_otlp_config *cfg,
    struct sli_otlp_config *out, struct sli_error *err)
{
	struct sli_otlp_config made = SLI_OTLP_CONFIG_INIT;
	int status = sli__config_take(&made, sizeof(made), cfg,
	    "sli_otlp_config", err);

	if (status == SLI_OK)
		status = check_fields(&made, err);
	if (status != SLI_OK)
		return status;
	if (made.max_buckets == 0)
		made.max_buckets = SLI_BUCKET_LIMIT_DEFAULT;
	if (made.service == NULL &&
	    !has_attribute(&made, SLI__OTLP_SERVICE, made.attribute_count))
		made.service = "unknown_service";
	*out = made;
	return SLI_OK;
}

int
sli_otlp_config_check(const struct sli_otlp_config *cfg, struct sli_error *err)
{
	struct sli_otlp_config made;

	return sli__otlp_config_check(cfg, &made, err);
}
