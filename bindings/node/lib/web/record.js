// SPDX-License-Identifier: MIT
'use strict';

/*
 * An application's own indicator for its requests, without libsli/auto: the
 * same rules for what is good, bad and ignored.
 */

const { checkIndicator, checkObject } = require('./check.js');
const { watch } = require('./exchange.js');
const { Rules } = require('./outcome.js');
const { warn } = require('./warn.js');

/* No latency up to this says that a response is an event stream. */
const SHORT_MS = 100;

class Recorder {
	#rules;

	/* @param options  indicator, badStatus, ignoreStatus, patienceMs */
	constructor(options) {
		const { indicator } = checkObject('options', options);

		this.indicator = checkIndicator('indicator', indicator);
		this.#rules = new Rules(options, SHORT_MS);
	}

	started(request, response) {
		const exchange = watch(request, response, this);

		if (exchange.startMs === 0)
			exchange.startMs = performance.now();
		try {
			this.indicator.begin();
		} catch (error) {
			warn(error);
		}
	}

	/* Runs in an event of the application's objects, so never throws. */
	ended(exchange, ending) {
		try {
			this.indicator.end();
			this.#record(exchange, ending);
		} catch (error) {
			warn(error);
		}
	}

	#record(exchange, ending) {
		const ms = performance.now() - exchange.startMs;
		const outcome = this.#rules.of(exchange, ending, ms);

		if (this.#rules.isTimed(exchange.response, ms))
			this.indicator.record(outcome, ms);
		else
			this.indicator.count(outcome);
	}
}

module.exports = { Recorder };
