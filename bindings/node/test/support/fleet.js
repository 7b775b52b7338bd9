// SPDX-License-Identifier: MIT
'use strict';

/*
 * Services of several processes, for tests: the first argument is 'cluster',
 * whose workers share a port and are replaced when they die, or 'alone'. Prints
 * a line of JSON for each process that listens: { pid, port }.
 */

const cluster = require('node:cluster');
const express = require('express');
const fastify = require('fastify');

const { current } = require('libsli/auto');
const { metrics } = require('libsli/express');
const plugin = require('libsli/fastify');

const WORKERS = 3;
const [mode, framework, port = '0'] = process.argv.slice(2);

const say = (where) => process.stdout.write(JSON.stringify(where) + '\n');

function start() {
	const { registry } = current();

	if (framework === 'express') {
		const app = express();

		app.use((request, response, next) => {
			response.set('x-pid', process.pid);
			next();
		});
		app.get('/work/:id', (request, response) =>
			response.send('done'));
		app.get('/metrics', metrics(registry));
		const server = app.listen(Number(port), '127.0.0.1', () =>
			say({ pid: process.pid, port: server.address().port }));
	} else {
		const app = fastify();

		app.addHook('onRequest', async (request, reply) => {
			reply.header('x-pid', process.pid);
		});
		app.get('/work/:id', async () => 'done');
		app.register(plugin, { registry });
		app.listen({ port: Number(port), host: '127.0.0.1' }, () =>
			say({ pid: process.pid,
				port: app.server.address().port }));
	}
}

if (mode === 'cluster' && cluster.isPrimary) {
	for (let i = 0; i < WORKERS; i++)
		cluster.fork();
	cluster.on('exit', () => cluster.fork());
	process.on('SIGTERM', () => {
		cluster.removeAllListeners('exit');
		for (const worker of Object.values(cluster.workers))
			worker.process.kill('SIGKILL');
		process.exit();
	});
} else {
	start();
}
