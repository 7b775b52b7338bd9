// SPDX-License-Identifier: MIT
'use strict';

/*
 * A small shop that watches itself.
 *
 *   node example/server.js [PORT], else $PORT, else 8080
 *
 * Open the address that it prints. It has customers of its own (100 requests a
 * second) and a database that can be made slow: then the page shows the budget
 * burn, the alerts fire, and the requests that matter least being refused until
 * those that matter are fast again.
 */

const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');

const auto = require('libsli/auto');
const { expose, shed } = require('libsli/http');
const { Database } = require('./database.js');
const { startCustomers } = require('./customers.js');

const PAGES = {
	'/': ['page.html', 'text/html; charset=utf-8'],
	'/page.js': ['page.js', 'text/javascript; charset=utf-8'],
	'/page.css': ['page.css', 'text/css; charset=utf-8'],
};

/* What each route asks of the database, and how much it matters. */
const ROUTES = {
	'/checkout': { queries: 1, criticality: 'critical_plus' },
	'/products': { queries: 1, criticality: 'critical' },
	'/search': { queries: 1, criticality: 'sheddable' },
};

const WINDOW = '10s';

auto.configure({
	objective: 0.99, // 1 % of requests may fail
	period: '1h', // short, so that one can see the budget move
	latencyMs: 250,
	latencyObjective: 0.95,
	client: false, // its customers are no part of the shop
	ignoreRoutes: [...Object.keys(PAGES), '/state', '/slow', '/metrics',
		'/slo'],
});
const { registry, slos } = auto.current();
const [availability] = slos;
const database = new Database();

function send(response, status, type, body) {
	response.writeHead(status, { 'content-type': type,
		'cache-control': 'no-store',
		'x-content-type-options': 'nosniff',
		'content-security-policy': "default-src 'self'" });
	response.end(body);
}

const sendJson = (response, value) =>
	send(response, 200, 'application/json', JSON.stringify(value));

function describe(slo) {
	return {
		name: slo.name,
		...slo.budget(),
		burn: slo.burnRates(['10s', '1m', '5m']),
		alerts: slo.alerts().filter(({ state }) => state === 'firing'),
		shed: slo === availability ? slo.verdict() : null,
		why: slo.explain().text,
	};
}

/* All that the page shows. */
function state() {
	const { indicators } = registry.snapshot({ window: WINDOW });
	const routes = indicators.filter(({ name, labels }) =>
		name === 'http_server_route' &&
		Object.hasOwn(ROUTES, labels.route));

	return {
		isSlow: database.isSlow,
		waiting: database.waiting,
		slos: slos.map(describe),
		routes: routes.map(({ labels, window, total }) => ({ ...window,
			route: labels.route, total,
			criticality: ROUTES[labels.route].criticality })),
	};
}

async function sell(request, response) {
	const [route] = request.url.split('?', 1);

	try {
		await database.query();
		send(response, 200, 'text/plain', `${route}: here you are\n`);
	} catch (error) {
		send(response, 500, 'text/plain', `${error.message}\n`);
	}
}

/* Refuses by how much a route matters, and by customer. */
const sellOrShed = shed({
	slo: availability,
	criticality: (request) =>
		ROUTES[request.url.split('?', 1)[0]].criticality,
	key: (request) => request.headers['x-customer'],
	retryAfter: 1,
}, sell);

function setSlow(request, response) {
	if (request.method !== 'POST') {
		send(response, 405, 'text/plain', 'POST on or off\n');
		return;
	}
	database.isSlow = request.url.endsWith('?on');
	registry.annotate('config', database.isSlow ?
	    'the database was made slow' : 'the database is fast again');
	sendJson(response, { isSlow: database.isSlow });
}

function handle(request, response) {
	const [route] = request.url.split('?', 1);

	if (Object.hasOwn(ROUTES, route))
		return sellOrShed(request, response);
	if (Object.hasOwn(PAGES, route)) {
		const [file, type] = PAGES[route];

		return send(response, 200, type,
		    fs.readFileSync(path.join(__dirname, file)));
	}
	if (route === '/state')
		return sendJson(response, state());
	if (route === '/slow')
		return setSlow(request, response);
	return send(response, 404, 'text/plain', 'There is no such page.\n');
}

const server = http.createServer(expose({ registry }, handle));

server.listen(Number(process.argv[2] ?? process.env.PORT ?? 8080), '127.0.0.1', () => {
	const { port } = server.address();

	console.log(`Open http://127.0.0.1:${port}/ in a browser ` +
	    '(Ctrl-C ends it).');
	startCustomers(port);
});
