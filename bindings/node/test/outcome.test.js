// SPDX-License-Identifier: MIT
'use strict';

/* What is good, and which names there are room for, by themselves. */

const assert = require('node:assert/strict');
const test = require('node:test');

const { GOOD, BAD, SHED, IGNORED } = require('../lib/index.js');
const { CLIENT, FINISHED, SERVER } = require('../lib/web/exchange.js');
const { Rules } = require('../lib/web/outcome.js');
const { Table } = require('../lib/web/table.js');

function exchange(statusCode, { type, headersSent = true, shed = false } =
    {}) {
	return { shed, response: { statusCode, headersSent,
		getHeader: () => type } };
}

const EVENTS = 'text/event-stream; charset=utf-8';

test('outcome_by_default_follows_the_status', () => {
	const rules = new Rules();

	for (const [status, outcome] of [[200, GOOD], [404, GOOD], [499, GOOD],
	    [429, SHED], [500, BAD], [503, BAD], [999, BAD], [1000, BAD],
	    [NaN, BAD]])
		assert.equal(rules.of(exchange(status), FINISHED, 1), outcome,
		    status);
});

test('outcome_statuses_can_be_chosen', () => {
	const rules = new Rules({ ignoreStatus: ['4xx', 501],
		badStatus: [404, '429'] });

	for (const [status, outcome] of [[400, IGNORED], [404, BAD],
	    [429, BAD], [499, IGNORED], [500, BAD], [501, IGNORED]])
		assert.equal(rules.of(exchange(status), FINISHED, 1), outcome,
		    status);
});

test('outcome_of_who_gave_up_depends_on_patience', () => {
	const rules = new Rules({ patienceMs: 1000 });
	const waiting = exchange(200, { headersSent: false });

	assert.equal(rules.of(waiting, CLIENT, 999), IGNORED);
	assert.equal(rules.of(waiting, CLIENT, 1001), BAD);
	// Who has an answer has not waited in vain.
	assert.equal(rules.of(exchange(200), CLIENT, 5000), IGNORED);
	assert.equal(rules.of(exchange(500), CLIENT, 1), BAD);
	assert.equal(rules.of(waiting, SERVER, 1), BAD);
});

test('outcome_of_event_streams_has_no_latency', () => {
	const rules = new Rules({}, 100);
	const events = exchange(200, { type: EVENTS });

	assert.equal(rules.of(events, CLIENT, 60_000), GOOD);
	assert.equal(rules.of(events, SERVER, 60_000), BAD);
	assert.equal(rules.isTimed(events.response, 60_000), false);
	assert.equal(rules.isTimed(exchange(200).response, 60_000), true);
});

test('outcome_of_shed_is_shed', () => {
	const rules = new Rules({ badStatus: [503] });

	assert.equal(rules.of(exchange(503, { shed: true }), FINISHED, 1),
	    SHED);
});

test('outcome_options_are_checked', () => {
	const wrong = [[{ ignoreStatus: ['6xx'] }, 'ignoreStatus "6xx"'],
		[{ badStatus: [99] }, 'badStatus 99'],
		[{ patienceMs: -1 }, 'patienceMs -1'],
		[{ patienceMs: NaN }, 'patienceMs NaN']];

	for (const [options, what] of wrong)
		assert.throws(() => new Rules(options), (error) =>
			error.code === 'SLI_EINVAL' &&
			error.message.startsWith(`${what} is not valid; `));
});

function failing(code) {
	const error = new Error(code);

	error.code = code;
	return error;
}

test('table_beyond_its_bound_is_other', () => {
	const made = [];
	const table = new Table(3, (a, b) => {
		made.push(`${a} ${b}`);
		return made.length;
	});

	assert.deepEqual([['a', 'x'], ['a', 'y'], ['b', 'x'], ['c', 'z'],
		['a', 'x']].map(([a, b]) => table.get(a, b)), [1, 2, 3, 3, 1]);
	assert.deepEqual(made, ['a x', 'a y', 'other other']);
});

test('table_of_a_full_registry_asks_no_more', () => {
	let room = 1;
	let asked = 0;
	const table = new Table(100, () => {
		asked++;
		if (room-- <= 0)
			throw failing('SLI_ENOSPC');
		return asked;
	});

	assert.deepEqual([table.get('a', ''), table.get('b', ''),
		table.get('a', '')], [1, null, 1]);
	assert.equal(asked, 3); // for 'other', too
	for (const name of 'cdefgh')
		assert.equal(table.get(name, ''), null);
	assert.equal(asked, 3);
});

test('table_that_could_not_make_one_tries_again', () => {
	let isBusy = true;
	const table = new Table(100, (name) => {
		if (isBusy)
			throw failing('SLI_EBUSY');
		return name;
	});

	assert.equal(table.get('a', ''), null);
	isBusy = false;
	assert.equal(table.get('a', ''), 'a');
});
