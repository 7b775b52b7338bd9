// SPDX-License-Identifier: MIT
//
// What a person would see of the page: run in a browser by test_page.sh, which
// asserts on what this returns.

function shown(element) {
	const box = element.getBoundingClientRect();
	const style = getComputedStyle(element);
	return box.width > 0 && box.height > 0 &&
	    style.visibility !== 'hidden' && style.display !== 'none';
}

function describe(element) {
	return element.tagName.toLowerCase() + ' "' +
	    element.textContent.trim().slice(0, 40) + '"';
}

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

// Of a text in a drawing the fill is its colour.
function contrast(element) {
	const style = getComputedStyle(element);
	const ink = element.closest('svg') ? style.fill : style.color;
	const a = luminance(colour(ink).rgb);
	const b = luminance(background(element));
	return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function texts() {
	return [...document.body.querySelectorAll('*')].filter((e) =>
	    shown(e) && [...e.childNodes].some((n) =>
		n.nodeType === Node.TEXT_NODE && n.data.trim() !== ''));
}

function table(id) {
	const heads = [...document.querySelectorAll(`#${id} thead th`)]
	    .map((th) => th.textContent);
	return Object.fromEntries([...document.getElementById(id)
	    .tBodies[0].rows].map((row) => [row.rowKey,
		Object.fromEntries([...row.cells].map((cell, i) =>
		    [heads[i], cell.textContent.trim()]))]));
}

function chart(figure) {
	const plot = figure.querySelector('svg[role=img]');
	const box = plot.getBoundingClientRect();
	return {
		name: figure.querySelector('figcaption span').textContent,
		label: plot.getAttribute('aria-label'),
		width: box.width,
		height: box.height,
		points: [...plot.querySelectorAll('.line')].map((line) =>
		    (line.getAttribute('d').match(/[ML]/g) ?? []).length),
		changes: plot.querySelectorAll('.change').length,
		bands: plot.querySelectorAll('.band').length,
		ticks: [...plot.querySelectorAll('text')]
		    .map((text) => text.textContent),
	};
}

const root = document.documentElement;
const items = (id) => [...document.getElementById(id).children]
    .map((li) => li.textContent);
return {
	title: document.title,
	summary: document.getElementById('summary').textContent,
	connection: document.getElementById('connection').textContent,
	lost: root.classList.contains('stale'),
	// What the page asked for, and from where.
	outside: performance.getEntriesByType('resource')
	    .map((e) => new URL(e.name))
	    .filter((url) => url.origin !== location.origin)
	    .map(String),
	markup: document.querySelectorAll('main img, main script, main b > b')
	    .length,
	hacked: window.hacked ?? null,
	sticking: [...document.body.querySelectorAll('*')].filter((e) =>
	    shown(e) && !e.closest('caption,thead,.plot') &&
	    e.getBoundingClientRect().right > root.clientWidth + 0.5)
	    .map(describe),
	pale: texts().filter((e) => contrast(e) < 4.5).map(describe),
	small: texts().filter((e) =>
	    parseFloat(getComputedStyle(e).fontSize) < 12).map(describe),
	scroll: root.scrollWidth,
	inner: window.innerWidth,
	slos: table('slos'),
	indicators: table('indicators'),
	first: document.querySelector('#indicators tbody tr')?.rowKey,
	charts: [...document.querySelectorAll('figure')].map(chart),
	alerts: items('alerts'),
	changes: items('changes'),
	chosen: document.getElementById('detail-title').textContent,
	states: [...document.querySelectorAll('.state')].map((e) =>
	    [e.textContent, e.querySelector('path').getAttribute('d')]),
	background: getComputedStyle(document.body).backgroundColor,
};
