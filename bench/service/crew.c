/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* SO_REUSEPORT */

#include "crew.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Bound and not listened on: it is given no connections. */
static int
reserve_port(struct crew *crew)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	struct sockaddr *any = (struct sockaddr *)&address;
	socklen_t size = sizeof(address);
	const int yes = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	crew->port_fd = fd;
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof(yes)) != 0 ||
	    bind(fd, any, size) != 0 || getsockname(fd, any, &size) != 0) {
		perror("drill: no port");
		return -1;
	}
	crew->port = ntohs(address.sin_port);
	snprintf(crew->port_text, sizeof(crew->port_text), "%u", crew->port);
	return 0;
}

/* Its ends of the line are its stdin and stdout. */
static int
spawn(struct crew *crew, char *tells, int line, pid_t *pid)
{
	char *argv[] = { crew->program, crew->file, crew->port_text,
		crew->admission, tells, NULL };
	posix_spawn_file_actions_t actions;
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, line, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, line, STDOUT_FILENO);
	error = posix_spawn(pid, crew->program, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (error == 0)
		return 0;
	fprintf(stderr, "%s: %s\n", crew->program, strerror(error));
	return -1;
}

/* A line without its end; -1 if there is none. */
static int
read_line(int fd, char *line, size_t size)
{
	size_t used = 0;

	for (; used < size && read(fd, line + used, 1) == 1; used++)
		if (line[used] == '\n') {
			line[used] = '\0';
			return 0;
		}
	return -1;
}

static void
forget(struct worker *worker)
{
	close(worker->line);
	worker->pid = 0;
}

int
crew_start_worker(struct crew *crew, int i)
{
	struct worker *worker = &crew->workers[i];
	int line[2];
	int status;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line) != 0) {
		perror("drill: no line to a worker");
		return -1;
	}
	worker->line = line[0];
	status = spawn(crew, i == 0 ? crew->tells : NULL, line[1],
	    &worker->pid);
	close(line[1]);
	if (status != 0) {
		forget(worker);
		return -1;
	}
	/* It speaks once it serves; if it cannot, it has said why. */
	if (read_line(worker->line, worker->says, sizeof(worker->says)) == 0)
		return 0;
	crew_kill_worker(crew, i);
	return -1;
}

int
crew_start(struct crew *crew)
{
	if (reserve_port(crew) != 0)
		return -1;
	for (int i = 0; i < WORKERS; i++)
		if (crew_start_worker(crew, i) != 0) {
			crew_stop(crew);
			return -1;
		}
	return 0;
}

void
crew_kill_worker(struct crew *crew, int i)
{
	struct worker *worker = &crew->workers[i];

	kill(worker->pid, SIGKILL);
	waitpid(worker->pid, NULL, 0);
	forget(worker);
}

void
crew_slow_down(struct crew *crew, int slowdown)
{
	const char digit = (char)('0' + slowdown);

	for (int i = 0; i < WORKERS; i++)
		send(crew->workers[i].line, &digit, 1, MSG_NOSIGNAL);
}

static int
end_worker(struct worker *worker)
{
	int status;
	int ended = waitpid(worker->pid, &status, 0) == worker->pid &&
	    WIFEXITED(status) && WEXITSTATUS(status) == 0;

	if (!ended)
		fprintf(stderr, "drill: worker %ld did not end well\n",
		    (long)worker->pid);
	forget(worker);
	return ended ? 0 : -1;
}

int
crew_stop(struct crew *crew)
{
	int status = 0;

	/* Both at once, or the other would get the load of the first. */
	for (int i = 0; i < WORKERS; i++)
		if (crew->workers[i].pid != 0)
			shutdown(crew->workers[i].line, SHUT_WR);
	for (int i = 0; i < WORKERS; i++)
		if (crew->workers[i].pid != 0 &&
		    end_worker(&crew->workers[i]) != 0)
			status = -1;
	close(crew->port_fd);
	return status;
}
