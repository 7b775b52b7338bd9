// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const path = require('node:path');
const { test } = require('node:test');
const { Worker } = require('node:worker_threads');
const { createRegistry, GOOD } = require('libsli');
const { isAsan, refuses, scaled, scratch } = require('./support.js');

/* A worker that runs `code`, with libsli and its workerData as `data`. */
function start(code, workerData) {
	return new Worker(`
		const { parentPort, workerData: data } =
		    require('node:worker_threads');
		const { createRegistry, GOOD, BAD } =
		    require(${JSON.stringify(path.join(__dirname, '..'))});
		${code}`, { eval: true, workerData });
}

const exit = (worker) => new Promise((done, fail) => {
	worker.once('error', fail);
	worker.once('exit', done);
});
const message = (worker) => new Promise((done, fail) => {
	worker.once('error', fail);
	worker.once('message', done);
});

const RECORD = `
	const registry = createRegistry(data.config);
	const indicator = registry.indicator({ name: 'requests' });
	for (let i = 0; i < data.count; i++)
		indicator.record(i % 10 === 0 ? BAD : GOOD, i % 100);`;

test('workers record into one registry in memory', async () => {
	const registry = createRegistry();
	const indicator = registry.indicator({ name: 'requests' });
	const count = scaled(200000);
	const workers = Array.from({ length: 4 }, () => start(RECORD,
	    { count, config: { attach: registry.share() } }));

	for (let i = 0; i < count; i++)
		indicator.record(GOOD, 1);
	assert.deepStrictEqual(await Promise.all(workers.map(exit)),
	    [0, 0, 0, 0]);
	const totals = indicator.totals();
	assert.strictEqual(totals.bad, 4 * Math.ceil(count / 10));
	assert.strictEqual(totals.good + totals.bad, 5 * count);
	registry.close();
});

test('workers that open a file share it, by whatever path', async (t) => {
	const directory = scratch(t);
	const file = path.join(directory, 'registry');
	const registry = createRegistry({ path: file });
	const indicator = registry.indicator({ name: 'requests' });
	const other = `${directory}/../${path.basename(directory)}/registry`;

	await exit(start(RECORD, { count: 1000, config: { path: other } }));
	assert.strictEqual(indicator.totals().good, 900);
	assert.strictEqual(registry.info().opened, 1);
	registry.close();
	const again = createRegistry({ path: file, mustExist: true });
	assert.strictEqual(again.info().opened, 2);
	assert.strictEqual(again.indicator({ name: 'requests' }).totals().bad,
	    100);
	refuses(() => createRegistry({ path: file,
		history: [{ slot: '1s', slots: 64 }] }), 'SLI_EEXIST', 'history');
	again.close();
});

test('a worker that is terminated has lost nothing', async () => {
	const registry = createRegistry();
	const seen = new SharedArrayBuffer(4);
	const endless = start(`
		const { attach, seen } = data;
		const indicator = createRegistry({ attach }).indicator(
		    { name: 'endless' });
		const told = new Int32Array(seen);
		for (;;) {
			indicator.record(GOOD, 1);
			Atomics.add(told, 0, 1);
		}`, { attach: registry.share(), seen });
	const told = new Int32Array(seen);
	while (Atomics.load(told, 0) < 10000)
		await new Promise((done) => setTimeout(done, 5));
	await endless.terminate();
	const { good } = registry.indicator({ name: 'endless' }).totals();
	const n = Atomics.load(told, 0);
	assert.ok(good === n || good === n + 1, `${good} of ${n}`);
	registry.close();
});

test('more isolates than shards: the rest call C', async () => {
	const registry = createRegistry({ writerShards: 2 });
	const indicator = registry.indicator({ name: 'requests' });
	const workers = Array.from({ length: 5 }, () => start(`${RECORD}
		parentPort.postMessage(0);
		parentPort.once('message', () => registry.close());`,
	    { count: 1000, config: { attach: registry.share() } }));

	await Promise.all(workers.map(message));
	assert.strictEqual(indicator.totals().good, 4500);
	for (const worker of workers)
		worker.postMessage('end');
	await Promise.all(workers.map(exit));
	assert.strictEqual(indicator.totals().good, 4500);
	registry.close();
});

test('the registry outlives the isolate that made it', async () => {
	const worker = start(`
		const registry = createRegistry();
		registry.indicator({ name: 'requests' }).record(GOOD, 1);
		parentPort.postMessage(registry.share());
		parentPort.once('message', () => process.exit(0));`);
	const token = await message(worker);
	const registry = createRegistry({ attach: token });
	const indicator = registry.indicator({ name: 'requests' });

	worker.postMessage('end');
	await exit(worker);
	indicator.record(GOOD, 1);
	assert.strictEqual(indicator.totals().good, 2);
	registry.close();
	refuses(() => createRegistry({ attach: token }), 'SLI_ENOENT', 'attach');
});

test('workers come and go, and leave nothing', async () => {
	const registry = createRegistry({ writerShards: 4 });
	const indicator = registry.indicator({ name: 'requests' });
	const count = scaled(200);
	let before;

	for (let n = 0; n < count; n += 2) {
		await Promise.all([0, 1].map(() => exit(start(RECORD,
		    { count: 10, config: { attach: registry.share() } }))));
		if (n === 20)
			before = process.memoryUsage().rss;
	}
	assert.strictEqual(indicator.totals().good +
	    indicator.totals().bad, 10 * (count + count % 2));
	/* All its shards came back, or the last ones would have had none. */
	const grown = (process.memoryUsage().rss - (before ?? Infinity)) / 2 ** 20;
	assert.ok(isAsan || !(grown > 60), `${grown} MiB`);
	registry.close();
});
