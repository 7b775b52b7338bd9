// SPDX-License-Identifier: MIT
'use strict';

/*
 * How Fastify's routes get their names. A hook of each instance, added when it
 * is made, sees the requests that other hooks answer (rate limits, schemas),
 * too; the channel of handlers, which is there from Fastify 5 on, does not, and
 * is for instances from before this module was loaded.
 */

const { exchangeOf } = require('./exchange.js');
const { Subscriptions } = require('./channels.js');
const { UNMATCHED } = require('./routes.js');

const handlers = new Subscriptions();
const instances = new Subscriptions();

function setRoute(raw, url) {
	const exchange = exchangeOf(raw);

	if (exchange !== undefined)
		exchange.route = url ?? UNMATCHED;
}

function onRequest(request, reply, done) {
	setRoute(reply.raw, request.routeOptions?.url);
	done();
}

function subscribe() {
	handlers.add({
		'tracing:fastify.request.handler:start': (message) =>
			setRoute(message.reply.raw, message.route?.url),
	});
	instances.add({
		'fastify.initialization': ({ fastify }) => {
			handlers.clear();
			fastify.addHook('onRequest', onRequest);
		},
	});
}

function unsubscribe() {
	handlers.clear();
	instances.clear();
}

module.exports = { onRequest, subscribe, unsubscribe };
