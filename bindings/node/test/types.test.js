// SPDX-License-Identifier: MIT
'use strict';

const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');

test('the types hold what users write, as ESM and as CommonJS', () => {
	const tsc = path.join(require.resolve('typescript/package.json'),
	    '../bin/tsc');

	for (const file of ['types.ts', 'types.mts']) {
		try {
			execFileSync(process.execPath, [tsc, '--noEmit', '--strict',
				'--module', 'nodenext', '--target', 'es2022',
				'--types', 'node', '--skipLibCheck', 'false',
				path.join(__dirname, file)], { encoding: 'utf8' });
		} catch (error) {
			throw new Error(error.stdout);
		}
	}
});
