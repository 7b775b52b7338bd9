// SPDX-License-Identifier: MIT
'use strict';

/* Options of the middleware, checked: what is wrong, and what would do. */

function show(value) {
	if (typeof value === 'string')
		return JSON.stringify(value);
	if (typeof value === 'bigint')
		return `${value}n`;
	if (Array.isArray(value))
		return `[${value.slice(0, 8).map(show).join(', ')}]`;
	if (typeof value === 'function' ||
	    (typeof value === 'object' && value !== null))
		return typeof value === 'object' ? 'an object' :
		    'a function';
	return String(value);
}

function invalid(field, value, accepted) {
	const error = new TypeError(
	    `${field} ${show(value)} is not valid; accepted: ${accepted}`);

	error.code = 'SLI_EINVAL';
	error.field = field;
	return error;
}

function checkObject(field, value) {
	if (typeof value !== 'object' || value === null)
		throw invalid(field, value, 'an object');
	return value;
}

/* Methods that an object is used by: of this package, or one like it. */
function checkMethods(field, value, methods, what) {
	if (typeof value !== 'object' || value === null ||
	    !methods.every((name) => typeof value[name] === 'function'))
		throw invalid(field, value, what);
	return value;
}

const checkSlo = (field, value) =>
	checkMethods(field, value, ['admit', 'budget'], 'an SLO of libsli');
const checkIndicator = (field, value) =>
	checkMethods(field, value, ['record', 'count', 'begin', 'end'],
	    'an indicator of libsli');
const checkRegistry = (field, value) =>
	checkMethods(field, value, ['indicator', 'slo', 'metrics'],
	    'a registry of libsli');

function checkFunction(field, value) {
	if (typeof value !== 'function')
		throw invalid(field, value, 'a function');
	return value;
}

function checkNumber(field, value, from, to, what) {
	if (typeof value !== 'number' || !(value >= from && value <= to))
		throw invalid(field, value, what);
	return value;
}

module.exports = { checkFunction, checkIndicator, checkMethods, checkNumber,
	checkObject, checkRegistry, checkSlo, invalid };
