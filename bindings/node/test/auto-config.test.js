// SPDX-License-Identifier: MIT
'use strict';

/* How libsli/auto is told, and that it never hurts the application. */

const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');
const { promisify } = require('node:util');

const { createRegistry } = require('../lib/index.js');
const { freePort } = require('./support/web.js');
const { load, parseListen, thresholdsOf } = require('../lib/web/config.js');

const run = promisify(execFile);
const AUTO = path.resolve(__dirname, '../lib/auto.mjs');

function scratch(t) {
	const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'sli-auto-'));

	t.after(() => fs.rmSync(directory, { recursive: true }));
	return directory;
}

function loaded(env) {
	const warnings = [];
	const config = load(env, (why) => warnings.push(why));

	return { config, warnings };
}

test('config_environment_is_read_by_type', () => {
	const { config, warnings } = loaded({
		LIBSLI_PATH: '/x', LIBSLI_OBJECTIVE: '0.99',
		LIBSLI_THRESHOLDS_MS: '5, 50', LIBSLI_MAX_ROUTES: '10',
		LIBSLI_IGNORE_STATUS: '4xx,501', LIBSLI_CLIENT: 'off',
		LIBSLI_IGNORE_ROUTES: '/healthz,/metrics',
		LIBSLI_LISTEN: '9464' });

	assert.deepEqual(warnings, []);
	assert.equal(config.path, '/x');
	assert.equal(config.objective, 0.99);
	assert.deepEqual(config.thresholdsMs, [5, 50]);
	assert.equal(config.maxRoutes, 10);
	assert.deepEqual(config.ignoreStatus, ['4xx', '501']);
	assert.deepEqual(config.ignoreRoutes, ['/healthz', '/metrics']);
	assert.equal(config.client, false);
	assert.equal(config.server, true);
});

test('config_of_a_wrong_environment_warns_and_keeps_the_default', () => {
	const { config, warnings } = loaded({ LIBSLI_OBJECTIVE: '99',
		LIBSLI_THRESHOLDS_MS: '50,5', LIBSLI_MAX_ROUTES: '1.5',
		LIBSLI_CLIENT: 'maybe', LIBSLI_LISTEN: 'a:b',
		LIBSLI_IGNORE_STATUS: '7xx', LIBSLI_PATIENCE_MS: ' ' });

	assert.equal(warnings.length, 7);
	assert.match(warnings.join('\n'),
	    /^LIBSLI_OBJECTIVE: objective 99 is not valid; accepted: a share/);
	assert.match(warnings.join('\n'), /thresholdsMs \[50, 5\] is not/);
	assert.equal(config.objective, 0.999);
	assert.deepEqual(config.thresholdsMs, [100, 300, 1000, 3000]);
	assert.equal(config.client, true);
	assert.equal(config.listen, undefined);
});

test('config_period_that_is_none_keeps_the_default', () => {
	for (const LIBSLI_PERIOD of ['5x', '0s', '30']) {
		const { config, warnings } = loaded({ LIBSLI_PERIOD });

		assert.equal(warnings.length, 1, LIBSLI_PERIOD);
		assert.match(warnings[0], /^LIBSLI_PERIOD: .* 1s or more$/);
		assert.equal(config.period, '30d');
	}
	assert.equal(loaded({ LIBSLI_PERIOD: '7d' }).config.period, '7d');
});

test('config_of_a_variable_that_is_not_known_warns', () => {
	const { warnings } = loaded({ LIBSLI_OBJEKTIVE: '0.9' });

	assert.equal(warnings.length, 1);
	assert.match(warnings[0], /^LIBSLI_OBJEKTIVE is not known; accepted: /);
	assert.match(warnings[0], / LIBSLI_OBJECTIVE,/);
	assert.deepEqual(loaded({ LIBSLI_OBJECTIVE: 'x' }).warnings.length, 1);
});

test('config_of_a_file_is_below_the_environment', (t) => {
	const file = path.join(scratch(t), 'sli.json');

	fs.writeFileSync(file, JSON.stringify({ objective: 0.95,
		maxRoutes: 7, nonsense: 1 }));
	const { config, warnings } = loaded({ LIBSLI_CONFIG: file,
		LIBSLI_MAX_ROUTES: '9' });

	assert.equal(config.objective, 0.95);
	assert.equal(config.maxRoutes, 9);
	assert.equal(warnings.length, 1);
	assert.match(warnings[0], /option "nonsense" is not valid; accepted: /);
	assert.match(loaded({ LIBSLI_CONFIG: file + '.no' }).warnings[0],
	    /Cannot find module/);
});

test('config_listen_is_a_port_or_an_address', () => {
	assert.deepEqual(parseListen(9464), { host: '127.0.0.1', port: 9464 });
	assert.deepEqual(parseListen('[::1]:0'), { host: '::1', port: 0 });
	assert.deepEqual(parseListen('0.0.0.0:80'),
	    { host: '0.0.0.0', port: 80 });
	for (const wrong of ['', 'x', '1:2:3', '65536', -1, {}, 'a b:1'])
		assert.equal(parseListen(wrong), null, String(wrong));
});

test('config_latency_of_the_slo_is_a_threshold', () => {
	assert.deepEqual(thresholdsOf({ thresholdsMs: [1, 2, 3, 4],
		latencyMs: 2.5 }), [1, 2, 2.5, 3]);
	assert.deepEqual(thresholdsOf({ thresholdsMs: [1, 2], latencyMs: 2 }),
	    [1, 2]);
});

const APP = `
import http from 'node:http';
const server = http.createServer((request, response) => response.end('ok'));
server.listen(0, '127.0.0.1', async () => {
	const url = 'http://127.0.0.1:' + server.address().port;
	const answer = await fetch(url + '/hello');
	console.log(await answer.text());
	const { current } = await import(process.env.AUTO);
	console.log(JSON.stringify(current()?.indicator.totals().good ?? null));
	console.log(current()?.slos.length ?? 0);
	server.closeAllConnections();
	server.close();
});
`;

/* AddressSanitizer's, which has to be there before the addon. */
const { LD_PRELOAD } = process.env;
const PRELOAD = LD_PRELOAD === undefined ? {} : { LD_PRELOAD,
	ASAN_OPTIONS: process.env.ASAN_OPTIONS };

async function app(t, env, ...args) {
	const file = path.join(scratch(t), 'app.mjs');

	fs.writeFileSync(file, APP);
	const { stdout, stderr } = await run(process.execPath, [...args, file],
	    { env: { PATH: process.env.PATH, AUTO, ...PRELOAD, ...env },
		timeout: 20_000 });

	return { lines: stdout.trim().split('\n'), stderr };
}

test('auto_by_import_counts_and_lets_the_process_end', async (t) => {
	const { lines, stderr } = await app(t, {}, '--import', AUTO);

	assert.deepEqual(lines, ['ok', '1', '1']);
	assert.equal(stderr, '');
});

test('auto_by_require_counts', async (t) => {
	const { lines } = await app(t, {}, '--require',
	    AUTO.replace('.mjs', '.js'));

	assert.deepEqual(lines, ['ok', '1', '1']);
});

test('auto_that_cannot_open_its_file_counts_in_memory', async (t) => {
	const { lines, stderr } = await app(t,
	    { LIBSLI_PATH: '/no/such/place/x.sli' }, '--import', AUTO);

	assert.deepEqual(lines, ['ok', '1', '1']);
	assert.equal(stderr.split('libsli/auto counts in memory').length, 2,
	    stderr);
	assert.match(stderr, /\/no\/such\/place\/x\.sli/);
});

test('auto_of_a_period_that_is_too_long_takes_the_default', async (t) => {
	const { lines, stderr } = await app(t, { LIBSLI_PERIOD: '90d' },
	    '--import', AUTO);

	assert.deepEqual(lines, ['ok', '1', '1']);
	assert.match(stderr, /takes a period of 30d for http-availability: /);
});

test('auto_goes_on_with_what_its_file_has', async (t) => {
	const file = path.join(scratch(t), 'old.sli');
	const env = { LIBSLI_PATH: file };

	assert.equal((await app(t, env, '--import', AUTO)).stderr, '');
	const { lines, stderr } = await app(t, { ...env,
		LIBSLI_THRESHOLDS_MS: '5,50', LIBSLI_OBJECTIVE: '0.9',
		LIBSLI_LATENCY_MS: '20' }, '--import', AUTO);

	assert.deepEqual(lines, ['ok', '2', '1']);
	assert.match(stderr, /that its file has: 100, 300, 1000, 3000 ms, not 5, 20/);
	assert.match(stderr, /http-availability/); // whose objective stays
	assert.match(stderr, /threshold/); // 20 ms is none of them
	assert.equal(stderr.split('LibsliWarning').length, 4, stderr);
	const registry = createRegistry({ path: file });

	t.after(() => registry.close());
	assert.deepEqual(registry.snapshot().slos.map(({ name, objective }) =>
		[name, objective]), [['http-availability', 0.999]]);
});

test('auto_route_function_that_throws_is_a_warning', async (t) => {
	const file = path.join(scratch(t), 'sli.config.cjs');

	fs.writeFileSync(file, `module.exports = { route(request) {
		throw new Error('of the route function');
	} };`);
	const { lines, stderr } = await app(t, { LIBSLI_CONFIG: file },
	    '--import', AUTO);

	assert.deepEqual(lines, ['ok', '1', '1']);
	assert.match(stderr, /LibsliWarning: of the route function/);
});

test('auto_serves_metrics_of_its_own', async (t) => {
	const file = path.join(scratch(t), 'app.mjs');

	fs.writeFileSync(file, `
import http from 'node:http';
import { once } from 'node:events';
const server = http.createServer((request, response) => response.end('ok'));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
await (await fetch('http://127.0.0.1:' + server.address().port)).text();
const own = 'http://127.0.0.1:' + process.env.PORT;
const get = async (path, options) => {
	for (let i = 0; ; i++) {
		try {
			const answer = await fetch(own + path, options);
			return [answer.status,
				answer.headers.get('content-type'),
				await answer.text()];
		} catch (error) {
			if (i > 200)
				throw error;
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
	}
};
const rebound = await new Promise((resolve) => http.get(own + '/metrics',
	{ headers: { host: 'evil.example' } }, (response) => {
		response.resume();
		resolve(response.statusCode);
	}));
console.log(JSON.stringify([await get('/metrics'), await get('/slo'),
	await get('/nothing'), await get('/slo', { method: 'POST' }),
	rebound]));
server.close();
server.closeAllConnections();
`);
	const port = String(await freePort());
	const { stdout } = await run(process.execPath, ['--import', AUTO, file],
	    { env: { ...process.env, PORT: port, LIBSLI_CLIENT: '0',
		LIBSLI_LISTEN: port }, timeout: 20_000 });
	const [metrics, slo, nothing, post, rebound] = JSON.parse(stdout);

	assert.equal(metrics[0], 200);
	assert.match(metrics[1], /^text\/plain; version=0\.0\.4/);
	assert.match(metrics[2],
	    /^sli_events_total\{sli="http_server",outcome="good"\} 1$/m);
	assert.deepEqual(slo.slice(0, 2),
	    [200, 'application/json']);
	assert.match(slo[2], /http-availability/);
	assert.deepEqual([nothing[0], post[0], rebound], [404, 405, 421]);
});

test('auto_configure_checks_and_comes_in_time', async () => {
	const auto = require('../lib/auto.js');

	assert.throws(() => auto.configure({ maxroutes: 3 }), (error) =>
		error.code === 'SLI_EINVAL' &&
		/^option "maxroutes" is not valid; accepted: path, /
		    .test(error.message));
	assert.throws(() => auto.configure({ route: '/x' }),
	    /^TypeError: route "\/x" is not valid; accepted: a function/);
	assert.throws(() => auto.configure(null), TypeError);
	auto.configure({ objective: 0.9, route: undefined });
	const { slos } = auto.current();

	assert.equal(slos[0].budget().objective, 0.9);
	assert.throws(() => auto.configure({ objective: 0.8 }),
	    (error) => error.code === 'SLI_EBUSY');
	auto.stop();
	const esm = await import('../lib/auto.mjs');

	assert.equal(esm.configure, auto.configure);
});
