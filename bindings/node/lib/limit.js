// SPDX-License-Identifier: MIT
'use strict';

/*
 * Rate limiters that look at the error budget before they refuse.
 *
 * A fixed limit is wrong twice: it refuses work that the service could have
 * done, and lets in work that it cannot do. Here a limit has two ends, for a
 * healthy budget and for one that burns, and moves between them with the
 * pressure: 0 while the burn rate of the last minutes is up to `calm`, 1 from
 * `hot` on, and in between its share of the way. The less budget is left, the
 * nearer `hot` comes: when it is spent, every burn above `calm` is full
 * pressure. Too few events to tell are no pressure.
 *
 * A limiter whose store is away lets pass: it protects the service, and must
 * not be what takes it down.
 */

const { checkFunction, checkMethods, checkNumber, checkObject, checkSlo,
	invalid } = require('./web/check.js');

const FRESH_MS = 200;

function checkFactor(field, value, from, to) {
	return checkNumber(field, value, from, to, to === Infinity ?
	    `a number of ${from} or more` : `a number of ${from} to ${to}`);
}

/**
 * How hard an SLO is pressed: a function that returns 0 to 1.
 *
 * Options: slo; calm (burn rate, default 1), hot (default 10), window (default
 * '5m'), minEvents (default 20) and minBad (default 2) in it.
 */
function pressure(options) {
	const { slo, calm = 1, hot = 10, window = '5m', minEvents = 20,
		minBad = 2 } = checkObject('options', options);

	checkSlo('slo', slo);
	checkFactor('calm', calm, 0, Infinity);
	checkFactor('hot', hot, calm, Infinity);
	checkFactor('minEvents', minEvents, 0, Infinity);
	checkFactor('minBad', minBad, 0, Infinity);

	function measure() {
		const { good, bad } = slo.indicator.window(window);
		const burn = slo.burnRate(window);

		if (good + bad < minEvents || bad < minBad || burn === null ||
		    burn <= calm)
			return 0;
		const left = Math.min(Math.max(slo.budget().remaining, 0), 1);
		const span = (hot - calm) * left;

		return span > 0 ? Math.min((burn - calm) / span, 1) : 1;
	}

	let measured = measure();
	let atMs = performance.now();

	return function pressureNow() {
		const nowMs = performance.now();

		if (nowMs - atMs >= FRESH_MS) {
			measured = measure();
			atMs = nowMs;
		}
		return measured;
	};
}

/* From `healthy` at no pressure to `burning` at full. */
function between(healthy, burning, at) {
	if (at === 0)
		return healthy; // which may be Infinity
	return at === 1 ? burning : healthy + (burning - healthy) * at;
}

/**
 * The `limit` of express-rate-limit: so many requests for each key in its
 * window.
 *
 * Options: healthy, burning (requests), and those of pressure().
 */
function budgetLimit(options) {
	const { healthy, burning } = checkObject('options', options);
	const pressed = pressure(options);

	checkFactor('burning', burning, 0, Number.MAX_SAFE_INTEGER);
	checkFactor('healthy', healthy, burning, Number.MAX_SAFE_INTEGER);
	return () => Math.round(between(healthy, burning, pressed()));
}

/**
 * The `skip` of express-rate-limit: no limit at all while nothing burns.
 */
function skipWhileHealthy(options) {
	const pressed = pressure(options);

	return () => pressed() === 0;
}

class LimiterAway extends Error {
	constructor(timeoutMs) {
		super(`the limiter's store did not answer in ${timeoutMs} ms`);
		this.code = 'SLI_EBUSY';
	}
}

/* A promise, or a rejection after timeoutMs. */
function within(timeoutMs, promise) {
	let timer;
	const late = new Promise((resolve, reject) => {
		timer = setTimeout(() => reject(new LimiterAway(timeoutMs)),
		    timeoutMs);
	});

	return Promise.race([promise, late])
	    .finally(() => clearTimeout(timer));
}

function checkOpen({ timeoutMs = 100, onError = () => {} }) {
	return {
		timeoutMs: checkFactor('timeoutMs', timeoutMs, 1, 60_000),
		onError: checkFunction('onError', onError),
	};
}

/* Those of its methods that need no care: of the store, not of its heir. */
function bound(store) {
	const methods = {};

	for (const name of ['init', 'get', 'resetKey', 'resetAll', 'shutdown']) {
		if (typeof store[name] === 'function')
			methods[name] = { value: store[name].bind(store) };
	}
	return methods;
}

/**
 * A store of express-rate-limit that lets pass when it fails, or does not
 * answer in timeoutMs (default 100); onError(error) is told.
 */
function openStore(store, options = {}) {
	const { timeoutMs, onError } = checkOpen(options);
	const { increment } = checkMethods('store', store,
	    ['increment', 'decrement', 'resetKey'],
	    'a store of express-rate-limit');

	return Object.create(store, {
		...bound(store),
		increment: {
			async value(key) {
				try {
					return await within(timeoutMs,
					    increment.call(store, key));
				} catch (error) {
					onError(error);
					return { totalHits: 1,
						resetTime: undefined };
				}
			},
		},
		decrement: {
			async value(key) {
				try {
					await within(timeoutMs,
					    store.decrement(key));
				} catch (error) {
					onError(error);
				}
			},
		},
	});
}

/* What rate-limiter-flexible resolves with, and rejects with to refuse. */
function isResult(reason) {
	return typeof reason?.msBeforeNext === 'number';
}

/**
 * A limiter of rate-limiter-flexible whose points follow the budget: `healthy`
 * times its points (default 2, Infinity: never refuse) while nothing burns,
 * `burning` times (default 0.5) under full pressure.
 *
 * It counts once, in the limiter, and compares what that has counted: many
 * processes with one Redis agree on what a key has used, and each judges by its
 * own SLO. A key that the limiter blocks (inMemoryBlockOnConsumed) stays so.
 */
class BudgetLimiter {
	#limiter;
	#pressure;
	#healthy;
	#burning;
	#timeoutMs;
	#onError;

	/* limiter, healthy, burning, timeoutMs, onError; pressure()'s */
	constructor(options) {
		const { limiter, healthy = 2, burning = 0.5 } =
		    checkObject('options', options);

		this.#limiter = checkMethods('limiter', limiter, ['consume'],
		    'a limiter of rate-limiter-flexible');
		if (typeof limiter.points !== 'number')
			throw invalid('limiter', limiter, 'one with points');
		this.#burning = checkFactor('burning', burning, 0, 1);
		this.#healthy = checkFactor('healthy', healthy, 1, Infinity);
		({ timeoutMs: this.#timeoutMs, onError: this.#onError } =
		    checkOpen(options));
		this.#pressure = pressure(options);
	}

	/* How many points a key may use now. */
	get points() {
		return Math.round(this.#limiter.points *
		    between(this.#healthy, this.#burning, this.#pressure()));
	}

	/**
	 * As the limiter's own: resolves with what was used, or rejects with it
	 * to refuse. Where the limiter fails it resolves, with isOpen true.
	 */
	async consume(key, points = 1, options = {}) {
		let result;
		let isRefused = false;

		try {
			result = await within(this.#timeoutMs,
			    this.#limiter.consume(key, points, options));
		} catch (reason) {
			if (!isResult(reason))
				return this.#open(reason);
			result = reason;
			isRefused = true;
		}
		if (isRefused && result.consumedPoints === 0)
			throw result; // blocked without being counted
		const allowed = this.points;

		result.remainingPoints =
		    Math.max(allowed - result.consumedPoints, 0);
		if (result.consumedPoints > allowed)
			throw result;
		return result;
	}

	#open(error) {
		this.#onError(error);
		return { isOpen: true, remainingPoints: this.points,
			msBeforeNext: 0, consumedPoints: 0,
			isFirstInDuration: false };
	}
}

/* The same by a function, as others here are. */
function budgetLimiter(options) {
	return new BudgetLimiter(options);
}

module.exports = { BudgetLimiter, budgetLimit, budgetLimiter, openStore,
	pressure, skipWhileHealthy };
