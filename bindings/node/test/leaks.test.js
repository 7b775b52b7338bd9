// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { createRegistry, BAD, GOOD } = require('libsli');
const { isAsan, scaled, T0 } = require('./support.js');

async function collect() {
	for (let i = 0; i < 5; i++) {
		globalThis.gc();
		await new Promise(setImmediate);
	}
}

const rss = () => isAsan ? 0 : process.memoryUsage().rss / 2 ** 20;
const heap = () => process.memoryUsage().heapUsed / 2 ** 20;

function use(registry) {
	const indicator = registry.indicator({ name: 'requests',
	    thresholdsMs: [100], labels: { a: 'b' } });
	const slo = registry.slo(indicator, { name: 'a', objective: 0.99 });

	indicator.record(GOOD, 1);
	slo.admit({ key: 'x' });
	slo.budget();
	registry.metrics();
	registry.snapshot();
	registry.retryBudget({ name: 'retries' }).allow();
	assert.throws(() => registry.indicator({ name: 5 }));
	return registry;
}

test('registries that are closed leave nothing', async () => {
	for (let i = 0; i < 20; i++)
		use(createRegistry()).close();
	await collect();
	const before = [rss(), heap()];
	for (let i = 0; i < scaled(500); i++)
		use(createRegistry()).close();
	await collect();
	assert.ok(rss() - before[0] < 24, `${rss() - before[0]} MiB`);
	assert.ok(heap() - before[1] < 1, `${heap() - before[1]} MiB of heap`);
});

test('registries that are forgotten go with the garbage', async () => {
	const counted = scaled(100);
	let collected = 0;
	const seen = new FinalizationRegistry(() => { collected++; });

	for (let i = 0; i < counted; i++) {
		seen.register(use(createRegistry({ maxIndicators: 4 })), i);
		if (i % 10 === 0)
			await collect();
	}
	await collect();
	assert.ok(collected >= counted - 2, `${collected} of ${counted}`);
});

test('a day at 1000 requests a second leaves memory flat', async () => {
	const registry = createRegistry();
	const indicator = registry.indicator({ name: 'requests',
	    thresholdsMs: [100, 300] });
	const slo = registry.slo(indicator, { name: 'a', objective: 0.999,
	    period: '30d', thresholdMs: 300 });
	const seconds = scaled(86400);
	let now = T0;
	let after;

	for (let s = 0; s < seconds; s++) {
		for (let i = 0; i < 1000; i++)
			indicator.record(i === 7 ? BAD : GOOD, i % 400, now + i);
		now += 1000;
		if (s % 60 === 0) {
			slo.budget(now);
			indicator.window('5m', now);
			slo.admit({ criticality: 'critical', nowMs: now });
		}
		/* By then the rings of an hour are in use. */
		if (s === Math.round(seconds / 8)) {
			await collect();
			after = [rss(), heap()];
		}
	}
	await collect();
	const { good, bad, late } = indicator.totals();
	assert.strictEqual(good + bad, seconds * 1000);
	assert.strictEqual(late, 0);
	assert.strictEqual(indicator.window('1h', now).bad,
	    Math.min(seconds, 3600));
	assert.ok(heap() - after[1] < 1, `${heap() - after[1]} MiB of heap`);
	assert.ok(rss() - after[0] < 8, `${rss() - after[0]} MiB`);
	registry.close();
});
