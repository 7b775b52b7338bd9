// SPDX-License-Identifier: MIT
'use strict';

/*
 * The server that libsli/auto has of its own, for scrapers: /metrics and /slo.
 *
 * Processes that share a registry's file tell the same, so one of them is
 * enough: who finds the port taken tries again, as its owner may end.
 */

const http = require('node:http');
const { answer, metricsOf, slosOf } = require('./serve.js');
const { warn } = require('./warn.js');

const RETRY_MS = 2_000;
const LOOPBACK = /^(localhost|127(\.[0-9]+){3}|\[::1\])(:[0-9]+)?$/i;
const REQUEST_MS = 10_000;

/* On loopback a page of somebody else's must not read it by DNS rebinding. */
function isForUs(request) {
	const { localAddress = '' } = request.socket;
	const isLoopback = localAddress === '::1' ||
	    /^(::ffff:)?127\./.test(localAddress);

	return !isLoopback || LOOPBACK.test(request.headers.host ?? '');
}

function refuse(response, status) {
	response.writeHead(status, { 'content-length': 0 });
	response.end();
}

class Endpoint {
	#server;
	#address;
	#timer = null;
	#current;

	/* @param current  () => the registry, or null if there is none. */
	constructor(address, current) {
		this.#address = address;
		this.#current = current;
		this.#server = http.createServer({
			requestTimeout: REQUEST_MS,
			headersTimeout: REQUEST_MS,
		}, (request, response) => this.#answer(request, response));
		this.#server.maxConnections = 64;
		this.#server.on('error', (error) => {
			if (error.code !== 'EADDRINUSE')
				warn(`LIBSLI_LISTEN: ${error.message}`);
			this.#retry();
		});
		// No scraper is to keep the application's process alive.
		this.#server.on('connection', (socket) => socket.unref());
		this.#server.unref();
		this.#listen();
	}

	owns(server) {
		return server === this.#server;
	}

	close() {
		clearTimeout(this.#timer);
		this.#server.close();
		this.#server.closeAllConnections?.();
	}

	/* Not by cluster's primary: a worker that waits for it never ends. */
	#listen() {
		this.#server.listen({ ...this.#address, exclusive: true });
	}

	/* Of one that listens it is about a connection: out of descriptors. */
	#retry() {
		if (this.#server.listening)
			return;
		this.#timer = setTimeout(() => this.#listen(), RETRY_MS);
		this.#timer.unref();
	}

	#answer(request, response) {
		const registry = this.#current();
		const [path] = request.url.split('?');

		if (!isForUs(request))
			return refuse(response, 421);
		if (registry === null)
			return refuse(response, 503);
		if (path === '/metrics')
			return answer(request, response,
			    (accept) => metricsOf(registry, accept));
		if (path === '/slo')
			return answer(request, response,
			    () => slosOf(registry));
		return refuse(response, 404);
	}
}

module.exports = { Endpoint };
