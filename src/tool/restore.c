/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* sigaction */

#include "restore.h"

#include <curses.h>
#include <signal.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

static struct termios modes;
static char text[256];
static size_t text_len;
static volatile sig_atomic_t is_armed;

static const int crashes[] = { SIGSEGV, SIGABRT, SIGFPE, SIGILL };

#define CRASHES (sizeof(crashes) / sizeof(crashes[0]))

int
restore_remember(void)
{
	return tcgetattr(STDIN_FILENO, &modes);
}

/* For tputs(), which leaves out the padding of a terminfo string. */
static int
keep(int c)
{
	if (text_len < sizeof(text))
		text[text_len++] = (char)c;
	return c;
}

static void
keep_capability(const char *name)
{
	const char *capability = tigetstr(name);

	if (capability != NULL && capability != (const char *)-1)
		tputs(capability, 1, keep);
}

static void
on_crash(int signal_number)
{
	restore_now();
	/* SA_RESETHAND: this time it ends the program. */
	raise(signal_number);
}

static void
handle_crashes(void (*handler)(int))
{
	struct sigaction action;
	size_t i;

	memset(&action, 0, sizeof(action));
	action.sa_handler = handler;
	action.sa_flags = (int)SA_RESETHAND;
	sigemptyset(&action.sa_mask);
	for (i = 0; i < CRASHES; i++)
		sigaction(crashes[i], &action, NULL);
}

void
restore_arm(void)
{
	text_len = 0;
	keep_capability("rmkx");
	keep_capability("sgr0");
	keep_capability("cnorm");
	keep_capability("rmcup");
	is_armed = 1;
	handle_crashes(on_crash);
}

void
restore_disarm(void)
{
	is_armed = 0;
	handle_crashes(SIG_DFL);
}

void
restore_now(void)
{
	if (!is_armed)
		return;
	is_armed = 0;
	/* The modes matter even if the text does not arrive. */
	if (write(STDOUT_FILENO, text, text_len) < 0)
		text_len = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &modes);
}
