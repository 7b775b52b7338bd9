/* SPDX-License-Identifier: MIT */
/*
 * Of each series two lists are kept: what was written, and what was before
 * that, so that an export can be undone. A list has a bucket's lower bound and
 * count, ascending, of the buckets in use.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <sli/export_hlog.h>
#include <sli/export_snapshot.h>
#include <sli/latency.h>

#include "export/config.h"
#include "export/hlog_tag.h"
#include "export/series.h"

#define DIGITS 3

struct counted {
	uint64_t lower, count;
};

struct list {
	struct counted *buckets;
	size_t used, room;
	uint64_t until_ns; /* so far it was written; 0: nothing was */
};

struct series {
	char tag[SLI_HLOG_TAG_MAX + 1]; /* "": of a free place */
	struct list written, before;
	uint64_t round; /* of the export that changed it last */
};

struct sli_interval_log {
	struct sli_hlog_writer writer;
	struct series *series; /* by the indicator's place, good and bad */
	uint32_t series_count;
	uint64_t round; /* the number of the last export */
	bool has_header, had_header;
};

int
sli_interval_log_create(struct sli_interval_log **out, struct sli_error *err)
{
	if (out == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "out is NULL");
	*out = calloc(1, sizeof(**out));
	if (*out == NULL)
		return sli__addon_fail(err, SLI_ENOMEM,
		    "no memory for a log of %zu bytes", sizeof(**out));
	return SLI_OK;
}

static void
forget(struct series *series)
{
	free(series->written.buckets);
	free(series->before.buckets);
	memset(series, 0, sizeof(*series));
}

void
sli_interval_log_destroy(struct sli_interval_log *log)
{
	uint32_t i;

	if (log == NULL)
		return;
	for (i = 0; i < log->series_count; i++)
		forget(&log->series[i]);
	free(log->series);
	free(log);
}

void
sli_interval_log_restart(struct sli_interval_log *log)
{
	if (log != NULL)
		log->has_header = log->had_header = false;
}

static void
exchange(struct series *series)
{
	struct list list = series->written;

	series->written = series->before;
	series->before = list;
}

void
sli_interval_log_undo(struct sli_interval_log *log)
{
	uint32_t i;

	if (log == NULL || log->round == 0)
		return;
	for (i = 0; i < log->series_count; i++)
		if (log->series[i].round == log->round) {
			exchange(&log->series[i]);
			log->series[i].round = 0;
		}
	log->has_header = log->had_header;
}

/* ---- what is new of a series ---- */

/* What there is of a series now, and how much of it is not written yet. */
struct reading {
	const struct list *written;
	struct list *now;
	uint64_t highest_ns;
	struct sli_hdr *fresh; /* NULL: nothing */
	size_t at;	       /* in what is written */
	bool has_shrunk, failed;
};

static bool
append(struct list *list, uint64_t lower, uint64_t count)
{
	size_t room = list->room == 0 ? 32 : 2 * list->room;
	struct counted *more;

	if (list->used == list->room) {
		more = realloc(list->buckets, room * sizeof(*more));
		if (more == NULL)
			return false;
		list->buckets = more;
		list->room = room;
	}
	list->buckets[list->used].lower = lower;
	list->buckets[list->used].count = count;
	list->used++;
	return true;
}

/* The buckets of `fresh` are finer than any that an indicator can have. */
static void
add_fresh(struct reading *r, const struct sli_bucket *bucket, uint64_t count)
{
	uint64_t highest = r->highest_ns > INT64_MAX / 2 ? INT64_MAX :
	    r->highest_ns < 1				 ? 2 :
							   2 * r->highest_ns;
	uint64_t value = bucket->lower;

	if (r->fresh == NULL &&
	    sli_hdr_create(1, highest, DIGITS, &r->fresh, NULL) != SLI_OK) {
		r->failed = true;
		return;
	}
	if (bucket->upper != UINT64_MAX)
		value += (bucket->upper - bucket->lower) / 2;
	sli_hdr_record(r->fresh, value, count);
}

static void
read_bucket(const struct sli_bucket *bucket, void *arg)
{
	struct reading *r = arg;
	const struct list *written = r->written;
	uint64_t had = 0;

	/* One that is in use stays in use, and only grows. */
	if (r->at < written->used &&
	    written->buckets[r->at].lower <= bucket->lower) {
		if (written->buckets[r->at].lower != bucket->lower)
			r->has_shrunk = true;
		had = written->buckets[r->at++].count;
	}
	if (had > bucket->count)
		r->has_shrunk = true;
	if (!append(r->now, bucket->lower, bucket->count))
		r->failed = true;
	if (!r->has_shrunk && had < bucket->count)
		add_fresh(r, bucket, bucket->count - had);
}

static void
read_totals(struct reading *r, struct series *series,
    const struct sli_indicator_view *view, enum sli_outcome outcome)
{
	memset(r, 0, sizeof(*r));
	r->written = &series->written;
	r->now = &series->before;
	r->now->used = 0;
	r->highest_ns = view->highest_ns;
	sli_total_buckets(view->indicator, outcome, read_bucket, r);
	if (r->at < r->written->used)
		r->has_shrunk = true;
}

/* Once more, if it counts less than was written: as one that is new. */
static int
read_series(struct reading *r, struct series *series,
    const struct sli_indicator_view *view, enum sli_outcome outcome,
    struct sli_error *err)
{
	read_totals(r, series, view, outcome);
	if (r->has_shrunk) {
		sli_hdr_destroy(r->fresh);
		series->written.used = 0;
		read_totals(r, series, view, outcome);
	}
	if (!r->failed)
		return SLI_OK;
	return sli__addon_fail(err, SLI_ENOMEM,
	    "no memory for the latencies of %s", view->name);
}

/* ---- writing ---- */

static uint64_t
start_of(const struct sli_interval_log *log, const struct series *series,
    const struct sli_indicator_view *view, uint64_t now_ns)
{
	uint64_t start_ns = series->written.until_ns;

	if (start_ns == 0)
		start_ns = view->birth_ns;
	if (log->has_header && start_ns < log->writer.start_ns)
		start_ns = log->writer.start_ns;
	return start_ns < now_ns ? start_ns : now_ns;
}

static int
export_series(struct sli_interval_log *log, struct series *series,
    const struct sli_indicator_view *view, enum sli_outcome outcome,
    uint64_t now_ns, struct sli_error *err)
{
	uint64_t start_ns = start_of(log, series, view, now_ns);
	struct reading r;
	int status = read_series(&r, series, view, outcome, err);

	if (status == SLI_OK && r.fresh != NULL)
		status = sli_hlog_write(&log->writer, series->tag, start_ns,
		    now_ns - start_ns, r.fresh, err);
	sli_hdr_destroy(r.fresh);
	if (status != SLI_OK)
		return status;
	series->before.until_ns = now_ns;
	exchange(series);
	series->round = log->round;
	return SLI_OK;
}

/* A place may have been given to another indicator meanwhile. */
static int
export_indicator(struct sli_interval_log *log, uint32_t index,
    const struct sli_indicator_view *view, uint64_t now_ns,
    struct sli_error *err)
{
	static const enum sli_outcome outcomes[] = { SLI_GOOD, SLI_BAD };
	char tag[SLI_HLOG_TAG_MAX + 1];
	struct series *series;
	int status = SLI_OK, i;

	for (i = 0; i < 2 && status == SLI_OK; i++) {
		series = &log->series[2 * index + (uint32_t)i];
		sli__hlog_tag(tag, view, sli__outcome_name(outcomes[i]));
		if (strcmp(series->tag, tag) != 0) {
			forget(series);
			strcpy(series->tag, tag);
		}
		status = export_series(log, series, view, outcomes[i], now_ns,
		    err);
	}
	return status;
}

static int
make_room(struct sli_interval_log *log, uint32_t indicators,
    struct sli_error *err)
{
	uint32_t need = 2 * indicators;
	struct series *more;

	if (need <= log->series_count)
		return SLI_OK;
	more = realloc(log->series, need * sizeof(*more));
	if (more == NULL)
		return sli__addon_fail(err, SLI_ENOMEM,
		    "no memory for %u indicators", indicators);
	memset(more + log->series_count, 0,
	    (need - log->series_count) * sizeof(*more));
	log->series = more;
	log->series_count = need;
	return SLI_OK;
}

/*
 * A log starts when its first interval does: readers would take one that is a
 * year older for relative.
 */
static int
begin_file(struct sli_interval_log *log, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	uint64_t first_ns = sli_snapshot_now(snapshot), start_ns;
	uint32_t i, count = sli_snapshot_indicator_count(snapshot);
	struct sli_indicator_view view;
	int status;

	if (log->has_header) {
		log->writer.write = write;
		log->writer.arg = arg;
		return SLI_OK;
	}
	for (i = 0; i < count; i++) {
		if (sli_snapshot_indicator(snapshot, i, &view) != SLI_OK)
			continue;
		start_ns = start_of(log, &log->series[2 * i], &view, first_ns);
		if (start_ns != 0)
			first_ns = start_ns;
	}
	status = sli_hlog_begin(&log->writer, first_ns, write, arg, err);
	log->has_header = status == SLI_OK;
	return status;
}

int
sli_interval_log_export(struct sli_interval_log *log,
    const struct sli_snapshot *snapshot, sli_export_write_fn *write, void *arg,
    struct sli_error *err)
{
	uint32_t i, count = sli_snapshot_indicator_count(snapshot);
	struct sli_indicator_view view;
	int status;

	if (log == NULL || snapshot == NULL || write == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "%s is NULL",
		    log == NULL		 ? "log" :
			snapshot == NULL ? "snapshot" :
					   "write");
	log->round++;
	log->had_header = log->has_header;
	status = make_room(log, count, err);
	if (status == SLI_OK)
		status = begin_file(log, snapshot, write, arg, err);
	for (i = 0; i < count && status == SLI_OK; i++)
		if (sli_snapshot_indicator(snapshot, i, &view) == SLI_OK)
			status = export_indicator(log, i, &view,
			    sli_snapshot_now(snapshot), err);
	return status;
}
