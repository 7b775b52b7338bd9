// SPDX-License-Identifier: MIT
//
// A collector that takes nothing but what the definitions of OpenTelemetry say:
//
//   node collector.js PORT TOTALS
//
// PORT 0 is a free one; "ready PORT" is printed. For each request it appends to
// TOTALS "good bad latencies" of its points, or "violation: ..." and says 400.
'use strict';

const fs = require('fs');
const http = require('http');
const zlib = require('zlib');
const root = require('otlp-old/build/src/generated/root.js');

const Request = root.opentelemetry.proto.collector.metrics.v1
	.ExportMetricsServiceRequest;
const [, , port, totals] = process.argv;

const U64 = new Set(['startTimeUnixNano', 'timeUnixNano', 'count', 'zeroCount',
	'asInt']);
const IDS = { traceId: 16, spanId: 8 };

function insist(ok, why) {
	if (!ok)
		throw new Error(why);
}

// What protobuf's JSON is and OTLP's narrows: see "JSON Protobuf Encoding".
function checkKeys(value, path) {
	if (Array.isArray(value))
		return value.forEach((v, i) => checkKeys(v, `${path}[${i}]`));
	insist(value !== null, `${path} is null`);
	if (typeof value === 'number')
		return insist(Number.isFinite(value), `${path} is not finite`);
	if (typeof value !== 'object')
		return;
	for (const [key, v] of Object.entries(value)) {
		const at = `${path}.${key}`;
		insist(/^[a-z][a-zA-Z0-9]*$/.test(key), `${at} is no key`);
		if (U64.has(key))
			insist(typeof v === 'string' && /^(0|[1-9]\d*)$/.test(v),
			    `${at} ${v} is no integer in a string`);
		if (key === 'bucketCounts')
			insist(v.every((n) => typeof n === 'string'),
			    `${at} are not strings`);
		if (key in IDS)
			insist(new RegExp(`^[0-9a-fA-F]{${2 * IDS[key]}}$`)
				.test(v), `${at} ${v} is no id`);
		if (key === 'aggregationTemporality')
			insist(v === 2, `${at} ${v} is not cumulative`);
		checkKeys(v, at);
	}
}

// Ids are hexadecimal in OTLP, base64 in protobuf's JSON.
function withBytes(value) {
	if (Array.isArray(value))
		return value.map(withBytes);
	if (value === null || typeof value !== 'object')
		return value;
	return Object.fromEntries(Object.entries(value).map(([key, v]) =>
		[key, key in IDS ? Buffer.from(v, 'hex') : withBytes(v)]));
}

// All of ours is in what went through the wire format.
function checkSame(ours, theirs, path) {
	if (Buffer.isBuffer(ours))
		return insist(ours.equals(Buffer.from(theirs)), `${path} differs`);
	if (ours === null || typeof ours !== 'object')
		return insist(String(ours) === String(theirs),
		    `${path}: ${ours} has become ${theirs}`);
	insist(theirs !== null && typeof theirs === 'object', `${path} is lost`);
	if (Array.isArray(ours))
		insist(ours.length === theirs.length, `${path} is shorter`);
	for (const key of Object.keys(ours)) {
		insist(key in theirs, `${path}.${key} is unknown`);
		checkSame(ours[key], theirs[key], `${path}.${key}`);
	}
}

function checkDefinitions(json) {
	const message = Request.fromObject(withBytes(json));
	insist(Request.verify(message) === null, Request.verify(message));
	const back = Request.decode(Request.encode(message).finish());
	checkSame(withBytes(json), Request.toObject(back, {
		longs: String, enums: Number, defaults: true, bytes: Buffer,
	}), 'request');
}

function attributesOf(point) {
	const names = point.attributes.map((a) => a.key);
	insist(new Set(names).size === names.length, 'an attribute comes twice');
	return Object.fromEntries(point.attributes.map((a) =>
		[a.key, a.value.stringValue]));
}

function checkHistogram(point) {
	const sum = (counts) => counts.reduce((a, n) => a + BigInt(n), 0n);
	const filled = BigInt(point.zeroCount) + sum(point.positive.bucketCounts);

	insist(BigInt(point.count) === filled, `count ${point.count}, ${filled}`);
	insist(point.positive.bucketCounts.length <= 160, 'too many buckets');
	for (const e of point.exemplars) {
		insist(BigInt(e.timeUnixNano) <= BigInt(point.timeUnixNano) &&
		    BigInt(e.timeUnixNano) >= BigInt(point.startTimeUnixNano),
		    'an exemplar of another time');
		insist('traceId' in e !== 'filteredAttributes' in e, 'ids');
	}
}

function check(json) {
	const total = { good: 0n, bad: 0n, shed: 0n, ignored: 0n,
		latencies: 0n };
	const names = new Set();

	checkKeys(json, 'request');
	checkDefinitions(json);
	for (const metric of json.resourceMetrics[0].scopeMetrics[0].metrics) {
		insist(!names.has(metric.name), `${metric.name} comes twice`);
		names.add(metric.name);
		const data = metric.sum || metric.gauge ||
			metric.exponentialHistogram;
		insist(data.dataPoints.length > 0, `${metric.name} is empty`);
		for (const point of data.dataPoints) {
			const outcome = attributesOf(point)['sli.outcome'];
			if (metric.name === 'sli.events')
				total[outcome] += BigInt(point.asInt);
			if (metric.exponentialHistogram === undefined)
				continue;
			checkHistogram(point);
			total.latencies += BigInt(point.count);
		}
	}
	for (const name of ['sli.events', 'sli.latency', 'sli.in_flight',
		'sli.slo.objective', 'sli.slo.burn_rate', 'sli.alert.firing'])
		insist(names.has(name), `no ${name}`);
	return `${total.good} ${total.bad} ${total.latencies}`;
}

function read(request, body) {
	insist(request.method === 'POST' && request.url === '/v1/metrics',
	    `${request.method} ${request.url}`);
	insist(request.headers['content-type'] === 'application/json',
	    'content type');
	if (request.headers['content-encoding'] === 'gzip')
		body = zlib.gunzipSync(body);
	return check(JSON.parse(new TextDecoder('utf-8', { fatal: true })
		.decode(body)));
}

const server = http.createServer((request, response) => {
	const parts = [];
	request.on('data', (part) => parts.push(part));
	request.on('end', () => {
		let said;
		try {
			said = read(request, Buffer.concat(parts));
		} catch (error) {
			said = `violation: ${error.message}`;
			response.statusCode = 400;
		}
		fs.appendFileSync(totals, `${said}\n`);
		response.setHeader('Content-Type', 'application/json');
		response.end(response.statusCode === 400 ? said : '{}');
	});
});

server.listen(Number(port), '127.0.0.1', () =>
	console.log(`ready ${server.address().port}`));
