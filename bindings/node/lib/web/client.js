// SPDX-License-Identifier: MIT
'use strict';

/*
 * What this process asks of others, by way of diagnostics_channel: requests of
 * node:http, and of undici, so of fetch() too.
 *
 *   http_client{host}  each request, until its response was read
 *
 * A response is BAD from 500 on, and so is what failed or timed out; IGNORED
 * is what the application itself gave up. Of node:http it looks like a failure
 * if it did so by destroy(), as it does on a timeout.
 *
 * All requests to servers are said to depend on a host that was asked while one
 * of them was in flight: which of them asked, no channel tells.
 */

const { GOOD, BAD, IGNORED } = require('../index.js');
const { Table } = require('./table.js');

const kCall = Symbol('libsli.call');

class Call {
	constructor(observer, indicator) {
		this.observer = observer;
		this.indicator = indicator;
		this.startMs = performance.now();
		this.status = 0;
		this.error = null;
	}
}

const byStatus = (status) => status >= 500 ? BAD : GOOD;

/* Given up by whoever asked, not for having waited too long. */
function isGivenUp(error) {
	return error?.name === 'AbortError' &&
	    error.cause?.name !== 'TimeoutError';
}

function outcomeOfHttp(request, error) {
	const response = request.res;

	if (response?.complete)
		return byStatus(response.statusCode);
	if (response)
		return response.errored ? BAD : IGNORED;
	return isGivenUp(error ?? request.socket?.errored) ? IGNORED : BAD;
}

function onRequestClose() {
	const call = this[kCall];

	if (call !== undefined)
		call.observer.ended(this, outcomeOfHttp, call.error);
}

class ClientObserver {
	#hosts;
	#server;
	#guard;

	/* @param server  the observer of servers, or null. */
	constructor(registry, config, server, guard) {
		this.#server = server;
		this.#guard = guard;
		this.#hosts = new Table(config.maxHosts, (host) => {
			const made = registry.indicator({ name: 'http_client',
				help: 'Requests to other services',
				thresholdsMs: config.thresholdsMs,
				labels: { host } });

			return { indicator: made, isDependency: false };
		});
	}

	#begin(request, host) {
		const found = this.#hosts.get(host, '');

		if (found === null)
			return;
		request[kCall] = new Call(this, found.indicator);
		found.indicator.begin();
		if (!found.isDependency && this.#server?.inFlight > 0) {
			found.isDependency = true;
			this.#server.indicator.depends(found.indicator);
		}
	}

	ended(request, judge, detail) {
		const call = request[kCall];

		if (call === undefined)
			return;
		request[kCall] = undefined;
		try {
			const ms = performance.now() - call.startMs;

			call.indicator.end();
			call.indicator.record(judge(request, detail), ms);
		} catch (error) {
			this.#guard(error);
		}
	}

	httpStarted(request) {
		const host = request.getHeader('host');

		this.#begin(request, String(host ?? request.host));
		request.on('close', onRequestClose);
	}

	httpFailed(request, error) {
		if (request[kCall] !== undefined)
			request[kCall].error = error;
	}

	undiciStarted(request) {
		this.#begin(request, String(request.origin)
		    .replace(/^[a-z]+:\/\//, ''));
	}

	undiciAnswered(request, status) {
		if (request[kCall] !== undefined)
			request[kCall].status = status;
	}

	undiciEnded(request) {
		this.ended(request, (one, status) => byStatus(status),
		    request[kCall]?.status);
	}

	undiciFailed(request, error) {
		this.ended(request, (one, why) => isGivenUp(why) ?
		    IGNORED : BAD, error);
	}

	on(channel, message) {
		HANDLERS[channel](this, message);
	}
}

const HANDLERS = {
	'http.client.request.start': (observer, { request }) =>
		observer.httpStarted(request),
	'http.client.request.error': (observer, { request, error }) =>
		observer.httpFailed(request, error),
	'undici:request:create': (observer, { request }) =>
		observer.undiciStarted(request),
	'undici:request:headers': (observer, { request, response }) =>
		observer.undiciAnswered(request, response.statusCode),
	'undici:request:trailers': (observer, { request }) =>
		observer.undiciEnded(request),
	'undici:request:error': (observer, { request, error }) =>
		observer.undiciFailed(request, error),
};

ClientObserver.channels = Object.keys(HANDLERS);

module.exports = { ClientObserver };
