// SPDX-License-Identifier: MIT
'use strict';

/*
 * A database that does a few queries at once, and lets others wait. It can be
 * made slow: then it does fewer in a second than customers ask for, and who
 * waits too long fails. Refusing some is what helps.
 */

const AT_ONCE = 4;
const FAST_MS = 8;
const SLOW_MS = 70;
const PATIENCE_MS = 500;

class Database {
	isSlow = false;
	#running = 0;
	#queue = [];

	get waiting() {
		return this.#queue.length;
	}

	query() {
		return new Promise((resolve, reject) => {
			this.#queue.push({ resolve, reject,
				until: performance.now() + PATIENCE_MS });
			this.#next();
		});
	}

	#next() {
		while (this.#running < AT_ONCE && this.#queue.length > 0) {
			const { resolve, reject, until } = this.#queue.shift();

			if (performance.now() > until) {
				reject(new Error('The database is too slow.'));
				continue;
			}
			this.#running++;
			setTimeout(() => {
				this.#running--;
				resolve();
				this.#next();
			}, this.isSlow ? SLOW_MS : FAST_MS);
		}
	}
}

module.exports = { Database };
