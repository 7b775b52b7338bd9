/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_PEER_H
#define SUPPORT_PEER_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Another process, which the test leads step by step: it runs until it pauses,
 * and goes on when it is told to. It dies with the test.
 */
struct peer {
	pid_t pid;
	int told, tell; /* pipes */
};

/*
 * What a peer does; the result is its exit status. cmocka's assertions are only
 * for the test: a peer says what it found by peer_expect().
 */
typedef int peer_fn(struct peer *peer, void *arg);

void peer_start(struct peer *peer, peer_fn *fn, void *arg);

/* In the peer: say that it has come so far, and wait to be told to go on. */
void peer_pause(struct peer *peer);

/* In the test: wait until it pauses; it must get there. */
void peer_reach(struct peer *peer);
void peer_go(struct peer *peer);

/* Wait for its end, which must be a good one. */
void peer_end(struct peer *peer);

/* kill -9 */
void peer_kill(struct peer *peer);

/* A peer from its start to its end, without a pause. */
void peer_run(peer_fn *fn, void *arg);

/* 0 if ok; else 1, and says where. */
#define peer_expect(ok) peer_check((ok), #ok, __FILE__, __LINE__)
int peer_check(bool ok, const char *what, const char *file, int line);

#endif /* SUPPORT_PEER_H */
