// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/* A midnight, UTC: a boundary of every ring. */
const T0 = 20089 * 86400e3;

/* Percent: long tests are scaled by it. */
const scale = Number(process.env.SLI_TEST_SCALE ?? 100) / 100;
const scaled = (n) => Math.max(1, Math.round(n * scale));

/* Freed memory is kept by it, and new one is larger. */
const isAsan = process.env.SLI_TEST_ASAN !== undefined;

/* A directory that goes with the test. */
function scratch(t) {
	const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'sli-node-'));
	t.after(() => fs.rmSync(directory, { recursive: true }));
	return directory;
}

/* It throws a SliError with this code, whose message has all of `words`. */
function refuses(fn, code, ...words) {
	assert.throws(fn, (error) => {
		assert.strictEqual(error.name, 'SliError', String(error));
		assert.strictEqual(error.code, code, error.message);
		for (const word of words)
			assert.ok(error.message.includes(word),
			    `"${error.message}" does not say "${word}"`);
		return true;
	});
}

module.exports = { isAsan, refuses, scaled, scratch, T0 };
