// SPDX-License-Identifier: MIT
'use strict';

/*
 * Shedding by an SLO's budget, whichever framework carries it: whether a
 * request is let in, and what who is not let in is told.
 *
 * A refused request is recorded as SHED, once: by libsli/auto where that
 * watches the request and counts it for the same indicator, else here.
 */

const { SHED } = require('../index.js');
const { checkFunction, checkIndicator, checkNumber, checkObject, checkSlo } =
    require('./check.js');
const { exchangeOf } = require('./exchange.js');
const { warn } = require('./warn.js');

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/* RFC 9457; "about:blank" is that of plain statuses. */
const PROBLEM = JSON.stringify({
	type: 'about:blank',
	title: 'Service Unavailable',
	status: 503,
	detail: 'This service is overloaded and refuses a part of the ' +
	    'requests to keep serving the others. Try again later.',
});

/*
 * Options of all shedding:
 *
 *   slo          whose budget decides
 *   criticality  what the request is, or (request) => that
 *   key          (request) => whose it is: a user is refused whole rather than
 *                each of his requests at random; undefined: nobody's
 *   indicator    that counts the refused; default the SLO's
 *   retryAfter   seconds to tell clients to wait at least, default 5
 */
class Shedder {
	#slo;
	#criticality;
	#criticalityOf = null;
	#keyOf;
	#indicator;
	#retryAfter;

	constructor(options) {
		const { slo, criticality, key, retryAfter = 5 } =
		    checkObject('options', options);
		const { indicator = slo?.indicator } = options;

		this.#slo = checkSlo('slo', slo);
		this.#indicator = checkIndicator('indicator', indicator);
		if (typeof criticality === 'function')
			this.#criticalityOf = criticality;
		this.#criticality = criticality;
		this.#keyOf = key === undefined ? null :
		    checkFunction('key', key);
		this.#retryAfter = checkNumber('retryAfter', retryAfter, 1,
		    86_400, 'seconds, 1 to 86400');
		if (this.#criticalityOf === null)
			slo.admit({ criticality }); // throws if it is none
	}

	/*
	 * Lets in what cannot be judged: a registry that is closed, or a
	 * criticality that is none, is to refuse nobody. What `key` and
	 * `criticality` throw is the application's own.
	 *
	 * @param criticality  of this request, where its route says so.
	 */
	admits(request, criticality = this.#criticalityOf === null ?
	    this.#criticality : this.#criticalityOf(request)) {
		const key = this.#keyOf === null ? undefined :
		    this.#keyOf(request);

		try {
			return this.#slo.admit({ criticality, key });
		} catch (error) {
			warn(error);
			return true;
		}
	}

	/* Count a refusal, and say what to answer. */
	refuse(response) {
		const exchange = exchangeOf(response);

		if (exchange !== undefined)
			exchange.shed = true;
		if (exchange?.counts(this.#indicator) !== true)
			this.#count();
		return {
			status: 503,
			headers: { 'retry-after': String(this.#wait()),
				'cache-control': 'no-store',
				'content-type': PROBLEM_TYPE },
			body: PROBLEM,
		};
	}

	#count() {
		try {
			this.#indicator.count(SHED);
		} catch (error) {
			warn(error);
		}
	}

	/* Up to twice as long: who came at once is not to come back so. */
	#wait() {
		return Math.ceil(this.#retryAfter * (1 + Math.random()));
	}
}

/* Answer a request of node:http with a refusal. */
function sendRefusal(response, { status, headers, body }) {
	response.writeHead(status, { ...headers,
		'content-length': Buffer.byteLength(body) });
	response.end(body);
}

module.exports = { Shedder, sendRefusal };
