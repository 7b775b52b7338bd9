/* SPDX-License-Identifier: MIT */
#include "victim.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Some times what an advance takes; ThreadSanitizer's build takes more. */
#define STEPS_MAX 60000

pid_t
victim_start(victim_fn *work, void *arg)
{
	pid_t victim = fork();
	int status;

	assert_int_not_equal(victim, -1);
	if (victim == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			_exit(1);
		raise(SIGSTOP);
		work(arg);
		_exit(0);
	}
	assert_int_equal(waitpid(victim, &status, 0), victim);
	return WIFSTOPPED(status) ? victim : -1;
}

bool
victim_step(pid_t victim, uint64_t n)
{
	int status;

	for (; n > 0; n--) {
		if (ptrace(PTRACE_SINGLESTEP, victim, NULL, NULL) != 0)
			return false;
		assert_int_equal(waitpid(victim, &status, 0), victim);
		if (!WIFSTOPPED(status))
			return false;
	}
	return true;
}

void
victim_finish(pid_t victim)
{
	int status;

	assert_int_equal(ptrace(PTRACE_DETACH, victim, NULL, NULL), 0);
	assert_int_equal(waitpid(victim, &status, 0), victim);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

void
victim_kill(pid_t victim)
{
	assert_int_equal(kill(victim, SIGKILL), 0);
	assert_int_equal(waitpid(victim, NULL, 0), victim);
}

bool
victim_can_step(victim_fn *work, void *arg)
{
	pid_t victim = victim_start(work, arg);

	if (victim == -1 || !victim_step(victim, STEPS_MAX))
		return victim != -1;
	victim_kill(victim);
	return false;
}
