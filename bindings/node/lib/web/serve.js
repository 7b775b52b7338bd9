// SPDX-License-Identifier: MIT
'use strict';

/*
 * What a registry shows over HTTP, whichever framework carries it: the text
 * that scrapers read, in the format they ask for, and SLOs as JSON.
 */

const { contentType } = require('../index.js');

/* In the order of preference where a scraper has none. */
const METRICS = ['prometheus', 'openmetrics', 'protobuf'].map((format) => {
	const type = contentType(format);

	return { format, type, media: type.split(';', 1)[0] };
});

/* One range of an Accept header: { media, q }. */
function parseRange(text) {
	const [media, ...parameters] = text.split(';');
	let q = 1;

	for (const parameter of parameters) {
		const [name, value = ''] = parameter.trim().split('=', 2);

		if (/^q$/i.test(name) && /^[01](\.[0-9]{0,3})?$/.test(value))
			q = Math.min(Number(value), 1);
		// Protobuf's: there were others, as text, long ago.
		if (name === 'encoding' && value !== 'delimited')
			return { media, q: 0 };
	}
	return { media: media.trim().toLowerCase(), q };
}

/* 2 named, 1 by its type, 0 by '*' + '/*'; -1 not at all. */
function specificity(range, media) {
	if (range === media)
		return 2;
	if (range === media.slice(0, media.indexOf('/')) + '/*')
		return 1;
	return range === '*/*' ? 0 : -1;
}

/* How much a scraper wants a media type: by the range that is nearest. */
function quality(ranges, media) {
	let best = -1;
	let q = 0;

	for (const range of ranges) {
		const how = specificity(range.media, media);

		if (how > best) {
			best = how;
			q = range.q;
		}
	}
	return q;
}

/* RFC 9110, 12.5.1. Whoever accepts none of them gets the first anyway. */
function negotiate(accept) {
	let chosen = METRICS[0];
	let most = 0;

	if (typeof accept !== 'string' || accept === '')
		return chosen;
	const ranges = accept.split(',').map(parseRange);

	for (const each of METRICS) {
		const q = quality(ranges, each.media);

		if (q > most) {
			most = q;
			chosen = each;
		}
	}
	return chosen;
}

/* @return { type, body } */
function metricsOf(registry, accept) {
	const { format, type } = negotiate(accept);

	return { type, body: registry.metrics({ format }) };
}

function slosOf(registry) {
	return { type: contentType('slo'),
		body: registry.metrics({ format: 'slo' }) };
}

const VARY = { 'cache-control': 'no-store', vary: 'Accept',
	'x-content-type-options': 'nosniff' };

/*
 * Answer a request of node:http. What cannot be shown, as the registry is
 * closed or busy, is a 503: whoever scrapes is to take no service down.
 *
 * @param produce  (accept) => { type, body }
 */
function answer(request, response, produce) {
	if (request.method !== 'GET' && request.method !== 'HEAD') {
		response.writeHead(405, { allow: 'GET, HEAD' });
		response.end();
		return;
	}
	let produced;

	try {
		produced = produce(request.headers.accept);
	} catch (error) {
		response.writeHead(503, { 'content-type': 'text/plain' });
		response.end(error.message);
		return;
	}
	const { type, body } = produced;

	response.writeHead(200, { ...VARY, 'content-type': type,
		'content-length': Buffer.byteLength(body) });
	response.end(request.method === 'HEAD' ? undefined : body);
}

module.exports = { VARY, answer, metricsOf, slosOf };
