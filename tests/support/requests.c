/* SPDX-License-Identifier: MIT */
#include "requests.h"

#include "common.h"

struct sli_indicator *requests;

static struct sli_registry *reg;

int
requests_setup(void **state)
{
	struct sli_registry_config defaults = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;

	(void)state;
	cfg.name = "requests";
	cfg.threshold_ns[0] = SLI_MILLIS(100);
	cfg.threshold_count = 1;
	if (sli_registry_create(&defaults, &reg, NULL) != SLI_OK)
		return -1;
	return sli_indicator_register(reg, &cfg, &requests, NULL);
}

int
requests_teardown(void **state)
{
	(void)state;
	sli_registry_close(reg);
	return 0;
}

void
record(uint64_t now_ns)
{
	sli_record(requests, now_ns, SLI_GOOD, SLI_MILLIS(1));
}

void
record_seconds(uint64_t from_ns, uint64_t seconds, uint64_t n)
{
	for (uint64_t i = 0; i < seconds * n; i++)
		record(from_ns + i * SLI_SECONDS(1) / n);
}

struct sli_counts
window(uint64_t now_ns, uint64_t window_ns)
{
	struct sli_counts counts;

	assert_int_equal(
	    sli_window_counts(requests, now_ns, window_ns, &counts), SLI_OK);
	return counts;
}

uint64_t
good_in(uint64_t now_ns, uint64_t window_ns)
{
	return window(now_ns, window_ns).good;
}

uint64_t
good_in_total(void)
{
	return total_good(requests);
}
