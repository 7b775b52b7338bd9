// SPDX-License-Identifier: MIT
'use strict';

const { native } = require('./native.js');

/* How many retries may go to one dependency: see <sli/retry.h>. */
class RetryBudget {
	#clock;
	#id;
	#indicator;

	constructor(clock, id, indicator) {
		this.#clock = clock;
		this.#id = id;
		this.#indicator = indicator;
	}

	get indicator() {
		return this.#indicator;
	}

	request(nowMs) {
		native.retryRequest(this.#id, this.#clock.time(nowMs));
	}

	allow(nowMs) {
		return native.retryAllow(this.#id, this.#clock.time(nowMs));
	}

	balance(nowMs) {
		return native.retryBalance(this.#id, this.#clock.time(nowMs));
	}

	/* Of the registry's close(). */
	static release(retry) {
		retry.#id = -1;
	}
}

module.exports = { RetryBudget };
