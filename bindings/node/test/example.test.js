// SPDX-License-Identifier: MIT
'use strict';

/* The example, as a newcomer meets it: by its page. */

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const test = require('node:test');

const { Browser, hasBrowser } = require('./support/browser.js');
const { ask, until } = require('./support/web.js');

const SHEDS = new RegExp('^sli_shed_probability\\{slo="http-availability",' +
    'criticality="sheddable"\\} 0\\.\\d+$', 'm');

async function example(t) {
	const child = spawn(process.execPath, [path.join(__dirname,
	    '../example/server.js'), '0'],
	{ stdio: ['ignore', 'pipe', 'inherit'] });
	const [text] = await once(child.stdout, 'data');

	t.after(async () => {
		child.kill();
		await once(child, 'exit');
	});
	return Number(/:(\d+)\//.exec(text)[1]);
}

async function state(port) {
	return JSON.parse((await ask(port, '/state')).body);
}

const sum = ({ routes }, outcome) => routes.reduce((all, { total }) =>
	all + total[outcome], 0);

test('example_sheds_what_matters_least_while_its_database_is_slow',
    async (t) => {
	const port = await example(t);

	await until(async () => sum(await state(port), 'good') > 50,
	    'it serves');
	assert.equal(sum(await state(port), 'bad'), 0);
	await ask(port, '/slow?on', { method: 'POST' });
	let now;

	await until(async () => {
		now = await state(port);
		return sum(now, 'shed') > 20;
	}, 'it refuses');
	const by = Object.fromEntries(now.routes.map((route) =>
		[route.route, route.total]));

	assert.ok(by['/search'].shed > 20);
	assert.equal(by['/checkout'].shed, 0);
	assert.ok(now.slos[0].remaining < 1);
	const { body } = await ask(port, '/metrics');

	assert.match(body, SHEDS);
	// What it tells of itself is in no ratio.
	assert.doesNotMatch(body, /route="\/state",outcome="good"\} [1-9]/);
});

test('example_serves_nothing_else', async (t) => {
	const port = await example(t);

	for (const [where, options, status] of [['/nothing', {}, 404],
	    ['/slow?on', {}, 405], ['/server.js', {}, 404],
	    ['/../package.json', {}, 404], ['/__proto__', {}, 404],
	    ['/metrics', {}, 200], ['/page.css', {}, 200]])
		assert.equal((await ask(port, where, options)).status, status,
		    where);
});

const LOOK = `return {
	slos: [...document.querySelectorAll('.slo')].map((one) =>
		one.textContent),
	routes: [...document.querySelectorAll('#routes tr')].map((line) =>
		[...line.children].map((cell) => cell.textContent)),
	lines: [...document.querySelectorAll('polyline')].map((line) =>
		line.getAttribute('points').split(' ').length),
	why: document.querySelector('#why').textContent,
	lost: document.querySelector('#connection').textContent,
	slow: document.querySelector('#slow').getAttribute('aria-checked'),
	isWide: document.documentElement.scrollWidth > innerWidth,
};`;

test('example_page_shows_it_in_a_browser', { skip: hasBrowser() ? false :
	'no chromium with chromedriver; make deps' }, async (t) => {
	const port = await example(t);
	const browser = await Browser.open();

	t.after(() => browser.close());
	await browser.go(`http://127.0.0.1:${port}/`);
	let seen;
	const shows = (what, condition) => until(async () => {
		seen = await browser.run(LOOK);
		return condition();
	}, what);

	await shows('three routes', () => seen.routes.length === 3 &&
	    seen.lines[0] >= 2);
	assert.equal(seen.slos.length, 2);
	assert.match(seen.slos[0], /http-availability.*Objective99\.00 %/);
	assert.equal(seen.slow, 'false');
	await browser.run("document.querySelector('#slow').click()");
	await shows('what it refuses', () => seen.slow === 'true' &&
	    /Refusessheddable \d+ %/.test(seen.slos[0]) &&
	    seen.routes.some(([route, , , , shed]) =>
		route === '/search' && Number(shed) > 0));
	assert.match(seen.why, /the database was made slow/);
	assert.equal(seen.isWide, false);
	if (process.env.SLI_TEST_PICTURES)
		await browser.picture(process.env.SLI_TEST_PICTURES);
	await browser.go(`http://127.0.0.1:${port}/`, 390, 800);
	await shows('the same on a phone', () => seen.routes.length === 3);
	assert.equal(seen.isWide, false);
});
