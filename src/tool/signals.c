/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "doc.h"
#include "format.h"
#include "mem.h"
#include "name.h"
#include "report.h"
#include "source.h"
#include "table.h"
#include "text.h"

struct row {
	char *title;
	struct sli_signals signals;
};

/* The rows of a registry, as a flush hands its indicators out. */
struct rows {
	const struct selector *only; /* NULL: all */
	uint64_t window_ns;
	struct row *row;
	uint32_t count;
};

static void
collect(const struct sli_snapshot *s, void *arg)
{
	struct rows *rows = arg;
	uint32_t i, n = sli_snapshot_indicator_count(s);
	struct sli_indicator_view ind;
	struct row *row;

	rows->row = mem_array(n + 1, sizeof(*rows->row));
	for (i = 0; i < n; i++) {
		if (sli_snapshot_indicator(s, i, &ind) != SLI_OK ||
		    (rows->only != NULL &&
			!selector_matches(rows->only, ind.name, ind.labels,
			    ind.label_count)))
			continue;
		row = &rows->row[rows->count];
		if (sli_signals(ind.indicator, sli_snapshot_now(s),
			rows->window_ns, &row->signals) != SLI_OK)
			continue;
		row->title = name_title_new(ind.name, ind.labels,
		    ind.label_count);
		rows->count++;
	}
}

static int
compare(const void *left, const void *right)
{
	const struct row *a = left, *b = right;

	return strcmp(a->title, b->title);
}

/* ---- as a table ---- */

enum { NAME, RATE, ERRORS, P50, P90, P99, FLIGHT, CAPACITY, SATURATION, END };

static const struct column columns[END] = {
	{ "INDICATOR", 0, 0, 0 },
	{ "RATE/s", 1, 6, 9 },
	{ "ERRORS", 1, 7, 10 },
	{ "P50", 1, 6, 4 },
	{ "P90", 1, 6, 2 },
	{ "P99", 1, 6, 7 },
	{ "INFL", 1, 5, 3 },
	{ "CAPACITY", 1, 8, 5 },
	{ "SATUR", 1, 6, 8 },
};

static void
put_latency(struct table *t, size_t column, const struct sli_signals *s,
    uint64_t ns)
{
	char buf[FORMAT_MAX];

	table_cell(t, column, s->has_latency ? STYLE_PLAIN : STYLE_DIM, "%s",
	    s->has_latency ? format_latency(buf, ns) : "-");
}

static void
put_row(struct table *t, const struct row *row)
{
	const struct sli_signals *s = &row->signals;
	char buf[FORMAT_MAX], *clean = text_clean_new(row->title);

	table_row(t);
	table_cell(t, NAME, STYLE_PLAIN, "%s", clean);
	free(clean);
	table_cell(t, RATE, STYLE_PLAIN, "%s",
	    s->covered_ns == 0 ? "-" : format_rate(buf, s->rate));
	table_cell(t, ERRORS, STYLE_PLAIN, "%s",
	    format_percent(buf, s->counts.bad, s->counts.good + s->counts.bad));
	put_latency(t, P50, s, s->p50_ns);
	put_latency(t, P90, s, s->p90_ns);
	put_latency(t, P99, s, s->p99_ns);
	table_cell(t, FLIGHT, STYLE_PLAIN, "%s",
	    format_count(buf, s->in_flight));
	if (s->capacity > 0) {
		table_cell(t, CAPACITY, STYLE_PLAIN, "%s%.0f",
		    s->capacity_is_learned ? "~" : "", s->capacity);
		table_cell(t, SATURATION, STYLE_PLAIN, "%s",
		    format_share(buf, s->saturation));
	} else {
		table_cell(t, CAPACITY, STYLE_DIM, "-");
		table_cell(t, SATURATION, STYLE_DIM, "-");
	}
}

static void
print_table(const struct rows *rows)
{
	struct table t;
	uint32_t i;
	int learned = 0;

	table_begin(&t, columns, END);
	for (i = 0; i < rows->count; i++) {
		put_row(&t, &rows->row[i]);
		learned |= rows->row[i].signals.capacity_is_learned &&
		    rows->row[i].signals.capacity > 0;
	}
	table_print_within(&t, text_columns(stdout), stdout);
	table_end(&t);
	if (learned)
		puts("\n~ learned from the last hour: no more than it has "
		     "shown");
}

/* ---- as JSON ---- */

static json_t *
doc_row(const struct row *row)
{
	const struct sli_signals *s = &row->signals;
	json_t *o = json_object();

	doc_put(o, "title", doc_text(row->title));
	doc_put_number(o, "window_ns", s->window_ns);
	doc_put_number(o, "covered_ns", s->covered_ns);
	doc_put(o, "rate",
	    s->covered_ns == 0 ? json_null() : doc_real(s->rate));
	doc_put_number(o, "good", s->counts.good);
	doc_put_number(o, "bad", s->counts.bad);
	doc_put_number(o, "shed", s->counts.shed);
	doc_put_number(o, "ignored", s->counts.ignored);
	doc_put(o, "error_ratio",
	    s->counts.good + s->counts.bad == 0 ? json_null() :
						  doc_real(s->error_ratio));
	doc_put(o, "p50_ns",
	    s->has_latency ? doc_number(s->p50_ns) : json_null());
	doc_put(o, "p90_ns",
	    s->has_latency ? doc_number(s->p90_ns) : json_null());
	doc_put(o, "p99_ns",
	    s->has_latency ? doc_number(s->p99_ns) : json_null());
	doc_put_number(o, "in_flight", s->in_flight);
	doc_put(o, "capacity",
	    s->capacity > 0 ? doc_real(s->capacity) : json_null());
	doc_put(o, "capacity_is_learned", json_boolean(s->capacity_is_learned));
	doc_put(o, "saturation",
	    s->capacity > 0 ? doc_real(s->saturation) : json_null());
	return o;
}

static void
print_json(const struct rows *rows, uint64_t now_ns)
{
	json_t *root = json_object(), *list = json_array();
	uint32_t i;

	for (i = 0; i < rows->count; i++)
		json_array_append_new(list, doc_row(&rows->row[i]));
	doc_put_time(root, "now_ns", "now_at", now_ns);
	doc_put(root, "indicators", list);
	doc_print(root);
}

/* ---- the command ---- */

static int
print(struct sli_registry *reg, const struct options *o, struct rows *rows)
{
	struct sli_error err = { SLI_OK, "" };
	uint64_t now_ns = sli_clock_ns();

	/* What is found in a file while it is cut is not what it had. */
	if (sli_flush(reg, now_ns, collect, rows) != SLI_OK ||
	    sli_registry_status(reg, &err) == SLI_EIO)
		return report_file(EXIT_FILE, o->args[1], &err);
	if (rows->count == 0 && rows->only != NULL)
		return report_fail(EXIT_NO, SLI_ENOENT,
		    "%s has no indicator \"%s\"", o->args[1], o->args[2]);
	qsort(rows->row, rows->count, sizeof(*rows->row), compare);
	if (o->json)
		print_json(rows, now_ns);
	else
		print_table(rows);
	return report_written(EXIT_DONE);
}

static int
print_file(const struct options *o, const struct selector *only)
{
	struct sli_error err = { SLI_OK, "" };
	struct rows rows = { only, o->window_ns, NULL, 0 };
	struct source s;
	int status;

	memset(&s, 0, sizeof(s));
	if (source_open(&s, o->args[1], &err) != SLI_OK)
		return report_file(EXIT_FILE, o->args[1], &err);
	status = print(s.registry, o, &rows);
	source_close(&s);
	while (rows.count > 0)
		free(rows.row[--rows.count].title);
	free(rows.row);
	return status;
}

int
command_signals(const struct options *o)
{
	struct sli_error err = { SLI_OK, "" };
	struct selector only;
	int status;

	if (o->arg_count == 2)
		return print_file(o, NULL);
	if (selector_parse(o->args[2], &only, &err) != SLI_OK)
		return report_error(EXIT_USAGE, &err);
	status = print_file(o, &only);
	selector_free(&only);
	return status;
}
