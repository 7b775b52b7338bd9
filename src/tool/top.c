/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* isatty */

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "doc_view.h"
#include "draw.h"
#include "report.h"
#include "screen.h"
#include "show.h"
#include "source.h"

/* ---- keys ---- */

static void
step_window(struct draw *d, int by)
{
	const struct view *v = &d->view;
	uint32_t i;

	for (i = 0; i + 1 < v->window_count; i++)
		if (v->windows[i] >= d->window_ns)
			break;
	if (by > 0 && i + 1 < v->window_count)
		i++;
	if (by < 0 && i > 0)
		i--;
	d->window_ns = v->windows[i];
}

static void
scroll_by(struct draw *d, int by)
{
	long at = (long)d->scroll[d->focus] + by;

	/* The upper bound is where the rows end, which draw() knows. */
	d->scroll[d->focus] = at < 0 ? 0 : (size_t)at;
}

static void
sort_by(struct draw *d, int by)
{
	d->sort = (enum sort_key)(((int)d->sort + SORT_KEYS + by) % SORT_KEYS);
	d->scroll[DRAW_INDICATORS] = 0;
}

/* What a key does to what is seen; 0 for the one that ends it. */
static int
on_key(struct draw *d, int key)
{
	int page = screen_rows() / 2;

	if (d->help) {
		d->help = 0;
		return key != 'q';
	}
	switch (key) {
	case 'q':
		return 0;
	case 'h':
	case '?':
		d->help = 1;
		break;
	case 'p':
	case ' ':
		d->paused = !d->paused;
		break;
	case 's':
		sort_by(d, 1);
		break;
	case 'S':
		sort_by(d, -1);
		break;
	case 'r':
		d->reverse = !d->reverse;
		break;
	case '+':
	case '=':
		step_window(d, 1);
		break;
	case '-':
		step_window(d, -1);
		break;
	case '\t':
		d->focus = d->focus == DRAW_SLOS ? DRAW_INDICATORS : DRAW_SLOS;
		break;
	case KEY_UP:
	case 'k':
		scroll_by(d, -1);
		break;
	case KEY_DOWN:
	case 'j':
		scroll_by(d, 1);
		break;
	case KEY_PPAGE:
		scroll_by(d, -page);
		break;
	case KEY_NPAGE:
		scroll_by(d, page);
		break;
	case KEY_HOME:
	case 'g':
		d->scroll[d->focus] = 0;
		break;
	case KEY_END:
	case 'G':
		scroll_by(d, 1 << 20);
		break;
	case 'L' - '@':
		screen_redraw();
		break;
	default:
		break;
	}
	return 1;
}

/* ---- live ---- */

/* Until somebody ends it. */
static void
watch(struct source *s, struct draw *d)
{
	uint64_t next_ns = screen_clock_ns() + d->interval_ns, now_ns;
	enum screen_event event;
	int key = 0;

	for (;;) {
		draw(d, s->message);
		event = screen_wait(next_ns, &key);
		if (event == SCREEN_GONE)
			return;
		if (event == SCREEN_KEY && !on_key(d, key))
			return;
		now_ns = screen_clock_ns();
		if (now_ns >= next_ns)
			next_ns = now_ns + d->interval_ns;
		else if (event != SCREEN_KEY ||
		    s->request.window_ns == d->window_ns)
			continue;
		/* While paused what is seen stays, its window too. */
		if (d->paused)
			continue;
		s->request.window_ns = d->window_ns;
		source_follow(s, &d->view);
	}
}

static int
top_live(struct source *s, struct view *v, const struct options *o)
{
	struct draw d;

	memset(&d, 0, sizeof(d));
	d.path = s->path;
	d.view = *v;
	d.window_ns = o->window_ns;
	d.interval_ns = o->interval_ns;
	d.sort = o->sort;
	d.reverse = o->reverse;
	d.focus = DRAW_INDICATORS;
	watch(s, &d);
	screen_close();
	*v = d.view;
	screen_end_by_signal();
	return EXIT_DONE;
}

static int
print_once(const struct source *s, struct view *v, const struct options *o)
{
	rows_sort(v, o->sort, o->reverse);
	if (o->json)
		doc_print(doc_view(v, s->path));
	else
		show_tables(v, o->sort, stdout);
	return report_written(EXIT_DONE);
}

int
command_top(const struct options *o)
{
	struct source s;
	struct sli_error err = { SLI_OK, "" };
	struct view v;
	int status;

	memset(&s, 0, sizeof(s));
	s.request.window_ns = o->window_ns;
	s.request.annotations = 1;
	s.request.records = SLI_ALERT_LOG_MAX;
	if (source_open(&s, o->args[1], &err) != SLI_OK)
		return report_file(EXIT_FILE, o->args[1], &err);
	if (source_read(&s, &v, &err) != SLI_OK) {
		source_close(&s);
		return report_file(EXIT_FILE, o->args[1], &err);
	}
	if (o->once || o->json || !isatty(STDIN_FILENO) ||
	    !isatty(STDOUT_FILENO) || screen_open() != 0)
		status = print_once(&s, &v, o);
	else
		status = top_live(&s, &v, o);
	view_free(&v);
	source_close(&s);
	return status;
}
