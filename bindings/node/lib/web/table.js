// SPDX-License-Identifier: MIT
'use strict';

/*
 * Indicators by two labels, made when they are first needed, and bounded: what
 * comes when the table is full is counted together, as 'other'.
 *
 * Two maps rather than one with a joined key: joining costs a string for each
 * request.
 */

const { clean } = require('./routes.js');

const OTHER = 'other';

class Table {
	#rows = new Map();
	#size = 0;
	#max;
	#make;
	#other = undefined;

	/*
	 * @param max   how many indicators, 'other' included.
	 * @param make  (first, second) => an indicator; may throw, and then
	 *              there is no more room.
	 */
	constructor(max, make) {
		this.#max = max;
		this.#make = make;
	}

	/* null: not even 'other' could be made. */
	get(first, second) {
		const row = this.#rows.get(first);

		if (row !== undefined) {
			const found = row.get(second);

			if (found !== undefined)
				return found;
		}
		return this.#add(first, second);
	}

	#add(first, second) {
		if (this.#size >= this.#max - 1)
			return this.#others();

		let made;

		try {
			made = this.#make(clean(first), clean(second));
		} catch {
			this.#max = 0;
			return this.#others();
		}
		let row = this.#rows.get(first);

		if (row === undefined)
			this.#rows.set(first, row = new Map());
		row.set(second, made);
		this.#size++;
		return made;
	}

	#others() {
		if (this.#other === undefined) {
			try {
				this.#other = this.#make(OTHER, OTHER);
			} catch {
				this.#other = null;
			}
		}
		return this.#other;
	}
}

module.exports = { OTHER, Table };
