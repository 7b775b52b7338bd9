/* SPDX-License-Identifier: MIT */
#include "burnrate.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

const char *const burnrate_names[] = { "01_steady_0p05pct", "02_outage_1m",
	"03_outage_5m", "05_slow_burn_0p15pct_3d", "06_burn_2pct_6h",
	"08_burn_0p4pct_2d", "09_flapping_2of10", "10_low_traffic_1rpm_1bad",
	"12_idle_gap_after_outage", "14_restart_during_burn",
	"16_cold_start_outage", "17_boundary_exactly_14p4x",
	"21_budget_rolloff_35d" };

const size_t burnrate_count = LENGTH(burnrate_names);

static const char *const alert_names[BURN_ALERTS] = { "page_14.4x_1h_5m",
	"page_6x_6h_30m", "ticket_3x_1d_2h", "ticket_1x_3d_6h" };

/* A whole file of the scenario, as a string that the caller frees. */
static char *
read_text(const char *name, const char *ending)
{
	char path[512], *text;
	long bytes;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/burnrate/%s.%s", TEST_DATA, name,
	    ending);
	file = fopen(path, "r");
	if (file == NULL || fseek(file, 0, SEEK_END) != 0)
		fail_msg("cannot read %s", path);
	bytes = ftell(file);
	rewind(file);
	text = calloc(1, (size_t)bytes + 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, (size_t)bytes, file), bytes);
	(void)fclose(file);
	return text;
}

static void
parse_rows(const char *text, struct burnrate *b)
{
	const char *line = strchr(text, '\n');
	struct burn_row *row;
	size_t lines = 0;

	for (; line != NULL; line = strchr(line + 1, '\n'))
		lines++;
	/* One more than there are rows: the first line names the columns. */
	b->rows = calloc(lines, sizeof(*b->rows));
	b->before = calloc(lines, sizeof(*b->before));
	assert_non_null(b->rows);
	assert_non_null(b->before);
	for (line = strchr(text, '\n'); line[1] != '\0';
	     line = strchr(line + 1, '\n')) {
		row = &b->rows[b->row_count++];
		if (sscanf(line + 1, "%" SCNu64 ",%" SCNu64 ",%" SCNu64,
			&row->t_s, &row->good, &row->bad) != 3)
			fail_msg("%s, row %zu", b->name, b->row_count);
	}
}

/*
 * The JSON is what one program wrote: an object on one line, without a space
 * around values, and each key but those of the alerts in it once.
 */
static const char *
value_of(const struct burnrate *b, const char *json, const char *key)
{
	char quoted[64];
	const char *at;

	(void)snprintf(quoted, sizeof(quoted), "\"%s\":", key);
	at = strstr(json, quoted);
	if (at == NULL)
		fail_msg("%s: no %s", b->name, key);
	return at + strlen(quoted);
}

static uint64_t
whole_number(const struct burnrate *b, const char *json, const char *key)
{
	return strtoull(value_of(b, json, key), NULL, 10);
}

/*
 * From the bracket or comma before an element to the one after it; NULL behind
 * the last. An element is a number, or an array of a number and a value.
 */
static const char *
next(const char *at, uint64_t *t_s, const char **value)
{
	bool is_pair = at[1] == '[';
	char *end;

	if (at[0] == ']' || at[1] == ']')
		return NULL;
	*t_s = strtoull(at + 1 + is_pair, &end, 10);
	*value = end + 1;
	return is_pair ? strchr(end, ']') + 1 : end;
}

static size_t
length(const char *at)
{
	const char *value;
	uint64_t t_s;
	size_t n;

	for (n = 0; (at = next(at, &t_s, &value)) != NULL; n++)
		;
	return n;
}

static void
parse_times(const char *at, struct burn_changes *out)
{
	const char *value;
	size_t i;

	out->count = length(at);
	out->t_s = calloc(out->count + 1, sizeof(*out->t_s));
	assert_non_null(out->t_s);
	for (i = 0; i < out->count; i++)
		at = next(at, &out->t_s[i], &value);
}

static void
parse_alerts(const struct burnrate *b, const char *json, const char *key,
    struct burn_changes *out)
{
	const char *alerts = value_of(b, json, key);
	uint32_t i;

	for (i = 0; i < BURN_ALERTS; i++)
		parse_times(value_of(b, alerts, alert_names[i]), &out[i]);
}

static void
parse_budget(const struct burnrate *b, const char *at, struct burnrate *out)
{
	const char *value;
	size_t i;

	out->budget_count = length(at);
	assert_true(out->budget_count >= b->row_count * b->step_s / 3600);
	out->budget = calloc(out->budget_count, sizeof(*out->budget));
	assert_non_null(out->budget);
	for (i = 0; i < out->budget_count; i++) {
		at = next(at, &out->budget[i].t_s, &value);
		out->budget[i].remaining = strtod(value, NULL);
	}
}

static void
parse_expectations(const char *json, struct burnrate *b)
{
	const char *least = value_of(b, json, "budget_min");

	b->objective = strtod(value_of(b, json, "objective"), NULL);
	b->period_s = whole_number(b, json, "budget_window_s");
	b->step_s = whole_number(b, json, "step_s");
	parse_alerts(b, json, "alerts", b->alert);
	parse_times(value_of(b, json, "restart_after_t"), &b->restart);
	if (b->restart.count > 0)
		parse_alerts(b, json,
		    "alerts_if_all_state_is_lost_at_each_restart",
		    b->forgetful);
	parse_budget(b, value_of(b, json, "budget_remaining_hourly"), b);
	b->least.remaining = strtod(value_of(b, least, "value"), NULL);
	b->least.t_s = whole_number(b, least, "t");
	/* Of "null" it is 0. */
	b->spent_t_s = whole_number(b, json, "budget_first_le_0_t");
}

void
burnrate_load(const char *name, struct burnrate *out)
{
	const struct burn_row *all;
	char *text, *json;
	size_t i;

	memset(out, 0, sizeof(*out));
	out->name = name;
	text = read_text(name, "csv");
	json = read_text(name, "json");
	parse_rows(text, out);
	parse_expectations(json, out);
	assert_int_equal(out->row_count, whole_number(out, json, "rows"));
	for (i = 0; i < out->row_count; i++) {
		out->before[i + 1].good = out->before[i].good +
		    out->rows[i].good;
		out->before[i + 1].bad = out->before[i].bad + out->rows[i].bad;
	}
	all = &out->before[out->row_count];
	assert_int_equal(all->good, whole_number(out, json, "total_good"));
	assert_int_equal(all->bad, whole_number(out, json, "total_bad"));
	free(text);
	free(json);
}

void
burnrate_free(struct burnrate *b)
{
	uint32_t i;

	for (i = 0; i < BURN_ALERTS; i++) {
		free(b->alert[i].t_s);
		free(b->forgetful[i].t_s);
	}
	free(b->restart.t_s);
	free(b->budget);
	free(b->before);
	free(b->rows);
}

struct burn_row
burnrate_sum(const struct burnrate *b, uint64_t t_s, uint64_t window_s)
{
	uint64_t from_s = t_s > window_s ? t_s - window_s : 0;
	struct burn_row sum = b->before[t_s / b->step_s];

	sum.good -= b->before[from_s / b->step_s].good;
	sum.bad -= b->before[from_s / b->step_s].bad;
	sum.t_s = t_s;
	return sum;
}
