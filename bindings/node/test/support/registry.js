// SPDX-License-Identifier: MIT
'use strict';

/* An indicator that somebody else has registered, by its labels. */
function found(registry, name, labels) {
	const one = registry.find(name, labels);

	if (one === null || one === undefined)
		throw new Error(`no ${name} ${JSON.stringify(labels)}`);
	return one;
}

module.exports = { found };
