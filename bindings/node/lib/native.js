// SPDX-License-Identifier: MIT
'use strict';

/*
 * The addon: of the platform's package, or of this one's prebuilds, or built
 * here. None of them is built at install.
 */

const path = require('node:path');

/** What went wrong, by the codes of libsli's status table. */
class SliError extends Error {
	constructor(code, message, field) {
		super(message);
		this.name = 'SliError';
		this.code = code;
		if (field !== undefined)
			this.field = field;
	}
}

/* Of the two C libraries of Linux, npm installs the one that there is. */
const platforms = process.platform !== 'linux' ?
    [`${process.platform}-${process.arch}`] :
    ['gnu', 'musl'].map((libc) => `linux-${process.arch}-${libc}`);
const places = [
	...platforms.map((name) => `@libsli/${name}/libsli.node`),
	...platforms.map((name) =>
	    path.join(__dirname, `../prebuilds/${name}/libsli.node`)),
	path.join(__dirname, '../build/libsli.node'),
];

function load() {
	for (const place of places) {
		try {
			return require(place);
		} catch (error) {
			if (error.code !== 'MODULE_NOT_FOUND')
				throw error;
		}
	}
	throw new SliError('SLI_ENOENT', 'libsli has no binary for this ' +
	    'platform, and none was built here; accepted: one of ' +
	    `${places.join(', ')} (\`npm run build\` makes the last)`);
}

const native = load();
/* Results that are numbers come here: no object to be made by C. */
const scratch = native.init(SliError);

module.exports = { SliError, native, scratch };
