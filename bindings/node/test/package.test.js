// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { scratch } = require('./support.js');

const root = path.join(__dirname, '..');

test('the packages install offline, without scripts, as CJS and ESM', (t) => {
	const directory = scratch(t);
	const run = (command, args, options) => execFileSync(command, args,
	    { cwd: directory, encoding: 'utf8', ...options });

	/* To `build`, where the addon is that these tests are of. */
	run(process.execPath, [path.join(root, 'scripts/prebuild.js')]);
	const packages = path.join(root, 'build/packages');
	const tarballs = fs.readdirSync(packages)
	    .filter((name) => name.endsWith('.tgz'))
	    .map((name) => path.join(packages, name));
	assert.strictEqual(tarballs.length, 2);

	fs.writeFileSync(path.join(directory, 'package.json'),
	    '{ "private": true }');
	run('npm', ['install', '--offline', '--ignore-scripts', '--no-audit',
		'--no-fund', '--cache', path.join(directory, 'cache'),
		...tarballs]);
	fs.writeFileSync(path.join(directory, 'use.mjs'), `
		import { createRequire } from 'node:module';
		import libsli, { createRegistry, GOOD } from 'libsli';
		const required = createRequire(import.meta.url)('libsli');
		const indicator = required.createRegistry().indicator(
		    { name: 'requests' });
		indicator.record(GOOD, 1);
		console.log(libsli === required, createRegistry ===
		    required.createRegistry, indicator.totals().good);`);
	assert.strictEqual(run(process.execPath, ['use.mjs']), 'true true 1\n');
	const installed = path.join(directory, 'node_modules/libsli');
	assert.deepStrictEqual(fs.readdirSync(installed).sort(),
	    ['LICENSE', 'README.md', 'WEB.md', 'lib', 'package.json']);
});

test('without a binary the message says what was looked for', (t) => {
	const directory = scratch(t);

	fs.cpSync(path.join(root, 'lib'), path.join(directory, 'lib'),
	    { recursive: true });
	assert.throws(() => require(path.join(directory, 'lib/index.js')),
	    (error) => error.code === 'SLI_ENOENT' &&
		error.message.includes(path.join(directory, 'build')) &&
		error.message.includes('npm run build'));
});

test('nothing but what Node.js looks for leaves the addon', () => {
	const symbols = execFileSync('nm', ['-D', '--defined-only',
		path.join(root, 'build/libsli.node')], { encoding: 'utf8' });

	assert.deepStrictEqual(symbols.trim().split('\n')
	    .map((line) => line.split(' ').pop()).sort(),
	    ['napi_register_module_v1', 'node_api_module_get_api_version_v1']);
});
