// SPDX-License-Identifier: MIT
'use strict';

/*
 * libsli with plain node:http: each function takes a request handler and gives
 * one, so they nest.
 *
 *   createServer(expose({ registry }, record({ indicator }, shed({ slo },
 *       handler))))
 */

const { checkFunction, checkObject, checkRegistry, invalid } =
    require('./web/check.js');
const { Recorder } = require('./web/record.js');
const { answer, metricsOf, slosOf } = require('./web/serve.js');
const { Shedder, sendRefusal } = require('./web/shed.js');

/**
 * Refuse what the SLO's budget cannot bear, with 503, Retry-After and a problem
 * document (RFC 9457).
 */
function shed(options, handler) {
	const shedder = new Shedder(options);

	checkFunction('handler', handler);
	return function shedding(request, response) {
		if (shedder.admits(request))
			return handler.call(this, request, response);
		sendRefusal(response, shedder.refuse(response));
		return undefined;
	};
}

/**
 * Record each request in an indicator, by what became of it.
 */
function record(options, handler) {
	const recorder = new Recorder(options);

	checkFunction('handler', handler);
	return function recording(request, response) {
		recorder.started(request, response);
		return handler.call(this, request, response);
	};
}

/* A handler of node:http, which Express takes as well. */
function metrics(registry) {
	checkRegistry('registry', registry);
	return (request, response) => answer(request, response,
	    (accept) => metricsOf(registry, accept));
}

function slos(registry) {
	checkRegistry('registry', registry);
	return (request, response) => answer(request, response,
	    () => slosOf(registry));
}

function checkPath(field, value) {
	if (typeof value !== 'string' || value[0] !== '/')
		throw invalid(field, value, "a path such as '/metrics'");
	return value;
}

/**
 * Answer /metrics and /slo; the rest is the handler's.
 */
function expose(options, handler) {
	const { registry, metricsPath = '/metrics', slosPath = '/slo' } =
	    checkObject('options', options);
	const routes = new Map([
		[checkPath('metricsPath', metricsPath), metrics(registry)],
		[checkPath('slosPath', slosPath), slos(registry)],
	]);

	checkFunction('handler', handler);
	return function exposing(request, response) {
		const [path] = request.url.split('?', 1);

		return (routes.get(path) ?? handler)
		    .call(this, request, response);
	};
}

module.exports = { expose, metrics, record, shed, slos };
