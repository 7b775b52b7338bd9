// SPDX-License-Identifier: MIT
//
// What /slo says, every two seconds. Names and texts come from whoever registers
// and annotates, so they are only ever put in as text.

import { Chart, element, svg } from './chart.js';

const PERIOD_MS = 2000;
const PATIENCE_MS = 5000; // for an answer
const GAP_MS = 15e3; // between answers: lines break
const SPANS = [['2 min', 120e3], ['10 min', 600e3], ['1 hour', 3600e3]];
const KEPT_MS = 3600e3;
const LOG_ROWS = 12;

const byId = (id) => document.getElementById(id);

// ---- numbers for people ----

const ms = (ns) => ns / 1e6;

// Never 100 % of what is not all: digits enough to tell, rounded down.
function percent(ratio, digits = 3) {
	if (ratio === null || ratio === undefined)
		return '–';
	const value = 100 * ratio;
	const distance = Math.abs(100 - value);
	let n = digits;
	while (n < 7 && distance > 1e-7 && distance < 10 ** -n)
		n++;
	const down = Math.floor(value * 10 ** n + 1e-6) / 10 ** n;
	return `${Number(down.toFixed(n))} %`;
}

function shortPercent(ratio) {
	const value = 100 * ratio;
	return `${Number(value.toPrecision(Math.abs(value) < 1000 ? 3 : 4))} %`;
}

function latency(ns) {
	if (ns === null || ns === undefined)
		return '–';
	const unit = [[1e9, 's'], [1e6, 'ms'], [1e3, 'µs'], [1, 'ns']]
	    .find(([size]) => ns >= size) ?? [1, 'ns'];
	return `${Number((ns / unit[0]).toPrecision(3))} ${unit[1]}`;
}

function span(ns) {
	const units = [[86400e9, 'd'], [3600e9, 'h'], [60e9, 'min'], [1e9, 's']];
	const [size, name] = units.find(([size]) => ns >= size) ?? units[3];
	return `${Number((ns / size).toFixed(ns % size === 0 ? 0 : 1))} ${name}`;
}

function count(n) {
	return n >= 1e6 ? `${(n / 1e6).toFixed(2)} M` : String(n);
}

function rate(perSecond, exact) {
	if (perSecond === null || perSecond === undefined)
		return '–';
	const digits = perSecond >= 100 ? 0 : perSecond >= 10 ? 1 : 2;
	return `${Number(perSecond.toFixed(digits))}${exact ? '/s' : ''}`;
}

const burn = (x) => x === null ? '–' : Number(x.toPrecision(x < 10 ? 2 : 3));

function time(ns) {
	const iso = new Date(ms(ns)).toISOString();
	const today = new Date(ms(state.slo.now_ns)).toISOString();
	return iso.slice(0, 10) === today.slice(0, 10) ? iso.slice(11, 19) :
	    `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}

// ---- states ----

const SHAPES = {
	good: 'M8 1a7 7 0 1 0 .01 0z',
	warn: 'M8 0l8 8-8 8-8-8z',
	bad: 'M8 0l8 15H0z',
	none: 'M8 2a6 6 0 1 0 .01 0zM8 4a4 4 0 1 1-.01 0z',
};

function mark(kind, word) {
	return element('span', { class: `state ${kind}` },
	    svg('svg', { viewBox: '0 0 16 16', 'aria-hidden': 'true' },
	    svg('path', { d: SHAPES[kind], 'fill-rule': 'evenodd' })), word);
}

// The worst that is so, and a rank to sort by.
function judge(slo) {
	if (slo.outage?.state === 'firing')
		return { kind: 'bad', word: 'micro-outage', rank: 0 };
	if (slo.page === 'firing')
		return { kind: 'bad', word: 'page', rank: 1 };
	if (slo.budget.has_data && slo.budget.remaining <= 0)
		return { kind: 'bad', word: 'budget spent', rank: 2 };
	if (slo.ticket === 'firing')
		return { kind: 'warn', word: 'ticket', rank: 3 };
	if (sheds(slo) !== 'no')
		return { kind: 'warn', word: 'shedding', rank: 4 };
	if (!slo.budget.has_data)
		return { kind: 'none', word: 'no data', rank: 6 };
	return { kind: 'good', word: 'ok', rank: 5 };
}

function sheds(slo) {
	if (!slo.verdict?.fresh)
		return 'no';
	const parts = Object.entries(slo.verdict.shed_probability)
	    .filter(([, p]) => p > 0)
	    .map(([name, p]) => `${name} ${Math.round(100 * p)} %`);
	return parts.length > 0 ? parts.join(', ') : 'no';
}

// ---- what is kept between answers ----

const state = {
	slo: null, // the last answer
	samples: new Map(), // of indicators and SLOs, by what they are called
	chosen: null,
	span: 600e3,
	lostSince: null,
	answeredAt: null,
};

// The part of an SLO's or indicator's totals that charts need.
function slowIndex(slo, indicator) {
	return indicator === undefined ? -1 :
	    indicator.threshold_ns.indexOf(slo.threshold_ns);
}

function keep(key, sample) {
	const list = state.samples.get(key) ?? [];
	const last = list.at(-1);
	// Another process without the old one's counts.
	if (last !== undefined && (sample.at <= last.at ||
	    sample.good < last.good || sample.bad < last.bad))
		list.length = 0;
	list.push(sample);
	while (list[0].at < sample.at - KEPT_MS)
		list.shift();
	state.samples.set(key, list);
}

function remember(answer) {
	const at = ms(answer.now_ns);
	for (const ind of answer.indicators)
		keep(`indicator ${ind.title}`, { at, good: ind.total.good,
		    bad: ind.total.bad, shed: ind.total.shed,
		    slow: ind.total.slow, latency: ind.windows[0].latency_good });
	for (const slo of answer.slos)
		keep(`slo ${slo.name}`, { at, good: 0, bad: 0, left:
		    slo.budget.has_data ? slo.budget.remaining : null });
}

// Of what was counted from one answer to the next.
function points(list, value) {
	return list.slice(1).map((b, i) => {
		const a = list[i];
		return { at: b.at, gap: GAP_MS,
		    value: value(a, b, (b.at - a.at) / 1e3) };
	});
}

// Before the page was opened: by minutes, from the registry's own history.
function past(indicator, until, value) {
	const { step_ns, good, bad, shed } = indicator.series;
	const step = ms(step_ns);
	const now = ms(state.slo.now_ns);
	return good.map((n, i) => ({
		at: now - (good.length - i - 0.5) * step,
		gap: 1.5 * step, past: true,
		value: n === null ? null :
		    value(n, bad[i], shed[i], step / 1e3),
	})).filter((p) => p.at < until);
}

// ---- tables ----

// The rows of a table are kept, so that focus stays where it is.
function fill(table, heads, rows) {
	const head = table.tHead.rows[0];
	if (head.cells.length === 0)
		head.append(...heads.map(([name, kind]) => element('th',
		    { scope: 'col', class: kind ?? '' }, name)));
	const body = table.tBodies[0];
	const had = new Map([...body.rows].map((row) => [row.rowKey, row]));
	rows.forEach(({ key, chosen, cells }, i) => {
		const row = had.get(key) ?? newRow(key, heads);
		had.delete(key);
		row.classList.toggle('chosen', chosen === true);
		cells.forEach((cell, k) => put(row.cells[k], cell));
		if (body.rows[i] !== row)
			body.insertBefore(row, body.rows[i] ?? null);
	});
	had.forEach((row) => row.remove());
	table.hidden = rows.length === 0;
}

function newRow(key, heads) {
	const row = element('tr', {}, ...heads.map(([name, kind], k) =>
	    element(k === 0 ? 'th' : 'td', k === 0 ? { scope: 'row' } :
	    { class: kind ?? '', 'data-head': name })));
	row.rowKey = key;
	return row;
}

// A text, or a function that brings the cell up to date.
function put(cell, content) {
	if (typeof content === 'function')
		content(cell);
	else if (cell.textContent !== String(content))
		cell.textContent = content;
}

const showing = (...nodes) => (cell) => cell.replaceChildren(...nodes);

function chooser(slo) {
	return (cell) => {
		if (cell.firstChild === null) {
			const button = element('button', { type: 'button' });
			button.addEventListener('click', () => {
				state.chosen = slo.name;
				draw();
				// It may be many rows below.
				byId('detail').scrollIntoView(
				    { block: 'nearest' });
			});
			cell.append(button, element('span', { class: 'of' }));
		}
		const [button, of] = cell.children;
		put(button, slo.name);
		button.setAttribute('aria-pressed', slo.name === state.chosen);
		put(of, slo.indicator);
	};
}

function meter(slo) {
	const { has_data: known, remaining } = slo.budget;
	if (!known)
		return '–';
	const part = Math.min(1, Math.abs(remaining)) * 100;
	const text = element('span', { class: remaining > 0 ? '' : 'bad' },
	    percent(remaining, 1));
	return showing(text, svg('svg', { class: 'meter',
	    viewBox: '0 0 100 8', preserveAspectRatio: 'none',
	    'aria-hidden': 'true' },
	    svg('rect', { class: 'back', width: 100, height: 8 }),
	    svg('rect', { class: remaining > 0 ? 'part' : 'over',
		x: remaining > 0 ? 0 : 100 - part, width: part, height: 8 })));
}

// The shortest window's, an hour's, and the longest's that fits the period.
function burns(slo) {
	const all = slo.burn_rates.filter((b, i) => i === 0 ||
	    b.window_ns <= slo.period_ns);
	const hour = all.find((b) => b.window_ns >= 3600e9) ?? all.at(-1);
	return [...new Set([all[0], hour, all.at(-1)])]
	    .filter((b) => b !== undefined && b.burn_rate !== null)
	    .map((b) => `${burn(b.burn_rate)} (${span(b.window_ns)})`)
	    .join(', ') || '–';
}

function firing(slo) {
	const parts = slo.alerts.filter((a) => a.state === 'firing')
	    .map((a) => `${a.severity} ${span(a.long_ns)}/${span(a.short_ns)}`);
	if (slo.outage?.state === 'firing')
		parts.push(`micro-outage for ${span(slo.outage.length_ns)}`);
	return parts.length > 0 ? parts.join(', ') : 'none';
}

const SLO_HEADS = [['Objective'], ['State', 'wide'], ['Promised', 'number'],
	['Actual', 'number'], ['Budget left', 'number left'],
	['Burn rate', 'wide'], ['Firing', 'wide'], ['Sheds', 'wide']];

// What says nothing: narrow screens leave it out.
const unless = (calm, text) => (cell) => {
	put(cell, text);
	cell.classList.toggle('calm', text === calm);
};

function drawSlos() {
	const rows = state.slo.slos
	    .map((slo) => ({ slo, state: judge(slo) }))
	    .sort((a, b) => a.state.rank - b.state.rank ||
		(a.slo.name < b.slo.name ? -1 : 1));
	if (!rows.some(({ slo }) => slo.name === state.chosen))
		state.chosen = rows[0]?.slo.name ?? null;
	byId('no-slos').hidden = rows.length > 0;
	fill(byId('slos'), SLO_HEADS, rows.map(({ slo, state: its }) => ({
		key: slo.name, chosen: slo.name === state.chosen,
		cells: [chooser(slo), showing(mark(its.kind, its.word)),
		    percent(slo.objective, 7), percent(slo.budget.sli),
		    meter(slo), burns(slo), unless('none', firing(slo)),
		    unless('no', sheds(slo))],
	})));
	return rows;
}

const INDICATOR_HEADS = [['Indicator'], ['Rate', 'number'],
	['Good', 'number'], ['Bad', 'number'], ['Shed', 'number'],
	['p50', 'number'], ['p90', 'number'], ['p99', 'number'],
	['Max', 'number'], ['In flight', 'number'], ['Last hour', 'wide']];

// Events by minutes; those that were bad as a line of their own.
function spark(indicator) {
	const { good, bad } = indicator.series;
	const all = good.map((n, i) => n === null ? null : n + bad[i]);
	const most = Math.max(1, ...all);
	const line = (values) => values.map((n, i) => n === null ? '' :
	    `${i === 0 || values[i - 1] === null ? 'M' : 'L'}${2 * i} ` +
	    `${(22 - 20 * n / most).toFixed(1)}h0`).join('');
	if (all.filter((n) => n !== null).length < 2)
		return '–';
	const drawn = svg('svg', { class: 'spark', viewBox: '0 0 120 24',
	    preserveAspectRatio: 'none', role: 'img', 'aria-label':
	    `at most ${most} events in a minute` },
	    svg('path', { d: line(all) }));
	if (bad.some((n) => n > 0))
		drawn.append(svg('path', { class: 'over', d: line(bad) }));
	return showing(drawn);
}

// Those that fail come first; else they stay where they are.
function drawIndicators() {
	const fails = (ind) => ind.windows[1].bad > 0 ? 0 : 1;
	const all = [...state.slo.indicators]
	    .sort((a, b) => fails(a) - fails(b));
	byId('no-indicators').hidden = all.length > 0;
	fill(byId('indicators'), INDICATOR_HEADS, all.map((ind) => {
		const w = ind.windows[1];
		const l = w.latency_good ?? {};
		return { key: ind.title, cells: [(cell) => {
			if (cell.firstChild === null)
				cell.append(element('span', {}), element('span',
				    { class: 'of' }));
			put(cell.children[0], ind.title);
			put(cell.children[1], ind.help);
		}, rate(w.rate, true), percent(w.good_ratio), count(w.bad),
		    count(w.shed), latency(l.p50_ns), latency(l.p90_ns),
		    latency(l.p99_ns), latency(l.max_ns),
		    count(ind.in_flight), spark(ind)] };
	}));
}

// ---- charts of the chosen objective ----

const charts = {
	left: new Chart('Budget left'),
	bad: new Chart('Bad share of events'),
	rate: new Chart('Events per second'),
	latency: new Chart('Latency of good events, over 10 s'),
};

function badShare(slo, indicator) {
	const k = slowIndex(slo, indicator);
	const bad = (s) => s.bad + (k < 0 ? 0 : s.slow[k]) +
	    (slo.shed_is_bad ? s.shed : 0);
	const all = (s) => s.good + s.bad + (slo.shed_is_bad ? s.shed : 0);
	return (a, b) => all(b) > all(a) ?
	    (bad(b) - bad(a)) / (all(b) - all(a)) : null;
}

// When anything fired, alerts that overlap as one.
function bands(slo, now) {
	const all = state.slo.alert_log.filter((r) => r.slo === slo.name)
	    .map((r) => ({ from: ms(r.start_ns), to: r.end_ns > 0 ?
		ms(r.end_ns) : r.firing ? now : ms(r.start_ns) }))
	    .sort((a, b) => a.from - b.from);
	const joined = [];
	for (const band of all) {
		const last = joined.at(-1);
		if (last !== undefined && band.from <= last.to)
			last.to = Math.max(last.to, band.to);
		else
			joined.push(band);
	}
	return joined;
}

function drawCharts(slo) {
	const indicator = state.slo.indicators
	    .find((i) => i.title === slo.indicator);
	const now = ms(state.slo.now_ns);
	const common = { from: now - state.span, to: now,
	    bands: bands(slo, now),
	    changes: state.slo.annotations.map((a) => ms(a.at_ns)) };
	const left = state.samples.get(`slo ${slo.name}`)
	    .map((s) => ({ at: s.at, value: s.left, gap: GAP_MS }));

	charts.left.show({ ...common, lines: [{ name: '', points: left }],
	    format: (v, exact) => exact ? percent(v, 1) : shortPercent(v),
	    limit: { value: 0, name: 'spent',
		fits: left.some((p) => p.value < 0.1) } });
	if (indicator !== undefined)
		drawTraffic(slo, indicator, common);
}

function drawTraffic(slo, indicator, common) {
	const list = state.samples.get(`indicator ${indicator.title}`);
	const begin = list[0].at;
	// History by minutes does not tell which good events were slow.
	const told = slowIndex(slo, indicator) < 0 && !slo.shed_is_bad;
	const allowed = 1 - slo.objective;
	const every = (value) => (a, b, s) => value(b.good - a.good,
	    b.bad - a.bad, b.shed - a.shed, s);
	const answered = (good, bad, shed, s) => (good + bad) / s;
	const shed = (good, bad, n, s) => n / s;
	const line = (name, value, shown = true) => ({ name, points:
	    (shown ? past(indicator, begin, value) : [])
		.concat(points(list, every(value))) });
	const quantile = (name) => ({ name, points: list.map((s) => ({
		at: s.at, gap: GAP_MS,
		value: s.latency?.[`${name}_ns`] ?? null })) });

	charts.bad.show({ ...common, floor: 0, format: shortPercent,
	    lines: [{ name: '', points: (told ? past(indicator, begin,
		(g, b) => g + b > 0 ? b / (g + b) : null) : [])
		.concat(points(list, badShare(slo, indicator))) }],
	    limit: { value: allowed,
		name: `allowed ${shortPercent(allowed)}` } });
	charts.rate.show({ ...common, floor: 0, format: rate,
	    lines: [line('answered', answered), line('shed', shed)] });
	charts.latency.show({ ...common, floor: 0, format: latency,
	    lines: [quantile('p50'), quantile('p99')],
	    limit: slo.threshold_ns > 0 ? { value: slo.threshold_ns,
		name: `promised ${latency(slo.threshold_ns)}` } : undefined });
}

function drawDetail() {
	const slo = state.slo.slos.find((s) => s.name === state.chosen);
	byId('detail').hidden = slo === undefined;
	if (slo === undefined)
		return;
	put(byId('detail-title'), slo.name);
	const within = slo.threshold_ns > 0 ?
	    ` and within ${latency(slo.threshold_ns)}` : '';
	const of = slo.method === 'occurrences' ? 'events' : 'slices of time';
	const period = slo.period.kind === 'rolling' ? span(slo.period_ns) :
	    slo.period.kind;
	put(byId('detail-text'), `${percent(slo.objective, 7)} of ${of} of ` +
	    `${slo.indicator} good${within}, over ${period}. ` +
	    `Bad so far: ${slo.budget.bad} of ${slo.budget.total}.`);
	drawCharts(slo);
}

// ---- logs ----

function entry(when, ...words) {
	return element('li', {}, element('time', {}, when), ...words);
}

function drawLogs() {
	const alerts = state.slo.alert_log.slice(0, LOG_ROWS).map((r) => {
		const name = r.kind === 'outage' ? 'micro-outage' :
		    `${r.severity} ${span(r.long_ns)}/${span(r.short_ns)}`;
		const end = r.firing ? 'fires' : r.end_ns > 0 ?
		    `for ${span(r.end_ns - r.start_ns)}` : 'over';
		return entry(time(r.start_ns), mark(!r.firing ? 'none' :
		    r.severity === 'page' ? 'bad' : 'warn',
		    r.firing ? `${name} firing` : name), ` ${r.slo}, ${end}: ` +
		    `${r.bad} bad of ${r.total}, ${percent(r.budget_cost, 1)} ` +
		    'of the budget');
	});
	const changes = state.slo.annotations.slice(0, LOG_ROWS).map((a) =>
		entry(time(a.at_ns), element('b', {}, a.kind), ` ${a.text}`));
	byId('no-alerts').hidden = alerts.length > 0;
	byId('no-changes').hidden = changes.length > 0;
	byId('alerts').replaceChildren(...alerts);
	byId('changes').replaceChildren(...changes);
}

// ---- all of it ----

function drawSummary(rows) {
	const name = state.slo.service || 'Reliability';
	const n = (kind) => rows.filter(({ state: s }) => s.kind === kind).length;
	const parts = [[n('bad'), 'in trouble'], [n('warn'), 'to watch'],
		[n('good'), 'ok'], [n('none'), 'without data']]
	    .filter(([k]) => k > 0).map(([k, word]) => `${k} ${word}`);
	put(byId('title'), name);
	put(byId('summary'), `${rows.length} ` +
	    `${rows.length === 1 ? 'objective' : 'objectives'}` +
	    (parts.length > 0 ? `: ${parts.join(', ')}` : ''));
	put(byId('version'), `libsli ${state.slo.libsli}`);
	document.title = n('bad') > 0 ? `▲ ${n('bad')} ${name}` : name;
}

function draw() {
	const rows = drawSlos();
	drawSummary(rows);
	drawDetail();
	drawIndicators();
	drawLogs();
}

function drawConnection() {
	const lost = state.lostSince !== null;
	const at = new Date(lost ? state.lostSince : state.answeredAt)
	    .toISOString().slice(11, 19);
	const line = byId('connection');
	line.classList.toggle('lost', lost);
	document.documentElement.classList.toggle('stale', lost);
	line.replaceChildren(lost ?
	    mark('bad', `Connection lost since ${at}. Trying again.`) :
	    mark('good', `Live, ${at}`));
	// Each change of state is read aloud, not each answer.
	line.setAttribute('aria-live', lost ? 'polite' : 'off');
}

async function ask() {
	const answer = await fetch('slo', { cache: 'no-store',
	    signal: AbortSignal.timeout(PATIENCE_MS) });
	if (!answer.ok)
		throw new Error(`status ${answer.status}`);
	return answer.json();
}

async function update() {
	const begin = Date.now();
	try {
		state.slo = await ask();
		state.lostSince = null;
		state.answeredAt = Date.now();
		remember(state.slo);
		draw();
	} catch (error) {
		console.warn(error);
		state.lostSince ??= state.answeredAt ?? Date.now();
	}
	drawConnection();
	return Date.now() - begin;
}

// The service has better to do: of its time a page takes a tenth at most.
async function forever() {
	for (;;) {
		const took = await update();
		const rest = state.lostSince === null ?
		    Math.max(PERIOD_MS - took, 9 * took) : PERIOD_MS;
		await new Promise((done) => setTimeout(done, rest));
	}
}

for (const [name, length] of SPANS) {
	const button = element('button', { type: 'button',
	    'aria-pressed': length === state.span }, name);
	button.addEventListener('click', () => {
		state.span = length;
		for (const other of byId('spans').children)
			other.setAttribute('aria-pressed', other === button);
		drawDetail();
	});
	byId('spans').append(button);
}
byId('charts').append(...Object.values(charts).map((c) => c.figure));
forever();
