/* SPDX-License-Identifier: MIT */
#ifndef UNIT_REQUESTS_H
#define UNIT_REQUESTS_H

/* For tests of one indicator, `requests`. */

#include "scene.h"

static struct sli_indicator *ind;

static inline int
setup(void **state)
{
	(void)state;
	reg = small_registry();
	ind = add_indicator(reg, "requests");
	return 0;
}

#endif /* UNIT_REQUESTS_H */
