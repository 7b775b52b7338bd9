// SPDX-License-Identifier: MIT
'use strict';

/* The types of the web parts, as a program in TypeScript sees them. */

const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { promisify } = require('node:util');

const run = promisify(execFile);
const ROOT = path.resolve(__dirname, '..');

const PROGRAM = `
import { createServer } from 'node:http';
import { createRegistry } from 'libsli';
import auto, { configure, current } from 'libsli/auto';
import { metrics, record, shed } from 'libsli/express';
import libsli, { type LibsliOptions } from 'libsli/fastify';
import * as web from 'libsli/http';
import { BudgetLimiter, budgetLimit, openStore } from 'libsli/limit';
import Fastify from 'fastify';
import { rateLimit, MemoryStore } from 'express-rate-limit';
import { RateLimiterMemory } from 'rate-limiter-flexible';

configure({ objective: 0.99, thresholdsMs: [1, 2], badStatus: [404, '5xx'],
	listen: 9464, route: (request) => request.url });
auto.stop();
const registry = createRegistry();
const indicator = registry.indicator({ name: 'a' });
const slo = registry.slo(indicator, { name: 's', objective: 0.99 });
const found: number | undefined = current()?.slos[0]?.budget().remaining;
void found;

createServer(web.expose({ registry }, web.record({ indicator },
    web.shed({ slo, criticality: 'critical' }, (request, response) => {
	response.end(request.url);
}))));
shed({ slo, key: (request) => request.headers['x-user']?.toString() });
record({ indicator, ignoreStatus: ['4xx'] });
metrics(registry);
const options: LibsliOptions = { registry, slo, metricsPath: null };
const app = Fastify();
app.register(libsli, options);
rateLimit({ limit: budgetLimit({ slo, healthy: 10, burning: 1 }),
	store: openStore(new MemoryStore(), { timeoutMs: 5 }) });
const limiter = new BudgetLimiter({ slo, healthy: Infinity,
	limiter: new RateLimiterMemory({ points: 1, duration: 1 }) });
limiter.consume('k').then(({ remainingPoints }) => remainingPoints + 1);
`;

/* Each line is an error of its own. */
const WRONG = `
import { configure } from 'libsli/auto';
import { shed } from 'libsli/http';
import { budgetLimit } from 'libsli/limit';
configure({ objectiv: 0.99 });
configure({ thresholdsMs: 'x' });
shed({ slo: {} }, () => {});
budgetLimit({ healthy: 1, burning: 1 });
`;

const OPTIONS = ['--noEmit', '--strict', '--module', 'nodenext', '--target',
	'es2022', '--types', 'node'];

/* What tsc says; '' if it has nothing to say. */
async function checked(...args) {
	try {
		await run(process.execPath, [path.join(ROOT,
		    'node_modules/typescript/bin/tsc'), ...OPTIONS, ...args],
		{ cwd: ROOT });
		return '';
	} catch (error) {
		return error.stdout;
	}
}

/* Other packages' declarations are theirs to check. */
async function compiled(t, program) {
	// In the package, so that its name is its own.
	const directory = fs.mkdtempSync(path.join(ROOT, 'build/types-'));

	t.after(() => fs.rmSync(directory, { recursive: true }));
	const file = path.join(directory, 'program.mts');

	fs.writeFileSync(file, program);
	return checked('--skipLibCheck', file);
}

test('types_themselves_are_right', async () => {
	assert.equal(await checked(...['auto', 'express', 'fastify', 'http',
		'limit'].map((name) => `lib/${name}.d.ts`)), '');
});

test('types_of_a_right_program_are_right', async (t) => {
	assert.equal(await compiled(t, PROGRAM), '');
});

test('types_of_a_wrong_program_are_wrong', async (t) => {
	const errors = await compiled(t, WRONG);
	const lines = [...errors.matchAll(/program\.mts\((\d+),/g)]
	    .map(([, line]) => Number(line));

	assert.deepEqual([...new Set(lines)], [5, 6, 7, 8], errors);
});
