// SPDX-License-Identifier: MIT
'use strict';

/*
 * Customers who come at their own pace, whether or not others were served: as
 * in life, and unlike a loop that waits for each answer.
 */

const http = require('node:http');

const PER_SECOND = 100;
const CUSTOMERS = 500;

function route(dice) {
	if (dice < 0.1)
		return '/checkout';
	return dice < 0.4 ? '/products' : '/search';
}

function visit(port, agent) {
	const request = http.get({ host: '127.0.0.1', port, agent,
		path: route(Math.random()), headers: { 'x-customer':
		    `c${Math.floor(Math.random() * CUSTOMERS)}` } },
	(response) => response.resume());

	request.on('error', () => {}); // as the service ends
}

function startCustomers(port) {
	const agent = new http.Agent({ keepAlive: true });
	const start = performance.now();
	let count = 0;

	// As many as are due: a timer that is late is no slack in business.
	return setInterval(() => {
		const due = (performance.now() - start) / 1000 * PER_SECOND;

		for (; count < due; count++)
			visit(port, agent);
	}, 1000 / PER_SECOND);
}

module.exports = { startCustomers };
