/* SPDX-License-Identifier: MIT */
#ifndef EXPORT_SCRAPE_H
#define EXPORT_SCRAPE_H

#include <stdio.h>
#include <string.h>

#include <sli/export.h>

#include "../support/common.h"

#define TEST(f) cmocka_unit_test(f)

/* What a scrape gave; asserts that it went well. The same memory each time. */
const char *scrape(struct sli_registry *reg, uint64_t now_ns,
    const struct sli_text_config *cfg);

/* The same of the format with its defaults. */
const char *scrape_as(struct sli_registry *reg, uint64_t now_ns,
    enum sli_text_format format);

/* What follows a series, `name{...}`, on its line; NULL: it has none. */
const char *value_of(const char *text, const char *series);

/* Whole lines. */
void assert_line(const char *text, const char *line);
void assert_no_line_begins(const char *text, const char *begin);

/* Small, in memory, with two indicators and SLOs. */
struct sli_registry *new_registry(void);

/* Thresholds up to the first 0; NULL: none. */
struct sli_indicator *new_indicator(struct sli_registry *reg, const char *name,
    const uint64_t *threshold_ns);

#endif /* EXPORT_SCRAPE_H */
