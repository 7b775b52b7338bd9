// SPDX-License-Identifier: MIT
'use strict';

/* The rules of what is good, by themselves. */

const assert = require('node:assert/strict');
const test = require('node:test');

const { GOOD, BAD, SHED, IGNORED } = require('../lib/index.js');
const { CLIENT, FINISHED, SERVER } = require('../lib/web/exchange.js');
const { Rules } = require('../lib/web/outcome.js');

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
