/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SPEC_RULES_H
#define TESTS_SPEC_RULES_H

#include "load.h"

/* One SLO of sloth's, with FUNCTION in place of rate or increase, twice. */
extern const char definition[];

/* The rules, for sli_spec_text_free(). */
char *rules_of(const struct sli_spec *spec, uint32_t flags);

#endif /* TESTS_SPEC_RULES_H */
