/* SPDX-License-Identifier: MIT */
#ifndef SLI__SPEC_QUERY_H
#define SLI__SPEC_QUERY_H

#include "spec/field.h"

/*
 * What can be told of a query without a parser of PromQL: whether it is one
 * series selector, and where its window belongs.
 */

/* The length of {{.window}} at text, with blanks as Go has them; else 0. */
size_t sli__spec_window_length(const char *text);
/* Whether it has a {{.window}}, and no other {{. */
bool sli__spec_is_template(const char *text);
/*
 * Of  name{matchers}  or  name{matchers} offset 5m,  the length of all before
 * the offset, where a range belongs; 0: it is something else.
 */
size_t sli__spec_selector_length(const char *text);
/* The value of  label="value"  in a selector, in a pool; NULL: none. */
const char *sli__spec_matcher_value(struct sli__spec_pool *pool,
    const char *selector, const char *label);

/* Of two rates, the window cancels; of counts it does not. */
enum sli__spec_measure {
	SLI__SPEC_UNKNOWN,
	SLI__SPEC_RATE, /* per second */
	SLI__SPEC_COUNT /* in the window */
};
enum sli__spec_measure sli__spec_measure_of(const char *text);

#endif /* SLI__SPEC_QUERY_H */
