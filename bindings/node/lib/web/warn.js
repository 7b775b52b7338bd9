// SPDX-License-Identifier: MIT
'use strict';

/*
 * What goes wrong in measuring is never the application's error: it is told as
 * a warning of the process, each once, and not without end.
 */

const WARNINGS_MAX = 16;

const warned = new Set();

/* @param why  an error, or a text. */
function warn(why) {
	const message = String(why?.message ?? why);

	if (warned.has(message) || warned.size >= WARNINGS_MAX)
		return;
	warned.add(message);
	process.emitWarning(message, { type: 'LibsliWarning' });
}

module.exports = { warn };
