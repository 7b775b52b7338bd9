// SPDX-License-Identifier: MIT
'use strict';

/* Several processes, one file: the truth is in each, and outlives each. */

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');

const autocannon = require('autocannon');
const { createRegistry } = require('libsli');
const { ask, freePort, totals, until } = require('./support/web.js');

const FLEET = path.join(__dirname, 'support/fleet.js');
const AUTO = path.join(__dirname, '../lib/auto.mjs');
const CONNECTIONS = 10;
const GOOD = /^sli_events_total\{sli="http_server",outcome="good"\} (\d+)$/m;

/* Its processes, as they have said that they listen. */
function fleet(t, file, args, more = {}) {
	const child = spawn(process.execPath, ['--import', AUTO, FLEET,
		...args], { stdio: ['ignore', 'pipe', 'inherit'],
		env: { ...process.env, LIBSLI_PATH: file,
			LIBSLI_IGNORE_ROUTES: '/metrics', ...more } });
	const listening = [];
	let text = '';

	child.stdout.on('data', (chunk) => {
		text += chunk;
		const lines = text.split('\n');

		text = lines.pop();
		for (const line of lines)
			listening.push(JSON.parse(line));
	});
	const gone = once(child, 'exit');

	t.after(async () => {
		child.kill('SIGTERM');
		await gone;
	});
	return listening;
}

function scratchFile(t) {
	const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'sli-fleet-'));

	t.after(() => fs.rmSync(directory, { recursive: true }));
	return path.join(directory, 'fleet.sli');
}

/* What the file holds, for whoever opens it. */
function opened(t, file) {
	const registry = createRegistry({ path: file });

	t.after(() => registry.close());
	return registry.indicator({ name: 'http_server',
		help: 'Requests of all HTTP servers',
		thresholdsMs: [100, 300, 1000, 3000] });
}

const fire = (port, amount) => autocannon({ connections: CONNECTIONS, amount,
	timeout: 2, url: `http://127.0.0.1:${port}/work/1` });

async function settled(indicator) {
	await until(() => indicator.inFlight === 0, 'all are done');
	return totals(indicator);
}

/* What each of the processes shows of all of them, by its pid. */
async function shown(ports, pids) {
	const by = {};

	await until(async () => {
		for (const port of ports) {
			const { headers, body } = await ask(port, '/metrics');

			by[headers['x-pid']] = Number(GOOD.exec(body)[1]);
		}
		return pids.every((pid) => by[pid] !== undefined);
	}, 'each has answered');
	return pids.map((pid) => by[pid]);
}

test('cluster_of_express_counts_in_one_file_and_survives_kill_9',
    async (t) => {
	const file = scratchFile(t);
	const workers = fleet(t, file, ['cluster', 'express']);

	await until(() => workers.length === 3, 'three workers listen');
	const [{ port }] = workers;
	const indicator = opened(t, file);
	const calm = await fire(port, 1000);

	assert.equal(calm['2xx'], 1000);
	assert.equal((await settled(indicator)).good, 1000);
	assert.deepEqual(await shown([port], workers.map(({ pid }) => pid)),
	    [1000, 1000, 1000]);

	const load = fire(port, 4000);

	await until(() => totals(indicator).good > 1500, 'it is under load');
	process.kill(workers[0].pid, 'SIGKILL');
	const killed = await load;

	await until(() => workers.length === 4, 'another took its place');
	// What it had sent, but not counted, or counted, but not sent.
	const off = totals(indicator).good - 1000 - killed['2xx'];

	assert.ok(Math.abs(off) <= CONNECTIONS, `${off} of ${killed['2xx']}`);
	const before = totals(indicator).good;
	const after = await fire(port, 1000);

	await until(() => totals(indicator).good === before + after['2xx'],
	    'all are counted');
	assert.equal(after['2xx'], 1000);
	assert.deepEqual(await shown([port], workers.slice(1)
	    .map(({ pid }) => pid)), Array(3).fill(before + 1000));
});

/* As pm2's fork mode has it: no parent that knows of each other. */
test('processes_of_fastify_count_in_one_file', async (t) => {
	const file = scratchFile(t);
	const fleets = [1, 2].map(() => fleet(t, file, ['alone', 'fastify']));

	await until(() => fleets.every(({ length }) => length === 1),
	    'both listen');
	const indicator = opened(t, file);
	const ports = fleets.map(([{ port }]) => port);
	const results = await Promise.all(ports.map((port) =>
		fire(port, 1000)));

	assert.deepEqual(results.map((result) => result['2xx']), [1000, 1000]);
	assert.equal((await settled(indicator)).good, 2000);
	assert.deepEqual(await shown(ports, fleets.map(([{ pid }]) => pid)),
	    [2000, 2000]);
});

test('processes_with_one_port_for_metrics_follow_each_other', async (t) => {
	const file = scratchFile(t);
	const port = await freePort();
	const start = () => fleet(t, file, ['alone', 'express'],
	    { LIBSLI_LISTEN: String(port) });
	const shows = async (good) => {
		try {
			const { body } = await ask(port, '/metrics');

			return Number(GOOD.exec(body)?.[1] ?? 0) === good;
		} catch {
			return false; // nobody is there yet
		}
	};
	const first = start();

	await until(() => first.length === 1, 'the first listens');
	await fire(first[0].port, 10); // Node 18 tells of no listening
	await until(() => shows(10), 'the first shows it');
	const second = start();

	await until(() => second.length === 1, 'the second listens');
	await fire(second[0].port, 100);
	await until(() => shows(110), 'the first shows more');
	process.kill(first[0].pid, 'SIGKILL');
	await until(() => shows(110), 'the second shows it');
});

/* Once this threw out of a timer: the server listened already. */
test('endpoint_out_of_descriptors_goes_on', async (t) => {
	const { Endpoint } = require('../lib/web/endpoint.js');
	const create = http.createServer;
	const later = [];
	let server;

	t.mock.method(http, 'createServer', (...args) =>
		server = create(...args));
	const endpoint = new Endpoint({ host: '127.0.0.1', port: 0 },
	    () => null);

	t.after(() => endpoint.close());
	await once(server, 'listening');
	t.mock.method(globalThis, 'setTimeout', (run) => {
		later.push(run);
		return { unref() {} };
	});
	server.emit('error', Object.assign(new Error('accept'),
	    { code: 'EMFILE' }));
	for (const run of later)
		run();
	assert.equal(server.listening, true);
});
