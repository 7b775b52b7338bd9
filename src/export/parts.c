/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "export/parts.h"
#include "export/text.h"

/* ---- a histogram ---- */

void
sli__scratch_end(struct sli__scratch *scratch)
{
	sli_histogram_destroy(scratch->histogram);
	scratch->histogram = NULL;
}

struct sli_histogram *
sli__scratch_for(struct sli__scratch *scratch,
    const struct sli_indicator_view *view)
{
	if (scratch->histogram != NULL &&
	    scratch->lowest_ns == view->lowest_ns &&
	    scratch->highest_ns == view->highest_ns &&
	    scratch->precision_bits == view->precision_bits) {
		sli_histogram_reset(scratch->histogram);
		return scratch->histogram;
	}
	sli__scratch_end(scratch);
	if (sli_histogram_create(view->lowest_ns, view->highest_ns,
		view->precision_bits, &scratch->histogram, NULL) == SLI_ENOMEM)
		scratch->failed = true;
	scratch->lowest_ns = view->lowest_ns;
	scratch->highest_ns = view->highest_ns;
	scratch->precision_bits = view->precision_bits;
	return scratch->histogram;
}

/* ---- indicators ---- */

void
sli__json_counts(struct sli__json *j, const struct sli_counts *counts,
    uint32_t thresholds)
{
	double rated = (double)counts->good + (double)counts->bad;
	double events = rated + (double)counts->shed + (double)counts->ignored;
	uint32_t i;

	if (counts->window_ns != 0) {
		sli__member_u64(j, "window_ns", counts->window_ns);
		sli__member_u64(j, "covered_ns", counts->covered_ns);
		if (counts->covered_ns == 0)
			sli__member_null(j, "rate");
		else
			sli__member_real(j, "rate",
			    events * 1e9 / (double)counts->covered_ns);
	}
	sli__member_u64(j, "good", counts->good);
	sli__member_u64(j, "bad", counts->bad);
	sli__member_u64(j, "shed", counts->shed);
	sli__member_u64(j, "ignored", counts->ignored);
	sli__member_open(j, "slow", '[');
	for (i = 0; i < thresholds; i++)
		sli__json_number(j, counts->slow[i]);
	sli__json_close(j, ']');
	if (rated > 0)
		sli__member_real(j, "good_ratio", (double)counts->good / rated);
	else
		sli__member_null(j, "good_ratio");
}

/* Of a histogram that has values. */
static void
put_quantiles(struct sli__json *j, const struct sli_histogram *h)
{
	static const struct {
		const char *key;
		double q;
	} quantiles[] = { { "p50_ns", 0.5 }, { "p90_ns", 0.9 },
		{ "p99_ns", 0.99 } };
	uint64_t value = 0;
	double mean = 0;
	size_t i;

	for (i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++)
		if (sli_histogram_quantile(h, quantiles[i].q, &value) == SLI_OK)
			sli__member_u64(j, quantiles[i].key, value);
	if (sli_histogram_max(h, &value) == SLI_OK)
		sli__member_u64(j, "max_ns", value);
	if (sli_histogram_mean(h, &mean) == SLI_OK)
		sli__member_real(j, "mean_ns", mean);
}

void
sli__json_latency(struct sli__json *j, const char *key,
    struct sli__scratch *scratch, const struct sli_indicator_view *view,
    enum sli_outcome outcome, uint64_t now_ns, uint64_t window_ns)
{
	struct sli_histogram *h = sli__scratch_for(scratch, view);

	if (h == NULL ||
	    sli_window_histogram(view->indicator, now_ns, window_ns, outcome,
		h) != SLI_OK) {
		sli__member_null(j, key);
		return;
	}
	sli__member_open(j, key, '{');
	sli__member_u64(j, "window_ns", window_ns);
	sli__member_u64(j, "count", sli_histogram_count(h));
	put_quantiles(j, h);
	sli__json_close(j, '}');
}

/* Each byte of a label may be escaped by one more. */
_Static_assert(SLI__SINK_BYTES >
	SLI_NAME_MAX + 2 * SLI_LABEL_BYTES_MAX + 4 * SLI_LABELS_MAX + 2,
    "a title is rendered in one piece");

void
sli__json_title(struct sli__json *j, const char *key,
    const struct sli_indicator_view *view)
{
	struct sli__sink title;
	uint32_t i;

	sli__sink_open(&title, NULL, NULL);
	sli__put(&title, view->name);
	for (i = 0; i < view->label_count; i++)
		sli__text_label(&title, i == 0, &view->labels[i]);
	sli__put(&title, view->label_count == 0 ? "" : "}");
	sli__json_key(j, key);
	sli__json_bytes(j, title.bytes, title.used);
}

void
sli__json_labels(struct sli__json *j, const char *key,
    const struct sli_indicator_view *view)
{
	uint32_t i;

	sli__member_open(j, key, '{');
	for (i = 0; i < view->label_count; i++)
		sli__member_text(j, view->labels[i].name,
		    view->labels[i].value);
	sli__json_close(j, '}');
}

/* ---- SLOs ---- */

/* What is only known with data, else null. */
static void
put_known(struct sli__json *j, const char *key, bool is_known, double value)
{
	if (is_known)
		sli__member_real(j, key, value);
	else
		sli__member_null(j, key);
}

void
sli__json_budget(struct sli__json *j, const char *key,
    const struct sli_budget *budget)
{
	bool has_data = budget->has_data != 0;

	sli__member_open(j, key, '{');
	sli__member_bool(j, "has_data", has_data);
	sli__member_u64(j, "good", budget->good);
	sli__member_u64(j, "bad", budget->bad);
	sli__member_u64(j, "total", budget->total);
	put_known(j, "sli", has_data, budget->sli);
	put_known(j, "remaining", has_data, budget->remaining);
	sli__member_real(j, "burn_rate_1h", budget->burn_rate_1h);
	sli__member_real(j, "burn_rate_6h", budget->burn_rate_6h);
	if (budget->exhausted_in_ns == UINT64_MAX)
		sli__member_null(j, "exhausted_in_ns");
	else
		sli__member_u64(j, "exhausted_in_ns", budget->exhausted_in_ns);
	sli__member_u64(j, "covered_ns", budget->covered_ns);
	sli__member_when(j, "reset_ns", "reset_at", budget->reset_ns);
	sli__member_u64(j, "excluded_ns", budget->excluded_ns);
	sli__member_u64(j, "excluded", budget->excluded);
	sli__member_i64(j, "corrected_good", budget->corrected_good);
	sli__member_i64(j, "corrected_bad", budget->corrected_bad);
	sli__json_close(j, '}');
}

void
sli__json_record(struct sli__json *j, const struct sli_alert_record *r)
{
	bool is_outage = r->kind == SLI_ALERT_OUTAGE;

	sli__member_u64(j, "number", r->number);
	sli__member_text(j, "slo", r->slo);
	sli__member_text(j, "kind", is_outage ? "outage" : "burn");
	sli__member_text(j, "severity", sli__severity_name(r->severity));
	sli__member_bool(j, "silent", r->silent != 0);
	sli__member_when(j, "onset_ns", "onset_at", r->onset_ns);
	sli__member_when(j, "start_ns", "start_at", r->start_ns);
	sli__member_when(j, "end_ns", "end_at", r->end_ns);
	sli__member_when(j, "recovered_ns", "recovered_at", r->recovered_ns);
	sli__member_u64(j, "long_ns", r->long_ns);
	sli__member_u64(j, "short_ns", r->short_ns);
	sli__member_real(j, "factor", r->factor);
	sli__member_real(j, "peak_burn", r->peak_burn);
	sli__member_u64(j, "bad", r->bad);
	sli__member_u64(j, "total", r->total);
	sli__member_u64(j, "missing", r->missing);
	sli__member_real(j, "budget_cost", r->budget_cost);
}

void
sli__json_slo_indicator(struct sli__json *j,
    const struct sli_snapshot *snapshot, const struct sli_slo_view *view)
{
	struct sli_indicator_view of;

	if (sli_snapshot_indicator(snapshot, view->indicator_index, &of) ==
	    SLI_OK)
		sli__json_title(j, "indicator", &of);
	else
		sli__member_null(j, "indicator");
}

void
sli__json_threshold(struct sli__json *j, const struct sli_slo_view *view)
{
	if (view->threshold_ns == 0)
		sli__member_null(j, "threshold_ns");
	else
		sli__member_u64(j, "threshold_ns", view->threshold_ns);
}

/* ---- names ---- */

const char *
sli__state_name(enum sli_alert_state state)
{
	return state == SLI_ALERT_FIRING ? "firing" : "ok";
}

const char *
sli__severity_name(enum sli_severity severity)
{
	return severity == SLI_PAGE ? "page" : "ticket";
}

const char *
sli__method_name(enum sli_method method)
{
	static const char *const names[] = { "occurrences", "timeslices",
		"ratio_timeslices" };

	return names[method];
}

const char *
sli__calendar_name(enum sli_calendar calendar)
{
	static const char *const names[] = { "rolling", "day", "week", "month",
		"quarter", "year" };

	return names[calendar];
}
