// SPDX-License-Identifier: MIT
'use strict';

/*
 * The requests of all node:http servers of the process, by way of
 * diagnostics_channel.
 *
 *   http_server                        all of them, and those in flight
 *   http_server_route{method, route}   each with its latency
 *   http_server_status{route, status}  those that were not good, counted
 *
 * Not seen, as Node publishes nothing for them: what it answers by itself
 * (malformed requests, headers that take too long), upgrades and CONNECT of
 * HTTP/1, and before Node 22 HTTP/2.
 */

const { GOOD, IGNORED } = require('../index.js');
const { CLIENT, FINISHED, watch } = require('./exchange.js');
const { routeOf } = require('./routes.js');
const { Rules } = require('./outcome.js');
const { Table } = require('./table.js');
const { DEFAULTS, thresholdsOf } = require('./config.js');

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE',
	'OPTIONS', 'QUERY']);

const ALL = { name: 'http_server', help: 'Requests of all HTTP servers' };

/*
 * The thresholds to count by. A file that is older than the configuration has
 * its own, and to go on counting is worth more than what was asked for.
 */
function settleThresholds(registry, wantedMs, warn) {
	try {
		registry.indicator({ ...ALL, thresholdsMs: wantedMs });
		return wantedMs;
	} catch (error) {
		if (error.code !== 'SLI_EEXIST')
			throw error;
	}
	const { thresholdsMs } = registry.snapshot().indicators
	    .find(({ name }) => name === ALL.name);

	warn('libsli/auto goes on with the thresholds that its file has: ' +
	    `${thresholdsMs.join(', ')} ms, not ${wantedMs.join(', ')}`);
	return thresholdsMs;
}

/* One over a period that its history does not reach, say. */
function settleByDefault(registry, indicator, wanted, error, warn) {
	const { period } = DEFAULTS;

	if (wanted.period === period) {
		warn(`libsli/auto has no ${wanted.name}: ${error.message}`);
		return null;
	}
	warn(`libsli/auto takes a period of ${period} for ${wanted.name}: ` +
	    error.message);
	return settleSlo(registry, indicator, { ...wanted, period }, warn);
}

/* An SLO, in the same way; null: not even what the file has could be had. */
function settleSlo(registry, indicator, wanted, warn) {
	try {
		return registry.slo(indicator, wanted);
	} catch (error) {
		if (error.code !== 'SLI_EEXIST')
			return settleByDefault(registry, indicator, wanted,
			    error, warn);
		warn('libsli/auto goes on with what its file has of ' +
		    `${wanted.name}: ${error.message}`);
	}
	const { objective, periodMs, thresholdMs } = registry.snapshot().slos
	    .find(({ name }) => name === wanted.name);

	try {
		return registry.slo(indicator, { name: wanted.name, objective,
			period: periodMs, ...(thresholdMs > 0 ?
			    { thresholdMs } : {}) });
	} catch (error) {
		warn(error);
		return null;
	}
}

/* What http_server_status calls it. */
function statusOf({ response }, ending) {
	if (ending === FINISHED)
		return String(response.statusCode);
	return ending === CLIENT ? 'client aborted' : 'server aborted';
}

class ServerObserver {
	#routes;
	#statuses;
	#rules;
	#route;
	#ignored;
	#guard;

	/* @param guard  is told of what went wrong. */
	constructor(registry, config, guard) {
		const thresholdsMs = settleThresholds(registry,
		    thresholdsOf(config), guard);
		const { maxRoutes, maxErrors } = config;

		this.indicator = registry.indicator({ ...ALL, thresholdsMs });
		this.#routes = new Table(maxRoutes, (method, route) =>
			registry.indicator({ name: 'http_server_route',
				help: 'Requests by route', thresholdsMs,
				labels: { method, route } }));
		this.#statuses = new Table(maxErrors, (route, status) =>
			registry.indicator({ name: 'http_server_status',
				help: 'Requests that were not good',
				labels: { route, status } }));
		this.#rules = new Rules(config, thresholdsMs[0]);
		this.#route = config.route ?? null;
		this.#ignored = new Set(config.ignoreRoutes);
		this.#guard = guard;
		this.inFlight = 0; // of this isolate; the indicator's: of all
		this.slos = this.#addSlos(registry, config, guard);
	}

	#addSlos(registry, config, warn) {
		const { indicator } = this;
		const { objective, period, latencyMs } = config;
		const slos = [settleSlo(registry, indicator,
		    { name: 'http-availability', objective, period }, warn)];

		if (latencyMs !== undefined)
			slos.push(settleSlo(registry, indicator,
			    { name: 'http-latency', period,
				objective: config.latencyObjective,
				thresholdMs: latencyMs }, warn));
		return slos.filter((slo) => slo !== null);
	}

	started(request, response) {
		const exchange = watch(request, response, this);

		this.inFlight++;
		this.indicator.begin();
		exchange.startMs = performance.now();
	}

	/* Runs in an event of the application's objects, so never throws. */
	ended(exchange, ending) {
		this.inFlight--;
		try {
			this.indicator.end();
			this.#record(exchange, ending);
		} catch (error) {
			this.#guard(error);
		}
	}

	#record(exchange, ending) {
		const ms = performance.now() - exchange.startMs;
		const { request, response } = exchange;
		const route = this.#nameOf(exchange);
		const method = METHODS.has(request.method) ?
		    request.method : 'OTHER';
		const outcome = this.#ignored.has(route) ? IGNORED :
		    this.#rules.of(exchange, ending, ms);
		const one = this.#routes.get(method, route);

		if (this.#rules.isTimed(response, ms)) {
			this.indicator.record(outcome, ms);
			one?.record(outcome, ms);
		} else {
			this.indicator.count(outcome);
			one?.count(outcome);
		}
		if (outcome !== GOOD)
			this.#statuses.get(route, statusOf(exchange, ending))
			    ?.count(outcome);
	}

	#nameOf(exchange) {
		const name = this.#route === null ? undefined :
		    this.#given(exchange);

		return typeof name === 'string' && name !== '' ? name :
		    routeOf(exchange);
	}

	#given({ request, response }) {
		try {
			return this.#route(request, response);
		} catch (error) {
			this.#guard(error);
			return undefined;
		}
	}
}

module.exports = { ServerObserver };
