// SPDX-License-Identifier: MIT
'use strict';

const { performance } = require('node:perf_hooks');
const { SliError, native, scratch } = require('./native.js');
const { lengthOf } = require('./time.js');

const GOOD = 0, BAD = 1, SHED = 2, IGNORED = 3;

/* Cells of an event line: enum sli_writer_cell. */
const CELL_BAD = 2, CELL_GOOD = 3, CELL_BEGUN = 9, CELL_ENDED = 10;

/* The bits of a double: bits[1] has its exponent and highest fraction bits. */
const double = new Float64Array(1);
const bits = new Uint32Array(double.buffer);
if (new Uint8Array(Uint32Array.of(1).buffer)[0] !== 1)
	throw new SliError('SLI_EINVAL', 'libsli for Node.js needs a ' +
	    'little-endian processor');

const NONE = new BigUint64Array(0);

/*
 * An indicator of this isolate.
 *
 * record() does not call C. It does what sli_writer_record() would (the rule is
 * in <sli/writer.h>), on the shard of this isolate, which nobody else writes:
 * the cells are words of 64 bits that V8 loads and stores whole, so that others
 * who read them never see one decrease. All that is out of the ordinary goes
 * through #recordSlowly(), by C:
 *
 *   - the first record, which has no views of its cells yet;
 *   - a time past the open slot, #from to #to (in ms), or when somebody else
 *     has opened the next one: #slot is the low word of its end, and that of
 *     #next, which C writes, is then another;
 *   - a record without a time, until the registry's clock thread runs: from
 *     then on the open slot is the one that now is in;
 *   - no shard to be had, buckets that begin below the exponents' reach,
 *     arguments that are none, a closed registry.
 *
 * #slow is the first bucket in which a latency may be above a threshold.
 *
 * The views are of memory that is not JavaScript's. They never leave this
 * object, and close() detaches them before that memory goes.
 */
class Indicator {
	#registry;
	#clock;
	#id;
	#name;
	#isClocked = false;
	#from = Infinity;
	#to = -Infinity;
	#slot = 0;
	#next = new Uint32Array(2);
	#events = NONE;
	#latencies = NONE;
	#shift = 0;
	#bias = 0;
	#last = 0;
	#slow = 0;
	#above0 = NaN;
	#above1 = NaN;
	#above2 = NaN;
	#above3 = NaN;
	#isBound = false; /* or it cannot be */

	constructor(registry, clock, id) {
		this.#registry = registry;
		this.#clock = clock;
		this.#id = id;
		this.#name = native.indicatorName(id);
	}

	get name() {
		return this.#name;
	}

	get registry() {
		return this.#registry;
	}

	record(outcome, latencyMs, nowMs) {
		if ((nowMs === undefined ? this.#isClocked !== true :
		    !(typeof nowMs === 'number' && nowMs >= this.#from &&
		    nowMs < this.#to && (this.#next[0] | 0) === this.#slot)) ||
		    typeof latencyMs !== 'number' || !(latencyMs >= 0) ||
		    (outcome !== GOOD && outcome !== BAD))
			return this.#recordSlowly(outcome, latencyMs, nowMs);

		const v = latencyMs * 1e6 + 0.5;
		double[0] = v;
		let i = (bits[1] >>> this.#shift) - this.#bias;
		if (i < 0)
			i = 0;
		else if (i > this.#last)
			i = this.#last;
		if (outcome === GOOD) {
			this.#events[i < this.#slow ? CELL_GOOD :
			    this.#slowCell(v)] += 1n;
			this.#latencies[i] += 1n;
		} else {
			this.#events[CELL_BAD] += 1n;
			this.#latencies[i + this.#last + 1] += 1n;
		}
	}

	/* Thresholds ascend; those that are not there are NaN: never above. */
	#slowCell(v) {
		return CELL_GOOD + (v >= this.#above0 ? 1 : 0) +
		    (v >= this.#above1 ? 1 : 0) + (v >= this.#above2 ? 1 : 0) +
		    (v >= this.#above3 ? 1 : 0);
	}

	#recordSlowly(outcome, latencyMs, nowMs) {
		if (outcome === SHED || outcome === IGNORED)
			return this.count(outcome, 1, nowMs);
		nowMs = this.#clock.time(nowMs);
		this.#bind();
		native.record(this.#id, outcome, latencyMs, nowMs);
		this.#learnSlot();
	}

	recordExemplar(outcome, latencyMs, traceId, nowMs) {
		native.exemplar(this.#id, outcome, latencyMs, traceId,
		    this.#clock.time(nowMs));
	}

	count(outcome, n = 1, nowMs) {
		if ((nowMs === undefined ? this.#isClocked !== true :
		    !(typeof nowMs === 'number' && nowMs >= this.#from &&
		    nowMs < this.#to && (this.#next[0] | 0) === this.#slot)) ||
		    n !== 1 ||
		    (outcome !== GOOD && outcome !== BAD && outcome !== SHED &&
		    outcome !== IGNORED))
			return this.#countSlowly(outcome, n, nowMs);
		this.#events[CELL_GOOD - outcome] += 1n;
	}

	#countSlowly(outcome, n, nowMs) {
		nowMs = this.#clock.time(nowMs);
		this.#bind();
		native.count(this.#id, outcome, n, nowMs);
		this.#learnSlot();
	}

	begin() {
		if (this.#events === NONE && !this.#bind())
			native.flight(this.#id, false);
		else
			this.#events[CELL_BEGUN] += 1n;
	}

	end() {
		if (this.#events === NONE && !this.#bind())
			native.flight(this.#id, true);
		else
			this.#events[CELL_ENDED] += 1n;
	}

	#bind() {
		if (this.#isBound)
			return this.#events !== NONE;
		const views = native.cells(this.#id);

		this.#isBound = true;
		if (views === undefined)
			return false;
		const [events, latencies, next] = views;
		/* | 0: small integers, that V8 keeps in the object itself. */
		this.#shift = scratch[0] | 0;
		this.#bias = scratch[1] | 0;
		this.#last = scratch[2] - 1 | 0;
		this.#slow = scratch[3] | 0;
		this.#above0 = scratch[4];
		this.#above1 = scratch[5];
		this.#above2 = scratch[6];
		this.#above3 = scratch[7];
		this.#events = events;
		this.#latencies = latencies;
		this.#next = next;
		return true;
	}

	#learnSlot() {
		if (this.#events === NONE)
			return;
		this.#isClocked = scratch[0] === 1;
		this.#from = scratch[1];
		this.#to = scratch[2];
		this.#slot = scratch[3] | 0;
	}

	/* Of the registry's close(): this memory will not be there. */
	static release(indicator) {
		const { buffer } = indicator.#events;

		indicator.#isClocked = false;
		indicator.#to = -Infinity;
		indicator.#id = -1;
		if (indicator.#events === NONE)
			return;
		native.detach(buffer);
		native.detach(indicator.#latencies.buffer);
		native.detach(indicator.#next.buffer);
		indicator.#events = indicator.#latencies = NONE;
	}

	static id(indicator) {
		if (typeof indicator !== 'object' || indicator === null ||
		    !(#id in indicator))
			throw new SliError('SLI_EINVAL',
			    'indicator is none; accepted: what ' +
			    'registry.indicator() returned', 'indicator');
		return indicator.#id;
	}

	time(fn, { classify } = {}) {
		if (typeof fn !== 'function')
			throw new SliError('SLI_EINVAL',
			    `fn is ${typeof fn}; accepted: a function`, 'fn');
		const start = performance.now();
		let result;

		this.begin();
		try {
			result = fn();
			if (isThenable(result))
				return this.#timeLater(Promise.resolve(result),
				    start, classify);
		} catch (error) {
			this.#finish(start, BAD, classify, error, undefined);
			throw error;
		}
		this.#finish(start, GOOD, classify, undefined, result);
		return result;
	}

	async #timeLater(promise, start, classify) {
		let result;

		try {
			result = await promise;
		} catch (error) {
			this.#finish(start, BAD, classify, error, undefined);
			throw error;
		}
		this.#finish(start, GOOD, classify, undefined, result);
		return result;
	}

	/* What it measures has its own errors; none of ours is to hide them. */
	#finish(start, outcome, classify, error, result) {
		if (this.#registry.isClosed)
			return;
		this.end();
		if (classify !== undefined)
			outcome = classify(error, result) ?? outcome;
		this.record(outcome, performance.now() - start);
	}

	window(window, nowMs) {
		native.window(this.#id, lengthOf(window, 'window'),
		    this.#clock.time(nowMs));
		const has = scratch[12] === 1;
		const good = scratch[0], bad = scratch[1];

		return {
			good,
			bad,
			shed: scratch[2],
			ignored: scratch[3],
			slow: [scratch[4], scratch[5], scratch[6], scratch[7]],
			windowMs: scratch[8],
			coveredMs: scratch[9],
			rate: scratch[10],
			errorRatio: good + bad === 0 ? null : scratch[11],
			p50: has ? scratch[13] : null,
			p90: has ? scratch[14] : null,
			p99: has ? scratch[15] : null,
			inFlight: scratch[16],
			capacity: scratch[17] === 0 ? null : scratch[17],
			isCapacityLearned: scratch[18] === 1,
			saturation: scratch[17] === 0 ? null : scratch[19],
		};
	}

	totals() {
		native.totals(this.#id);
		return {
			good: scratch[0],
			bad: scratch[1],
			shed: scratch[2],
			ignored: scratch[3],
			slow: [scratch[4], scratch[5], scratch[6], scratch[7]],
			late: scratch[8],
			inFlight: scratch[9],
		};
	}

	get inFlight() {
		native.totals(this.#id);
		return scratch[9];
	}

	quantile(window, q, { outcome = GOOD, nowMs } = {}) {
		return native.quantile(this.#id,
		    lengthOf(window, 'window'), q, outcome,
		    this.#clock.time(nowMs)) ?? null;
	}

	depends(on) {
		native.depends(this.#id, on.#id);
		return this;
	}
}

function isThenable(value) {
	return value !== null &&
	    (typeof value === 'object' || typeof value === 'function') &&
	    typeof value.then === 'function';
}

module.exports = { BAD, GOOD, IGNORED, Indicator, SHED };
