// SPDX-License-Identifier: MIT
'use strict';

/*
 * Instrumentation without code: node --import libsli/auto app.js
 *
 * Subscribes to diagnostics channels and opens a registry at the first request,
 * so that configure() of the application's own code comes in time. Nothing
 * here throws into the application: what goes wrong is a warning, once.
 */

const { createRegistry } = require('./index.js');
const { Subscriptions } = require('./web/channels.js');
const { ClientObserver } = require('./web/client.js');
const config = require('./web/config.js');
const { Endpoint } = require('./web/endpoint.js');
const frameworks = require('./web/frameworks.js');
const { StreamRequest, StreamResponse } = require('./web/http2.js');
const { ServerObserver } = require('./web/server.js');
const { warn } = require('./web/warn.js');

const OWN_INDICATORS = 32; // room for the application's own

const subscriptions = new Subscriptions();
const options = config.load(process.env, warn);
let endpoint = null;
let running = null;
let failed = false;

/* A file that cannot be opened is no reason to shed nothing. */
function openRegistry() {
	const { path, maxRoutes, maxErrors, maxHosts } = options;
	const room = { maxIndicators: 1 + maxRoutes + maxErrors + maxHosts +
		OWN_INDICATORS };

	if (options.registry !== undefined)
		return options.registry;
	if (path !== undefined) {
		try {
			return createRegistry({ path, ...room });
		} catch (error) {
			warn('libsli/auto counts in memory, for this process ' +
			    `alone: ${error.message}`);
		}
	}
	return createRegistry(room);
}

function start() {
	const registry = openRegistry();
	const server = new ServerObserver(registry, options, warn);
	const client = new ClientObserver(registry, options, server, warn);

	return { registry, indicator: server.indicator, server, client,
		slos: server.slos };
}

/* What runs, started if it is not; null: it could not be. */
function started() {
	if (running === null && !failed) {
		try {
			running = start();
		} catch (error) {
			failed = true;
			warn(`libsli/auto counts nothing: ${error.message}`);
			// Not amid a publish: Node 18 would trip over it.
			setImmediate(stop);
		}
	}
	return running;
}

/* A channel's handler that throws takes the process down. */
function guarded(handler) {
	return (message) => {
		try {
			handler(message);
		} catch (error) {
			warn(error);
		}
	};
}

function onRequest({ request, response, server }) {
	if (endpoint === null || !endpoint.owns(server))
		started()?.server.started(request, response);
}

function onStream({ stream, headers }) {
	started()?.server.started(new StreamRequest(stream, headers),
	    new StreamResponse(stream));
}

/* Once a server of the application listens: a mere tool needs no port. */
function listen() {
	if (endpoint === null && options.listen !== undefined)
		endpoint = new Endpoint(config.parseListen(options.listen),
		    () => started()?.registry ?? null);
}

function subscribe() {
	subscriptions.add({
		'http.server.request.start': guarded((message) => {
			listen();
			if (options.server)
				onRequest(message);
		}),
		// From Node 22 on.
		'http2.server.stream.start': guarded((message) => {
			listen();
			if (options.server)
				onStream(message);
		}),
		'tracing:net.server.listen:asyncEnd': guarded(listen),
	});
	for (const name of ClientObserver.channels) {
		subscriptions.add({ [name]: guarded((message) => {
			if (options.client)
				started()?.client.on(name, message);
		}) });
	}
	frameworks.subscribe();
}

/**
 * Stop counting, and leave the registry as it is.
 */
function stop() {
	subscriptions.clear();
	frameworks.unsubscribe();
	endpoint?.close();
	endpoint = null;
}

/**
 * Options, over those of the environment and the file; before the first request
 * comes or is made.
 *
 * @throws an Error with code SLI_EINVAL or SLI_EBUSY.
 */
function configure(more) {
	config.check(more);
	if (running !== null || endpoint !== null) {
		const error = new Error('configure() comes too late: ' +
		    'libsli/auto has begun to count');

		error.code = 'SLI_EBUSY';
		throw error;
	}
	for (const [field, value] of Object.entries(more)) {
		if (value !== undefined)
			options[field] = value;
	}
}

/**
 * What is counted in: { registry, indicator, slos }; null if there is no memory
 * for it. Opens it if need be.
 */
function current() {
	const found = started();

	return found === null ? null : { registry: found.registry,
		indicator: found.indicator, slos: found.slos };
}

subscribe();

module.exports = { configure, current, stop };
