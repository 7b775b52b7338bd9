/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include <sli/retry.h>

#include "base/arith.h"
#include "base/status.h"
#include "indicator/indicator.h"

#define DEFAULT_RATIO 0.1
#define RATIO_MAX 10.0
#define DEFAULT_WINDOW_NS SLI_SECONDS(10)
#define WINDOW_NS_MAX SLI_MINUTES(10)
#define RESERVE_MAX 1000000

struct sli_retry {
	struct sli_indicator *ind;
	uint64_t ratio_ppm;
	uint64_t window_ns;
	uint64_t reserve; /* retries per window */
};

static int
check_config(struct sli_retry_config *cfg, struct sli_error *err)
{
	if (cfg->ratio == 0)
		cfg->ratio = DEFAULT_RATIO;
	if (cfg->window_ns == 0)
		cfg->window_ns = DEFAULT_WINDOW_NS;
	/* Written so that a NaN fails too. */
	if (!(cfg->ratio >= 1e-6 && cfg->ratio <= RATIO_MAX))
		return sli__fail(err, SLI_ERANGE,
		    "ratio %g is out of range; accepted: 1e-6 to 10, or 0 for "
		    "0.1",
		    cfg->ratio);
	if (cfg->window_ns > WINDOW_NS_MAX)
		return sli__fail(err, SLI_ERANGE,
		    "window_ns %u is out of range; accepted: up to 10 min, or "
		    "0 for 10 s",
		    cfg->window_ns);
	if (cfg->reserve_per_s > RESERVE_MAX)
		return sli__fail(err, SLI_ERANGE,
		    "reserve_per_s %u is out of range; accepted: up to %u",
		    (uint64_t)cfg->reserve_per_s, (uint64_t)RESERVE_MAX);
	if (cfg->reserved != 0)
		return sli__fail(err, SLI_EINVAL,
		    "reserved %u is not valid; accepted: 0",
		    (uint64_t)cfg->reserved);
	return SLI_OK;
}

static int
check_window(const struct sli_indicator *ind, uint64_t window_ns,
    struct sli_error *err)
{
	if (window_ns >= 2 * ind->slot_ns)
		return SLI_OK;
	return sli__fail(err, SLI_ERANGE,
	    "window_ns %u is out of range; accepted: from two slots of the "
	    "registry, %u",
	    window_ns, 2 * ind->slot_ns);
}

int
sli_retry_open(struct sli_registry *reg, const struct sli_retry_config *config,
    struct sli_retry **out, struct sli_error *err)
{
	struct sli_indicator_config what = SLI_INDICATOR_CONFIG_INIT;
	struct sli_retry_config cfg;
	struct sli_retry *retry;
	struct sli_indicator *ind;
	int status;

	if (reg == NULL || out == NULL)
		return sli__fail(err, SLI_EINVAL, "%s is NULL",
		    reg == NULL ? "registry" : "out");
	status = sli__config_copy(&cfg, sizeof(cfg), config, "sli_retry_config",
	    err);
	if (status == SLI_OK)
		status = check_config(&cfg, err);
	if (status != SLI_OK)
		return status;
	what.name = cfg.name;
	what.help = SLI_RETRY_HELP;
	what.labels = cfg.labels;
	what.label_count = cfg.label_count;
	status = sli_indicator_register(reg, &what, &ind, err);
	if (status == SLI_OK)
		status = check_window(ind, cfg.window_ns, err);
	if (status != SLI_OK)
		return status;
	retry = malloc(sizeof(*retry));
	if (retry == NULL)
		return sli__fail(err, SLI_ENOMEM, "no memory for a handle");
	retry->ind = ind;
	retry->ratio_ppm = (uint64_t)(cfg.ratio * (double)PPM + 0.5);
	retry->window_ns = cfg.window_ns;
	retry->reserve = (uint64_t)((uint128)cfg.reserve_per_s * cfg.window_ns /
	    SLI_SECONDS(1));
	*out = retry;
	return SLI_OK;
}

void
sli_retry_close(struct sli_retry *retry)
{
	free(retry);
}

void
sli_retry_request(struct sli_retry *retry, uint64_t now_ns)
{
	if (retry != NULL)
		sli_count(retry->ind, now_ns, SLI_GOOD, 1);
}

uint64_t
sli_retry_balance(struct sli_retry *retry, uint64_t now_ns)
{
	struct sli__events e;
	uint128 earned;

	if (retry == NULL)
		return 0;
	sli__windows(retry->ind, sli__advance_to(retry->ind, now_ns),
	    &retry->window_ns, 1, &e);
	earned = (uint128)sli__events_good(&e) * retry->ratio_ppm / PPM +
	    retry->reserve;
	/* A ratio above 1 may earn more than a word holds. */
	return sub_floor(earned < UINT64_MAX ? (uint64_t)earned : UINT64_MAX,
	    e.cell[SLI__BAD]);
}

int
sli_retry_allow(struct sli_retry *retry, uint64_t now_ns)
{
	int allowed = sli_retry_balance(retry, now_ns) > 0;

	if (retry != NULL)
		sli_count(retry->ind, now_ns, allowed ? SLI_BAD : SLI_SHED, 1);
	return allowed;
}

struct sli_indicator *
sli_retry_indicator(struct sli_retry *retry)
{
	return retry == NULL ? NULL : retry->ind;
}
