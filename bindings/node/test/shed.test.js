// SPDX-License-Identifier: MIT
'use strict';

/* Middleware: what is refused, how, and that it is counted once. */

const assert = require('node:assert/strict');
const http = require('node:http');
const test = require('node:test');

const { createRegistry, BAD, GOOD } = require('../lib/index.js');
const auto = require('../lib/auto.js');
const web = require('../lib/http.js');
const middleware = require('../lib/express.js');
const plugin = require('../lib/fastify.js');
const { adds, ask, inFlight, listen, totals, until } =
    require('./support/web.js');

const express = require('express');
const fastify = require('fastify');

const registry = createRegistry();
let made = 0;

/* An SLO that refuses what `refuses` says of its criticality and key. */
function sloThat(refuses, indicator = registry.indicator(
    { name: `shed${made++}` })) {
	return {
		indicator, asked: [],
		budget: () => ({ remaining: 0.5 }),
		admit({ criticality = 'critical', key } = {}) {
			this.asked.push({ criticality, key });
			return !refuses(criticality, key);
		},
	};
}

const nothing = () => false;
const everything = () => true;

async function fastifyPort(t, app) {
	t.after(() => app.close());
	await app.listen({ port: 0, host: '127.0.0.1' });
	return app.server.address().port;
}

/* The same in each framework: [options of shedding, options of recording]. */
const APPS = {
	http: (t, options, recording) => {
		let handler = web.shed(options, (request, response) =>
			response.end('in'));

		if (recording)
			handler = web.record(recording, handler);
		return listen(t, http.createServer(handler));
	},
	express: (t, options, recording) => {
		const app = express();

		if (recording)
			app.use(middleware.record(recording));
		app.use(middleware.shed(options));
		app.get('/', (request, response) => response.send('in'));
		return listen(t, http.createServer(app));
	},
	fastify: (t, options, recording) => {
		const app = fastify();

		app.register(plugin, { ...options, ...recording,
			record: recording !== undefined });
		app.get('/', async () => 'in');
		return fastifyPort(t, app);
	},
};

for (const [name, start] of Object.entries(APPS)) {
	test(`shed_${name}_lets_in_and_asks_by_key_and_criticality`,
	    async (t) => {
		const slo = sloThat(nothing);
		const port = await start(t, { slo,
			criticality: (request) => request.headers['x-kind'],
			key: (request) => request.headers['x-user'] });
		const { status, body } = await ask(port, '/', { headers:
		    { 'x-kind': 'sheddable', 'x-user': 'ann' } });

		assert.deepEqual([status, body], [200, 'in']);
		assert.deepEqual(slo.asked,
		    [{ criticality: 'sheddable', key: 'ann' }]);
		assert.equal(totals(slo.indicator).shed, 0);
	});

	test(`shed_${name}_refuses_with_503_and_a_problem`, async (t) => {
		const slo = sloThat(everything);
		const port = await start(t, { slo, retryAfter: 10 });
		const { status, headers, body } = await ask(port, '/');

		assert.equal(status, 503);
		assert.match(headers['content-type'],
		    /^application\/problem\+json/);
		assert.equal(JSON.parse(body).status, 503);
		assert.equal(headers['cache-control'], 'no-store');
		assert.ok(headers['retry-after'] >= 10 &&
		    headers['retry-after'] <= 20, headers['retry-after']);
		assert.equal(totals(slo.indicator).shed, 1);
		assert.equal((await ask(port, '/', { method: 'HEAD' })).body,
		    '');
	});

	test(`shed_${name}_is_counted_once_where_it_is_recorded`,
	    async (t) => {
		const slo = sloThat((criticality, key) => key === 'bad');
		const { indicator } = slo;
		const port = await start(t, { slo,
			key: (request) => request.headers['x-user'] },
		    { indicator });

		await adds(indicator, { good: 2, shed: 3 }, async () => {
			for (const user of ['bad', 'ann', 'bad', 'bob', 'bad'])
				await ask(port, '/', { headers:
				    { 'x-user': user } });
		});
		assert.equal(inFlight(indicator), 0);
	});

	test(`shed_${name}_is_counted_once_with_auto`, async (t) => {
		const { indicator } = auto.current();
		const other = sloThat(everything);
		const same = sloThat(everything, indicator);

		for (const slo of [other, same]) {
			const port = await start(t, { slo });

			await adds(indicator, { shed: 1 },
			    () => ask(port, '/'));
		}
		assert.equal(totals(other.indicator).shed, 1);
	});
}

/* With an SLO that burns, on a clock of the test's. */
test('shed_follows_a_budget_that_burns_and_recovers', async (t) => {
	let nowMs = Date.now();
	const own = createRegistry({ now: () => nowMs });
	const indicator = own.indicator({ name: 'burns' });
	const slo = own.slo(indicator, { name: 'burns', objective: 0.99,
		period: '1h' });
	const port = await APPS.http(t, { slo,
		criticality: (request) => request.headers['x-kind'],
		key: (request) => request.headers['x-user'] });

	t.after(() => own.close());

	/* How many of 40 users are refused. */
	async function refused(kind) {
		let count = 0;

		for (let user = 0; user < 40; user++)
			count += (await ask(port, '/', { headers: {
				'x-kind': kind, 'x-user': `u${user}`,
			} })).status === 503;
		return count;
	}

	async function pass(seconds, bad) {
		for (let i = 0; i < seconds * 100; i++) {
			nowMs += 10;
			own.advance(nowMs);
			indicator.record(i % 100 < bad ? BAD : GOOD, 5, nowMs);
		}
	}

	await pass(20, 0);
	assert.equal(await refused('sheddable'), 0);
	await pass(10, 50);
	const some = await refused('sheddable');

	assert.ok(some > 10, `${some} of 40`);
	assert.equal(await refused('critical_plus'), 0);
	// A user is refused whole.
	assert.equal(await refused('sheddable'), some);
	assert.equal(totals(indicator).shed, 2 * some);
	await pass(120, 0);
	assert.equal(await refused('sheddable'), 0);
});

test('shed_fastify_routes_say_how_much_they_matter', async (t) => {
	const slo = sloThat((criticality) => criticality === 'sheddable');
	const app = fastify();

	app.register(plugin, { slo, criticality: 'sheddable', registry });
	app.get('/batch', async () => 'batch');
	app.get('/pay', { config: { libsli: { criticality: 'critical' } } },
	    async () => 'paid');
	app.get('/healthz', { config: { libsli: { shed: false } } },
	    async () => 'ok');
	const port = await fastifyPort(t, app);
	const statuses = {};

	for (const path of ['/batch', '/pay', '/healthz', '/metrics', '/slo',
	    '/nothing'])
		statuses[path] = (await ask(port, path)).status;
	assert.deepEqual(statuses, { '/batch': 503, '/pay': 200,
		'/healthz': 200, '/metrics': 200, '/slo': 200,
		'/nothing': 503 });
});

test('shed_fastify_stays_in_the_scope_it_is_registered_in', async (t) => {
	const slo = sloThat(everything);
	const app = fastify();

	app.register(async (api) => {
		await api.register(plugin, { slo });
		api.get('/in', async () => 'in');
		api.register(async (deeper) => {
			deeper.get('/deep', async () => 'deep');
		});
	}, { prefix: '/api' });
	app.get('/out', async () => 'out');
	const port = await fastifyPort(t, app);

	assert.equal((await ask(port, '/api/in')).status, 503);
	assert.equal((await ask(port, '/api/deep')).status, 503);
	assert.equal((await ask(port, '/out')).status, 200);
	assert.match(app.printPlugins(), /libsli/);
});

test('shed_express_next_error_of_the_key_function_is_the_applications',
    async (t) => {
	const app = express();

	app.use(middleware.shed({ slo: sloThat(nothing), key() {
		throw new Error('of the key function');
	} }));
	app.use((error, request, response, next) => {
		response.status(500).send(error.message);
		void next;
	});
	const { status, body } = await ask(await listen(t,
	    http.createServer(app)), '/');

	assert.deepEqual([status, body], [500, 'of the key function']);
});

test('shed_options_are_checked', async () => {
	const slo = sloThat(nothing);

	for (const [options, message] of [
	    [undefined, 'options undefined is not valid; accepted: an object'],
	    [{}, 'slo undefined is not valid; accepted: an SLO of libsli'],
	    [{ slo: {} }, 'slo an object is not valid; accepted: an SLO of'],
	    [{ slo, key: 'id' }, 'key "id" is not valid; accepted: a function'],
	    [{ slo, retryAfter: 0 }, 'retryAfter 0 is not valid; accepted: '],
	    [{ slo, indicator: 1 }, 'indicator 1 is not valid; accepted: a']]) {
		for (const make of [(o) => web.shed(o, nothing),
		    middleware.shed])
			assert.throws(() => make(options), (error) =>
				error.code === 'SLI_EINVAL' &&
				error.message.startsWith(message), message);
	}
	assert.throws(() => web.shed({ slo }), /^TypeError: handler undefined/);
	const app = fastify();

	app.register(plugin, { slo: 1 });
	await assert.rejects(async () => app.ready(),
	    /slo 1 is not valid/);
	await assert.rejects(async () => fastify().register(plugin, {}),
	    /accepted: one with registry, slo or record/);
});

/* As at the end of a service: requests outlive what counts them. */
test('shed_and_record_on_a_closed_registry_let_pass', async (t) => {
	const warnings = [];
	const onWarning = ({ name }) => warnings.push(name);

	process.on('warning', onWarning);
	t.after(() => process.off('warning', onWarning));
	for (const start of Object.values(APPS)) {
		const own = createRegistry();
		const indicator = own.indicator({ name: 'closed' });
		const slo = own.slo(indicator, { name: 'closed',
			objective: 0.99 });

		const port = await start(t, { slo }, { indicator });
		assert.equal((await ask(port, '/')).status, 200);
		own.close();
		assert.equal((await ask(port, '/')).status, 200);
	}
	await until(() => warnings.length > 0, 'a warning');
	assert.deepEqual([...new Set(warnings)], ['LibsliWarning']);
});

test('shed_of_no_criticality_lets_in', async (t) => {
	const own = createRegistry();
	const indicator = own.indicator({ name: 'typo' });
	const slo = own.slo(indicator, { name: 'typo', objective: 0.99 });
	const port = await APPS.http(t, { slo, criticality: () => 'critcal' });

	t.after(() => own.close());
	assert.equal((await ask(port, '/')).status, 200);
	assert.throws(() => web.shed({ slo, criticality: 'critcal' }, nothing),
	    /^SliError: criticality is "critcal"; accepted: /);
});

test('record_sees_http2', async (t) => {
	const http2 = require('node:http2');
	const indicator = registry.indicator({ name: 'record_http2' });
	const held = [];
	const server = http2.createServer(web.record({ indicator },
	    (request, response) => {
		if (request.url === '/hang') {
			held.push(response);
			return;
		}
		response.writeHead(request.url === '/500' ? 500 : 200);
		response.end('ok');
	}));
	const port = await listen(t, server);
	const client = http2.connect(`http://127.0.0.1:${port}`);
	const get = (path, then = () => {}) => new Promise((resolve) => {
		const stream = client.request({ ':path': path });

		stream.on('error', () => {});
		stream.on('close', resolve);
		stream.resume();
		then(stream);
	});

	t.after(() => client.destroy());
	await adds(indicator, { good: 1, bad: 2, ignored: 1 }, async () => {
		await get('/');
		await get('/500');
		await get('/hang', (stream) => setTimeout(() =>
			stream.close(http2.constants.NGHTTP2_CANCEL), 20));
		await get('/hang', () => setTimeout(() =>
			held[1].stream.close(
			    http2.constants.NGHTTP2_INTERNAL_ERROR), 20));
	});
});

async function answers(t, start) {
	const port = await start(t);
	const text = await ask(port, '/metrics');

	assert.equal(text.status, 200);
	assert.match(text.headers['content-type'], /^text\/plain; version=0/);
	assert.equal(text.headers['cache-control'], 'no-store');
	for (const [accept, type] of [
	    ['application/openmetrics-text', /^application\/openmetrics-text/],
	    ['application/openmetrics-text;version=1.0.0;q=0.5,' +
		'text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
	    /^application\/openmetrics-text; version=1/],
	    ['text/plain;q=0.9, application/openmetrics-text;q=0.1',
		/^text\/plain/],
	    ['application/openmetrics-text;q=0, */*', /^text\/plain/],
	    ['*/*', /^text\/plain/], ['text/*', /^text\/plain/],
	    ['application/*', /^application\/openmetrics/],
	    // What Prometheus 2.43 and later send with native histograms on.
	    ['application/vnd.google.protobuf;proto=io.prometheus.client.' +
		'MetricFamily;encoding=delimited;q=0.6,application/' +
		'openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,' +
		'text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
	    /^application\/vnd\.google\.protobuf; proto=/],
	    ['application/vnd.google.protobuf;encoding=text', /^text\/plain/],
	    ['image/png', /^text\/plain/], [',;q=,x', /^text\/plain/]])
		assert.match((await ask(port, '/metrics', { headers:
		    { accept } })).headers['content-type'], type, accept);
	const json = await ask(port, '/slo');

	assert.match(json.headers['content-type'], /^application\/json/);
	JSON.parse(json.body);
	const head = await ask(port, '/metrics', { method: 'HEAD' });

	assert.deepEqual([head.status, head.body], [200, '']);
	assert.ok(head.headers['content-length'] > 0);
	return port;
}

test('metrics_http_are_negotiated', async (t) => {
	const port = await answers(t, () => listen(t, http.createServer(
	    web.expose({ registry }, (request, response) =>
		response.end('else')))));

	assert.equal((await ask(port, '/metricsx')).body, 'else');
	assert.equal((await ask(port, '/slo?x=1')).status, 200);
	const post = await ask(port, '/metrics', { method: 'POST' });

	assert.deepEqual([post.status, post.headers.allow], [405, 'GET, HEAD']);
	assert.throws(() => web.expose({ registry, slosPath: 'slo' }, nothing),
	    /slosPath "slo" is not valid/);
	assert.throws(() => web.metrics({}), /registry an object is not valid/);
});

test('metrics_express_are_negotiated', (t) => answers(t, () => {
	const app = express();

	app.get('/metrics', middleware.metrics(registry));
	app.get('/slo', middleware.slos(registry));
	return listen(t, http.createServer(app));
}));

test('metrics_fastify_are_negotiated', (t) => answers(t, () => {
	const app = fastify();

	app.register(plugin, { registry });
	return fastifyPort(t, app);
}));

test('modules_give_the_same_functions', async () => {
	assert.equal((await import('../lib/http.mjs')).shed, web.shed);
	assert.equal((await import('../lib/express.mjs')).shed,
	    middleware.shed);
	assert.equal((await import('../lib/fastify.mjs')).default, plugin);
});
