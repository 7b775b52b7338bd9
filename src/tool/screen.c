/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* ppoll */

#include "screen.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "restore.h"
#include "source.h"
#include "text.h"

#define NS_PER_S 1000000000

static int is_open;
static SCREEN *screen;
static int column; /* of the next text */

static volatile sig_atomic_t ended_by;
static sigset_t waiting_mask;

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* ---- signals ---- */

static void
on_ending(int signal_number)
{
	ended_by = signal_number;
}

static void
handle_ending(void (*handler)(int))
{
	struct sigaction action;
	size_t i;

	memset(&action, 0, sizeof(action));
	action.sa_handler = handler;
	sigemptyset(&action.sa_mask);
	for (i = 0; i < COUNT(ending); i++)
		sigaction(ending[i], &action, NULL);
}

/*
 * Signals come while we wait and at no other time, so that none is missed
 * between a look at it and the wait.
 */
static void
block_signals(void)
{
	sigset_t blocked;
	size_t i;

	sigemptyset(&blocked);
	for (i = 0; i < COUNT(ending); i++)
		sigaddset(&blocked, ending[i]);
	sigaddset(&blocked, SIGWINCH);
	sigprocmask(SIG_BLOCK, &blocked, &waiting_mask);
	for (i = 0; i < COUNT(ending); i++)
		sigdelset(&waiting_mask, ending[i]);
	sigdelset(&waiting_mask, SIGWINCH);
}

/* ---- open, close ---- */

static void
choose_colours(void)
{
	if (!has_colors())
		return;
	start_color();
	use_default_colors();
	init_pair(STYLE_GOOD, COLOR_GREEN, -1);
	init_pair(STYLE_WARN, COLOR_YELLOW, -1);
	init_pair(STYLE_BAD, COLOR_RED, -1);
}

int
screen_open(void)
{
	if (restore_remember() != 0)
		return -1;
	/* Before curses, which leaves alone what is handled already. */
	handle_ending(on_ending);
	screen = newterm(NULL, stdout, stdin);
	if (screen == NULL) {
		handle_ending(SIG_DFL);
		return -1;
	}
	is_open = 1;
	restore_arm();
	atexit(screen_close);
	source_at_death = restore_now;
	block_signals();
	choose_colours();
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	set_escdelay(25);
	return 0;
}

void
screen_close(void)
{
	if (!is_open)
		return;
	/* Where there is no other screen to go back to, a prompt comes here. */
	move(LINES - 1, 0);
	clrtoeol();
	refresh();
	endwin();
	restore_disarm();
	is_open = 0;
	delscreen(screen);
}

void
screen_end_by_signal(void)
{
	int signal_number = ended_by;

	if (signal_number == 0)
		return;
	signal(signal_number, SIG_DFL);
	raise(signal_number);
	sigprocmask(SIG_SETMASK, &waiting_mask, NULL);
}

/* ---- events ---- */

uint64_t
screen_clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static enum screen_event
read_key(int *key)
{
	*key = getch();
	if (*key == KEY_RESIZE)
		return SCREEN_RESIZED;
	return *key == ERR ? SCREEN_TICK : SCREEN_KEY;
}

enum screen_event
screen_wait(uint64_t until_ns, int *key)
{
	struct pollfd in = { STDIN_FILENO, POLLIN, 0 };
	uint64_t now_ns = screen_clock_ns(), left_ns;
	enum screen_event event;
	struct timespec left;
	int n;

	event = read_key(key); /* one may be left in the buffer of curses */
	while (event == SCREEN_TICK && ended_by == 0 && now_ns < until_ns) {
		left_ns = until_ns - now_ns;
		left.tv_sec = (time_t)(left_ns / NS_PER_S);
		left.tv_nsec = (long)(left_ns % NS_PER_S);
		n = ppoll(&in, 1, &left, &waiting_mask);
		if (n < 0 && errno != EINTR)
			return SCREEN_GONE;
		event = read_key(key);
		/* Readable, and nothing to read: its end. */
		if (n > 0 && event == SCREEN_TICK &&
		    (in.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
			return SCREEN_GONE;
		now_ns = screen_clock_ns();
	}
	return ended_by != 0 ? SCREEN_GONE : event;
}

/* ---- drawing ---- */

int
screen_rows(void)
{
	return LINES;
}

int
screen_columns(void)
{
	return COLS;
}

void
screen_begin(void)
{
	erase();
}

void
screen_show(void)
{
	refresh();
}

void
screen_redraw(void)
{
	clearok(stdscr, TRUE);
}

/* Without colours too, each style has a look of its own where it matters. */
static attr_t
attributes(enum style style)
{
	switch (style) {
	case STYLE_HEAD:
		return A_BOLD;
	case STYLE_SORTED:
		return A_BOLD | A_UNDERLINE;
	case STYLE_GOOD:
		return (attr_t)COLOR_PAIR(STYLE_GOOD);
	case STYLE_WARN:
		return A_BOLD | (attr_t)COLOR_PAIR(STYLE_WARN);
	case STYLE_BAD:
		return A_BOLD | (attr_t)COLOR_PAIR(STYLE_BAD);
	case STYLE_DIM:
		return A_DIM;
	case STYLE_PLAIN:
	default:
		return A_NORMAL;
	}
}

void
screen_move(int row, int to_column)
{
	column = to_column;
	move(row, to_column);
}

void
screen_put(const char *text, enum style style)
{
	size_t room = column < COLS ? (size_t)(COLS - column) : 0;
	size_t n = text_fit(text, room);

	if (n == 0)
		return;
	attrset((int)attributes(style));
	addnstr(text, (int)n);
	attrset(A_NORMAL);
	column += (int)text_width(text);
}

void
screen_sink(const char *text, enum style style, void *arg)
{
	(void)arg;
	screen_put(text, style);
}

static void
reverse_row(int row)
{
	mvchgat(row, 0, -1, A_REVERSE, 0, NULL);
}

void
screen_bar(int row, const char *left, const char *right)
{
	size_t used = text_width(left), width = text_width(right);

	if (row < 0 || row >= LINES)
		return;
	screen_move(row, 0);
	screen_put(left, STYLE_PLAIN);
	if (used + width < (size_t)COLS) {
		screen_move(row, COLS - (int)width);
		screen_put(right, STYLE_PLAIN);
	}
	reverse_row(row);
}

void
screen_box(const char *const *lines, int count)
{
	int i, row, left, width = 0;

	for (i = 0; i < count; i++)
		if ((int)text_width(lines[i]) > width)
			width = (int)text_width(lines[i]);
	width += 4;
	row = LINES > count + 2 ? (LINES - count - 2) / 2 : 0;
	left = COLS > width ? (COLS - width) / 2 : 0;
	for (i = -1; i <= count && row < LINES; i++, row++) {
		screen_move(row, left);
		if (i < 0 || i == count) {
			hline('-' | A_NORMAL, width);
			mvaddch(row, left, '+');
			mvaddch(row, left + width - 1, '+');
			continue;
		}
		hline(' ' | A_NORMAL, width);
		mvaddch(row, left, '|');
		screen_move(row, left + 2);
		screen_put(lines[i], STYLE_PLAIN);
		mvaddch(row, left + width - 1, '|');
	}
}
