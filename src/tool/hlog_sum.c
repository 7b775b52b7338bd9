/* SPDX-License-Identifier: MIT */
#include "hlog_sum.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

struct hlog_sum *
hlog_sum_of(hlog_sums *sums, const char *tag, size_t length)
{
	struct hlog_sum **at = sums, *made;
	char *name = mem_array(length + 1, 1);
	int order = 1;

	memcpy(name, tag, length);
	while (*at != NULL && (order = strcmp((*at)->tag, name)) < 0)
		at = &(*at)->next;
	if (*at != NULL && order == 0) {
		free(name);
		return *at;
	}
	made = mem_array(1, sizeof(*made));
	made->tag = name;
	made->next = *at;
	*at = made;
	return made;
}

static uint64_t
end_of(const struct sli_hlog_interval *interval)
{
	return interval->length_ns < UINT64_MAX - interval->start_ns ?
	    interval->start_ns + interval->length_ns :
	    UINT64_MAX;
}

/* Buckets as fine as those of both, over the range of both. */
static struct sli_hdr *
create_for(const struct sli_hdr_shape *a, const struct sli_hdr_shape *b)
{
	struct sli_hdr *h = NULL;
	int status = sli_hdr_create(
	    a->lowest < b->lowest ? a->lowest : b->lowest,
	    a->highest > b->highest ? a->highest : b->highest,
	    a->digits > b->digits ? a->digits : b->digits, &h, NULL);

	return status == SLI_OK ? h : NULL;
}

/* Let the sum have buckets that lose nothing of either. */
static void
widen(struct hlog_sum *sum, const struct sli_hdr *h)
{
	struct sli_hdr_shape have, need;
	struct sli_hdr *wider;

	if (sli_hdr_shape(sum->h, &have) != SLI_OK ||
	    sli_hdr_shape(h, &need) != SLI_OK)
		return;
	if (have.lowest <= need.lowest && have.highest >= need.highest &&
	    have.digits >= need.digits)
		return;
	wider = create_for(&have, &need);
	/* Finer buckets at a greater lowest may be more than there can be. */
	if (wider == NULL)
		return;
	sli_hdr_merge(wider, sum->h);
	sli_hdr_destroy(sum->h);
	sum->h = wider;
}

void
hlog_sum_add(struct hlog_sum *sum, const struct sli_hlog_interval *interval,
    struct sli_hdr *h)
{
	uint64_t end_ns = end_of(interval);

	sum->interval_count++;
	if (sum->h == NULL) {
		sum->from_ns = interval->start_ns;
		sum->to_ns = end_ns;
		sum->h = h;
		return;
	}
	if (interval->start_ns < sum->from_ns)
		sum->from_ns = interval->start_ns;
	if (end_ns > sum->to_ns)
		sum->to_ns = end_ns;
	widen(sum, h);
	sli_hdr_merge(sum->h, h);
	sli_hdr_destroy(h);
}

void
hlog_sum_reset(struct hlog_sum *sum)
{
	sli_hdr_destroy(sum->h);
	sum->h = NULL;
	sum->interval_count = 0;
}

void
hlog_sums_free(hlog_sums *sums)
{
	struct hlog_sum *sum;

	while ((sum = *sums) != NULL) {
		*sums = sum->next;
		hlog_sum_reset(sum);
		free(sum->tag);
		free(sum);
	}
}
