/* SPDX-License-Identifier: MIT */
#ifndef UNIT_SCENE_H
#define UNIT_SCENE_H

/*
 * A registry of its own for each test of a file, which opens it in setup().
 * Not in fixture.h, since other tests have a `reg` among their variables.
 */

#include "fixture.h"

static struct sli_registry *reg;

static inline int
teardown(void **state)
{
	(void)state;
	sli_registry_close(reg);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif /* UNIT_SCENE_H */
