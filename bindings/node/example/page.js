// SPDX-License-Identifier: MIT
'use strict';

/* What the service says is shown as text, never as HTML. */

const EVERY_MS = 1000;
const SAMPLES = 120;
const OUTCOMES = { good: 'good', bad: 'bad', shed: 'refused' };
const WIDTH = 600, HEIGHT = 160, LEFT = 36, BOTTOM = 20;

const byId = (id) => document.getElementById(id);
const samples = [];
let lost = null;
let last = null;

function make(name, text, attributes = {}) {
	const element = document.createElement(name);

	if (text !== undefined)
		element.textContent = text;
	for (const [key, value] of Object.entries(attributes))
		element.setAttribute(key, value);
	return element;
}

function draw(name, attributes, text) {
	const element = document.createElementNS('http://www.w3.org/2000/svg',
	    name);

	for (const [key, value] of Object.entries(attributes))
		element.setAttribute(key, value);
	if (text !== undefined)
		element.textContent = text;
	return element;
}

const percent = (ratio) => ratio === null ? 'no data yet' :
	`${(100 * ratio).toFixed(2)} %`;
const times = (rate) => rate === null ? 'no data' : `${rate.toFixed(1)} x`;
const leftOf = (remaining) => remaining >= 0 ? percent(remaining) :
	`none, spent ${(1 - remaining).toFixed(1)} times`;
const ms = (value) => value === null ? '-' : value.toFixed(1);

function refusedOf(shed) {
	const classes = ['sheddable', 'sheddable_plus', 'critical',
		'critical_plus'].filter((name) => shed[name] > 0);

	return classes.length === 0 ? 'nothing' : classes.map((name) =>
		`${name} ${(100 * shed[name]).toFixed(0)} %`).join(', ');
}

function alertsOf(slo) {
	const words = slo.alerts.map(({ severity }) => severity);

	return words.length === 0 ? 'none' : [...new Set(words)].join(', ');
}

function card(slo) {
	const left = Math.max(slo.remaining, 0);
	const list = make('dl');
	const article = make('article', undefined, { class: 'slo' });
	const rows = {
		'Objective': percent(slo.objective),
		'Actual': percent(slo.sli),
		'Budget left': leftOf(slo.remaining),
		'Burns, 10 s': times(slo.burn['10s']),
		'Burns, 5 min': times(slo.burn['5m']),
		'Alerts': alertsOf(slo),
	};

	if (slo.shed !== null) // it decides
		rows.Refuses = refusedOf(slo.shed);

	article.append(make('h3', slo.name), make('meter', percent(left),
	    { min: 0, max: 1, low: 0.25, optimum: 1, value: left,
		'aria-label': `Budget left of ${slo.name}` }), list);
	for (const [name, text] of Object.entries(rows)) {
		const isBad = (name === 'Alerts' && text !== 'none') ||
		    (name === 'Refuses' && text !== 'nothing');

		list.append(make('dt', name), make('dd', text,
		    isBad ? { class: 'burning' } : {}));
	}
	return article;
}

function row(route) {
	const line = make('tr');

	line.append(make('td', route.route),
	    make('td', route.criticality.replace('_', ' ')));
	for (const text of [route.good, route.bad, route.shed, ms(route.p50),
	    ms(route.p99)])
		line.append(make('td', text));
	return line;
}

/* Of all routes, per second, from totals: a page that slept loses none. */
function sample(state, now) {
	const sum = { at: now };

	for (const outcome of Object.keys(OUTCOMES))
		sum[outcome] = state.routes.reduce((all, { total }) =>
			all + total[outcome], 0);
	if (last !== null && sum.good >= last.good) {
		const seconds = (sum.at - last.at) / 1000;

		samples.push(Object.fromEntries(Object.keys(OUTCOMES).map(
		    (name) => [name, (sum[name] - last[name]) / seconds])));
		if (samples.length > SAMPLES)
			samples.shift();
	}
	last = sum;
}

function chart() {
	const most = Math.max(10, ...samples.flatMap((each) =>
		Object.values(each)));
	const x = (i) => LEFT + (WIDTH - LEFT) *
	    (SAMPLES - samples.length + i + 1) / SAMPLES;
	const y = (value) => (HEIGHT - BOTTOM) * (1 - value / most) + 4;
	const parts = [0, most / 2, most].flatMap((value) => [
		draw('line', { x1: LEFT, x2: WIDTH, y1: y(value),
			y2: y(value) }),
		draw('text', { x: 0, y: y(value) + 4 }, value.toFixed(0)),
	]);

	for (const name of Object.keys(OUTCOMES)) {
		parts.push(draw('polyline', { class: name, points: samples
		    .map((each, i) => `${x(i)},${y(each[name])}`)
		    .join(' ') }));
	}
	byId('chart').replaceChildren(...parts);
	byId('legend').replaceChildren(...Object.entries(OUTCOMES).map(
	    ([name, word]) => {
		const now = samples.at(-1)?.[name] ?? 0;

		return make('span', `${word}: ${now.toFixed(0)}/s`,
		    { class: name });
	    }));
}

function show(state) {
	byId('slow').setAttribute('aria-checked', state.isSlow);
	byId('slow').querySelector('b').textContent =
	    state.isSlow ? 'on' : 'off';
	byId('slos').replaceChildren(...state.slos.map(card));
	byId('routes').replaceChildren(...state.routes.map(row));
	byId('why').textContent = state.slos[0].why;
	sample(state, performance.now());
	chart();
}

async function update() {
	try {
		const answer = await fetch('/state');

		show(await answer.json());
		lost = null;
		byId('connection').textContent = '';
	} catch {
		lost ??= new Date();
		byId('connection').textContent =
		    `connection lost at ${lost.toLocaleTimeString()}`;
	}
	setTimeout(update, EVERY_MS);
}

byId('slow').addEventListener('click', async () => {
	const isSlow = byId('slow').getAttribute('aria-checked') === 'true';

	await fetch(`/slow?${isSlow ? 'off' : 'on'}`, { method: 'POST' })
	    .catch(() => {});
});
update();
