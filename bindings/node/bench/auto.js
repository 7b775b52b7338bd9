// SPDX-License-Identifier: MIT
'use strict';

/*
 * What libsli/auto costs a server, beside what others cost it.
 *
 *   node bench/auto.js [ROUNDS [SECONDS]]
 *
 * First each request's bookkeeping alone, on objects that only look like a
 * request and a response. Then whole servers, under autocannon: in every round
 * each way has a server of its own, one after the other, and is compared with
 * the bare one of the same round, as machines change their speed. CPU time for
 * each request is the server's own.
 *
 *   libsli         libsli/auto: by route, status and latency, in flight, SLO
 *   prom-client    the usual middleware: a histogram and a counter with labels
 *                  method, route and status, on 'finish'
 *   opentelemetry  the SDK's histogram with three attributes and a counter of
 *                  what is in flight; its HTTP instrumentation does more
 */

const { fork } = require('node:child_process');
const { EventEmitter, once } = require('node:events');
const diagnostics = require('node:diagnostics_channel');

const WAYS = ['bare', 'libsli', 'prom-client', 'opentelemetry'];
const WARM_UP_S = 1;

/* What is done at the start of a request; it returns what is at the end. */
const MIDDLEWARE = {
	bare: () => null,
	libsli() {
		require('libsli/auto').configure({ client: false });
		return null; // it needs none
	},
	'prom-client'() {
		const { Counter, Histogram } = require('prom-client');
		const labelNames = ['method', 'route', 'status'];
		const count = new Counter({ name: 'http_requests_total',
			help: 'requests', labelNames });
		const seconds = new Histogram({ name: 'http_request_seconds',
			help: 'latency', labelNames });

		return (request, response) => {
			const end = seconds.startTimer();

			response.on('finish', () => {
				const { method, route, url } = request;
				const labels = { method,
					route: route?.path ?? url,
					status: response.statusCode };

				end(labels);
				count.inc(labels);
			});
		};
	},
	opentelemetry() {
		const { MeterProvider } =
		    require('@opentelemetry/sdk-metrics');
		const meter = new MeterProvider().getMeter('bench');
		const seconds = meter.createHistogram('http.server.duration');
		const active = meter.createUpDownCounter('http.server.active');

		return (request, response) => {
			const start = performance.now();
			const base = { 'http.request.method': request.method };

			active.add(1, base);
			response.on('close', () => {
				active.add(-1, base);
				seconds.record(performance.now() - start, {
					...base,
					'http.route': request.route?.path ??
					    request.url,
					'http.response.status_code':
					    response.statusCode });
			});
		};
	},
};

const median = (values) =>
	[...values].sort((a, b) => a - b)[values.length >> 1];

/* ---- one request's bookkeeping ---- */

class Response extends EventEmitter {
	statusCode = 200;
	headersSent = true;
	writableFinished = true;

	getHeader() {
		return 'application/json';
	}
}

const REPETITIONS = 12;
const BATCH = 20_000;

/* ns for each request, by the best of some repetitions. */
function bookkeeping(way) {
	const channel = diagnostics.channel('http.server.request.start');
	const socket = new EventEmitter();
	const before = MIDDLEWARE[way]();
	const server = {};
	let best = Infinity;

	socket.destroyed = false;
	for (let r = 0; r < REPETITIONS; r++) {
		const start = process.hrtime.bigint();

		for (let i = 0; i < BATCH; i++) {
			const request = { method: 'GET', url: '/users/1',
				httpVersionMajor: 1, socket, baseUrl: '',
				route: { path: '/users/:id' } };
			const response = new Response();

			if (channel.hasSubscribers)
				channel.publish({ request, response, socket,
					server });
			before?.(request, response);
			response.emit('finish');
			response.emit('close');
		}
		best = Math.min(best, Number(process.hrtime.bigint() - start) /
		    BATCH);
	}
	return best;
}

/* ---- whole servers ---- */

function serve(way) {
	const express = require('express');
	const before = MIDDLEWARE[way]();
	const app = express();

	if (before !== null) {
		app.use((request, response, next) => {
			before(request, response);
			next();
		});
	}
	app.get('/users/:id', (request, response) =>
		response.json({ id: request.params.id }));
	const server = app.listen(0, '127.0.0.1', () =>
		process.send({ port: server.address().port }));

	process.on('message', () => process.send({ cpu: process.cpuUsage() }));
}

async function usage(child) {
	child.send('cpu');
	const [{ cpu }] = await once(child, 'message');

	return cpu.user + cpu.system;
}

async function load(port, duration) {
	const autocannon = require('autocannon');
	const result = await autocannon({ connections: 16, duration,
		url: `http://127.0.0.1:${port}/users/1` });

	if (result.non2xx + result.errors > 0)
		throw new Error('not all requests were answered');
	return result['2xx'];
}

async function round(way, seconds) {
	const child = fork(__filename, ['serve', way]);
	const [{ port }] = await once(child, 'message');

	await load(port, WARM_UP_S);
	const before = await usage(child);
	const count = await load(port, seconds);
	const cpu = await usage(child) - before;

	child.kill();
	await once(child, 'exit');
	return { perSecond: count / seconds, cpuUs: cpu / count };
}

/* ---- the tables ---- */

async function inChild(way) {
	const child = fork(__filename, ['bookkeeping', way]);
	const [{ ns }] = await once(child, 'message');

	await once(child, 'exit');
	return ns;
}

async function showBookkeeping(rounds) {
	const all = Object.fromEntries(WAYS.map((way) => [way, []]));

	for (let i = 0; i < rounds; i++) {
		for (const way of WAYS)
			all[way].push(await inChild(way));
	}
	console.log('| bookkeeping of a request | ns, median of ' +
	    `${rounds} rounds | less the bare one | x libsli |`);
	console.log('|---|---:|---:|---:|');
	const less = (way) => median(all[way].map((ns, i) =>
		ns - all.bare[i]));

	for (const way of WAYS) {
		console.log(`| ${way} | ${median(all[way]).toFixed(0)} | ` +
		    (way === 'bare' ? ' | |' : `${less(way).toFixed(0)} | ` +
			`${(less(way) / less('libsli')).toFixed(1)} |`));
	}
}

async function showServers(rounds, seconds) {
	const all = Object.fromEntries(WAYS.map((way) => [way, []]));

	for (let i = 0; i < rounds; i++) {
		// Another is first each time.
		for (let k = 0; k < WAYS.length; k++) {
			const way = WAYS[(i + k) % WAYS.length];

			all[way].push(await round(way, seconds));
		}
	}
	console.log(`\n| Express 5, ${rounds} rounds of ${seconds} s | ` +
	    'requests/s | CPU us/request | CPU, x bare (pairs: lowest, ' +
	    'median, highest) |');
	console.log('|---|---:|---:|---:|');
	for (const way of WAYS) {
		const ratios = all[way].map(({ cpuUs }, i) =>
			cpuUs / all.bare[i].cpuUs).sort((a, b) => a - b);
		const of = (field) => median(all[way].map((each) =>
			each[field]));

		console.log(`| ${way} | ${of('perSecond').toFixed(0)} | ` +
		    `${of('cpuUs').toFixed(1)} | ` + [ratios[0],
			median(ratios), ratios.at(-1)].map((ratio) =>
			ratio.toFixed(3)).join(', ') + ' |');
	}
}

async function main() {
	const [rounds = 7, seconds = 3] = process.argv.slice(2).map(Number);

	await showBookkeeping(rounds);
	await showServers(rounds, seconds);
}

switch (process.argv[2]) {
case 'serve':
	serve(process.argv[3]);
	break;
case 'bookkeeping':
	process.send({ ns: bookkeeping(process.argv[3]) }, () =>
		process.disconnect());
	break;
default:
	main();
}
