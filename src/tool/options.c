/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* getopt_long */

#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "report.h"

#define INTERVAL_LEAST_NS SLI_MILLIS(100)
#define INTERVAL_MOST_NS SLI_HOURS(1)

/* In the order of enum option_key. */
static const struct option table[] = {
	{ "json", no_argument, NULL, 0 },
	{ "help", no_argument, NULL, 0 },
	{ "version", no_argument, NULL, 0 },
	{ "once", no_argument, NULL, 0 },
	{ "window", required_argument, NULL, 0 },
	{ "interval", required_argument, NULL, 0 },
	{ "sort", required_argument, NULL, 0 },
	{ "reverse", no_argument, NULL, 0 },
	{ "why", required_argument, NULL, 0 },
	{ "max-indicators", required_argument, NULL, 0 },
	{ "max-slos", required_argument, NULL, 0 },
	{ "shards", required_argument, NULL, 0 },
	{ "kind", required_argument, NULL, 0 },
	{ "by-ratio", no_argument, NULL, 0 },
	{ "from", required_argument, NULL, 0 },
	{ "to", required_argument, NULL, 0 },
	{ "at", required_argument, NULL, 0 },
	{ "good", required_argument, NULL, 0 },
	{ "bad", required_argument, NULL, 0 },
	{ "slo", required_argument, NULL, 0 },
	{ "objective", required_argument, NULL, 0 },
	{ "threshold", required_argument, NULL, 0 },
	{ "period", required_argument, NULL, 0 },
	{ "time-zone", required_argument, NULL, 0 },
	{ "format", required_argument, NULL, 0 },
	{ "time-key", required_argument, NULL, 0 },
	{ "status-key", required_argument, NULL, 0 },
	{ "duration-key", required_argument, NULL, 0 },
	{ "duration-unit", required_argument, NULL, 0 },
	{ "path-key", required_argument, NULL, 0 },
	{ "group-by", required_argument, NULL, 0 },
	{ "shed", required_argument, NULL, 0 },
	{ "ignore", required_argument, NULL, 0 },
	{ "reorder", required_argument, NULL, 0 },
	{ "save", required_argument, NULL, 0 },
	{ "day", no_argument, NULL, 0 },
	{ "week", no_argument, NULL, 0 },
	{ "month", no_argument, NULL, 0 },
	{ "markdown", no_argument, NULL, 0 },
	{ "html", optional_argument, NULL, 0 },
	{ "tag", required_argument, NULL, 0 },
	{ "unit", required_argument, NULL, 0 },
	{ "service", required_argument, NULL, 0 },
	{ "every", required_argument, NULL, 0 },
	{ "listen", required_argument, NULL, 0 },
	{ NULL, 0, NULL, 0 },
};

const char *
options_name(enum option_key option)
{
	return table[option].name;
}

static int
parse_duration(const char *name, const char *text, uint64_t least_ns,
    uint64_t most_ns, uint64_t *out, struct sli_error *err)
{
	char least[FORMAT_MAX], most[FORMAT_MAX];

	if (format_parse_duration(text, out) == 0 && *out >= least_ns &&
	    *out <= most_ns)
		return SLI_OK;
	return report_set(err, SLI_EINVAL,
	    "--%s \"%s\" is not valid; accepted: %s to %s, as 10s, 1m30s, 1h",
	    name, text, format_duration(least, least_ns),
	    format_duration(most, most_ns));
}

static int
parse_number(const char *name, const char *text, uint32_t *out,
    struct sli_error *err)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno != 0 || *end != '\0' || end == text || *text == '-' ||
	    value == 0 || value > UINT32_MAX)
		return report_set(err, SLI_EINVAL,
		    "--%s \"%s\" is not valid; accepted: a whole number above "
		    "0",
		    name, text);
	*out = (uint32_t)value;
	return SLI_OK;
}

/* The least has no positive; libsli refuses it too. */
static int
parse_change(const char *name, const char *text, int64_t *out,
    struct sli_error *err)
{
	long long value;
	char *end;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno != 0 || *end != '\0' || end == text || value == LLONG_MIN)
		return report_set(err, SLI_EINVAL,
		    "--%s \"%s\" is not valid; accepted: a whole number, as "
		    "+10 or -10",
		    name, text);
	*out = value;
	return SLI_OK;
}

static int
parse_when(const char *name, const char *text, struct when *out,
    struct sli_error *err)
{
	if (when_parse(text, out) == 0)
		return SLI_OK;
	return report_set(err, SLI_EINVAL,
	    "--%s \"%s\" is not valid; accepted: " WHEN_ACCEPTED, name, text);
}

static int
parse_sort(const char *text, enum sort_key *out, struct sli_error *err)
{
	*out = rows_key_find(text);
	if (*out != SORT_KEYS)
		return SLI_OK;
	return report_set(err, SLI_EINVAL,
	    "--sort \"%s\" is not valid; accepted: name, rate, good, bad, "
	    "shed, "
	    "p50, p90, p99, max, inflight",
	    text);
}

static int
add(const char *name, const char *text, struct option_list *list,
    struct sli_error *err)
{
	if (list->count == OPTION_LIST_MAX)
		return report_set(err, SLI_ERANGE,
		    "--%s is given more than %d times", name, OPTION_LIST_MAX);
	list->text[list->count++] = text;
	return SLI_OK;
}

/* Where the texts go that are looked at later. */
static const size_t log_texts[OPTION_COUNT] = {
	[OPTION_PERIOD] = offsetof(struct log_options, period),
	[OPTION_TIME_ZONE] = offsetof(struct log_options, time_zone),
	[OPTION_FORMAT] = offsetof(struct log_options, format),
	[OPTION_TIME_KEY] = offsetof(struct log_options, time_key),
	[OPTION_STATUS_KEY] = offsetof(struct log_options, status_key),
	[OPTION_DURATION_KEY] = offsetof(struct log_options, duration_key),
	[OPTION_DURATION_UNIT] = offsetof(struct log_options, duration_unit),
	[OPTION_PATH_KEY] = offsetof(struct log_options, path_key),
	[OPTION_GROUP_BY] = offsetof(struct log_options, group_by),
	[OPTION_SAVE] = offsetof(struct log_options, save),
};

static int
parse_log(enum option_key option, const char *text, struct log_options *log,
    struct sli_error *err)
{
	const char *name = table[option].name;

	switch (option) {
	case OPTION_SLO:
		return add(name, text, &log->slo, err);
	case OPTION_OBJECTIVE:
		return add(name, text, &log->objective, err);
	case OPTION_THRESHOLD:
		return add(name, text, &log->threshold, err);
	case OPTION_BAD:
		return add(name, text, &log->bad, err);
	case OPTION_SHED:
		return add(name, text, &log->shed, err);
	case OPTION_IGNORE:
		return add(name, text, &log->ignore, err);
	case OPTION_REORDER:
		return parse_duration(name, text, SLI_SECONDS(1), SLI_HOURS(1),
		    &log->reorder_ns, err);
	default:
		memcpy((char *)log + log_texts[option], &text, sizeof(text));
		return SLI_OK;
	}
}

static int
parse_one(enum option_key option, const char *text, struct options *o,
    struct sli_error *err)
{
	const char *name = table[option].name;

	switch (option) {
	case OPTION_JSON:
		o->json = 1;
		return SLI_OK;
	case OPTION_HELP:
		o->help = 1;
		return SLI_OK;
	case OPTION_VERSION:
		o->version = 1;
		return SLI_OK;
	case OPTION_ONCE:
		o->once = 1;
		return SLI_OK;
	case OPTION_REVERSE:
		o->reverse = 1;
		return SLI_OK;
	case OPTION_WINDOW:
		return parse_duration(name, text, SLI_SECONDS(1), SLI_DAYS(366),
		    &o->window_ns, err);
	case OPTION_INTERVAL:
		return parse_duration(name, text, INTERVAL_LEAST_NS,
		    INTERVAL_MOST_NS, &o->interval_ns, err);
	case OPTION_SORT:
		return parse_sort(text, &o->sort, err);
	case OPTION_WHY:
		o->why = text;
		return SLI_OK;
	case OPTION_BY_RATIO:
		o->by_ratio = 1;
		return SLI_OK;
	case OPTION_KIND:
		o->kind = text;
		return SLI_OK;
	case OPTION_DAY:
		o->span_ns = SLI_DAYS(1);
		return SLI_OK;
	case OPTION_WEEK:
		o->span_ns = SLI_DAYS(7);
		return SLI_OK;
	case OPTION_MONTH:
		o->span_ns = SLI_DAYS(30);
		return SLI_OK;
	case OPTION_MARKDOWN:
		o->markdown = 1;
		return SLI_OK;
	case OPTION_HTML:
		o->html = 1;
		o->html_path = text;
		return SLI_OK;
	case OPTION_TAG:
		o->tag = text;
		return SLI_OK;
	case OPTION_UNIT:
		o->unit = text;
		return SLI_OK;
	case OPTION_SERVICE:
		o->service = text;
		return SLI_OK;
	case OPTION_LISTEN:
		o->listen = text;
		return SLI_OK;
	case OPTION_EVERY:
		return parse_duration(name, text, INTERVAL_LEAST_NS,
		    SLI_DAYS(1), &o->every_ns, err);
	case OPTION_MAX_INDICATORS:
		return parse_number(name, text, &o->sizes.max_indicators, err);
	case OPTION_MAX_SLOS:
		return parse_number(name, text, &o->sizes.max_slos, err);
	case OPTION_SHARDS:
		return parse_number(name, text, &o->sizes.shards, err);
	case OPTION_FROM:
		return parse_when(name, text, &o->from, err);
	case OPTION_TO:
		o->to_text = text;
		return SLI_OK;
	case OPTION_AT:
		return parse_when(name, text, &o->at, err);
	case OPTION_GOOD:
		return parse_change(name, text, &o->good, err);
	default:
		return parse_log(option, text, &o->log, err);
	}
}

int
options_correction(struct options *o, struct sli_error *err)
{
	const struct option_list *bad = &o->log.bad;

	if (bad->count == 0)
		return SLI_OK;
	return parse_change("bad", bad->text[bad->count - 1], &o->bad, err);
}

int
options_parse(int argc, char **argv, struct options *out, struct sli_error *err)
{
	const struct sli_registry_config no_sizes = SLI_REGISTRY_CONFIG_INIT;
	int found, option = 0, status;

	memset(out, 0, sizeof(*out));
	out->sizes = no_sizes;
	out->window_ns = SLI_MINUTES(1);
	out->interval_ns = SLI_SECONDS(1);
	out->sort = SORT_RATE;
	out->kind = "deploy";
	out->span_ns = SLI_DAYS(7);
	out->at.is = WHEN_AGO;
	out->log.reorder_ns = SLI_MINUTES(1);
	opterr = 0;
	while ((found = getopt_long(argc, argv, ":h", table, &option)) != -1) {
		if (found == ':')
			return report_set(err, SLI_EINVAL,
			    "%s needs an argument", argv[optind - 1]);
		if (found == '?')
			return report_set(err, SLI_EINVAL,
			    "%s is no option; see sli help", argv[optind - 1]);
		if (found == 'h')
			option = OPTION_HELP;
		out->given |= OPTION_BIT(option);
		status = parse_one((enum option_key)option, optarg, out, err);
		if (status != SLI_OK)
			return status;
	}
	out->args = argv + optind;
	out->arg_count = argc - optind;
	if (out->to_text == NULL ||
	    (out->arg_count > 0 && strcmp(out->args[0], "export") == 0))
		return SLI_OK;
	return parse_when("to", out->to_text, &out->to, err);
}
