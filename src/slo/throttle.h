/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_THROTTLE_H
#define SLI_SLO_THROTTLE_H

#include <stdint.h>

/* Admitted events that ended in a window; shed ones are never in it. */
struct sli__throttle_window {
	uint64_t good, bad;
};

struct sli__throttle_input {
	struct sli__throttle_window slot;   /* the last slot that ended */
	struct sli__throttle_window recent; /* the last 10 s */
	uint64_t elapsed_ns; /* since the last step; an idle gap may be long */
	uint64_t slot_ns;
	uint32_t budget_ppb; /* 1e9 - objective */
	uint64_t left_ppm;   /* of the period's budget: 1e6 untouched */
	uint64_t min_events; /* in recent; below it shedding is not raised */
};

/* Both zero: nothing is shed, nothing is remembered. */
struct sli__throttle_state {
	uint64_t verdict; /* 16-bit probabilities, SLI_CRITICAL_PLUS lowest */
	uint64_t memory;  /* throttle.c alone knows its fields */
};

/*
 * One step of the admission law, at the end of each slot. Pure: no clock, no
 * atomics, no floating point; any input is accepted.
 */
void sli__throttle_step(struct sli__throttle_state *state,
    const struct sli__throttle_input *in);

/* Shed probability of a class, of 65536; an unknown class is sheddable. */
uint32_t sli__throttle_shed(uint64_t verdict, uint32_t criticality);

#endif /* SLI_SLO_THROTTLE_H */
