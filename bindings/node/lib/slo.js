// SPDX-License-Identifier: MIT
'use strict';

const { native, scratch } = require('./native.js');
const { lengthOf } = require('./time.js');

const CRITICALITIES = ['critical_plus', 'critical', 'sheddable_plus',
    'sheddable'];

/*
 * An SLO. admit() calls C only while something is to be shed: #verdict is the
 * word that sli_admit() loads, and says so.
 */
class Slo {
	#clock;
	#id;
	#name;
	#indicator;
	#verdict;
	#criticality = 'sheddable';

	constructor(clock, id, indicator) {
		this.#clock = clock;
		this.#id = id;
		this.#name = native.sloName(id);
		this.#indicator = indicator;
		this.#verdict = native.verdictCell(id);
	}

	get name() {
		return this.#name;
	}

	get indicator() {
		return this.#indicator;
	}

	admit(options) {
		if (options !== undefined &&
		    options.criticality !== this.#criticality)
			this.#checkCriticality(options.criticality);
		if ((this.#verdict[0] | this.#verdict[1]) === 0)
			return true;
		return this.#admitByKey(options);
	}

	#checkCriticality(criticality) {
		if (criticality === undefined)
			return;
		native.criticality(criticality);
		this.#criticality = criticality;
	}

	#admitByKey({ criticality = 'sheddable', key, nowMs } = {}) {
		return native.admit(this.#id,
		    CRITICALITIES.indexOf(criticality), key,
		    this.#clock.time(nowMs));
	}

	budget(nowMs) {
		native.budget(this.#id, this.#clock.time(nowMs));
		const has = scratch[9] === 1;

		return {
			good: scratch[0],
			bad: scratch[1],
			total: scratch[2],
			sli: has ? scratch[3] : null,
			objective: scratch[4],
			remaining: scratch[5],
			burnRate1h: scratch[6],
			burnRate6h: scratch[7],
			exhaustedInMs: scratch[8],
			hasData: has,
			page: scratch[10] === 1,
			ticket: scratch[11] === 1,
			coveredMs: scratch[12],
			resetMs: scratch[13] === 0 ? null : scratch[13],
			fromMs: scratch[14],
			toMs: scratch[15],
			slices: scratch[16],
			excludedMs: scratch[17],
			excluded: scratch[18],
			correctedGood: scratch[19],
			correctedBad: scratch[20],
		};
	}

	burnRate(window, nowMs) {
		return native.burnRate(this.#id,
		    lengthOf(window, 'window'),
		    this.#clock.time(nowMs)) ?? null;
	}

	burnRates(windows = ['5m', '30m', '1h', '6h', '1d', '3d'], nowMs) {
		const rates = {};

		for (const window of windows)
			rates[window] = this.burnRate(window, nowMs);
		return rates;
	}

	verdict(nowMs) {
		return native.verdict(this.#id, this.#clock.time(nowMs));
	}

	alerts(nowMs) {
		return native.alerts(this.#id, this.#clock.time(nowMs));
	}

	outage(nowMs) {
		return native.outage(this.#id, this.#clock.time(nowMs));
	}

	explain(nowMs) {
		return native.explain(this.#id, this.#clock.time(nowMs));
	}

	exclude(span, nowMs) {
		native.exclude(this.#id, span, this.#clock.time(nowMs));
	}

	include(span, nowMs) {
		native.include(this.#id, span, this.#clock.time(nowMs));
	}

	correct(correction, nowMs) {
		native.correct(this.#id, correction,
		    this.#clock.time(nowMs));
	}

	adjustments(nowMs) {
		return native.adjustments(this.#id, this.#clock.time(nowMs));
	}

	resetBudget(why, nowMs) {
		native.resetBudget(this.#id, why, this.#clock.time(nowMs));
	}

	/* Of the registry's close(): this memory will not be there. */
	static release(slo) {
		native.detach(slo.#verdict.buffer);
		/* admit() asks C, which says that it is closed. */
		slo.#verdict = [1, 0];
		slo.#id = -1;
	}
}

module.exports = { CRITICALITIES, Slo };
