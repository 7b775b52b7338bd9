/* SPDX-License-Identifier: MIT */
/*
 * HdrHistogram's interval logs: read, filtered, merged, written and printed.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "doc.h"
#include "hlog_sum.h"
#include "hlog_table.h"
#include "log_input.h"
#include "report.h"
#include "text.h"

#define MESSAGE_MAX 300

enum form { FORM_TABLE, FORM_CSV, FORM_HLOG, FORM_JSON };

struct run {
	const struct options *o;
	enum form form;
	double unit; /* what values are divided by */
	uint64_t now_ns;
	hlog_sums sums;
	json_t *problems;
	uint64_t problem_count;
	/* Of what is written as a log: it begins when the first one does. */
	uint64_t start_ns;
	struct sli_hlog_writer writer;
	int has_begun;
};

/* ---- options ---- */

static int
parse_form(const struct options *o, enum form *out)
{
	static const char *const names[] = { "table", "csv", "hlog", "json" };
	const char *text = o->log.format;
	int i;

	*out = o->json ? FORM_JSON : FORM_TABLE;
	if (text == NULL)
		return EXIT_DONE;
	for (i = 0; i < 4; i++)
		if (strcmp(text, names[i]) == 0)
			break;
	if (i == 4)
		return report_fail(EXIT_USAGE, SLI_EINVAL,
		    "--format \"%s\" is not valid; accepted: table, csv, "
		    "hlog, json",
		    text);
	if (o->json && i != FORM_JSON)
		return report_fail(EXIT_USAGE, SLI_EINVAL,
		    "--json and --format %s are two formats", text);
	*out = (enum form)i;
	return EXIT_DONE;
}

static int
parse_unit(const struct options *o, double *out)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = { { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 } };
	size_t i;

	*out = 1;
	if (o->unit == NULL)
		return EXIT_DONE;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(o->unit, units[i].name) == 0) {
			*out = units[i].ns;
			return EXIT_DONE;
		}
	return report_fail(EXIT_USAGE, SLI_EINVAL,
	    "--unit \"%s\" is not valid; accepted: ns, us, ms, s", o->unit);
}

/* What only some of the formats have. */
static int
check_options(const struct run *run)
{
	if ((run->o->given & OPTION_BIT(OPTION_INTERVAL)) &&
	    run->form != FORM_HLOG)
		return report_fail(EXIT_USAGE, SLI_EINVAL,
		    "--interval is of --format hlog; all others merge all "
		    "intervals");
	if (run->o->unit != NULL &&
	    (run->form == FORM_HLOG || run->form == FORM_JSON))
		return report_fail(EXIT_USAGE, SLI_EINVAL,
		    "--unit is of --format table and csv; all others have the "
		    "values of the log");
	return EXIT_DONE;
}

/* +5s is so long after the log's start, not after now. */
static uint64_t
time_of(const struct run *run, const struct when *when, uint64_t start_ns)
{
	if (when->is != WHEN_AHEAD)
		return when_ns(when, run->now_ns);
	return when->ns < UINT64_MAX - start_ns ? start_ns + when->ns :
						  UINT64_MAX;
}

static int
is_asked_for(const struct run *run, const struct sli_hlog_reader *reader,
    const struct sli_hlog_interval *interval)
{
	const struct options *o = run->o;

	if (o->tag != NULL &&
	    (strlen(o->tag) != interval->tag_length ||
		memcmp(o->tag, interval->tag, interval->tag_length) != 0))
		return 0;
	if ((o->given & OPTION_BIT(OPTION_FROM)) &&
	    interval->start_ns < time_of(run, &o->from, reader->start_ns))
		return 0;
	return !(o->given & OPTION_BIT(OPTION_TO)) ||
	    interval->start_ns < time_of(run, &o->to, reader->start_ns);
}

/* ---- what cannot be read ---- */

/* The rest of the log is used nevertheless. */
static void
note_problem(struct run *run, const char *path, const char *message)
{
	char *clean = text_clean_new(message);

	run->problem_count++;
	fprintf(stderr, "sli: %s: %s\n", path, clean);
	free(clean);
	json_array_append_new(run->problems,
	    json_pack("{s:o, s:o}", "file", doc_text(path), "message",
		doc_text(message)));
}

/* ---- a log ---- */

static int
write_stdout(const void *bytes, size_t length, void *arg)
{
	return fwrite(bytes, 1, length, arg) == length ? 0 : -1;
}

static int
write_sum(struct run *run, struct hlog_sum *sum, struct sli_error *err)
{
	int status = SLI_OK;

	if (sum->h == NULL)
		return SLI_OK;
	if (!run->has_begun)
		status = sli_hlog_begin(&run->writer, run->start_ns,
		    write_stdout, stdout, err);
	run->has_begun = 1;
	if (status == SLI_OK)
		status = sli_hlog_write(&run->writer, sum->tag, sum->from_ns,
		    sum->to_ns - sum->from_ns, sum->h, err);
	hlog_sum_reset(sum);
	return status;
}

/* Of a tag, what begins in the same piece of time is one interval. */
static int
write_interval(struct run *run, const struct sli_hlog_interval *interval,
    struct sli_hdr *h, struct sli_error *err)
{
	struct hlog_sum *sum = hlog_sum_of(&run->sums, interval->tag,
	    interval->tag_length);
	int merges = (run->o->given & OPTION_BIT(OPTION_INTERVAL)) != 0;
	uint64_t piece_ns = run->o->interval_ns;
	int status = SLI_OK;

	if (merges && interval->start_ns / piece_ns != sum->from_ns / piece_ns)
		status = write_sum(run, sum, err);
	hlog_sum_add(sum, interval, h);
	if (!merges)
		status = write_sum(run, sum, err);
	return status;
}

/* ---- reading ---- */

static int
use(struct run *run, const struct sli_hlog_interval *interval,
    struct sli_error *err)
{
	struct sli_hdr *h;
	int status = sli_hdr_decode(interval->histogram,
	    interval->histogram_length, 0, &h, err);

	if (status != SLI_OK)
		return status;
	if (run->form == FORM_HLOG)
		return write_interval(run, interval, h, err);
	hlog_sum_add(
	    hlog_sum_of(&run->sums, interval->tag, interval->tag_length),
	    interval, h);
	return SLI_OK;
}

static void
read_lines(struct run *run, struct log_input *in)
{
	struct sli_hlog_reader reader = { 0 };
	struct sli_hlog_interval interval;
	struct sli_error err;
	char message[MESSAGE_MAX], *line;
	size_t length;
	int status;

	while (log_input_line(in, 0, &line, &length)) {
		reader.line = in->lines - 1;
		if (length > LOG_LINE_MAX) {
			snprintf(message, sizeof(message),
			    "line %llu is longer than %d bytes",
			    (unsigned long long)in->lines, LOG_LINE_MAX);
			note_problem(run, in->path, message);
			continue;
		}
		status = sli_hlog_read(&reader, line, length, &interval, &err);
		if (status == 0)
			continue;
		if (status < 0) {
			note_problem(run, in->path, err.message);
			continue;
		}
		if (run->start_ns == 0)
			run->start_ns = reader.start_ns;
		if (is_asked_for(run, &reader, &interval) &&
		    use(run, &interval, &err) != SLI_OK) {
			snprintf(message, sizeof(message), "line %llu: %s",
			    (unsigned long long)in->lines, err.message);
			note_problem(run, in->path, message);
		}
	}
	if (in->trouble[0] != '\0')
		note_problem(run, in->path, in->trouble);
}

/* ---- what is printed ---- */

static json_t *
doc_percentiles(const struct sli_hdr *h)
{
	static const struct {
		const char *name;
		double q;
	} levels[] = { { "50", 0.5 }, { "75", 0.75 }, { "90", 0.9 },
		{ "95", 0.95 }, { "99", 0.99 }, { "99.9", 0.999 },
		{ "99.99", 0.9999 }, { "99.999", 0.99999 } };
	json_t *o = json_object();
	uint64_t value;
	size_t i;

	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (sli_hdr_quantile(h, levels[i].q, &value) == SLI_OK)
			doc_put_number(o, levels[i].name, value);
	return o;
}

static json_t *
doc_sum(const struct hlog_sum *sum)
{
	json_t *o = json_object();
	double mean, variance;
	uint64_t value;

	doc_put(o, "tag", *sum->tag == '\0' ? json_null() : doc_text(sum->tag));
	doc_put_number(o, "intervals", sum->interval_count);
	doc_put_time(o, "from_ns", "from_at", sum->from_ns);
	doc_put_time(o, "to_ns", "to_at", sum->to_ns);
	doc_put_number(o, "count", sli_hdr_count(sum->h));
	if (sli_hdr_min(sum->h, &value) == SLI_OK)
		doc_put_number(o, "min", value);
	if (sli_hdr_max(sum->h, &value) == SLI_OK)
		doc_put_number(o, "max", value);
	if (sli_hdr_mean(sum->h, &mean) == SLI_OK)
		doc_put(o, "mean", doc_real(mean));
	if (sli_hdr_variance(sum->h, &variance) == SLI_OK)
		doc_put(o, "deviation", doc_real(sqrt(variance)));
	doc_put(o, "percentiles", doc_percentiles(sum->h));
	return o;
}

static void
print_json(struct run *run)
{
	json_t *tags = json_array();
	const struct hlog_sum *sum;

	for (sum = run->sums; sum != NULL; sum = sum->next)
		json_array_append_new(tags, doc_sum(sum));
	doc_print(
	    json_pack("{s:o, s:O}", "tags", tags, "problems", run->problems));
}

/* Of several, each says which it is. */
static void
print_tables(const struct run *run)
{
	const struct hlog_sum *sum;
	char *clean;

	for (sum = run->sums; sum != NULL; sum = sum->next) {
		if (run->sums->next != NULL) {
			clean = text_clean_new(sum->tag);
			printf("%s#[Tag = %s]\n", sum == run->sums ? "" : "\n",
			    clean);
			free(clean);
		}
		hlog_table_print(sum->h,
		    run->form == FORM_CSV ? HLOG_CSV : HLOG_TABLE, run->unit);
	}
}

static void
print(struct run *run)
{
	struct sli_error err;
	struct hlog_sum *sum;

	if (run->form == FORM_JSON) {
		print_json(run);
		return;
	}
	if (run->form != FORM_HLOG) {
		print_tables(run);
		return;
	}
	for (sum = run->sums; sum != NULL; sum = sum->next)
		if (write_sum(run, sum, &err) != SLI_OK)
			note_problem(run, "stdout", err.message);
}

static int
read_files(struct run *run)
{
	struct sli_error err = { SLI_OK, "" };
	struct log_input in;
	int i;

	for (i = 1; i < run->o->arg_count; i++) {
		if (log_input_open(&in, run->o->args[i], &err) != SLI_OK)
			return report_error(EXIT_FILE, &err);
		read_lines(run, &in);
		log_input_close(&in);
	}
	if (run->sums == NULL && run->problem_count == 0 &&
	    run->form != FORM_JSON)
		return report_fail(EXIT_NO, SLI_ENODATA,
		    "no interval is of this tag and time");
	print(run);
	return run->problem_count == 0 ? EXIT_DONE : EXIT_NO;
}

int
command_hlog(const struct options *o)
{
	struct run run = { .o = o, .now_ns = sli_clock_ns() };
	int status = parse_form(o, &run.form);

	if (status == EXIT_DONE)
		status = parse_unit(o, &run.unit);
	if (status == EXIT_DONE)
		status = check_options(&run);
	if (status != EXIT_DONE)
		return status;
	run.problems = json_array();
	status = read_files(&run);
	hlog_sums_free(&run.sums);
	json_decref(run.problems);
	return report_written(status);
}
