// SPDX-License-Identifier: MIT
'use strict';

/*
 * Which outcome a request counts as.
 *
 *   503 of our own shedding                       SHED
 *   answered, by its status                       BAD from 500 on, 429 SHED
 *                                                 (a limiter's), else GOOD
 *   cut by the server                             BAD
 *   the client went away                          IGNORED
 *     ... having waited for longer than patience  BAD
 *     ... from an event stream, which has no end  GOOD
 *
 * An event stream's length is no latency: it is counted without one.
 */

const { GOOD, BAD, SHED, IGNORED } = require('../index.js');
const { CLIENT, SERVER } = require('./exchange.js');
const { invalid } = require('./check.js');

const STATUSES = 1000;

/* 404, '404' or '4xx': the statuses [from, to). */
function statuses(field, pattern) {
	const text = String(pattern).toLowerCase();

	if (/^[1-5]xx$/.test(text)) {
		const from = Number(text[0]) * 100;

		return [from, from + 100];
	}
	if (/^[1-9][0-9][0-9]$/.test(text))
		return [Number(text), Number(text) + 1];
	throw invalid(field, pattern, "a status such as 404, or '4xx'");
}

function mark(table, field, patterns, outcome) {
	for (const pattern of patterns) {
		const [from, to] = statuses(field, pattern);

		table.fill(outcome, from, to);
	}
}

function isEventStream(response) {
	const type = response.getHeader('content-type');

	return typeof type === 'string' &&
	    type.startsWith('text/event-stream');
}

class Rules {
	#byStatus = new Uint8Array(STATUSES);
	#patienceMs;
	#longMs;

	/* @param longMs  no latency up to this matters for event streams. */
	constructor({ badStatus = [], ignoreStatus = [],
	    patienceMs = 10_000 } = {}, longMs = 0) {
		this.#byStatus.fill(GOOD).fill(BAD, 500);
		this.#byStatus[429] = SHED;
		mark(this.#byStatus, 'ignoreStatus', ignoreStatus, IGNORED);
		mark(this.#byStatus, 'badStatus', badStatus, BAD);
		if (typeof patienceMs !== 'number' || !(patienceMs >= 0))
			throw invalid('patienceMs', patienceMs,
			    'milliseconds, 0 or more');
		this.#patienceMs = patienceMs;
		this.#longMs = longMs;
	}

	ofStatus(status) {
		return status < STATUSES ? this.#byStatus[status] : BAD;
	}

	of(exchange, ending, latencyMs) {
		const { response } = exchange;
		const byStatus = this.ofStatus(response.statusCode);

		if (exchange.shed)
			return SHED;
		if (ending === SERVER)
			return BAD;
		if (ending !== CLIENT)
			return byStatus;
		if (response.headersSent) {
			if (byStatus === BAD)
				return BAD;
			return isEventStream(response) ? byStatus : IGNORED;
		}
		return latencyMs > this.#patienceMs ? BAD : IGNORED;
	}

	/* Has this response a latency that means something? */
	isTimed(response, latencyMs) {
		return latencyMs <= this.#longMs || !isEventStream(response);
	}
}

module.exports = { Rules };
