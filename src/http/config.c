/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* strdup */

#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addon/config.h"

#define KNOWN_FLAGS (SLI_HTTP_EVENT_LOOP | SLI_HTTP_NO_PAGE | SLI_HTTP_NO_GZIP)

#define KIB(n) ((uint64_t)(n) << 10)

static int
check_range(const char *field, uint32_t value, uint32_t least, uint32_t most,
    struct sli_error *err)
{
	if (value >= least && value <= most)
		return SLI_OK;
	return sli__addon_fail(err, SLI_ERANGE,
	    "%s %" PRIu32 " is out of range; accepted: %" PRIu32 " to %" PRIu32,
	    field, value, least, most);
}

static int
check_host(const char *host, uint32_t i, struct sli_error *err)
{
	size_t length;

	if (host == NULL)
		return sli__addon_fail(err, SLI_EINVAL,
		    "hosts[%" PRIu32 "] is NULL; accepted: a name", i);
	length = strlen(host);
	/* An address of IPv6 has colons, and so has a port. */
	if (length > 0 && length <= SLI__HOST_MAX &&
	    (host[0] == '[' || strchr(host, ':') == NULL))
		return SLI_OK;
	return sli__addon_fail(err, SLI_EINVAL,
	    "hosts[%" PRIu32 "] \"%.*s\" is not valid; accepted: a name "
	    "without a port, of up to %d bytes",
	    i, 64, host, SLI__HOST_MAX);
}

static int
check_hosts(const struct sli_http_config *cfg, struct sli_error *err)
{
	uint32_t i;
	int status = check_range("host_count", cfg->host_count, 0,
	    SLI_HTTP_HOSTS_MAX, err);

	if (status == SLI_OK && cfg->host_count > 0 && cfg->hosts == NULL)
		status = sli__addon_fail(err, SLI_EINVAL,
		    "hosts is NULL; accepted: host_count %" PRIu32 " names",
		    cfg->host_count);
	for (i = 0; i < cfg->host_count && status == SLI_OK; i++)
		status = check_host(cfg->hosts[i], i, err);
	return status;
}

static int
check(const struct sli_http_config *cfg, struct sli_error *err)
{
	int status;

	if ((cfg->flags & ~KNOWN_FLAGS) != 0)
		return sli__addon_fail(err, SLI_EINVAL,
		    "flags 0x%x has unknown bits; accepted: of 0x%x",
		    cfg->flags, KNOWN_FLAGS);
	if (cfg->max_bytes < KIB(64))
		return sli__addon_fail(err, SLI_ERANGE,
		    "max_bytes %" PRIu64 " is out of range; accepted: from "
		    "%" PRIu64,
		    cfg->max_bytes, KIB(64));
	status = check_range("port", cfg->port, 0, UINT16_MAX, err);
	if (status == SLI_OK)
		status = check_range("max_connections", cfg->max_connections, 1,
		    1000, err);
	if (status == SLI_OK)
		status = check_range("timeout_s", cfg->timeout_s, 1, 3600, err);
	if (status == SLI_OK)
		status = check_range("bound_count", cfg->bound_count, 0,
		    SLI_BOUNDS_MAX, err);
	if (status == SLI_OK && cfg->bound_count > 0 && cfg->bound_ns == NULL)
		status = sli__addon_fail(err, SLI_EINVAL,
		    "bound_ns is NULL; accepted: bound_count %" PRIu32
		    " bounds",
		    cfg->bound_count);
	return status == SLI_OK ? check_hosts(cfg, err) : status;
}

static void
fill_defaults(struct sli_http_config *cfg)
{
	if (cfg->address == NULL)
		cfg->address = "127.0.0.1";
	if (cfg->max_connections == 0)
		cfg->max_connections = 32;
	if (cfg->timeout_s == 0)
		cfg->timeout_s = 30;
	if (cfg->max_bytes == 0)
		cfg->max_bytes = KIB(64 << 10);
	if (cfg->service == NULL)
		cfg->service = "";
}

static int
copy_hosts(const struct sli_http_config *cfg, struct sli_http_config *out)
{
	char **hosts = calloc(cfg->host_count + 1u, sizeof(*hosts));
	uint32_t i;

	if (hosts == NULL)
		return SLI_ENOMEM;
	out->hosts = (const char *const *)hosts;
	for (i = 0; i < cfg->host_count; i++, out->host_count++) {
		hosts[i] = strdup(cfg->hosts[i]);
		if (hosts[i] == NULL)
			return SLI_ENOMEM;
	}
	return SLI_OK;
}

static int
copy_bounds(const struct sli_http_config *cfg, struct sli_http_config *out)
{
	size_t size = cfg->bound_count * sizeof(*cfg->bound_ns);
	uint64_t *bounds;

	if (size == 0)
		return SLI_OK;
	bounds = malloc(size);
	if (bounds == NULL)
		return SLI_ENOMEM;
	memcpy(bounds, cfg->bound_ns, size);
	out->bound_ns = bounds;
	out->bound_count = cfg->bound_count;
	return SLI_OK;
}

static int
copy(const struct sli_http_config *cfg, struct sli_http_config *out)
{
	*out = *cfg;
	out->hosts = NULL;
	out->host_count = 0;
	out->bound_ns = NULL;
	out->bound_count = 0;
	out->address = strdup(cfg->address);
	out->service = strdup(cfg->service);
	if (out->address == NULL || out->service == NULL ||
	    copy_hosts(cfg, out) != SLI_OK)
		return SLI_ENOMEM;
	return copy_bounds(cfg, out);
}

int
sli__http_config_copy(const struct sli_http_config *cfg,
    struct sli_http_config *out, struct sli_error *err)
{
	struct sli_http_config made = SLI_HTTP_CONFIG_INIT;
	int status = SLI_OK;

	memset(out, 0, sizeof(*out));
	if (cfg != NULL)
		status = sli__addon_config(&made, sizeof(made), cfg,
		    "sli_http_config", err);
	fill_defaults(&made);
	if (status == SLI_OK)
		status = check(&made, err);
	if (status != SLI_OK)
		return status;
	if (copy(&made, out) != SLI_OK)
		return sli__addon_fail(err, SLI_ENOMEM, "out of memory");
	return SLI_OK;
}

/* What was allocated here may be freed, whatever its type promises. */
static void
release(const void *pointer)
{
	free((void *)(uintptr_t)pointer);
}

void
sli__http_config_free(struct sli_http_config *cfg)
{
	uint32_t i;

	for (i = 0; i < cfg->host_count; i++)
		release(cfg->hosts[i]);
	release(cfg->hosts);
	release(cfg->bound_ns);
	release(cfg->service);
	release(cfg->address);
	memset(cfg, 0, sizeof(*cfg));
}
