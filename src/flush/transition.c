/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "flush/transition.h"

/* The record that a word tells of, and the word for it. */
static uint64_t
number_of(uint64_t told)
{
	return (told >> 1) - 1;
}

static uint64_t
told_of(uint64_t n, bool ended)
{
	return (n + 1) << 1 | ended;
}

static bool
is_ended(uint64_t told)
{
	return told & 1;
}

static void
refresh(const struct sli_registry *reg, uint64_t *told)
{
	uint64_t count = sli__alert_log_count(&reg->arena), n, *word;
	struct sli_alert_record record;
	bool ended;

	for (n = sub_floor(count, SLI_ALERT_LOG_MAX); n < count; n++) {
		word = &told[n % SLI__ALERT_PLACES];
		if (*word != told_of(n, true) &&
		    sli__alert_log_look(reg, n, &ended) &&
		    *word != told_of(n, ended) &&
		    sli__alert_log_read(reg, n, &record) == SLI_OK)
			*word = told_of(n, ended);
	}
}

void
sli__told_next(const struct sli_registry *reg, const uint64_t *told,
    uint64_t *next)
{
	memcpy(next, told, SLI__ALERT_PLACES * sizeof(*next));
	refresh(reg, next);
}

void
sli__told_begin(const struct sli_registry *reg, uint64_t *told)
{
	uint32_t i;

	memset(told, 0, SLI__ALERT_PLACES * sizeof(*told));
	refresh(reg, told);
	for (i = 0; i < SLI__ALERT_PLACES; i++)
		if (!is_ended(told[i]))
			told[i] = 0;
}

/* What has ended since the flush began is for the next one. */
static int
tell(const struct sli_registry *reg, uint64_t before, uint64_t now,
    struct sli_transition *out)
{
	struct sli_transition t;

	if (sli__alert_log_read(reg, number_of(now), &t.record) != SLI_OK)
		return SLI_EBUSY;
	if (!is_ended(now))
		t.record.end_ns = t.record.recovered_ns = 0;
	t.began = before >> 1 != now >> 1;
	t.ended = is_ended(now);
	*out = t;
	return SLI_OK;
}

int
sli__told_transition(const struct sli_registry *reg, const uint64_t *told,
    const uint64_t *next, uint32_t index, struct sli_transition *out)
{
	uint64_t newest = 0, n;
	uint32_t i, place;

	for (i = 0; i < SLI__ALERT_PLACES; i++)
		newest = max_u64(newest, next[i] >> 1);
	/* From the place behind the newest record's on. */
	for (i = 0, n = newest; i < SLI__ALERT_PLACES; i++, n++) {
		place = (uint32_t)(n % SLI__ALERT_PLACES);
		if (next[place] != told[place] && index-- == 0)
			return tell(reg, told[place], next[place], out);
	}
	return SLI_ENOENT;
}
