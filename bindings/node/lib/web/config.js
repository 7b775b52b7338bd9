// SPDX-License-Identifier: MIT
'use strict';

/*
 * The configuration of libsli/auto: defaults, then a file (LIBSLI_CONFIG), then
 * the environment, then configure(). A field of the file is called as in
 * configure(); maxRoutes is LIBSLI_MAX_ROUTES in the environment.
 *
 * A wrong field in the file or the environment is a warning, and the default
 * holds: nobody's service fails to start over how it is measured. configure()
 * throws.
 */

const path = require('node:path');
const { lengthOf } = require('../time.js');
const { checkRegistry, invalid } = require('./check.js');

function number(from, to, what) {
	return {
		/* What is no number stays as it is, for the message. */
		read: (text) => text.trim() === '' || isNaN(text) ? text :
		    Number(text),
		check(field, value) {
			if (typeof value !== 'number' ||
			    !(value >= from && value <= to))
				throw invalid(field, value, what);
		},
	};
}

function whole(from, to) {
	const range = number(from, to, `a whole number, ${from} to ${to}`);

	return {
		read: range.read,
		check(field, value) {
			range.check(field, value);
			if (!Number.isInteger(value))
				throw invalid(field, value,
				    `a whole number, ${from} to ${to}`);
		},
	};
}

const text = {
	read: (value) => value,
	check(field, value) {
		if (typeof value !== 'string' || value === '')
			throw invalid(field, value, 'a string, not empty');
	},
};

/* How long it may be is the registry's to say. */
const period = {
	read: (value) => value,
	check(field, value) {
		let ms = NaN;

		try {
			ms = lengthOf(value, field);
		} catch { /* said below */ }
		if (!(ms >= 1000))
			throw invalid(field, value,
			    "text such as '12h' or '30d', 1s or more");
	},
};

const flag = {
	read(value) {
		if (/^(1|true|yes|on)$/i.test(value))
			return true;
		return /^(0|false|no|off)$/i.test(value) ? false : value;
	},
	check(field, value) {
		if (typeof value !== 'boolean')
			throw invalid(field, value, 'true or false');
	},
};

/* In the environment, words with commas between them. */
function list(accepted, isOne, read = (word) => word) {
	return {
		read: (value) => value.split(',').map((word) => word.trim())
		    .filter((word) => word !== '').map(read),
		check(field, value) {
			if (!Array.isArray(value) || !value.every(isOne))
				throw invalid(field, value, accepted);
		},
	};
}

const statuses = list("statuses such as 404 or '4xx'",
    (one) => /^([1-5]xx|[1-9][0-9][0-9])$/i.test(String(one)));

const FIELDS = {
	path: text,
	service: text,
	objective: number(0.5, 0.99999, 'a share of 0.5 to 0.99999'),
	period,
	thresholdsMs: list('up to 4 latencies in ms, ascending',
	    (ms, i, all) => all.length <= 4 && ms > (i === 0 ? 0 : all[i - 1]),
	    Number),
	latencyMs: number(0.001, 3_600_000, 'milliseconds, 0.001 to 3600000'),
	latencyObjective: number(0.5, 0.99999, 'a share of 0.5 to 0.99999'),
	maxRoutes: whole(2, 1000),
	maxErrors: whole(2, 1000),
	maxHosts: whole(2, 1000),
	badStatus: statuses,
	ignoreStatus: statuses,
	ignoreRoutes: list('names of routes',
	    (one) => typeof one === 'string'),
	patienceMs: number(0, Number.MAX_VALUE, 'milliseconds, 0 or more'),
	server: flag,
	client: flag,
	listen: {
		read: (value) => value,
		check(field, value) {
			if (parseListen(value) === null)
				throw invalid(field, value,
				    "a port, or 'address:port'");
		},
	},
	route: {
		read: (value) => value,
		check(field, value) {
			if (typeof value !== 'function')
				throw invalid(field, value,
				    'a function (request) => name');
		},
	},
	registry: { read: (value) => value, check: checkRegistry },
};

const DEFAULTS = Object.freeze({
	objective: 0.999,
	period: '30d',
	thresholdsMs: [100, 300, 1000, 3000],
	latencyObjective: 0.99,
	maxRoutes: 48,
	maxErrors: 32,
	maxHosts: 16,
	badStatus: [],
	ignoreStatus: [],
	ignoreRoutes: [],
	patienceMs: 10_000,
	server: true,
	client: true,
});

/* Where no string can stand for it. */
const IN_CODE_ONLY = new Set(['route', 'registry']);

/* 9464, '9464', 'host:9464', '[::1]:9464'; null: none of them. */
function parseListen(value) {
	const match = /^(?:(\[[0-9a-fA-F:.]+\]|[^:\s]+):)?([0-9]{1,5})$/
	    .exec(String(value));

	if (match === null || Number(match[2]) > 65535)
		return null;
	return {
		host: (match[1] ?? '127.0.0.1').replace(/^\[|\]$/g, ''),
		port: Number(match[2]),
	};
}

/* @throws if a field is not known or not valid. */
function check(options) {
	if (typeof options !== 'object' || options === null)
		throw invalid('options', options, 'an object');
	for (const [field, value] of Object.entries(options)) {
		if (!Object.hasOwn(FIELDS, field))
			throw invalid('option', field,
			    Object.keys(FIELDS).join(', '));
		if (value !== undefined)
			FIELDS[field].check(field, value);
	}
	return options;
}

function variable(field) {
	return 'LIBSLI_' + field.replace(/[A-Z]/g, (c) => '_' + c)
	    .toUpperCase();
}

function take(into, field, value, from, warn) {
	try {
		check({ [field]: value });
		into[field] = value;
	} catch (error) {
		warn(`${from}: ${error.message}`);
	}
}

function readFile(file, into, warn) {
	let options;

	try {
		options = require(path.resolve(file));
	} catch (error) {
		warn(`LIBSLI_CONFIG ${file}: ${error.message}`);
		return;
	}
	for (const [field, value] of Object.entries(options ?? {}))
		take(into, field, value, file, warn);
}

function readEnvironment(env, into, warn) {
	for (const field of Object.keys(FIELDS)) {
		const name = variable(field);
		const value = env[name];

		if (value !== undefined && value !== '' &&
		    !IN_CODE_ONLY.has(field))
			take(into, field, FIELDS[field].read(value), name,
			    warn);
	}
	warnOfStrangers(env, warn);
}

/* A slip of the pen would hold its default without a word. */
function warnOfStrangers(env, warn) {
	const known = ['LIBSLI_CONFIG', ...Object.keys(FIELDS)
	    .filter((field) => !IN_CODE_ONLY.has(field)).map(variable)];

	for (const name of Object.keys(env))
		if (name.startsWith('LIBSLI_') && !known.includes(name))
			warn(`${name} is not known; accepted: ` +
			    known.join(', '));
}

/* What holds before configure(). */
function load(env, warn) {
	const config = { ...DEFAULTS };

	if (env.LIBSLI_CONFIG)
		readFile(env.LIBSLI_CONFIG, config, warn);
	readEnvironment(env, config, warn);
	return config;
}

/* The latency of the latency SLO has to be one of the indicator's. */
function thresholdsOf({ thresholdsMs, latencyMs }) {
	if (latencyMs === undefined || thresholdsMs.includes(latencyMs))
		return thresholdsMs;
	return [...thresholdsMs.slice(0, 3), latencyMs].sort((a, b) => a - b);
}

module.exports = { DEFAULTS, check, load, parseListen, thresholdsOf };
