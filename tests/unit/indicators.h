/* SPDX-License-Identifier: MIT */
#ifndef UNIT_INDICATORS_H
#define UNIT_INDICATORS_H

/* For tests of how indicators are registered. */

#include "scene.h"

static inline int
setup(void **state)
{
	(void)state;
	reg = small_registry();
	return 0;
}

static const struct sli_label method_get[] = { { "method", "GET" } };

static inline struct sli_indicator_config
config(const char *name)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;

	cfg.name = name;
	cfg.help = "Requests.";
	cfg.labels = method_get;
	cfg.label_count = 1;
	cfg.threshold_ns[0] = SLI_MILLIS(100);
	cfg.threshold_ns[1] = SLI_MILLIS(200);
	cfg.threshold_count = 2;
	return cfg;
}

static inline struct sli_indicator *
add(const struct sli_indicator_config *cfg)
{
	struct sli_indicator *ind = NULL;

	assert_int_equal(sli_indicator_register(reg, cfg, &ind, NULL), SLI_OK);
	return ind;
}

static inline struct sli_indicator *
find(const char *name, const struct sli_label *labels, uint32_t n)
{
	struct sli_indicator *ind = NULL;

	return sli_indicator_find(reg, name, labels, n, &ind) == SLI_OK ? ind :
									  NULL;
}

/* Refused for this, and nothing is registered or handed out. */
static inline void
expect_refused(const struct sli_indicator_config *cfg, int status,
    const char *field, const char *value)
{
	struct sli_indicator *const untouched = (void *)&reg, *ind = untouched;
	struct sli_error err;

	memset(&err, 0, sizeof(err));
	assert_int_equal(sli_indicator_register(reg, cfg, &ind, &err), status);
	assert_error(&err, status, field, value);
	assert_ptr_equal(ind, untouched);
	assert_int_equal(sli_indicator_register(reg, cfg, &ind, NULL), status);
	assert_ptr_equal(ind, untouched);
	if (cfg != NULL && cfg->name != NULL)
		assert_null(find(cfg->name, cfg->labels, cfg->label_count));
}

#endif /* UNIT_INDICATORS_H */
