// SPDX-License-Identifier: MIT
'use strict';

/* What the process asks of others: node:http, fetch and undici. */

const assert = require('node:assert/strict');
const { once } = require('node:events');
const http = require('node:http');
const test = require('node:test');

const auto = require('../lib/auto.js');

// What these tests ask of themselves is no request of a client's.
auto.configure({ maxHosts: 40 });

const { registry } = auto.current();
const { adds, serve, turn } = require('./support/web.js');

/* undici 7 does not load before Node 20. */
const undiciModule = typeof File === 'undefined' ? null : require('undici');

const HANDLERS = {
	'/ok': (request, response) => response.end('ok'),
	'/500': (request, response) => response.writeHead(500).end('no'),
	'/404': (request, response) => response.writeHead(404).end('no'),
	'/hang': () => {},
	'/destroy': (request, response) => response.destroy(),
	'/cut': (request, response) =>
		response.write('x', () => setTimeout(() => response.destroy(),
		    5)),
	'/begun': (request, response) => response.write('begun'),
};

async function peer(t) {
	const port = await serve(t, (request, response) =>
		HANDLERS[request.url](request, response));
	const host = `127.0.0.1:${port}`;

	return { port, host, url: `http://${host}`,
		indicator: registry.indicator({ name: 'http_client',
			help: 'Requests to other services',
			thresholdsMs: [100, 300, 1000, 3000],
			labels: { host } }) };
}

/* To the end, whatever that is. */
async function get(url, options = {}, then = (response) =>
	response.resume()) {
	const request = http.get(url, { agent: false, ...options });

	request.on('response', (response) => {
		response.on('error', () => {});
		then(response, request);
	});
	request.on('error', () => {});
	request.on('timeout', () => request.destroy());
	// once() would fail with an 'error'.
	await new Promise((resolve) => {
		request.once('close', resolve);
	});
}

async function fetched(url, options) {
	try {
		await (await fetch(url, options)).text();
	} catch {
		// its outcome is what is looked at
	}
}

async function undici(t, url) {
	const dispatcher = new undiciModule.Agent();

	t.after(() => dispatcher.destroy());
	try {
		const { body } = await undiciModule.request(url,
		    { dispatcher });

		await body.text();
	} catch {
		// as above
	}
}

const WAYS = {
	http: (t, url) => get(url),
	fetch: (t, url) => fetched(url),
	...(undiciModule === null ? {} : { undici }),
};

for (const [way, ask] of Object.entries(WAYS)) {
	for (const [path, outcome] of [['/ok', 'good'], ['/404', 'good'],
	    ['/500', 'bad'], ['/destroy', 'bad'], ['/cut', 'bad']]) {
		test(`client_${way}_at${path.replace('/', '_')}_is_${outcome}`,
		    async (t) => {
			const { url, indicator } = await peer(t);

			await adds(indicator, { [outcome]: 1 },
			    () => ask(t, url + path));
		});
	}
}

test('client_head_is_good', async (t) => {
	const { url, indicator } = await peer(t);

	await adds(indicator, { good: 2 }, async () => {
		await get(`${url}/ok`, { method: 'HEAD' });
		await fetched(`${url}/ok`, { method: 'HEAD' });
	});
});

test('client_timeout_is_bad', async (t) => {
	const { url, indicator } = await peer(t);

	await adds(indicator, { bad: 3 }, async () => {
		await get(`${url}/hang`, { timeout: 20 });
		await get(`${url}/hang`, { signal: AbortSignal.timeout(20) });
		await fetched(`${url}/hang`,
		    { signal: AbortSignal.timeout(20) });
	});
});

test('client_that_gives_up_is_ignored', async (t) => {
	const { url, indicator } = await peer(t);

	await adds(indicator, { ignored: 4 }, async () => {
		for (const ask of [get, fetched]) {
			const giving = new AbortController();

			setTimeout(() => giving.abort(), 20);
			await ask(`${url}/hang`, { signal: giving.signal });
		}
		await get(`${url}/begun`, {}, (response) =>
			response.destroy());
		const response = await fetch(`${url}/begun`);

		await response.body.cancel();
	});
});

test('client_refused_is_bad', async (t) => {
	const { port, indicator } = await peer(t);
	const server = http.createServer();

	// A port that is free, as its server has gone.
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const gone = server.address().port;

	server.close();
	await once(server, 'close');
	const one = registry.indicator({ name: 'http_client',
		help: 'Requests to other services',
		thresholdsMs: [100, 300, 1000, 3000],
		labels: { host: `127.0.0.1:${gone}` } });

	await adds(one, { bad: 2 }, async () => {
		await get(`http://127.0.0.1:${gone}/`);
		await fetched(`http://127.0.0.1:${gone}/`);
	});
	assert.ok(port !== gone && indicator !== one);
});

test('client_asked_by_a_server_is_its_dependency', async (t) => {
	const { url, host, indicator } = await peer(t);
	const port = await serve(t, async (request, response) => {
		await fetched(`${url}/ok`);
		response.end('done');
	});

	await adds(indicator, { good: 1 }, async () => {
		await get(`http://127.0.0.1:${port}/`);
		await turn();
	});
	const [slo] = auto.current().slos;
	const on = slo.explain().dependencies.map(({ series }) => series);

	assert.ok(on.includes(`http_client{host="${host}"}`), `${on}`);
});
