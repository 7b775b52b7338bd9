// SPDX-License-Identifier: MIT
'use strict';

/* Rate limiters that look at the budget: in memory, and with a real Redis. */

const assert = require('node:assert/strict');
const http = require('node:http');
const test = require('node:test');

const express = require('express');
const { MemoryStore, rateLimit } = require('express-rate-limit');
const { RateLimiterMemory, RateLimiterRedis } =
    require('rate-limiter-flexible');

const limit = require('../lib/limit.js');
const { RedisServer } = require('./support/redis.js');
const { ask, listen, until } = require('./support/web.js');

/* An SLO of which only the burn matters. */
function sloThat(burn, { remaining = 1, good = 1000, bad = 10 } = {}) {
	const slo = { burn, remaining, good, bad,
		admit: () => true,
		budget: () => ({ remaining: slo.remaining }),
		burnRate: () => slo.burn,
		indicator: { window: () => ({ good: slo.good,
			bad: slo.bad }) } };

	return slo;
}

/* pressure() looks again after 200 ms. */
const later = () => new Promise((resolve) => setTimeout(resolve, 220));

test('pressure_grows_from_calm_to_hot', () => {
	for (const [burn, expected] of [[0, 0], [1, 0], [5.5, 0.5], [10, 1],
	    [1000, 1], [null, 0]])
		assert.equal(limit.pressure({ slo: sloThat(burn) })(),
		    expected, `burn rate ${burn}`);
	assert.equal(limit.pressure({ slo: sloThat(3), calm: 2, hot: 4 })(),
	    0.5);
});

test('pressure_is_more_the_less_is_left', () => {
	for (const [remaining, expected] of [[1, 0.25], [0.5, 0.5], [0.25, 1],
	    [0, 1], [-3, 1]])
		assert.equal(limit.pressure({ slo: sloThat(3.25,
		    { remaining }) })(), expected, `${remaining} left`);
	// A spent budget alone is no reason to refuse anybody.
	assert.equal(limit.pressure({ slo: sloThat(1, { remaining: -1 }) })(),
	    0);
});

test('pressure_of_few_events_is_none', () => {
	for (const few of [{ good: 17, bad: 2 }, { good: 500, bad: 1 }])
		assert.equal(limit.pressure({ slo: sloThat(50, few) })(), 0);
	assert.equal(limit.pressure({ slo: sloThat(50,
	    { good: 18, bad: 2 }) })(), 1);
});

test('pressure_is_measured_again_after_a_while', async () => {
	const slo = sloThat(0);
	const pressed = limit.pressure({ slo });

	slo.burn = 100;
	assert.equal(pressed(), 0);
	await later();
	assert.equal(pressed(), 1);
});

test('limit_of_a_budget_moves_between_its_ends', () => {
	const at = (burn, healthy = 100) => limit.budgetLimit({
		slo: sloThat(burn), healthy, burning: 10 })();

	assert.deepEqual([at(0), at(5.5), at(10)], [100, 55, 10]);
});

test('limit_options_are_checked', () => {
	const slo = sloThat(0);
	const memory = new RateLimiterMemory({ points: 1, duration: 1 });

	for (const [make, message] of [
	    [() => limit.budgetLimit({ slo, healthy: 1, burning: 2 }),
		/^TypeError: healthy 1 is not valid; accepted: a number of 2/],
	    [() => limit.budgetLimit({ slo, healthy: 1 }),
		/burning undefined is not valid/],
	    [() => limit.pressure({ slo, calm: 2, hot: 1 }), /hot 1 is not/],
	    [() => limit.pressure({}), /slo undefined is not valid/],
	    [() => limit.budgetLimiter({ slo, limiter: {} }),
		/limiter an object is not valid/],
	    [() => limit.budgetLimiter({ slo, limiter: memory, healthy: 0.5 }),
		/healthy 0.5 is not valid; accepted: a number of 1 or more/],
	    [() => limit.openStore({}), /store an object is not valid/],
	    [() => limit.openStore({ increment() {}, decrement() {},
		resetKey() {} }, { timeoutMs: 0 }), /timeoutMs 0 is not/]])
		assert.throws(make, message);
});

/* So many of the requests as were let pass, before one that was refused. */
async function passed(port, most) {
	let count = 0;

	for (let i = 0; i < most; i++) {
		const { status } = await ask(port, '/');

		assert.ok(status === 200 || status === 429, `${status}`);
		count += status === 200;
	}
	return count;
}

function limited(t, options) {
	const app = express();

	app.use(rateLimit({ windowMs: 60_000, legacyHeaders: false,
		...options }));
	app.get('/', (request, response) => response.send('in'));
	return listen(t, http.createServer(app));
}

test('limit_express_rate_limit_follows_the_budget', async (t) => {
	const slo = sloThat(0);
	const port = await limited(t, { limit: limit.budgetLimit({ slo,
		healthy: 20, burning: 5 }) });

	assert.equal(await passed(port, 10), 10);
	slo.burn = 100;
	await later();
	assert.equal(await passed(port, 3), 0);
	slo.burn = 0;
	await later();
	// 13 were counted; those that were refused, too.
	assert.equal(await passed(port, 10), 7);
});

test('limit_express_rate_limit_is_skipped_while_healthy', async (t) => {
	const slo = sloThat(0);
	const port = await limited(t, { limit: 2,
		skip: limit.skipWhileHealthy({ slo }) });

	assert.equal(await passed(port, 10), 10);
	slo.burn = 100;
	await later();
	assert.equal(await passed(port, 5), 2);
});

/* Stores of express-rate-limit are classes with three methods. */
class RedisStore {
	constructor(client) {
		this.client = client;
	}

	async increment(key) {
		const totalHits = await this.client.incr(key);

		return { totalHits, resetTime: new Date(Date.now() + 60_000) };
	}

	async decrement(key) {
		await this.client.decr(key);
	}

	async resetKey(key) {
		await this.client.del(key);
	}
}

test('limit_express_rate_limit_lets_pass_while_redis_is_away',
    async (t) => {
	const server = new RedisServer();
	const errors = [];

	await server.start();
	t.after(() => server.end());
	const client = server.client();

	t.after(() => client.disconnect());
	await client.connect();
	const port = await limited(t, { limit: 3, store: limit.openStore(
	    new RedisStore(client), { onError: (error) =>
		errors.push(error) }) });

	assert.equal(await passed(port, 5), 3);
	assert.equal(errors.length, 0);
	await server.stop();
	assert.equal(await passed(port, 5), 5);
	assert.equal(errors.length, 5);
	await server.start();
	await until(() => client.status === 'ready', 'it is back');
	assert.equal(await passed(port, 5), 3);
});

test('limit_open_store_is_the_store_to_its_limiter', async (t) => {
	const inner = new MemoryStore();
	const store = limit.openStore(inner, { onError: assert.ifError });

	t.after(() => store.shutdown());
	rateLimit({ windowMs: 60_000, store });
	assert.equal(inner.windowMs, 60_000);
	await store.increment('k');
	const { totalHits, resetTime } = await store.increment('k');
	assert.equal(totalHits, 2);
	assert.ok(resetTime.getTime() > Date.now(), String(resetTime));
	await store.resetKey('k');
	assert.equal((await store.increment('k')).totalHits, 1);
});

test('limit_store_that_hangs_lets_pass_in_time', async () => {
	const errors = [];
	const store = limit.openStore({ increment: () =>
		new Promise(() => {}), decrement: () => new Promise(() => {}),
	resetKey() {} }, { timeoutMs: 20, onError: ({ code, message }) =>
		errors.push(`${code} ${message}`) });

	assert.deepEqual(await store.increment('k'), { totalHits: 1,
		resetTime: undefined });
	await store.decrement('k');
	assert.deepEqual(errors, Array(2).fill(
	    "SLI_EBUSY the limiter's store did not answer in 20 ms"));
});

/* How many points were had, one by one. */
async function consumed(limiter, key, most) {
	let count = 0;

	for (let i = 0; i < most; i++) {
		try {
			await limiter.consume(key);
			count++;
		} catch (refusal) {
			assert.ok(refusal.msBeforeNext > 0, refusal);
			assert.equal(refusal.remainingPoints, 0);
		}
	}
	return count;
}

async function follows(limiter) {
	const slo = sloThat(0);
	const budget = limit.budgetLimiter({ slo, limiter, healthy: 3,
		burning: 0.5, timeoutMs: 2_000 });

	assert.equal(await consumed(budget, 'ann', 40), 30);
	slo.burn = 100;
	await later();
	assert.equal(await consumed(budget, 'bob', 20), 5);
	slo.burn = 5.5;
	await later();
	// Half-way between 5 and 30; bob has used 20 of them.
	assert.equal(budget.points, 18);
	assert.equal(await consumed(budget, 'eve', 30), 18);
	assert.equal(await consumed(budget, 'bob', 3), 0);
}

test('limit_rate_limiter_flexible_follows_the_budget', () =>
	follows(new RateLimiterMemory({ points: 10, duration: 60 })));

test('limit_rate_limiter_flexible_without_end_while_healthy', async () => {
	const budget = limit.budgetLimiter({ slo: sloThat(0),
		healthy: Infinity, limiter:
		    new RateLimiterMemory({ points: 1, duration: 60 }) });

	assert.equal(await consumed(budget, 'ann', 100), 100);
});

test('limit_rate_limiter_flexible_with_redis', async (t) => {
	const server = new RedisServer();
	const errors = [];

	await server.start();
	t.after(() => server.end());
	const client = server.client();

	t.after(() => client.disconnect());
	await client.connect();
	const redis = () => new RateLimiterRedis({ storeClient: client,
		points: 10, duration: 60, keyPrefix: 'a' });

	await follows(redis());
	// Two processes, one count.
	const both = [0, 1].map(() => limit.budgetLimiter({ limiter: redis(),
		slo: sloThat(0), healthy: 1, timeoutMs: 2_000,
		onError: (error) => errors.push(error) }));

	assert.equal(await consumed(both[0], 'two', 6) +
	    await consumed(both[1], 'two', 6), 10);
	await server.stop('SIGKILL');
	const open = await both[0].consume('two');

	assert.equal(open.isOpen, true);
	assert.equal(await consumed(both[0], 'two', 20), 20);
	assert.equal(errors.length, 21);
	await server.start();
	await until(() => client.status === 'ready', 'it is back');
	assert.equal(await consumed(both[0], 'two', 20), 10);
});

test('limit_rate_limiter_flexible_keeps_its_blocks', async () => {
	const blocked = { msBeforeNext: 5, consumedPoints: 0,
		remainingPoints: 0 };
	const budget = limit.budgetLimiter({ slo: sloThat(0), healthy: 2,
		limiter: { points: 2, consume: () =>
			Promise.reject(blocked) } });

	assert.equal(await consumed(budget, 'ann', 3), 0);
});

test('limit_modules_give_the_same_functions', async () => {
	assert.equal((await import('../lib/limit.mjs')).pressure,
	    limit.pressure);
});
