/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "../support/random.h"
#include "place.h"
#include "program.h"

#define STEP_BYTES 12

bool
program_step(const uint8_t *data, size_t size, size_t i, struct step *step)
{
	if ((i + 1) * STEP_BYTES > size)
		return false;
	data += i * STEP_BYTES;
	step->op = data[0] % OPS;
	step->place = data[1];
	memcpy(&step->index, data + 2, sizeof(step->index));
	memcpy(&step->value, data + 4, sizeof(step->value));
	return true;
}

static void
put_step(uint8_t *data, size_t i, const struct step *step)
{
	data += i * STEP_BYTES;
	data[0] = step->op;
	data[1] = step->place;
	memcpy(data + 2, &step->index, sizeof(step->index));
	memcpy(data + 4, &step->value, sizeof(step->value));
}

/* Numbers at which something may turn. */
static uint64_t
random_value(struct random *rnd)
{
	uint64_t value = random_magnitude(rnd, 64);

	switch (random_below(rnd, 6)) {
	case 0:
		return value;
	case 1:
		return random_below(rnd, 16);
	case 2:
		return UINT64_C(1) << random_below(rnd, 64);
	case 3:
		return (UINT64_C(1) << random_below(rnd, 64)) - 1;
	case 4:
		return (uint64_t)0 - random_below(rnd, 16);
	default: /* small numbers in both halves: many fields are 32 bits */
		return random_below(rnd, 16) | random_below(rnd, 16) << 32;
	}
}

static struct step
random_step(struct random *rnd)
{
	struct step step;

	step.op = (uint8_t)random_below(rnd, OPS);
	/* Mostly damage: calls are many times as slow. */
	if (random_percent(rnd, 40))
		step.op = (uint8_t)random_below(rnd, OP_SUM + 1);
	step.place = (uint8_t)random_below(rnd, PLACES * 2);
	step.index = (uint16_t)random_magnitude(rnd, 16);
	step.value = random_value(rnd);
	return step;
}

static void
change_step(struct random *rnd, struct step *step)
{
	struct step other = random_step(rnd);

	switch (random_below(rnd, 6)) {
	case 0:
		step->op = other.op;
		break;
	case 1:
		step->place = other.place;
		break;
	case 2:
		step->index = other.index;
		break;
	case 3:
		step->index = (uint16_t)(step->index + random_below(rnd, 9) -
		    4);
		break;
	case 4:
		step->value ^= UINT64_C(1) << random_below(rnd, 64);
		break;
	default:
		step->value = other.value;
	}
}

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
    unsigned int seed);

/* In whole steps, mostly: libFuzzer's own way would shift all that follow. */
size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
    unsigned int seed)
{
	struct random rnd = { seed };
	size_t max = max_size / STEP_BYTES, n = size / STEP_BYTES, at;
	struct step step;

	max = max < STEPS_MAX ? max : STEPS_MAX;
	n = n < max ? n : max;
	if (max == 0 || random_percent(&rnd, 5))
		return LLVMFuzzerMutate(data, size, max_size);
	at = random_below(&rnd, n + 1);
	if (n < max && (n == 0 || random_percent(&rnd, 35))) {
		memmove(data + (at + 1) * STEP_BYTES, data + at * STEP_BYTES,
		    (n - at) * STEP_BYTES);
		step = random_step(&rnd);
		if (at > 0 && random_percent(&rnd, 20))
			program_step(data, size, at - 1, &step);
		put_step(data, at, &step);
		return (n + 1) * STEP_BYTES;
	}
	at = at < n ? at : n - 1;
	if (n > 1 && random_percent(&rnd, 15)) {
		memmove(data + at * STEP_BYTES, data + (at + 1) * STEP_BYTES,
		    (n - at - 1) * STEP_BYTES);
		return (n - 1) * STEP_BYTES;
	}
	program_step(data, size, at, &step);
	change_step(&rnd, &step);
	put_step(data, at, &step);
	return n * STEP_BYTES;
}
