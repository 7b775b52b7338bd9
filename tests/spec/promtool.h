/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SPEC_PROMTOOL_H
#define TESTS_SPEC_PROMTOOL_H

/* A directory for files, made once and taken away with all in it at the end. */
const char *promtool_path(const char *name);
void promtool_write(const char *name, const char *text);
int promtool_remove(void **state);

/* promtool WORD WORD on a file there: it must be content. */
void promtool(const char *word, const char *what, const char *name);

#endif /* TESTS_SPEC_PROMTOOL_H */
