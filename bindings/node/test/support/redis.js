// SPDX-License-Identifier: MIT
'use strict';

/* A Redis of the test's own, on a socket in its own directory. */

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

const Redis = require('ioredis');
const { until } = require('./web.js');

/* A socket is there a moment before anybody listens to it. */
async function answers(where) {
	const socket = net.connect(where);

	try {
		await once(socket, 'connect');
		return true;
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}

class RedisServer {
	constructor() {
		this.directory = fs.mkdtempSync(path.join(os.tmpdir(),
		    'sli-redis-'));
		this.socket = path.join(this.directory, 'redis.sock');
		this.process = null;
	}

	async start() {
		this.process = spawn('redis-server', ['--port', '0',
			'--unixsocket', this.socket, '--save', '',
			'--appendonly', 'no', '--dir', this.directory],
		    { stdio: 'ignore' });
		await Promise.race([once(this.process, 'spawn'),
			once(this.process, 'error').then(([error]) => {
				throw error;
			})]);
		await until(() => answers(this.socket), 'it listens');
	}

	/* Fails at once while it is away, rather than to queue and wait. */
	client() {
		const client = new Redis(this.socket, {
			enableOfflineQueue: false, maxRetriesPerRequest: 0,
			retryStrategy: () => 20, lazyConnect: true });

		client.on('error', () => {});
		return client;
	}

	async stop(signal = 'SIGTERM') {
		if (this.process?.exitCode === null &&
		    this.process.signalCode === null) {
			this.process.kill(signal);
			await once(this.process, 'exit');
		}
		fs.rmSync(this.socket, { force: true });
	}

	async end() {
		await this.stop('SIGKILL');
		fs.rmSync(this.directory, { recursive: true });
	}
}

module.exports = { RedisServer };
