/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SPEC_LOAD_H
#define TESTS_SPEC_LOAD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sli/sli.h>
#include <sli/spec.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define MINUTES(n) ((uint64_t)(n)*60 * 1000000000)
#define HOURS(n) MINUTES((n)*UINT64_C(60))
#define DAYS(n) HOURS((n)*UINT64_C(24))

/* What a load has said, all of it. */
struct heard {
	uint32_t errors, warnings;
	char text[65536];
};

extern struct heard heard;

/* The text as a file of the name "f"; spec is what there was before. */
int load_text(const char *text, struct sli_spec **spec);
/* A text that has to load: with so many warnings. */
struct sli_spec *load_good(const char *text, uint32_t warnings);
/* A text that must not load, and what has to be said of it. */
void load_bad(const char *text, const char *said);
/* Files of tests/spec/data, one or two; all good. */
struct sli_spec *load_files(const char *first, const char *second);
/* Two texts in a row, in memory that lives until the next call. */
const char *join(const char *first, const char *second);
/* A text with what stands between two others in place of the first of it. */
const char *with(const char *text, const char *old, const char *new_);

/* Part of a text that loads, what to put there, and what is said then. */
struct refusal {
	const char *old, *new_, *said;
};

void refuse(const char *text, const struct refusal *cases, size_t count);

#endif /* TESTS_SPEC_LOAD_H */
