// SPDX-License-Identifier: MIT
'use strict';

/* The counts are those of the load generator, exactly. */

const assert = require('node:assert/strict');
const http = require('node:http');
const test = require('node:test');

const auto = require('../lib/auto.js');

auto.configure({ client: false });

const { indicator, registry } = auto.current();
const { adds, listen, totals } = require('./support/web.js');

const autocannon = require('autocannon');
const express = require('express');
const fastify = require('fastify');

const ROUNDS = 5;
const REQUESTS = 1000;

const PATHS = [['GET', '/users/1'], ['GET', '/users/2?full=1'],
	['POST', '/orders'], ['GET', '/fails'], ['GET', '/missing'],
	['GET', '/throws']];

function expressApp(t) {
	const app = express();

	app.get('/users/:id', (request, response) =>
		response.json({ id: request.params.id }));
	app.post('/orders', express.json(), (request, response) =>
		response.status(201).end());
	app.get('/fails', (request, response) =>
		response.status(503).send('no'));
	app.get('/throws', async () => {
		throw new Error('no');
	});
	app.use((error, request, response, next) => {
		response.status(500).end();
		void next;
	});
	return listen(t, http.createServer(app));
}

async function fastifyApp(t) {
	const app = fastify();

	t.after(() => app.close());
	app.get('/users/:id', async (request) => ({ id: request.params.id }));
	app.post('/orders', async (request, reply) => reply.code(201).send());
	app.get('/fails', async (request, reply) => reply.code(503).send('no'));
	app.get('/throws', async () => {
		throw new Error('no');
	});
	await app.listen({ port: 0, host: '127.0.0.1' });
	return app.server.address().port;
}

const fire = (port) => autocannon({
	url: `http://127.0.0.1:${port}`, connections: 10,
	amount: REQUESTS, requests: PATHS.map(([method, path]) => ({ method,
		path, headers: { 'content-type': 'application/json' },
		body: method === 'POST' ? '{}' : undefined })) });

for (const [name, start] of [['express', expressApp],
    ['fastify', fastifyApp]]) {
	test(`auto_${name}_counts_what_autocannon_counts`, async (t) => {
		const port = await start(t);

		for (let round = 0; round < ROUNDS; round++) {
			const expected = {};
			let sum = 0;

			await adds(indicator, expected, async () => {
				const result = await fire(port);

				expected.good = result['2xx'] + result['4xx'];
				expected.bad = result['5xx'];
				sum = expected.good + expected.bad;
				assert.equal(result.errors, 0);
			});
			assert.equal(sum, REQUESTS);
		}
	});
}

test('auto_routes_add_up_to_all_requests', () => {
	const sum = { good: 0, bad: 0, shed: 0, ignored: 0 };

	for (const [method, route] of [['GET', '/users/:id'],
	    ['POST', '/orders'], ['GET', '/fails'], ['GET', '/throws'],
	    ['GET', 'unmatched']]) {
		const each = totals(registry.indicator({
			name: 'http_server_route', help: 'Requests by route',
			thresholdsMs: [100, 300, 1000, 3000],
			labels: { method, route } }));

		for (const name of Object.keys(sum))
			sum[name] += each[name];
	}
	assert.deepEqual(sum, totals(indicator));
	assert.equal(sum.good + sum.bad, 2 * ROUNDS * REQUESTS);
});
