// SPDX-License-Identifier: MIT
'use strict';

const { EventEmitter } = require('node:events');
const { isMainThread, Worker } = require('node:worker_threads');
const path = require('node:path');
const { SliError, native } = require('./native.js');
const { Indicator } = require('./indicator.js');

/* How often blocks are looked for while somebody listens. */
const POLL_MS = 250;

const KNOWN = ['indicator', 'stacks', 'thresholdMs', 'tickMs'];

const refuse = (field, value, accepted) => {
	throw new SliError('SLI_EINVAL',
	    `${field} is ${String(value)}; accepted: ${accepted}`, field);
};

/* A build of Node may have no inspector at all. */
function canConnect() {
	try {
		return require('node:inspector').Session.prototype
		    .connectToMainThread !== undefined;
	} catch {
		return false;
	}
}

function check(config) {
	if (typeof config !== 'object' || config === null)
		refuse('config', config, 'an object');
	const { tickMs = 20, thresholdMs = 100, stacks = false } = config;

	for (const key of Object.keys(config))
		if (!KNOWN.includes(key))
			refuse(key, config[key],
			    `no such option, but ${KNOWN}`);
	if (!(tickMs >= 1 && tickMs <= 1000))
		refuse('tickMs', tickMs, '1 to 1000');
	if (!(thresholdMs >= 2 * tickMs && thresholdMs <= 3600000))
		refuse('thresholdMs', thresholdMs,
		    `twice tickMs, ${2 * tickMs}, to 3600000`);
	if (typeof stacks !== 'boolean')
		refuse('stacks', stacks, 'true or false');
	if (stacks && !isMainThread)
		refuse('stacks', stacks, 'false in a worker');
	if (stacks && !canConnect())
		refuse('stacks', stacks,
		    `false with this Node (${process.version}); ` +
		    'true from 20.11 on');
	return { tickMs, thresholdMs, stacks };
}

/* Those that run: who holds on to none of it wants it watched all the same. */
const running = new Set();

class Watchdog extends EventEmitter {
	#id = -1;
	#indicator;
	#seen = 0;
	#timer;
	#worker;

	constructor(registry, config = {}) {
		super();
		const { tickMs, thresholdMs, stacks } = check(config);

		this.#indicator = config.indicator ?? registry.indicator({
			name: 'event-loop',
			help: 'Looks at the event loop; ' +
			    'bad while it is blocked',
		});
		const id = Indicator.id(this.#indicator);

		if (this.#indicator.registry !== registry)
			refuse('indicator', 'of another registry',
			    'one of this');
		this.#id = native.watchdogStart(id, tickMs, thresholdMs);
		running.add(this);
		if (stacks)
			this.#catchStacks(tickMs);
		this.on('newListener', (event) => {
			if (event === 'block')
				this.#listen();
		});
		this.on('removeListener', () => {
			if (this.listenerCount('block') === 0)
				this.#ignore();
		});
	}

	get indicator() {
		return this.#indicator;
	}

	/* Blocks that are over, oldest first, from one on; of the last 64. */
	blocks(from = 1) {
		const found = [];

		if (this.#id < 0)
			return found;
		for (let next = from; ;) {
			const block = native.watchdogRead(this.#id, next);

			if (block === null)
				return found;
			next = block.number + 1;
			if (block.end !== null)
				found.push(block);
		}
	}

	stop() {
		if (this.#id < 0)
			return;
		this.#ignore();
		this.#worker?.terminate();
		native.watchdogStop(this.#id);
		this.#id = -1;
		running.delete(this);
	}

	/* Without execArgv: what the application preloads is not for it. */
	#catchStacks(tickMs) {
		try {
			this.#worker = new Worker(
			    path.join(__dirname, 'watchdog-stack.js'), {
				name: 'sli-stack',
				execArgv: [],
				workerData: { tickMs,
					token: native.watchdogToken(this.#id) },
			});
		} catch (error) {
			this.stop();
			throw error;
		}
		this.#worker.on('error', (error) => process.emitWarning(
		    `no more stacks of blocks: ${error.message}`,
		    { type: 'LibsliWarning' }));
		this.#worker.unref();
	}

	#poll() {
		for (const block of this.blocks(this.#seen + 1)) {
			this.#seen = block.number;
			this.emit('block', block);
		}
	}

	#listen() {
		if (this.#timer !== undefined || this.#id < 0)
			return;
		this.#timer = setInterval(() => this.#poll(), POLL_MS);
		this.#timer.unref();
	}

	#ignore() {
		clearInterval(this.#timer);
		this.#timer = undefined;
	}
}

module.exports = { Watchdog };
