// SPDX-License-Identifier: MIT
'use strict';

/* The file of a registry is truncated under it. */

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');
const { isAsan, scratch } = require('./support.js');

/* A process of its own: `code` has registry, indicator and truncate(). */
function run(t, code) {
	const file = path.join(scratch(t), 'registry');

	return spawnSync(process.execPath, ['-e', `
		const fs = require('node:fs');
		const { createRegistry, GOOD } = require('libsli');
		const path = ${JSON.stringify(file)};
		const registry = createRegistry({ path });
		const indicator = registry.indicator({ name: 'requests' });
		const truncate = () => fs.truncateSync(path, 0);

		indicator.record(GOOD, 1);
		${code}`], { cwd: __dirname, timeout: 30000, encoding: 'utf8' });
}

/* ASan has handlers of its own, and reports. */
const skip = isAsan;

test('a record into a truncated file goes on in memory', { skip }, (t) => {
	const { stdout, stderr, status } = run(t, `
		truncate();
		for (let i = 0; i < 1000; i++)
			indicator.record(GOOD, 1);
		try {
			registry.check();
		} catch (error) {
			console.log(error.code);
		}
		console.log(indicator.totals().good >= 1000);
		registry.close();`);

	assert.strictEqual(status, 0, stderr);
	assert.match(stdout, /^SLI_E\w+\ntrue\n$/);
});

test('who touches it first may be a thread, or close()', { skip }, (t) => {
	for (const code of [
		'truncate(); registry.close();',
		'truncate(); setTimeout(() => registry.close(), 1200);',
		`registry.watchdog({ tickMs: 5, thresholdMs: 10 });
		setTimeout(() => { truncate(); }, 50);
		setTimeout(() => registry.close(), 200);`,
		'truncate();',
	]) {
		const { status, signal, stderr } = run(t, code);

		assert.deepStrictEqual([status, signal], [0, null],
		    `${code}\n${stderr}`);
	}
});

test('a SIGBUS that is not of a file ends the process', { skip }, (t) => {
	const { signal } = run(t, `process.kill(process.pid, 'SIGBUS');
		setTimeout(() => {}, 10000);`);

	assert.strictEqual(signal, 'SIGBUS');
});
