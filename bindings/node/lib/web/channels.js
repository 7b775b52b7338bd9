// SPDX-License-Identifier: MIT
'use strict';

/*
 * Subscriptions to diagnostics channels. The channels are held: before Node
 * 18.7 one that nobody holds is collected, and its subscribers with it.
 */

const diagnostics = require('node:diagnostics_channel');

class Subscriptions {
	#held = [];

	/* @param handlers  { channel: (message, name) => ... } */
	add(handlers) {
		for (const [name, handler] of Object.entries(handlers)) {
			const channel = diagnostics.channel(name);

			channel.subscribe(handler);
			this.#held.push([channel, handler]);
		}
	}

	clear() {
		for (const [channel, handler] of this.#held)
			channel.unsubscribe(handler);
		this.#held = [];
	}
}

module.exports = { Subscriptions };
