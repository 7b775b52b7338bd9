// SPDX-License-Identifier: MIT
'use strict';

/*
 * A plugin for Fastify 5.
 *
 *   fastify.register(libsli, { registry, slo })
 *
 * It works on the instance that it is registered on, and on those within; it is
 * marked as fastify-plugin marks plugins, so that it is not within its own. A
 * route says how much it matters itself:
 *
 *   { config: { libsli: { criticality: 'critical_plus' } } }
 *   { config: { libsli: { shed: false } } }
 */

const { checkObject, checkRegistry, invalid } = require('./web/check.js');
const { onRequest: setRoute } = require('./web/frameworks.js');
const { Recorder } = require('./web/record.js');
const { VARY, metricsOf, slosOf } = require('./web/serve.js');
const { Shedder } = require('./web/shed.js');

const EXEMPT = { config: { libsli: { shed: false } } };

function addShedding(fastify, options) {
	const shedder = new Shedder(options);

	fastify.addHook('onRequest', (request, reply, done) => {
		const own = request.routeOptions.config?.libsli;

		if (own?.shed === false ||
		    shedder.admits(request, own?.criticality)) {
			done();
			return;
		}
		const { status, headers, body } = shedder.refuse(reply.raw);

		reply.code(status).headers(headers).send(body);
	});
}

function addRecording(fastify, options) {
	const recorder = new Recorder(options);

	fastify.addHook('onRequest', (request, reply, done) => {
		recorder.started(request.raw, reply.raw);
		setRoute(request, reply, done);
	});
}

function addRoute(fastify, path, produce) {
	fastify.get(path, EXEMPT, (request, reply) => {
		const { type, body } = produce(request.headers.accept);

		reply.headers({ ...VARY, 'content-type': type }).send(body);
	});
}

/*
 * Options, beside those of shedding and recording:
 *
 *   registry     adds routes that show it
 *   metricsPath  default /metrics; null: none
 *   slosPath     default /slo; null: none
 *   slo          shed by its budget
 *   record       record each request in `indicator` (not with libsli/auto)
 */
function libsli(fastify, options, done) {
	try {
		const { registry, slo, record = false,
			metricsPath = '/metrics', slosPath = '/slo' } =
		    checkObject('options', options);

		if (registry === undefined && slo === undefined && !record)
			throw invalid('options', options,
			    'one with registry, slo or record');
		if (record)
			addRecording(fastify, { indicator: slo?.indicator,
				...options });
		if (slo !== undefined)
			addShedding(fastify, options);
		if (registry !== undefined) {
			checkRegistry('registry', registry);
			if (metricsPath !== null)
				addRoute(fastify, metricsPath, (accept) =>
					metricsOf(registry, accept));
			if (slosPath !== null)
				addRoute(fastify, slosPath, () =>
					slosOf(registry));
		}
		done();
	} catch (error) {
		done(error);
	}
}

/* What fastify-plugin does: no context of its own, a name, a version. */
libsli[Symbol.for('skip-override')] = true;
libsli[Symbol.for('fastify.display-name')] = 'libsli';
libsli[Symbol.for('plugin-meta')] = { name: 'libsli', fastify: '5.x' };

module.exports = libsli;
module.exports.default = libsli;
module.exports.libsli = libsli;
