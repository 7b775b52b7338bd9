// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { once } = require('node:events');
const { test } = require('node:test');
const { createRegistry, BAD, GOOD, SHED } = require('libsli');
const { refuses, T0 } = require('./support.js');

/* A registry by a clock that the test sets. */
function service(config) {
	const clock = { now: T0 };
	const registry = createRegistry({ now: () => clock.now });
	const indicator = registry.indicator({ name: 'requests',
	    thresholdsMs: [300] });
	const slo = registry.slo(indicator, { name: 'availability',
	    objective: 0.999, period: '30d', ...config });

	/* So many a second, of which a share is bad. */
	const run = (seconds, rate, badShare, latencyMs = 5) => {
		for (let s = 0; s < seconds; s++, clock.now += 1000)
			for (let i = 0; i < rate; i++)
				indicator.record(i < rate * badShare ? BAD : GOOD,
				    latencyMs);
	};
	return { clock, registry, indicator, slo, run };
}

test('the budget is what the objective leaves', () => {
	const { slo, run } = service({ objective: 0.99 });

	assert.strictEqual(slo.budget().hasData, false);
	assert.strictEqual(slo.budget().sli, null);
	assert.strictEqual(slo.burnRate('1h'), null);
	run(100, 100, 0.01);
	const budget = slo.budget();
	assert.strictEqual(budget.total, 10000);
	assert.strictEqual(budget.bad, 100);
	assert.strictEqual(budget.remaining, 0);
	assert.strictEqual(budget.burnRate1h, 1);
	assert.strictEqual(budget.exhaustedInMs, 0);
	assert.strictEqual(slo.burnRate('1m'), 1);
	assert.deepStrictEqual(Object.keys(slo.burnRates(['1m', '1h'])),
	    ['1m', '1h']);
	assert.strictEqual(slo.name, 'availability');
});

test('a latency SLO takes slow events for bad ones', () => {
	const { slo, run } = service({ objective: 0.9, thresholdMs: 300 });

	run(10, 10, 0, 250);
	assert.strictEqual(slo.budget().bad, 0);
	run(10, 10, 0, 301);
	assert.strictEqual(slo.budget().bad, 100);
});

test('overload sheds by criticality, and a user as a whole', () => {
	const { clock, indicator, slo, run } = service();
	const admitted = (criticality) => {
		let n = 0;
		for (let i = 0; i < 1000; i++)
			n += slo.admit({ criticality, key: `user-${i}` }) ? 1 : 0;
		return n;
	};

	run(60, 200, 0);
	assert.strictEqual(admitted('sheddable'), 1000);
	run(60, 200, 0.8);
	const verdict = slo.verdict();
	assert.ok(verdict.sheddable > 0.5, JSON.stringify(verdict));
	assert.ok(verdict.isFresh);
	const sheddable = admitted('sheddable');
	assert.ok(Math.abs(sheddable / 1000 - (1 - verdict.sheddable)) < 0.06,
	    `${sheddable}`);
	assert.ok(admitted('critical_plus') >= sheddable);
	assert.strictEqual(admitted('sheddable'), sheddable);
	assert.strictEqual(admitted(undefined), sheddable);
	for (const key of ['user-7', 7, 7n])
		for (let i = 0; i < 20; i++)
			assert.strictEqual(slo.admit({ key }), slo.admit({ key }));
	refuses(() => slo.admit({ key: {} }), 'SLI_EINVAL', 'key');
	refuses(() => slo.admit({ criticality: 'vital' }), 'SLI_EINVAL',
	    'criticality is "vital"', 'sheddable_plus');
	indicator.count(SHED, 10);
	/* Time without traffic is calm. */
	clock.now += 600e3;
	assert.strictEqual(admitted('sheddable'), 1000);
});

test('alerts are events, once at their beginning and once at their end', () => {
	const { clock, registry, slo, run } = service();
	const events = [];

	run(600, 20, 0);
	registry.poll();
	registry.on('alert', (event) => events.push(event));
	registry.poll();
	run(600, 20, 0.5);
	registry.poll();
	registry.poll();
	assert.ok(events.length >= 1);
	assert.ok(events.every((event) => event.began && !event.ended));
	assert.ok(events.some((event) => event.kind === 'burn' &&
	    event.severity === 'page' && event.slo === 'availability'));
	assert.ok(slo.alerts().some((alert) => alert.state === 'firing'));
	assert.strictEqual(slo.budget().page, true);
	const began = events.length;
	run(4000, 20, 0);
	clock.now += 86400e3 * 4;
	registry.advance();
	registry.poll();
	const ended = events.slice(began).filter((event) => event.ended);
	assert.deepStrictEqual(new Set(ended.map((event) => event.number)),
	    new Set(events.slice(0, began).map((event) => event.number)));
	assert.ok(ended.every((event) => event.endMs > event.startMs));
	assert.strictEqual(registry.alertLog().length,
	    new Set(events.map((event) => event.number)).size);
	registry.close();
});

test('a timer looks for alerts only while somebody listens', async () => {
	const { registry, run } = service();
	const active = () => process.getActiveResourcesInfo()
	    .filter((kind) => kind === 'Timeout').length;
	const before = active();
	const first = once(registry, 'alert');

	run(600, 20, 0.5);
	assert.strictEqual(active(), before);
	const wait = setTimeout(() => {}, 10e3);
	const [event] = await first;
	clearTimeout(wait);
	assert.strictEqual(event.began, true);
	assert.strictEqual(registry.listenerCount('alert'), 0);
	registry.on('alert', () => {});
	registry.close();
});

test('who has removed all listeners may listen again', async () => {
	const { registry, run } = service();

	registry.on('alert', () => {});
	registry.removeAllListeners();
	run(600, 20, 0.5);
	const first = once(registry, 'alert');
	const wait = setTimeout(() => {}, 10e3);
	assert.strictEqual((await first)[0].began, true);
	clearTimeout(wait);
	registry.close();
});

test('a listener for whom there is no place is told so', () => {
	const registry = createRegistry({ maxConsumers: 1 });
	const other = createRegistry({ attach: registry.share() });

	registry.on('alert', () => {});
	refuses(() => other.on('alert', () => {}), 'SLI_ENOSPC', 'maxConsumers');
	assert.strictEqual(other.listenerCount('alert'), 0);
	registry.removeAllListeners('alert');
	other.on('alert', () => {});
	registry.close();
	other.close();
});

test('a listener that throws, or closes, breaks nothing', () => {
	const { registry, run } = service();

	run(600, 20, 0.5);
	registry.once('alert', () => { throw new RangeError('mine'); });
	assert.throws(() => registry.poll(), { name: 'RangeError' });
	registry.on('alert', () => registry.close());
	run(1, 1, 0);
	registry.emit('alert', {});
	assert.strictEqual(registry.isClosed, true);
});

test('what burns is explained, with what was changed', () => {
	const { clock, registry, indicator, slo, run } = service();
	const database = registry.indicator({ name: 'database' });

	assert.strictEqual(indicator.depends(database), indicator);
	refuses(() => indicator.depends(indicator), 'SLI_EINVAL');
	run(600, 20, 0);
	registry.annotate('deploy', 'shop 1.4.2');
	for (let i = 0; i < 300; i++)
		database.record(BAD, 1);
	run(300, 20, 0.5);
	indicator.recordExemplar(BAD, 900, '4bf92f3577b34da6');
	refuses(() => indicator.recordExemplar(BAD, 900), 'SLI_EINVAL',
	    'traceId');
	const why = slo.explain();
	assert.deepStrictEqual(why.exemplars, [{ atMs: T0 + 900e3,
		latencyMs: 900, outcome: 'bad', traceId: '4bf92f3577b34da6' }]);
	assert.strictEqual(why.isBurning, true);
	assert.strictEqual(why.alert.slo, 'availability');
	assert.strictEqual(why.annotations[0].text, 'shop 1.4.2');
	assert.match(why.dependencies[0].series, /^database/);
	assert.match(why.text, /shop 1\.4\.2/);
	assert.deepStrictEqual(registry.annotations(),
	    [{ atMs: T0 + 600e3, kind: 'deploy', text: 'shop 1.4.2' }]);
	refuses(() => registry.annotate('De ploy', 'x'), 'SLI_EINVAL', 'kind');
	refuses(() => registry.annotate('deploy', ''), 'SLI_EINVAL', 'text');
	assert.ok(clock.now > T0);
});

test('maintenance is excluded, mistakes are corrected', () => {
	const { clock, slo, run } = service();

	run(100, 100, 0);
	run(100, 100, 0.5);
	const { bad } = slo.budget();
	assert.strictEqual(bad, 5000);
	slo.exclude({ fromMs: T0 + 100e3, toMs: T0 + 200e3, why: 'maintenance' });
	assert.strictEqual(slo.budget().bad, 0);
	assert.strictEqual(slo.budget().excludedMs, 100e3);
	assert.strictEqual(slo.adjustments()[0].kind, 'exclusion');
	slo.correct({ bad: 7, why: 'the load balancer was down' });
	assert.strictEqual(slo.budget().bad, 7);
	assert.strictEqual(slo.budget().correctedBad, 7);
	clock.now += 1000;
	slo.resetBudget('a new quarter');
	assert.strictEqual(slo.budget().bad, 0);
	refuses(() => slo.exclude({ fromMs: 1, toMs: 0, why: 'x' }),
	    'SLI_EINVAL');
	refuses(() => slo.correct({ bad: 1.5, why: 'x' }), 'SLI_EINVAL', 'bad');
	refuses(() => slo.correct({ bad: 1 }), 'SLI_EINVAL', 'why');
});

test('a retry budget lets a tenth be sent again', () => {
	const { registry, clock } = service();
	const retry = registry.retryBudget({ name: 'retries', ratio: 0.1 });
	let allowed = 0;

	for (let i = 0; i < 1000; i++)
		retry.request();
	assert.strictEqual(retry.balance(), 100);
	for (let i = 0; i < 200; i++)
		allowed += retry.allow() ? 1 : 0;
	assert.strictEqual(allowed, 100);
	assert.strictEqual(retry.indicator.window('10s').shed, 100);
	clock.now += 20e3;
	assert.strictEqual(retry.balance(), 0);
});

test('a snapshot has everything', () => {
	const { registry, run } = service();

	run(60, 10, 0.1, 50);
	const snapshot = registry.snapshot({ window: '30s' });
	assert.strictEqual(snapshot.atMs, T0 + 60e3);
	const [indicator] = snapshot.indicators;
	assert.strictEqual(indicator.total.good, 540);
	assert.strictEqual(indicator.window.good, 270);
	assert.strictEqual(indicator.window.errorRatio, 0.1);
	assert.ok(Math.abs(indicator.window.p99 / 50 - 1) < 1 / 64);
	assert.strictEqual(snapshot.slos[0].name, 'availability');
	assert.strictEqual(snapshot.slos[0].indicator, 'requests');
	assert.ok(JSON.stringify(snapshot).length > 100);
});

test('the same name is the same indicator, and the same SLO', () => {
	const { registry, indicator, slo } = service();

	assert.strictEqual(registry.indicator({ name: 'requests',
		thresholdsMs: [300] }), indicator);
	assert.strictEqual(registry.slo(indicator, { name: 'availability',
		objective: 0.999, period: '30d' }), slo);
	refuses(() => registry.indicator({ name: 'requests' }), 'SLI_EEXIST');
	refuses(() => registry.slo(indicator, { name: 'availability',
		objective: 0.99 }), 'SLI_EEXIST');
	assert.notStrictEqual(registry.indicator({ name: 'requests',
		labels: { a: 'b' } }), indicator);
	const other = service();
	refuses(() => other.registry.slo(indicator, { name: 'x',
		objective: 0.9 }), 'SLI_EINVAL', 'another registry');
});

test('time() records what becomes of a function', async () => {
	const registry = createRegistry();
	const indicator = registry.indicator({ name: 'jobs' });
	const wait = (ms) => new Promise((done) => setTimeout(done, ms));

	assert.strictEqual(indicator.time(() => 5), 5);
	const running = indicator.time(() => wait(30));
	assert.strictEqual(indicator.inFlight, 1);
	await running;
	assert.strictEqual(indicator.inFlight, 0);
	await assert.rejects(indicator.time(() => Promise.reject(new Error('x'))));
	assert.throws(() => indicator.time(() => { throw new Error('x'); }));
	indicator.time(() => 404, { classify: (error, status) =>
	    status === 404 ? SHED : undefined });
	const { good, bad, shed } = indicator.totals();
	assert.deepStrictEqual([good, bad, shed], [2, 2, 1]);
	assert.ok(indicator.quantile('1m', 1) >= 28);
	registry.close();
});

test('errors have the codes of libsli\'s table', () => {
	const { SliError } = require('libsli');
	const error = new SliError('SLI_EINVAL', 'text', 'field');

	assert.ok(error instanceof Error);
	assert.deepStrictEqual([error.name, error.code, error.field,
		error.message], ['SliError', 'SLI_EINVAL', 'field', 'text']);
	try {
		createRegistry().indicator({ name: 'x', thresholdsMs: [2, 1] });
	} catch (thrown) {
		assert.ok(thrown instanceof SliError);
		assert.strictEqual(thrown.field, 'thresholdsMs');
	}
});
