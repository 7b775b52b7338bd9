/* SPDX-License-Identifier: MIT */
#include "replay_config.h"

#include <stdlib.h>
#include <string.h>

#include "definitions.h"
#include "format.h"
#include "log_number.h"
#include "mem.h"
#include "report.h"

#define PPB UINT64_C(1000000000)

/* A clock may be wrong by so much, or in another zone than it says. */
#define FUTURE_NS SLI_DAYS(1)

/* ---- logs ---- */

static int
parse_unit(const char *text, uint64_t *out_ns, struct sli_error *err)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = { { "s", SLI_SECONDS(1) }, { "ms", SLI_MILLIS(1) },
		{ "us", SLI_MICROS(1) }, { "ns", 1 } };
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(units[i].name, text) == 0) {
			*out_ns = units[i].ns;
			return SLI_OK;
		}
	return report_set(err, SLI_EINVAL,
	    "--duration-unit \"%s\" is not valid; accepted: s, ms, us, ns",
	    text);
}

static int
read_schema(const struct log_options *log, struct log_schema *out,
    struct sli_error *err)
{
	int format = log_format_find(
	    log->format == NULL ? "auto" : log->format);

	if (format < 0)
		return report_set(err, SLI_EINVAL,
		    "--format \"%s\" is not valid; accepted: auto, common, "
		    "combined, json, csv",
		    log->format);
	out->format = (enum log_format)format;
	out->key[LOG_TIME] = log->time_key;
	out->key[LOG_STATUS] = log->status_key;
	out->key[LOG_DURATION] = log->duration_key;
	out->key[LOG_PATH] = log->path_key;
	out->key[LOG_GROUP] = log->group_by;
	out->wanted = UINT32_C(1) << LOG_TIME | UINT32_C(1) << LOG_DURATION;
	out->needed = UINT32_C(1) << LOG_TIME;
	if (log->group_by != NULL)
		out->wanted |= UINT32_C(1) << LOG_GROUP;
	return log->duration_unit == NULL ?
	    SLI_OK :
	    parse_unit(log->duration_unit, &out->unit_ns, err);
}

static int
add_rules(struct log_decoder *d, const struct option_list *list,
    enum sli_outcome outcome, struct sli_error *err)
{
	uint32_t i;
	int status;

	for (i = 0; i < list->count; i++) {
		status = log_decoder_rule(d, list->text[i], outcome, err);
		if (status != SLI_OK)
			return status;
	}
	return SLI_OK;
}

static int
read_rules(const struct log_options *log, struct log_decoder *d,
    struct sli_error *err)
{
	static const struct option_list usual = { { "status>=500" }, 1 };
	int status = add_rules(d, log->bad.count > 0 ? &log->bad : &usual,
	    SLI_BAD, err);

	if (status == SLI_OK)
		status = add_rules(d, &log->shed, SLI_SHED, err);
	if (status == SLI_OK)
		status = add_rules(d, &log->ignore, SLI_IGNORED, err);
	return status;
}

static int
read_range(const struct options *o, struct replay_config *out,
    struct sli_error *err)
{
	char from[FORMAT_MAX], to[FORMAT_MAX];
	uint64_t now_ns = sli_clock_ns();

	out->to_ns = UINT64_MAX;
	if (o->given & OPTION_BIT(OPTION_FROM))
		out->from_ns = when_ns(&o->from, now_ns);
	if (o->given & OPTION_BIT(OPTION_TO))
		out->to_ns = when_ns(&o->to, now_ns);
	if (out->from_ns < out->to_ns)
		return SLI_OK;
	return report_set(err, SLI_EINVAL, "--from %s is not before --to %s",
	    format_time(from, out->from_ns), format_time(to, out->to_ns));
}

/* ---- SLOs ---- */

/* "99.9" as parts per billion. */
static int
parse_objective(const char *text, uint64_t *out_ppb, struct sli_error *err)
{
	if (log_number_scaled(text, strlen(text), PPB / 100, out_ppb) == 0 &&
	    *out_ppb >= PPB / 100 && *out_ppb < PPB)
		return SLI_OK;
	return report_set(err, SLI_EINVAL,
	    "--objective \"%s\" is not valid; accepted: a percentage from 1 to "
	    "below 100, as 99.9",
	    text);
}

static int
parse_threshold(const char *text, uint64_t *out_ns, struct sli_error *err)
{
	if (format_parse_duration(text, out_ns) == 0)
		return SLI_OK;
	return report_set(err, SLI_EINVAL,
	    "--threshold \"%s\" is not valid; accepted: 300ms, 1.5s and the "
	    "like",
	    text);
}

static int
parse_period(const struct log_options *log, struct sli_slo_config *cfg,
    struct sli_error *err)
{
	const char *text = log->period == NULL ? "30d" : log->period;
	int i;

	cfg->time_zone = log->time_zone;
	for (i = SLI_DAY; i <= SLI_YEAR; i++)
		if (strcmp(text, format_calendar((enum sli_calendar)i)) == 0)
			cfg->calendar = (enum sli_calendar)i;
	if (cfg->calendar == SLI_ROLLING && log->time_zone != NULL)
		return report_set(err, SLI_EINVAL,
		    "--time-zone is of calendar periods: --period day, week, "
		    "month, quarter or year");
	if (cfg->calendar != SLI_ROLLING ||
	    (format_parse_duration(text, &cfg->period_ns) == 0 &&
		cfg->period_ns >= SLI_MINUTES(1)))
		return SLI_OK;
	return report_set(err, SLI_EINVAL,
	    "--period \"%s\" is not valid; accepted: 7d, 30d ..., or day, "
	    "week, month, quarter, year",
	    text);
}

/* Each objective with each threshold. */
static int
make_candidates(const struct log_options *log, struct replay_config *out,
    struct sli_error *err)
{
	static const struct option_list usual = {
		{ "99", "99.5", "99.9", "99.95", "99.99" }, 5
	};
	const struct option_list *objectives = log->objective.count > 0 ?
	    &log->objective :
	    &usual;
	uint32_t thresholds = log->threshold.count, i, k, n = 0;
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	uint64_t ppb;
	int status = parse_period(log, &cfg, err);

	if (thresholds == 0)
		thresholds = 1;
	out->slo = mem_array(objectives->count * thresholds, sizeof(cfg));
	out->names = mem_array(objectives->count * thresholds, sizeof(char *));
	for (k = 0; k < thresholds && status == SLI_OK; k++) {
		if (log->threshold.count > 0)
			status = parse_threshold(log->threshold.text[k],
			    &cfg.threshold_ns, err);
		for (i = 0; i < objectives->count && status == SLI_OK; i++) {
			status = parse_objective(objectives->text[i], &ppb,
			    err);
			cfg.objective = (double)ppb / (double)PPB;
			out->names[n] = mem_print("%s%s%s", objectives->text[i],
			    log->threshold.count > 0 ? "-" : "",
			    log->threshold.count > 0 ? log->threshold.text[k] :
						       "");
			cfg.name = out->names[n];
			out->slo[n++] = cfg;
			out->slo_count = n;
		}
	}
	return status;
}

static int
load_definitions(const struct log_options *log, struct replay_config *out,
    struct sli_error *err)
{
	uint32_t i, n;
	int status;

	if (log->objective.count + log->threshold.count > 0 ||
	    log->period != NULL || log->time_zone != NULL)
		return report_set(err, SLI_EINVAL,
		    "--objective, --threshold, --period and --time-zone make "
		    "SLOs where --slo does not define any");
	status = definitions_load(log->slo.text, log->slo.count, &out->spec,
	    err);
	if (status != SLI_OK)
		return status;
	n = sli_spec_slo_count(out->spec);
	out->slo = mem_array(n, sizeof(*out->slo));
	for (i = 0; i < n && status == SLI_OK; i++)
		status = sli_spec_slo_config(sli_spec_slo(out->spec, i), 0,
		    &out->slo[i], err);
	out->slo_count = n;
	return status;
}

uint64_t
replay_config_period(const struct sli_slo_config *cfg)
{
	static const uint64_t days[] = { 0, 2, 9, 32, 93, 367 };
	uint64_t count = cfg->calendar_count == 0 ? 1 : cfg->calendar_count;

	if (cfg->calendar != SLI_ROLLING)
		return count * SLI_DAYS(days[cfg->calendar]);
	return cfg->period_ns == 0 ? SLI_DAYS(30) : cfg->period_ns;
}

/* The thresholds in ascending order, each once. */
static int
add_threshold(struct replay_config *c, uint64_t ns, struct sli_error *err)
{
	uint32_t at = 0;

	while (at < c->threshold_count && c->threshold_ns[at] < ns)
		at++;
	if (ns == 0 || (at < c->threshold_count && c->threshold_ns[at] == ns))
		return SLI_OK;
	if (c->threshold_count == SLI_THRESHOLDS_MAX)
		return report_set(err, SLI_ERANGE,
		    "more than %d different latency thresholds; replay the log "
		    "again for the others",
		    SLI_THRESHOLDS_MAX);
	memmove(&c->threshold_ns[at + 1], &c->threshold_ns[at],
	    (c->threshold_count - at) * sizeof(ns));
	c->threshold_ns[at] = ns;
	c->threshold_count++;
	return SLI_OK;
}

static int
sum_up(struct replay_config *c, struct sli_error *err)
{
	uint64_t period_ns;
	uint32_t i;
	int status = SLI_OK;

	for (i = 0; i < c->slo_count && status == SLI_OK; i++) {
		status = add_threshold(c, c->slo[i].threshold_ns, err);
		c->slice_count += c->slo[i].method != SLI_OCCURRENCES;
		period_ns = replay_config_period(&c->slo[i]);
		if (period_ns > c->period_ns)
			c->period_ns = period_ns;
	}
	if (c->threshold_count > 0)
		c->decoder.schema.needed |= UINT32_C(1) << LOG_DURATION;
	return status;
}

int
replay_config_read(const struct options *o, struct replay_config *out,
    struct sli_error *err)
{
	const struct log_options *log = &o->log;
	int status;

	memset(out, 0, sizeof(*out));
	out->group_by = log->group_by;
	out->reorder_ns = log->reorder_ns;
	out->save = log->save;
	out->decoder.latest_ns = sli_clock_ns() + FUTURE_NS;
	status = read_schema(log, &out->decoder.schema, err);
	if (status == SLI_OK)
		status = read_rules(log, &out->decoder, err);
	if (status == SLI_OK)
		status = read_range(o, out, err);
	if (status == SLI_OK)
		status = log->slo.count > 0 ? load_definitions(log, out, err) :
					      make_candidates(log, out, err);
	return status == SLI_OK ? sum_up(out, err) : status;
}

void
replay_config_free(struct replay_config *c)
{
	uint32_t i;

	log_decoder_free(&c->decoder);
	for (i = 0; c->names != NULL && i < c->slo_count; i++)
		free(c->names[i]);
	free(c->names);
	free(c->slo);
	sli_spec_free(c->spec);
}
