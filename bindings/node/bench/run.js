// SPDX-License-Identifier: MIT
'use strict';

/*
 * The table of the README: every case in every round, one process each. A ratio
 * is to perf_hooks' record() of the same round, and the median of the rounds is
 * shown, which a machine that is now fast and now slow leaves alone.
 *
 *   node bench/run.js [ROUNDS] [PATTERN]
 *
 * NODE26: a Node.js 26 to measure the sliding window of.
 */

const { execFileSync } = require('node:child_process');
const os = require('node:os');
const path = require('node:path');
const { libsli, node26, peers } = require('./cases.js');

const rounds = Number(process.argv[2] ?? 9);
const pattern = new RegExp(process.argv[3] ?? '');
const BASE = 'perf_hooks createHistogram().record()';

function measure(name, node) {
	return Number(execFileSync(node,
	    [path.join(__dirname, 'cases.js'), name], { encoding: 'utf8' }));
}

function median(values) {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[sorted.length >> 1];
}

function show(ns) {
	return ns < 1e3 ? `${ns.toPrecision(3)} ns` :
	    ns < 1e6 ? `${(ns / 1e3).toPrecision(3)} us` :
	    `${(ns / 1e6).toPrecision(3)} ms`;
}

const cases = [...Object.keys(libsli), ...Object.keys(peers)]
    .filter((name) => name === BASE || pattern.test(name))
    .map((name) => ({ name, node: process.execPath }));
if (process.env.NODE26 !== undefined)
	for (const name of Object.keys(node26))
		cases.push({ name, node: process.env.NODE26 });

const results = new Map(cases.map(({ name }) => [name, []]));
for (let round = 0; round < rounds; round++)
	for (const { name, node } of cases)
		results.get(name).push(measure(name, node));

console.log(`Node.js ${process.version}, ${os.cpus()[0].model}, ` +
    `${rounds} rounds\n`);
console.log('| call | median | best | ratio |');
console.log('|---|---:|---:|---:|');
for (const [name, times] of results) {
	const ratio = median(times.map((t, i) => t / results.get(BASE)[i]));
	console.log(`| ${name} | ${show(median(times))} | ` +
	    `${show(Math.min(...times))} | ${ratio < 100 ?
	    ratio.toPrecision(2) : Math.round(ratio)} |`);
}
