// SPDX-License-Identifier: MIT
'use strict';

/* What tests of the web parts share: servers on free ports, raw clients. */

const assert = require('node:assert/strict');
const { once } = require('node:events');
const http = require('node:http');
const net = require('node:net');

const WAIT_MS = 20_000; // of a machine that does much else
const NOTHING = Object.freeze({ good: 0, bad: 0, shed: 0, ignored: 0 });

const turn = () => new Promise((resolve) => setTimeout(resolve, 2));

/* Until it is true, or for long enough to say that it never will be. */
async function until(condition, what) {
	const end = performance.now() + WAIT_MS;

	while (!await condition()) {
		assert.ok(performance.now() < end, `never: ${what}`);
		await turn();
	}
}

function totals(indicator) {
	const { good, bad, shed, ignored } = indicator.totals();

	return { good, bad, shed, ignored };
}

const inFlight = (indicator) => indicator.inFlight;

function difference(after, before) {
	return Object.fromEntries(Object.keys(NOTHING).map((name) =>
		[name, after[name] - before[name]]));
}

const same = (a, b) =>
	Object.keys(NOTHING).every((name) => a[name] === b[name]);

/*
 * What a deed adds to an indicator, once nothing of it is in flight.
 *
 * @param expected  the outcomes that are not 0.
 */
async function adds(indicator, expected, deed) {
	const before = totals(indicator);
	const flying = inFlight(indicator);
	const added = () => difference(totals(indicator), before);

	await deed();
	const wanted = { ...NOTHING, ...expected }; // a deed may say more
	const end = performance.now() + WAIT_MS;

	while ((!same(added(), wanted) || inFlight(indicator) !== flying) &&
	    performance.now() < end)
		await turn();
	await turn(); // or more than that
	assert.deepEqual({ ...added(), inFlight: inFlight(indicator) - flying },
	    { ...wanted, inFlight: 0 });
}

/* A server on a free port of loopback; closed when the test is over. */
async function listen(t, server) {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.after(() => {
		server.closeAllConnections?.();
		server.close();
	});
	return server.address().port;
}

const serve = (t, handler) => listen(t, http.createServer(handler));

/* A port that was free a moment ago. */
async function freePort() {
	const server = net.createServer();

	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address();

	server.close();
	await once(server, 'close');
	return port;
}

/* A connection that keeps what it reads. */
async function connect(t, port) {
	const socket = net.connect(port, '127.0.0.1');

	socket.text = '';
	socket.on('data', (chunk) => {
		socket.text += chunk.toString('latin1');
	});
	socket.on('error', () => {});
	await once(socket, 'connect');
	t.after(() => socket.destroy());
	return socket;
}

function requestText(path, { method = 'GET', headers = [] } = {}) {
	return [`${method} ${path} HTTP/1.1`, 'Host: localhost', ...headers,
		'', ''].join('\r\n');
}

/* One request on a connection of its own, to the end. */
async function ask(port, path, options = {}) {
	const request = http.request({ host: '127.0.0.1', port, path,
		agent: false, ...options });

	request.end(options.body);
	const [response] = await once(request, 'response');
	let body = '';

	for await (const chunk of response)
		body += chunk;
	return { status: response.statusCode, headers: response.headers,
		body };
}

module.exports = { adds, ask, connect, freePort, inFlight, listen,
	requestText, serve, totals, turn, until };
