// SPDX-License-Identifier: MIT
'use strict';

/* JavaScript that means no good, or knows no better. */

const assert = require('node:assert');
const { EventEmitter } = require('node:events');
const path = require('node:path');
const { test } = require('node:test');
const { createRegistry, BAD, GOOD, Indicator, Registry, RetryBudget, Slo,
	Watchdog } =
    require('libsli');
const { refuses, T0 } = require('./support.js');

function service() {
	const registry = createRegistry();
	const indicator = registry.indicator({
		name: 'requests', thresholdsMs: [300],
	});
	const slo = registry.slo(indicator,
	    { name: 'availability', objective: 0.999 });
	return { registry, indicator, slo };
}

/* EventEmitter's own take any object. */
const methods = (type) => Object.getOwnPropertyNames(type.prototype)
    .filter((name) => name !== 'constructor' &&
	!(name in EventEmitter.prototype) && typeof Object
	.getOwnPropertyDescriptor(type.prototype, name).value === 'function');

test('another this is a TypeError, for every method', () => {
	const { registry, indicator, slo } = service();
	const retry = registry.retryBudget({ name: 'retries' });
	const watchdog = registry.watchdog();
	const strangers = [{}, null, undefined, 5, Object.create(indicator),
		new Proxy(slo, {}), registry, indicator, slo, retry];

	for (const [type, own] of [[Indicator, indicator], [Slo, slo],
		[Registry, registry], [RetryBudget, retry],
		[Watchdog, watchdog]]) {
		for (const name of methods(type)) {
			for (const self of strangers.filter((s) => s !== own))
				assert.throws(() => type.prototype[name].call(self,
				    name === 'time' ? () => 1 : '1m', '1m'),
				    TypeError, `${type.name}.${name}`);
		}
	}
	registry.close();
});

test('use after close throws, and close twice is once', () => {
	const { registry, indicator, slo } = service();
	const retry = registry.retryBudget({ name: 'retries' });

	indicator.record(GOOD, 1);
	slo.admit();
	registry.close();
	registry.close();
	assert.strictEqual(registry.isClosed, true);
	for (const use of [
		() => indicator.record(GOOD, 1),
		() => indicator.record(BAD, 1, Date.now()),
		() => indicator.recordExemplar(GOOD, 1, 'x'),
		() => indicator.count(GOOD),
		() => indicator.begin(),
		() => indicator.end(),
		() => indicator.window('5m'),
		() => indicator.totals(),
		() => indicator.quantile('5m', 0.5),
		() => indicator.depends(indicator),
		() => indicator.time(() => 1),
		() => slo.admit(),
		() => slo.admit({ key: 'x', criticality: 'critical' }),
		() => slo.budget(),
		() => slo.burnRate('1h'),
		() => slo.verdict(),
		() => slo.alerts(),
		() => slo.outage(),
		() => slo.explain(),
		() => slo.exclude({ fromMs: T0, toMs: T0 + 1, why: 'x' }),
		() => slo.correct({ bad: -1, why: 'x' }),
		() => slo.adjustments(),
		() => slo.resetBudget('x'),
		() => retry.request(),
		() => retry.allow(),
		() => retry.balance(),
		() => registry.indicator({ name: 'x' }),
		() => registry.slo(indicator, { name: 'x', objective: 0.9 }),
		() => registry.retryBudget({ name: 'x' }),
		() => registry.snapshot(),
		() => registry.metrics(),
		() => registry.alertLog(),
		() => registry.annotations(),
		() => registry.annotate('deploy', 'x'),
		() => registry.info(),
		() => registry.advance(),
		() => registry.share(),
		() => registry.sync(),
		() => registry.check(),
		() => registry.poll(),
	])
		refuses(use, 'SLI_EINVAL', 'closed');
});

test('what another registry has taken its place is not reached', () => {
	const { registry, indicator } = service();

	indicator.record(GOOD, 1);
	registry.close();
	const next = service();
	next.indicator.record(GOOD, 1);
	refuses(() => indicator.record(GOOD, 1), 'SLI_EINVAL', 'closed');
	refuses(() => indicator.totals(), 'SLI_EINVAL', 'closed');
	assert.strictEqual(next.indicator.totals().good, 1);
});

test('getters of a config that throw, or close the registry', () => {
	const { registry, indicator } = service();

	assert.throws(() => registry.indicator({
		get name() { throw new RangeError('mine'); },
	}), { name: 'RangeError', message: 'mine' });
	refuses(() => registry.slo(indicator, {
		name: 'x',
		get objective() { registry.close(); return 0.9; },
	}), 'SLI_EINVAL', 'closed');
	assert.throws(() => createRegistry({
		get path() { throw new RangeError('mine'); },
	}), { name: 'RangeError' });
	assert.throws(() => createRegistry(new Proxy({}, {
		ownKeys() { throw new RangeError('mine'); },
	})), { name: 'RangeError' });
});

/* Once this crashed: what it made lay in memory that nobody took from it. */
test('what a getter puts in the place of a closed registry is safe', () => {
	for (const add of [
		(registry, indicator, swap) => registry.indicator({
			get name() { swap(); return 'x'; } }),
		(registry, indicator, swap) => registry.slo(indicator, {
			name: 'x', get objective() { swap(); return 0.9; } }),
		(registry, indicator, swap) => registry.retryBudget({
			get name() { swap(); return 'x'; } }),
	]) {
		const { registry, indicator } = service();
		let next;

		refuses(() => add(registry, indicator, () => {
			registry.close();
			next = service();
		}), 'SLI_EINVAL', 'closed');
		assert.strictEqual(next.registry.info().indicators, 1);
		next.registry.close();
	}
});

test('what is added to Object.prototype is in no config', (t) => {
	Object.prototype.region = 'eu';
	t.after(() => { delete Object.prototype.region; });
	const { registry, indicator } = service();

	registry.indicator({ name: 'labelled', labels: { method: 'GET' } });
	indicator.record(GOOD, 1);
	assert.doesNotMatch(registry.metrics({}), /eu/);
	registry.close();
});

test('a clock that throws, or closes, or says nonsense', () => {
	let say = () => T0;
	const registry = createRegistry({ now: () => say() });
	const indicator = registry.indicator({ name: 'requests' });

	indicator.record(GOOD, 1);
	say = () => { throw new RangeError('mine'); };
	assert.throws(() => indicator.record(GOOD, 1), { name: 'RangeError' });
	assert.throws(() => indicator.window('5m'), { name: 'RangeError' });
	say = () => 'noon';
	refuses(() => indicator.record(GOOD, 1), 'SLI_EINVAL', 'nowMs', 'noon');
	say = () => { registry.close(); return T0; };
	refuses(() => indicator.record(GOOD, 1), 'SLI_EINVAL', 'closed');
});

test('values whose conversion calls back', () => {
	const { registry, indicator } = service();
	const closing = { valueOf() { registry.close(); return T0; },
		toString() { registry.close(); return '5m'; } };

	indicator.record(GOOD, 1, T0);
	refuses(() => indicator.record(GOOD, 1, closing), 'SLI_EINVAL', 'nowMs');
	refuses(() => indicator.record(GOOD, closing), 'SLI_EINVAL', 'latencyMs');
	refuses(() => indicator.count(GOOD, closing), 'SLI_EINVAL', 'n is');
	refuses(() => indicator.window(closing), 'SLI_EINVAL', 'window');
	assert.strictEqual(registry.isClosed, false);
});

test('callbacks of time() that close, throw, or are no promise', async () => {
	const { registry, indicator } = service();

	assert.throws(() => indicator.time(() => { throw new RangeError('mine'); }),
	    { name: 'RangeError' });
	await assert.rejects(indicator.time(async () => {
		throw new RangeError('mine');
	}), { name: 'RangeError' });
	assert.strictEqual(await indicator.time(() => ({
		then(done) { done(7); done(8); throw new Error('after'); },
	})), 7);
	assert.throws(() => indicator.time(() => ({
		get then() { throw new RangeError('mine'); },
	})), { name: 'RangeError' });
	await assert.rejects(indicator.time(() => ({
		then() { throw new RangeError('mine'); },
	})), { name: 'RangeError' });
	assert.strictEqual(indicator.time(() => null), null);
	refuses(() => indicator.time('fn'), 'SLI_EINVAL', 'fn');
	assert.deepStrictEqual(indicator.totals(), { good: 2, bad: 4, shed: 0,
		ignored: 0, slow: [0, 0, 0, 0], late: 0, inFlight: 0 });

	const result = indicator.time(async () => { registry.close(); return 5; });
	assert.strictEqual(await result, 5);
});

test('configs that are none', () => {
	const { registry, indicator } = service();
	const add = (config) => () => registry.indicator(config);
	const slo = (config) => () => registry.slo(indicator, config);

	refuses(add(), 'SLI_EINVAL', 'name');
	refuses(add(null), 'SLI_EINVAL', 'object');
	refuses(add('requests'), 'SLI_EINVAL', 'object');
	refuses(add({ name: 5 }), 'SLI_EINVAL', 'name is 5', 'a string');
	refuses(add({ name: 'a\0b' }), 'SLI_EINVAL', 'name', 'NUL');
	refuses(add({ name: 'a b' }), 'SLI_EINVAL', 'a b');
	refuses(add({ name: 'a'.repeat(1e5) }), 'SLI_ERANGE', 'name');
	refuses(add({ name: 'a', labels: 'x' }), 'SLI_EINVAL', 'labels');
	refuses(add({ name: 'a', labels: { x: 1 } }), 'SLI_EINVAL',
	    'labels.x is 1');
	refuses(add({ name: 'a', thresholdsMs: [1, 2, 3, 4, 5] }), 'SLI_ERANGE',
	    'thresholdsMs has 5', 'up to 4');
	refuses(add({ name: 'a', thresholdsMs: [2, 1] }), 'SLI_EINVAL',
	    'thresholdsMs[1]');
	refuses(add({ name: 'a', thresholdsMs: [NaN] }), 'SLI_EINVAL',
	    'thresholdsMs[0] is NaN');
	refuses(add({ name: 'a', thresholdsMs: new Array(4) }), 'SLI_EINVAL',
	    'thresholdsMs[0] is undefined');
	refuses(add({ name: 'a', precisionBits: 11 }), 'SLI_ERANGE',
	    'precisionBits 11');
	refuses(add({ name: 'a', threshold: 1 }), 'SLI_EINVAL',
	    'threshold is not known', 'thresholdsMs');
	refuses(slo({ name: 'a' }), 'SLI_ERANGE', 'objective');
	refuses(slo({ name: 'a', objective: 99.9 }), 'SLI_ERANGE',
	    'objective 99.9');
	refuses(slo({ name: 'a', objective: NaN }), 'SLI_EINVAL', 'objective');
	refuses(slo({ name: 'a', objective: 0.9, period: '1 month' }),
	    'SLI_EINVAL', 'period is "1 month"', '30d');
	refuses(slo({ name: 'a', objective: 0.9, period: '3y' }), 'SLI_EINVAL',
	    'period');
	refuses(slo({ name: 'a', objective: 0.9, period: '99d' }), 'SLI_ERANGE',
	    'period');
	refuses(slo({ name: 'a', objective: 0.9, thresholdMs: 5 }), 'SLI_EINVAL',
	    'thresholdMs (in ns) 5000000 is none', 'requests');
	refuses(add({ name: 'requests', thresholdsMs: [200] }), 'SLI_EEXIST',
	    'another thresholdsMs');
	refuses(add({ name: 'requests', thresholdsMs: [1, 2] }), 'SLI_EEXIST',
	    'another thresholdsMs');
	refuses(() => indicator.record('good', 1), 'SLI_EINVAL',
	    'outcome is "good"', 'GOOD, BAD, SHED, IGNORED');
	refuses(slo({ name: 'a', objective: 0.9, method: 'events' }),
	    'SLI_EINVAL', 'method is "events"', 'timeslices');
	refuses(slo({ name: 'a', objective: 0.9, calendar: 'month',
		timeZone: 'Mars/Phobos' }), 'SLI_ENOENT', 'Mars/Phobos');
	refuses(slo({ name: 'a', objective: 0.9, alerts: [{ severity: 'warn' }] }),
	    'SLI_EINVAL', 'severity is "warn"');
	for (const none of [{}, null, undefined, 5, 'requests'])
		refuses(() => registry.slo(none, { name: 'a', objective: 0.9 }),
		    'SLI_EINVAL', 'indicator is none');
	refuses(() => createRegistry(5), 'SLI_EINVAL', 'object');
	refuses(() => createRegistry({ now: 5 }), 'SLI_EINVAL', 'now');
	refuses(() => createRegistry({ maxIndicators: 1e9 }), 'SLI_ERANGE',
	    'maxIndicators');
	refuses(() => createRegistry({ attach: 12345 }), 'SLI_ENOENT', 'attach');
	refuses(() => createRegistry({ path: '/nowhere/at/all' }), 'SLI_ENOENT',
	    'path "/nowhere/at/all": cannot open');
	refuses(() => registry.metrics({ format: 'xml' }), 'SLI_EINVAL',
	    'format is "xml"', 'openmetrics');
	refuses(() => registry.metrics({ boundsMs: [2, 1] }), 'SLI_ERANGE',
	    'boundsMs');
	assert.strictEqual(registry.snapshot().indicators.length, 1);
});

test('the memory is out of reach', () => {
	const { indicator, slo } = service();

	indicator.record(GOOD, 1);
	for (const object of [indicator, slo]) {
		assert.deepStrictEqual(Reflect.ownKeys(object), []);
		assert.deepStrictEqual(structuredClone(object), {});
		for (const value of Object.values(Object.getOwnPropertyDescriptors(
		    Object.getPrototypeOf(object))))
			assert.ok(!ArrayBuffer.isView(value.value));
	}
});

test('native functions with ids of nothing', () => {
	const { native } = require(path.join(__dirname, '../lib/native.js'));
	const { registry } = service();
	const args = [[], [-1], [1e9], [NaN], [0], [1], [2], ['x'], [{}], [null],
		[0, {}], [1, 0, 5], [2, 'x', 'y', 'z', 1, 2, 3, 4]];

	/* init() is lib's, detach() takes only what native functions gave. */
	for (const name of Object.keys(native)) {
		if (name === 'init' || name === 'detach' || name === 'close')
			continue;
		for (const list of args) {
			try {
				native[name](...list);
			} catch (error) {
				assert.ok(error instanceof Error);
			}
		}
	}
	registry.close();
});
