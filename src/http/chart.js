// SPDX-License-Identifier: MIT
//
// Line charts over time, as SVG. Whatever is drawn goes in as text or numbers,
// never as markup.

const SVG = 'http://www.w3.org/2000/svg';
const MARGIN = { left: 52, right: 10, top: 12, bottom: 22 };
const NICE = [1, 2, 2.5, 5, 10];

export function svg(name, attributes, ...children) {
	const element = document.createElementNS(SVG, name);
	for (const [key, value] of Object.entries(attributes ?? {}))
		element.setAttribute(key, value);
	element.append(...children);
	return element;
}

export function element(name, attributes, ...children) {
	const made = document.createElement(name);
	for (const [key, value] of Object.entries(attributes ?? {}))
		made.setAttribute(key, value);
	made.append(...children);
	return made;
}

// Steps that people count in, at most so many from low to high.
function ticks(low, high, most) {
	const rough = (high - low) / most;
	const unit = 10 ** Math.floor(Math.log10(rough));
	const step = unit * NICE.find((n) => n * unit >= rough * 0.999);
	const from = Math.floor(low / step + 1e-9);
	const to = Math.ceil(high / step - 1e-9);
	return Array.from({ length: to - from + 1 }, (_, i) =>
		Number(((from + i) * step).toPrecision(12)));
}

// A line breaks where there is no value, or nobody looked for long.
function path(points, x, y) {
	let d = '';
	let before = null;
	for (const p of points) {
		if (p.value === null) {
			before = null;
			continue;
		}
		const joined = before !== null && p.at - before.at <= Math.max(before.gap, p.gap);
		d += `${joined ? 'L' : 'M'}${x(p.at).toFixed(1)} ` +
		    y(p.value).toFixed(1);
		if (!joined) // a point of its own shows as a dot
			d += 'h0';
		before = p;
	}
	return d;
}

function nearest(points, at) {
	let best = null;
	for (const p of points)
		if (p.value !== null && (best === null ||
		    Math.abs(p.at - at) < Math.abs(best.at - at)))
			best = p;
	return best;
}

function clock(ms, seconds) {
	return new Date(ms).toISOString().slice(11, seconds ? 19 : 16);
}

/*
 * A figure that draws what it is given:
 *   lines    [{ name, points: [{ at, value, gap, past }] }], one or two
 *   limit    { value, name }, or nothing
 *   format   of a value
 *   floor, ceiling   of the scale; undefined: by the values
 *   bands    [{ from, to }], changes [at], from, to   in ms
 */
export class Chart {
	constructor(name) {
		this.now = element('span', { class: 'now' });
		this.plot = svg('svg', { class: 'plot', role: 'img' });
		this.figure = element('figure', {}, element('figcaption', {},
		    element('span', {}, name), this.now), this.plot);
		this.name = name;
		this.pointed = null;
		this.plot.addEventListener('pointermove', (event) => {
			const box = this.plot.getBoundingClientRect();
			this.pointed = event.clientX - box.left;
			this.draw();
		});
		this.plot.addEventListener('pointerleave', () => {
			this.pointed = null;
			this.draw();
		});
		new ResizeObserver(() => this.draw()).observe(this.plot);
	}

	show(what) {
		this.what = what;
		this.draw();
	}

	draw() {
		const box = this.plot.getBoundingClientRect();
		if (this.what === undefined || box.width < 100)
			return;
		const { left, right, top, bottom } = MARGIN;
		const { from, to } = this.what;
		this.wide = box.width - left - right;
		this.high = box.height - top - bottom;
		this.x = (at) => left + this.wide * (at - from) / (to - from);
		this.steps = this.scale();
		const [low, most] = [this.steps[0], this.steps.at(-1)];
		this.y = (value) => top + this.high *
		    (1 - (Math.min(value, most) - low) / (most - low));
		this.plot.setAttribute('viewBox',
		    `0 0 ${box.width} ${box.height}`);
		this.plot.replaceChildren(...this.marks(), ...this.axes(),
		    ...this.limit(), ...this.lines(), ...this.cursor());
		this.say();
	}

	values() {
		return this.what.lines.flatMap((line) => line.points)
		    .filter((p) => p.value !== null && p.at >= this.what.from)
		    .map((p) => p.value);
	}

	scale() {
		const { floor, ceiling, limit } = this.what;
		const values = this.values();
		if (limit !== undefined && limit.fits !== false)
			values.push(limit.value);
		let low = Math.min(floor ?? Infinity, ...values);
		let high = Math.max(ceiling ?? -Infinity, ...values);
		if (!Number.isFinite(low) || !Number.isFinite(high))
			[low, high] = [floor ?? 0, ceiling ?? 1];
		if (high - low < 1e-12)
			high = low + (Math.abs(low) > 0 ? Math.abs(low) : 1);
		return ticks(low, high, 4);
	}

	axes() {
		const { from, to, format } = this.what;
		const { left } = MARGIN;
		const foot = MARGIN.top + this.high;
		const minutes = (to - from) / 60e3 / (this.wide < 400 ? 3 : 5);
		const step = 60e3 * [1, 2, 5, 10, 15, 20, 30, 60]
		    .find((n) => n >= minutes * 0.99);
		const drawn = this.steps.flatMap((value) => [
			svg('line', { class: 'grid', x1: left,
			    x2: left + this.wide, y1: this.y(value),
			    y2: this.y(value) }),
			svg('text', { x: left - 6, y: this.y(value) + 4,
			    'text-anchor': 'end' }, format(value)),
		]);
		for (let at = Math.ceil(from / step) * step; at <= to; at += step)
			drawn.push(svg('text', { x: this.x(at), y: foot + 17,
			    'text-anchor': at > to - step / 4 ? 'end' :
			    'middle' }, clock(at)));
		return drawn;
	}

	marks() {
		const { from, to, bands, changes } = this.what;
		const drawn = bands.filter((b) => b.to > from).map((b) => {
			const begin = this.x(Math.max(b.from, from));
			return svg('rect', { class: 'band', x: begin,
			    y: MARGIN.top, height: this.high, width:
			    Math.max(2, this.x(Math.min(b.to, to)) - begin) });
		});
		for (const at of changes.filter((c) => c >= from && c <= to))
			drawn.push(svg('path', { class: 'change',
			    d: `M${this.x(at) - 5} 0h10l-5 9z` }));
		return drawn;
	}

	limit() {
		const { limit } = this.what;
		if (limit === undefined || limit.value > this.steps.at(-1) ||
		    limit.value < this.steps[0])
			return [];
		const y = this.y(limit.value);
		const right = MARGIN.left + this.wide;
		return [
			svg('line', { class: 'limit', x1: MARGIN.left, x2: right,
			    y1: y, y2: y }),
			svg('text', { class: 'limit-text', x: MARGIN.left + 4,
			    y: y < 30 ? y + 14 : y - 5 }, limit.name),
		];
	}

	// In a window of their own, so that none leaves the plot.
	lines() {
		const window = { x: MARGIN.left, y: MARGIN.top - 3,
			width: this.wide, height: this.high + 6 };
		return [svg('svg', { ...window,
		    viewBox: Object.values(window).join(' ') },
		    ...this.strokes())];
	}

	strokes() {
		return this.what.lines.flatMap((line, i) => {
			const kind = i === 0 ? 'line' : 'line second';
			const seen = line.points.filter((p) =>
			    p.at >= this.what.from - p.gap);
			const draw = (points, name) => svg('path',
			    { class: name, d: path(points, this.x, this.y) });
			const now = seen.filter((p) => !p.past);
			const past = seen.filter((p) => p.past);
			return [draw(past.concat(now.slice(0, 1)),
			    kind + ' past'), draw(now, kind)];
		});
	}

	cursor() {
		if (this.pointed === null)
			return [];
		return [svg('line', { class: 'cursor', x1: this.pointed,
		    x2: this.pointed, y1: MARGIN.top,
		    y2: MARGIN.top + this.high })];
	}

	// What is there now, or under the pointer; the same for a screen reader.
	say() {
		const { from, to, lines, format } = this.what;
		const at = this.pointed === null ? to : from + (to - from) *
		    (this.pointed - MARGIN.left) / this.wide;
		const found = lines.map((line) => nearest(line.points, at));
		const words = lines.map((line, i) => `${line.name} ` +
		    (found[i] === null ? '–' : format(found[i].value, true)));
		const parts = words.map((text, i) => element('span',
		    { class: 'value' }, ...(lines.length > 1 ?
		    [key(i), ' '] : []), text, ' '));
		if (this.pointed !== null && found[0] !== null)
			parts.push(element('span', {},
			    `at ${clock(found[0].at, true)}`));
		this.now.replaceChildren(...parts);
		this.plot.setAttribute('aria-label',
		    `${this.name}: ${words.join(', ')}`);
	}
}

// The stroke of a line, beside its name.
function key(i) {
	return svg('svg', { class: 'key', viewBox: '0 0 22 10',
	    'aria-hidden': 'true' }, svg('path', { d: 'M0 6h22',
	    class: i === 0 ? '' : 'second' }));
}
