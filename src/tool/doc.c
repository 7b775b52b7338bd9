/* SPDX-License-Identifier: MIT */
#include "doc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "format.h"
#include "text.h"

json_t *
doc_text(const char *text)
{
	json_t *string = json_string(text);
	char *clean;

	if (string != NULL)
		return string;
	clean = text_clean_new(text);
	string = json_string(clean);
	free(clean);
	return string == NULL ? json_string("?") : string;
}

json_t *
doc_number(uint64_t n)
{
	return n <= INT64_MAX ? json_integer((json_int_t)n) :
				json_real((double)n);
}

json_t *
doc_real(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

json_t *
doc_time(uint64_t at_ns)
{
	char buf[FORMAT_MAX];

	return at_ns == 0 ? json_null() : json_string(format_time(buf, at_ns));
}

void
doc_put(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

void
doc_put_number(json_t *object, const char *key, uint64_t n)
{
	doc_put(object, key, doc_number(n));
}

void
doc_put_time(json_t *object, const char *key_ns, const char *key_at,
    uint64_t at_ns)
{
	doc_put_number(object, key_ns, at_ns);
	doc_put(object, key_at, doc_time(at_ns));
}

void
doc_print(json_t *root)
{
	/* What is not ASCII is escaped: none of it reaches a terminal raw. */
	json_dumpf(root, stdout,
	    JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(12));
	putchar('\n');
	json_decref(root);
}
