/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "calls.h"
#include "expect.h"
#include "indicator/indicator.h"
#include "sample.h"
#include "slo/slo.h"
#include "still.h"

struct sli_registry *
calls_open(const char *path)
{
	struct sli_registry_config cfg = sample_config();
	struct sli_registry *reg = NULL;

	forget_error();
	said(sli_registry_open(path, &cfg, &reg, &err));
	return reg;
}

struct sli_registry *
calls_view(const char *path)
{
	struct sli_registry *reg = NULL;

	forget_error();
	said(sli_registry_view(path, &reg, &err));
	return reg;
}

void
calls_close(struct sli_registry *reg)
{
	sli_registry_close(reg);
}

/* Findings are sentences. */
static void
take_finding(const struct sli_finding *finding, void *arg)
{
	uint32_t *counts = arg;

	if (finding->kind != SLI_FINDING_NOTE)
		last_finding = *finding;
	must((uint32_t)finding->kind <= SLI_FINDING_LOSS,
	    "a finding is of no kind");
	must_be_text(finding->what, sizeof(finding->what) - 1);
	must(strlen(finding->what) > 10, "a finding says nothing");
	counts[finding->kind]++;
}

int
calls_check(const char *path)
{
	uint32_t counts[SLI_FINDING_LOSS + 1] = { 0, 0, 0 };
	int status;

	forget_error();
	status = said(sli_file_check(path, take_finding, counts, &err));
	must(status != SLI_OK ||
		counts[SLI_FINDING_DAMAGE] + counts[SLI_FINDING_LOSS] == 0,
	    "a file with damage is called sound");
	return status;
}

bool
calls_repair(const char *from, const char *to, uint16_t index)
{
	struct sli_registry_config cfg = sample_config();
	uint32_t counts[SLI_FINDING_LOSS + 1] = { 0, 0, 0 };
	bool done;

	/* To other sizes, or to the same. */
	cfg.max_indicators = 3 + index % 2;
	cfg.history[2].slots = 4 + index / 2 % 2;
	forget_error();
	done = said(sli_file_repair(from, to, index % 4 == 0 ? NULL : &cfg,
		   take_finding, counts, &err)) == SLI_OK;
	must(done == (access(to, F_OK) == 0),
	    "a repair says that it has saved what it has not");
	return done;
}

static void
read_windows(struct sli_indicator *ind, uint64_t at_ns, uint64_t value)
{
	static struct sli_histogram *histogram;
	const uint64_t window_ns[] = { SLI_SECONDS(1), SLI_SECONDS(13),
		value % SLI_MINUTES(2), value };
	struct sli_counts counts;
	uint64_t quantile, i;

	if (histogram == NULL)
		must(sli_histogram_create(1, SLI_SECONDS(1), 3, &histogram,
			 NULL) == SLI_OK,
		    "no histogram");
	for (i = 0; i < sizeof(window_ns) / sizeof(window_ns[0]); i++) {
		(void)sli_window_counts(ind, at_ns, window_ns[i], &counts);
		(void)sli_window_quantile(ind, at_ns, window_ns[i], i % 2,
		    (double)(value % 101) / 100.0, &quantile);
	}
	sli_histogram_reset(histogram);
	(void)sli_window_histogram(ind, at_ns, SLI_SECONDS(10), SLI_GOOD,
	    histogram);
	(void)sli_total_counts(ind, &counts);
	sli_in_flight(ind);
	sli_late_count(ind);
}

static void
read_context(struct sli_indicator *ind, uint64_t at_ns, uint64_t value)
{
	struct sli_exemplar exemplars[4];
	struct sli_indicator *on;
	struct sli_signals s;
	uint32_t i, n;

	n = sli_exemplars(ind, value, UINT64_MAX, exemplars, 4);
	must(n <= 4, "more exemplars than there is room for");
	for (i = 0; i < n; i++)
		must_be_text(exemplars[i].trace_id, SLI_TRACE_ID_MAX);
	if (sli_signals(ind, at_ns, value, &s) == SLI_OK)
		must(isfinite(s.rate) && isfinite(s.error_ratio) &&
			isfinite(s.capacity) && isfinite(s.saturation),
		    "a signal is no number");
	for (i = 0; sli_dependency(ind, i, &on) == SLI_OK; i++)
		must(sli_indicator_name(on)[0] != '\0', "no name");
	must(i <= SLI_DEPENDENCIES_MAX, "too many dependencies");
}

static void
read_indicator(const struct sli_indicator_view *v, uint64_t at_ns,
    uint64_t value)
{
	struct sli_indicator *found;
	uint32_t i;

	must_be_text(v->name, SLI_NAME_MAX);
	must_be_text(v->help, SLI_HELP_MAX);
	must(v->label_count <= SLI_LABELS_MAX &&
		v->threshold_count <= SLI_THRESHOLDS_MAX,
	    "more labels or thresholds than there can be");
	for (i = 0; i < v->label_count; i++) {
		must_be_text(v->labels[i].name, SLI_NAME_MAX);
		must_be_text(v->labels[i].value, SLI_LABEL_BYTES_MAX);
	}
	must(sli_indicator_name(v->indicator)[0] != '\0', "no name");
	read_windows(v->indicator, at_ns, value);
	read_context(v->indicator, at_ns, value);
	/* Another may have the same name: then it is the first. */
	(void)sli_indicator_find(v->indicator->registry, v->name, v->labels,
	    v->label_count, &found);
}

static void
explain(struct sli_slo *slo, uint64_t at_ns)
{
	static struct sli_explanation e;
	static char text[16384];

	must(sli_explain(slo, at_ns, &e) == SLI_OK, "no explanation");
	must(isfinite(e.burn_rate) && isfinite(e.burn_rate_onset),
	    "a burn rate is no number");
	must(sli_explain_text(&e, text, sizeof(text)) == strlen(text),
	    "an explanation does not fit");
}

static void
read_slo(const struct sli_slo_view *v, uint64_t at_ns, uint64_t value)
{
	struct sli_alert alert;
	struct sli_outage outage;
	struct sli_slo *found;
	double burn = 0;
	uint32_t i;

	must_be_text(v->name, SLI_NAME_MAX);
	must(isfinite(v->budget.sli) && isfinite(v->budget.remaining) &&
		isfinite(v->budget.burn_rate_1h) &&
		isfinite(v->budget.burn_rate_6h) && v->budget.objective > 0 &&
		v->budget.objective < 1,
	    "a budget has a number that is none");
	for (i = 0; i < SLI_CRITICALITIES; i++)
		must(v->verdict.shed_probability[i] >= 0 &&
			v->verdict.shed_probability[i] <= 1,
		    "a probability is none");
	for (i = 0; sli_slo_alert(v->slo, at_ns, i, &alert) == SLI_OK; i++)
		must(isfinite(alert.long_burn) && isfinite(alert.short_burn),
		    "an alert has a number that is none");
	must(i == sli_slo_alert_count(v->slo), "not so many alerts");
	must(sli_slo_outage(v->slo, at_ns, &outage) == SLI_OK &&
		isfinite(outage.traffic),
	    "an outage has a number that is none");
	(void)sli_slo_burn_rate(v->slo, at_ns, value, &burn);
	must(isfinite(burn), "a burn rate is no number");
	sli_admit(v->slo, at_ns, (enum sli_criticality)(value % 4), value);
	explain(v->slo, at_ns);
	(void)sli_slo_find(v->slo->ind->registry, v->name, &found);
}

static void
read_record(const struct sli_alert_record *r)
{
	must_be_text(r->slo, SLI_NAME_MAX);
	must(isfinite(r->peak_burn) && isfinite(r->budget_cost) &&
		isfinite(r->factor),
	    "a record has a number that is none");
	must(r->bad <= r->total, "more is bad than came");
	must(r->alert_index < SLI_ALERTS_MAX, "a record of no alert");
}

struct reading {
	uint64_t at_ns, value;
};

static void
read_snapshot(const struct sli_snapshot *s, void *arg)
{
	const struct reading *r = arg;
	struct sli_indicator_view ind;
	struct sli_slo_view slo;
	struct sli_transition transition;
	uint32_t i;
	int status;

	for (i = 0; i < sli_snapshot_indicator_count(s); i++)
		if (sli_snapshot_indicator(s, i, &ind) == SLI_OK)
			read_indicator(&ind, r->at_ns, r->value);
	for (i = 0; i < sli_snapshot_slo_count(s); i++)
		if (sli_snapshot_slo(s, i, &slo) == SLI_OK)
			read_slo(&slo, r->at_ns, r->value);
	for (i = 0;; i++) {
		status = sli_snapshot_transition(s, i, &transition);
		if (status == SLI_ENOENT)
			break;
		must(i <= SLI_ALERT_LOG_MAX, "more transitions than records");
		if (status != SLI_OK)
			continue;
		must(transition.began || transition.ended, "no transition");
		read_record(&transition.record);
	}
}

void
calls_read(struct sli_registry *reg, uint16_t index, uint64_t value)
{
	/* A consumer is known by the address. */
	static struct reading reading;
	struct sli_registry_info info;
	struct sli_alert_record record;
	struct sli_audit audit;
	uint32_t back;

	if (reg == NULL)
		return;
	reading.at_ns = index % 2 == 0 ? still_now() : value;
	reading.value = value;
	forget_error();
	said(sli_registry_status(reg, &err));
	must(sli_registry_info(reg, &info) == SLI_OK, "no information");
	must(info.indicator_count <= info.max_indicators &&
		info.slo_count <= info.max_slos,
	    "there is more than there can be");
	must(strnlen(info.version, sizeof(info.version)) < sizeof(info.version),
	    "the version has no end");
	for (back = 0; back < 4; back++)
		if (sli_alert_read(reg, back, &record) == SLI_OK)
			read_record(&record);
	for (back = 0; back < 4; back++) {
		if (sli_audit_read(reg, back, &audit) != SLI_OK)
			continue;
		must_be_text(audit.subject, SLI_SUBJECT_MAX);
		must_be_text(audit.why, SLI_WHY_MAX);
	}
	must(sli_flush(reg, reading.at_ns, read_snapshot, &reading) == SLI_OK,
	    "no flush");
}
