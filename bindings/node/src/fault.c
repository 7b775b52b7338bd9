/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* gettid, pthread_setname_np */
#include "fault.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

#define FILES 64 /* of a process; of more than that a SIGBUS is fatal */

/*
 * Read by handlers, on any thread. One that another thread closes is left
 * alone: `handlers` and `closer` are each written before the other is read, so
 * either the handler sees who closes, or that one sees the handler and waits.
 */
static struct {
	_Atomic(struct sli_registry *) reg;
	atomic_int closer; /* a thread */
} files[FILES];
static atomic_int handlers;

static struct sigaction before;
static bool is_installed;

static bool
answer(const void *address)
{
	bool is_ours = false;
	int closer, i;

	atomic_fetch_add(&handlers, 1);
	for (i = 0; i < FILES && !is_ours; i++) {
		closer = atomic_load(&files[i].closer);
		if (closer == 0 || closer == gettid())
			is_ours = sli_registry_fault(atomic_load(&files[i].reg),
				      address) != 0;
	}
	atomic_fetch_sub(&handlers, 1);
	return is_ours;
}

/* To who was here before; nobody: the process dies of it, as it would have. */
static void
pass_on(int number, siginfo_t *info, void *context)
{
	if (before.sa_flags & SA_SIGINFO) {
		before.sa_sigaction(number, info, context);
	} else if (before.sa_handler != SIG_DFL &&
	    before.sa_handler != SIG_IGN) {
		before.sa_handler(number);
	} else {
		signal(number, SIG_DFL);
		if (info->si_code <= 0)
			raise(number); /* it was sent: no access comes again */
	}
}

static void
on_sigbus(int number, siginfo_t *info, void *context)
{
	int saved = errno;

	if (info->si_code <= 0 || !answer(info->si_addr))
		pass_on(number, info, context);
	errno = saved;
}

static void
install(void)
{
	struct sigaction action = { 0 };

	is_installed = true;
	action.sa_sigaction = on_sigbus;
	action.sa_flags = SA_SIGINFO;
	sigemptyset(&action.sa_mask);
	sigaction(SIGBUS, NULL, &before);
	sigaction(SIGBUS, &action, NULL);
}

void
fault_watch(struct sli_registry *reg)
{
	int i = 0;

	if (!is_installed)
		install();
	while (i < FILES && atomic_load(&files[i].reg) != NULL)
		i++;
	if (i < FILES)
		atomic_store(&files[i].reg, reg);
}

void
fault_close(struct sli_registry *reg)
{
	int i = 0;

	while (i < FILES && atomic_load(&files[i].reg) != reg)
		i++;
	if (i == FILES) {
		sli_registry_close(reg);
		return;
	}
	atomic_store(&files[i].closer, gettid());
	while (atomic_load(&handlers) != 0)
		sched_yield();
	sli_registry_close(reg); /* which may touch the file, too */
	atomic_store(&files[i].reg, NULL);
	atomic_store(&files[i].closer, 0);
}

int
fault_thread(pthread_t *out, void *(*run)(void *), void *arg, const char *name)
{
	static const int own[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP,
		SIGSYS, SIGABRT };
	sigset_t mask, old;
	int error;
	size_t i;

	sigfillset(&mask);
	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		sigdelset(&mask, own[i]);
	pthread_sigmask(SIG_SETMASK, &mask, &old);
	error = pthread_create(out, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (error == 0)
		pthread_setname_np(*out, name);
	return error;
}
