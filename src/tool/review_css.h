/* SPDX-License-Identifier: MIT */
#ifndef TOOL_REVIEW_CSS_H
#define TOOL_REVIEW_CSS_H

/* The page's style, line by line; ends with NULL. */
extern const char *const review_css[];

#endif /* TOOL_REVIEW_CSS_H */
