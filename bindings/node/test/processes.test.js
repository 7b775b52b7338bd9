// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { createRegistry, BAD } = require('libsli');
const { scratch } = require('./support.js');

const REQUIRE = `const { createRegistry, GOOD, BAD } =
    require(${JSON.stringify(path.join(__dirname, '..'))});`;

function run(code) {
	return execFileSync(process.execPath, ['-e', REQUIRE + code],
	    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

for (const [how, end] of [['ends', ''], ['calls process.exit()',
	'process.exit(0);'], ['calls process.reallyExit()',
	'process.reallyExit(0);'], ['throws', 'throw new Error("x");'],
	['aborts', 'process.kill(process.pid, "SIGKILL");']]) {
	test(`no count is lost when a process ${how}`, (t) => {
		const file = path.join(scratch(t), 'registry');

		try {
			execFileSync(process.execPath, ['-e', `${REQUIRE}
				const i = createRegistry({ path: ${JSON.stringify(file)} })
				    .indicator({ name: 'requests' });
				for (let n = 0; n < 100000; n++)
					i.record(n % 4 === 0 ? BAD : GOOD, n % 50);
				i.begin();
				${end}`], { stdio: 'ignore' });
		} catch (error) {
			assert.notStrictEqual(end, '');
		}
		const registry = createRegistry({ path: file });
		const totals = registry.indicator({ name: 'requests' }).totals();
		assert.strictEqual(totals.good, 75000);
		assert.strictEqual(totals.bad, 25000);
		assert.strictEqual(totals.inFlight, 0);
		registry.close();
	});
}

test('workers of a cluster have one budget, and may be killed', async (t) => {
	const directory = scratch(t);
	const file = path.join(directory, 'registry');
	const script = path.join(directory, 'service.js');
	fs.writeFileSync(script, `${REQUIRE}
		const cluster = require('node:cluster');
		const path = ${JSON.stringify(file)};
		if (cluster.isPrimary) {
			let ends = 0;
			const counts = new Map();
			cluster.on('message', (worker, n) => {
				counts.set(worker.id, n);
				if (n >= 5000 * worker.id)
					worker.process.kill('SIGKILL');
			});
			/* What it had said may come after its exit. */
			const end = () => {
				if (++ends === 6)
					console.log([...counts.values()]
					    .reduce((sum, n) => sum + n));
			};
			cluster.on('exit', end);
			cluster.on('disconnect', end);
			for (let i = 0; i < 3; i++)
				cluster.fork();
		} else {
			const indicator = createRegistry({ path }).indicator(
			    { name: 'requests' });
			let n = 0;
			const more = () => {
				for (let i = 0; i < 1000; i++, n++)
					indicator.record(n % 100 === 0 ? BAD : GOOD, 3);
				process.send(n, () => setTimeout(more, 1));
			};
			more();
		}`);
	const master = spawn(process.execPath, [script],
	    { stdio: ['ignore', 'pipe', 'inherit'] });
	let out = '';
	master.stdout.on('data', (data) => { out += data; });
	await new Promise((done) => master.once('exit', done));

	const registry = createRegistry({ path: file });
	const indicator = registry.indicator({ name: 'requests' });
	const { good, bad } = indicator.totals();
	const told = Number(out);
	/* What was told is there, and no more than a round or two beyond. */
	assert.ok(told >= 30000 && good + bad >= told &&
	    good + bad <= told + 3 * 2000, `${good + bad} of ${told}`);
	const slo = registry.slo(indicator, { name: 'a', objective: 0.999 });
	assert.ok(Math.abs(slo.budget().burnRate1h - 10) < 0.2);
	assert.strictEqual(registry.info().processes, 1);
	registry.close();
});

test('a process that is alive sees what others have counted', (t) => {
	const file = path.join(scratch(t), 'registry');
	const registry = createRegistry({ path: file });
	const indicator = registry.indicator({ name: 'requests' });

	indicator.record(BAD, 1);
	run(`createRegistry({ path: ${JSON.stringify(file)} })
	    .indicator({ name: 'requests' }).count(BAD, 41);`);
	assert.strictEqual(indicator.window('1m').bad, 42);
	assert.match(registry.metrics(), /outcome="bad"} 42\n/);
	registry.close();
});

test('no timer and no thread keeps a process alive', () => {
	const start = Date.now();

	run(`const registry = createRegistry();
	    registry.indicator({ name: 'requests' }).record(GOOD, 1);
	    registry.on('alert', () => {});`);
	assert.ok(Date.now() - start < 5000);
});
