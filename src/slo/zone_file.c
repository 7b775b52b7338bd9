/* SPDX-License-Identifier: MIT */
/*
 * Reading TZif files, RFC 9636: versions 2 to 4, of which the 64-bit block and
 * the rule after it count, and version 1, whose only block has 32 bits and no
 * rule (its last offset then holds for ever).
 *
 * A file may be damaged. What cannot be right is refused, in all that decides
 * what the clocks show and in what only names it; the 32-bit block of versions
 * from 2 on, which nobody is to read, is skipped by its size.
 */
#include <string.h>

#include "base/status.h"
#include "slo/zone.h"
#include "slo/zone_rule.h"

/* magic, version, 15 reserved bytes, six counts */
#define HEADER_BYTES 44
#define HEADER_COUNTS 20

#define TYPE_BYTES 6
#define TYPES_MAX 256

/* One block of the file. */
struct block {
	uint32_t ut_count, standard_count, leap_count, change_count, type_count,
	    name_bytes;
	size_t time_bytes; /* 4 or 8 */
	const unsigned char *times, *indices, *types, *names, *standard, *ut;
	const unsigned char *end;
};

struct file {
	const char *name;
	const unsigned char *at, *end;
	struct sli_error *err;
};

static int
damaged(const struct file *f, const char *what)
{
	return sli__fail(f->err, SLI_ECORRUPT,
	    "the file of time zone \"%s\" is damaged: %s", f->name, what);
}

static uint32_t
word32(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	    (uint32_t)at[2] << 8 | at[3];
}

static int64_t
signed32(const unsigned char *at)
{
	return (int64_t)word32(at) -
	    ((at[0] & 0x80) != 0 ? INT64_C(1) << 32 : 0);
}

static int64_t
time_of(const struct block *b, uint32_t i)
{
	const unsigned char *at = b->times + i * b->time_bytes;

	if (b->time_bytes == 4)
		return signed32(at);
	return signed32(at) * (INT64_C(1) << 32) + word32(at + 4);
}

static int32_t
offset_of(const struct block *b, uint32_t type)
{
	return (int32_t)signed32(b->types + type * TYPE_BYTES);
}

/* Lay a block out over the file, from its header on. */
static int
map_block(struct file *f, size_t time_bytes, struct block *b)
{
	const unsigned char *counts = f->at + HEADER_COUNTS, *at;
	uint64_t bytes;

	if (f->end - f->at < HEADER_BYTES)
		return damaged(f, "it ends in a header");
	b->time_bytes = time_bytes;
	b->ut_count = word32(counts);
	b->standard_count = word32(counts + 4);
	b->leap_count = word32(counts + 8);
	b->change_count = word32(counts + 12);
	b->type_count = word32(counts + 16);
	b->name_bytes = word32(counts + 20);
	bytes = (uint64_t)b->change_count * (time_bytes + 1) +
	    (uint64_t)b->type_count * TYPE_BYTES + b->name_bytes +
	    (uint64_t)b->leap_count * (time_bytes + 4) + b->standard_count +
	    b->ut_count;
	at = f->at + HEADER_BYTES;
	if (bytes > (uint64_t)(f->end - at))
		return damaged(f, "it ends before what its header announces");
	b->times = at;
	b->indices = b->times + b->change_count * time_bytes;
	b->types = b->indices + b->change_count;
	b->names = b->types + b->type_count * TYPE_BYTES;
	b->standard = b->names + b->name_bytes +
	    b->leap_count * (time_bytes + 4);
	b->ut = b->standard + b->standard_count;
	b->end = b->ut + b->ut_count;
	f->at = b->end;
	return SLI_OK;
}

static bool
are_flags(const unsigned char *at, uint32_t n)
{
	while (n > 0 && at[n - 1] <= 1)
		n--;
	return n == 0;
}

static int
check_types(const struct file *f, const struct block *b)
{
	const unsigned char *type = b->types;
	uint32_t i;

	if (b->type_count == 0 || b->type_count > TYPES_MAX)
		return damaged(f, "its number of types is out of range");
	if (b->name_bytes == 0 || b->names[b->name_bytes - 1] != '\0')
		return damaged(f, "its abbreviations have no end");
	for (i = 0; i < b->type_count; i++, type += TYPE_BYTES)
		if (!sli__zone_offset_ok(offset_of(b, i)) || type[4] > 1 ||
		    type[5] >= b->name_bytes)
			return damaged(f, "a type is out of range");
	if ((b->standard_count != 0 && b->standard_count != b->type_count) ||
	    (b->ut_count != 0 && b->ut_count != b->type_count) ||
	    !are_flags(b->standard, b->standard_count) ||
	    !are_flags(b->ut, b->ut_count))
		return damaged(f, "its indicators are out of range");
	return SLI_OK;
}

static int
check_changes(const struct file *f, const struct block *b)
{
	uint32_t i;

	for (i = 0; i < b->change_count; i++) {
		if (b->indices[i] >= b->type_count)
			return damaged(f, "a change is to no type");
		if (i > 0 && time_of(b, i) <= time_of(b, i - 1))
			return damaged(f, "its changes are out of order");
		if (time_of(b, i) > SLI__ZONE_LAST_S)
			return damaged(f, "a change is after the year 3000");
	}
	return SLI_OK;
}

static int
check_block(const struct file *f, const struct block *b)
{
	int status = check_types(f, b);

	if (status == SLI_OK)
		status = check_changes(f, b);
	if (status == SLI_OK && b->leap_count > 0)
		return sli__fail(f->err, SLI_EINVAL,
		    "time zone \"%s\" counts leap seconds, which now_ns does "
		    "not; accepted: the zone of that name without them",
		    f->name);
	return status;
}

/* The change at which the offset became this one, unless it already was. */
static bool
add_change(struct sli__zone *zone, int64_t at_s, int32_t offset_s)
{
	uint32_t n = zone->change_count;

	if (n > 0 && zone->offset_s[n - 1] == offset_s)
		return true;
	if (n == SLI__ZONE_CHANGES)
		return false;
	zone->at_s[n] = at_s;
	zone->offset_s[n] = offset_s;
	zone->change_count++;
	return true;
}

/*
 * Keep the changes from 2000 on. Returns false if there are too many; else
 * *last_s is the offset after the last.
 */
static bool
keep_changes(const struct block *b, struct sli__zone *zone, int32_t *last_s)
{
	int32_t offset_s = offset_of(b, 0);
	int64_t at_s = INT64_MIN;
	uint32_t i;

	for (i = 0; i < b->change_count; i++) {
		at_s = time_of(b, i);
		if (at_s > SLI__ZONE_FIRST_S && zone->change_count == 0)
			add_change(zone, SLI__ZONE_FIRST_S, offset_s);
		offset_s = offset_of(b, b->indices[i]);
		if (at_s > SLI__ZONE_FIRST_S &&
		    !add_change(zone, at_s, offset_s))
			return false;
	}
	*last_s = offset_s;
	zone->rule_from_s = at_s > SLI__ZONE_FIRST_S ? at_s : SLI__ZONE_FIRST_S;
	/* What the last change began, the rule goes on with. */
	if (zone->change_count > 0 &&
	    zone->at_s[zone->change_count - 1] == zone->rule_from_s)
		zone->change_count--;
	return true;
}

/*
 * The newline, rule and newline that end a file from version 2 on. It has to
 * agree with the last change; where nothing is said, nothing changes.
 */
static int
read_rule(struct file *f, const struct block *b, int32_t last_s,
    struct sli__zone *zone)
{
	const char *text = (const char *)f->at + 1;
	const char *end = (const char *)f->end - 1;
	int64_t at_s = b->change_count > 0 ? time_of(b, b->change_count - 1) :
					     INT64_MIN;
	int64_t until_s;

	zone->rule.standard_s = last_s;
	if (b->time_bytes == 4)
		return f->at == f->end ? SLI_OK :
					 damaged(f, "it goes on after its end");
	if (f->end - f->at < 2 || *f->at != '\n' || *end != '\n')
		return damaged(f, "its rule is not between newlines");
	if (text == end)
		return SLI_OK;
	if (!sli__zone_rule_parse(text, end, &zone->rule))
		return damaged(f, "its rule cannot be read");
	if (at_s >= -SLI__ZONE_LAST_S &&
	    sli__zone_rule_at(&zone->rule, at_s, &until_s) != last_s)
		return damaged(f, "its rule contradicts its last change");
	return SLI_OK;
}

static int
read_header(struct file *f, unsigned char *version)
{
	if (f->end - f->at < HEADER_BYTES || memcmp(f->at, "TZif", 4) != 0)
		return damaged(f, "it does not begin as a TZif file");
	*version = f->at[4];
	if (*version != 0 && (*version < '2' || *version > '4'))
		return sli__fail(f->err, SLI_EVERSION,
		    "the file of time zone \"%s\" has version byte %u; "
		    "accepted: TZif versions 1 to 4",
		    f->name, (uint64_t)*version);
	return SLI_OK;
}

static int
map_file(struct file *f, struct block *b)
{
	unsigned char version, again;
	int status = read_header(f, &version);

	if (status != SLI_OK)
		return status;
	status = map_block(f, 4, b);
	if (status != SLI_OK || version == 0)
		return status;
	status = read_header(f, &again);
	if (status == SLI_OK && again != version)
		status = damaged(f, "its headers are of two versions");
	if (status == SLI_OK)
		status = map_block(f, 8, b);
	return status;
}

int
sli__zone_parse(const char *name, const void *bytes, size_t length,
    struct sli__zone *out, struct sli_error *err)
{
	struct file f = { name, bytes, NULL, err };
	struct sli__zone zone;
	struct block b;
	int32_t last_s;
	int status;

	f.end = f.at + length;
	status = map_file(&f, &b);
	if (status == SLI_OK)
		status = check_block(&f, &b);
	if (status != SLI_OK)
		return status;
	memset(&zone, 0, sizeof(zone));
	memcpy(zone.name, name, strlen(name));
	if (!keep_changes(&b, &zone, &last_s))
		return sli__fail(err, SLI_ENOSPC,
		    "time zone \"%s\" changes too often; accepted: up to %u "
		    "changes since 2000",
		    name, (uint64_t)SLI__ZONE_CHANGES);
	status = read_rule(&f, &b, last_s, &zone);
	if (status == SLI_OK)
		memcpy(out, &zone, sizeof(*out));
	return status;
}
