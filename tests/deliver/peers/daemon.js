// SPDX-License-Identifier: MIT
// npm's statsd is killed and started again, five times, while the feeder goes
// on: in the end all of them together have been told what was recorded.
'use strict';
const assert = require('assert');
const fs = require('fs');
const { feeder, freeUdpPort, freeTcpPort, spawn, wait } = require('./feed.js');

const scratch = process.argv[2];
const flushed = scratch + '/flushed';
const stats = require.resolve('statsd/stats.js');

// A backend that writes down what it is given.
fs.writeFileSync(scratch + '/backend.js', `
exports.init = (time, config, events) => {
	events.on('flush', (time, m) => require('fs').appendFileSync(
	    '${flushed}', JSON.stringify({ counters: m.counters,
	    timers: m.timer_counters, data: m.timer_data,
	    gauges: m.gauges }) + '\\n'));
	return true;
};
`);

function sums() {
	const all = { counters: {}, timers: {}, gauges: {}, data: {} };
	const text = fs.existsSync(flushed) ? fs.readFileSync(flushed, 'utf8') :
	    '';
	for (const line of text.split('\n').slice(0, -1)) {
		const one = JSON.parse(line);
		for (const kind of ['counters', 'timers'])
			for (const [name, n] of Object.entries(one[kind]))
				all[kind][name] = (all[kind][name] || 0) + n;
		Object.assign(all.gauges, one.gauges);
		Object.assign(all.data, one.data);
	}
	return all;
}

async function start(port, config) {
	const daemon = spawn(process.execPath, [stats, config],
	    { stdio: ['ignore', 'ignore', 'inherit'] });
	daemon.done = new Promise((resolve) => daemon.on('exit', resolve));
	return daemon;
}

// Until the daemons have read, and flushed, so many packets in all.
async function until(packets) {
	for (let tries = 0; tries < 400; tries++) {
		const n = sums().counters['statsd.packets_received'] || 0;
		assert(n <= packets, `${n} packets of ${packets}`);
		if (n === packets)
			return;
		await wait(25);
	}
	assert.fail('the daemon did not get everything');
}

async function main() {
	const port = await freeUdpPort();
	const config = scratch + '/config.js';
	fs.writeFileSync(config, `{ port: ${port}, address: '127.0.0.1',
	    mgmt_address: '127.0.0.1', mgmt_port: ${await freeTcpPort()},
	    flushInterval: 100, backends: ['${scratch}/backend.js'] }`);
	const feed = feeder('udp://127.0.0.1:' + port, 'plain');
	let answer;
	for (let round = 0; round < 5; round++) {
		// Nobody listens: nothing is accepted.
		for (let i = 0; i < 5; i++) {
			await feed.tell(`good ${100 + 37 * i} ${500 * (i + 1)}`);
			answer = await feed.tell('export');
			assert.notStrictEqual(answer.status, 0);
		}
		const daemon = await start(port, config);
		for (let i = 0; i < 40 || answer.status !== 0; i++) {
			assert(i < 2000, 'the daemon does not listen');
			await feed.tell(`bad 5 ${1000 * (i + 1)}`);
			answer = await feed.tell('export');
			await wait(5);
		}
		await until(answer.packets);
		daemon.kill('SIGKILL');
		await daemon.done;
	}
	feed.end();
	const { counters, timers, gauges, data } = sums();
	const labels = '.shop.region_eu-1.tier_gold.';
	assert.strictEqual(counters['statsd.bad_lines_seen'], 0);
	assert.strictEqual(counters['sli.events' + labels + 'good'], answer.good);
	assert.strictEqual(counters['sli.events' + labels + 'bad'], answer.bad);
	assert.strictEqual(timers['sli.latency_ms' + labels + 'good'],
	    answer.good);
	assert.strictEqual(timers['sli.latency_ms' + labels + 'bad'],
	    answer.bad);
	assert.strictEqual(counters['sli.statsd.dropped_packets.gone'],
	    answer.gone);
	assert.strictEqual(answer.refused, 0);
	// Below zero, where a plain server takes a sign for a difference.
	const bad = answer.bad / (answer.good + answer.bad);
	assert(Math.abs(gauges['sli.slo.budget_remaining.up'] -
	    (1 - bad / 0.01)) < 1e-6);
	assert(data['sli.latency_ms' + labels + 'bad'].upper <= 2100);
}

main().catch((error) => {
	console.error(error);
	process.exit(1);
});
