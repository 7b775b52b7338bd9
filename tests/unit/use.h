/* SPDX-License-Identifier: MIT */
#ifndef UNIT_USE_H
#define UNIT_USE_H

/*
 * Call all there is on a registry of which nothing is known but that it opened:
 * much of it may fail, and none of it may crash, hang or give out nonsense.
 */

#include <math.h>

#include "broken.h"

static inline void
use_status(int status)
{
	assert_true(status <= SLI_OK && status >= SLI_EPARSE);
}

static inline void
use_text(const char *text, size_t max)
{
	size_t i, n = strnlen(text, max + 1);

	assert_true(n <= max);
	for (i = 0; i < n; i++)
		assert_true((unsigned char)text[i] >= 0x20 && text[i] != 0x7f);
}

static inline void
use_windows(struct sli_indicator *ind, uint64_t now_ns)
{
	static const uint64_t windows[] = { SLI_SECONDS(1), SLI_SECONDS(4),
		SLI_SECONDS(33), SLI_DAYS(40), UINT64_MAX };
	struct sli_histogram *histogram = NULL;
	struct sli_counts counts;
	uint64_t quantile;
	size_t i;

	assert_int_equal(
	    sli_histogram_create(1, SLI_SECONDS(1), 3, &histogram, NULL),
	    SLI_OK);
	for (i = 0; i < LENGTH(windows); i++) {
		assert_int_equal(
		    sli_window_counts(ind, now_ns, windows[i], &counts),
		    SLI_OK);
		use_status(sli_window_quantile(ind, now_ns, windows[i],
		    i % 2 == 0 ? SLI_GOOD : SLI_BAD, 0.99, &quantile));
		use_status(sli_window_histogram(ind, now_ns, windows[i],
		    SLI_GOOD, histogram));
	}
	assert_int_equal(sli_total_counts(ind, &counts), SLI_OK);
	sli_in_flight(ind);
	sli_late_count(ind);
	sli_histogram_destroy(histogram);
}

static inline void
use_exemplars(const struct sli_exemplar *exemplars, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		assert_true(exemplars[i].outcome == SLI_GOOD ||
		    exemplars[i].outcome == SLI_BAD);
		use_text(exemplars[i].trace_id, SLI_TRACE_ID_MAX);
	}
}

static inline void
use_context(struct sli_indicator *ind, uint64_t now_ns)
{
	struct sli_exemplar exemplars[8];
	struct sli_indicator *on;
	struct sli_signals s;
	uint32_t i;

	use_exemplars(exemplars,
	    sli_exemplars(ind, 0, UINT64_MAX, exemplars, LENGTH(exemplars)));
	assert_int_equal(sli_signals(ind, now_ns, SLI_MINUTES(1), &s), SLI_OK);
	assert_true(isfinite(s.rate) && isfinite(s.error_ratio));
	assert_true(isfinite(s.capacity) && isfinite(s.saturation));
	for (i = 0; sli_dependency(ind, i, &on) == SLI_OK; i++)
		use_text(sli_indicator_name(on), SLI_NAME_MAX);
	assert_true(i <= SLI_DEPENDENCIES_MAX);
}

static inline void
use_explanation(struct sli_slo *slo, uint64_t now_ns)
{
	struct sli_explanation e;
	char text[16384];
	size_t i, n;

	assert_int_equal(sli_explain(slo, now_ns, &e), SLI_OK);
	assert_true(isfinite(e.burn_rate) && isfinite(e.burn_rate_onset));
	assert_true(e.dependency_count <= SLI_EXPLAIN_DEPENDENCIES);
	assert_true(e.annotation_count <= SLI_EXPLAIN_ANNOTATIONS);
	assert_true(e.exemplar_count <= SLI_EXPLAIN_EXEMPLARS);
	use_text(e.slo, SLI_NAME_MAX);
	use_text(e.series, SLI_NAME_MAX);
	for (i = 0; i < e.dependency_count; i++) {
		use_text(e.dependency[i].series, SLI_NAME_MAX);
		use_text(e.dependency[i].slo, SLI_NAME_MAX);
		assert_true(isfinite(e.dependency[i].burn_rate) &&
		    isfinite(e.dependency[i].burn_rate_onset));
	}
	use_exemplars(e.exemplar, e.exemplar_count);
	n = sli_explain_text(&e, text, sizeof(text));
	assert_int_equal(n, strlen(text));
	for (i = 0; i < n; i++)
		assert_true(text[i] == '\n' ||
		    ((unsigned char)text[i] >= ' ' && text[i] != 0x7f));
}

static inline void
use_slo(struct sli_slo *slo, uint64_t now_ns)
{
	struct sli_verdict verdict;
	struct sli_budget budget;
	struct sli_alert alert;
	double burn = 0;
	uint32_t i;

	assert_int_equal(sli_slo_budget(slo, now_ns, &budget), SLI_OK);
	assert_true(isfinite(budget.remaining) && isfinite(budget.sli));
	assert_int_equal(sli_slo_verdict(slo, now_ns, &verdict), SLI_OK);
	use_status(sli_slo_burn_rate(slo, now_ns, SLI_MINUTES(1), &burn));
	assert_true(isfinite(burn));
	for (i = 0; i < sli_slo_alert_count(slo); i++)
		assert_int_equal(sli_slo_alert(slo, now_ns, i, &alert), SLI_OK);
	for (i = 0; i < SLI_CRITICALITIES; i++)
		sli_admit(slo, now_ns, (enum sli_criticality)i, 42);
	use_explanation(slo, now_ns);
}

static inline void
use_snapshot(const struct sli_snapshot *s, void *arg)
{
	struct sli_indicator_view ind;
	struct sli_slo_view slo;
	uint32_t i, k;

	(void)arg;
	for (i = 0; i < sli_snapshot_indicator_count(s); i++) {
		if (sli_snapshot_indicator(s, i, &ind) != SLI_OK)
			continue;
		use_text(ind.name, SLI_NAME_MAX);
		use_text(ind.help, SLI_HELP_MAX);
		for (k = 0; k < ind.label_count; k++) {
			use_text(ind.labels[k].name, SLI_NAME_MAX);
			use_text(ind.labels[k].value, SLI_LABEL_BYTES_MAX);
		}
		use_windows(ind.indicator, sli_snapshot_now(s));
		use_context(ind.indicator, sli_snapshot_now(s));
	}
	for (i = 0; i < sli_snapshot_slo_count(s); i++) {
		if (sli_snapshot_slo(s, i, &slo) != SLI_OK)
			continue;
		use_text(slo.name, SLI_NAME_MAX);
		use_slo(slo.slo, sli_snapshot_now(s));
	}
}

static inline void
use_reads(struct sli_registry *reg, uint64_t now_ns)
{
	struct sli_registry_info info;
	struct sli_audit audit;
	uint32_t back;

	assert_int_equal(sli_registry_info(reg, &info), SLI_OK);
	assert_true(info.indicator_count <= info.max_indicators);
	assert_true(info.slo_count <= info.max_slos);
	use_text(info.version, sizeof(info.version) - 1);
	for (back = 0; back < SLI_AUDIT_MAX; back++) {
		if (sli_audit_read(reg, back, &audit) != SLI_OK)
			continue;
		use_text(audit.subject, SLI_SUBJECT_MAX);
		use_text(audit.why, SLI_WHY_MAX);
	}
	use_status(sli_registry_status(reg, NULL));
	assert_int_equal(sli_flush(reg, now_ns, use_snapshot, NULL), SLI_OK);
	assert_int_equal(sli_flush_forget(reg, use_snapshot, NULL), SLI_OK);
}

/* What is recorded is in the totals, whatever they were. */
static inline void
use_indicator(struct sli_indicator *ind, uint64_t now_ns)
{
	struct sli_counts before, after;
	uint64_t i;

	assert_int_equal(sli_total_counts(ind, &before), SLI_OK);
	for (i = 0; i < 8; i++, now_ns += SLI_MILLIS(700)) {
		sli_begin(ind);
		sli_record(ind, now_ns, SLI_GOOD, SLI_MILLIS(i));
		sli_record_exemplar(ind, now_ns, SLI_BAD, SLI_MILLIS(i), "id");
		sli_count(ind, now_ns, SLI_SHED, 2);
		sli_end(ind);
	}
	assert_int_equal(sli_total_counts(ind, &after), SLI_OK);
	assert_int_equal(after.good - before.good, 8);
	assert_int_equal(after.bad - before.bad, 8);
	assert_int_equal(after.shed - before.shed, 16);
}

/* All of it, on one that was opened for writing. */
static inline void
use_all(struct sli_registry *reg)
{
	static const struct sli_label labels[] = { { "method", "GET" } };
	const uint64_t now_ns = sli_clock_ns();
	struct sli_indicator *ind = NULL, *on = NULL;
	struct sli_slo *slo = NULL;

	use_reads(reg, now_ns);
	if (sli_indicator_find(reg, "requests", labels, 1, &ind) == SLI_OK)
		use_indicator(ind, now_ns);
	/* There may be no room for it. */
	ind = tiny_indicator(reg, "new");
	if (ind != NULL)
		use_indicator(ind, now_ns);
	if (ind != NULL &&
	    sli_indicator_find(reg, "requests", labels, 1, &on) == SLI_OK)
		use_status(sli_depends(ind, on, NULL));
	if (sli_slo_find(reg, "latency", &slo) == SLI_OK)
		use_status(sli_slo_reset_budget(slo, now_ns, "a test", NULL));
	use_status(sli_slo_remove(reg, "availability", "a test", NULL));
	use_status(
	    sli_indicator_remove(reg, "calls", labels, 1, "a test", NULL));
	assert_int_equal(sli_advance(reg, now_ns + SLI_SECONDS(9)), SLI_OK);
	use_reads(reg, now_ns + SLI_SECONDS(20));
	use_reads(reg, 0);
	use_reads(reg, UINT64_MAX);
}

#endif /* UNIT_USE_H */
