/* SPDX-License-Identifier: MIT */
#include "review.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "format.h"
#include "mem.h"
#include "replay_print.h"
#include "report.h"
#include "source.h"
#include "text.h"
#include "when.h"

#define SHORTEST_NS SLI_MINUTES(10)
#define LONGEST_NS SLI_DAYS(366)

/* The end of the last slot that anything opened; 0: none. */
static void
find_last(const struct sli_snapshot *snapshot, void *arg)
{
	uint64_t *last_ns = arg;
	struct sli_indicator_view view;
	uint32_t i;

	for (i = 0; i < sli_snapshot_indicator_count(snapshot); i++)
		if (sli_snapshot_indicator(snapshot, i, &view) == SLI_OK &&
		    view.last_ns > *last_ns)
			*last_ns = view.last_ns;
}

/* Now, or with the last event of a file that no process has open. */
static uint64_t
end_of_file(struct sli_registry *reg, const struct sli_registry_info *info)
{
	uint64_t now = sli_clock_ns(), last = 0;

	/* It is a view: that does not bring it to this time. */
	if (sli_flush(reg, now, find_last, &last) == SLI_OK)
		sli_flush_forget(reg, find_last, &last);
	return last != 0 && (info->process_count == 0 || last > now) ? last :
								       now;
}

/*
 * Windows end at `at`. If that is before the last event, so is what they say:
 * then look from the end at what was before. `end` is where the review ends if
 * nobody says so; 0: of a file, as above.
 */
static int
find_range(const struct options *o, struct sli_registry *reg, uint64_t end,
    struct review *r, struct sli_error *err)
{
	char from[FORMAT_MAX], to[FORMAT_MAX];

	if (end == 0)
		end = end_of_file(reg, &r->info);
	r->to_ns = end;
	if (o->given & OPTION_BIT(OPTION_TO))
		r->to_ns = when_ns(&o->to, sli_clock_ns());
	r->from_ns = r->to_ns > o->span_ns ? r->to_ns - o->span_ns : 0;
	if (o->given & OPTION_BIT(OPTION_FROM))
		r->from_ns = when_ns(&o->from, sli_clock_ns());
	r->at_ns = r->to_ns > end ? r->to_ns : end;
	if (r->from_ns < r->to_ns && r->to_ns - r->from_ns >= SHORTEST_NS &&
	    r->to_ns - r->from_ns <= LONGEST_NS)
		return SLI_OK;
	return report_set(err, SLI_EINVAL,
	    "--from %s is not valid; accepted: 10 minutes to 366 days before "
	    "the end, which is %s",
	    format_time(from, r->from_ns), format_time(to, r->to_ns));
}

static int
print_html(const struct options *o, const struct review *r)
{
	FILE *to = stdout;
	int failed;

	if (o->html_path != NULL)
		to = fopen(o->html_path, "w");
	if (to == NULL)
		return report_fail(EXIT_FILE, SLI_EIO, "%s: %s", o->html_path,
		    strerror(errno));
	review_html(r, to);
	if (to == stdout)
		return report_written(EXIT_DONE);
	failed = ferror(to);
	if (fclose(to) != 0 || failed)
		return report_fail(EXIT_FILE, SLI_EIO, "%s: %s", o->html_path,
		    strerror(errno));
	return EXIT_DONE;
}

static int
print(const struct options *o, const struct review *r)
{
	if (o->html)
		return print_html(o, r);
	if (o->json)
		review_json(r);
	else if (o->markdown)
		review_markdown(r, stdout);
	else
		review_text(r, stdout);
	return report_written(EXIT_DONE);
}

static int
review_registry(const struct options *o, struct sli_registry *reg,
    const char *path, uint64_t end_ns)
{
	struct sli_error err = { SLI_OK, "" };
	struct review r;
	int status;

	memset(&r, 0, sizeof(r));
	r.path = mem_string(path);
	if (sli_registry_info(reg, &r.info) != SLI_OK ||
	    find_range(o, reg, end_ns, &r, &err) != SLI_OK)
		status = report_error(EXIT_USAGE, &err);
	else if (review_collect(&r, reg, &err) != SLI_OK)
		status = report_file(EXIT_FILE, path, &err);
	else
		status = print(o, &r);
	review_free(&r);
	return status;
}

static int
review_file(const struct options *o)
{
	struct sli_error err = { SLI_OK, "" };
	struct source s;
	int status;

	if (o->arg_count > 2)
		return report_fail(EXIT_USAGE, SLI_EINVAL,
		    "one file at a time; of logs, which can be more, say what "
		    "is good: --slo FILE or --objective 99.9");
	memset(&s, 0, sizeof(s));
	if (source_open(&s, o->args[1], &err) != SLI_OK)
		return report_file(EXIT_FILE, o->args[1], &err);
	status = review_registry(o, s.registry, o->args[1], 0);
	source_close(&s);
	return status;
}

/* What is before the review is read, too: budgets are of a period. */
static int
review_logs(const struct options *o)
{
	struct sli_error err = { SLI_OK, "" };
	struct options all = *o;
	struct replay_result replay;
	int status;

	all.given &= ~(OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_TO));
	memset(&replay, 0, sizeof(replay));
	err.status = replay_run(&all, &replay, &err);
	if (err.status != SLI_OK)
		status = report_error(replay_exit(err.status), &err);
	else {
		replay_warn(&replay);
		status = review_registry(o, replay.reg, o->args[1],
		    replay.to_ns);
	}
	replay_result_free(&replay);
	return status;
}

int
command_review(const struct options *o)
{
	uint64_t of_logs = OPTION_BIT(OPTION_SLO) |
	    OPTION_BIT(OPTION_OBJECTIVE);

	if (o->json + o->markdown + o->html > 1)
		return report_fail(EXIT_USAGE, SLI_EINVAL,
		    "one of --json, --markdown and --html");
	if (o->markdown || o->html)
		text_use_utf8();
	return o->given & of_logs ? review_logs(o) : review_file(o);
}
