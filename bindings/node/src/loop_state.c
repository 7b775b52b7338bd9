/* SPDX-License-Identifier: MIT */
#include "loop_state.h"

#include <string.h>

/*
 * Who looks late was stopped or starved himself, and knows nothing of the loop
 * in that time: it may have been stopped with him. All but a tick of it is
 * taken out.
 */
static void
forget_own_absence(struct loop_state *state, uint64_t now_ns)
{
	uint64_t absent = now_ns - state->look_ns;

	if (absent > 4 * state->tick_ns && absent > state->threshold_ns)
		state->moved_ns += absent - state->tick_ns;
}

static void
moved(struct loop_state *state, uint64_t now_ns, struct loop_look *out)
{
	out->moved = 1;
	out->ended = state->blocked;
	out->good = state->held + 1;
	state->held = 0;
	state->blocked = 0;
	state->moved_ns = now_ns;
}

static void
stood_still(struct loop_state *state, struct loop_look *out)
{
	if (state->blocked) {
		out->bad = 1;
		return;
	}
	state->held++;
	if (out->standing_ns >= state->threshold_ns) {
		out->began = 1;
		out->bad = state->held;
		state->held = 0;
		state->blocked = 1;
	}
}

void
loop_state_look(struct loop_state *state, uint64_t now_ns, uint64_t turns,
    uint64_t idle_ns, struct loop_look *out)
{
	int first = state->look_ns == 0;
	int changed = turns != state->turns || idle_ns != state->idle_ns;

	memset(out, 0, sizeof(*out));
	if (now_ns <= state->look_ns)
		return;
	if (first)
		state->moved_ns = now_ns;
	else
		forget_own_absence(state, now_ns);
	state->started = state->started || (!first && changed);
	out->standing_ns = now_ns - state->moved_ns;
	if (!state->started || changed)
		moved(state, now_ns, out);
	else
		stood_still(state, out);
	state->turns = turns;
	state->idle_ns = idle_ns;
	state->look_ns = now_ns;
}
