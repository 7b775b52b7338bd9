/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "export/config.h"
#include "export/statsd.h"

#define KNOWN_FLAGS                                                            \
	(SLI_STATSD_NO_LATENCIES | SLI_STATSD_NO_SLOS |                        \
	    SLI_STATSD_TIMESTAMPS | SLI_STATSD_DROP_LABELS)

#define PREFIX_CHARS                                                           \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

/* Fill a default in, and check. */
static int
check_number(uint32_t *value, const char *name, uint32_t none, uint32_t low,
    uint32_t high, struct sli_error *err)
{
	if (*value == 0)
		*value = none;
	if (*value >= low && *value <= high)
		return SLI_OK;
	return sli__addon_fail(err, SLI_ERANGE,
	    "%s %u is out of range; accepted: %u to %u", name, *value, low,
	    high);
}

static int
check_numbers(struct sli_statsd_config *cfg, struct sli_error *err)
{
	int status;

	status = check_number(&cfg->max_packet, "max_packet",
	    SLI_STATSD_PACKET_UDP, 256, 65507, err);
	if (status == SLI_OK)
		status = check_number(&cfg->max_lines, "max_lines", 100000, 16,
		    UINT32_MAX, err);
	if (status == SLI_OK)
		status = check_number(&cfg->timer_lines, "timer_lines", 100, 1,
		    10000, err);
	if (status == SLI_OK && cfg->reserved != 0)
		status = sli__addon_fail(err, SLI_EINVAL,
		    "reserved is %u; accepted: 0", cfg->reserved);
	return status;
}

static int
check_prefix(struct sli_statsd_config *cfg, struct sli_error *err)
{
	size_t length, known;

	if (cfg->prefix == NULL)
		cfg->prefix = "sli.";
	length = strlen(cfg->prefix);
	known = strspn(cfg->prefix, PREFIX_CHARS);
	if (length >= SLI__STATSD_PREFIX_BYTES)
		return sli__addon_fail(err, SLI_EINVAL,
		    "prefix has %zu bytes; accepted: up to %d", length,
		    SLI__STATSD_PREFIX_BYTES - 1);
	if (known < length)
		return sli__addon_fail(err, SLI_EINVAL,
		    "prefix \"%s\" is not valid at byte %zu; "
		    "accepted: [A-Za-z0-9_.-]",
		    cfg->prefix, known);
	return SLI_OK;
}

static int
check_container(const struct sli_statsd_config *cfg, struct sli_error *err)
{
	const char *id = cfg->container_id;
	size_t i;

	if (id == NULL)
		return SLI_OK;
	for (i = 0; id[i] != '\0'; i++)
		if (id[i] <= ' ' || id[i] > '~' || id[i] == '|')
			return sli__addon_fail(err, SLI_EINVAL,
			    "container_id is not valid at byte %zu; accepted: "
			    "printable ASCII without space and |",
			    i);
	if (i == 0 || i >= SLI__STATSD_ID_BYTES)
		return sli__addon_fail(err, SLI_EINVAL,
		    "container_id has %zu bytes; accepted: 1 to %d", i,
		    SLI__STATSD_ID_BYTES - 1);
	return SLI_OK;
}

static int
check_tags(const struct sli_statsd_config *cfg, struct sli_error *err)
{
	size_t bytes = 0;
	uint32_t i;

	if (cfg->tag_count > SLI_LABELS_MAX)
		return sli__addon_fail(err, SLI_ERANGE,
		    "tag_count %u is out of range; accepted: up to %d",
		    cfg->tag_count, SLI_LABELS_MAX);
	if (cfg->tag_count > 0 && cfg->tags == NULL)
		return sli__addon_fail(err, SLI_EINVAL,
		    "tags is NULL; accepted: tag_count %u tags",
		    cfg->tag_count);
	for (i = 0; i < cfg->tag_count; i++) {
		if (cfg->tags[i].name == NULL || *cfg->tags[i].name == '\0' ||
		    cfg->tags[i].value == NULL)
			return sli__addon_fail(err, SLI_EINVAL,
			    "tags[%u] has no %s; accepted: a name and a value",
			    i, cfg->tags[i].value == NULL ? "value" : "name");
		bytes += strlen(cfg->tags[i].name) +
		    strlen(cfg->tags[i].value) + 2;
	}
	if (bytes > SLI__STATSD_TAG_BYTES)
		return sli__addon_fail(err, SLI_EINVAL,
		    "tags have %zu bytes; accepted: up to %d, two included "
		    "for each",
		    bytes, SLI__STATSD_TAG_BYTES);
	return SLI_OK;
}

static int
check_dialect(const struct sli_statsd_config *cfg, struct sli_error *err)
{
	const char *plain = "accepted: with dialect SLI_STATSD_PLAIN";
	const char *datadog = "accepted: with dialect SLI_STATSD_DATADOG";

	if ((unsigned int)cfg->dialect > SLI_STATSD_PLAIN)
		return sli__addon_fail(err, SLI_EINVAL,
		    "dialect %u is not valid; accepted: SLI_STATSD_DATADOG, "
		    "SLI_STATSD_PLAIN",
		    (unsigned int)cfg->dialect);
	if (cfg->dialect == SLI_STATSD_DATADOG)
		return (cfg->flags & SLI_STATSD_DROP_LABELS) != 0 ?
		    sli__addon_fail(err, SLI_EINVAL,
			"flags has SLI_STATSD_DROP_LABELS; %s", plain) :
		    cfg->timer_lines != 0 ?
		    sli__addon_fail(err, SLI_EINVAL, "timer_lines is %u; %s",
			cfg->timer_lines, plain) :
		    SLI_OK;
	if ((cfg->flags & SLI_STATSD_TIMESTAMPS) != 0)
		return sli__addon_fail(err, SLI_EINVAL,
		    "flags has SLI_STATSD_TIMESTAMPS; %s", datadog);
	if (cfg->tag_count > 0 || cfg->container_id != NULL)
		return sli__addon_fail(err, SLI_EINVAL, "%s; %s",
		    cfg->tag_count > 0 ? "tag_count is not 0" :
					 "container_id is not NULL",
		    datadog);
	return SLI_OK;
}

int
sli__statsd_config_check(const struct sli_statsd_config *cfg,
    struct sli_statsd_config *out, struct sli_error *err)
{
	struct sli_statsd_config made = SLI_STATSD_CONFIG_INIT;
	int status = sli__config_take(&made, sizeof(made), cfg,
	    "sli_statsd_config", err);

	if (status == SLI_OK)
		status = sli__config_flags(made.flags, KNOWN_FLAGS, err);
	if (status == SLI_OK)
		status = check_dialect(&made, err);
	if (status == SLI_OK)
		status = check_numbers(&made, err);
	if (status == SLI_OK)
		status = check_prefix(&made, err);
	if (status == SLI_OK)
		status = check_tags(&made, err);
	if (status == SLI_OK)
		status = check_container(&made, err);
	if (status == SLI_OK)
		*out = made;
	return status;
}
