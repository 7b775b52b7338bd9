/* SPDX-License-Identifier: MIT */
#include "peer.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"

void
peer_start(struct peer *peer, peer_fn *fn, void *arg)
{
	int down[2], up[2];
	pid_t self = getpid();

	assert_int_equal(pipe(down), 0);
	assert_int_equal(pipe(up), 0);
	peer->pid = fork();
	assert_true(peer->pid >= 0);
	if (peer->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != self)
			_exit(1);
		close(down[1]);
		close(up[0]);
		peer->told = down[0];
		peer->tell = up[1];
		_exit(fn(peer, arg));
	}
	close(down[0]);
	close(up[1]);
	peer->told = up[0];
	peer->tell = down[1];
}

static bool
tell(const struct peer *peer)
{
	return write(peer->tell, "", 1) == 1;
}

static bool
wait_told(const struct peer *peer)
{
	char byte;

	return read(peer->told, &byte, 1) == 1;
}

void
peer_pause(struct peer *peer)
{
	if (!tell(peer) || !wait_told(peer))
		_exit(1);
}

void
peer_reach(struct peer *peer)
{
	assert_true(wait_told(peer));
}

void
peer_go(struct peer *peer)
{
	assert_true(tell(peer));
}

static int
reap(struct peer *peer)
{
	int status;

	close(peer->told);
	close(peer->tell);
	assert_int_equal(waitpid(peer->pid, &status, 0), peer->pid);
	return status;
}

void
peer_end(struct peer *peer)
{
	int status = reap(peer);

	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

void
peer_kill(struct peer *peer)
{
	int status;

	assert_int_equal(kill(peer->pid, SIGKILL), 0);
	status = reap(peer);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
}

void
peer_run(peer_fn *fn, void *arg)
{
	struct peer peer;

	peer_start(&peer, fn, arg);
	peer_end(&peer);
}

int
peer_check(bool ok, const char *what, const char *file, int line)
{
	if (!ok)
		print_error("%s:%d: %s does not hold\n", file, line, what);
	return ok ? 0 : 1;
}
