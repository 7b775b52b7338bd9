/* SPDX-License-Identifier: MIT */
#ifndef UNIT_EXCLUSIONS_H
#define UNIT_EXCLUSIONS_H

/* For tests of excluded times. */

#include "fixture.h"
#include "slo/exclusion.h"

static inline void
add(struct sli__exclusion_list *list, uint64_t from, uint64_t to)
{
	assert_int_equal(sli__exclusion_add(list, from, to, NULL), SLI_OK);
}

static inline void
expect_spans(const struct sli__exclusion_list *list, const uint64_t *edges,
    uint64_t count)
{
	uint64_t i;

	assert_int_equal(list->count, count);
	for (i = 0; i < count; i++) {
		assert_int_equal(list->span[i].from_ns, edges[2 * i]);
		assert_int_equal(list->span[i].to_ns, edges[2 * i + 1]);
	}
}

#define EXPECT_SPANS(list, ...)                                                \
	do {                                                                   \
		const uint64_t edges[] = { __VA_ARGS__ };                      \
                                                                               \
		expect_spans(list, edges, LENGTH(edges) / 2);                  \
	} while (0)

#endif /* UNIT_EXCLUSIONS_H */
