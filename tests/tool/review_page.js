// SPDX-License-Identifier: MIT
//
// What a person would see of the page that `sli review --html` writes: run in
// a browser by test_review.sh, which asserts on what this returns.

function shown(element) {
	const box = element.getBoundingClientRect();
	const style = getComputedStyle(element);
	return box.width > 0 && box.height > 0 &&
	    style.visibility !== 'hidden' && style.display !== 'none';
}

function describe(element) {
	return element.tagName.toLowerCase() + '.' +
	    (element.getAttribute('class') || '') + ' "' +
	    element.textContent.trim().slice(0, 40) + '"';
}

// Red, green and blue, 0 to 1; and how opaque.
function colour(text) {
	const n = text.match(/[\d.]+/g).map(Number);
	return { rgb: n.slice(0, 3).map((v) => v / 255),
	    alpha: n.length > 3 ? n[3] : 1 };
}

// WCAG 2: relative luminance.
function luminance(rgb) {
	const [r, g, b] = rgb.map((v) =>
	    v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function background(element) {
	for (let e = element; e !== null; e = e.parentElement) {
		const c = colour(getComputedStyle(e).backgroundColor);
		if (c.alpha === 1)
			return c.rgb;
	}
	return [1, 1, 1];
}

function contrast(element) {
	const a = luminance(colour(getComputedStyle(element).color).rgb);
	const b = luminance(background(element));
	return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function texts() {
	return [...document.body.querySelectorAll('*')].filter((e) =>
	    !e.closest('svg') && shown(e) && [...e.childNodes].some((n) =>
		n.nodeType === Node.TEXT_NODE && n.data.trim() !== ''));
}

// Marks: paths that have an extent, and are drawn with some colour.
function marks(svg) {
	return [...svg.querySelectorAll('path')].filter((path) => {
		const box = path.getBoundingClientRect();
		const style = getComputedStyle(path);
		return path.getAttribute('d') !== '' &&
		    box.width + box.height > 0 &&
		    (style.stroke !== 'none' || style.fill !== 'none');
	});
}

function chart(figure) {
	const svg = figure.querySelector('svg[role=img]');
	const box = svg.getBoundingClientRect();
	const byId = (id) => document.getElementById(id).textContent;
	const of = (name) => svg.querySelector(name);
	const line = of('.line:not(.part)') || of('.under');
	return {
		kind: figure.className,
		caption: figure.querySelector('figcaption').textContent,
		label: svg.getAttribute('aria-labelledby').split(' ').map(byId),
		width: box.width,
		height: box.height,
		marks: marks(svg).length,
		line: line === null ? 0 : line.getBoundingClientRect().width,
		ticks: [...figure.querySelectorAll('.x span, .y span')]
		    .map((e) => e.textContent),
		spans: figure.querySelectorAll('.band').length,
		changes: figure.querySelectorAll('.change').length,
	};
}

// Labels that lie on each other cannot be read.
function collisions() {
	const found = [];
	for (const axis of document.querySelectorAll('.x, .y, .bands')) {
		const labels = [...axis.querySelectorAll('span, .bands > b')]
		    .filter(shown);
		labels.forEach((a, i) => labels.slice(i + 1).forEach((b) => {
			const p = a.getBoundingClientRect();
			const q = b.getBoundingClientRect();
			if (p.left < q.right && q.left < p.right &&
			    p.top < q.bottom && q.top < p.bottom)
				found.push(a.textContent + ' on ' +
				    b.textContent);
		}));
	}
	return found;
}

function table(t) {
	return {
		name: t.caption.textContent,
		heads: [...t.tHead.rows[0].cells].map((c) => c.textContent),
		scopes: [...t.querySelectorAll('th')]
		    .every((th) => th.getAttribute('scope') !== null),
		rows: [...t.tBodies[0].rows].map((row) =>
		    [...row.cells].map((c) => c.innerText.trim())),
	};
}

const root = document.documentElement;
return {
	inner: window.innerWidth,
	scroll: root.scrollWidth,
	title: document.title,
	lang: root.lang,
	text: document.body.innerText,
	scripts: document.scripts.length,
	outside: performance.getEntriesByType('resource').map((e) => e.name)
	    .concat([...document.querySelectorAll('[src],link')]
		.map((e) => e.outerHTML)),
	sticking: [...document.body.querySelectorAll('*')].filter((e) =>
	    shown(e) && !e.closest('caption,thead') &&
	    e.getBoundingClientRect().right > root.clientWidth + 0.5)
	    .map(describe),
	pale: texts().filter((e) => contrast(e) < 4.5)
	    .map((e) => describe(e) + ' ' + contrast(e).toFixed(2)),
	small: texts().filter((e) =>
	    parseFloat(getComputedStyle(e).fontSize) < 12).map(describe),
	collisions: collisions(),
	charts: [...document.querySelectorAll('figure')].map(chart),
	tables: [...document.querySelectorAll('table')].map(table),
	background: getComputedStyle(document.body).backgroundColor,
	// Shape and word of each state, which have to do without colour.
	states: [...document.querySelectorAll('.state')].map((e) =>
	    [e.textContent, e.querySelector('svg').innerHTML]),
};
