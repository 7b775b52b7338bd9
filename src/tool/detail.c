/* SPDX-License-Identifier: MIT */
#include "detail.h"

#include <string.h>

#include "mem.h"

/*
 * The scratch histogram, empty, with the indicator's buckets; NULL if its
 * range is none that a histogram can have, which a damaged file may claim.
 *
 * One read of a window into a histogram costs what one quantile does, and
 * gives them all.
 */
static struct sli_histogram *
scratch_for(struct view_request *r, const struct view_indicator *of)
{
	if (r->scratch != NULL && r->scratch_lowest_ns == of->lowest_ns &&
	    r->scratch_highest_ns == of->highest_ns &&
	    r->scratch_bits == of->precision_bits) {
		sli_histogram_reset(r->scratch);
		return r->scratch;
	}
	view_request_end(r);
	if (sli_histogram_create(of->lowest_ns, of->highest_ns,
		of->precision_bits, &r->scratch, NULL) != SLI_OK)
		return NULL;
	r->scratch_lowest_ns = of->lowest_ns;
	r->scratch_highest_ns = of->highest_ns;
	r->scratch_bits = of->precision_bits;
	return r->scratch;
}

void
detail_latency(struct view_request *r, const struct view_indicator *of,
    struct sli_indicator *ind, enum sli_outcome outcome, uint64_t window_ns,
    uint32_t quantiles, struct view_latency *out)
{
	struct sli_histogram *h = scratch_for(r, of);
	uint32_t i;

	memset(out, 0, sizeof(*out));
	out->window_ns = window_ns;
	if (h == NULL) {
		out->status = SLI_ERANGE;
		return;
	}
	out->status = sli_window_histogram(ind, r->into->now_ns, window_ns,
	    outcome, h);
	if (out->status != SLI_OK)
		return;
	out->count = sli_histogram_count(h);
	out->status = sli_histogram_mean(h, &out->mean_ns);
	if (out->status == SLI_OK)
		out->status = sli_histogram_max(h, &out->max_ns);
	for (i = 0; i < quantiles && out->status == SLI_OK; i++)
		out->status = sli_histogram_quantile(h, view_quantiles[i],
		    &out->quantile_ns[i]);
}

static void
keep_buckets(struct view_indicator *to, const struct sli_histogram *h)
{
	uint32_t cursor = 0, n = 0;
	struct sli_bucket bucket;

	while (sli_histogram_next(h, &cursor, &bucket))
		n++;
	to->buckets = mem_array(n, sizeof(*to->buckets));
	for (cursor = 0;
	     to->bucket_count < n && sli_histogram_next(h, &cursor, &bucket);)
		to->buckets[to->bucket_count++] = bucket;
}

void
detail_indicator(struct view_request *r, struct view_indicator *to,
    struct sli_indicator *ind)
{
	const struct view *v = r->into;
	uint32_t i;

	for (i = 0; i < v->window_count; i++) {
		sli_window_counts(ind, v->now_ns, v->windows[i],
		    &to->windows[i]);
		detail_latency(r, to, ind, SLI_BAD, v->windows[i],
		    VIEW_QUANTILES, &to->bad[i]);
		detail_latency(r, to, ind, SLI_GOOD, v->windows[i],
		    VIEW_QUANTILES, &to->good[i]);
		if (v->windows[i] == v->window_ns &&
		    to->good[i].status == SLI_OK)
			keep_buckets(to, r->scratch);
	}
}

void
detail_slo(struct view_request *r, struct view_slo *to, struct sli_slo *slo)
{
	const struct view *v = r->into;
	struct view_alert *alert;
	uint32_t i, n;

	for (i = 0; i < v->window_count; i++) {
		to->burns[i].window_ns = v->windows[i];
		to->burns[i].status = sli_slo_burn_rate(slo, v->now_ns,
		    v->windows[i], &to->burns[i].burn_rate);
	}
	while (to->adjustment_count < SLI_ADJUSTMENTS_MAX &&
	    sli_slo_adjustment(slo, v->now_ns, to->adjustment_count,
		&to->adjustments[to->adjustment_count]) == SLI_OK)
		to->adjustment_count++;
	n = sli_slo_alert_count(slo);
	for (i = 0; i < n && to->alert_count < VIEW_ALERTS_MAX; i++) {
		alert = &to->alerts[to->alert_count];
		if (sli_slo_alert(slo, v->now_ns, i, &alert->alert) != SLI_OK)
			continue;
		alert->reason = mem_string(alert->alert.reason);
		to->alert_count++;
	}
}
