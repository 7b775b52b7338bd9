// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');

const readme = fs.readFileSync(path.join(__dirname, '../README.md'), 'utf8');
const snippet = (name) =>
	readme.match(new RegExp('```js ' + name + '\\n([^]*?)```'))[1];

test('the quick start does what it says', async (t) => {
	/* By self-reference: it has to lie in this package. */
	const file = path.join(__dirname, '../build/quick-start.mjs');
	const ask = snippet('quick-start-ask').trim().split('\n')
	    .map((line) => line.split(' //')[0].trim());

	fs.writeFileSync(file, `${snippet('quick-start')}
		process.on('message', () => process.send([${ask.join(', ')}]));`);
	const service = spawn(process.execPath, [file], {
		env: { ...process.env, PORT: '0' },
		stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
	});
	t.after(() => service.kill());
	const url = await new Promise((done) => service.stdout.once('data',
	    (line) => done(String(line).trim())));

	for (let i = 0; i < 50; i++)
		assert.strictEqual(await (await fetch(url)).text(), 'Hello');
	const metrics = await (await fetch(`${url}metrics`)).text();
	assert.match(metrics, /sli_events_total{sli="requests",outcome="good"} 50\n/);
	const answers = await new Promise((done) => {
		service.once('message', done);
		service.send('ask');
	});
	assert.strictEqual(answers.length, 4);
	assert.ok(answers[0] > 0 && answers[0] < 5000, `${answers[0]}`);
	assert.deepStrictEqual(answers.slice(1, 3), [1, 0]);
	assert.match(answers[3], /availability/);
});

test('the watchdog of the README tells of a block', async (t) => {
	const file = path.join(__dirname, '../build/watchdog.mjs');
	const hasStacks = 'connectToMainThread' in
	    require('node:inspector').Session.prototype;

	fs.writeFileSync(file, `import { createRegistry } from 'libsli';
		const registry = createRegistry();
		${snippet('watchdog').replace('stacks: true', `stacks: ${hasStacks}`)}
		setTimeout(() => {
			const end = Date.now() + 500;
			while (Date.now() < end);
		}, 500);
		setTimeout(() => registry.close(), 2000);`);
	const service = spawn(process.execPath, [file],
	    { stdio: ['ignore', 'pipe', 'inherit'] });
	t.after(() => service.kill());
	let said = '';
	for await (const text of service.stdout)
		said += text;
	assert.match(said, /^blocked for \d+(\.\d+)? ms: (code|cpu) /);
});
