// SPDX-License-Identifier: MIT
'use strict';

/*
 * Middleware for Express 5.
 *
 *   app.get('/metrics', metrics(registry));
 *   app.use(record({ indicator }));        // not with libsli/auto
 *   app.use(shed({ slo, key: (req) => req.get('x-user') }));
 */

const { metrics, slos } = require('./http.js');
const { Recorder } = require('./web/record.js');
const { Shedder, sendRefusal } = require('./web/shed.js');

/**
 * Refuse what the SLO's budget cannot bear, with 503, Retry-After and a problem
 * document (RFC 9457).
 */
function shed(options) {
	const shedder = new Shedder(options);

	return function shedding(request, response, next) {
		if (shedder.admits(request))
			next();
		else
			sendRefusal(response, shedder.refuse(response));
	};
}

/**
 * Record each request in an indicator, by what became of it.
 */
function record(options) {
	const recorder = new Recorder(options);

	return function recording(request, response, next) {
		recorder.started(request, response);
		next();
	};
}

module.exports = { metrics, record, shed, slos };
