/* SPDX-License-Identifier: MIT */
#include "export/member.h"
#include "export/date.h"

void
sli__member_open(struct sli__json *j, const char *key, char bracket)
{
	sli__json_key(j, key);
	sli__json_open(j, bracket);
}

void
sli__member_null(struct sli__json *j, const char *key)
{
	sli__json_key(j, key);
	sli__json_null(j);
}

void
sli__member_bool(struct sli__json *j, const char *key, bool value)
{
	sli__json_key(j, key);
	if (value)
		sli__json_true(j);
	else
		sli__json_false(j);
}

void
sli__member_u64(struct sli__json *j, const char *key, uint64_t value)
{
	sli__json_key(j, key);
	sli__json_number(j, value);
}

void
sli__member_i64(struct sli__json *j, const char *key, int64_t value)
{
	sli__json_key(j, key);
	sli__json_int(j, value);
}

void
sli__member_real(struct sli__json *j, const char *key, double value)
{
	sli__json_key(j, key);
	sli__json_double(j, value);
}

void
sli__member_text(struct sli__json *j, const char *key, const char *text)
{
	sli__json_key(j, key);
	if (text == NULL)
		sli__json_null(j);
	else
		sli__json_string(j, text);
}

void
sli__member_time(struct sli__json *j, const char *key, uint64_t at_ns)
{
	char text[SLI__ISO_BYTES];

	if (at_ns != 0)
		sli__date_iso(text, at_ns);
	sli__member_text(j, key, at_ns != 0 ? text : NULL);
}

void
sli__member_when(struct sli__json *j, const char *key_ns, const char *key_at,
    uint64_t at_ns)
{
	sli__member_u64(j, key_ns, at_ns);
	sli__member_time(j, key_at, at_ns);
}
