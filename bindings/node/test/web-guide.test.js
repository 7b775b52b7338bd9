// SPDX-License-Identifier: MIT
'use strict';

/* The programs in WEB.md do run. */

const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { promisify } = require('node:util');

const run = promisify(execFile);
const guide = fs.readFileSync(path.join(__dirname, '../WEB.md'), 'utf8');

/* What is asked of each: a line of output. */
const ASKED = {
	auto: `console.log(indicator.name, slos.length,
	    registry.metrics().length > 0);`,
	express: `const server = app.listen(0, '127.0.0.1', async () => {
		const url = 'http://127.0.0.1:' + server.address().port;
		const answers = [await fetch(url + '/pay'),
			await fetch(url + '/metrics'), await fetch(url + '/slo')];
		console.log(await answers[0].text(), answers[1].status,
		    answers[2].status);
		server.closeAllConnections();
		server.close();
	});`,
	fastify: `const url = await app.listen({ port: 0, host: '127.0.0.1' });
	const answers = [await fetch(url + '/pay'),
		await fetch(url + '/metrics'), await fetch(url + '/healthz')];
	console.log(await answers[0].text(), answers[1].status,
	    await answers[2].text());
	app.server.closeAllConnections(); // of an answer that nobody has read
	await app.close();`,
	'express-rate-limit': `console.log(typeof limiter, typeof strict,
	    typeof openStore);
	process.exit();`,
	'rate-limiter-flexible': `console.log(limiter.points);
	process.exit();`,
};

const SAID = {
	auto: 'http_server 1 true',
	express: 'paid 200 200',
	fastify: 'paid 200 ok',
	'express-rate-limit': 'function function function',
	'rate-limiter-flexible': '300',
};

for (const [, name, program] of guide.matchAll(/```js ([a-z-]+)\n(.*?)```/gs)) {
	test(`guide_program_${name}_runs`, async (t) => {
		// By self-reference: it has to lie in this package.
		const file = path.join(__dirname,
		    `../build/guide-${name}.mjs`);

		fs.writeFileSync(file, program + ASKED[name]);
		t.after(() => fs.rmSync(file));
		const { stdout } = await run(process.execPath, [file],
		    { timeout: 60_000 });

		assert.equal(stdout.trim(), SAID[name]);
	});
}

/* Those that only code can set are functions and objects. */
const variable = (option) => 'LIBSLI_' + option
    .replace(/[A-Z]/g, (c) => '_' + c).toUpperCase();

test('guide_names_the_variables_there_are', () => {
	const types = ['auto', 'web/types'].map((name) => fs.readFileSync(
	    path.join(__dirname, `../lib/${name}.d.ts`), 'utf8'));
	const options = [types[0], /interface RuleOptions \{.*?^\}/ms
	    .exec(types[1])[0]].join('\n').matchAll(/^\t(\w+)\?:/gm);
	const there = [...options].map(([, option]) => option)
	    .filter((option) => !['route', 'registry'].includes(option))
	    .map(variable);
	const named = [...guide.matchAll(/LIBSLI_[A-Z_]+/g)]
	    .map(([name]) => name).filter((name) =>
		name !== 'LIBSLI_CONFIG');

	assert.deepEqual([...new Set(named)].sort(), there.sort());
});
