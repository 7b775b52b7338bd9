// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { createRegistry, BAD, GOOD, IGNORED, SHED } = require('libsli');
const { refuses, T0 } = require('./support.js');

const CONFIG = { name: 'requests', thresholdsMs: [0.2, 25, 300, 1000] };

/* Latencies of every magnitude, and what lies beside the thresholds. */
function latencies() {
	const list = [0, -0, 5e-324, 1e-6, 4e-7, 5e-7, 1e-3, 59999.999999,
	    60000, 1e9, 1e300, Infinity];

	for (const ms of CONFIG.thresholdsMs)
		for (const off of [-1e-6, -4e-7, 0, 4e-7, 6e-7, 1e-6])
			list.push(ms + off);
	for (let k = 0; k < 36; k++)
		for (const part of [0, 0.1, 0.25, 0.99, 1 - 2 ** -30])
			list.push((2 ** k) * (1 + part) / 1e6);
	return list;
}

/* By JavaScript, and by C: with a clock to ask, it has to call. */
function pair(config) {
	const byCode = createRegistry();
	const byCall = createRegistry({ now: () => byCode.now() });
	return [byCode.indicator(config), byCall.indicator(config)];
}

/* The exposition has every bucket, down to what each threshold has counted. */
function shown(indicator, boundsMs) {
	return indicator.registry.metrics({ boundsMs, noCreated: true,
		noExemplars: true, noSlos: true });
}

test('record in JavaScript is record in C', () => {
	for (const config of [CONFIG, { name: 'requests' },
		{ name: 'requests', precisionBits: 10, lowestMs: 1, highestMs: 9 },
		{ name: 'requests', precisionBits: 3, highestMs: 1e7 },
		{ name: 'requests', thresholdsMs: [0.0005], lowestMs: 0.001 }]) {
		const [a, b] = pair(config);

		a.record(GOOD, 1);
		b.record(GOOD, 1);
		for (const ms of latencies()) {
			a.record(GOOD, ms);
			b.record(GOOD, ms);
			a.record(BAD, ms);
			b.record(BAD, ms);
		}
		assert.deepStrictEqual(a.totals(), b.totals());
		const bounds = [];
		for (let ms = 0.001; ms < 1e5 && bounds.length < 60; ms *= 1.4)
			bounds.push(Math.round(ms * 1e6) / 1e6);
		assert.strictEqual(shown(a, bounds), shown(b, bounds));
		for (const q of [0, 0.01, 0.5, 0.9, 0.99, 1])
			for (const outcome of [GOOD, BAD])
				assert.strictEqual(a.quantile('5m', q, { outcome }),
				    b.quantile('5m', q, { outcome }));
		a.registry.close();
		b.registry.close();
	}
});

test('a threshold is exceeded by the nanosecond', () => {
	const indicator = createRegistry().indicator(CONFIG);
	const slow = (ms) => {
		const before = indicator.totals().slow;
		indicator.record(GOOD, ms);
		return indicator.totals().slow.map((n, k) => n - before[k]);
	};

	indicator.record(GOOD, 1);
	for (let again = 0; again < 2; again++) {
		assert.deepStrictEqual(slow(0.2), [0, 0, 0, 0]);
		assert.deepStrictEqual(slow(0.200001), [1, 0, 0, 0]);
		assert.deepStrictEqual(slow(25), [1, 0, 0, 0]);
		assert.deepStrictEqual(slow(25.000001), [1, 1, 0, 0]);
		assert.deepStrictEqual(slow(300.000001), [1, 1, 1, 0]);
		assert.deepStrictEqual(slow(1000), [1, 1, 1, 0]);
		assert.deepStrictEqual(slow(1000.000001), [1, 1, 1, 1]);
		assert.deepStrictEqual(slow(Infinity), [1, 1, 1, 1]);
	}
	indicator.registry.close();
});

test('buckets below the reach of exponents are recorded by C', () => {
	const [a, b] = pair({ name: 'requests', lowestMs: 2e-6, precisionBits: 7 });

	for (let ns = 0; ns < 300; ns++) {
		a.record(GOOD, ns / 1e6);
		b.record(GOOD, ns / 1e6);
	}
	for (let q = 0; q <= 1; q += 0.125)
		assert.strictEqual(a.quantile('1m', q), b.quantile('1m', q));
	assert.strictEqual(a.totals().good, 300);
});

test('events lie in the slots of their times', () => {
	const indicator = createRegistry().indicator(CONFIG);

	for (let s = 0; s < 600; s++)
		for (let i = 0; i < 10; i++)
			indicator.record(i === 0 ? BAD : GOOD, 5, T0 + s * 1000 + i * 100);
	const last = T0 + 600e3 - 1;
	for (const seconds of [1, 7, 60, 127])
		assert.strictEqual(indicator.window(seconds * 1000,
		    T0 + 600e3).bad, seconds);
	assert.strictEqual(indicator.window('10m', last).good, 5400);
	/* Idle for an hour: what there was has left the window. */
	assert.strictEqual(indicator.window('1m', T0 + 42e5).good, 0);
	assert.strictEqual(indicator.totals().late, 0);
});

test('what comes late is counted as that', () => {
	const indicator = createRegistry().indicator(CONFIG);

	indicator.record(GOOD, 1, T0);
	indicator.record(GOOD, 1, T0 + 5000);
	for (let i = 0; i < 3; i++)
		indicator.record(GOOD, 1, T0 + 1000);
	indicator.count(BAD, 2, T0);
	assert.strictEqual(indicator.totals().late, 5);
	assert.strictEqual(indicator.totals().good, 5);
});

test('slots that others open are seen', () => {
	const indicator = createRegistry().indicator(CONFIG);

	indicator.record(GOOD, 1, T0);
	indicator.record(GOOD, 1, T0 + 10);
	indicator.window('1s', T0 + 3000);
	indicator.record(GOOD, 1, T0 + 20);
	assert.strictEqual(indicator.totals().late, 1);
});

test('a clock that was set back is followed', () => {
	const indicator = createRegistry().indicator(CONFIG);

	for (let s = 0; s < 200; s++)
		indicator.record(GOOD, 1, T0 + s * 1000);
	for (let s = 0; s < 200; s++)
		indicator.record(GOOD, 1, T0 - 36e5 + s * 1000);
	const { late } = indicator.totals();
	assert.ok(late >= 59 && late < 70, `${late}`);
	assert.strictEqual(indicator.window('10s', T0 - 36e5 + 200e3).good, 10);
});

test('without a time, the slot is that of now', async () => {
	const registry = createRegistry();
	const indicator = registry.indicator({ name: 'fast', slot: 100,
	    lowestMs: 1 });

	indicator.record(GOOD, 1);
	const deadline = Date.now() + 10e3;
	/* Nothing looks at a clock but the thread, and it has moved on. */
	while (indicator.window(100).good !== 0 && Date.now() < deadline)
		await new Promise((done) => setTimeout(done, 5));
	assert.strictEqual(indicator.window('1m').good, 1);
	indicator.record(BAD, 1);
	assert.strictEqual(indicator.window('1m').bad, 1);
	registry.close();
});

test('the clock goes on while the loop is blocked', () => {
	const registry = createRegistry();
	const indicator = registry.indicator({ name: 'blocked', slot: 100 });
	const end = Date.now() + 700;

	indicator.record(GOOD, 1);
	while (Date.now() < end)
		indicator.record(GOOD, 1);
	const { good } = indicator.window(200);
	const all = indicator.totals().good;
	/* Had nobody opened slots, all of them would be in the last one. */
	assert.ok(good > 0 && good < all * 0.7, `${good} of ${all}`);
	registry.close();
});

test('a clock of one\'s own is asked', () => {
	let now = T0;
	const registry = createRegistry({ now: () => now });
	const indicator = registry.indicator(CONFIG);

	for (let s = 0; s < 60; s++, now += 1000)
		indicator.record(GOOD, 1);
	indicator.count(BAD);
	assert.strictEqual(registry.now(), T0 + 60e3);
	assert.strictEqual(indicator.window('30s').good, 30);
	assert.strictEqual(indicator.window('30s').bad, 1);
	registry.close();
});

test('counts, in-flight events', () => {
	const indicator = createRegistry().indicator(CONFIG);

	for (const outcome of [GOOD, BAD, SHED, IGNORED]) {
		indicator.count(outcome);
		indicator.count(outcome);
		indicator.count(outcome, 10 ** (outcome + 1));
		indicator.record(outcome, 1);
	}
	indicator.count(GOOD, 0);
	indicator.begin();
	indicator.begin();
	indicator.end();
	const totals = indicator.totals();
	assert.strictEqual(totals.good, 13);
	assert.strictEqual(totals.bad, 103);
	assert.strictEqual(totals.shed, 1003);
	assert.strictEqual(totals.ignored, 10003);
	assert.strictEqual(totals.inFlight, 1);
	assert.strictEqual(indicator.inFlight, 1);
	assert.strictEqual(indicator.window('1m').inFlight, 1);
});

test('a cell passes 2^32', () => {
	const indicator = createRegistry().indicator(CONFIG);

	indicator.count(GOOD, 2 ** 32 - 2);
	for (let i = 0; i < 5; i++)
		indicator.record(GOOD, 1);
	indicator.count(GOOD, 2 ** 40);
	assert.strictEqual(indicator.totals().good, 2 ** 40 + 2 ** 32 + 3);
});

test('arguments that are none are refused by name', () => {
	const indicator = createRegistry().indicator(CONFIG);
	const each = () => {
		refuses(() => indicator.record(GOOD), 'SLI_EINVAL', 'latencyMs');
		refuses(() => indicator.record(GOOD, NaN), 'SLI_EINVAL',
		    'latencyMs is NaN');
		refuses(() => indicator.record(GOOD, -1), 'SLI_ERANGE',
		    'latencyMs is -1', '0 or more');
		refuses(() => indicator.record(BAD, '5'), 'SLI_EINVAL',
		    'latencyMs is "5"', 'a number');
		refuses(() => indicator.record(BAD, 5n), 'SLI_EINVAL', 'bigint');
		refuses(() => indicator.record(BAD, {
			valueOf() { throw new Error('reached'); },
		}), 'SLI_EINVAL', 'an object');
		refuses(() => indicator.record(4, 1), 'SLI_ERANGE', 'outcome',
		    'is 4');
		refuses(() => indicator.record(true, 1), 'SLI_EINVAL', 'outcome');
		refuses(() => indicator.record(undefined, 1), 'SLI_EINVAL',
		    'outcome');
		refuses(() => indicator.record(GOOD, 1, NaN), 'SLI_EINVAL', 'nowMs');
		refuses(() => indicator.record(GOOD, 1, -1), 'SLI_ERANGE', 'nowMs');
		refuses(() => indicator.record(GOOD, 1, new Date()), 'SLI_EINVAL',
		    'nowMs');
		refuses(() => indicator.count(GOOD, 1.5), 'SLI_ERANGE', 'n is 1.5');
		refuses(() => indicator.count(GOOD, -1), 'SLI_ERANGE', 'n is -1');
		refuses(() => indicator.count('GOOD'), 'SLI_EINVAL', 'outcome');
		refuses(() => indicator.window('5 minutes'), 'SLI_EINVAL',
		    'window is "5 minutes"', '5m');
		refuses(() => indicator.window(0), 'SLI_EINVAL', 'window is 0');
		refuses(() => indicator.window(), 'SLI_EINVAL', 'window');
		refuses(() => indicator.window(Infinity), 'SLI_ERANGE', 'window');
		refuses(() => indicator.quantile('5m', 50), 'SLI_ERANGE', 'q is 50');
		refuses(() => indicator.quantile('30d', 0.5), 'SLI_ERANGE', 'window',
		    'latency history');
		refuses(() => indicator.quantile('5m', 0.5, { outcome: SHED }),
		    'SLI_EINVAL', 'outcome');
	};

	each();
	indicator.record(GOOD, 1);
	each();
	assert.strictEqual(indicator.totals().good, 1);
	assert.strictEqual(indicator.totals().bad, 0);
});
