/* SPDX-License-Identifier: MIT */
#ifndef FUZZ_EXPECT_H
#define FUZZ_EXPECT_H

#include <stdbool.h>
#include <stddef.h>

#include <sli/sli.h>

/* A failure of the library, or of the test: either ends the run. */
void must(bool holds, const char *what);

/* Where calls tell what went wrong; forgotten before each. */
extern struct sli_error err;
extern struct sli_finding last_finding;
void forget_error(void);

/* The status of a call: an error is the one that it returned, and says why. */
int said(int status);

/* So long at the most, with an end, and without control characters. */
void must_be_text(const char *text, size_t max);

#endif /* FUZZ_EXPECT_H */
