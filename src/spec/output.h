/* SPDX-License-Identifier: MIT */
#ifndef SLI__SPEC_OUTPUT_H
#define SLI__SPEC_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* Text that grows; `failed` once there was no memory. */
struct sli__spec_output {
	char *text; /* NUL-terminated; NULL: nothing was put */
	size_t len, room;
	bool failed;
};

void sli__spec_put(struct sli__spec_output *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void sli__spec_put_bytes(struct sli__spec_output *out, const char *text,
    size_t len);
/* In double quotes, so that YAML reads the same UTF-8 text; JSON too. */
void sli__spec_put_quoted(struct sli__spec_output *out, const char *text);
/* A text of several lines below a key, each line after `indent` blanks. */
void sli__spec_put_block(struct sli__spec_output *out, const char *text,
    unsigned indent);
void sli__spec_output_free(struct sli__spec_output *out);

#endif /* SLI__SPEC_OUTPUT_H */
