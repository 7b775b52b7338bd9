/* SPDX-License-Identifier: MIT */
/*
 * A log in virtual time. Lines of all files, merged by time and put in order,
 * go into a registry second by second; its history is moved on once a second,
 * as a service's timer would, so that alerts, micro-outages and silence are
 * judged as they would have been.
 */
#define _POSIX_C_SOURCE 200809L /* access */

#include "replay.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log_input.h"
#include "mem.h"
#include "progress.h"
#include "replay_order.h"
#include "replay_track.h"
#include "report.h"

/* All of them are open at once, since they are merged. */
#define LOGS_MAX 256
#define SLOT_NS SLI_SECONDS(1)
#define LOOK_S 60
#define SLOT_2H SLI_HOURS(2)

/* After so long without an event, beyond the period, nothing changes. */
#define GAP_NS SLI_DAYS(1)

struct log {
	struct log_input input;
	struct log_reader reader;
	struct log_event event; /* its next one */
	int has_event;
};

struct replay {
	struct replay_track *track;
	struct replay_result *result;
	struct replay_order order;
	struct sli_writer *writer; /* nobody else counts */
	struct log *log;
	uint32_t log_count;
	struct progress progress;
};

/* ---- the registry ---- */

static uint32_t
groups_of(const struct replay_config *c)
{
	return c->group_by == NULL ? 1 : LOG_GROUPS_MAX;
}

/* The default history, made longer where a period needs it. */
static void
choose_history(const struct replay_config *c, struct sli_registry_config *cfg)
{
	static const struct sli_level levels[] = { { SLI_SECONDS(1), 128, 0 },
		{ SLI_SECONDS(10), 384, 0 }, { SLI_MINUTES(5), 900, 0 },
		{ SLOT_2H, 400, 0 } };

	/* Of a week, which is what is reviewed. */
	static const struct sli_level latency[] = { { SLI_SECONDS(10), 8, 0 },
		{ SLI_MINUTES(1), 12, 0 }, { SLI_MINUTES(10), 14, 0 },
		{ SLOT_2H, 90, 0 } };

	memcpy(cfg->history, levels, sizeof(levels));
	memcpy(cfg->latency, latency, sizeof(latency));
	if (c->period_ns + SLI_DAYS(3) > 400 * SLOT_2H)
		cfg->history[3].slots =
		    (uint32_t)((c->period_ns + SLI_DAYS(3)) / SLOT_2H);
}

static int
make_registry(struct replay *r, uint64_t now_ns, struct sli_error *err)
{
	const struct replay_config *c = &r->track->config;
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_registry **out = &r->result->reg;
	int status;

	choose_history(c, &cfg);
	cfg.max_indicators = groups_of(c) * (1 + c->slice_count);
	cfg.max_slos = groups_of(c) * c->slo_count;
	cfg.shards = 1;
	cfg.atomic_shards = 1;
	cfg.writer_shards = 1;
	cfg.now_ns = now_ns;
	cfg.sync = SLI_SYNC_NONE;
	status = c->save == NULL ? sli_registry_create(&cfg, out, err) :
				   sli_registry_open(c->save, &cfg, out, err);
	if (status != SLI_OK)
		return status;
	return sli_writer_acquire(*out, &r->writer, err);
}

/* ---- seconds ---- */

static void
count(struct replay *r, uint64_t now_ns, const struct replay_item *item)
{
	struct track_group *group = r->track->group[item->group];
	enum sli_outcome outcome = (enum sli_outcome)item->outcome;

	if (item->begins) {
		sli_begin(group->indicator);
		return;
	}
	if (item->ends)
		sli_end(group->indicator);
	if (!item->has_latency) {
		sli_count(group->indicator, now_ns, outcome, 1);
		return;
	}
	sli_writer_record(r->writer, group->indicator, now_ns, outcome,
	    item->latency_ns);
	if (outcome == SLI_GOOD)
		sli_histogram_record(group->latency, item->latency_ns, 1);
}

static int
count_all(struct replay *r, uint64_t now_ns, const struct replay_second *s,
    struct sli_error *err)
{
	struct replay_track *t = r->track;
	size_t i;
	int status;

	for (i = 0; i < s->count; i++) {
		if (t->group[s->item[i].group] == NULL) {
			status = track_add_group(t, r->result->reg,
			    s->item[i].group, err);
			if (status != SLI_OK)
				return status;
		}
		count(r, now_ns, &s->item[i]);
		if (r->result->from_ns == 0 && !s->item[i].begins)
			r->result->from_ns = now_ns;
	}
	return SLI_OK;
}

static int
next_second(struct replay *r, struct sli_error *err)
{
	uint64_t now_ns = r->order.next * SLOT_NS;
	struct replay_second *s = replay_order_take(&r->order);
	struct replay_result *result = r->result;
	int status = SLI_OK;

	if (result->reg == NULL) {
		if (s->count == 0)
			return SLI_OK;
		status = make_registry(r, now_ns, err);
	}
	if (status != SLI_OK)
		return status;
	if (now_ns / SLOT_NS % LOOK_S == 0)
		track_look(r->track, result->reg, now_ns - 1);
	sli_advance(result->reg, now_ns);
	status = count_all(r, now_ns, s, err);
	s->count = 0;
	result->to_ns = now_ns + SLOT_NS;
	return status;
}

/* Seconds are handed out until there is room for this one. */
static int
make_room(struct replay *r, uint64_t at_ns, struct sli_error *err)
{
	const uint64_t still = (r->track->config.period_ns + GAP_NS) / SLOT_NS;
	struct replay_order *o = &r->order;
	int status = SLI_OK;

	while (status == SLI_OK && replay_order_is_full(o, at_ns)) {
		if (o->next > o->newest + still)
			replay_order_skip(o, at_ns);
		else
			status = next_second(r, err);
	}
	return status;
}

static int
feed(struct replay *r, const struct log_event *event, struct sli_error *err)
{
	int status = make_room(r, event->at_ns, err);

	if (status != SLI_OK)
		return status;
	if (replay_order_put(&r->order, event))
		r->result->used++;
	else
		r->result->late++;
	return SLI_OK;
}

/* All seconds up to the last that has an event. */
static int
drain(struct replay *r, struct sli_error *err)
{
	int status = SLI_OK;

	while (status == SLI_OK && !r->order.is_empty &&
	    r->order.next <= r->order.newest)
		status = next_second(r, err);
	if (status != SLI_OK)
		return status;
	if (r->result->reg == NULL)
		return report_set(err, SLI_ENODATA, "no line could be used%s%s",
		    r->track->problem_count > 0 ? "; the first: " : "",
		    r->track->problem_count > 0 ?
			r->track->problem[0].why.text :
			"");
	track_finish(r->track, r->result->reg, r->result->to_ns);
	return SLI_OK;
}

/* ---- lines ---- */

static int
is_in_range(const struct replay_config *c, uint64_t at_ns)
{
	return at_ns >= c->from_ns && at_ns < c->to_ns;
}

static void
note_end(struct replay *r, const struct log *log)
{
	struct replay_track *t = r->track;

	if (log->input.trouble[0] == '\0')
		return;
	t->trouble = mem_resize(t->trouble, t->trouble_count + 1,
	    sizeof(*t->trouble));
	t->trouble[t->trouble_count++] = mem_string(log->input.trouble);
}

/* The event of one line; 0: it has none. */
static int
read_line(struct replay *r, struct log *log, char *line, size_t length)
{
	struct replay_config *c = &r->track->config;
	struct log_record record;
	struct log_why why;
	enum log_verdict verdict = log_reader_line(&log->reader, line, length,
	    &record, &why);

	if (verdict == LOG_PASSED)
		return 0;
	r->result->lines++;
	if (verdict == LOG_REFUSED ||
	    log_decode(&c->decoder, &log->reader, &record, &log->event, &why) !=
		0) {
		r->result->malformed++;
		track_add_problem(r->track, log->input.path, log->input.lines,
		    &why);
		return 0;
	}
	if (is_in_range(c, log->event.at_ns))
		return 1;
	r->track->outside++;
	return 0;
}

static void
next_event(struct replay *r, struct log *log)
{
	char *line;
	size_t length;

	log->has_event = 0;
	while (log_input_line(&log->input, log_reader_delimiter(&log->reader),
	    &line, &length))
		if (read_line(r, log, line, length)) {
			log->has_event = 1;
			return;
		}
	note_end(r, log);
}

static uint64_t
second_of(const struct log *log)
{
	return log->has_event ? log->event.at_ns / SLOT_NS : UINT64_MAX;
}

/* The log whose next event is the oldest, and until when it stays that. */
static struct log *
oldest(struct replay *r, uint64_t *until)
{
	struct log *first = &r->log[0];
	uint64_t second;
	uint32_t i;

	*until = UINT64_MAX;
	for (i = 1; i < r->log_count; i++) {
		second = second_of(&r->log[i]);
		if (second < second_of(first)) {
			*until = second_of(first);
			first = &r->log[i];
		} else if (second < *until)
			*until = second;
	}
	return first;
}

static void
show_progress(struct replay *r)
{
	uint64_t done = 0;
	uint32_t i;

	for (i = 0; i < r->log_count; i++)
		done += log_input_offset(&r->log[i].input);
	progress_show(&r->progress, done, r->result->lines);
}

static int
merge(struct replay *r, struct sli_error *err)
{
	struct log *log;
	uint64_t until, fed = 0;
	uint32_t i;
	int status = SLI_OK;

	for (i = 0; i < r->log_count; i++)
		next_event(r, &r->log[i]);
	for (;;) {
		log = oldest(r, &until);
		if (!log->has_event)
			return drain(r, err);
		while (log->has_event && second_of(log) <= until) {
			status = feed(r, &log->event, err);
			if (status != SLI_OK)
				return status;
			next_event(r, log);
			if (++fed % 16384 == 0)
				show_progress(r);
		}
	}
}

/* ---- all of it ---- */

static int
open_logs(struct replay *r, const struct options *o, struct sli_error *err)
{
	uint32_t n = (uint32_t)o->arg_count - 1;
	uint64_t total = 0;
	int status, is_known = 1;

	if (n > LOGS_MAX)
		return report_set(err, SLI_ERANGE,
		    "more than %d logs; join some with cat, or zcat", LOGS_MAX);
	r->log = mem_array(n, sizeof(*r->log));
	for (; r->log_count < n; r->log_count++) {
		struct log *log = &r->log[r->log_count];

		status = log_input_open(&log->input, o->args[r->log_count + 1],
		    err);
		if (status != SLI_OK)
			return status;
		log_reader_begin(&log->reader,
		    &r->track->config.decoder.schema);
		total += log->input.size;
		is_known &= log->input.size > 0;
	}
	progress_begin(&r->progress, is_known ? total : 0);
	return SLI_OK;
}

static void
close_logs(struct replay *r)
{
	uint32_t i;

	progress_end(&r->progress);
	for (i = 0; i < r->log_count; i++) {
		log_input_close(&r->log[i].input);
		log_reader_end(&r->log[i].reader);
	}
	free(r->log);
}

static int
run(struct replay *r, const struct options *o, struct sli_error *err)
{
	struct replay_config *c = &r->track->config;
	int status = replay_config_read(o, c, err);

	if (status != SLI_OK)
		return status;
	if (c->save != NULL && access(c->save, F_OK) == 0)
		return report_set(err, SLI_EEXIST,
		    "--save %s: there is such a file, and a log is only "
		    "replayed into a new one",
		    c->save);
	replay_order_begin(&r->order, c->reorder_ns);
	status = open_logs(r, o, err);
	if (status == SLI_OK)
		status = merge(r, err);
	close_logs(r);
	sli_writer_release(r->writer);
	replay_order_end(&r->order);
	return status;
}

int
replay_run(const struct options *o, struct replay_result *out,
    struct sli_error *err)
{
	struct replay r = { .result = out };
	int status;

	memset(out, 0, sizeof(*out));
	r.track = out->track = mem_array(1, sizeof(*out->track));
	status = run(&r, o, err);
	if (status != SLI_OK)
		replay_result_free(out);
	return status;
}

void
replay_result_free(struct replay_result *r)
{
	track_free(r->track);
	sli_registry_close(r->reg);
	r->track = NULL;
	r->reg = NULL;
}
