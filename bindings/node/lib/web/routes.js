// SPDX-License-Identifier: MIT
'use strict';

/*
 * What a request's route is called: few names for many paths.
 *
 *   Fastify    the route's url, which its hook tells us (see frameworks.js)
 *   Express    req.baseUrl and req.route.path, read when the response is over
 *   otherwise  the first segment of the path, and 'unmatched' where the answer
 *              was 404: whoever scans for holes makes no new names
 *
 * Express keeps no pattern of where a router is mounted: below
 * /tenants/:tenant baseUrl is that of one tenant. So what has come before a
 * route is remembered, and where there was too much of it, what varies is
 * called '*'. The channel that tells the pattern (express.router.request)
 * costs a traced call for each middleware of each request.
 */

const UNMATCHED = 'unmatched';
const MOUNTS = 4; // places that one router is mounted at, by their names
const LONGEST = 200; // characters of a name

const kMounts = Symbol('libsli.mounts');

/* Of what one route was seen below: a few paths, then one pattern. */
class Mounts {
	#known = [];
	#pattern = null;

	of(base) {
		if (this.#known.includes(base))
			return base;
		if (this.#known.length < MOUNTS) {
			this.#known.push(base);
			return base;
		}
		return this.#generalised(base);
	}

	/* '/tenants/17' and '/tenants/4' are '/tenants/*'. */
	#generalised(base) {
		const parts = base.split('/');

		if (this.#pattern === null) {
			this.#pattern = parts.map((part, i) =>
			    this.#known.every((known) =>
				known.split('/')[i] === part) ? part : '*');
		}
		return parts.map((part, i) =>
		    part === this.#pattern[i] ? part : '*').join('/');
	}
}

/* Of a path, without its query and a '/' at its end. */
function segments(request) {
	const url = request.originalUrl || request.url || '/';

	return url.replace(/\/?(\?.*)?$/s, '').split('/');
}

/*
 * After next(error) Express has put baseUrl back to where the error is handled:
 * it is what is left of the path without as many segments as the route has.
 */
function baseOf({ request, response }, pattern) {
	if (request.baseUrl || (request.baseUrl === '' &&
	    response.statusCode < 400))
		return request.baseUrl;
	if (/[*{(]/.test(pattern)) // may match any number of them
		return '';

	const path = segments(request);
	const own = pattern === '/' ? 0 : pattern.split('/').length - 1;

	return path.slice(0, Math.max(path.length - own, 1)).join('/');
}

function ofExpress(exchange) {
	const { route } = exchange.request;
	const pattern = String(route.path);
	const base = baseOf(exchange, pattern);

	if (base === '')
		return pattern;
	if (route[kMounts] === undefined)
		Object.defineProperty(route, kMounts, { value: new Mounts() });
	return route[kMounts].of(base) + (pattern === '/' ? '' : pattern);
}

function firstSegment(request) {
	const { url } = request;

	if (typeof url !== 'string' || url.charCodeAt(0) !== 47)
		return '/'; // '*' of OPTIONS; a proxy's whole URL
	for (let i = 1; i < url.length; i++) {
		const c = url.charCodeAt(i);

		// '/', '?', '#', and ';', behind which sessions are named
		if (c === 47 || c === 63 || c === 35 || c === 59)
			return i === 1 ? '/' : url.slice(0, i);
	}
	return url;
}

function routeOf(exchange) {
	const { request, response } = exchange;

	if (exchange.route !== null)
		return exchange.route;
	if (request.route !== undefined && request.route !== null &&
	    request.route.path !== undefined)
		return ofExpress(exchange);
	if (response.statusCode === 404)
		return UNMATCHED;
	return firstSegment(request);
}

/* A name as a label can hold it. */
function clean(name) {
	const text = String(name);

	// eslint-disable-next-line no-control-regex
	return (text.length > LONGEST ? text.slice(0, LONGEST) : text)
	    .replace(/[\u0000-\u001f\u007f]/g, '?') || '/';
}

module.exports = { UNMATCHED, clean, routeOf };
