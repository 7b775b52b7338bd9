// SPDX-License-Identifier: MIT
'use strict';

const { SliError, native } = require('./native.js');

/* What a registry goes by: libsli's clock, or a function of the user's. */
class Clock {
	#now;

	constructor(now) {
		if (now !== undefined && typeof now !== 'function')
			throw new SliError('SLI_EINVAL',
			    `now is ${typeof now}; accepted: a function that ` +
			    'returns ms since 1970', 'now');
		this.#now = now;
	}

	/* What C is to take for now: undefined is its own clock. */
	time(nowMs) {
		return nowMs === undefined && this.#now !== undefined ?
		    this.#now() : nowMs;
	}

	now() {
		return this.#now === undefined ? native.now() : this.#now();
	}
}

/* Lengths that were given as text: few, and the same ones again. */
const lengths = new Map();
const LENGTHS_MAX = 256;

/* A length of time in ms; C checks a number. */
function lengthOf(value, name) {
	if (typeof value === 'number')
		return value;
	let ms = lengths.get(value);
	if (ms === undefined) {
		ms = native.duration(value, name);
		if (lengths.size < LENGTHS_MAX)
			lengths.set(value, ms);
	}
	return ms;
}

module.exports = { Clock, lengthOf };
