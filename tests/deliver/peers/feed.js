// SPDX-License-Identifier: MIT
// What both scripts beside this one need: the feeder, and ports that are free.
'use strict';
const child = require('child_process');
const dgram = require('dgram');
const net = require('net');
const readline = require('readline');

const children = new Set();

function spawn(command, args, options) {
	const process = child.spawn(command, args, options);
	children.add(process);
	process.on('exit', () => children.delete(process));
	return process;
}

process.on('exit', () => children.forEach((c) => c.kill('SIGKILL')));

// tell('export') resolves to the feeder's answer.
exports.feeder = function (address, dialect) {
	const feed = spawn(process.env.FEED, [address, dialect],
	    { stdio: ['pipe', 'pipe', 'inherit'] });
	const lines = readline.createInterface({ input: feed.stdout })[
	    Symbol.asyncIterator]();
	return {
		async tell(command) {
			feed.stdin.write(command + '\n');
			return JSON.parse((await lines.next()).value);
		},
		end: () => feed.stdin.end(),
	};
};

exports.freeUdpPort = () => new Promise((resolve) => {
	const socket = dgram.createSocket('udp4');
	socket.bind(0, '127.0.0.1', () => {
		const { port } = socket.address();
		socket.close(() => resolve(port));
	});
});

exports.freeTcpPort = () => new Promise((resolve) => {
	const server = net.createServer();
	server.listen(0, '127.0.0.1', () => {
		const { port } = server.address();
		server.close(() => resolve(port));
	});
});

exports.spawn = spawn;
exports.wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
