// SPDX-License-Identifier: MIT
'use strict';
/*
 * A worker that asks the inspector where the main thread is stuck, while it is.
 * (Node-API has no way to interrupt JavaScript; a signal would only see native
 * frames.) Out of a call that is not JavaScript's, the pause comes when it
 * returns, into whoever called it.
 */
const { Session } = require('node:inspector');
const { workerData } = require('node:worker_threads');
const { native } = require('./native.js');

const FRAMES = 32;
const { token, tickMs } = workerData;
let seen = 0;

const line = (frame, urls) =>
	`${frame.functionName || '(anonymous)'} (${frame.url ||
	    urls.get(frame.location.scriptId) || 'native'}:` +
	`${frame.location.lineNumber + 1}:${frame.location.columnNumber + 1})`;

function catchStack(block) {
	const session = new Session();
	const urls = new Map();

	session.connectToMainThread();
	session.on('Debugger.scriptParsed', ({ params }) =>
		urls.set(params.scriptId, params.url));
	session.on('Debugger.paused', ({ params }) => {
		if (native.watchdogBlocked(token) === block)
			native.watchdogStack(token, block,
			    params.callFrames.slice(0, FRAMES)
				.map((frame) => line(frame, urls)).join('\n'));
		// The answer has to come back before the session may end.
		session.post('Debugger.resume', () => session.disconnect());
	});
	session.post('Debugger.enable', () => session.post('Debugger.pause'));
}

setInterval(() => {
	const block = native.watchdogBlocked(token);

	if (block === 0 || block === seen)
		return;
	seen = block;
	catchStack(block);
}, tickMs);
