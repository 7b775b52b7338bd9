// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { createRegistry, BAD, GOOD, IGNORED, SHED } = require('libsli');

test('what is recorded shows in windows, totals and the budget', () => {
	const registry = createRegistry();
	const indicator = registry.indicator({
		name: 'requests', thresholdsMs: [300],
	});
	const slo = registry.slo(indicator, {
		name: 'availability', objective: 0.99, period: '30d',
	});

	for (let i = 1; i <= 1000; i++)
		indicator.record(i % 100 === 0 ? BAD : GOOD, i);
	indicator.count(SHED, 3);
	indicator.record(IGNORED);
	indicator.begin();

	const window = indicator.window('5m');
	assert.strictEqual(window.good, 990);
	assert.strictEqual(window.bad, 10);
	assert.strictEqual(window.shed, 3);
	assert.strictEqual(window.ignored, 1);
	assert.strictEqual(window.slow[0], 693);
	assert.strictEqual(window.inFlight, 1);
	assert.ok(Math.abs(window.p50 / 500 - 1) < 1 / 64, `${window.p50}`);
	assert.strictEqual(indicator.totals().good, 990);
	assert.strictEqual(slo.budget().remaining, 0);
	assert.strictEqual(slo.admit({ criticality: 'sheddable' }), true);
	registry.close();
});
