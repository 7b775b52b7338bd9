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
	#other = null;
	#isHopeless = false; // no room for 'other', either

	/*
	 * @param max   how many indicators, 'other' included.
	 * @param make  (first, second) => an indicator; may throw.
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
		return this.#add(first, second) ?? this.#others();
	}

	#add(first, second) {
		if (this.#size >= this.#max - 1)
			return null;
		const made = this.#try(clean(first), clean(second));

		if (made === null)
			return null;
		let row = this.#rows.get(first);

		if (row === undefined)
			this.#rows.set(first, row = new Map());
		row.set(second, made);
		this.#size++;
		return made;
	}

	/* A full registry stays so; what else went wrong may go right later. */
	#try(first, second) {
		try {
			return this.#make(first, second);
		} catch (error) {
			if (error.code === 'SLI_ENOSPC')
				this.#max = 0;
			return null;
		}
	}

	/* Which may be there though there is room for no more. */
	#others() {
		if (this.#other === null && !this.#isHopeless) {
			this.#other = this.#try(OTHER, OTHER);
			this.#isHopeless = this.#max === 0;
		}
		return this.#other;
	}
}

module.exports = { OTHER, Table };
