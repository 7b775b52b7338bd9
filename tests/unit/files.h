/* SPDX-License-Identifier: MIT */
#ifndef UNIT_FILES_H
#define UNIT_FILES_H

/* For tests of a registry in a file. */

#include "fixture.h"

#include "../support/peer.h"
#include "../support/scratch.h"

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

static inline struct sli_registry *
open_file(const char *path)
{
	struct sli_registry *reg = scratch_open(path);

	assert_non_null(reg);
	return reg;
}

static inline struct sli_registry_info
info_of(struct sli_registry *reg)
{
	struct sli_registry_info info;

	assert_int_equal(sli_registry_info(reg, &info), SLI_OK);
	return info;
}

static inline struct sli_audit
audit_of(struct sli_registry *reg, uint32_t back)
{
	struct sli_audit audit;

	assert_int_equal(sli_audit_read(reg, back, &audit), SLI_OK);
	return audit;
}

static inline uint64_t
good_in(struct sli_indicator *ind, uint64_t now_ns, uint64_t window_ns)
{
	struct sli_counts counts;

	assert_int_equal(sli_window_counts(ind, now_ns, window_ns, &counts),
	    SLI_OK);
	return counts.good;
}

#endif /* UNIT_FILES_H */
