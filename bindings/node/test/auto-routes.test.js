// SPDX-License-Identifier: MIT
'use strict';

/* What libsli/auto calls the routes of Express, Fastify and plain node:http. */

const assert = require('node:assert/strict');
const { once } = require('node:events');
const http = require('node:http');
const http2 = require('node:http2');
const test = require('node:test');

const auto = require('../lib/auto.js');

auto.configure({ maxRoutes: 40, maxErrors: 8, ignoreRoutes: ['/healthz'],
	ignoreStatus: [418], thresholdsMs: [50, 500], latencyMs: 200 });

const { registry, indicator, slos } = auto.current();
const { routeOf } = require('../lib/web/routes.js');
const { adds, ask, listen, totals } = require('./support/web.js');

const express = require('express');
const fastify = require('fastify');

/* The indicator of a route. */
const routed = (method, route) => registry.indicator(
    { name: 'http_server_route', help: 'Requests by route',
	thresholdsMs: [50, 200, 500], labels: { method, route } });

async function expressApp(t) {
	const app = express();
	const users = express.Router({ mergeParams: true });
	const fail = (request, response, next) => next(new Error('no'));

	users.get('/', (request, response) => response.send('all'));
	users.get('/:id', (request, response) => response.send('one'));
	users.get('/:id/fail', fail);
	users.get('/:id/throw', async () => {
		throw new Error('no');
	});
	app.use('/users', users);
	app.use('/tenants/:tenant/users', users);
	app.get('/items/:id', (request, response) => response.send('item'));
	app.get(/^\/r.*x$/, (request, response) => response.send('pattern'));
	app.get('/gone/:id', (request, response) => response.status(404).end());
	app.post(['/one', '/two'], (request, response) => response.send('2'));
	app.get('/later', async (request, response) => {
		await null;
		response.status(418).end();
	});
	// Express prints errors unless it is a test.
	app.use((error, request, response, next) => {
		response.status(500).send(error.message);
		void next;
	});
	return listen(t, http.createServer(app));
}

async function goes(port, method, path, route, outcome = 'good') {
	await adds(indicator, { [outcome]: 1 }, () =>
		ask(port, path, { method }));
	return totals(routed(method, route));
}

test('routes_express_are_patterns', async (t) => {
	const port = await expressApp(t);

	await goes(port, 'GET', '/items/1?x=1', '/items/:id');
	assert.equal((await goes(port, 'GET', '/items/2', '/items/:id')).good,
	    2);
	await goes(port, 'GET', '/users', '/users');
	await goes(port, 'GET', '/users/7', '/users/:id');
	await goes(port, 'GET', '/rabx', '/^\\/r.*x$/');
	await goes(port, 'POST', '/two', '/one,/two');
	await goes(port, 'GET', '/later', '/later', 'ignored');
	await goes(port, 'GET', '/nothing', 'unmatched');
	await goes(port, 'GET', '/gone/8/', '/gone/:id');
});

/* Express has taken baseUrl back by then. */
test('routes_express_after_an_error_keep_their_mount', async (t) => {
	const port = await expressApp(t);

	await goes(port, 'GET', '/users/7/fail', '/users/:id/fail', 'bad');
	await goes(port, 'GET', '/users/7/throw?a=/b/c', '/users/:id/throw',
	    'bad');
});

test('routes_express_mounts_with_parameters_are_few', async (t) => {
	const port = await expressApp(t);

	for (let i = 0; i < 20; i++)
		await adds(indicator, { good: 1 }, () =>
			ask(port, `/tenants/t${i}/users/9`));
	const { good } = totals(routed('GET', '/tenants/*/users/:id'));

	assert.ok(good >= 16, `${good} of 20`);
	// Where it is mounted by its name it is still called that.
	await goes(port, 'GET', '/users/7', '/users/:id');
});

test('routes_fastify_are_patterns_whoever_answers', async (t) => {
	const app = fastify();

	t.after(() => app.close());
	app.addHook('onRequest', async (request, reply) => {
		if (request.headers['x-refuse'])
			reply.code(429).send('no');
	});
	app.get('/f/:id', async () => 'one');
	app.get('/f/:id/fail', async () => {
		throw new Error('no');
	});
	app.post('/f', { schema: { body: { type: 'object',
		required: ['name'] } } }, async () => 'made');
	app.register(async (api) => {
		api.get('/deep/*', async () => 'deep');
	}, { prefix: '/api/:v' });
	const port = Number(new URL(await app.listen({ port: 0,
		host: '127.0.0.1' })).port);

	await goes(port, 'GET', '/f/1', '/f/:id');
	await goes(port, 'GET', '/f/1/fail', '/f/:id/fail', 'bad');
	await goes(port, 'GET', '/api/v1/deep/x/y', '/api/:v/deep/*');
	await goes(port, 'GET', '/missing/path', 'unmatched');
	await adds(routed('GET', '/f/:id'), { shed: 1 }, () =>
		ask(port, '/f/2', { headers: { 'x-refuse': '1' } }));
	// A schema answers before the handler.
	await goes(port, 'POST', '/f', '/f');
});

/* Before Node 22 nobody tells of them. */
test('routes_fastify_over_http2_are_patterns', { skip:
    Number(process.versions.node.split('.')[0]) < 22 }, async (t) => {
	const app = fastify({ http2: true });

	t.after(() => app.close());
	app.get('/two/:id', async () => 'two');
	await app.listen({ port: 0, host: '127.0.0.1' });
	const client = http2.connect(
	    `http://127.0.0.1:${app.server.address().port}`);

	t.after(() => client.destroy());
	await adds(indicator, { good: 1 }, async () => {
		const stream = client.request({ ':path': '/two/1' });

		stream.resume();
		await once(stream, 'close');
	});
	assert.equal(totals(routed('GET', '/two/:id')).good, 1);
});

test('routes_plain_are_first_segments_and_bounded', async (t) => {
	const port = await listen(t, http.createServer((request, response) =>
		response.end('ok')));

	await goes(port, 'GET', '/plain/1/2?q=/x', '/plain');
	await goes(port, 'GET', '/?q=1', '/');
	await adds(indicator, { ignored: 1 }, () => ask(port, '/healthz'));
	await adds(indicator, { good: 200 }, async () => {
		for (let i = 0; i < 200; i++)
			await ask(port, `/scan${i}`);
	});
	const other = totals(routed('other', 'other')).good;

	assert.ok(other >= 160 && other < 200, `${other} are others`);
});

test('routes_methods_are_bounded', async (t) => {
	const port = await listen(t, http.createServer((request, response) =>
		response.end('ok')));

	await adds(indicator, { good: 2 }, async () => {
		await ask(port, '/plain', { method: 'PURGE' });
		await ask(port, '/plain', { method: 'PROPFIND' });
	});
});

test('routes_names_are_clean', () => {
	const { clean } = require('../lib/web/routes.js');

	assert.equal(clean('/a\nb\u0000'), '/a?b?');
	assert.equal(clean('x'.repeat(500)).length, 200);
	assert.equal(clean(''), '/');
});

test('routes_have_no_queries_and_no_parameters_of_the_path', () => {
	for (const url of ['/login', '/login/x', '/login?user=me',
		'/login;jsessionid=1F2E', '/login#me'])
		assert.equal(routeOf({ route: null, request: { url },
			response: { statusCode: 200 } }), '/login');
});

test('routes_of_odd_urls_are_root', () => {
	for (const url of ['*', 'http://proxy/x', '', undefined, '//x'])
		assert.equal(routeOf({ route: null, request: { url },
			response: { statusCode: 200 } }), '/');
});

test('auto_has_slos_of_all_requests', () => {
	assert.deepEqual(slos.map((slo) => slo.name),
	    ['http-availability', 'http-latency']);
	assert.ok(slos[0].budget().remaining <= 1);
});
