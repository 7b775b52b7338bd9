/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"

struct sli_error err;
struct sli_finding last_finding;

void
must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_file: failed: %s\n", what);
	fprintf(stderr, "last error %d: %.*s\n", err.status,
	    (int)sizeof(err.message), err.message);
	fprintf(stderr, "last finding: %.*s\n", (int)sizeof(last_finding.what),
	    last_finding.what);
	abort();
}

void
forget_error(void)
{
	memset(&err, 0x5a, sizeof(err));
}

int
said(int status)
{
	if (status == SLI_OK)
		return status;
	must(err.status == status, "the error is another than was returned");
	must(memchr(err.message, '\0', sizeof(err.message)) != NULL &&
		strlen(err.message) > 10,
	    "the error says nothing");
	return status;
}

void
must_be_text(const char *text, size_t max)
{
	size_t i, n = strnlen(text, max + 1);

	must(n <= max, "a text has no end");
	for (i = 0; i < n; i++)
		must((unsigned char)text[i] >= 0x20 && text[i] != 0x7f,
		    "a text has control characters");
}
