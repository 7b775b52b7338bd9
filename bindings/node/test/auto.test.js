// SPDX-License-Identifier: MIT
'use strict';

/* Every way in which a request of node:http can end, counted once each. */

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const http2 = require('node:http2');
const https = require('node:https');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');
const tls = require('node:tls');
const v8 = require('node:v8');
const vm = require('node:vm');

const auto = require('../lib/auto.js');
const { adds, ask, connect, listen, requestText, serve, totals, until } =
    require('./support/web.js');

const { registry, indicator } = auto.current();

const HANDLERS = {
	'/ok': (request, response) => response.end('ok'),
	'/empty': (request, response) => response.writeHead(204).end(),
	'/hang': () => {},
	'/begun': (request, response) => response.write('begun'),
	'/destroy': (request, response) => response.destroy(),
	'/destroy-request': (request) => request.destroy(new Error('bad')),
	'/destroy-socket': (request) => request.socket.destroy(),
	'/destroy-begun': (request, response) =>
		response.write('x', () => response.destroy()),
	'/timeout': (request) => request.socket.setTimeout(10),
	'/big': (request, response) => response.end(Buffer.alloc(64 << 20)),
	'/echo': (request, response) => request.pipe(response),
	'/events': (request, response) => {
		response.setHeader('content-type', 'text/event-stream');
		response.write('data: 1\n\n');
	},
};

function handle(request, response) {
	const status = /^\/status\/(\d+)$/.exec(request.url);

	if (status === null)
		HANDLERS[request.url](request, response);
	else
		response.writeHead(Number(status[1])).end();
}

/* The requests that a server has seen, by its own event. */
function arrivals(server) {
	const seen = { count: 0 };

	server.on('request', () => seen.count++);
	return seen;
}

async function serveAll(t) {
	const server = http.createServer(handle);

	server.on('clientError', (error, socket) => socket.destroy());
	const seen = arrivals(server);
	const port = await listen(t, server);

	return { server, seen, port };
}

for (const [status, outcome] of [[200, 'good'], [302, 'good'], [404, 'good'],
    [429, 'shed'], [500, 'bad'], [503, 'bad'], [599, 'bad']]) {
	test(`auto_status_${status}_is_${outcome}`, async (t) => {
		const { port } = await serveAll(t);

		await adds(indicator, { [outcome]: 1 }, async () => {
			const answer = await ask(port, `/status/${status}`);

			assert.equal(answer.status, status);
		});
	});
}

test('auto_keep_alive_counts_each_request', async (t) => {
	const { port } = await serveAll(t);
	const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

	t.after(() => agent.destroy());
	await adds(indicator, { good: 20 }, async () => {
		for (let i = 0; i < 20; i++)
			await ask(port, '/ok', { agent });
	});
});

test('auto_head_and_no_content_are_good', async (t) => {
	const { port } = await serveAll(t);

	await adds(indicator, { good: 2 }, async () => {
		await ask(port, '/ok', { method: 'HEAD' });
		await ask(port, '/empty');
	});
});

test('auto_100_continue_is_one_request', async (t) => {
	const { port } = await serveAll(t);

	await adds(indicator, { good: 1 }, async () => {
		const request = http.request({ host: '127.0.0.1', port,
			path: '/echo', method: 'POST', agent: false,
			headers: { expect: '100-continue' } });

		request.flushHeaders();
		await once(request, 'continue');
		request.end('hello');
		const [response] = await once(request, 'response');
		const [body] = await once(response, 'data');

		assert.equal(String(body), 'hello');
		response.resume();
	});
});

test('auto_pipelined_requests_count_each', async (t) => {
	const { port } = await serveAll(t);

	await adds(indicator, { good: 3, bad: 1 }, async () => {
		const socket = await connect(t, port);

		socket.write(requestText('/ok') + requestText('/status/500') +
		    requestText('/ok') + requestText('/ok'));
		await until(() => socket.text.split('HTTP/1.1').length === 5,
		    'four answers');
	});
});

/* Node before 24 tells of the first response only. */
test('auto_pipelined_behind_an_abort_leak_nothing', async (t) => {
	const { port, seen } = await serveAll(t);

	await adds(indicator, { ignored: 3 }, async () => {
		const socket = await connect(t, port);

		socket.write(requestText('/hang') + requestText('/ok') +
		    requestText('/ok'));
		await until(() => seen.count === 3, 'three requests');
		socket.resetAndDestroy();
	});
});

for (const path of ['/hang', '/begun', '/big']) {
	for (const how of ['end', 'destroy', 'resetAndDestroy']) {
		test(`auto_client_${how}_at_${path.slice(1)}_is_ignored`,
		    async (t) => {
			const { port, seen } = await serveAll(t);

			await adds(indicator, { ignored: 1 }, async () => {
				const socket = await connect(t, port);

				socket.pause();
				socket.write(requestText(path));
				await until(() => seen.count === 1, 'it came');
				if (path === '/begun') {
					socket.resume();
					await until(() => socket.text !== '',
					    'the beginning');
				}
				socket[how]();
				// Who ends, but does not read, is there still.
				if (how === 'end' && path === '/big')
					socket.destroy();
			});
		});
	}
}

test('auto_client_gone_amid_its_body_is_ignored', async (t) => {
	const { port, seen } = await serveAll(t);

	await adds(indicator, { ignored: 1 }, async () => {
		const socket = await connect(t, port);

		socket.write(requestText('/hang', { method: 'POST',
			headers: ['Content-Length: 10'] }) + 'half');
		await until(() => seen.count === 1, 'it came');
		socket.destroy();
	});
});

for (const path of ['/destroy', '/destroy-request', '/destroy-socket',
    '/destroy-begun', '/timeout']) {
	test(`auto_server_cuts_at_${path.slice(1)}_is_bad`, async (t) => {
		const { port } = await serveAll(t);

		await adds(indicator, { bad: 1 }, async () => {
			const socket = await connect(t, port);

			socket.write(requestText(path));
			await once(socket, 'close');
		});
	});
}

/* A certificate for localhost; null where there is no openssl to make it. */
function certificate(t) {
	const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'sli-tls-'));
	const [key, cert] = ['key.pem', 'cert.pem'].map((name) =>
		path.join(directory, name));

	t.after(() => fs.rmSync(directory, { recursive: true }));
	const { error } = spawnSync('openssl', ['req', '-x509', '-nodes',
		'-newkey', 'rsa:2048', '-days', '2', '-subj', '/CN=localhost',
		'-keyout', key, '-out', cert], { stdio: 'ignore' });

	return error ? null : { key: fs.readFileSync(key),
		cert: fs.readFileSync(cert) };
}

test('auto_tells_endings_of_https_apart', async (t) => {
	const pair = certificate(t);

	if (pair === null) {
		t.skip('no openssl');
		return;
	}
	const server = https.createServer(pair, handle);
	const seen = arrivals(server);
	const port = await listen(t, server);

	async function secure(where) {
		const below = await connect(t, port);
		const socket = tls.connect({ socket: below,
			rejectUnauthorized: false });

		socket.reset = () => below.resetAndDestroy();
		socket.on('error', () => {});
		t.after(() => socket.destroy());
		await once(socket, 'secureConnect');
		socket.write(requestText(where));
		return socket;
	}

	await adds(indicator, { good: 1, bad: 3, ignored: 3 }, async () => {
		const answered = await secure('/ok');

		await once(answered, 'data');
		for (const where of ['/destroy', '/destroy-socket',
		    '/destroy-begun']) {
			const socket = await secure(where);

			socket.resume();
			await new Promise((resolve) =>
				socket.once('close', resolve));
		}
		for (const how of ['end', 'destroy', 'reset']) {
			const { count } = seen;
			const socket = await secure('/begun');

			await until(() => seen.count > count, 'it came');
			socket[how]();
		}
	});
});

test('auto_server_closing_all_connections_is_bad', async (t) => {
	const { port, seen, server } = await serveAll(t);

	await adds(indicator, { bad: 2 }, async () => {
		for (const path of ['/hang', '/begun']) {
			const socket = await connect(t, port);

			socket.write(requestText(path));
		}
		await until(() => seen.count === 2, 'both came');
		server.closeAllConnections();
	});
});

/* It is not slow for having been long. */
test('auto_event_stream_is_good_without_a_latency', async (t) => {
	const { port } = await serveAll(t);
	const slow = () => indicator.totals().slow?.[0];
	const before = slow();

	await adds(indicator, { good: 1 }, async () => {
		const socket = await connect(t, port);

		socket.write(requestText('/events'));
		await until(() => socket.text.includes('data: 1'), 'an event');
		await new Promise((resolve) => setTimeout(resolve, 150));
		socket.destroy();
	});
	assert.equal(slow(), before);
});

test('auto_in_flight_is_what_has_begun', async (t) => {
	const { port, seen } = await serveAll(t);
	const before = indicator.inFlight;

	await adds(indicator, { ignored: 1 }, async () => {
		const socket = await connect(t, port);

		socket.write(requestText('/hang'));
		await until(() => seen.count === 1, 'it came');
		assert.equal(indicator.inFlight, before + 1);
		socket.destroy();
	});
});

test('auto_does_not_see_upgrades_connect_and_garbage', async (t) => {
	const { port, server } = await serveAll(t);

	server.on('upgrade', (request, socket) => socket.end('HTTP/1.1 101 ' +
	    'Switching Protocols\r\nUpgrade: x\r\n' +
	    'Connection: upgrade\r\n\r\n'));
	server.on('connect', (request, socket) =>
		socket.end('HTTP/1.1 200 OK\r\n\r\n'));
	await adds(indicator, {}, async () => {
		for (const text of [requestText('/ok', { headers:
		    ['Connection: upgrade', 'Upgrade: x'] }),
		    requestText('a:1', { method: 'CONNECT' }),
		    'garbage\r\n\r\n']) {
			const socket = await connect(t, port);

			socket.write(text);
			await once(socket, 'close');
		}
	});
});

/* Before Node 22 there is no channel for them. */
const SEES_HTTP2 = Number(process.versions.node.split('.')[0]) >= 22;

test('auto_sees_http2_from_node_22_on', async (t) => {
	const server = http2.createServer((request, response) => {
		if (request.url === '/500')
			response.writeHead(500);
		if (request.url === '/hang')
			return;
		response.end('ok');
	});
	const port = await listen(t, server);
	const client = http2.connect(`http://127.0.0.1:${port}`);
	const get = async (path, then = () => {}) => {
		const stream = client.request({ ':path': path });

		stream.on('error', () => {});
		stream.resume();
		then(stream);
		await once(stream, 'close');
	};

	t.after(() => client.destroy());
	await adds(indicator, SEES_HTTP2 ? { good: 2, bad: 1, ignored: 2 } :
	    {}, async () => {
		await get('/ok');
		await get('/ok?x');
		await get('/500');
		await get('/hang', (stream) => setTimeout(() =>
			stream.close(http2.constants.NGHTTP2_CANCEL), 20));
		await get('/hang', () => setTimeout(() =>
			client.destroy(), 20));
	});
	if (SEES_HTTP2)
		assert.equal(totals(registry.indicator({
			name: 'http_server_route', help: 'Requests by route',
			thresholdsMs: [100, 300, 1000, 3000],
			labels: { method: 'GET', route: '/500' } })).bad, 1);
});

/* Whatever else listens to the same channel, or the response, goes on. */
test('auto_leaves_the_applications_errors_alone', async (t) => {
	const port = await serve(t, (request, response) => {
		response.on('close', () => {
			throw new Error('of the application');
		});
		response.end('ok');
	});
	const thrown = [];
	const listeners = process.listeners('uncaughtException');

	process.removeAllListeners('uncaughtException');
	process.on('uncaughtException', (error) => thrown.push(error.message));
	t.after(() => {
		process.removeAllListeners('uncaughtException');
		for (const each of listeners)
			process.on('uncaughtException', each);
	});
	await adds(indicator, { good: 1 }, () => ask(port, '/ok'));
	assert.deepEqual(thrown, ['of the application']);
});

test('auto_counts_statuses_that_were_not_good', async (t) => {
	const { port } = await serveAll(t);
	const one = registry.indicator({ name: 'http_server_status',
		help: 'Requests that were not good',
		labels: { route: '/status', status: '507' } });

	await adds(indicator, { bad: 2 }, async () => {
		await ask(port, '/status/507');
		await ask(port, '/status/507');
	});
	assert.equal(totals(one).bad, 2);
});

test('auto_keeps_nothing_of_what_is_over', async (t) => {
	const responses = [];
	const port = await serve(t, (request, response) => {
		responses.push(new WeakRef(response));
		response.end('ok');
	});
	const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

	t.after(() => agent.destroy());
	await adds(indicator, { good: 300 }, async () => {
		for (let i = 0; i < 300; i++)
			await ask(port, '/', { agent });
	});
	v8.setFlagsFromString('--expose-gc');
	const collect = vm.runInNewContext('gc');

	await until(() => {
		collect();
		return responses.filter((one) => one.deref()).length < 10;
	}, 'they are collected, while their connection is open');
});

test('auto_stop_counts_no_more', async (t) => {
	const { port } = await serveAll(t);

	auto.stop();
	await adds(indicator, {}, () => ask(port, '/ok'));
});
