// SPDX-License-Identifier: MIT
// Of what we send, hot-shots makes the same bytes, wherever it can: it has no
// packed values.
'use strict';
const assert = require('assert');
const dgram = require('dgram');
const { StatsD } = require('hot-shots');
const { feeder } = require('./feed.js');

// It sends one in so many, or so it decides.
Math.random = () => 0;

const client = new StatsD({ mock: true, includeDatadogTelemetry: false });
const calls = { c: 'increment', g: 'gauge', d: 'distribution' };

function theirs(name, value, type, rate, tags) {
	client.mockBuffer = [];
	client[calls[type]](name, Number(value), rate && Number(rate), tags);
	assert.strictEqual(client.mockBuffer.length, 1);
	return client.mockBuffer[0];
}

// One line for each of the values.
function compare(line) {
	const m = /^([^:]+):([^|]+)\|([cgd])(?:\|@([^|]+))?\|#(.*)$/.exec(line);
	assert(m, line);
	const [, name, values, type, rate, tags] = m;
	// Smaller ones are written with an exponent there.
	assert(rate === undefined || String(Number(rate)) === rate, rate);
	for (const value of values.split(':')) {
		const ours = `${name}:${value}|${type}` +
		    (rate ? '|@' + rate : '') + '|#' + tags;
		assert.strictEqual(ours,
		    theirs(name, value, type, rate, tags.split(',')));
	}
	return type + (rate ? '@' : '');
}

async function main() {
	const socket = dgram.createSocket('udp4');
	const seen = new Set();
	let lines = 0;
	socket.on('message', (packet) => {
		for (const line of packet.toString().split('\n')) {
			seen.add(compare(line));
			lines++;
		}
	});
	await new Promise((done) => socket.bind(0, '127.0.0.1', done));
	const feed = feeder('udp://127.0.0.1:' + socket.address().port,
	    'datadog');
	for (let i = 1; i < 200; i++)
		await feed.tell(`good ${i} ${20 + i * i * 31}`);
	await feed.tell('bad 3 70');
	assert.strictEqual((await feed.tell('export')).status, 0);
	await feed.tell('bad 1 123');
	assert.strictEqual((await feed.tell('export')).status, 0);
	while (lines < 40)
		await new Promise((done) => setTimeout(done, 10));
	assert.deepStrictEqual([...seen].sort(), ['c', 'd', 'd@', 'g']);
	socket.close();
	feed.end();
}

main().catch((error) => {
	console.error(error);
	process.exit(1);
});
