// SPDX-License-Identifier: MIT
'use strict';

const { EventEmitter } = require('node:events');
const { SliError, native } = require('./native.js');
const { Indicator } = require('./indicator.js');
const { Slo } = require('./slo.js');
const { RetryBudget } = require('./retry.js');
const { Watchdog } = require('./watchdog.js');
const { Clock, lengthOf } = require('./time.js');

/* How often alerts are looked at while somebody listens. */
const POLL_MS = 1000;

class Registry extends EventEmitter {
	#id = -1;
	#clock;
	#indicators = new Map();
	#slos = new Map();
	#retries = [];
	#watchdogs = [];
	#timer;
	#pending = []; /* alerts that are to be emitted */

	constructor(config = {}) {
		super();
		const clock = new Clock(config?.now);

		this.#id = native.open(this, config);
		this.#clock = clock;
		this.#watchListeners();
	}

	#watchListeners() {
		this.on('newListener', (event) => {
			if (event === 'alert')
				this.#listen();
		});
		this.on('removeListener', (event) => {
			if (event === 'alert' &&
			    this.listenerCount('alert') === 0)
				this.#ignore();
		});
	}

	/* All of them: those that watch for others, too. */
	removeAllListeners(event) {
		super.removeAllListeners(event);
		if (event === undefined)
			this.#watchListeners();
		return this;
	}

	get isClosed() {
		return this.#id < 0;
	}

	now() {
		return this.#clock.now();
	}

	indicator(config) {
		const id = native.indicator(this.#id, config);
		let indicator = this.#indicators.get(id);

		if (indicator === undefined) {
			indicator = new Indicator(this, this.#clock, id);
			this.#indicators.set(id, indicator);
		}
		return indicator;
	}

	slo(indicator, config) {
		const slos = this.#slos;
		const indicatorId = Indicator.id(indicator);

		if (indicator.registry !== this)
			throw new SliError('SLI_EINVAL',
			    'indicator is of another registry; accepted: one ' +
			    'of this', 'indicator');
		const id = native.slo(indicatorId, config);
		let slo = slos.get(id);

		if (slo === undefined) {
			slo = new Slo(this.#clock, id, indicator);
			slos.set(id, slo);
		}
		return slo;
	}

	retryBudget(config) {
		const id = native.retry(this.#id, config);
		const indicatorId = native.retryIndicator(id);

		if (!this.#indicators.has(indicatorId))
			this.#indicators.set(indicatorId,
			    new Indicator(this, this.#clock, indicatorId));
		const retry = new RetryBudget(this.#clock, id,
		    this.#indicators.get(indicatorId));
		this.#retries.push(retry);
		return retry;
	}

	watchdog(config) {
		const watchdogs = this.#watchdogs;
		const watchdog = new Watchdog(this, config);

		watchdogs.push(watchdog);
		return watchdog;
	}

	snapshot({ window = '5m', nowMs } = {}) {
		return native.snapshot(this.#id, lengthOf(window, 'window'),
		    this.#clock.time(nowMs));
	}

	metrics(options, nowMs) {
		return native.metrics(this.#id, options,
		    this.#clock.time(nowMs));
	}

	alertLog() {
		return native.alertLog(this.#id);
	}

	annotate(kind, text, atMs) {
		native.annotate(this.#id, kind, text, this.#clock.time(atMs));
	}

	annotations() {
		return native.annotations(this.#id);
	}

	info() {
		return native.info(this.#id);
	}

	advance(nowMs) {
		native.advance(this.#id, this.#clock.time(nowMs));
	}

	sync() {
		native.sync(this.#id);
	}

	check() {
		native.check(this.#id);
	}

	share() {
		return native.token(this.#id);
	}

	#look(nowMs) {
		this.#pending.push(...native.transitions(this.#id,
		    this.#clock.time(nowMs)));
	}

	/* Emit what has begun or ended; the timer's, or a test's by nowMs. */
	poll(nowMs) {
		this.#look(nowMs);
		while (this.#pending.length > 0)
			this.emit('alert', this.#pending.shift());
	}

	/* What stands against it is the caller's to hear, not the timer's. */
	#listen() {
		if (this.#timer !== undefined || this.isClosed)
			return;
		this.#look();
		this.#timer = setInterval(() => this.poll(), POLL_MS);
		this.#timer.unref();
	}

	#ignore() {
		clearInterval(this.#timer);
		this.#timer = undefined;
		if (!this.isClosed)
			native.ignoreTransitions(this.#id);
	}

	close() {
		if (this.isClosed)
			return;
		this.#ignore();
		for (const watchdog of this.#watchdogs)
			watchdog.stop();
		for (const indicator of this.#indicators.values())
			Indicator.release(indicator);
		for (const slo of this.#slos.values())
			Slo.release(slo);
		for (const retry of this.#retries)
			RetryBudget.release(retry);
		native.close(this.#id);
		this.#id = -1;
	}
}

module.exports = { Registry };
