// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { execFileSync, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { performance, monitorEventLoopDelay } = require('node:perf_hooks');
const { test } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { Worker } = require('node:worker_threads');
const { createRegistry } = require('libsli');
const { scratch } = require('./support.js');

const [major, minor] = process.versions.node.split('.').map(Number);
const stacks = major > 20 || (major === 20 && minor >= 11);

/* Of CPU time, so that it means the same on a busy machine. */
function spinFor(ms) {
	const end = process.cpuUsage().user + 1000 * ms;

	while (process.cpuUsage().user < end);
}

/* The loop has turned, so that blocks are looked for. */
async function watched(config, run) {
	const registry = createRegistry();
	const watchdog = registry.watchdog(config);

	await sleep(60);
	try {
		await run(watchdog, registry);
	} finally {
		registry.close();
	}
}

/* Blocks that are over: the watcher has looked since. */
async function blocks(watchdog) {
	await sleep(100);
	return watchdog.blocks();
}

test('a block by code is told, with begin, length and cause', () =>
	watched({}, async (watchdog) => {
		const begin = performance.timeOrigin + performance.now();
		spinFor(300);
		const length = performance.timeOrigin + performance.now() - begin;
		const [block, ...rest] = await blocks(watchdog);

		assert.strictEqual(rest.length, 0);
		/* Within two looks, and what the watcher itself had to wait. */
		assert.ok(Math.abs(block.begin - begin) < 150, 'begin');
		assert.ok(Math.abs(block.end - block.begin - length) < 250,
		    `${block.end - block.begin} for ${length}`);
		assert.ok(block.codeMs > 100, `${block.codeMs}`);
		assert.notStrictEqual(block.cause, 'call');
		assert.strictEqual(block.call, '');
	}));

test('a call that blocks is told from code', () =>
	watched({}, async (watchdog) => {
		execFileSync('sleep', ['0.5']);
		const [block] = await blocks(watchdog);

		assert.strictEqual(block.cause, 'call');
		assert.match(block.call, /^[a-z_0-9]+$/);
		assert.ok(block.callMs > 2 * block.codeMs);
	}));

test('microtasks that starve the loop are a block', () =>
	watched({}, async (watchdog) => {
		const end = Date.now() + 400;
		while (Date.now() < end)
			await undefined;
		assert.strictEqual((await blocks(watchdog)).length, 1);
	}));

test('a loop that idles, or is busy in short turns, is not blocked', () =>
	watched({ thresholdMs: 400 }, async (watchdog) => {
		await sleep(500);
		for (let i = 0; i < 25; i++) {
			spinFor(5);
			await new Promise(setImmediate);
		}
		/* A loop that gets no CPU is blocked, on a busy machine. */
		const found = await blocks(watchdog);
		const starved = found.filter(({ cause }) => cause === 'cpu');

		assert.deepStrictEqual(found, starved);
		if (starved.length === 0)
			assert.strictEqual(watchdog.indicator.totals().bad, 0);
		assert.ok(watchdog.indicator.totals().good > 20);
	}));

test('a block that begins right after perf_hooks were reset is seen', () =>
	watched({}, async (watchdog) => {
		const delay = monitorEventLoopDelay({ resolution: 10 });
		delay.enable();
		await sleep(50);
		delay.reset();
		spinFor(300);
		const [block] = await blocks(watchdog);

		assert.ok(block.end - block.begin > 200);
		delay.disable();
	}));

/* Only who sees it while it lasts lets this loop go. */
test('another thread sees a block while it lasts', () =>
	watched({}, async (watchdog, registry) => {
		const seen = new Int32Array(new SharedArrayBuffer(4));
		const worker = new Worker(`
			const { workerData } = require('node:worker_threads');
			const { createRegistry } = require('libsli');
			const registry = createRegistry({ attach: workerData.token });
			const loop = registry.indicator({ name: 'event-loop',
				help: 'Looks at the event loop; bad while it is blocked' });
			const timer = setInterval(() => {
				if (loop.window('10s').bad === 0)
					return;
				Atomics.store(workerData.seen, 0, 1);
				clearInterval(timer);
				registry.close();
			}, 20);`, { eval: true,
			workerData: { token: registry.share(), seen } });
		await once(worker, 'online');

		const limit = Date.now() + 20000;
		while (Atomics.load(seen, 0) === 0 && Date.now() < limit);
		assert.strictEqual(Atomics.load(seen, 0), 1);
		await once(worker, 'exit');
		assert.strictEqual((await blocks(watchdog)).length, 1);
	}));

test('events tell each block once, and keep nothing alive', () =>
	watched({}, async (watchdog) => {
		const told = [];
		watchdog.on('block', (block) => told.push(block.number));
		spinFor(200);
		await sleep(50);
		spinFor(200);
		await sleep(600);
		assert.deepStrictEqual(told, [1, 2]);

		const { status } = spawnSync(process.execPath, ['-e', `
			const { createRegistry } = require('libsli');
			createRegistry().watchdog({ stacks: ${stacks} })
			    .on('block', () => {});`], { cwd: __dirname, timeout: 20000 });
		assert.strictEqual(status, 0);
	}));

test('a long block is annotated, for sli explain', () =>
	watched({}, async (watchdog, registry) => {
		execFileSync('sleep', ['1.2']);
		await blocks(watchdog);
		const [annotation] = registry.annotations();

		assert.strictEqual(annotation.kind, 'loop-block');
		assert.match(annotation.text,
		    /^event loop of thread \d+ blocked for \d{4,} ms: (call \w+|cpu )$/);
	}));

test('the stack says where code was stuck', { skip: !stacks }, () =>
	watched({ stacks: true }, async (watchdog) => {
		await sleep(500);
		(function stuckHere() {
			spinFor(400);
		})();
		const [block] = await blocks(watchdog);

		assert.match(block.stack, /stuckHere \(.*watchdog\.test\.js:\d+/);
		await sleep(50);
		execFileSync('sleep', ['0.3']);
		/* Out of a call it may be that of who runs next, or none. */
		assert.doesNotMatch((await blocks(watchdog))[1].stack,
		    /stuckHere/);
	}));

test('a worker has a watchdog of its own, and may be terminated', async () => {
	const code = `
		const { parentPort } = require('node:worker_threads');
		const { createRegistry } = require('libsli');
		const watchdog = createRegistry().watchdog();
		setTimeout(() => {
			const end = Date.now() + 300;
			while (Date.now() < end);
		}, 60);
		setTimeout(() => parentPort.postMessage(watchdog.blocks()), 500);
		setInterval(() => {}, 1000);`;

	for (let i = 0; i < 3; i++) {
		const worker = new Worker(code, { eval: true });
		const [found] = await once(worker, 'message');
		assert.strictEqual(found.length, 1);
		assert.strictEqual(await worker.terminate(), 1);
	}
});

test('after stop() there are no blocks, and a second stop is none', () =>
	watched({}, async (watchdog) => {
		spinFor(200);
		watchdog.stop();
		watchdog.stop();
		assert.deepStrictEqual(watchdog.blocks(), []);
	}));

test('blocks from a number on, which has to be one', () =>
	watched({}, async (watchdog) => {
		spinFor(200);
		assert.strictEqual((await blocks(watchdog)).length, 1);
		assert.strictEqual(watchdog.blocks(0).length, 1);
		assert.strictEqual(watchdog.blocks(2).length, 0);
		for (const from of [-1, 0.5, NaN, Infinity, '1', 1n])
			assert.throws(() => watchdog.blocks(from),
			    { name: 'SliError', field: 'from' });
	}));

test('a watchdog that nobody holds on to goes on', async () => {
	const registry = createRegistry();
	const token = registry.share();
	const indicator = registry.indicator({ name: 'loop' });
	const looks = () => indicator.totals().good + indicator.totals().bad;

	(() => {
		const other = createRegistry({ attach: token });

		other.watchdog({ indicator: other.indicator({ name: 'loop' }) });
	})();
	for (let i = 0; i < 5; i++) {
		globalThis.gc();
		await sleep(20);
	}
	const before = looks();
	await sleep(200);
	assert.ok(looks() > before, `${before}`);
	registry.close();
});

test('what the application preloads is not for the stacks', { skip: !stacks },
	(t) => {
		const directory = scratch(t);
		const preload = path.join(directory, 'preload.js');

		fs.writeFileSync(preload, `
			if (!require('node:worker_threads').isMainThread)
				throw new Error('preloaded');`);
		const { status, stderr } = spawnSync(process.execPath,
		    ['-r', preload, '-e', `
			const { createRegistry } = require('libsli');
			const registry = createRegistry();
			registry.watchdog({ stacks: true });
			setTimeout(() => registry.close(), 500);`],
		    { cwd: __dirname, timeout: 20000, encoding: 'utf8' });
		assert.strictEqual(status, 0, stderr);
	});

test('what a watchdog cannot be is refused by name', () =>
	watched({}, async (watchdog, registry) => {
		for (const [config, message] of [
			[{ tickMs: 0 }, 'tickMs is 0; accepted: 1 to 1000'],
			[{ tickMs: NaN }, 'tickMs is NaN; accepted: 1 to 1000'],
			[{ thresholdMs: 30 }, 'thresholdMs is 30; accepted: twice ' +
			    'tickMs, 40, to 3600000'],
			[{ stacks: 1 }, 'stacks is 1; accepted: true or false'],
			['1m', 'config is 1m; accepted: an object'],
			[{ indicator: createRegistry().indicator({ name: 'x' }) },
			    'indicator is of another registry; ' +
			    'accepted: one of this'],
			[{ thresholdms: 1 }, 'thresholdms is 1; accepted: no such ' +
			    'option, but indicator,stacks,thresholdMs,tickMs'],
		])
			assert.throws(() => registry.watchdog(config),
			    { code: 'SLI_EINVAL', message });
		assert.ok(watchdog);
	}));
