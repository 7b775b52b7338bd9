/* SPDX-License-Identifier: MIT */
#ifndef SLI_ADDON_SIGNALS_H
#define SLI_ADDON_SIGNALS_H

#include <signal.h>
#include <stddef.h>

/*
 * Signals are the application's, whose threads handle them: a thread of ours is
 * made, and so inherits it, with all blocked but those that a fault of its own
 * raises. With these blocked the kernel would end the process, where a handler
 * may report it, or call sli_registry_fault().
 *
 * @param before  for pthread_sigmask(SIG_SETMASK), once the thread is made.
 */
static inline void
sli__addon_block_signals(sigset_t *before)
{
	static const int own[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP,
		SIGSYS, SIGABRT };
	sigset_t blocked;
	size_t i;

	sigfillset(&blocked);
	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		sigdelset(&blocked, own[i]);
	pthread_sigmask(SIG_BLOCK, &blocked, before);
}

#endif /* SLI_ADDON_SIGNALS_H */
