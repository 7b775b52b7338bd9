/* SPDX-License-Identifier: MIT */
#ifndef FUZZ_PROGRAM_H
#define FUZZ_PROGRAM_H

/* What an input means, and how one is made from another. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One execution is short, or there would be few of them. */
#define STEPS_MAX 10

enum op {
	OP_SET,
	OP_XOR,
	OP_ADD,
	OP_COPY,
	OP_STAMP,
	OP_NOW,
	OP_SUM, /* make the checksums fit again */
	OP_VIEW,
	OP_OPEN,
	OP_CLOSE,
	OP_READ,
	OP_WRITE,
	OP_CHANGE, /* register, remove, reset, flush, sync */
	OP_TIME,
	OP_CHECK,
	OP_REPAIR,
	OP_RESIZE,
	OPS
};

struct step {
	uint64_t value;
	uint16_t index;
	uint8_t place;
	uint8_t op;
};

/* Step i of an input; false: it has none. */
bool program_step(const uint8_t *data, size_t size, size_t i,
    struct step *step);

#endif /* FUZZ_PROGRAM_H */
