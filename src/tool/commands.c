/* SPDX-License-Identifier: MIT */
#include "commands.h"

#include <stdio.h>
#include <string.h>

#include "report.h"

#define SORTING (OPTION_BIT(OPTION_SORT) | OPTION_BIT(OPTION_REVERSE))

#define RANGE                                                                  \
	(OPTION_BIT(OPTION_WHY) | OPTION_BIT(OPTION_FROM) |                    \
	    OPTION_BIT(OPTION_TO))

#define TIMES                                                                  \
	"  --from T, --to T   now, -2h (two hours ago), +30m, or a time as\n"  \
	"                 2026-11-22T10:00:00Z or "                            \
	"2026-11-22T11:00:00+01:00\n\n"

const struct command commands[] = {
	{ "top", "sli top FILE [--window 1m] [--interval 1s] [--sort KEY]",
	    "watch indicators and SLOs while processes count",
	    "  --window W     counts and latencies of the last 10s, 1m, 5m, 1h "
	    "...; 1m\n"
	    "  --interval T   look again so often; 1s\n"
	    "  --sort KEY     name, rate, good, bad, shed, p50, p90, p99, max, "
	    "inflight;\n"
	    "                 rate. Trouble comes first; --reverse turns it "
	    "round\n"
	    "  --once         one table, as is printed if stdout is no "
	    "terminal\n"
	    "\n"
	    "RATE/s is of events of all outcomes, GOOD % of good and bad ones, "
	    "latencies\n"
	    "of good ones. GOOD % and LEFT are cut, not rounded: 100 means "
	    "all. SHEDS names\n"
	    "the most critical class that is shed. LASTS is how long the "
	    "budget does, at\n"
	    "the last hour's burn rate. ALERT is what fires: PAGE, TICKET, or "
	    "an OUTAGE of\n"
	    "seconds. ~ marks what no living process has "
	    "registered.\n"
	    "The key h shows the keys.\n",
	    OPTION_BIT(OPTION_WINDOW) | OPTION_BIT(OPTION_INTERVAL) |
		OPTION_BIT(OPTION_ONCE) | SORTING,
	    2, 2, command_top, 0 },
	{ "show", "sli show FILE [NAME] [--window 1m]",
	    "print what is in a file, or all about one name",
	    "NAME is an SLO, or an indicator as name or "
	    "name{label=\"value\",...}; a bare\n"
	    "name means all its label sets. Without one: the file, tables, "
	    "audit records.\n"
	    "Of an SLO: method, period, budget, alerts, micro-outages, the "
	    "last of its log.\n"
	    "\n"
	    "  --window W     of the tables, and of the histogram; 1m\n"
	    "  --sort KEY, --reverse   as of sli top\n",
	    OPTION_BIT(OPTION_WINDOW) | SORTING, 2, 3, command_show, 0 },
	{ "alerts", "sli alerts FILE [SLO]",
	    "list alerts and micro-outages: when, how long, what they cost",
	    "What fires now, then the newest first; of the last 512.\n"
	    "\n"
	    "PEAK is the highest burn rate, of the short window or of a "
	    "second; COST a\n"
	    "share of the period's budget; RESET how long it fired on after "
	    "the last event\n"
	    "that burned. cut off: its processes ended first.\n",
	    0, 2, 3, command_alerts, 0 },
	{ "explain", "sli explain FILE SLO",
	    "say what stands beside an SLO that burns",
	    "Its alert, what it depends on and how that burns, what was "
	    "changed near the\n"
	    "onset, and traces of the worst events. Of an SLO that does not "
	    "burn: of the last\n"
	    "time that it did.\n",
	    0, 3, 3, command_explain, 0 },
	{ "signals", "sli signals FILE [NAME] [--window 1m]",
	    "print the golden signals: traffic, errors, latency, saturation",
	    "  --window W     of the last 10s, 1m, 5m, 1h ...; 1m\n"
	    "\n"
	    "ERRORS are a share of good and bad events, SATUR is what is in "
	    "flight of the\n"
	    "capacity. ~ marks one that was learned: the highest rate of 10 s "
	    "in the last hour\n"
	    "times the lowest mean latency.\n",
	    OPTION_BIT(OPTION_WINDOW), 2, 3, command_signals, 0 },
	{ "check", "sli check FILE", "verify a file; say what can be saved",
	    "It may be in use. Exit status 0: it is sound; 1: it is "
	    "damaged.\n",
	    0, 2, 2, command_check, 0 },
	{ "repair", "sli repair FILE NEW [--max-indicators N] [--max-slos N]",
	    "save what can be saved into a new file",
	    "FILE is not changed, NEW must not exist. Also moves a sound file "
	    "to other\n"
	    "sizes; no process should use it meanwhile.\n"
	    "\n"
	    "  --max-indicators N, --max-slos N, --shards N   of the new file; "
	    "as it was\n"
	    "\n"
	    "Exit status 0: all was saved; 1: NEW is good, but lacks what is "
	    "named as a loss.\n",
	    OPTION_BIT(OPTION_MAX_INDICATORS) | OPTION_BIT(OPTION_MAX_SLOS) |
		OPTION_BIT(OPTION_SHARDS),
	    3, 3, command_repair, 0 },
	{ "rm", "sli rm FILE NAME --why TEXT",
	    "remove an indicator and its SLOs, or an SLO",
	    "NAME as for sli show, but with all its labels. What a living "
	    "process has\n"
	    "registered is refused (exit status 1). An audit record keeps who, "
	    "when, why.\n",
	    OPTION_BIT(OPTION_WHY), 3, 3, command_rm, 1 },
	{ "reset-budget", "sli reset-budget FILE SLO --why TEXT",
	    "let the budget of an SLO begin anew",
	    "Counts, windows and burn rates stay. An audit record keeps who, "
	    "when, why.\n",
	    OPTION_BIT(OPTION_WHY), 3, 3, command_reset_budget, 1 },
	{ "exclude", "sli exclude FILE SLO --from T --to T --why TEXT",
	    "let time not count: maintenance, planned or past",
	    TIMES "Budget, burn rates and alerts leave it out; counts stay. "
		  "What is excluded\n"
		  "already stays so. An audit record keeps who, when, why.\n",
	    RANGE, 3, 3, command_exclude, 1 },
	{ "include", "sli include FILE SLO --from T --to T --why TEXT",
	    "let excluded time count again",
	    TIMES "Of an exclusion that is over, all or nothing: to end one "
		  "early, include the\n"
		  "rest of it before.\n",
	    RANGE, 3, 3, command_include, 1 },
	{ "correct",
	    "sli correct FILE SLO [--good N] [--bad N] [--at T] --why TEXT",
	    "correct a budget by events that were counted wrongly",
	    "  --good N, --bad N   so many more, or fewer, as -10\n"
	    "  --at T         when they happened, as --from of sli exclude; "
	    "now\n"
	    "\n"
	    "Counts, windows and burn rates stay. An audit record keeps who, "
	    "when, why.\n",
	    OPTION_BIT(OPTION_WHY) | OPTION_BIT(OPTION_AT) |
		OPTION_BIT(OPTION_GOOD) | OPTION_BIT(OPTION_BAD),
	    3, 3, command_correct, 1 },
	{ "annotate", "sli annotate FILE TEXT [--kind deploy]",
	    "remember what happened now: a deploy, a flag, a scale-up",
	    "For deploy scripts: when a budget burns, that is what people ask "
	    "for first.\n"
	    "\n"
	    "  --kind KIND    deploy, scale, flag ...: [a-z][a-z0-9_-]*; "
	    "deploy\n",
	    OPTION_BIT(OPTION_KIND), 3, 3, command_annotate, 0 },
	{ "validate", "sli validate FILE...",
	    "look for problems in SLO definitions",
	    "OpenSLO, sloth or pyrra, in YAML; files may refer to each other. "
	    "Each problem\n"
	    "has its file, line and column, and what would be accepted. Exit "
	    "status 1: there\n"
	    "are errors; warnings are no errors.\n",
	    0, 2, 1001, command_validate, 0 },
	{ "export-rules", "sli export-rules FILE... [--by-ratio]",
	    "write Prometheus rules for SLO definitions",
	    "Recording rules with the names of sloth, and the alerts that "
	    "libsli has.\n"
	    "\n"
	    "  --by-ratio     alerts compare plain error ratios, not weighted "
	    "by traffic\n",
	    OPTION_BIT(OPTION_BY_RATIO), 2, 1001, command_export_rules, 0 },
	{ "replay", "sli replay [--slo FILE | --objective 99.9] LOG...",
	    "say what libsli would have said of access logs",
	    "LOG is a file, gzip or not, or - for stdin; several are merged by "
	    "time. SLOs\n"
	    "come from definitions (as for sli validate), or one is made of "
	    "each objective\n"
	    "with each threshold, to see which of them the past supports.\n"
	    "\n"
	    "  --slo FILE          OpenSLO, sloth or pyrra; may be repeated\n"
	    "  --objective 99.9    in per cent; may be repeated\n"
	    "  --threshold 300ms   good is not slower; may be repeated\n"
	    "  --period P          30d, or day, week, month, quarter, year; "
	    "30d\n"
	    "  --time-zone ZONE    of such a calendar period; UTC\n"
	    "  --format F          common, combined, json, csv (with a "
	    "header); auto\n"
	    "  --time-key, --status-key, --duration-key, --path-key K\n"
	    "                      a key of JSON (a.b is b in a), a column of "
	    "CSV; of common\n"
	    "                      logs NAME for NAME=VALUE, or the number of "
	    "a word\n"
	    "  --duration-unit U   s, ms, us, ns; by default as the key "
	    "ends, as _ms\n"
	    "  --bad RULE          KEY OP VALUE, as status>=500, ok=false; OP "
	    "is = != > >=\n"
	    "                      < <=, VALUE* is what begins so; any of "
	    "several matches.\n"
	    "                      Default: status>=500; so 429 and 499 are "
	    "good\n"
	    "  --shed RULE         refused to protect the service: in no "
	    "ratio\n"
	    "  --ignore RULE|PATH  in no ratio: health checks, as /health*\n"
	    "  --group-by KEY      each of its first 63 values for itself, as "
	    "path\n"
	    "  --from, --to TIME   2026-10-01T12:00:00Z, or -2h for two hours "
	    "ago; to is\n"
	    "                      excluded\n"
	    "  --reorder T         how late a line may be behind the others; "
	    "1m\n"
	    "  --save FILE         keep the registry, for sli show and sli "
	    "top\n"
	    "\n"
	    "A line's time is taken as the event's end. MET is the share of "
	    "time in which the\n"
	    "objective was met over the period before, looked at every minute "
	    "from when\n"
	    "the log covers one period; of calendar periods it is how many. "
	    "WORST is when\n"
	    "least budget was left. Lines that cannot be used are counted, "
	    "and the first\n"
	    "are shown. Exit status 1: no line could be used.\n",
	    OPTION_BITS_LOG, 2, 1001, command_replay, 0 },
	{ "review",
	    "sli review FILE | --slo FILE LOG... [--week] [--html[=OUT]]",
	    "what to talk about once a week: budgets, why, alerts",
	    "Each SLO, when its budget went and what stood beside it; whether "
	    "alerts were\n"
	    "needed (one that cost under 1 % of a budget was not); "
	    "micro-outages.\n"
	    "\n"
	    "  --day, --week, --month   of 1, 7 or 30 days; a week\n"
	    "  --to TIME      where it ends: -2h (two hours ago), "
	    "2026-11-22T10:00:00Z; now, or\n"
	    "                 the last event of a file that no process has "
	    "open\n"
	    "  --from TIME    where it begins, instead of a length\n"
	    "  --slo FILE, --objective 99.9   FILEs are access logs, and this "
	    "is what is asked\n"
	    "                 of them; with all other options of sli replay\n"
	    "  --markdown     for a wiki or an issue\n"
	    "  --html[=OUT]   one page with charts, which needs nothing else\n",
	    OPTION_BIT(OPTION_DAY) | OPTION_BIT(OPTION_WEEK) |
		OPTION_BIT(OPTION_MONTH) | OPTION_BIT(OPTION_MARKDOWN) |
		OPTION_BIT(OPTION_HTML) | OPTION_BITS_LOG,
	    2, 1001, command_review, 0 },
	{ "export",
	    "sli export FILE [--format openmetrics] [--to PLACE] [--every 10s]",
	    "write it for other systems, once or as a side-car",
	    "  --format F     openmetrics, prometheus (its text 0.0.4), "
	    "protobuf (with native\n"
	    "                 histograms), otlp (JSON), statsd, dogstatsd, ecs "
	    "(JSON lines\n"
	    "                 for Elastic), hlog (of HdrHistogram), slo "
	    "(JSON); "
	    "openmetrics\n"
	    "  --to PLACE     stdout; a file, which lines are appended to "
	    "(not of openmetrics,\n"
	    "                 prometheus, protobuf), rotated at 64 MiB; "
	    "udp://HOST:PORT or\n"
	    "                 unix:///PATH, of statsd and dogstatsd; "
	    "http(s)://..., of otlp,\n"
	    "                 which is posted\n"
	    "  --every T      go on, 100ms to 1d, until SIGINT or SIGTERM, and "
	    "write a last\n"
	    "                 time then\n"
	    "  --service NAME whose it is\n"
	    "  --listen ADDRESS:PORT   serve /metrics, /slo and a page "
	    "instead; "
	    "port 0 is\n"
	    "                 a free one, which is printed\n"
	    "\n"
	    "Of statsd, ecs and hlog, which tell what is new, once has all "
	    "that "
	    "was counted,\n"
	    "--every what is counted from its start on. If another file takes "
	    "FILE's place,\n"
	    "a side-car ends with exit status 3, for who starts it again.\n",
	    OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_TO) |
		OPTION_BIT(OPTION_EVERY) | OPTION_BIT(OPTION_SERVICE) |
		OPTION_BIT(OPTION_LISTEN),
	    2, 2, command_export, 0 },
	{ "hlog",
	    "sli hlog FILE... [--tag NAME] [--format table|csv|hlog|json]",
	    "print, filter, merge and convert logs of HdrHistogram",
	    "Intervals of one tag are merged, and their percentiles printed, "
	    "as HdrHistogram's\n"
	    "tools do. FILE may be gzip, or - for stdin. Lines that cannot be "
	    "read are named\n"
	    "and left out; then the exit status is 1.\n"
	    "\n"
	    "  --tag NAME     of this tag only; '' is of none\n"
	    "  --from T, --to T   that begin in [from, to): "
	    "2026-11-22T10:00:00Z, -2h, or\n"
	    "                 +5s, which is after the log's start\n"
	    "  --format hlog  write them as a log of version 1.3, V2; of every "
	    "tag\n"
	    "  --interval T   in it, merge what begins in the same T; 100ms to "
	    "1h\n"
	    "  --unit U       us, ms, s: of ns, for table and csv; values as "
	    "they are\n",
	    OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_TAG) |
		OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_TO) |
		OPTION_BIT(OPTION_INTERVAL) | OPTION_BIT(OPTION_UNIT),
	    2, 1001, command_hlog, 0 },
	{ "help", "sli help [COMMAND]", "say what commands there are, or more",
	    "", 0, 1, 2, command_help, 0 },
};

const size_t command_count = sizeof(commands) / sizeof(commands[0]);

const struct command *
command_find(const char *name)
{
	size_t i;

	for (i = 0; i < command_count; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

int
command_unknown(const char *name)
{
	char names[256] = "";
	size_t i, used = 0;

	for (i = 0; i < command_count && used < sizeof(names); i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used,
		    "%s%s", i == 0 ? "" : ", ", commands[i].name);
	return report_fail(EXIT_USAGE, SLI_EINVAL,
	    "\"%s\" is no command; accepted: %s", name, names);
}
